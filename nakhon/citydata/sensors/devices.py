"""Who speaks: from a city, a device's name and its key to the device and the streams that it may write. For every door."""

from __future__ import annotations

import hmac
import secrets
import time as clock
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from nakhon.citydata.sensors.ingest import context_of
from nakhon.citydata.sensors.models import Datastream, Device, DeviceKey, DeviceStatus
from nakhon.kernel.keys import keyed_hash, keyring
from nakhon.kernel.models import Tenant
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.text import Text

PREFIX = "nk_"
SHOWN = len(PREFIX) + 6
"""So many characters of a key are kept in clear, to tell keys apart; some 220 bits stay unknown."""
_SECONDS = 60.0
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class OwnStream:
    """A stream of the device's thing: its key for ``Reading.datastream``, its number in the city, its unit (UCUM)."""

    id: int
    number: int
    unit: str


@dataclass(frozen=True, slots=True)
class DeviceSession:
    """A device whose key was right. ``streams`` by property code."""

    tenant_id: UUID
    city: str
    device_id: UUID
    device: str
    thing_id: UUID
    thing: int
    streams: Mapping[str, OwnStream]


_sessions: dict[tuple[str, bytes], tuple[float, DeviceSession]] = {}


def new_key() -> str:
    """A key of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(key: str) -> bytes:
    """What is kept of a key: a hash under a key of the installation's own, so that a stolen table opens nothing."""
    return keyed_hash(keyring().index, b"device-key", key.encode())


def forget_sessions() -> None:
    """Forget in this process who was let in; other processes do so within a minute."""
    _sessions.clear()


def resolve_key(city_slug: str, key: str) -> DeviceSession | None:
    """The device of a city that holds ``key``, or None. The answer is remembered for a minute, a refusal is not.

    The key is looked up by its keyed hash, so the time taken tells nothing about keys that exist.
    """
    digest = digest_of(key)
    kept = _sessions.get((city_slug, digest))
    if kept is not None and kept[0] > clock.monotonic():
        return kept[1]
    tenant = Tenant.objects.filter(slug=city_slug).first()
    if tenant is None:
        return None
    found = _look_up(tenant, digest)
    if found is None:
        _sessions.pop((city_slug, digest), None)
        return None
    if len(_sessions) >= _MOST:
        _sessions.clear()
    _sessions[city_slug, digest] = (clock.monotonic() + _SECONDS, found)
    return found


def resolve_device(city_slug: str, device_slug: str, key: str) -> DeviceSession | None:
    """As ``resolve_key``, for a door where the device also says its name; None when the key is another device's."""
    found = resolve_key(city_slug, key)
    named = found.device if found is not None else ""
    same = hmac.compare_digest(named.encode(), device_slug.encode())
    return found if found is not None and same else None


def _look_up(tenant: Tenant, digest: bytes) -> DeviceSession | None:
    now = timezone.now()
    with act_in(context_of(tenant.pk, now)):
        row = (
            DeviceKey.objects.select_related("device__thing")
            .filter(Q(expires_at=None) | Q(expires_at__gt=now), digest=digest, revoked_at=None)
            .filter(device__status=DeviceStatus.ACTIVE)
            .first()
        )
        if row is None:
            return None
        device = row.device
        streams = Datastream.objects.filter(thing=device.thing, active=True).values_list("code", "pk", "number", "unit")
        return DeviceSession(
            tenant.pk, tenant.slug, device.pk, device.slug, device.thing_id, device.thing.number,
            {code: OwnStream(pk, number, unit) for code, pk, number, unit in streams},
        )  # fmt: skip


def note_refusals(tenant_id: UUID, device_id: UUID, reason: Text, amount: int = 1) -> None:
    """Count messages or readings of a device that were not taken, and keep the last reason for its page."""
    ctx = context_of(tenant_id)
    with act_in(ctx):
        Device.objects.filter(pk=device_id).update(
            refused=F("refused") + amount, refused_at=ctx.now, refused_reason=reason.as_dict()
        )


def as_json(session: DeviceSession) -> dict[str, Any]:
    """What a device may know of itself."""
    return {
        "city": session.city, "device": session.device, "thing": session.thing,
        "streams": {code: {"number": own.number, "unit": own.unit} for code, own in session.streams.items()},
    }  # fmt: skip
