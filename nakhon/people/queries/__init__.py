"""Questions to the people room, one file per subject. Answers are evaluated and carry no sealed value in clear."""

from nakhon.people.queries.members import member, members, role_table
from nakhon.people.queries.organisations import directory, organisation, organisation_tree
from nakhon.people.queries.units import unit, unit_tree, units

__all__ = [
    "directory",
    "member",
    "members",
    "organisation",
    "organisation_tree",
    "role_table",
    "unit",
    "unit_tree",
    "units",
]
