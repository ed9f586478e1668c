"""How devices, commands, schedules and feeds stand, and what needs somebody."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from nakhon.citydata.sensors.access import device_named, visible_kinds
from nakhon.citydata.sensors.models import Command, Datastream, Device, DeviceKey, Feed, Quality, Schedule, Thing
from nakhon.citydata.sensors.permissions import DEVICE_READ, WORK
from nakhon.citydata.sensors.queries.rows import place_of, thing_rows
from nakhon.citydata.sensors.rules.schedules import due_between, read_entry
from nakhon.citydata.sensors.types import (
    CommandRow,
    DeviceRow,
    FeedRow,
    KeyRow,
    ScheduleRow,
    ThingRow,
    WorkRow,
)
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import query
from nakhon.knowledge.text import Text

LOW_BATTERY = 20.0
MIDDLE_OF_THAILAND = (101.0, 15.0)
PAGE = 500


@query(DEVICE_READ)
def devices(ctx: Context, *, text: str = "", kind: str = "", after: str = "", limit: int = PAGE) -> list[DeviceRow]:
    """The devices by name, with their health; the next page begins ``after`` the last name."""
    rows = Device.objects.select_related("thing__kind", "thing__location").filter(slug__gt=after)
    if text:
        rows = rows.filter(slug__icontains=text) | rows.filter(thing__name_th__icontains=text)
    if kind:
        rows = rows.filter(thing__kind__key=kind)
    return _device_rows(list(rows.order_by("slug")[: max(1, min(limit, PAGE))]))


@query(DEVICE_READ)
def device(ctx: Context, *, slug: str) -> DeviceRow:
    """One device with its keys. Raises ``SensorsNotFound``."""
    return _device_rows([device_named(slug)])[0]


def _device_rows(rows: list[Device]) -> list[DeviceRow]:
    keys: dict[UUID, list[KeyRow]] = defaultdict(list)
    for key in DeviceKey.objects.filter(device__in=[row.pk for row in rows]).order_by("-made_at"):
        keys[key.device_id].append(KeyRow(key.pk, key.prefix, key.made_at, key.expires_at, key.revoked_at))
    seen: dict[UUID, datetime] = {}
    battery: dict[UUID, float] = {}
    streams = Datastream.objects.filter(thing__in=[row.thing_id for row in rows], latest__time__isnull=False)
    for thing, role, received, result in streams.values_list(
        "thing_id", "role", "latest__received_at", "latest__result"
    ):
        seen[thing] = max(received, seen.get(thing, received))
        if role == "battery" and result is not None:
            battery[thing] = result
    return [_device_row(row, seen.get(row.thing_id), battery.get(row.thing_id), tuple(keys[row.pk])) for row in rows]


def _device_row(row: Device, seen: datetime | None, battery: float | None, keys: tuple[KeyRow, ...]) -> DeviceRow:
    lon, lat = place_of(row.thing)
    reason = row.refused_reason
    return DeviceRow(
        id=row.pk, slug=row.slug, about=row.about, status=row.status, thing=row.thing.number, thing_name=row.thing.name,
        kind=row.thing.kind.key, lon=lon, lat=lat, last_seen=seen, battery=battery, silent_since=row.thing.silent_since,
        refused=row.refused, refused_at=row.refused_at, refused_reason=Text(**reason) if reason else None, keys=keys,
    )  # fmt: skip


@query(WORK)
def work_list(ctx: Context, *, kind: str = "", limit: int = 1000) -> list[WorkRow]:
    """Things that need somebody: silent ones, those that never spoke for a day, low batteries, suspect readings; silent first."""
    rows = Thing.objects.select_related("kind", "location").filter(
        kind__in=[pk for pk, row in visible_kinds(ctx).items() if row.active], active=True
    )
    if kind:
        rows = rows.filter(kind__key=kind)
    found: list[WorkRow] = []
    silent = list(rows.filter(silent_since__isnull=False).order_by("silent_since", "number")[:limit])
    for row in thing_rows(silent):
        found.append(WorkRow(row, "silent" if row.heard_at else "never", row.silent_since))
    weak = rows.filter(
        silent_since=None, streams__role="battery", streams__active=True, streams__latest__result__lt=LOW_BATTERY
    )
    for row in thing_rows(list(weak.order_by("number")[:limit])):
        stream = next(one for one in row.streams if one.role == "battery")
        found.append(WorkRow(row, "battery", stream.time, stream.result))
    known = {entry.thing.id for entry in found}
    odd = rows.filter(streams__active=True, streams__latest__quality__in=[Quality.SUSPECT, Quality.BAD]).distinct()
    for row in thing_rows(list(odd.order_by("number")[:limit])):
        if row.id not in known:
            found.append(_suspect(row))
    return found[:limit]


def _suspect(row: ThingRow) -> WorkRow:
    stream = next(one for one in row.streams if one.quality in (Quality.SUSPECT, Quality.BAD))
    return WorkRow(row, "suspect", stream.time, stream.result)


@query(DEVICE_READ)
def commands(ctx: Context, *, device: str = "", open_only: bool = False, limit: int = 100) -> list[CommandRow]:
    """The log of commands, latest first; of one device when it is named."""
    rows = Command.objects.select_related("device__thing").order_by("-number")
    if device:
        rows = rows.filter(device__slug=device)
    if open_only:
        rows = rows.filter(state__in=["WAITING", "SENT"])
    return [
        CommandRow(
            row.pk, row.number, row.device.slug, row.device.thing.number, row.name, row.body, row.state, row.made_at,
            row.made_by, row.sent_at, row.ended_at, row.expires_at, row.result,
        )
        for row in rows[: max(1, min(limit, 1000))]
    ]  # fmt: skip


@query(DEVICE_READ)
def command_schedules(ctx: Context) -> list[ScheduleRow]:
    """The schedules by key, each with its next time; where the sun decides, that of the middle of the country."""
    return [
        ScheduleRow(
            row.key, Text(row.name_th, row.name_en), row.kind.key, tuple(row.things), tuple(row.entries), row.enabled,
            _next(row, ctx.now),
        )
        for row in Schedule.objects.select_related("kind").order_by("key")
    ]  # fmt: skip


def _next(row: Schedule, now: datetime) -> datetime | None:
    if not row.enabled:
        return None
    entries = [read_entry(entry) for entry in row.entries]
    due = due_between(entries, now, now + timedelta(days=8), *MIDDLE_OF_THAILAND)
    return due[0][0] if due else None


@query(DEVICE_READ)
def feeds(ctx: Context) -> list[FeedRow]:
    """The feeds by key, and how their last pull went."""
    return [
        FeedRow(
            row.key, Text(row.name_th, row.name_en), row.body["url"], row.body["sensor"], row.body["licence"], row.active,
            row.pulled_at, row.good_at, row.next_at, row.failures, row.outcome,
        )
        for row in Feed.objects.order_by("key")
    ]  # fmt: skip
