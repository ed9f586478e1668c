"""A citizen's own phone and e-mail: a code to the new one proves it, then it takes the old one's place, which is told."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Forbidden
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text
from nakhon.people.access import is_member
from nakhon.people.messages import Channel, Message, send
from nakhon.people.models import User
from nakhon.web.signin import letters
from nakhon.web.signin.codes import LIFETIME, Contact
from nakhon.web.signin.permissions import OWN_ACCOUNT
from nakhon.web.signin.services.account import _own


@verb(OWN_ACCOUNT)
def send_contact_code(ctx: Context, *, contact: Contact, code: str, host: str) -> None:
    """Send the code that proves a new contact; the same whether or not another account has it. Raises ``Forbidden``."""
    _citizen(ctx)
    letter = letters.contact_code(ctx.tenant.name, code, host=host if contact.channel is Channel.SMS else "")
    message = Message(contact.channel, contact.to, letter.subject, letter.body, ctx.language)
    send(ctx, message, expires_at=ctx.now + LIFETIME)
    record(ctx, "web.code.sent", detail={"channel": contact.channel.value})


@verb(OWN_ACCOUNT)
def change_contact(ctx: Context, *, contact: Contact) -> User:
    """Make a proved contact the account's phone or e-mail and tell the old one.

    Raises ``Conflict`` when another account has it, ``Forbidden`` for staff and accounts with a password: theirs is the work e-mail,
    which an administrator sets.
    """
    user = _citizen(ctx)
    is_phone = contact.channel is Channel.SMS
    before = user.phone if is_phone else user.email
    if before == contact.to:
        record(ctx, "web.contact.confirmed", user, detail={"channel": contact.channel.value})
        return user
    was_proved = bool(before) and (user.phone_verified or not is_phone)
    try:
        with transaction.atomic():
            if is_phone:
                user.phone, user.phone_verified = contact.to, True
            else:
                if User.objects.filter(email__iexact=contact.to).exclude(pk=user.pk).exists():
                    raise IntegrityError
                user.email = contact.to
                EmailAddress.objects.filter(user=user).delete()
                EmailAddress.objects.create(user=user, email=contact.to, verified=True, primary=True)
            user.save(update_fields=["phone", "phone_verified", "email"])
    except IntegrityError:
        raise Conflict(
            Text("มีบัญชีอื่นใช้เบอร์หรืออีเมลนี้อยู่แล้ว", "Another account has this number or e-mail already"),
            Text("ใช้เบอร์หรืออีเมลอื่น หรือเข้าสู่ระบบด้วยบัญชีนั้น", "Use another one, or sign in with that account"),
        ) from None
    record(ctx, "web.contact.changed", user, detail={"channel": contact.channel.value})
    if before and was_proved:
        letter = letters.contact_changed(ctx.tenant.name, ctx.now, phone=is_phone)
        send(ctx, Message(contact.channel, before, letter.subject, letter.body, user.language))
    return user


def _citizen(ctx: Context) -> User:
    user = _own(ctx)
    if user.has_usable_password() or is_member(ctx.tenant, user, ctx.now):
        raise Forbidden(
            Text("บัญชีบุคลากรเปลี่ยนอีเมลเองไม่ได้", "A staff account cannot change its own e-mail"),
            Text("แจ้งผู้ดูแลระบบของหน่วยงาน", "Ask your organisation's administrator"),
        )
    return user
