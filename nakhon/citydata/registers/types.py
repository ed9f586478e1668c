"""Public shapes of registers: what their queries answer with, and what a caller gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Literal
from uuid import UUID

from nakhon.knowledge.text import Text
from nakhon.people.types import Page

__all__ = [
    "UNCHANGED", "BulkPreview", "ChangeCard", "Choice", "Filter", "FilterOp", "Layer", "Page", "PropertyCard", "RecordCard",
    "RecordRow", "RegisterCard", "Revealed", "Unchanged", "ValueCount", "VersionRow",
]  # fmt: skip


class Unchanged(Enum):
    """Says that a place is left as it is, which None (no place) does not."""

    UNCHANGED = "unchanged"


UNCHANGED = Unchanged.UNCHANGED

FilterOp = Literal["eq", "ne", "contains", "starts", "ge", "gt", "le", "lt", "in", "missing", "present"]


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition. ``name`` is a property, ``key`` or ``changed_at``; ``value`` a JSON value, a sequence for ``in``, nothing
    for ``missing`` and ``present``."""

    name: str
    op: FilterOp
    value: Any = None


@dataclass(frozen=True, slots=True)
class Choice:
    value: Any
    label: Text


@dataclass(frozen=True, slots=True)
class PropertyCard:
    """A property as a form, a table or a catalogue shows it. ``protected``: masked, revealed for a purpose."""

    name: str
    title: Text
    type: str
    format: str
    unit: str
    description: Text | None
    required: bool
    sensitivity: str
    protected: bool
    searched: bool
    choices: tuple[Choice, ...]
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RegisterCard:
    """A register as the actor may know it. ``properties`` are those the actor sees, protected ones among them by name only.

    ``body`` is the definition's own ``list``, ``map`` and ``metadata``; ``hides_places``: the actor gets coarse places;
    ``seers``: the roles that may see the register.
    """

    id: UUID
    key: str
    name: Text
    about: Text | None
    geometry: str
    geometry_required: bool
    sensitivity: str
    key_property: str
    title_property: str
    record_count: int
    changed_at: datetime
    version: int
    active: bool
    changes: str
    may_edit: bool
    may_approve: bool
    hides_places: bool
    is_open: bool
    properties: tuple[PropertyCard, ...]
    columns: tuple[str, ...]
    filters: tuple[str, ...]
    sort: str
    map: Mapping[str, Any] | None
    metadata: Mapping[str, Any]
    seers: tuple[str, ...] = ()

    def property(self, name: str) -> PropertyCard | None:
        return next((card for card in self.properties if card.name == name), None)


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record in a list. ``masked`` names the protected properties that hold something; ``point`` is (lon, lat) or None."""

    id: UUID
    key: str
    title: str
    data: Mapping[str, Any]
    masked: tuple[str, ...]
    point: tuple[float, float] | None
    status: str
    revision: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class RecordCard:
    """One record. ``geometry`` is GeoJSON, coarse where ``is_coarse``; ``masked`` names protected properties that hold something."""

    id: UUID
    register: str
    key: str
    title: str
    data: Mapping[str, Any]
    masked: tuple[str, ...]
    geometry: Mapping[str, Any] | None
    is_coarse: bool
    status: str
    revision: int
    made_at: datetime
    changed_at: datetime
    made_by: str = ""
    changed_by: str = ""
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One revision of a record and what it changed: for each property its value before and after.

    A protected property is named with None on both sides. ``act`` is CREATED, EDITED, RETIRED, RESTORED, IMPORTED or UNDONE.
    """

    revision: int
    act: str
    at: datetime
    by: str
    status: str
    data: Mapping[str, Any]
    changes: Mapping[str, tuple[Any, Any]]
    moved: bool
    geometry: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class ChangeCard:
    """A proposed change beside the record as it is. ``outdated``: the same properties changed meanwhile."""

    id: UUID
    register: str
    record_id: UUID | None
    key: str
    title: str
    act: str
    state: str
    reason: str
    now: Mapping[str, Any]
    wanted: Mapping[str, Any]
    masked: tuple[str, ...]
    moves: bool
    geometry_now: Mapping[str, Any] | None
    geometry_wanted: Mapping[str, Any] | None
    outdated: bool
    asked_at: datetime
    asked_label: str
    decided_at: datetime | None
    decided_label: str
    answer: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class ValueCount:
    """How many active records have a value of a property; ``value`` None stands for those without one."""

    value: Any
    label: Text
    count: int


@dataclass(frozen=True, slots=True)
class BulkPreview:
    """What an edit of many would do: how many it touches and changes, and which it cannot."""

    chosen: int
    changing: int
    problems: Sequence[tuple[str, Mapping[str, Text]]] = ()
    too_many: bool = False


@dataclass(frozen=True, slots=True)
class Revealed:
    """Protected properties of one record in clear, for once."""

    record_id: UUID
    key: str
    values: Mapping[str, Any]
    purpose: Text


@dataclass(frozen=True, slots=True)
class Layer:
    """A register on the map: how to draw it, what its colours mean, and whose data it is."""

    register: str
    name: Text
    about: Text | None
    group: Text | None
    geometry: str
    count: int
    bounds: tuple[float, float, float, float] | None
    color: str
    by: str
    legend_title: Text
    legend: Sequence[tuple[Any, Text, str]]
    label: str
    icon: str
    min_zoom: int
    is_coarse: bool
    sensitivity: str
    attribution: Text | None
    license_id: str
    changed_at: datetime
    properties: Sequence[PropertyCard] = field(default=())
