"""Rights requests at the desk, and breaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A rights request in a list. ``days_left`` is negative when it is late, None when it is closed."""

    id: UUID
    number: str
    kind: str
    kind_text: Text
    state: str
    state_text: Text
    received_at: datetime
    due_on: date
    days_left: int | None
    is_paused: bool
    person_id: UUID | None
    person_name: str


@dataclass(frozen=True, slots=True)
class RequestStep:
    at: datetime
    text: Text
    by: str


@dataclass(frozen=True, slots=True)
class RequestCard:
    """A rights request with all that the desk, or its requester, needs. ``steps_open`` are the states it may go to."""

    row: RequestRow
    version: int
    channel_text: Text
    requester_name: str
    requester_contact: str
    detail: str
    purpose: Text | None
    identity_text: Text | None
    verified_at: datetime | None
    paused_days: int
    extended_days: int
    closed_at: datetime | None
    refusal_text: Text | None
    answer: str
    outcomes: tuple[tuple[Text, bool, Text | None], ...]
    steps: tuple[RequestStep, ...]
    steps_open: frozenset[str]
    grounds: dict[str, Text]
    rule: str


@dataclass(frozen=True, slots=True)
class BreachRow:
    """A breach in a list. ``duties`` names what is still to be done, most urgent first."""

    id: UUID
    number: str
    title: str
    aware_at: datetime
    deadline_at: datetime
    risk: str
    risk_text: Text
    persons_affected: int | None
    regulator_notified_at: datetime | None
    persons_told_at: datetime | None
    closed_at: datetime | None
    is_overdue: bool
    duties: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class BreachCard:
    row: BreachRow
    version: int
    description: str
    categories: tuple[Text, ...]
    occurred_at: datetime | None
    assessment: str
    measures: str
    late_reason: str
