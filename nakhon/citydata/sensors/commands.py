"""The way of a command to its device and back, for the door that speaks with devices; people give commands by ``send_command``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from nakhon.citydata.sensors.events import CommandFailed
from nakhon.citydata.sensors.ingest import context_of
from nakhon.citydata.sensors.models import Command, CommandState, DeviceStatus
from nakhon.kernel import live
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.outbox import announce
from nakhon.kernel.tenancy import act_in

OPEN = (CommandState.WAITING, CommandState.SENT)
LARGEST_ANSWER = 4000


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A command on its way: what the device is told is ``as_json``."""

    id: UUID
    number: int
    device_id: UUID
    device: str
    name: str
    body: Any

    def as_json(self) -> dict[str, Any]:
        return {"id": self.number, "command": self.name, "body": self.body}


def notify_commands(ctx: Context, device_ids: Sequence[UUID]) -> None:
    """Tell the door that these devices have commands waiting (or answered), when the transaction is committed."""
    live.tell(ctx.tenant.id, "command", device_ids)


def commands_to_send(tenant_id: UUID, device_id: UUID | None = None, limit: int = 500) -> list[Outgoing]:
    """Commands of a city that wait to be sent and are still in time, oldest first; of one device when it is named."""
    ctx = context_of(tenant_id)
    with act_in(ctx):
        rows = Command.objects.select_related("device").filter(
            state=CommandState.WAITING, expires_at__gt=ctx.now, device__status=DeviceStatus.ACTIVE
        )
        if device_id is not None:
            rows = rows.filter(device_id=device_id)
        return [
            Outgoing(row.pk, row.number, row.device_id, row.device.slug, row.name, row.body)
            for row in rows.order_by("number")[:limit]
        ]


def command_sent(tenant_id: UUID, command_ids: Sequence[UUID]) -> int:
    """Say that commands left for their devices. Returns how many were waiting; the others are left as they are."""
    ctx = context_of(tenant_id)
    with act_in(ctx), transaction.atomic():
        rows = Command.objects.filter(pk__in=command_ids, state=CommandState.WAITING)
        devices = list(rows.values_list("device_id", flat=True))
        done: int = rows.update(state=CommandState.SENT, sent_at=ctx.now)
        if done:
            notify_commands(ctx, devices)
        return done


def command_acknowledged(
    tenant_id: UUID, device_id: UUID, number: int, *, ok: bool = True, result: Any = None, failed: bool = False
) -> bool:
    """What the device answered: done (``ok``), refused, or tried and ``failed``; ``result`` is any JSON it gave.

    False when the device has no such command, or an answer was there already; one that timed out takes a late answer.
    """
    ctx = context_of(tenant_id)
    with act_in(ctx), transaction.atomic():
        row = (
            Command.objects.select_for_update(of=("self",))
            .select_related("device")
            .filter(number=number, device_id=device_id, state__in=[*OPEN, CommandState.TIMED_OUT])
            .first()
        )
        if row is None:
            return False
        told = result if len(json.dumps(result, ensure_ascii=False)) <= LARGEST_ANSWER else {"cut": True}
        state = CommandState.ACKNOWLEDGED if ok else CommandState.FAILED if failed else CommandState.REFUSED
        end(ctx, row, state, told)
        return True


def end(ctx: Context, row: Command, state: CommandState, result: Any = None) -> None:
    """Bring a command to its end, with trail and fact."""
    was_timed_out = row.state == CommandState.TIMED_OUT
    row.state, row.ended_at, row.result = state, ctx.now, result
    row.sent_at = row.sent_at or (ctx.now if state == CommandState.ACKNOWLEDGED else None)
    row.save(update_fields=["state", "ended_at", "result", "sent_at"])
    record(ctx, "citydata.command.ended", row, detail={"number": row.number, "state": str(state)})
    if state != CommandState.ACKNOWLEDGED and not was_timed_out:
        announce(ctx, CommandFailed(str(row.pk), row.number, str(row.device.thing_id), str(state)))
    notify_commands(ctx, [row.device_id])


def expire_commands(ctx: Context) -> int:
    """End the waiting of commands that nobody answered in time. Returns how many."""
    with transaction.atomic():
        rows = Command.objects.select_for_update(of=("self",), skip_locked=True).select_related("device")
        late = list(rows.filter(state__in=OPEN, expires_at__lte=ctx.now).order_by("number")[:1000])
        for row in late:
            end(ctx, row, CommandState.TIMED_OUT)
        return len(late)
