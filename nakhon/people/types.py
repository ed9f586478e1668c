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
