"""Verbs of the people room, one file per subject."""

from nakhon.people.services.members import add_member, change_member, end_membership
from nakhon.people.services.organisations import (
    create_organisation,
    edit_organisation,
    found_organisation,
    move_organisation,
)
from nakhon.people.services.units import close_unit, create_unit, edit_unit, move_unit, reopen_unit

__all__ = [
    "add_member",
    "change_member",
    "close_unit",
    "create_organisation",
    "create_unit",
    "edit_organisation",
    "edit_unit",
    "end_membership",
    "found_organisation",
    "move_organisation",
    "move_unit",
    "reopen_unit",
]
