"""Age from a birth date that may be known only to the month or year, and spans of time in words."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nakhon.knowledge.dates import DateError, DatePrecision, be_year, be_year_range, in_bangkok
from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class Age:
    """An age in whole years. When the birth date is partly unknown, ``at_least`` and ``at_most`` bound it.

    ``years`` is the figure offices use: exact, or for a birth year alone the difference of the two Thai years.
    """

    years: int
    at_least: int
    at_most: int

    @property
    def exact(self) -> bool:
        return self.at_least == self.at_most

    @property
    def words(self) -> Text:
        """``94 ปี`` / ``94 years``, with ``ประมาณ`` / ``about`` when it is not exact."""
        unit = "year" if self.years == 1 else "years"
        if self.exact:
            return Text(f"{self.years} ปี", f"{self.years} {unit}")
        return Text(f"ประมาณ {self.years} ปี", f"about {self.years} {unit}")


def age(birth: date, on: date, precision: DatePrecision = DatePrecision.DAY) -> Age:
    """Age on ``on`` of a person born on ``birth``, of which ``precision`` is known.

    A person born on 29 February comes of age on 1 March in common years (the year ends on the last day of February).
    Raises ``DateError`` if ``on`` is before the birth. Source: Civil and Commercial Code s.16 and s.193/5; for a birth
    year alone, Thai year now less Thai year of birth; Calendar Year Act B.E. 2483 for years before 2484.
    """
    earliest, latest = _birth_range(birth, precision)
    if on < earliest:
        raise DateError(
            "dates.before_birth",
            Text("วันที่นี้อยู่ก่อนวันเกิด", "This day is before the birth"),
            Text("ตรวจสอบวันเกิดและปี พ.ศ. อีกครั้ง", "Check the birth date and its year"),
        )
    at_most, at_least = _whole_years(earliest, on), max(0, _whole_years(latest, on))
    if precision is DatePrecision.YEAR:
        return Age(be_year(on) - be_year(earliest), at_least, at_most)
    return Age(at_least, at_least, at_most)


def reached_age(birth: date, years: int, on: date, precision: DatePrecision = DatePrecision.DAY) -> bool:
    """Whether the person has surely reached ``years`` on ``on``, even on the latest birth date that the record allows.

    Use it for rights that begin at an age; when it is False but ``age(...).at_most`` reaches it, ask a person to decide.
    Source: as ``age``.
    """
    return age(birth, on, precision).at_least >= years


def from_now(when: date | datetime, now: date | datetime) -> Text:
    """How far ``when`` lies from ``now`` in words: ``อีก 3 วัน`` / ``in 3 days``, ``2 ชั่วโมงที่แล้ว`` / ``2 hours ago``.

    Two moments within a day are told in minutes or hours; otherwise whole Bangkok days are counted, so that tomorrow is
    tomorrow even at 23:50. Raises ``DateError`` for a moment without a time zone. Source: Thai usage.
    """
    if isinstance(when, datetime) and isinstance(now, datetime):
        gap = in_bangkok(when) - in_bangkok(now)
        if abs(gap) < timedelta(minutes=1):
            return Text("ขณะนี้", "now")
        if abs(gap) < timedelta(hours=24):
            return _around(_hours_or_minutes(abs(gap)), future=gap > timedelta(0))
    days = (_as_day(when) - _as_day(now)).days
    if days in _NEAR_DAYS:
        return _NEAR_DAYS[days]
    return _around(_days_in_words(_as_day(when), _as_day(now)), future=days > 0)


def span(length: timedelta) -> Text:
    """A span in its two largest units: ``2 วัน 3 ชั่วโมง`` / ``2 days 3 hours``; under a minute it is less than a minute.

    A negative span is told as its length. Source: Thai usage.
    """
    minutes = int(abs(length).total_seconds() // 60)
    if minutes == 0:
        return Text("ไม่ถึง 1 นาที", "less than a minute")
    counts = (minutes // 1440, minutes % 1440 // 60, minutes % 60)
    parts = [_count(n, *unit) for n, unit in zip(counts, (_DAY, _HOUR, _MINUTE), strict=True) if n][:2]
    return Text(" ".join(part.th for part in parts), " ".join(part.en for part in parts))


_YEAR, _MONTH, _DAY, _HOUR, _MINUTE = (
    ("ปี", "year"),
    ("เดือน", "month"),
    ("วัน", "day"),
    ("ชั่วโมง", "hour"),
    ("นาที", "minute"),
)
_NEAR_DAYS = {0: Text("วันนี้", "today"), 1: Text("พรุ่งนี้", "tomorrow"), -1: Text("เมื่อวานนี้", "yesterday")}


def _birth_range(birth: date, precision: DatePrecision) -> tuple[date, date]:
    if precision is DatePrecision.DAY:
        return birth, birth
    if precision is DatePrecision.MONTH:
        return birth.replace(day=1), birth.replace(day=calendar.monthrange(birth.year, birth.month)[1])
    return be_year_range(be_year(birth))


def _whole_years(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _as_day(value: date | datetime) -> date:
    return in_bangkok(value).date() if isinstance(value, datetime) else value


def _count(number: int, th: str, en: str) -> Text:
    return Text(f"{number} {th}", f"{number} {en}" + ("" if number == 1 else "s"))


def _hours_or_minutes(gap: timedelta) -> Text:
    minutes = int(gap.total_seconds() // 60)
    return _count(minutes // 60, *_HOUR) if minutes >= 60 else _count(minutes, *_MINUTE)


def _days_in_words(one: date, other: date) -> Text:
    first, last = sorted((one, other))
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    if months >= 12:
        return _count(months // 12, *_YEAR)
    return _count(months, *_MONTH) if months else _count((last - first).days, *_DAY)


def _around(length: Text, *, future: bool) -> Text:
    if future:
        return Text(f"อีก {length.th}", f"in {length.en}")
    return Text(f"{length.th}ที่แล้ว", f"{length.en} ago")
