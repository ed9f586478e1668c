"""Thai numerals and written numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhon.knowledge.digits import NumberError, arabic_digits, format_number, parse_number, round_half_up, thai_digits


def test_thai_digits_in_documents() -> None:
    assert thai_digits("1,508.00") == "๑,๕๐๘.๐๐"
    assert arabic_digits("๑,๕๐๘.๐๐ บาท") == "1,508.00 บาท"


@given(st.text())
def test_only_digits_change(text: str) -> None:
    assert arabic_digits(thai_digits(text)) == arabic_digits(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,508.00", "1508.00"),
        ("๑,๕๐๘", "1508"),
        ("-0.25", "-0.25"),
        ("+7", "7"),
        ("1508", "1508"),
        ("1,000,000", "1000000"),
    ],
)
def test_numbers_are_read(text: str, number: str) -> None:
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", "-", "1,2,3", "1,50", "12 บาท", "1.", ".5", "1e5", "NaN", "²", "--1", "9" * 50, "1_000"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NumberError):
        parse_number(text)


def test_numbers_are_written_rounded_half_up() -> None:
    assert format_number(1508) == "1,508"
    assert format_number(Decimal("2.5")) == "3"
    assert format_number(Decimal("0.125"), decimals=2) == "0.13"
    assert format_number(Decimal("-0.001"), decimals=2) == "0.00"
    assert format_number(Decimal("1508"), decimals=2, thai=True) == "๑,๕๐๘.๐๐"
    with pytest.raises(NumberError):
        format_number(Decimal("Infinity"))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**30), max_value=10**30))
def test_rounding_moves_by_half_a_step_at_most(number: Decimal) -> None:
    assert abs(round_half_up(number, 2) - number) <= Decimal("0.005")


@given(st.integers(-(10**18), 10**18))
def test_written_numbers_read_back(number: int) -> None:
    assert parse_number(format_number(number, thai=True)) == number
