"""Facts that the people room announces. Ids are text; no fact carries a personal value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nakhon.kernel.outbox import Fact


@dataclass(frozen=True)
class OrganisationCreated(Fact):
    name: ClassVar[str] = "people.OrganisationCreated"
    organisation_id: str


@dataclass(frozen=True)
class OrganisationChanged(Fact):
    name: ClassVar[str] = "people.OrganisationChanged"
    organisation_id: str
    fields: list[str]


@dataclass(frozen=True)
class OrganisationMoved(Fact):
    name: ClassVar[str] = "people.OrganisationMoved"
    organisation_id: str
    parent_id: str


@dataclass(frozen=True)
class UnitCreated(Fact):
    name: ClassVar[str] = "people.UnitCreated"
    unit_id: str
    code: str


@dataclass(frozen=True)
class UnitChanged(Fact):
    """Renamed, or its contact details changed."""

    name: ClassVar[str] = "people.UnitChanged"
    unit_id: str
    fields: list[str]


@dataclass(frozen=True)
class UnitMoved(Fact):
    name: ClassVar[str] = "people.UnitMoved"
    unit_id: str
    parent_id: str


@dataclass(frozen=True)
class UnitClosed(Fact):
    name: ClassVar[str] = "people.UnitClosed"
    unit_id: str


@dataclass(frozen=True)
class MemberAdded(Fact):
    name: ClassVar[str] = "people.MemberAdded"
    membership_id: str
    user_id: str
    roles: list[str]


@dataclass(frozen=True)
class MemberChanged(Fact):
    name: ClassVar[str] = "people.MemberChanged"
    membership_id: str
    user_id: str
    roles: list[str]


@dataclass(frozen=True)
class MembershipEnded(Fact):
    name: ClassVar[str] = "people.MembershipEnded"
    membership_id: str
    user_id: str


@dataclass(frozen=True)
class PersonRegistered(Fact):
    name: ClassVar[str] = "people.PersonRegistered"
    person_id: str


@dataclass(frozen=True)
class PersonChanged(Fact):
    name: ClassVar[str] = "people.PersonChanged"
    person_id: str
    fields: list[str]


@dataclass(frozen=True)
class PersonsMerged(Fact):
    """``duplicate_id`` now points to ``person_id``: whoever keeps a reference should follow."""

    name: ClassVar[str] = "people.PersonsMerged"
    person_id: str
    duplicate_id: str


@dataclass(frozen=True)
class PersonErased(Fact):
    name: ClassVar[str] = "people.PersonErased"
    person_id: str


@dataclass(frozen=True)
class PersonRestricted(Fact):
    name: ClassVar[str] = "people.PersonRestricted"
    person_id: str
    restricted: bool


@dataclass(frozen=True)
class HouseholdChanged(Fact):
    name: ClassVar[str] = "people.HouseholdChanged"
    household_id: str


@dataclass(frozen=True)
class ConsentGiven(Fact):
    name: ClassVar[str] = "people.ConsentGiven"
    person_id: str
    purpose: str


@dataclass(frozen=True)
class ConsentWithdrawn(Fact):
    name: ClassVar[str] = "people.ConsentWithdrawn"
    person_id: str
    purpose: str


@dataclass(frozen=True)
class RightsRequestReceived(Fact):
    name: ClassVar[str] = "people.RightsRequestReceived"
    request_id: str
    kind: str
    due_on: str


@dataclass(frozen=True)
class RightsRequestClosed(Fact):
    """Fulfilled, refused or withdrawn."""

    name: ClassVar[str] = "people.RightsRequestClosed"
    request_id: str
    state: str


@dataclass(frozen=True)
class BreachReported(Fact):
    name: ClassVar[str] = "people.BreachReported"
    breach_id: str
    deadline_at: str
