"""Declared purposes, consent, and the record of processing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class ConsentState:
    """How a person stands to one purpose: its notice and, where consent is the basis, what was last said."""

    purpose: str
    text: Text
    basis: str
    basis_text: Text
    notice: Text
    notice_number: int
    asks_consent: bool
    granted: bool | None
    at: datetime | None
    retention_months: int
    recipients: Text | None


@dataclass(frozen=True, slots=True)
class PurposeCard:
    """A declared purpose with its latest notice."""

    code: str
    name: Text
    basis: str
    basis_text: Text
    sensitive_basis: str
    legal_reference: str
    categories: tuple[str, ...]
    recipients: Text | None
    retention_months: int
    retention_action: str
    notice: Text
    notice_number: int
    asks_consent: bool
    minor_may_consent: bool
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConsentEntry:
    """What was given or withdrawn, when, how and to which words."""

    at: datetime
    purpose: Text
    granted: bool
    notice_number: int
    notice_sha256: str
    channel: Text
    guardian: str


@dataclass(frozen=True, slots=True)
class RopaRow:
    """A row of the record of processing activities, by the items of PDPA B.E. 2562 s.39."""

    code: str
    purpose: Text
    basis: Text
    sensitive_basis: Text | None
    categories: tuple[Text, ...]
    fields: tuple[str, ...]
    recipients: Text | None
    retention: Text
    rights_and_access: Text
    refused: tuple[tuple[str, Text], ...]
    persons: int
    notice_number: int
