"""What a session has proved: who signed in, through which door, by which means, and whether a second factor was passed."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.stages import LoginStageController
from allauth.account.utils import perform_login
from allauth.mfa.internal.constants import LoginStageKey
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from nakhon.kernel.context import Context
from nakhon.kernel.sealed import Sealed, Unopenable, seal
from nakhon.people.models import User

STAFF = "staff"
CITIZEN = "citizen"
SIGNED = "nakhon.signed_in"
PENDING = "nakhon.signing_in"
IDENTITY = "nakhon.identity"
SECOND_FACTOR_STAGE = LoginStageKey.MFA_AUTHENTICATE.value
CONFIRMED_FOR = 300
"""Seconds for which a proof of identity lets somebody change the means of signing in."""
_IDENTITY_CELL = "web.signin.identity"


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return list(get_authentication_records(request, user))


def second_factor_passed(request: HttpRequest) -> bool:
    """True when this session proved two factors: a user-verifying passkey alone, or the staff's first factor (password,
    or a provider that the city set up for staff) and then an authenticator code, a passkey or a recovery code.

    A one-time code by SMS or e-mail is no first factor for staff, whatever follows it; and a passkey alone counts only for
    an account that has a password, which is what accepting an invitation gives it.
    """
    records = _records(request)
    if any(row.get("method") == "mfa" and row.get("passwordless") for row in records):
        return bool(request.user.is_authenticated and request.user.has_usable_password())
    return _first_factor(records) and any(row.get("method") == "mfa" for row in records)


def used_passkey_alone(request: HttpRequest, user: User) -> bool:
    """True when ``user`` proved a user-verifying passkey that needed no first factor, before the session begins too."""
    records = get_authentication_records(request, user)
    return any(row.get("method") == "mfa" and row.get("passwordless") for row in records)


def first_factor_passed(request: HttpRequest) -> bool:
    """True when this session proved a first factor that counts for staff, so that the second may be asked for."""
    return second_factor_passed(request) or _first_factor(_records(request))


def _first_factor(records: list[dict[str, Any]]) -> bool:
    providers = {row["id"] for row in settings.NAKHON_OIDC if STAFF in row["for"]}
    return any(
        row.get("method") == "password" or (row.get("method") == "socialaccount" and row.get("provider") in providers)
        for row in records
    )


def may_change_access(request: HttpRequest, user: User, *, has_second_factor: bool) -> bool:
    """True when the person proved within the last five minutes who they are, by the strongest means that the account has:
    its second factor, else its password, else whatever signs it in. Else the weaker means could replace the stronger.
    """
    fresh = [row for row in _records(request) if time.time() - float(row.get("at", 0)) < CONFIRMED_FOR]
    if has_second_factor:
        return any(row.get("method") == "mfa" for row in fresh)
    if user.has_usable_password():
        return _first_factor(fresh)
    return bool(fresh)


def confirm(request: HttpRequest, user: User, method: str) -> None:
    """Note that the person proved again who they are."""
    record_authentication(request, user, method, reauthenticated=True)


def signed_in_as(request: HttpRequest) -> dict[str, Any]:
    """``{kind, city, at, seen}`` of the session, or ``{}``."""
    found = request.session.get(SIGNED)
    return found if isinstance(found, dict) else {}


def pending(request: HttpRequest) -> dict[str, Any]:
    """``{kind, city, next, method}`` of a sign-in under way, or ``{}``."""
    found = request.session.get(PENDING)
    return found if isinstance(found, dict) else {}


def prepare(request: HttpRequest, *, kind: str, city: str, next_url: str, method: str) -> None:
    """Remember where a sign-in that leaves the page (a provider, a second factor) began."""
    request.session[PENDING] = {"kind": kind, "city": city, "next": next_url, "method": method}


def begin(
    request: HttpRequest, user: User, *, kind: str, city: str, next_url: str, method: str, **proof: Any
) -> HttpResponse:
    """Sign ``user`` in with a proven first factor; a second factor that the account has is asked for first.

    ``proof`` goes into the session's list of proofs (``provider`` ...). The session key changes at the end. An older
    session ends first, the same person's too: proofs of one door must not live on under the longer idle time of another.
    """
    if request.user.is_authenticated:
        sign_out(request)
    prepare(request, kind=kind, city=city, next_url=next_url, method=method)
    record_authentication(request, user, method, **proof)
    answer: HttpResponse = perform_login(request, user, email_verification="none", redirect_url=next_url)
    return answer


def begin_with_passkey(request: HttpRequest, user: User, *, kind: str, city: str, next_url: str) -> HttpResponse:
    """Sign ``user`` in after a user-verifying passkey, which ``factors`` has recorded as both factors."""
    prepare(request, kind=kind, city=city, next_url=next_url, method="passkey")
    answer: HttpResponse = perform_login(request, user, email_verification="none", redirect_url=next_url)
    return answer


def waiting_user(request: HttpRequest) -> User | None:
    """Who has proved the first factor and owes the second, when a sign-in waits at that stage."""
    if request.user.is_authenticated:
        return None
    stage = LoginStageController.enter(request, SECOND_FACTOR_STAGE)
    return stage.login.user if stage is not None else None


def resume(request: HttpRequest) -> HttpResponse:
    """Go on with the sign-in that waited for the second factor, which has now been proved."""
    stage = LoginStageController.enter(request, SECOND_FACTOR_STAGE)
    assert stage is not None, "no sign-in is waiting"
    answer: HttpResponse = stage.exit()
    return answer


def sign_out(request: HttpRequest) -> None:
    """End this session; everything in it is forgotten."""
    logout(request)


@dataclass(frozen=True, slots=True)
class VerifiedIdentity:
    """What a provider vouched for in this session. Kept nowhere else: linking a person reads it and asks first."""

    provider: str
    kind: str
    national_id: str
    given_name: str
    family_name: str
    birth_date: str

    def __repr__(self) -> str:
        return f"VerifiedIdentity(provider={self.provider!r}, kind={self.kind!r})"


def keep_identity(request: HttpRequest, ctx: Context, identity: VerifiedIdentity) -> None:
    """Keep ``identity`` for this session, sealed under the city's key."""
    text = json.dumps({name: getattr(identity, name) for name in VerifiedIdentity.__slots__})
    request.session[IDENTITY] = seal(text, _IDENTITY_CELL, ctx.tenant.id).blob.hex()


def verified_identity(request: HttpRequest, ctx: Context) -> VerifiedIdentity | None:
    """What a provider such as ThaID vouched for in this session and city, or None."""
    blob = request.session.get(IDENTITY)
    if not blob:
        return None
    try:
        return VerifiedIdentity(**json.loads(Sealed(bytes.fromhex(blob), _IDENTITY_CELL, ctx.tenant.id).reveal()))
    except (Unopenable, ValueError, TypeError):
        return None
