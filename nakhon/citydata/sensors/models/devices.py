"""Devices with their keys, the commands that they are given, and the schedules that give them."""

from __future__ import annotations

from django.db import models

from nakhon.citydata.sensors.models.things import SensorKind, Thing
from nakhon.kernel.personal import NotPersonal
from nakhon.kernel.tenancy import TenantModel

_DEVICE = NotPersonal("names a device of the city")


class DeviceStatus(models.TextChoices):
    ACTIVE = "ACTIVE", "ใช้งาน"
    DISABLED = "DISABLED", "ปิดใช้งาน"


class Device(TenantModel):
    """What speaks for a thing, by its own name and key. ``refused`` counts messages that were not taken, with the last reason."""

    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="devices", db_index=False)
    slug = models.CharField(max_length=80)
    status = models.CharField(max_length=8, choices=DeviceStatus.choices, default=DeviceStatus.ACTIVE)
    about = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60, blank=True)
    refused = models.PositiveBigIntegerField(default=0)
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_reason = models.JSONField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "slug"], name="sensor_device_slug")]
        indexes = [models.Index(fields=["tenant", "thing"], name="sensor_device_of_thing")]

    def __str__(self) -> str:
        return self.slug


class DeviceKey(TenantModel):
    """A device's key, of which only a keyed hash is kept; ``prefix`` is its beginning, by which people tell keys apart."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="keys", db_index=False)
    prefix = models.CharField(max_length=16)
    digest = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    personal = {"prefix": NotPersonal("the beginning of a device's key")}

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "digest"], name="sensor_device_key_once")]
        indexes = [models.Index(fields=["tenant", "device"], name="sensor_keys_of_device")]


class Schedule(TenantModel):
    """Commands at set times to all things of a kind, or to those whose keys are named.

    ``entries`` is a list of ``{"at": "18:30" | "sunset-10m" | "sunrise", "command": ..., "body": {...}, "days": [0..6]}``.
    """

    key = models.CharField(max_length=80)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    kind = models.ForeignKey(SensorKind, on_delete=models.PROTECT, related_name="schedules", db_index=False)
    things = models.JSONField(default=list, blank=True)
    entries = models.JSONField()
    enabled = models.BooleanField(default=True)
    run_until = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=60, blank=True)

    personal = {"name_th": _DEVICE, "name_en": _DEVICE}

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="sensor_schedule_once")]


class CommandState(models.TextChoices):
    WAITING = "WAITING", "รอส่ง"
    SENT = "SENT", "ส่งแล้ว"
    ACKNOWLEDGED = "ACKNOWLEDGED", "อุปกรณ์ยืนยันแล้ว"
    TIMED_OUT = "TIMED_OUT", "หมดเวลา"
    REFUSED = "REFUSED", "อุปกรณ์ปฏิเสธ"
    FAILED = "FAILED", "ล้มเหลว"


class Command(TenantModel):
    """An order to a device and what became of it. ``expires_at`` ends the waiting for an answer."""

    number = models.PositiveIntegerField()
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="commands", db_index=False)
    name = models.CharField(max_length=80)
    body = models.JSONField()
    state = models.CharField(max_length=12, choices=CommandState.choices, default=CommandState.WAITING)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60, blank=True)
    schedule = models.ForeignKey(
        Schedule, null=True, blank=True, on_delete=models.SET_NULL, related_name="commands", db_index=False
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    result = models.JSONField(null=True, blank=True)

    personal = {"name": _DEVICE}

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="sensor_command_number")]
        indexes = [
            models.Index(fields=["tenant", "device", "-made_at"], name="sensor_commands_of_device"),
            models.Index(
                fields=["tenant", "expires_at"],
                name="sensor_commands_open",
                condition=models.Q(state__in=["WAITING", "SENT"]),
            ),
        ]
