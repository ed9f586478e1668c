"""Citizens: a one-time code, and the account that a first sign-in opens."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Invalid
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text
from nakhon.people.messages import Channel, Message, send
from nakhon.people.models import User
from nakhon.web.signin import letters
from nakhon.web.signin.codes import LIFETIME, Contact
from nakhon.web.signin.oidc import Claims
from nakhon.web.signin.permissions import SIGN_IN


@verb(SIGN_IN)
def send_code(ctx: Context, *, contact: Contact, code: str, host: str) -> None:
    """Send a one-time code to ``contact``; the same for a known and an unknown one."""
    letter = letters.code(ctx.tenant.name, code, host=host if contact.channel is Channel.SMS else "")
    message = Message(contact.channel, contact.to, letter.subject, letter.body, ctx.language)
    send(ctx, message, expires_at=ctx.now + LIFETIME)
    record(ctx, "web.code.sent", detail={"channel": contact.channel.value})


@verb(SIGN_IN)
def open_account(
    ctx: Context, *, name: str, language: str, contact: Contact | None = None, claims: Claims | None = None
) -> User:
    """Open a citizen's account for a proved contact, a provider's claims, or both.

    Raises ``Invalid`` for a missing name, ``Conflict`` when the contact or the provider account has one already.
    """
    name = " ".join(name.split())
    if not 2 <= len(name) <= 200:
        raise Invalid(fields={"name": Text("กรอกชื่อและนามสกุล", "Enter your name")})
    email = contact.to if contact and contact.channel is Channel.EMAIL else (claims.email if claims else "")
    phone = contact.to if contact and contact.channel is Channel.SMS else None
    if email and User.objects.filter(email__iexact=email).exists():
        raise Conflict(Text("อีเมลนี้มีบัญชีอยู่แล้ว", "This e-mail has an account already"))
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email or None,
                phone=phone,
                phone_verified=phone is not None,
                display_name=name,
                language=language,
                created_at=ctx.now,
            )
            if email:
                EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
            if claims is not None:
                SocialAccount.objects.create(user=user, provider=claims.provider, uid=claims.uid, extra_data={})
    except IntegrityError:
        raise Conflict(
            Text("มีบัญชีนี้อยู่แล้ว", "There is an account for this already"),
            Text("เข้าสู่ระบบด้วยบัญชีเดิม", "Sign in with that account"),
        ) from None
    by = claims.provider if claims is not None else (contact.channel.value if contact else "")
    record(ctx, "web.account.opened", user, detail={"by": by, "notice": letters.NOTICE_VERSION})
    return user


def find_by_contact(contact: Contact) -> User | None:
    """The account whose proved phone or e-mail this is. For the doors only, after the contact was proved."""
    if contact.channel is Channel.SMS:
        return User.objects.filter(phone=contact.to, phone_verified=True).first()
    return User.objects.filter(email__iexact=contact.to).first()
