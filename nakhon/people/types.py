"""Public shapes of the people room: what its queries answer with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from nakhon.knowledge.text import Text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a long list. ``after`` is the key of the next part, "" at the end: pages by key stay fast however deep."""

    rows: Sequence[T]
    after: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationNode:
    """An organisation in the tree, with those directly below it."""

    id: UUID
    slug: str
    name: Text
    kind: str
    kind_text: Text
    province_code: str
    children: tuple[OrganisationNode, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit in the tree. ``depth`` is 0 at the top; ``members`` counts those who work in this very unit."""

    id: UUID
    code: str
    kind: str
    kind_text: Text
    name: Text
    depth: int
    position: int
    members: int
    closed_at: datetime | None
    parent_id: UUID | None
    phone: str
    email: str
    children: tuple[UnitNode, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member of the staff. ``roles`` are codes with their texts; ``units`` the units' ids with their names."""

    id: UUID
    user_id: UUID
    name: str
    email: str
    title: str
    roles: tuple[tuple[str, Text], ...]
    units: tuple[tuple[UUID, Text], ...]
    started_at: datetime
    ended_at: datetime | None
    is_active: bool

    @property
    def role_codes(self) -> frozenset[str]:
        return frozenset(code for code, _ in self.roles)


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
class Revealed:
    """Values in clear, for once: show them, do not store them. ``values`` by field name."""

    person_id: UUID
    name: str
    values: dict[str, str] = field(repr=False)
    purpose: Text


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
class AccessRow:
    """Somebody looked at a person's data: when, in what part, why and how."""

    at: datetime
    who: str
    action: str
    action_text: Text
    purpose: Text | None


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
