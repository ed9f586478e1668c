"""Staff: the password, its reset, invitations, and the second factor of somebody who lost their device."""

from __future__ import annotations

import logging
from datetime import datetime
from urllib.parse import urljoin
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Invalid, NotFound
from nakhon.kernel.outbox import enqueue, job, on
from nakhon.kernel.sealed import Sealed, seal
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text
from nakhon.people.access import is_member
from nakhon.people.events import MemberAdded
from nakhon.people.messages import Channel, Message, send
from nakhon.people.models import User
from nakhon.people.permissions import MEMBER_EDIT
from nakhon.web.signin import factors, letters, links, sessions
from nakhon.web.signin.passwords import explain
from nakhon.web.signin.permissions import SIGN_IN
from nakhon.web.signin.services.notes import notify

log = logging.getLogger("nakhon.signin")

RESET_JOB = "web.password_reset"
_RESET_CELL = "web.signin.reset"


def link_address(ctx: Context, name: str, token: str) -> str:
    """The full address of a one-time link, under the platform's public address."""
    return urljoin(settings.BASE_URL + "/", reverse(f"city:{name}", kwargs={"city": ctx.tenant.slug, "token": token}))


@verb(SIGN_IN)
def check_password(ctx: Context, *, request: HttpRequest, email: str, password: str) -> User | None:
    """The member of this city's staff with that e-mail and password, or None, whatever the reason; a failure is recorded.

    Hashing takes its time for an unknown e-mail too, and membership is looked up only after it, so the answers take alike.
    """
    user = authenticate(request, email=email.strip().lower(), password=password)
    reason = "password"
    if isinstance(user, User):
        if is_member(ctx.tenant, user, ctx.now):
            record(ctx, "web.password.passed", user)
            return user
        reason = "not_member"
    known = str(user.pk) if isinstance(user, User) else ""
    record(ctx, "web.signin.failed", known or None, detail={"method": "password", "reason": reason})
    log.warning("sign-in failed", extra={"method": "password", "reason": reason, "tenant": ctx.tenant.slug})
    return None


@verb(SIGN_IN)
def ask_password_reset(ctx: Context, *, email: str) -> None:
    """Queue a password reset for ``email``. Whether there is such a member is found out later, so that nothing shows here."""
    sealed = seal(email.strip().lower(), _RESET_CELL, ctx.tenant.id).blob.hex()
    enqueue(ctx, RESET_JOB, sealed=sealed, asked_at=ctx.now.isoformat())
    record(ctx, "web.password.reset_asked")


@job(RESET_JOB)
def send_password_reset(ctx: Context, *, sealed: str, asked_at: str) -> None:
    """Write to the member, if there is one; to nobody otherwise."""
    email = Sealed(bytes.fromhex(sealed), _RESET_CELL, ctx.tenant.id).reveal()
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None or not is_member(ctx.tenant, user, ctx.now):
        return
    token = links.make_token(ctx, user, links.PASSWORD)
    letter = letters.password_reset(ctx.tenant.name, link_address(ctx, "staff_set_password", token))
    expires = datetime.fromisoformat(asked_at) + links.LIFETIME[links.PASSWORD]
    send(ctx, Message(Channel.EMAIL, str(user.email), letter.subject, letter.body, user.language), expires_at=expires)


@verb(SIGN_IN)
def set_password(ctx: Context, *, token: str, purpose: str, password: str) -> User:
    """Set the password of whoever holds a one-time link, end all their sessions, and say so by e-mail.

    Second factors stay as they are. Raises ``LinkOver``, or ``Invalid`` with field ``password`` when it is too weak.
    """
    link = links.read_token(ctx, token, purpose)
    user = User.objects.select_for_update().get(pk=link.user.pk)
    links.read_token(ctx, token, purpose)
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise Invalid(fields={"password": explain(problem)}) from None
    user.set_password(password)
    user.save(update_fields=["password"])
    if user.email and not EmailAddress.objects.filter(email__iexact=user.email, verified=True).exists():
        # The link came by this address, so its owner has been proved.
        EmailAddress.objects.update_or_create(
            user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
        )
    ended = sessions.end_all(user)
    record(ctx, f"web.{purpose}.used", user, detail={"sessions_ended": ended})
    notify(ctx, user, letters.password_changed(ctx.tenant.name, ctx.now))
    return user


def _member(ctx: Context, user_id: UUID) -> User:
    """A member of this city's staff. Raises ``NotFound`` for anybody else, so that accounts elsewhere cannot be touched."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not is_member(ctx.tenant, user, ctx.now):
        raise NotFound(Text("ไม่พบบุคลากรคนนี้ในหน่วยงาน", "There is no such member of staff here"))
    return user


@verb(MEMBER_EDIT)
def send_invitation(ctx: Context, *, user_id: UUID) -> None:
    """Send a member the one-time link (72 hours) with which they set a password and enrol a second factor.

    Somebody who has a password already is told where to sign in instead. Raises ``NotFound``.
    """
    user = _member(ctx, user_id)
    if not user.email:
        raise Invalid(Text("บัญชีนี้ไม่มีอีเมล จึงส่งคำเชิญไม่ได้", "This account has no e-mail to send an invitation to"))
    if user.has_usable_password():
        target = urljoin(settings.BASE_URL + "/", reverse("city:staff_signin", kwargs={"city": ctx.tenant.slug}))
        letter = letters.welcome(ctx.tenant.name, target)
        send(ctx, Message(Channel.EMAIL, user.email, letter.subject, letter.body, user.language))
    else:
        token = links.make_token(ctx, user, links.INVITATION)
        letter = letters.invitation(ctx.tenant.name, link_address(ctx, "staff_accept", token))
        expires = ctx.now + links.LIFETIME[links.INVITATION]
        send(ctx, Message(Channel.EMAIL, user.email, letter.subject, letter.body, user.language), expires_at=expires)
    record(ctx, "web.invitation.sent", user)


@on(MemberAdded, "web.invitation")
def invite_new_member(ctx: Context, fact: MemberAdded) -> None:
    """Whoever joins the staff is written to; somebody who has left again by then is not."""
    user = User.objects.filter(pk=UUID(fact.user_id), is_active=True).first()
    if user is not None and user.email and is_member(ctx.tenant, user, ctx.now):
        send_invitation(ctx, user_id=user.pk)


@verb(MEMBER_EDIT)
def reset_second_factor(ctx: Context, *, user_id: UUID, reason: str) -> int:
    """Remove every second factor of a member who lost their device and end their sessions; returns how many were removed.

    The member then signs in with the password and enrols a new one. Nobody resets their own. Raises ``NotFound``.
    """
    user = _member(ctx, user_id)
    reason = " ".join(reason.split())
    if str(user.pk) == ctx.actor.id:
        raise Invalid(
            Text("รีเซ็ตของตนเองไม่ได้", "You cannot reset your own"),
            Text("ให้ผู้ดูแลระบบคนอื่นดำเนินการ หรือใช้รหัสสำรอง", "Ask another administrator, or use a recovery code"),
        )
    if len(reason) < 5:
        raise Invalid(fields={"reason": Text("ระบุเหตุผลและวิธีที่ยืนยันตัวบุคคล", "Say why, and how you made sure who it is")})
    removed = factors.remove_all_factors(user)
    ended = sessions.end_all(user)
    record(
        ctx,
        "web.second_factor.reset",
        user,
        detail={"removed": removed, "sessions_ended": ended, "reason": reason[:300]},
    )
    notify(ctx, user, letters.second_factor_reset(ctx.tenant.name, ctx.now))
    return removed
