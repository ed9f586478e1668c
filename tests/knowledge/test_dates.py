"""Buddhist-era dates: what people write, what offices print, and the year that once began in April."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhon.knowledge import dates
from nakhon.knowledge.dates import DateError, DatePrecision, Era, parse, parse_thai_date


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("15 ม.ค. 69", date(2026, 1, 15)),
        ("15ม.ค.69", date(2026, 1, 15)),
        ("๑ ตุลาคม ๒๕๖๙", date(2026, 10, 1)),
        ("29/02/2567", date(2024, 2, 29)),
        ("15-01-2569", date(2026, 1, 15)),
        ("15.1.69", date(2026, 1, 15)),
        ("วันที่ 15 มกราคม พ.ศ. 2569", date(2026, 1, 15)),
        ("วันพฤหัสบดีที่ 15 มกราคม 2569", date(2026, 1, 15)),
        ("วันพฤหัสบดี 15 มกราคม 2569", date(2026, 1, 15)),
        ("15 เดือนมกราคม พุทธศักราช 2569", date(2026, 1, 15)),
        ("15 มกราคม ค.ศ. 2026", date(2026, 1, 15)),
        ("15 January 2026", date(2026, 1, 15)),
        ("15 Jan 2569", date(2026, 1, 15)),
        ("January 15, 2026", date(2026, 1, 15)),
        ("15 January 2569 BE", date(2026, 1, 15)),
        ("2026-01-15", date(2026, 1, 15)),
        ("2569-01-15", date(2026, 1, 15)),
        ("  6   ธ.ค.   67 ", date(2024, 12, 6)),
    ],
)
def test_written_dates_are_read(written: str, expected: date) -> None:
    found = parse(written)
    assert found.value == expected
    assert found.precision is DatePrecision.DAY
    assert not found.ambiguous, found.notes
    assert parse_thai_date(written) == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("29/02/2566", "dates.no_such_day"),
        ("31 เมษายน 2569", "dates.no_such_day"),
        ("15/13/2569", "dates.no_such_day"),
        ("15/00/2569", "dates.no_such_day"),
        ("01/02/256", "dates.unreadable"),
        ("15 มกราคมม 2569", "dates.unreadable"),
        ("พรุ่งนี้", "dates.unreadable"),
        ("", "dates.unreadable"),
        ("01/02/9999", "dates.year"),
        ("01/02/1500", "dates.year"),
        ("15 มกราคม 25690", "dates.unreadable"),
    ],
)
def test_a_wrong_date_is_refused_with_its_reason(written: str, code: str) -> None:
    with pytest.raises(DateError) as refused:
        parse(written)
    assert refused.value.code == code


def test_a_bare_small_year_is_ce_and_flagged() -> None:
    found = parse("01/02/2026")
    assert (found.value, found.era, found.ambiguous) == (date(2026, 2, 1), Era.CE, True)
    assert "ค.ศ." in found.notes[0].th
    assert not parse("01/02/2569").ambiguous


def test_a_two_digit_year_far_off_is_flagged() -> None:
    assert parse("1 ม.ค. 90").ambiguous
    assert not parse("1 ม.ค. 69").ambiguous


@pytest.mark.parametrize(
    ("written", "value", "precision"),
    [
        ("00/00/2475", date(1932, 4, 1), DatePrecision.YEAR),
        ("พ.ศ. 2475", date(1932, 4, 1), DatePrecision.YEAR),
        ("2510", date(1967, 1, 1), DatePrecision.YEAR),
        ("มกราคม 2569", date(2026, 1, 1), DatePrecision.MONTH),
        ("00/05/2510", date(1967, 5, 1), DatePrecision.MONTH),
    ],
)
def test_unknown_days_and_months_keep_their_precision(written: str, value: date, precision: DatePrecision) -> None:
    found = parse(written)
    assert (found.value, found.precision) == (value, precision)
    with pytest.raises(DateError) as refused:
        parse_thai_date(written)
    assert refused.value.code == "dates.incomplete"


def test_before_2484_the_year_began_in_april() -> None:
    # King Prajadhipok abdicated on 2 March 2477, which was 1935.
    abdication = parse("2 มีนาคม 2477")
    assert abdication.value == date(1935, 3, 2)
    assert abdication.ambiguous
    assert dates.be_year(date(1935, 3, 2)) == 2477
    # The revolution of 24 June 2475 was in 1932: from April on both ways of counting agree.
    assert parse("24 มิถุนายน 2475").value == date(1932, 6, 24)
    assert not parse("24 มิถุนายน 2475").ambiguous
    assert dates.be_year_range(2475) == (date(1932, 4, 1), date(1933, 3, 31))
    assert dates.be_year_range(2483) == (date(1940, 4, 1), date(1940, 12, 31))
    assert dates.be_year_range(2484) == (date(1941, 1, 1), date(1941, 12, 31))


@given(st.dates(date(1857, 4, 1), date(2199, 12, 31)))
def test_every_day_lies_in_its_own_year_and_years_follow_each_other(day: date) -> None:
    first, last = dates.be_year_range(dates.be_year(day))
    assert first <= day <= last
    assert dates.be_year(last + timedelta(days=1)) == dates.be_year(last) + 1


@given(st.dates(date(1941, 1, 1), date(2199, 12, 31)))
def test_what_is_printed_reads_back(day: date) -> None:
    assert parse_thai_date(dates.format_long(day).th) == day
    assert parse_thai_date(dates.format_official(day)) == day
    assert parse_thai_date(dates.format_long(day, weekday=True).th) == day


@given(st.dates(date(1857, 4, 1), date(1940, 12, 31)))
def test_old_dates_read_back_too(day: date) -> None:
    assert parse_thai_date(dates.format_long(day).th) == day


def test_printed_forms() -> None:
    day = date(2026, 1, 15)
    assert dates.format_short(day).th == "15 ม.ค. 69"
    assert dates.format_short(day).en == "15 Jan 2026"
    assert dates.format_short(day, thai=True).th == "๑๕ ม.ค. ๖๙"
    assert dates.format_long(day).th == "15 มกราคม 2569"
    assert dates.format_long(day).en == "15 January 2026 (B.E. 2569)"
    assert dates.format_long(day, weekday=True).th == "วันพฤหัสบดีที่ 15 มกราคม 2569"
    assert dates.format_official(day) == "๑๕ มกราคม ๒๕๖๙"
    assert dates.format_known(day, DatePrecision.MONTH).th == "มกราคม 2569"
    assert dates.format_known(date(1932, 4, 1), DatePrecision.YEAR).th == "พ.ศ. 2475"
    assert dates.format_known(day, DatePrecision.DAY) == dates.format_long(day)


def test_moments_are_told_in_bangkok_time() -> None:
    moment = datetime(2026, 1, 15, 18, 30, tzinfo=UTC)
    assert dates.format_moment(moment).th == "16 ม.ค. 69 01:30 น."
    assert dates.format_moment(moment).en == "16 Jan 2026, 01:30"
    assert dates.in_bangkok(moment).utcoffset() == timedelta(hours=7)
    assert dates.in_bangkok(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=9)))).day == 31
    with pytest.raises(DateError) as refused:
        dates.in_bangkok(datetime(2026, 1, 15, 18, 30))
    assert refused.value.code == "dates.no_time_zone"
