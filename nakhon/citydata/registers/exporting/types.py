"""Public shapes of exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class ExportInfo:
    """A request for a file. ``state`` is WAITING, RUNNING, DONE, FAILED or EXPIRED; ``size`` in bytes once it is there."""

    id: UUID
    register: str
    format: str
    state: str
    rows: int
    rows_total: int | None
    name: str
    size: int | None
    notes: tuple[Text, ...]
    error: Text | None
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
