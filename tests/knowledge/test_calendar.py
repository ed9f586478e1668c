"""Office time: the worked examples of the SLA clock, pauses, escalations, and laws that hold for any office."""

from __future__ import annotations

import time as clock_time
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nakhon.knowledge.calendar import (
    OFFICE_HOURS,
    CalendarError,
    Clock,
    Interval,
    OfficeCalendar,
    Pause,
    deadline,
    elapsed,
    escalations,
)
from nakhon.knowledge.dates import BANGKOK, DateError

SONGKRAN = frozenset({date(2026, 4, 6), date(2026, 4, 13), date(2026, 4, 14), date(2026, 4, 15)})
OFFICE = OfficeCalendar(holidays=SONGKRAN)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BANGKOK)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        ("2026-04-10 15:30", 7, "2026-04-16 15:30"),
        ("2026-04-10 20:00", 14, "2026-04-17 16:30"),
        ("2026-04-11 10:00", 0.5, "2026-04-16 09:00"),
        ("2026-04-16 11:00", 2, "2026-04-16 14:00"),
        ("2026-04-03 16:00", 1.5, "2026-04-07 09:30"),
        ("2026-04-16 08:30", 3.5, "2026-04-16 12:00"),
        ("2026-04-16 12:30", 0, "2026-04-16 12:30"),
    ],
)
def test_working_time_is_added(start: str, amount: float, due: str) -> None:
    assert OFFICE.add_working_time(at(start), hours(amount)) == at(due)


def test_working_time_is_measured() -> None:
    assert OFFICE.working_minutes_between(at("2026-04-10 15:30"), at("2026-04-16 09:30")) == 120
    assert OFFICE.working_minutes_between(at("2026-04-16 09:30"), at("2026-04-10 15:30")) == -120
    assert OFFICE.working_minutes_between(at("2026-04-11 00:00"), at("2026-04-13 00:00")) == 0


def test_moments_in_other_zones_are_the_same_moments() -> None:
    assert OFFICE.add_working_time(datetime(2026, 4, 10, 8, 30, tzinfo=UTC), hours(7)) == at("2026-04-16 15:30")
    with pytest.raises(DateError):
        OFFICE.add_working_time(datetime(2026, 4, 10, 15, 30), hours(7))


@pytest.mark.parametrize(
    ("moment", "is_open", "opens"),
    [
        ("2026-04-16 08:29", False, "2026-04-16 08:30"),
        ("2026-04-16 08:30", True, "2026-04-16 08:30"),
        ("2026-04-16 12:00", False, "2026-04-16 13:00"),
        ("2026-04-16 16:30", False, "2026-04-17 08:30"),
        ("2026-04-10 17:00", False, "2026-04-16 08:30"),
    ],
)
def test_when_the_office_is_open(moment: str, is_open: bool, opens: str) -> None:
    assert OFFICE.is_open(at(moment)) is is_open
    assert OFFICE.next_open(at(moment)) == at(opens)


def test_working_days() -> None:
    assert OFFICE.add_working_days(date(2026, 4, 10), 1) == date(2026, 4, 16)
    assert OFFICE.add_working_days(date(2026, 4, 10), 7) == date(2026, 4, 24)
    assert OFFICE.add_working_days(date(2026, 4, 11), 0) == date(2026, 4, 16)
    assert OFFICE.add_working_days(date(2026, 4, 10), 0) == date(2026, 4, 10)
    with pytest.raises(CalendarError):
        OFFICE.add_working_days(date(2026, 4, 10), -1)


@pytest.mark.parametrize(
    ("received", "counts"),
    [
        ("2026-04-10 16:29", date(2026, 4, 10)),
        ("2026-04-10 16:30", date(2026, 4, 16)),
        ("2026-04-10 07:00", date(2026, 4, 10)),
        ("2026-04-13 10:00", date(2026, 4, 16)),
    ],
)
def test_an_application_outside_office_hours_counts_for_the_next_working_day(received: str, counts: date) -> None:
    assert OFFICE.counting_day(at(received)) == counts


