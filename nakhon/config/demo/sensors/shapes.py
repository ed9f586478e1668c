"""What a living demonstration consists of: records of registers, things beside them, series of readings, watches that are on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nakhon.knowledge.dates import BANGKOK, in_bangkok

SOLUTIONS = Path(__file__).resolve().parents[4] / "solutions"
PREFIX = "DEMO-"
"""Keys of everything made up begin so. Nothing else is ever given a made-up reading."""

Value = Callable[[str, Mapping[str, Any], datetime], float | None]
"""The value of a thing, by its key and its record's data, at a moment; None where it says nothing."""


@dataclass(frozen=True, slots=True)
class Series:
    """Readings of one property of one kind of thing. ``recent`` is there from the beginning, ``whole`` some minutes later."""

    kind: str
    code: str
    every: timedelta
    recent: timedelta
    whole: timedelta
    value: Value
    after_midnight: timedelta = timedelta(0)

    def times(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """The moments of readings later than ``after`` and not later than ``until``, counted from midnights of Bangkok."""
        day = in_bangkok(after).date()
        while day <= in_bangkok(until).date():
            yield from (at for at in self._of_day(day) if after < at <= until)
            day += timedelta(days=1)

    def _of_day(self, day: date) -> Iterator[datetime]:
        midnight = datetime.combine(day, time(), BANGKOK)
        at = midnight + self.after_midnight
        while at < midnight + timedelta(days=1):
            yield at
            at += self.every


@dataclass(frozen=True, slots=True)
class Quarterly(Series):
    """One reading a quarter, on the tenth of its second month."""

    def _of_day(self, day: date) -> Iterator[datetime]:
        if day.day == 10 and day.month in (2, 5, 8, 11):
            yield datetime.combine(day, time(), BANGKOK) + self.after_midnight


@dataclass(frozen=True, slots=True)
class Row:
    """A record to be: its properties and its place as GeoJSON or None."""

    data: Mapping[str, Any]
    place: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A thing beside the registers."""

    kind: str
    key: str
    name_th: str
    name_en: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class File:
    """A file of a dataset; ``name`` is that in the solution's ``demo`` folder."""

    dataset: str
    name: str
    title_th: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Life:
    """One solution's demonstration in one city. ``rows`` by register; with ``counts`` of them they are not computed again for
    nothing.

    ``commanded`` names things of a kind to which a device is given, so that commands and their schedule can be seen. With
    ``later`` the things, which are thousands, are made by the first turn of the clock and not while the platform starts.
    """

    slug: str
    solution: str
    rows: Callable[[datetime], Mapping[str, Sequence[Row]]]
    series: Sequence[Series]
    watches: Sequence[str]
    spots: Sequence[Spot] = ()
    schedule: Mapping[str, Any] | None = None
    commanded: Sequence[str] = ()
    later: bool = False
    counts: Mapping[str, int] | None = None
    tried: Sequence[str] = ()
    files: Sequence[File] = ()


def point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}


@cache
def told(solution: str, name: str) -> dict[str, Any]:
    """A YAML file of a solution's ``demo`` folder."""
    text = (SOLUTIONS / solution / "demo" / name).read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def told_rows(solution: str, name: str) -> list[Row]:
    """The records of such a file, each with its place, labelled as demonstration."""
    rows = []
    for given in told(solution, name)["records"]:
        data = {key: value for key, value in given.items() if key not in ("lon", "lat")}
        rows.append(Row(data | {"demonstration": True}, point(given["lon"], given["lat"])))
    return rows
