"""Public shapes of watches, alerts and trials: what queries hand out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class WatchRow:
    """A watch in a list. ``tried`` tells whether the present version has a finished trial; ``fault`` why it cannot be worked
    out for some thing, the last time; ``live_alerts`` counts those not ended; ``last_fired`` is when an alert opened last;
    ``body`` the definition as applied."""

    key: str
    name: Text
    sensor: str
    property: str
    measure: str
    condition: str
    severity: str
    version: int
    enabled: bool
    tried: bool
    untried_reason: str
    switched_at: datetime | None
    switched_by: str
    looked_at: datetime | None
    fault: Text | None
    live_alerts: int
    last_fired: datetime | None
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Firing:
    """A stretch of time in which a trial's watch would have been open. ``ended`` None: it still was at the end."""

    thing_number: int
    thing: Text
    since: datetime
    opened: datetime
    ended: datetime | None
    seconds: float
    value: float | None


@dataclass(frozen=True, slots=True)
class ThingTried:
    """What a trial found at one thing: how often, for how long together, and the longest, in seconds."""

    number: int
    name: Text
    fired: int
    seconds: float
    longest_seconds: float


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A trial. ``fired`` counts openings over all things; ``things`` are those with most openings first (at most 200);
    ``firings`` the first 500 in order of time; ``left_out`` how many openings are not listed. ``progress`` is 0 to 1."""

    id: UUID
    watch: str
    version: int
    since: datetime
    until: datetime
    state: str
    progress: float
    asked_at: datetime
    asked_by: str
    finished_at: datetime | None
    fault: Text | None
    streams: int
    readings: int
    unanswered: int
    fired: int
    things_fired: int
    seconds: float
    longest: Firing | None
    things: tuple[ThingTried, ...]
    firings: tuple[Firing, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert. ``held_since``, ``noticed_at``, ``cleared_at`` are times of the data; the others those of the office.
    ``place`` is (longitude, latitude)."""

    id: UUID
    number: int
    watch: str
    watch_name: Text
    severity: str
    text: Text
    state: str
    thing_id: UUID
    thing_number: int
    thing: Text
    register: str
    record_id: UUID | None
    place: tuple[float, float] | None
    value: float | None
    unit_of_value: str
    values: dict[str, Any]
    unit: str
    member_id: UUID | None
    held_since: datetime
    noticed_at: datetime
    cleared_at: datetime | None
    opened_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str
    ended_at: datetime | None
    ended_by: str
    end_reason: str
    note: str


@dataclass(frozen=True, slots=True)
class AlertPage:
    """``after`` is the key of the next page, empty on the last."""

    rows: tuple[AlertRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class AlertCounts:
    """Live alerts by state and by severity; ``ended_today`` counts those that ended since midnight in Bangkok."""

    open: int
    acknowledged: int
    by_severity: dict[str, int]
    ended_today: int
