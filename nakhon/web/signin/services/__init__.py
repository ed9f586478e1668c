"""Verbs of signing in: every success, failure, enrolment and reset leaves an entry in the city's chain."""

from nakhon.web.signin.services.account import (
    change_password,
    end_all_sessions,
    end_session,
    enrol_passkey,
    enrol_totp,
    first_recovery_codes,
    link_provider,
    remove_factor,
    renew_recovery_codes,
    unlink_provider,
)
from nakhon.web.signin.services.citizens import find_by_contact, open_account, send_code
from nakhon.web.signin.services.contacts import change_contact, send_contact_code
from nakhon.web.signin.services.notes import note_failure, note_second_factor, note_sign_in, note_sign_out
from nakhon.web.signin.services.staff import (
    ask_password_reset,
    check_password,
    reset_second_factor,
    send_invitation,
    set_password,
)

__all__ = [
    "ask_password_reset",
    "change_contact",
    "change_password",
    "check_password",
    "end_all_sessions",
    "end_session",
    "enrol_passkey",
    "enrol_totp",
    "find_by_contact",
    "first_recovery_codes",
    "link_provider",
    "note_failure",
    "note_second_factor",
    "note_sign_in",
    "note_sign_out",
    "open_account",
    "remove_factor",
    "renew_recovery_codes",
    "reset_second_factor",
    "send_code",
    "send_contact_code",
    "send_invitation",
    "set_password",
    "unlink_provider",
]
