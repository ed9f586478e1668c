"""Office time: when an office is open, working time added and measured, deadlines that stop and start again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from nakhon.knowledge.dates import BANGKOK, in_bangkok
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text

_ZERO = timedelta(0)
_DAY = timedelta(days=1)
_MONDAY = date(2000, 1, 3)
# How far ahead an open moment is looked for before the calendar is called unusable.
_HORIZON = timedelta(days=366 * 100)


class CalendarError(KnowledgeError):
    """Working hours, a pause or a span of time that cannot be."""


class Clock(StrEnum):
    """What a limit is counted in: office time, or the time on the wall (emergencies, PDPA)."""

    WORKING = "WORKING"
    CALENDAR = "CALENDAR"


def _since_midnight(moment: time) -> timedelta:
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Open from ``opens`` until just before ``closes`` on one day; ``closes`` 00:00 is midnight at the day's end."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise CalendarError(
                "calendar.interval",
                Text("เวลาปิดต้องอยู่หลังเวลาเปิด", "Closing must come after opening"),
                Text("ตรวจสอบเวลาทำการ เช่น 08:30 ถึง 12:00", "Check the hours, for example 08:30 to 12:00"),
            )

    @property
    def start(self) -> timedelta:
        """Time since midnight."""
        return _since_midnight(self.opens)

    @property
    def end(self) -> timedelta:
        return _since_midnight(self.closes) or _DAY


@dataclass(frozen=True, slots=True)
class Pause:
    """A stop of the clock from ``start`` until ``end``; ``end`` None while it still lasts. Both with a time zone."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.end is not None and in_bangkok(self.end) < in_bangkok(self.start):
            raise CalendarError(
                "calendar.pause",
                Text("การหยุดเวลาสิ้นสุดก่อนเริ่ม", "The pause ends before it begins"),
                Text("ตรวจสอบเวลาเริ่มและสิ้นสุด", "Check its start and end"),
            )


OFFICE_HOURS = (Interval(time(8, 30), time(12, 0)), Interval(time(13, 0), time(16, 30)))
"""Usual hours with lunch, 7 hours a day. Source: office practice; an office that differs passes its own."""

WEEK: Mapping[int, tuple[Interval, ...]] = dict.fromkeys(range(5), OFFICE_HOURS)
"""Monday (0) to Friday (4)."""


