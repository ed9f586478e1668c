"""Rules of retention and their reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """A report of what is due to go, or what became of it."""

    id: UUID
    subject_text: Text
    action_text: Text
    state: str
    state_text: Text
    found: int
    done: int
    cutoff: datetime
    reported_at: datetime
    acts_at: datetime
    executed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RetentionRuleRow:
    subject: str
    subject_text: Text
    months: int | None
    action_text: Text | None
    legal_basis: str
    grace_days: int
    is_active: bool
