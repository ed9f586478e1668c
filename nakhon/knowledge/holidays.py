"""Official holidays as dated rows with their source, and the set of days that an office is closed.

The rows seed a city's own list: lunar, substituted and special days follow the cabinet's announcement of each year, so a
row with ``confirm`` is to be compared with it. Labour Day (1 May) is for the private sector and is not an office holiday.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text


class HolidayError(KnowledgeError):
    """A range of days for which no holidays are known, or that runs backwards."""


class HolidayKind(StrEnum):
    """Who set the day. LOCAL days are those a province or a municipality adds for itself."""

    NATIONAL = "NATIONAL"
    CABINET_SPECIAL = "CABINET_SPECIAL"
    SUBSTITUTION = "SUBSTITUTION"
    LOCAL = "LOCAL"

    @property
    def label(self) -> Text:
        return _KIND_LABELS[self]


_KIND_LABELS = {
    HolidayKind.NATIONAL: Text("วันหยุดราชการประจำปี", "Annual official holiday"),
    HolidayKind.CABINET_SPECIAL: Text("วันหยุดพิเศษตามมติคณะรัฐมนตรี", "Special holiday by cabinet resolution"),
    HolidayKind.SUBSTITUTION: Text("วันหยุดชดเชย", "Substituted holiday"),
    HolidayKind.LOCAL: Text("วันหยุดของท้องถิ่น", "Local holiday"),
}


@dataclass(frozen=True, slots=True, order=True)
class Holiday:
    """One day off. ``confirm`` asks the city to compare it with the cabinet's announcement before relying on it."""

    day: date
    name_th: str
    name_en: str
    kind: HolidayKind
    source: str
    confirm: bool

    @property
    def name(self) -> Text:
        return Text(self.name_th, self.name_en)


@cache
def national_holidays() -> tuple[Holiday, ...]:
    """Every row that comes with the platform, by date: B.E. 2566 to 2571.

    Source: Prime Minister's Office announcements on official holidays; lunar and substituted dates from the ``holidays``
    library (MIT), compared with the cabinet's lists; each row names its own in ``data/holidays-th.csv``.
    """
    text = files("nakhon.knowledge").joinpath("data/holidays-th.csv").read_text(encoding="utf-8")
    return tuple(
        sorted(
            Holiday(
                date.fromisoformat(row["date"]),
                row["name_th"],
                row["name_en"],
                HolidayKind(row["kind"]),
                row["source"],
                row["confirm"] == "yes",
            )
            for row in csv.DictReader(text.splitlines())
        )
    )


def holidays_between(
    first: date,
    last: date,
    *,
    rows: Iterable[Holiday] | None = None,
    added: Iterable[Holiday] = (),
    removed: Iterable[date] = (),
) -> tuple[Holiday, ...]:
    """The holidays from ``first`` to ``last`` inclusive: ``rows`` (those of the platform by default), with what a city
    ``added`` and without the days it ``removed`` because the cabinet moved them.

    Raises ``HolidayError`` if ``last`` is before ``first``, or, for the platform's rows, outside the years they cover: a
    deadline must not be computed as though those years had no holidays. Source: as ``national_holidays``.
    """
    if last < first:
        raise HolidayError(
            "holidays.backwards",
            Text("วันสิ้นสุดอยู่ก่อนวันเริ่มต้น", "The last day comes before the first"),
            Text("สลับวันเริ่มต้นและวันสิ้นสุด", "Swap the two days"),
        )
    if rows is None:
        rows = national_holidays()
        _require_covered(first, last)
    gone = frozenset(removed)
    kept = {row for row in (*rows, *added) if first <= row.day <= last and row.day not in gone}
    return tuple(sorted(kept))


def covered_years() -> tuple[int, int]:
    """First and last Gregorian year for which the platform has rows. Source: ``data/holidays-th.csv``."""
    rows = national_holidays()
    return rows[0].day.year, rows[-1].day.year


def closed_days(rows: Iterable[Holiday]) -> frozenset[date]:
    """The days alone, as ``OfficeCalendar`` takes them. Source: the rows passed in."""
    return frozenset(row.day for row in rows)


def _require_covered(first: date, last: date) -> None:
    from_year, to_year = covered_years()
    if first.year < from_year or last.year > to_year:
        raise HolidayError(
            "holidays.not_covered",
            Text(
                f"ไม่มีข้อมูลวันหยุดนอกช่วง พ.ศ. {from_year + 543} ถึง {to_year + 543}",
                f"Holidays are known only from B.E. {from_year + 543} to {to_year + 543}",
            ),
            Text("เพิ่มวันหยุดตามประกาศของคณะรัฐมนตรี", "Add the holidays of the cabinet's announcement"),
        )
