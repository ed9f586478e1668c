"""Links to files: signed, expiring, for one organisation, and where the file is personal, for one account only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing

from nakhon.kernel.context import TenantRef
from nakhon.kernel.files.errors import LinkExpired, LinkInvalid
from nakhon.kernel.files.types import Variant
from nakhon.kernel.models import Tenant
from nakhon.kernel.tasks import tenant_ref

SALT = "nakhon.files.link"
PREFIX = "/files/"
SHORTEST, LONGEST = timedelta(seconds=30), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a link says. ``audience`` is the account's id, or "" for whoever holds the link."""

    tenant_id: UUID
    file_id: UUID
    variant: Variant
    audience: str
    expires: datetime


def make(tenant_id: UUID, file_id: UUID, variant: Variant, audience: str, now: datetime, lifetime: timedelta) -> str:
    """The path of a link. One without an audience is the same for a while, so that browsers may keep what it shows."""
    lifetime = min(max(lifetime, SHORTEST), LONGEST)
    seconds = int(lifetime.total_seconds())
    at = int(now.timestamp())
    expires = at + seconds if audience else (at // seconds + 2) * seconds
    said = [tenant_id.hex, file_id.hex, variant.value, audience, expires]
    return PREFIX + signing.Signer(salt=SALT).sign_object(said)


def read(token: str, now: datetime) -> Claims:
    """What the link says. Raises ``LinkInvalid`` for a forged or broken one, ``LinkExpired``."""
    try:
        tenant, file, variant, audience, expires = signing.Signer(salt=SALT).unsign_object(token)
        claims = Claims(
            UUID(hex=tenant),
            UUID(hex=file),
            Variant(variant),
            str(audience),
            datetime.fromtimestamp(expires, now.tzinfo),
        )
    except (signing.BadSignature, ValueError, TypeError, OverflowError):
        raise LinkInvalid from None
    if now >= claims.expires:
        raise LinkExpired
    return claims


def tenant_of(token: str, now: datetime) -> TenantRef:
    """The organisation whose file a good link opens: the door must know it before it can make a context."""
    tenant = Tenant.objects.filter(pk=read(token, now).tenant_id).first()
    if tenant is None:
        raise LinkInvalid
    return tenant_ref(tenant)
