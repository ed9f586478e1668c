"""One-time links sent by e-mail: signed, dated, of one city and one account, and void once the account's state changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from nakhon.kernel.context import Context
from nakhon.people.models import User
from nakhon.web.signin.errors import LinkOver

INVITATION = "invitation"
PASSWORD = "password"  # noqa: S105  (the name of a purpose)
LIFETIME = {INVITATION: timedelta(hours=72), PASSWORD: timedelta(minutes=30)}


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says: whom it is for and until when."""

    user: User
    purpose: str
    expires_at: datetime


def _stamp(user: User, purpose: str) -> str:
    """Changes with the password, so that a link works once."""
    state = f"{purpose}|{user.pk}|{user.password}|{user.email}|{user.is_active}"
    return salted_hmac("nakhon.web.signin.links", state, algorithm="sha256").hexdigest()[:32]


def make_token(ctx: Context, user: User, purpose: str) -> str:
    """A token for ``user`` in the context's city, good for ``LIFETIME[purpose]``."""
    expires = int((ctx.now + LIFETIME[purpose]).timestamp())
    content = {"u": user.pk.hex, "t": ctx.tenant.id.hex, "e": expires, "s": _stamp(user, purpose)}
    return signing.dumps(content, salt=f"nakhon.signin.{purpose}")


def read_token(ctx: Context, token: str, purpose: str) -> Link:
    """The link that ``token`` stands for. Raises ``LinkOver`` when it is forged, of another city, expired or used."""
    try:
        content = signing.loads(token, salt=f"nakhon.signin.{purpose}")
        expires_at = datetime.fromtimestamp(content["e"], tz=ctx.now.tzinfo)
        user = User.objects.filter(pk=UUID(content["u"]), is_active=True).first()
    except (signing.BadSignature, KeyError, ValueError, TypeError):
        raise LinkOver from None
    if user is None or content["t"] != ctx.tenant.id.hex or ctx.now >= expires_at:
        raise LinkOver
    if not constant_time_compare(str(content["s"]), _stamp(user, purpose)):
        raise LinkOver
    return Link(user, purpose, expires_at)
