"""Figures that a law fixes, as rows with the days on which they hold; chosen by the day of the event, never by today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.fiscal import AcademicCalendar
from nakhon.knowledge.text import Text


class LegalError(KnowledgeError):
    """No row, or more than one, is in force; or a row cannot be read."""


class NoRuleInForce(LegalError):
    """No row of the key holds on that day."""


class OverlappingRules(LegalError):
    """Two rows of one key hold on the same day: which of them is the law cannot be decided here."""


@dataclass(frozen=True, slots=True)
class EffectiveRow:
    """A figure in force from ``effective_from`` until the day before ``effective_to`` (None: still in force).

    ``value`` is whatever the key promises, described by ``unit``. ``confirm`` asks a legal officer to compare the row with
    the law. Store ``id`` on what was computed, so that an old bill or deadline can be computed again.
    Raises ``LegalError`` if it ends before it begins or names no basis.
    """

    key: str
    value: Any
    effective_from: date
    effective_to: date | None
    legal_basis: str
    source: str
    confirm: bool
    unit: str = ""

    def __post_init__(self) -> None:
        ends_early = self.effective_to is not None and self.effective_to <= self.effective_from
        if ends_early or not (self.key.strip() and self.legal_basis.strip() and self.source.strip()):
            raise LegalError(
                "legal.row",
                Text(f"แถว {self.key or '?'} ไม่สมบูรณ์", f"The row {self.key or '?'} is not complete"),
                Text(
                    "ระบุ key ฐานกฎหมาย แหล่งที่มา และวันสิ้นสุดที่อยู่หลังวันเริ่มใช้",
                    "Give its key, legal basis and source, and an end after its beginning",
                ),
            )

    @property
    def id(self) -> str:
        return f"{self.key}@{self.effective_from.isoformat()}"

    def in_force(self, on: date) -> bool:
        """Whether it holds on ``on``: its first day counts, its ``effective_to`` does not."""
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)


def select(rows: Iterable[EffectiveRow], key: str, on: date) -> EffectiveRow:
    """The one row of ``key`` in force on ``on``, the day of the event (reading, application, 1 January of a tax year).

    Raises ``NoRuleInForce`` or ``OverlappingRules``. Source: a law applies to what happens while it is in force.
    """
    of_key = [row for row in rows if row.key == key]
    found = [row for row in of_key if row.in_force(on)]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(row.id for row in found)
        raise OverlappingRules(
            "legal.overlap",
            Text(f"มีกฎ {key} ใช้บังคับพร้อมกันมากกว่าหนึ่งแถว", f"More than one row of {key} is in force"),
            Text(f"กำหนดวันสิ้นสุดให้เหลือแถวเดียว: {names}", f"Give all but one an end: {names}"),
        )
    raise NoRuleInForce(
        "legal.none",
        Text(f"ไม่มีกฎ {key} ที่ใช้บังคับในวันนั้น", f"No row of {key} is in force on that day"),
        Text("เพิ่มแถวที่มีผลในวันนั้น หรือตรวจวันที่ของเหตุการณ์", "Add a row in force then, or check the date of the event")
        if of_key
        else Text("ตรวจชื่อ key หรือเพิ่มแถวใหม่", "Check the key's name, or add its first row"),
    )


def overlaps(rows: Iterable[EffectiveRow]) -> tuple[tuple[EffectiveRow, EffectiveRow], ...]:
    """Pairs of rows of one key that hold on a common day: what an editor of such rows must refuse. Source: as ``select``."""
    ordered = sorted(rows, key=lambda row: (row.key, row.effective_from))
    return tuple(
        (earlier, later)
        for index, earlier in enumerate(ordered)
        for later in ordered[index + 1 :]
        if earlier.key == later.key and earlier.in_force(later.effective_from)
    )


@cache
def legal_figures() -> tuple[EffectiveRow, ...]:
    """The rows that come with the platform. Source: ``data/legal-figures.yaml``, each row its own."""
    return packaged_rows("legal-figures")


@cache
def packaged_rows(name: str) -> tuple[EffectiveRow, ...]:
    """The rows of one file of the package, ``data/<name>.yaml``: "legal-figures", "air-quality" or "environment".

    Raises ``LegalError`` for a row that cannot be read. Source: each row names its own.
    """
    text = files("nakhon.knowledge").joinpath(f"data/{name}.yaml").read_text(encoding="utf-8")
    return read_rows(yaml.safe_load(text))


def read_rows(documents: Iterable[Mapping[str, Any]]) -> tuple[EffectiveRow, ...]:
    """Rows from parsed YAML. Raises ``LegalError`` for an unknown or missing field or a date that is not one.

    Source: the fields of ``EffectiveRow``.
    """
    fields = {"key", "value", "unit", "effective_from", "effective_to", "legal_basis", "source", "confirm"}
    rows = []
    for number, document in enumerate(documents, start=1):
        wrong = sorted(fields ^ set(document))
        ends = document.get("effective_to")
        dated = isinstance(document.get("effective_from"), date) and (ends is None or isinstance(ends, date))
        if wrong or not dated or not isinstance(document.get("confirm"), bool):
            named = ", ".join(wrong) or "effective_from, effective_to, confirm"
            raise LegalError(
                "legal.fields",
                Text(f"แถวที่ {number} มีช่องไม่ถูกต้อง: {named}", f"Row {number} has wrong fields: {named}"),
                Text("แก้ให้มีครบตามแถวตัวอย่าง วันที่เขียนแบบ 2022-06-01", "Give every field; write dates like 2022-06-01"),
            )
        rows.append(EffectiveRow(**document))
    return tuple(rows)


def academic_calendar(row: EffectiveRow) -> AcademicCalendar:
    """The term dates of a row ``education.academic_calendar``. Raises ``LegalError`` if it does not hold four MM-DD dates.

    Source: Ministry of Education Regulation on the School Year B.E. 2549.
    """
    try:
        days = [tuple(int(part) for part in text.split("-")) for text in row.value]
        (m1, d1), (m2, d2), (m3, d3), (m4, d4) = days
    except (TypeError, ValueError, AttributeError):
        raise LegalError(
            "legal.academic_calendar",
            Text("แถวปีการศึกษาไม่มีวันที่ครบสี่วัน", "The academic calendar does not hold four dates"),
            Text('เขียนเป็น ["05-16", "10-11", "11-01", "04-01"]', 'Write ["05-16", "10-11", "11-01", "04-01"]'),
        ) from None
    return AcademicCalendar((m1, d1), (m2, d2), (m3, d3), (m4, d4))
