"""Thai numerals and written numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhon.knowledge.digits import (
    NumberError,
    arabic_digits,
    exact,
    format_number,
    parse_number,
    read_number,
    round_half_up,
    thai_digits,
)


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


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("๑,๕๐๘.๕๐", "1508.50"),
        (" 1,508 ", "1508"),
        ("\u22120.25", "-0.25"),
        ("– 12", "-12"),
        ("(1,508.00)", "-1508.00"),
        ("0", "0"),
        ("\ufeff12", "12"),
    ],
)
def test_cells_of_tables_are_read(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", " ", "-", "–", "--", "ไม่มี", "ไม่มี ข้อมูล", "ไม่ระบุ", "N/A", "n.a.", "#N/A", "null"])
def test_a_cell_may_say_that_there_is_no_value(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize("text", ["<0.5", "< 0.5", "≤1", "น้อยกว่า 0.1", "ND", "ตรวจไม่พบ"])
def test_below_the_limit_of_detection_is_neither_zero_nor_missing(text: str) -> None:
    with pytest.raises(NumberError) as refused:
        read_number(text)
    assert refused.value.code == "digits.below_detection"


@pytest.mark.parametrize("text", ["12 บาท", "1,2,3", "(-5)", "()", "1 508", "12%", "ไม่มีน้ำ", "1e5"])
def test_cells_that_are_neither_number_nor_missing_are_refused(text: str) -> None:
    with pytest.raises(NumberError) as refused:
        read_number(text)
    assert refused.value.code == "digits.number"


def test_a_float_becomes_the_decimal_that_was_written() -> None:
    assert exact(15.05) == Decimal("15.05")
    assert exact(12) == Decimal(12)
    for wrong in (float("nan"), float("inf"), Decimal("NaN"), True):
        with pytest.raises(NumberError):
            exact(wrong)