def test_special_days_win_over_holidays_and_weekends() -> None:
    saturday, holiday = date(2026, 4, 11), date(2026, 4, 13)
    half_day = (Interval(time(8, 30), time(12, 0)),)
    counter = OfficeCalendar(holidays=SONGKRAN, special_days={saturday: OFFICE_HOURS, holiday: half_day})
    assert counter.add_working_time(at("2026-04-10 15:30"), hours(7)) == at("2026-04-11 15:30")
    assert counter.working_minutes_between(at("2026-04-13 00:00"), at("2026-04-14 00:00")) == 210
    assert not counter.is_open(at("2026-04-13 13:30"))


def test_a_day_and_night_office() -> None:
    rescue = OfficeCalendar(week=dict.fromkeys(range(7), (Interval(time(0), time(0)),)))
    assert rescue.add_working_time(at("2026-04-10 23:00"), hours(30)) == at("2026-04-12 05:00")
    assert rescue.is_open(at("2026-04-12 03:00"))


def test_pauses_stop_the_working_clock() -> None:
    start, within = at("2026-04-16 09:00"), hours(7)
    waiting = [Pause(at("2026-04-16 10:00"), at("2026-04-17 10:00"))]
    unpaused = deadline(start, within, Clock.WORKING, OFFICE)
    assert unpaused == at("2026-04-17 09:00")
    assert deadline(start, within, Clock.WORKING, OFFICE, waiting) == at("2026-04-20 09:00")
    # The same as the deadline without pauses, moved by the working time of the pause.
    paused = OFFICE.working_time_between(waiting[0].start, at("2026-04-17 10:00"))
    assert OFFICE.add_working_time(start, within + paused) == at("2026-04-20 09:00")
    assert elapsed(start, at("2026-04-20 09:00"), Clock.WORKING, OFFICE, waiting) == within


def test_overlapping_pauses_count_once_and_late_ones_not_at_all() -> None:
    start = at("2026-04-10 08:00")
    pauses = [
        Pause(at("2026-04-10 12:00"), at("2026-04-10 14:00")),
        Pause(at("2026-04-10 10:00"), at("2026-04-10 13:00")),
        Pause(at("2026-04-20 10:00"), at("2026-04-20 13:00")),
    ]
    assert deadline(start, hours(10), Clock.CALENDAR, OFFICE, pauses) == at("2026-04-10 22:00")
    assert elapsed(start, at("2026-04-10 22:00"), Clock.CALENDAR, OFFICE, pauses) == hours(10)


def test_no_deadline_while_the_clock_stands_still() -> None:
    start, waiting = at("2026-04-16 09:00"), [Pause(at("2026-04-16 10:00"))]
    assert deadline(start, hours(7), Clock.WORKING, OFFICE, waiting) is None
    # What was due before the pause stays due.
    assert deadline(start, hours(1), Clock.WORKING, OFFICE, waiting) == at("2026-04-16 10:00")
    assert elapsed(start, at("2026-05-30 09:00"), Clock.WORKING, OFFICE, waiting) == hours(1)


def test_emergencies_run_on_the_wall_clock() -> None:
    assert deadline(at("2026-04-10 20:00"), hours(48), Clock.CALENDAR, OFFICE) == at("2026-04-12 20:00")


def test_escalations() -> None:
    found = escalations(at("2026-04-16 08:30"), hours(10), Clock.WORKING, OFFICE)
    assert [(step.percent, step.at) for step in found] == [
        (50, at("2026-04-16 14:30")),
        (80, at("2026-04-17 09:30")),
        (100, at("2026-04-17 11:30")),
        (150, at("2026-04-20 09:30")),
    ]
    standing = escalations(at("2026-04-16 08:30"), hours(10), Clock.WORKING, OFFICE, [Pause(at("2026-04-16 16:00"))])
    assert [step.at is None for step in standing] == [False, True, True, True]


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda: Interval(time(12), time(8)), "calendar.interval"),
        (lambda: Pause(at("2026-04-16 10:00"), at("2026-04-16 09:00")), "calendar.pause"),
        (lambda: OfficeCalendar(week={}), "calendar.never_open"),
        (
            lambda: OfficeCalendar(week={0: (Interval(time(8), time(12)), Interval(time(11), time(16)))}),
            "calendar.overlap",
        ),
        (lambda: OFFICE.add_working_time(at("2026-04-10 08:00"), hours(-1)), "calendar.negative"),
        (lambda: OFFICE.add_working_time(at("2026-04-10 08:00"), timedelta(days=30_000)), "calendar.too_far"),
        (lambda: OFFICE.add_working_time(at("2026-04-10 08:00"), timedelta.max), "calendar.too_far"),
        (lambda: deadline(at("2026-04-10 08:00"), timedelta.max, Clock.CALENDAR, OFFICE), "calendar.too_far"),
        (lambda: deadline(at("2026-04-10 08:00"), hours(-1), Clock.CALENDAR, OFFICE), "calendar.negative"),
    ],
)
def test_what_cannot_be_is_refused(build: object, code: str) -> None:
    with pytest.raises(CalendarError) as refused:
        build()  # type: ignore[operator]
    assert refused.value.code == code


moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31)).map(lambda m: m.replace(tzinfo=BANGKOK))
spans = st.timedeltas(timedelta(0), timedelta(hours=4000))
days = st.frozensets(st.dates(date(2025, 1, 1), date(2029, 12, 31)), max_size=40)
halves = st.dictionaries(
    st.dates(date(2025, 1, 1), date(2029, 12, 31)), st.sampled_from([(), OFFICE_HOURS, OFFICE_HOURS[:1]]), max_size=10
)
offices = st.builds(OfficeCalendar, holidays=days, special_days=halves)


def slow_measure(office: OfficeCalendar, start: datetime, end: datetime) -> timedelta:
    """Day by day, as one would on paper: the measure that the fast one must agree with."""
    total, day = timedelta(0), start.date()
    while day <= end.date():
        for interval in office.intervals(day):
            midnight = datetime.combine(day, time(0), tzinfo=BANGKOK)
            total += max(timedelta(0), min(end, midnight + interval.end) - max(start, midnight + interval.start))
        day += timedelta(days=1)
    return total


@given(offices, moments, spans)
@settings(max_examples=150, deadline=None)
def test_adding_then_measuring_gives_the_same(office: OfficeCalendar, start: datetime, amount: timedelta) -> None:
    due = office.add_working_time(start, amount)
    assert office.working_time_between(start, due) == amount
    # It is the earliest such moment: one microsecond sooner is not enough.
    assert amount == timedelta(0) or office.working_time_between(start, due - timedelta(microseconds=1)) < amount


@given(offices, moments, spans, spans)
@settings(max_examples=100, deadline=None)
def test_more_time_is_never_due_sooner(
    office: OfficeCalendar, start: datetime, one: timedelta, other: timedelta
) -> None:
    short, long = sorted((one, other))
    assert office.add_working_time(start, short) <= office.add_working_time(start, long)


@given(offices, moments, st.timedeltas(timedelta(0), timedelta(days=400)))
@settings(max_examples=60, deadline=None)
def test_the_fast_measure_agrees_with_the_slow(office: OfficeCalendar, start: datetime, length: timedelta) -> None:
    assert office.working_time_between(start, start + length) == slow_measure(office, start, start + length)


@given(
    moments,
    st.timedeltas(timedelta(0), timedelta(hours=200)),
    st.lists(st.tuples(moments, spans), max_size=5),
    st.sampled_from(Clock),
)
@settings(max_examples=100, deadline=None)
def test_a_deadline_is_met_exactly(
    start: datetime, within: timedelta, stops: list[tuple[datetime, timedelta]], clock: Clock
) -> None:
    pauses = [Pause(begin, begin + length) for begin, length in stops]
    due = deadline(start, within, clock, OFFICE, pauses)
    assert due is not None
    assert elapsed(start, due, clock, OFFICE, pauses) == within
    assert due >= deadline(start, within, clock, OFFICE)  # type: ignore[operator]


def test_years_are_quick() -> None:
    began = clock_time.perf_counter()
    for _ in range(200):
        OFFICE.add_working_time(at("2026-01-05 08:30"), hours(7 * 250 * 20))
        OFFICE.working_minutes_between(at("2006-01-05 08:30"), at("2046-01-05 08:30"))
    # Twenty and forty years two hundred times over; a loop over minutes would take minutes.
    assert clock_time.perf_counter() - began < 2
