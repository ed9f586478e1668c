"""Public shapes of imports: a run, its preview, its bad rows, and what a person may choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from nakhon.knowledge.text import Text

KEY = "key"
"""In a mapping: the column that holds the records' keys, for a register in which no property is the key."""


class Policy(StrEnum):
    """What a row does when its key is known, or is not: only add; only change; both; both, and retire what the file lacks.

    A row changes the properties that are mapped and filled; what is empty in the file stays as it is. Only ``REPLACE`` with every
    property mapped makes each record exactly what the file says.
    """

    ADD = "add"
    UPDATE = "update"
    UPSERT = "upsert"
    REPLACE = "replace"


POLICY_WORDS: dict[Policy, Text] = {
    Policy.ADD: Text("เพิ่มรายการใหม่เท่านั้น", "Add new records only"),
    Policy.UPDATE: Text("แก้ไขรายการเดิมเท่านั้น", "Change known records only"),
    Policy.UPSERT: Text("เพิ่มรายการใหม่และแก้ไขรายการเดิม", "Add new records and change known ones"),
    Policy.REPLACE: Text("แทนที่ทั้งทะเบียน รายการที่ไม่มีในไฟล์จะเลิกใช้", "Replace the register: what the file lacks is retired"),
}


@dataclass(frozen=True, slots=True)
class ImportInfo:
    """An import as others see it. ``columns``, ``layers``, ``suggestions``, ``systems`` and ``notes`` are what was found in the file;
    ``seconds_left`` is None until there is a rate to reckon by; ``rate`` in rows a second."""

    id: UUID
    register: str
    file_name: str
    format: str
    encoding: str
    layer: str
    srid: int | None
    mapping: Mapping[str, Any]
    options: Mapping[str, Any]
    found: Mapping[str, Any]
    state: str
    rows_total: int | None
    rows_read: int
    rows_good: int
    rows_bad: int
    rows_added: int
    rows_changed: int
    rows_same: int
    rows_retired: int
    error: Text | None
    created_at: datetime
    created_by: str
    created_label: str
    started_at: datetime | None
    finished_at: datetime | None
    rate: float | None = None
    seconds_left: int | None = None

    @property
    def share(self) -> float | None:
        """How much is done, from 0 to 1."""
        return self.rows_read / self.rows_total if self.rows_total else None


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row as it would be stored: values by property, protected ones masked; ``place`` is longitude and latitude."""

    number: int
    key: str
    values: Mapping[str, Any]
    place: tuple[float, float] | None
    problems: tuple[Text, ...] = ()
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class ProblemCount:
    """How many rows of the sample have one kind of problem, and the first of them."""

    column: str
    property: str
    text: Text
    rows: int
    first: int


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows, and what was counted over ``sampled`` rows of which ``good`` would go in. ``points`` are for a map."""

    rows: tuple[PreviewRow, ...]
    sampled: int
    good: int
    problems: tuple[ProblemCount, ...]
    points: tuple[tuple[float, float], ...]
    missing: tuple[Text, ...] = ()
    unmapped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BadRowInfo:
    """A refused row. ``values`` is empty where the register has protected properties."""

    row: int
    values: Mapping[str, Any]
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row is refused: in which column, for which property, and what to write instead."""

    text: Text
    column: str = ""
    property: str = ""

    def as_dict(self) -> dict[str, str]:
        return {**self.text.as_dict(), "column": self.column, "property": self.property}

    def told(self) -> Text:
        """With the column before it."""
        return Text(f"{self.column}: {self.text.th}", f"{self.column}: {self.text.en}") if self.column else self.text


@dataclass(slots=True)
class Outcome:
    """What became of a chunk."""

    good: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    bad: list[tuple[Any, list[Reason]]] = field(default_factory=list)
