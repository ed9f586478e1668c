"""Households and who lives in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class HouseholdMemberRow:
    person_id: UUID
    name: str
    relation: str
    relation_text: Text
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class HouseholdCard:
    """A household: its place, its number masked, who lives there now and who has left."""

    id: UUID
    version: int
    label: Text
    house_id_masked: str
    address_masked: str
    subdistrict_code: str
    postcode: str
    moo: int | None
    place: Text | None
    members: tuple[HouseholdMemberRow, ...]
    former: tuple[HouseholdMemberRow, ...]
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    id: UUID
    label: Text
    head: str
    members: int
    house_id_masked: str
