"""Public shapes of the people room: what its queries answer with. One file a subject; import them from here."""

from nakhon.people.types.households import HouseholdCard, HouseholdMemberRow, HouseholdRow
from nakhon.people.types.organisations import MemberRow, OrganisationNode, UnitNode
from nakhon.people.types.pages import Page
from nakhon.people.types.persons import (
    AccessRow,
    HouseholdPlace,
    Likeness,
    MaskedField,
    PersonCard,
    PersonRow,
    PurposeUse,
    Registered,
    Revealed,
    VerifiedPerson,
)
from nakhon.people.types.purposes import ConsentEntry, ConsentState, PurposeCard, RopaRow
from nakhon.people.types.retention import RetentionRow, RetentionRuleRow
from nakhon.people.types.rights import BreachCard, BreachRow, RequestCard, RequestRow, RequestStep

__all__ = [
    "AccessRow",
    "BreachCard",
    "BreachRow",
    "ConsentEntry",
    "ConsentState",
    "HouseholdCard",
    "HouseholdMemberRow",
    "HouseholdPlace",
    "HouseholdRow",
    "Likeness",
    "MaskedField",
    "MemberRow",
    "OrganisationNode",
    "Page",
    "PersonCard",
    "PersonRow",
    "PurposeCard",
    "PurposeUse",
    "Registered",
    "RequestCard",
    "RequestRow",
    "RequestStep",
    "RetentionRow",
    "RetentionRuleRow",
    "Revealed",
    "RopaRow",
    "UnitNode",
    "VerifiedPerson",
]
