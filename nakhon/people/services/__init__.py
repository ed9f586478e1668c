"""Verbs of the people room, one file per subject."""

from nakhon.people.services.households import close_household, create_household, edit_household, move_person
from nakhon.people.services.members import add_member, change_member, end_membership
from nakhon.people.services.organisations import (
    create_organisation,
    edit_organisation,
    found_organisation,
    move_organisation,
)
from nakhon.people.services.persons import (
    edit_person,
    link_account,
    merge_persons,
    register_person,
    restrict_person,
    save_own_profile,
    use_person,
)
from nakhon.people.services.purposes import (
    adopt_typical_purposes,
    define_purpose,
    end_purpose,
    give_consent,
    record_consent,
    withdraw_consent,
)
from nakhon.people.services.reveal import record_sensitive, reveal_person, reveal_sensitive
from nakhon.people.services.units import close_unit, create_unit, edit_unit, move_unit, reopen_unit

__all__ = [
    "add_member",
    "adopt_typical_purposes",
    "change_member",
    "close_household",
    "close_unit",
    "create_household",
    "create_organisation",
    "create_unit",
    "define_purpose",
    "edit_household",
    "edit_organisation",
    "edit_person",
    "edit_unit",
    "end_membership",
    "end_purpose",
    "found_organisation",
    "give_consent",
    "link_account",
    "merge_persons",
    "move_organisation",
    "move_person",
    "move_unit",
    "record_consent",
    "record_sensitive",
    "register_person",
    "reopen_unit",
    "restrict_person",
    "reveal_person",
    "reveal_sensitive",
    "save_own_profile",
    "use_person",
    "withdraw_consent",
]
