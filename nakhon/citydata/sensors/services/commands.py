"""Commands to devices, one at a time or by the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from jsonschema import Draft202012Validator

from nakhon.citydata.sensors.access import device_named, thing_numbered
from nakhon.citydata.sensors.commands import OPEN, end, notify_commands
from nakhon.citydata.sensors.errors import DeviceDisabled, SensorInputInvalid, SensorsNotFound
from nakhon.citydata.sensors.making import reserve, seconds_of
from nakhon.citydata.sensors.models import (
    Command,
    CommandState,
    Device,
    DeviceStatus,
    Schedule,
    SensorKind,
    Thing,
)
from nakhon.citydata.sensors.permissions import COMMAND, SCHEDULE_EDIT
from nakhon.citydata.sensors.rules.schedules import EntryFault, read_entry
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text

MOST_ENTRIES = 50


@verb(COMMAND)
def send_command(ctx: Context, *, name: str, body: Any, device: str = "", thing: int | None = None) -> Command:
    """Order a device to do something; it waits until the device takes it, no longer than the kind's definition allows.

    The device is named, or it is the only active one of ``thing``. Raises ``SensorsNotFound``, ``DeviceDisabled``,
    ``SensorInputInvalid`` for a command that its kind does not know or a body that does not fit.
    """
    row = device_named(device) if device else _speaker(ctx, thing)
    if row.status != DeviceStatus.ACTIVE:
        raise DeviceDisabled
    order = check_order(row.thing.kind, name, body)
    made: Command = Command.objects.create(
        number=reserve(ctx, "command"), device=row, name=name, body=body, made_at=ctx.now, made_by=ctx.actor.id,
        expires_at=ctx.now + timedelta(seconds=seconds_of(order.get("timeout") or "60s")),
    )  # fmt: skip
    record(ctx, "citydata.command.sent", made, detail={"number": made.number, "device": row.slug, "command": name})
    notify_commands(ctx, [row.pk])
    return made


def _speaker(ctx: Context, thing: int | None) -> Device:
    if thing is None:
        raise SensorsNotFound
    owner = thing_numbered(ctx, thing)
    rows: list[Device] = list(
        Device.objects.select_related("thing__kind").filter(thing=owner, status=DeviceStatus.ACTIVE)[:2]
    )
    if not rows:
        raise SensorsNotFound(Text("สิ่งนี้ไม่มีอุปกรณ์ที่ใช้งานอยู่", "This thing has no active device"))
    if len(rows) > 1:
        raise SensorInputInvalid(
            fields={"device": Text("สิ่งนี้มีหลายอุปกรณ์ ระบุชื่ออุปกรณ์", "This thing has several devices; name one")}
        )
    return rows[0]


def check_order(kind: SensorKind, name: str, body: Any) -> Mapping[str, Any]:
    """The command's definition. Raises ``SensorInputInvalid`` when the kind has none such or ``body`` does not fit it."""
    orders: Mapping[str, Any] = kind.body.get("commands") or {}
    order = orders.get(name)
    if order is None:
        known = ", ".join(sorted(orders)) or "-"
        raise SensorInputInvalid(
            fields={
                "name": Text(
                    f"ไม่มีคำสั่ง {name[:40]} คำสั่งที่มี: {known}", f"There is no command {name[:40]}; there are: {known}"
                )
            }
        )
    fault = next(iter(sorted(Draft202012Validator(order["schema"]).iter_errors(body), key=str)), None)
    if fault is not None:
        where = ".".join(["body", *(str(part) for part in fault.absolute_path)])
        wanted = fault.validator_value if isinstance(fault.validator_value, str | int | float | list) else ""
        raise SensorInputInvalid(
            fields={
                where: Text(
                    f"ไม่ตรงกับแบบของคำสั่ง ({fault.validator} {wanted})".replace(" )", ")"),
                    f"It does not fit the command's schema ({fault.validator} {wanted})".replace(" )", ")"),
                )
            }
        )
    found: Mapping[str, Any] = order
    return found


@verb(COMMAND)
def cancel_command(ctx: Context, *, number: int) -> Command:
    """Take back a command that has not left yet. Raises ``SensorsNotFound`` when it left or there is none."""
    row: Command | None = (
        Command.objects.select_for_update(of=("self",))
        .select_related("device")
        .filter(number=number, state=CommandState.WAITING)
        .first()
    )
    if row is None or row.state not in OPEN:
        raise SensorsNotFound(Text("คำสั่งนี้ส่งไปแล้วหรือไม่มีอยู่", "This command has left already, or there is none"))
    end(ctx, row, CommandState.FAILED, {"cancelled": ctx.actor.id})
    return row


@verb(SCHEDULE_EDIT)
def save_command_schedule(
    ctx: Context,
    *,
    key: str,
    name: Text,
    kind: str,
    entries: Sequence[Mapping[str, Any]],
    things: Sequence[str] = (),
    enabled: bool = True,
) -> Schedule:
    """Arrange commands by the clock, for all things of a kind or for those whose keys are named.

    Each entry is ``{"at": "18:30" | "sunset-10m" | "sunrise", "command": ..., "body": ..., "days": [0 (Monday) to 6]}``; it
    runs from now on. Raises ``SensorsNotFound``, ``SensorInputInvalid`` naming the entry that cannot be read.
    """
    of_kind = SensorKind.objects.filter(key=kind, active=True).first()
    if of_kind is None:
        raise SensorsNotFound
    if not 1 <= len(entries) <= MOST_ENTRIES:
        raise SensorInputInvalid(fields={"entries": Text("ต้องมี 1 ถึง 50 รายการ", "There must be 1 to 50 entries")})
    for index, entry in enumerate(entries):
        try:
            read_entry(entry)
        except EntryFault as fault:
            raise SensorInputInvalid(fields={f"entries.{index}": fault.text}) from None
        check_order(of_kind, str(entry.get("command", "")), entry.get("body"))
    unknown = set(things) - set(Thing.objects.filter(kind=of_kind, key__in=things).values_list("key", flat=True))
    if unknown:
        named = ", ".join(sorted(unknown)[:5])
        raise SensorInputInvalid(fields={"things": Text(f"ไม่พบ {named}", f"Not found: {named}")})
    row: Schedule
    row, made = Schedule.objects.update_or_create(
        tenant_id=ctx.tenant.id, key=key,
        defaults={
            "name_th": name.th, "name_en": name.en, "kind": of_kind, "things": list(things),
            "entries": [dict(entry) for entry in entries], "enabled": enabled, "run_until": ctx.now,
            "changed_at": ctx.now, "changed_by": ctx.actor.id,
        },
    )  # fmt: skip
    record(ctx, "citydata.schedule.saved", row, detail={"key": key, "made": made, "enabled": enabled})
    return row


@verb(SCHEDULE_EDIT)
def remove_command_schedule(ctx: Context, *, key: str) -> None:
    """Give up a schedule; commands that it gave stay in the log. Raises ``SensorsNotFound``."""
    row = Schedule.objects.filter(key=key).first()
    if row is None:
        raise SensorsNotFound
    record(ctx, "citydata.schedule.removed", row, detail={"key": key})
    row.delete()
