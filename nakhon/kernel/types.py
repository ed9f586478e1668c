"""Public shapes of the kernel: what its queries and verbs on the audit trail and the outbox answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One act as a reader of the trail sees it: what looks like an identity number, a telephone number or an address is
    struck out of ``purpose`` and ``detail``."""

    seq: int
    at: datetime
    actor_kind: str
    actor_id: str
    actor_label: str
    action: str
    object_type: str
    object_id: str
    detail: Mapping[str, Any]
    purpose: str
    address: str
    request_id: str


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Entries, newest first. ``after`` is the number to go on from, None at the end."""

    entries: tuple[TrailEntry, ...]
    after: int | None = None


@dataclass(frozen=True, slots=True)
class TrailExport:
    """What an export holds: how many entries, and the number of the newest one that it may show."""

    entries: int
    last_seq: int


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Where a chain does not hold: the entry's number, what is wrong (``altered``, ``missing``, ``cut``), and in words."""

    seq: int
    kind: str
    text: Text


@dataclass(frozen=True, slots=True)
class ChainVerdict:
    """The outcome of walking a chain: ``entries`` walked, ``faults`` in all, the first of them in ``shown``.

    ``is_recorded`` is False where the chain is so broken that not even this outcome could be written into it.
    """

    at: datetime
    entries: int
    faults: int
    shown: tuple[ChainFault, ...]
    is_recorded: bool = True

    @property
    def holds(self) -> bool:
        return self.faults == 0


@dataclass(frozen=True, slots=True)
class ChainState:
    """How long the chain is, and whether it is being verified in the background."""

    entries: int
    is_being_verified: bool


@dataclass(frozen=True, slots=True)
class EventRow:
    """A fact that was announced, and how many of its pieces of work are done, waiting and dead."""

    id: UUID
    name: str
    at: datetime
    payload: Mapping[str, Any]
    done: int
    pending: int
    dead: int


@dataclass(frozen=True, slots=True)
class EventPage:
    rows: tuple[EventRow, ...]
    after: str = ""


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A piece of background work. ``error`` is the last failure in one line, ``next_at`` when it is tried again."""

    id: UUID
    name: str
    status: str
    attempts: int
    created_at: datetime
    due_at: datetime
    finished_at: datetime | None
    next_at: datetime | None
    error: str
    event_id: UUID | None
    event_name: str


@dataclass(frozen=True, slots=True)
class WorkPage:
    rows: tuple[WorkRow, ...]
    after: str = ""


@dataclass(frozen=True, slots=True)
class WorkCard:
    """All about one piece of work: its arguments or its event's payload, and the whole trace, without personal values."""

    row: WorkRow
    given: Mapping[str, Any]
    trace: str
    most_attempts: int


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How the outbox of an organisation stands. ``oldest_at``: since when the oldest waiting work has been due."""

    pending: int
    dead: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A scheduled job: its times as cron (Bangkok), what it does, when it was last done here, how often it died."""

    name: str
    cron: str
    text: Text
    last_done_at: datetime | None
    pending: int
    dead: int
