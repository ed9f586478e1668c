"""The room's tables, one file per subject."""

from nakhon.people.models.accounts import Membership, MembershipUnit, User
from nakhon.people.models.households import Household, HouseholdMember, Relation
from nakhon.people.models.organisations import Organisation, OrganisationKind, Unit, UnitKind
from nakhon.people.models.persons import Person, PersonSensitive, SensitiveKind
from nakhon.people.models.purposes import (
    ConsentChannel,
    ConsentRecord,
    PersonPurpose,
    ProcessingPurpose,
    PurposeNotice,
    SensitiveBasis,
)
from nakhon.people.models.retention import RetentionRule, RetentionRun, RunState
from nakhon.people.models.rights import (
    BreachIncident,
    BreachRisk,
    RequestChannel,
    RequestState,
    RightKind,
    RightsRequest,
    RightsStep,
)

__all__ = [
    "BreachIncident",
    "BreachRisk",
    "ConsentChannel",
    "ConsentRecord",
    "Household",
    "HouseholdMember",
    "Membership",
    "MembershipUnit",
    "Organisation",
    "OrganisationKind",
    "Person",
    "PersonPurpose",
    "PersonSensitive",
    "ProcessingPurpose",
    "PurposeNotice",
    "Relation",
    "RequestChannel",
    "RequestState",
    "RetentionRule",
    "RetentionRun",
    "RightKind",
    "RightsRequest",
    "RightsStep",
    "RunState",
    "SensitiveBasis",
    "SensitiveKind",
    "Unit",
    "UnitKind",
    "User",
]
