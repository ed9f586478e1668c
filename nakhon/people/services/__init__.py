"""Verbs of the people room, one file per subject."""

from nakhon.people.services.breaches import (
    assess_breach,
    close_breach,
    notify_regulator,
    report_breach,
    tell_persons,
)
from nakhon.people.services.households import close_household, create_household, edit_household, move_person
from nakhon.people.services.members import add_member, change_member, end_membership
from nakhon.people.services.notices import remind_of_deadlines, tell_officers_of_breach, tell_officers_of_request
from nakhon.people.services.organisations import (
    create_organisation,
    edit_organisation,
    found_organisation,
    move_organisation,
)
from nakhon.people.services.persons import (
    edit_person,
    link_account,
    link_account_by_contact,
    link_verified,
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
from nakhon.people.services.retention import (
    execute_retention,
    hold_retention,
    report_retention,
    run_retention,
    set_retention_rule,
)
from nakhon.people.services.reveal import record_sensitive, reveal_person, reveal_sensitive
from nakhon.people.services.rights import (
    ask_right,
    confirm_identity,
    extend_request,
    fulfil_request,
    receive_request,
    refuse_request,
    wait_for_identity,
    withdraw_request,
)
from nakhon.people.services.units import close_unit, create_unit, edit_unit, move_unit, reopen_unit

__all__ = [
    "add_member",
    "adopt_typical_purposes",
    "ask_right",
    "assess_breach",
    "change_member",
    "close_breach",
    "close_household",
    "close_unit",
    "confirm_identity",
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
    "execute_retention",
    "extend_request",
    "found_organisation",
    "fulfil_request",
    "give_consent",
    "hold_retention",
    "link_account",
    "link_account_by_contact",
    "link_verified",
    "merge_persons",
    "move_organisation",
    "move_person",
    "move_unit",
    "notify_regulator",
    "receive_request",
    "record_consent",
    "record_sensitive",
    "refuse_request",
    "register_person",
    "remind_of_deadlines",
    "reopen_unit",
    "report_breach",
    "report_retention",
    "restrict_person",
    "reveal_person",
    "reveal_sensitive",
    "run_retention",
    "save_own_profile",
    "set_retention_rule",
    "tell_officers_of_breach",
    "tell_officers_of_request",
    "tell_persons",
    "use_person",
    "wait_for_identity",
    "withdraw_consent",
    "withdraw_request",
]
