"""Ages from whole and partial birth dates, and spans of time in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhon.knowledge.ages import Age, age, from_now, reached_age, span
from nakhon.knowledge.dates import BANGKOK, DateError, DatePrecision


def test_age_turns_on_the_birthday() -> None:
    birth = date(1966, 4, 15)
    assert age(birth, date(2026, 4, 14)).years == 59
    assert age(birth, date(2026, 4, 15)) == Age(60, 60, 60)
    assert age(birth, date(2026, 4, 15)).words.th == "60 ปี"


def test_born_on_29_february() -> None:
    assert age(date(2000, 2, 29), date(2023, 2, 28)).years == 22
    assert age(date(2000, 2, 29), date(2023, 3, 1)).years == 23


def test_a_birth_year_alone_gives_the_difference_of_thai_years() -> None:
    found = age(date(1932, 4, 1), date(2026, 2, 1), DatePrecision.YEAR)
    # B.E. 2475 ran from April 1932 to March 1933, so on 1 February 2569 the person is 92 or 93, and is written as 94.
    assert (found.years, found.at_least, found.at_most) == (94, 92, 93)
    assert not found.exact
    assert found.words.th == "ประมาณ 94 ปี"
    modern = age(date(1967, 1, 1), date(2026, 7, 1), DatePrecision.YEAR)
    assert (modern.years, modern.at_least, modern.at_most) == (59, 58, 59)


def test_a_birth_month_bounds_the_age() -> None:
    found = age(date(1966, 4, 1), date(2026, 4, 10), DatePrecision.MONTH)
    assert (found.years, found.at_least, found.at_most) == (59, 59, 60)
    assert age(date(1966, 4, 1), date(2026, 5, 1), DatePrecision.MONTH).exact


def test_a_right_begins_only_when_it_is_sure() -> None:
    assert reached_age(date(1966, 1, 1), 60, date(2026, 12, 31), DatePrecision.YEAR)
    assert not reached_age(date(1966, 1, 1), 60, date(2026, 6, 1), DatePrecision.YEAR)


def test_nobody_is_younger_than_born() -> None:
    with pytest.raises(DateError) as refused:
        age(date(2026, 1, 2), date(2026, 1, 1))
    assert refused.value.code == "dates.before_birth"


@given(st.dates(date(1880, 4, 1), date(2020, 1, 1)), st.dates(date(2021, 1, 1), date(2100, 1, 1)))
def test_knowing_less_never_contradicts_knowing_all(birth: date, on: date) -> None:
    true = age(birth, on).years
    for precision in (DatePrecision.MONTH, DatePrecision.YEAR):
        found = age(birth, on, precision)
        assert found.at_least <= true <= found.at_most


NOW = datetime(2026, 4, 10, 15, 30, tzinfo=BANGKOK)


@pytest.mark.parametrize(
    ("gap", "th", "en"),
    [
        (timedelta(days=3), "อีก 3 วัน", "in 3 days"),
        (timedelta(days=-2), "2 วันที่แล้ว", "2 days ago"),
        (timedelta(hours=2, minutes=5), "อีก 2 ชั่วโมง", "in 2 hours"),
        (timedelta(minutes=-1), "1 นาทีที่แล้ว", "1 minute ago"),
        (timedelta(seconds=20), "ขณะนี้", "now"),
        (timedelta(days=1), "พรุ่งนี้", "tomorrow"),
        (timedelta(days=-1, hours=-1), "เมื่อวานนี้", "yesterday"),
        (timedelta(days=45), "อีก 1 เดือน", "in 1 month"),
        (timedelta(days=-800), "2 ปีที่แล้ว", "2 years ago"),
    ],
)
def test_distances_in_words(gap: timedelta, th: str, en: str) -> None:
    said = from_now(NOW + gap, NOW)
    assert (said.th, said.en) == (th, en)


def test_days_in_words() -> None:
    assert from_now(date(2026, 4, 13), date(2026, 4, 10)).th == "อีก 3 วัน"
    assert from_now(date(2026, 4, 10), date(2026, 4, 10)).en == "today"
    assert from_now(date(2026, 4, 11), NOW).en == "tomorrow"
    with pytest.raises(DateError):
        from_now(datetime(2026, 4, 13), NOW)


def test_spans() -> None:
    assert span(timedelta(days=2, hours=3, minutes=4)).th == "2 วัน 3 ชั่วโมง"
    assert span(timedelta(hours=1, minutes=1)).en == "1 hour 1 minute"
    assert span(timedelta(days=1, minutes=5)).en == "1 day 5 minutes"
    assert span(timedelta(seconds=30)).th == "ไม่ถึง 1 นาที"
    assert span(timedelta(hours=-3)).en == "3 hours"
