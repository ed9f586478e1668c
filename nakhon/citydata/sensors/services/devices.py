"""Devices and their keys: a key is shown once, changes with an overlap, and is taken away at once."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

from nakhon.citydata.sensors.access import device_named, thing_numbered
from nakhon.citydata.sensors.devices import SHOWN, digest_of, forget_sessions, new_key
from nakhon.citydata.sensors.errors import DeviceDisabled, DeviceTaken, SensorInputInvalid, SensorsNotFound
from nakhon.citydata.sensors.models import Device, DeviceKey, DeviceStatus
from nakhon.citydata.sensors.permissions import DEVICE_EDIT
from nakhon.citydata.sensors.types import NewKey
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
LONGEST_OVERLAP = timedelta(days=30)


@verb(DEVICE_EDIT)
def add_device(ctx: Context, *, thing: int, slug: str, about: str = "") -> Device:
    """Register a device that speaks for the thing of this number. It needs a key before it is heard.

    Raises ``SensorsNotFound``, ``SensorInputInvalid`` for a name that cannot stand in a topic, ``DeviceTaken``.
    """
    owner = thing_numbered(ctx, thing)
    if not SLUG.fullmatch(slug):
        raise SensorInputInvalid(
            fields={
                "slug": Text(
                    "ใช้อักษรอังกฤษตัวเล็ก ตัวเลข และ - ไม่เกิน 80 ตัว เช่น air-01",
                    "Use small English letters, digits and -, at most 80, such as air-01",
                )
            }
        )
    if Device.objects.filter(slug=slug).exists():
        raise DeviceTaken
    row: Device = Device.objects.create(
        thing=owner, slug=slug, about=about.strip()[:200], made_at=ctx.now, made_by=ctx.actor.id
    )
    record(ctx, "citydata.device.added", row, detail={"device": slug, "thing": thing})
    return row


@verb(DEVICE_EDIT)
def make_device_key(ctx: Context, *, device: str, overlap: timedelta = timedelta(days=7)) -> NewKey:
    """Give a device a new key, shown now and never again. Its earlier keys hold on for ``overlap`` (nothing: they end now).

    Raises ``SensorsNotFound``, ``DeviceDisabled``, ``SensorInputInvalid`` for an overlap beyond 30 days.
    """
    row = device_named(device, lock=True)
    if row.status != DeviceStatus.ACTIVE:
        raise DeviceDisabled
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise SensorInputInvalid(fields={"overlap": Text("ไม่เกิน 30 วัน", "At most 30 days")})
    ends = ctx.now + overlap
    earlier = row.keys.filter(revoked_at=None)
    earlier.filter(expires_at=None).update(expires_at=ends)
    earlier.filter(expires_at__gt=ends).update(expires_at=ends)
    key = new_key()
    made = DeviceKey.objects.create(
        device=row, prefix=key[:SHOWN], digest=digest_of(key), made_at=ctx.now, made_by=ctx.actor.id
    )
    forget_sessions()
    record(ctx, "citydata.device.key_made", row, detail={"device": device, "key": made.prefix})
    return NewKey(made.pk, device, made.prefix, key)


@verb(DEVICE_EDIT)
def revoke_device_key(ctx: Context, *, device: str, key: UUID) -> None:
    """End a key now; where it is in use it stops within a minute. Repeating it is harmless. Raises ``SensorsNotFound``."""
    row = DeviceKey.objects.select_for_update(of=("self",)).filter(pk=key, device__slug=device).first()
    if row is None:
        raise SensorsNotFound
    if row.revoked_at is None:
        row.revoked_at = ctx.now
        row.save(update_fields=["revoked_at"])
    forget_sessions()
    record(ctx, "citydata.device.key_revoked", row, detail={"device": device, "key": row.prefix})


@verb(DEVICE_EDIT)
def disable_device(ctx: Context, *, device: str) -> Device:
    """Listen to a device no more until it is enabled again; its keys stay. Raises ``SensorsNotFound``."""
    return _set(ctx, device, DeviceStatus.DISABLED, "citydata.device.disabled")


@verb(DEVICE_EDIT)
def enable_device(ctx: Context, *, device: str) -> Device:
    """Listen to a device again. Raises ``SensorsNotFound``."""
    return _set(ctx, device, DeviceStatus.ACTIVE, "citydata.device.enabled")


def _set(ctx: Context, device: str, status: DeviceStatus, action: str) -> Device:
    row = device_named(device, lock=True)
    row.status = status
    row.save(update_fields=["status"])
    forget_sessions()
    record(ctx, action, row, detail={"device": device})
    return row