@dataclass(frozen=True, eq=False)
class OfficeCalendar:
    """Working intervals for each weekday (0 is Monday), less ``holidays``, with ``special_days`` that have their own hours.

    A special day wins over a holiday: a Saturday on which the counter opens, or a half day. All times are Bangkok time;
    moments passed in must carry a zone and results carry Bangkok's. Raises ``CalendarError`` for intervals that overlap or
    a week without any. Source: office hours practice Mon-Fri 08:30-16:30 with lunch; both are settings of each office.
    """

    week: Mapping[int, tuple[Interval, ...]] = field(default_factory=lambda: WEEK)
    holidays: frozenset[date] = frozenset()
    special_days: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for intervals in (*self.week.values(), *self.special_days.values()):
            _require_disjoint(intervals)
        if not any(self.week.get(weekday) for weekday in range(7)):
            raise CalendarError(
                "calendar.never_open",
                Text("ปฏิทินนี้ไม่มีเวลาทำการเลย", "This calendar never opens"),
                Text("กำหนดเวลาทำการอย่างน้อยหนึ่งวันในสัปดาห์", "Give at least one weekday its hours"),
            )
        lengths = tuple(_length(self.week.get(weekday, ())) for weekday in range(7))
        changed = sorted({*self.holidays, *self.special_days})
        totals = [_ZERO]
        for day in changed:
            totals.append(totals[-1] + _length(self.intervals(day)) - lengths[day.weekday()])
        object.__setattr__(self, "_lengths", lengths)
        object.__setattr__(self, "_changed", changed)
        object.__setattr__(self, "_changes", totals)

    def intervals(self, day: date) -> tuple[Interval, ...]:
        """The open intervals of ``day`` in order; empty when closed."""
        if day in self.special_days:
            return tuple(sorted(self.special_days[day]))
        return () if day in self.holidays else tuple(sorted(self.week.get(day.weekday(), ())))

    def is_working_day(self, day: date) -> bool:
        """Whether the office opens at all on ``day``."""
        return bool(self.intervals(day))

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``; the day itself is not counted. ``count`` 0 gives the first working day
        from ``day`` on. Raises ``CalendarError`` if negative. Source: Civil and Commercial Code s.193/3, first day excluded.
        """
        _require_not_negative(timedelta(count))
        current = day if count == 0 else day + _DAY
        while True:
            if self.is_working_day(current):
                if count <= 1:
                    return current
                count -= 1
            current += _DAY
            _require_horizon(current - day)

    def counting_day(self, received: datetime) -> date:
        """The day that counts as the day of receipt: the same working day until closing time, else the next working day.

        Source: Electronic Performance of Official Duties Act B.E. 2565, receipt outside office hours.
        """
        local = in_bangkok(received)
        day, intervals = local.date(), self.intervals(local.date())
        if intervals and _since_midnight(local.time()) < intervals[-1].end:
            return day
        return self.add_working_days(day, 1)

    def is_open(self, moment: datetime) -> bool:
        """Whether the office is open at ``moment``; closed at the very instant of closing."""
        local = in_bangkok(moment)
        now = _since_midnight(local.time())
        return any(interval.start <= now < interval.end for interval in self.intervals(local.date()))

    def next_open(self, moment: datetime) -> datetime:
        """``moment`` itself when open, otherwise the next opening."""
        local = in_bangkok(moment)
        day, now = local.date(), _since_midnight(local.time())
        for _ in range(_HORIZON.days):
            for interval in self.intervals(day):
                if now < interval.end:
                    return _at(day, max(now, interval.start))
            day, now = day + _DAY, _ZERO
        raise _never_open()

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest moment by which ``amount`` of office time has passed since ``start``; ``start`` itself for nothing.

        Whole weeks are jumped over, so years cost no more than days. Raises ``CalendarError`` if ``amount`` is negative or
        lies beyond a century. Source: the office's own calendar.
        """
        _require_not_negative(amount)
        begin = local = in_bangkok(start)
        week = sum(self._lengths, _ZERO)
        while amount > week:
            weeks = amount // week
            if weeks > _HORIZON.days // 7:
                raise _never_open()
            jumped = local + timedelta(weeks=weeks)
            _require_horizon(jumped - begin)
            passed = self.working_time_between(local, jumped)
            # Special days may have given as much as the weeks were to give, or more: then the days below decide.
            if passed >= amount:
                break
            local, amount = jumped, amount - passed
        if amount == _ZERO:
            return begin
        day, now = local.date(), _since_midnight(local.time())
        while True:
            for interval in self.intervals(day):
                available = max(_ZERO, interval.end - max(now, interval.start))
                if amount <= available:
                    return _at(day, max(now, interval.start) + amount)
                amount -= available
            day, now = day + _DAY, _ZERO
            _require_horizon(_at(day, now) - begin)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Office time from ``start`` to ``end``; negative when ``end`` comes first. Cost does not grow with the distance."""
        first, last = in_bangkok(start), in_bangkok(end)
        return self._since_epoch(last) - self._since_epoch(first)

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """``working_time_between`` in whole minutes, towards zero."""
        return int(self.working_time_between(start, end) / timedelta(minutes=1))

    def _since_epoch(self, local: datetime) -> timedelta:
        day = local.date()
        weeks, rest = divmod((day - _MONDAY).days, 7)
        whole = sum(self._lengths, _ZERO) * weeks + sum(self._lengths[:rest], _ZERO)
        changed = self._changes[bisect_left(self._changed, day)]
        now = _since_midnight(local.time())
        today = sum((max(_ZERO, min(now, i.end) - i.start) for i in self.intervals(day)), _ZERO)
        return whole + changed + today

    _lengths: tuple[timedelta, ...] = field(init=False, repr=False, compare=False)
    _changed: list[date] = field(init=False, repr=False, compare=False)
    _changes: list[timedelta] = field(init=False, repr=False, compare=False)


def elapsed(
    start: datetime, until: datetime, clock: Clock, calendar: OfficeCalendar, pauses: Iterable[Pause] = ()
) -> timedelta:
    """Time on ``clock`` from ``start`` to ``until``, without what lies in ``pauses``; nothing when ``until`` is not after.

    Overlapping pauses count once. Source: SLA practice, the clock stops while waiting for the citizen or another agency.
    """
    total, cursor, end = _ZERO, in_bangkok(start), in_bangkok(until)
    for pause in _merged(pauses):
        if pause.start >= end:
            break
        total += _between(cursor, max(cursor, pause.start), clock, calendar)
        cursor = end if pause.end is None else max(cursor, pause.end)
    return total + (_between(cursor, end, clock, calendar) if cursor < end else _ZERO)


def deadline(
    start: datetime, within: timedelta, clock: Clock, calendar: OfficeCalendar, pauses: Iterable[Pause] = ()
) -> datetime | None:
    """The moment at which ``within`` has run out on ``clock``, ``pauses`` left out; in Bangkok time.

    None while a pause that began before it still lasts: there is no deadline until the clock runs again.
    Raises ``CalendarError`` if ``within`` is negative. Source: SLA practice; s.10 Licensing Facilitation Act B.E. 2558.
    """
    _require_not_negative(within)
    cursor, remaining = in_bangkok(start), within
    for pause in _merged(pauses):
        if pause.end is not None and pause.end <= cursor:
            continue
        due = _after(cursor, remaining, clock, calendar)
        if due <= pause.start:
            return due
        if pause.end is None:
            return None
        remaining -= _between(cursor, max(cursor, pause.start), clock, calendar)
        cursor = pause.end
    return _after(cursor, remaining, clock, calendar)


@dataclass(frozen=True, slots=True)
class Escalation:
    """At ``percent`` of the time allowed somebody higher is told; ``at`` is None while the clock stands still before it."""

    percent: int
    at: datetime | None


def escalations(
    start: datetime,
    within: timedelta,
    clock: Clock,
    calendar: OfficeCalendar,
    pauses: Iterable[Pause] = (),
    percents: Sequence[int] = (50, 80, 100, 150),
) -> tuple[Escalation, ...]:
    """When each share of ``within`` has passed: reminder, head of section, chief administrator, mayor by default.

    Source: SLA practice of municipal complaint desks; the percentages are a setting of each service.
    """
    stops = tuple(pauses)
    return tuple(Escalation(p, deadline(start, within * p / 100, clock, calendar, stops)) for p in percents)


def _merged(pauses: Iterable[Pause]) -> list[Pause]:
    merged: list[Pause] = []
    for pause in sorted(pauses, key=lambda one: in_bangkok(one.start)):
        start, end = in_bangkok(pause.start), None if pause.end is None else in_bangkok(pause.end)
        if merged and (merged[-1].end is None or start <= merged[-1].end):
            last = merged.pop()
            start, end = last.start, None if last.end is None or end is None else max(last.end, end)
        merged.append(Pause(start, end))
    return merged


def _after(start: datetime, amount: timedelta, clock: Clock, calendar: OfficeCalendar) -> datetime:
    if clock is Clock.WORKING:
        return calendar.add_working_time(start, amount)
    _require_horizon(amount)
    return start + amount


def _between(start: datetime, end: datetime, clock: Clock, calendar: OfficeCalendar) -> timedelta:
    return end - start if clock is Clock.CALENDAR else calendar.working_time_between(start, end)


def _at(day: date, since_midnight: timedelta) -> datetime:
    # Bangkok has one offset all year, so wall-clock arithmetic is exact.
    return datetime.combine(day, time(0), tzinfo=BANGKOK) + since_midnight


def _length(intervals: Iterable[Interval]) -> timedelta:
    return sum((interval.end - interval.start for interval in intervals), _ZERO)


def _require_disjoint(intervals: Iterable[Interval]) -> None:
    ordered = sorted(intervals)
    if any(later.start < earlier.end for earlier, later in pairwise(ordered)):
        raise CalendarError(
            "calendar.overlap",
            Text("ช่วงเวลาทำการซ้อนทับกัน", "Working intervals overlap"),
            Text("แยกช่วงเช้าและบ่ายไม่ให้ซ้อนกัน", "Keep morning and afternoon apart"),
        )


def _require_not_negative(amount: timedelta) -> None:
    if amount < _ZERO:
        raise CalendarError(
            "calendar.negative",
            Text("ระยะเวลาต้องไม่ติดลบ", "A span of time cannot be negative"),
            Text("ระบุระยะเวลาตั้งแต่ศูนย์ขึ้นไป", "Give a span of zero or more"),
        )


def _require_horizon(distance: timedelta) -> None:
    if distance > _HORIZON:
        raise _never_open()


def _never_open() -> CalendarError:
    return CalendarError(
        "calendar.too_far",
        Text("กำหนดเวลาอยู่ไกลเกินหนึ่งศตวรรษ", "The moment lies more than a century ahead"),
        Text("ตรวจสอบระยะเวลาและวันหยุดที่ตั้งไว้", "Check the span and the holidays that were set"),
    )
