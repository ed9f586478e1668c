"""A person as lists and cards show it, masked; revealed values; who looked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in a list: name in clear, everything else masked. ``why`` tells what the search matched."""

    id: UUID
    name: str
    id_type: Text
    id_masked: str
    phone_masked: str
    age: Text | None
    place: Text | None
    is_restricted: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class MaskedField:
    """A personal value as the card shows it. ``shown`` is masked text ("" when nothing is held); ``can_reveal`` says
    whether the reader's permissions allow asking for it in clear."""

    name: str
    label: Text
    shown: str
    is_held: bool
    is_masked: bool = True


@dataclass(frozen=True, slots=True)
class PurposeUse:
    """A purpose for which a person is in the register, and when it was last used."""

    code: str
    text: Text
    since: datetime
    last_used_at: datetime


@dataclass(frozen=True, slots=True)
class HouseholdPlace:
    """A person's place in a household, now or then."""

    household_id: UUID
    label: Text
    relation: str
    relation_text: Text
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class PersonCard:
    """All that the screen of a person shows, masked. ``version`` goes back with an edit, so that none overwrites another."""

    id: UUID
    version: int
    name: str
    prefix: str
    first_name: str
    middle_name: str
    last_name: str
    id_type: str
    id_type_text: Text
    fields: tuple[MaskedField, ...]
    subdistrict_code: str
    postcode: str
    place: Text | None
    age: Text | None
    has_account: bool
    households: tuple[HouseholdPlace, ...]
    purposes: tuple[PurposeUse, ...]
    sensitive: tuple[tuple[UUID, Text, datetime], ...]
    merged_from: tuple[tuple[UUID, str], ...]
    is_restricted: bool
    is_erased: bool
    created_at: datetime
    updated_at: datetime

    def field(self, name: str) -> MaskedField:
        return next(found for found in self.fields if found.name == name)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Somebody already registered who may be the same person, and why we think so."""

    id: UUID
    name: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Registered:
    """A person just registered, and others who may be the same one."""

    id: UUID
    version: int
    alike: tuple[Likeness, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifiedPerson:
    """What a provider of identity vouched for; ``birth_date`` as written, "" when it did not say."""

    provider: str
    national_id: str = field(repr=False)
    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    birth_date: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Revealed:
    """Values in clear, for once: show them, do not store them. ``values`` by field name."""

    person_id: UUID
    name: str
    values: dict[str, str] = field(repr=False)
    purpose: Text


@dataclass(frozen=True, slots=True)
class AccessRow:
    """Somebody looked at a person's data: when, in what part, why and how."""

    at: datetime
    who: str
    action: str
    action_text: Text
    purpose: Text | None
