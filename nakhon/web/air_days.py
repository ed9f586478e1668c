"""The air of past days: a year as weeks and days with the level of each, and how many days fell into each level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from nakhon.citydata.sensors.types import Point, StreamRow
from nakhon.knowledge import dates
from nakhon.knowledge.air import SubIndex
from nakhon.knowledge.air_levels import LEVELS
from nakhon.knowledge.text import Text
from nakhon.web.air_index import index_of_day

DAYS = 365


@dataclass(frozen=True, slots=True)
class Day:
    """A day: its index, None where it was not measured enough. ``tone`` is the colour, ``words`` what a pointer shows."""

    day: date
    index: SubIndex | None

    @property
    def tone(self) -> str:
        return f"air-{self.index.level.rank}" if self.index else "none"

    @property
    def words(self) -> Text:
        said = dates.format_long(self.day)
        if self.index is None:
            return Text(f"{said.th}: ข้อมูลไม่พอ", f"{said.en}: not enough data")
        level = self.index.level.name
        return Text(f"{said.th}: AQI {self.index.text} {level.th}", f"{said.en}: AQI {self.index.text}, {level.en}")


def worst_days(
    streams: Sequence[StreamRow], buckets: Mapping[int, Iterable[Point]], until: date, days: int = DAYS
) -> list[Day]:
    """Each of the ``days`` that end with ``until``: the highest index of the streams on that day."""
    worst: dict[date, SubIndex] = {}
    for stream in streams:
        for point in buckets.get(stream.id, ()):
            day, index = index_of_day(point, stream.unit, stream.every)
            if index is not None and (day not in worst or index.value > worst[day].value):
                worst[day] = index
    first = until - timedelta(days=days - 1)
    return [Day(day, worst.get(day)) for day in (first + timedelta(days=at) for at in range(days))]


def weeks_of(days: Sequence[Day]) -> list[list[Day | None]]:
    """Seven rows, Monday first, a column for each week; None where a week begins before or ends after the days."""
    lead: list[Day | None] = [None] * days[0].day.weekday()
    cells = [*lead, *days]
    cells += [None] * (-len(cells) % 7)
    return [cells[row::7] for row in range(7)]


WEEKDAYS = (
    Text("จ.", "Mon"), Text("อ.", "Tue"), Text("พ.", "Wed"), Text("พฤ.", "Thu"), Text("ศ.", "Fri"), Text("ส.", "Sat"), Text("อา.", "Sun"),
)  # fmt: skip


def months_of(days: Sequence[Day]) -> list[dict[str, Any]]:
    """The months above the weeks: how many columns each spans, and its short name."""
    heads: list[dict[str, Any]] = []
    for at in range(0, len(days) + days[0].day.weekday(), 7):
        day = days[min(max(0, at - days[0].day.weekday()), len(days) - 1)].day
        if heads and heads[-1]["key"] == (day.year, day.month):
            heads[-1]["weeks"] += 1
        else:
            said = dates.format_short(day)
            heads.append(
                {"key": (day.year, day.month), "weeks": 1, "name": Text(said.th.split()[1], said.en.split()[1])}
            )
    return heads


def counts_of(days: Sequence[Day]) -> list[dict[str, Any]]:
    """How many days fell into each level, and how many were not measured enough."""
    counts = Counter(day.tone for day in days)
    found: list[dict[str, Any]] = [
        {"tone": f"air-{level.rank}", "name": level.name, "days": counts[f"air-{level.rank}"]} for level in LEVELS
    ]
    return [*found, {"tone": "none", "name": Text("ข้อมูลไม่พอ", "Not enough data"), "days": counts["none"]}]


def by_month(days: Sequence[Day]) -> list[dict[str, Any]]:
    """Days of each level by month, newest first, and the worst day of each: the calendar as a table."""
    months: dict[tuple[int, int], list[Day]] = {}
    for day in days:
        months.setdefault((day.day.year, day.day.month), []).append(day)
    rows = []
    for own in reversed(months.values()):
        counts = Counter(day.tone for day in own)
        measured = [day for day in own if day.index is not None]
        worst = max(measured, key=lambda day: day.index.value if day.index else -1, default=None)
        rows.append(
            {
                "month": dates.format_month(own[0].day),
                "counts": [counts[f"air-{level.rank}"] for level in LEVELS],
                "none": counts["none"],
                "worst": worst,
            }
        )
    return rows
