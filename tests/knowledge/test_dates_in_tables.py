"""Dates and moments in the columns of an office's table: two-digit years that must fit a span, and times of day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhon.knowledge.dates import BANGKOK, DateError, DatePrecision, Era, be_year, parse_moment, parse_within

SPAN = (date(2000, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("15/1/2566", date(2023, 1, 15)),
        ("1 ม.ค. 66", date(2023, 1, 1)),
        ("๑ ม.ค. ๖๖", date(2023, 1, 1)),
        ("2566-01-15", date(2023, 1, 15)),
        ("2023-01-15", date(2023, 1, 15)),
        ("29/02/67", date(2024, 2, 29)),
        ("15/1/43", date(2000, 1, 15)),
        ("15 ม.ค. 2569", date(2026, 1, 15)),
    ],
)
def test_dates_of_a_column_are_read(written: str, expected: date) -> None:
    found = parse_within(written, *SPAN)
    assert found.value == expected
    assert not found.ambiguous


@pytest.mark.parametrize(("written", "expected"), [("1/2/24", date(2024, 2, 1)), ("29/02/24", date(2024, 2, 29))])
def test_a_short_gregorian_year_is_taken_if_nothing_else_fits_and_is_flagged(written: str, expected: date) -> None:
    found = parse_within(written, *SPAN)
    assert (found.value, found.era, found.ambiguous) == (expected, Era.CE, True)
    assert "ค.ศ." in found.notes[0].th


def test_a_two_digit_year_that_may_be_two_years_is_refused_with_the_remedy() -> None:
    with pytest.raises(DateError) as refused:
        parse_within("1/2/60", date(1900, 1, 1), date(2027, 1, 1))
    assert refused.value.code == "dates.ambiguous_year"
    assert "2560" in refused.value.remedy.th and "1960" in refused.value.remedy.en


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1/2/35", "dates.ambiguous_year"),
        ("1/2/1999", "dates.outside"),
        ("2571-01-15", "dates.outside"),
        ("31/02/66", "dates.no_such_day"),
        ("พรุ่งนี้ 66", "dates.unreadable"),
        ("", "dates.unreadable"),
    ],
)
def test_what_does_not_fit_the_span_is_refused(written: str, code: str) -> None:
    with pytest.raises(DateError) as refused:
        parse_within(written, *SPAN)
    assert refused.value.code == code


@given(st.dates(SPAN[0], SPAN[1]))
def test_short_thai_years_of_this_century_read_back(value: date) -> None:
    assert parse_within(f"{value.day}/{value.month}/{be_year(value) % 100:02}", *SPAN).value == value


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("15 ม.ค. 69 08.30 น.", datetime(2026, 1, 15, 8, 30, tzinfo=BANGKOK)),
        ("15/1/2569 8:30", datetime(2026, 1, 15, 8, 30, tzinfo=BANGKOK)),
        ("15/1/69 เวลา 20:30:05 น.", datetime(2026, 1, 15, 20, 30, 5, tzinfo=BANGKOK)),
        ("2569-01-15T08:30:00+07:00", datetime(2026, 1, 15, 8, 30, tzinfo=BANGKOK)),
        ("2026-01-15T01:30:00Z", datetime(2026, 1, 15, 1, 30, tzinfo=UTC)),
        ("2026-01-15T01:30:00+0000", datetime(2026, 1, 15, 1, 30, tzinfo=UTC)),
        ("2026-01-15 01:30:05.123456789", datetime(2026, 1, 15, 1, 30, 5, 123456, tzinfo=BANGKOK)),
        ("15.1.69", datetime(2026, 1, 15, tzinfo=BANGKOK)),
        ("๑๕ มกราคม ๒๕๖๙, ๐๗:๐๕", datetime(2026, 1, 15, 7, 5, tzinfo=BANGKOK)),
    ],
)
def test_moments_are_read(written: str, expected: datetime) -> None:
    found = parse_moment(written, *SPAN)
    assert found == expected
    assert found.utcoffset() in {timedelta(hours=7), timedelta(0)}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("15/1/2569 24:30", "dates.time"),
        ("15/1/2569 08:61", "dates.time"),
        ("มกราคม 2569", "dates.incomplete"),
        ("08:30", "dates.unreadable"),
        ("15/1/2599 08:30", "dates.outside"),
    ],
)
def test_moments_that_cannot_be_are_refused(written: str, code: str) -> None:
    with pytest.raises(DateError) as refused:
        parse_moment(written, *SPAN)
    assert refused.value.code == code


def test_a_month_alone_keeps_its_precision() -> None:
    assert parse_within("ม.ค. 69", *SPAN).precision is DatePrecision.MONTH
