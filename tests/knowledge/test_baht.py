"""Amounts of money in figures and in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythainlp.util import bahttext

from nakhon.knowledge.baht import (
    MoneyError,
    Satang,
    baht_in_words,
    format_baht,
    number_in_words,
    satang_in_words,
    to_baht,
    to_satang,
)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "ศูนย์บาทถ้วน"),
        ("0.25", "ยี่สิบห้าสตางค์"),
        ("1", "หนึ่งบาทถ้วน"),
        ("10", "สิบบาทถ้วน"),
        ("11", "สิบเอ็ดบาทถ้วน"),
        ("20", "ยี่สิบบาทถ้วน"),
        ("21", "ยี่สิบเอ็ดบาทถ้วน"),
        ("101", "หนึ่งร้อยเอ็ดบาทถ้วน"),
        ("111", "หนึ่งร้อยสิบเอ็ดบาทถ้วน"),
        ("121.50", "หนึ่งร้อยยี่สิบเอ็ดบาทห้าสิบสตางค์"),
        ("1,234.56", "หนึ่งพันสองร้อยสามสิบสี่บาทห้าสิบหกสตางค์"),
        ("1,508", "หนึ่งพันห้าร้อยแปดบาทถ้วน"),
        ("11,200", "หนึ่งหมื่นหนึ่งพันสองร้อยบาทถ้วน"),
        ("10,000,000", "สิบล้านบาทถ้วน"),
        ("21,000,021", "ยี่สิบเอ็ดล้านยี่สิบเอ็ดบาทถ้วน"),
        ("-5.50", "ลบห้าบาทห้าสิบสตางค์"),
        ("-0.001", "ศูนย์บาทถ้วน"),
        ("0.01", "หนึ่งสตางค์"),
        ("0.11", "สิบเอ็ดสตางค์"),
        ("1000001", "หนึ่งล้านเอ็ดบาทถ้วน"),
        ("1000000000000", "หนึ่งล้านล้านบาทถ้วน"),
        ("๑๐๑.๐๐", "หนึ่งร้อยเอ็ดบาทถ้วน"),
    ],
)
def test_amounts_in_words(amount: str, words: str) -> None:
    assert baht_in_words(amount) == words


@pytest.mark.parametrize(
    ("amount", "satang"), [("0.005", 1), ("0.004", 0), ("1.005", 101), ("-1.005", -101), ("90.48", 9048)]
)
def test_rounding_is_half_up_before_words(amount: str, satang: int) -> None:
    assert to_satang(Decimal(amount)) == satang
    assert satang_in_words(to_satang(Decimal(amount))) == baht_in_words(Decimal(amount))


@given(st.integers(1, 10**15))
def test_whole_amounts_agree_with_pythainlp(amount: int) -> None:
    assert baht_in_words(amount) == bahttext(amount)


@given(st.integers(-(10**40), 10**40))
def test_satang_and_baht_are_the_same_money(amount: int) -> None:
    assert to_satang(to_baht(Satang(amount))) == amount


@given(st.integers(0, 10**13), st.integers(0, 10**13))
def test_no_two_numbers_share_their_words(one: int, other: int) -> None:
    assert (number_in_words(one) == number_in_words(other)) is (one == other)


def test_amounts_in_figures() -> None:
    assert format_baht(to_satang("1508")).th == "1,508.00 บาท"
    assert format_baht(to_satang("1508")).en == "THB 1,508.00"
    assert format_baht(to_satang("1508"), thai=True).th == "๑,๕๐๘.๐๐ บาท"
    assert format_baht(Satang(-5)).th == "-0.05 บาท"


@pytest.mark.parametrize("wrong", [0.25, Decimal("NaN"), Decimal("Infinity"), "ห้าบาท", "", "1e9", True])
def test_what_is_not_money_is_refused(wrong: object) -> None:
    with pytest.raises(MoneyError) as refused:
        baht_in_words(wrong)  # type: ignore[arg-type]
    assert refused.value.remedy.th
