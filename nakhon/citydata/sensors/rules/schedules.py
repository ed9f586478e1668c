"""When a schedule's entries are due: by the clock of Bangkok, or by the sun at the place of the things."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from nakhon.knowledge.dates import BANGKOK, in_bangkok
from nakhon.knowledge.text import Text

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_SUN = re.compile(r"(sunrise|sunset)(?:([+-])(\d{1,3})m)?")
ZENITH = 90.833
"""Degrees from the zenith at which the sun's upper edge rises and sets: 34' of refraction and 16' of its radius."""


class EntryFault(ValueError):
    """An entry that cannot be read; ``text`` says why and what to write."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Entry:
    """``clock`` of Bangkok, or ``sun`` ("sunrise", "sunset") with ``shift``; ``days`` are weekdays, Monday 0."""

    command: str
    body: Any
    clock: time | None
    sun: str
    shift: timedelta
    days: frozenset[int]


def read_entry(raw: Mapping[str, Any]) -> Entry:
    """An entry of a schedule. Raises ``EntryFault``."""
    at = raw.get("at")
    clock = _CLOCK.fullmatch(at) if isinstance(at, str) else None
    sun = _SUN.fullmatch(at) if isinstance(at, str) else None
    if clock is None and sun is None:
        raise EntryFault(
            Text(
                "at ต้องเป็นเวลา เช่น 18:30 หรือ sunset, sunset-10m, sunrise+15m",
                "at is a time such as 18:30, or sunset, sunset-10m, sunrise+15m",
            )
        )
    days = raw.get("days", list(range(7)))
    if not isinstance(days, list) or not days or not all(type(day) is int and 0 <= day <= 6 for day in days):
        raise EntryFault(Text("days เป็นรายการของ 0 (จันทร์) ถึง 6 (อาทิตย์)", "days lists 0 (Monday) to 6 (Sunday)"))
    if not isinstance(raw.get("command"), str):
        raise EntryFault(Text("ระบุ command", "Name the command"))
    minutes = int(sun[3] or 0) * (-1 if sun[2] == "-" else 1) if sun else 0
    return Entry(
        raw["command"], raw.get("body"), time(int(clock[1]), int(clock[2])) if clock else None, sun[1] if sun else "",
        timedelta(minutes=minutes), frozenset(days),
    )  # fmt: skip


def sun_times(day: date, lon: float, lat: float) -> tuple[datetime, datetime] | None:
    """Sunrise and sunset (aware, UTC) on a day at a place, to about a minute; None where it does neither that day.

    Source: NOAA Global Monitoring Laboratory, Solar Calculation Details, after Meeus, Astronomical Algorithms; computed anew
    for the moment of each event.
    """
    rise = _sun_event(day, lon, lat, -1)
    fall = _sun_event(day, lon, lat, 1)
    return (rise, fall) if rise is not None and fall is not None else None


def _sun_event(day: date, lon: float, lat: float, side: int) -> datetime | None:
    midnight = datetime.combine(day, time(), UTC)
    minutes = 720.0 - 4 * lon
    for _ in range(3):
        equation, declination = _sun_at(midnight + timedelta(minutes=minutes))
        cosine = math.cos(math.radians(ZENITH)) / (math.cos(math.radians(lat)) * math.cos(declination)) - math.tan(
            math.radians(lat)
        ) * math.tan(declination)
        if not -1 <= cosine <= 1:
            return None
        minutes = 720 - 4 * lon - equation + side * 4 * math.degrees(math.acos(cosine))
    return midnight + timedelta(minutes=minutes)


def _sun_at(at: datetime) -> tuple[float, float]:
    """The equation of time in minutes and the sun's declination in radians."""
    century = ((at - datetime(2000, 1, 1, 12, tzinfo=UTC)) / timedelta(days=1)) / 36525
    longitude = math.radians((280.46646 + century * (36000.76983 + century * 0.0003032)) % 360)
    anomaly = math.radians(357.52911 + century * (35999.05029 - 0.0001537 * century))
    eccentricity = 0.016708634 - century * (0.000042037 + 0.0000001267 * century)
    centre = (
        math.sin(anomaly) * (1.914602 - century * (0.004817 + 0.000014 * century))
        + math.sin(2 * anomaly) * (0.019993 - 0.000101 * century)
        + math.sin(3 * anomaly) * 0.000289
    )
    node = math.radians(125.04 - 1934.136 * century)
    apparent = longitude + math.radians(centre - 0.00569 - 0.00478 * math.sin(node))
    tilt = math.radians(
        23 + (26 + (21.448 - century * (46.815 + century * (0.00059 - century * 0.001813))) / 60) / 60
        + 0.00256 * math.cos(node)
    )  # fmt: skip
    y = math.tan(tilt / 2) ** 2
    equation = 4 * math.degrees(
        y * math.sin(2 * longitude) - 2 * eccentricity * math.sin(anomaly)
        + 4 * eccentricity * y * math.sin(anomaly) * math.cos(2 * longitude)
        - 0.5 * y * y * math.sin(4 * longitude) - 1.25 * eccentricity**2 * math.sin(2 * anomaly)
    )  # fmt: skip
    return equation, math.asin(math.sin(tilt) * math.sin(apparent))


def due_at(entry: Entry, day: date, lon: float, lat: float) -> datetime | None:
    """When an entry is due on a day of Bangkok; None on a weekday that it leaves out, or without a sunrise or sunset."""
    if day.weekday() not in entry.days:
        return None
    if entry.clock is not None:
        return datetime.combine(day, entry.clock, BANGKOK)
    found = sun_times(day, lon, lat)
    if found is None:
        return None
    return found[0 if entry.sun == "sunrise" else 1] + entry.shift


def due_between(
    entries: Iterable[Entry], since: datetime, until: datetime, lon: float, lat: float
) -> list[tuple[datetime, Entry]]:
    """Entries due after ``since`` and not after ``until``, in order of time."""
    found = []
    rows = list(entries)
    day, last = in_bangkok(since).date() - timedelta(days=1), in_bangkok(until).date() + timedelta(days=1)
    while day <= last:
        for entry in rows:
            at = due_at(entry, day, lon, lat)
            if at is not None and since < at <= until:
                found.append((at, entry))
        day += timedelta(days=1)
    return sorted(found, key=lambda pair: pair[0])
