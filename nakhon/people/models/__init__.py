"""The room's tables, one file per subject."""

from nakhon.people.models.accounts import Membership, MembershipUnit, User
from nakhon.people.models.organisations import Organisation, OrganisationKind, Unit, UnitKind

__all__ = ["Membership", "MembershipUnit", "Organisation", "OrganisationKind", "Unit", "UnitKind", "User"]
