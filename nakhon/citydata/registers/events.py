"""Facts that registers announce. Ids are text; no fact carries the value of a property."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nakhon.kernel.outbox import Fact


@dataclass(frozen=True)
class RecordAdded(Fact):
    name: ClassVar[str] = "citydata.RecordAdded"
    register: str
    record_id: str
    key: str


@dataclass(frozen=True)
class RecordChanged(Fact):
    """``fields`` names the properties that changed, and ``geometry`` where the place did."""

    name: ClassVar[str] = "citydata.RecordChanged"
    register: str
    record_id: str
    key: str
    revision: int
    fields: list[str]


@dataclass(frozen=True)
class RecordsChanged(Fact):
    """Many at once: an edit of a selection."""

    name: ClassVar[str] = "citydata.RecordsChanged"
    register: str
    count: int
    fields: list[str]


@dataclass(frozen=True)
class RecordRetired(Fact):
    name: ClassVar[str] = "citydata.RecordRetired"
    register: str
    record_id: str
    key: str


@dataclass(frozen=True)
class ChangeProposed(Fact):
    name: ClassVar[str] = "citydata.ChangeProposed"
    register: str
    change_id: str


@dataclass(frozen=True)
class ChangeDecided(Fact):
    name: ClassVar[str] = "citydata.ChangeDecided"
    register: str
    change_id: str
    approved: bool


@dataclass(frozen=True)
class ImportFinished(Fact):
    """``state`` is DONE, CANCELLED or FAILED."""

    name: ClassVar[str] = "citydata.ImportFinished"
    register: str
    run_id: str
    state: str
    good: int
    bad: int
