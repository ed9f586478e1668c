"""One's own account: second factors, recovery codes, sessions, password and linked providers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Invalid, NotFound
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text
from nakhon.people.access import is_member
from nakhon.people.models import User
from nakhon.web.signin import factors, letters, sessions
from nakhon.web.signin.errors import AlreadyLinked, LastFactor
from nakhon.web.signin.oidc import Claims
from nakhon.web.signin.passwords import explain
from nakhon.web.signin.permissions import OWN_ACCOUNT
from nakhon.web.signin.services.notes import notify


def _own(ctx: Context) -> User:
    """The account that acts. Raises ``NotFound`` for a context without one."""
    found = User.objects.filter(pk=UUID(ctx.actor.id), is_active=True).first() if ctx.actor.id else None
    if found is None:
        raise NotFound
    return found


@verb(OWN_ACCOUNT)
def enrol_totp(ctx: Context, *, request: HttpRequest, code: str) -> Any:
    """Enrol the authenticator app on offer. Raises ``WrongCode``. Returns the library's row, for the session's proofs."""
    user = _own(ctx)
    row = factors.add_totp(request, user, code)
    record(ctx, "web.second_factor.enrolled", user, detail={"factor": factors.TOTP.value})
    notify(ctx, user, letters.factor_changed(ctx.tenant.name, ctx.now, factors.KIND_TEXT[factors.TOTP], added=True))
    return row


@verb(OWN_ACCOUNT)
def enrol_passkey(ctx: Context, *, request: HttpRequest, name: str, credential: Any) -> Any:
    """Enrol the passkey that the browser made. Raises ``PasskeyRefused``. Returns the library's row."""
    user = _own(ctx)
    row = factors.add_passkey(request, user, " ".join(name.split()) or "Passkey", credential)
    record(ctx, "web.second_factor.enrolled", user, detail={"factor": factors.PASSKEY.value})
    notify(ctx, user, letters.factor_changed(ctx.tenant.name, ctx.now, factors.KIND_TEXT[factors.PASSKEY], added=True))
    return row


@verb(OWN_ACCOUNT)
def remove_factor(ctx: Context, *, factor_id: int) -> None:
    """Remove one of one's own factors. Raises ``NotFound``; ``LastFactor`` for the last one of somebody on the staff."""
    user = _own(ctx)
    own = {factor.id: factor for factor in factors.factors_of(user)}
    if factor_id not in own or own[factor_id].kind == factors.RECOVERY:
        raise NotFound
    others = [factor for factor in own.values() if factor.kind != factors.RECOVERY and factor.id != factor_id]
    if not others and is_member(ctx.tenant, user, ctx.now):
        raise LastFactor
    kind = own[factor_id].kind
    factors.remove_factor(user, factor_id)
    record(ctx, "web.second_factor.removed", user, detail={"factor": kind})
    notify(ctx, user, letters.factor_changed(ctx.tenant.name, ctx.now, factors.KIND_TEXT[kind], added=False))


@verb(OWN_ACCOUNT)
def renew_recovery_codes(ctx: Context) -> list[str]:
    """Ten new recovery codes; the older ones are void. Raises ``NotFound`` without a second factor to recover."""
    user = _own(ctx)
    if not factors.has_second_factor(user):
        raise NotFound
    codes = factors.renew_recovery_codes(user)
    factors.mark_codes_seen(user)
    record(ctx, "web.recovery_codes.renewed", user)
    notify(ctx, user, letters.recovery_codes_renewed(ctx.tenant.name, ctx.now))
    return codes


@verb(OWN_ACCOUNT)
def first_recovery_codes(ctx: Context) -> list[str]:
    """The codes made at the first enrolment, once; [] ever after."""
    user = _own(ctx)
    codes = factors.ensure_recovery_codes(user) if factors.has_second_factor(user) else []
    if codes:
        factors.mark_codes_seen(user)
    record(ctx, "web.recovery_codes.shown", user, detail={"shown": bool(codes)})
    return codes


@verb(OWN_ACCOUNT)
def end_session(ctx: Context, *, session_id: int) -> None:
    """End one of one's own sessions on another device. Raises ``NotFound``."""
    user = _own(ctx)
    if not sessions.end_one(user, session_id):
        raise NotFound
    record(ctx, "web.session.ended", user)


@verb(OWN_ACCOUNT)
def end_all_sessions(ctx: Context) -> int:
    """Sign out everywhere, this device included. Returns how many sessions ended."""
    user = _own(ctx)
    ended = sessions.end_all(user)
    record(ctx, "web.session.all_ended", user, detail={"ended": ended})
    return ended


@verb(OWN_ACCOUNT)
def change_password(ctx: Context, *, password: str) -> None:
    """Set one's own password; other sessions end. Raises ``Invalid`` with field ``password``."""
    user = _own(ctx)
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise Invalid(fields={"password": explain(problem)}) from None
    user.set_password(password)
    user.save(update_fields=["password"])
    record(ctx, "web.password.changed", user)
    notify(ctx, user, letters.password_changed(ctx.tenant.name, ctx.now))


@verb(OWN_ACCOUNT)
def link_provider(ctx: Context, *, claims: Claims) -> None:
    """Link a provider's account to one's own. Raises ``AlreadyLinked`` when it belongs to somebody else."""
    user = _own(ctx)
    existing = SocialAccount.objects.filter(provider=claims.provider, uid=claims.uid).first()
    if existing is not None and existing.user_id != user.pk:
        raise AlreadyLinked
    SocialAccount.objects.get_or_create(
        provider=claims.provider, uid=claims.uid, defaults={"user": user, "extra_data": {}}
    )
    record(ctx, "web.provider.linked", user, detail={"provider": claims.provider})
    notify(ctx, user, letters.provider_changed(ctx.tenant.name, ctx.now, claims.provider, linked=True))


@verb(OWN_ACCOUNT)
def unlink_provider(ctx: Context, *, link_id: int) -> None:
    """Unlink a provider. Raises ``NotFound``; ``Conflict`` when the account could then no longer be signed in to."""
    user = _own(ctx)
    row = SocialAccount.objects.filter(pk=link_id, user=user).first()
    if row is None:
        raise NotFound
    others = SocialAccount.objects.filter(user=user).exclude(pk=row.pk).exists()
    if not (others or user.email or (user.phone and user.phone_verified)):
        raise Conflict(
            Text("เป็นทางเข้าสู่ระบบทางเดียวของบัญชีนี้", "It is the only way into this account"),
            Text("เพิ่มเบอร์โทรศัพท์หรืออีเมลก่อน", "Add a phone number or an e-mail first"),
        )
    row.delete()
    record(ctx, "web.provider.unlinked", user, detail={"provider": row.provider})
    notify(ctx, user, letters.provider_changed(ctx.tenant.name, ctx.now, row.provider, linked=False))
