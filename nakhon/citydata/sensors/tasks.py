"""The sensors' jobs: partitions ahead, silence, commands by the clock and their end, feeds, the archive."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from nakhon.citydata.registers.events import ImportFinished, RecordAdded, RecordChanged, RecordRetired
from nakhon.citydata.sensors import archive
from nakhon.citydata.sensors.applying import follow_register
from nakhon.citydata.sensors.commands import expire_commands, notify_commands
from nakhon.citydata.sensors.events import ThingHeard, ThingSilent
from nakhon.citydata.sensors.ingest import make_partition
from nakhon.citydata.sensors.making import BATCH, reserve, seconds_of
from nakhon.citydata.sensors.models import Command, Device, DeviceStatus, Feed, Schedule, SensorKind
from nakhon.citydata.sensors.queries.rows import place_of
from nakhon.citydata.sensors.rules.schedules import due_between, read_entry
from nakhon.citydata.sensors.services.feeds import pull_feed
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.models import Tenant
from nakhon.kernel.outbox import announce, enqueue, job, on
from nakhon.kernel.tasks import scheduled, system_context
from nakhon.kernel.tenancy import act_in

log = logging.getLogger("nakhon.citydata")

CATCH_UP = timedelta(hours=1)
"""Commands of a schedule that fell due while the worker was away are given late by no more than this."""
FOLLOW_EVERY = 10
"""Minutes after which things are brought into step with their registers, beside each change that tells of itself."""
MIDDLE_OF_THAILAND = (101.0, 15.0)
FOLLOW_JOB, PULL_JOB = "citydata.things.follow", "citydata.feed.pull"


@app.periodic(cron="* * * * *", periodic_id="citydata-sensors")
@app.task(name="nakhon.citydata.sensors.look", queueing_lock="citydata-sensors")
def look(timestamp: int) -> None:
    """Each minute, for cities that have something to do: silence, schedules, commands not answered, feeds that are due.

    One turn for all cities and no work in the outbox for those without sensors: a platform that idles stays idle.
    """
    now = datetime.fromtimestamp(timestamp, tz=timezone.get_current_timezone())
    for tenant in Tenant.objects.order_by("slug"):
        ctx = system_context(tenant, "schedule", max(now, timezone.now()))
        try:
            with act_in(ctx):
                if SensorKind.objects.exists() or Feed.objects.exists():
                    look_after(ctx)
        except Exception:
            log.exception("a city's sensors could not be looked after", extra={"tenant": tenant.slug})


def look_after(ctx: Context) -> None:
    """One city's turn of the minute, each part in a transaction of its own."""
    for part in (hear_silence, run_schedules, expire_commands):
        with transaction.atomic():
            part(ctx)
    if ctx.now.minute % FOLLOW_EVERY == 0:
        for register in set(_followed()):
            enqueue(ctx, FOLLOW_JOB, key=f"{register}:{ctx.now:%Y%m%d%H%M}", register=register)
    for key in Feed.objects.filter(active=True, next_at__lte=ctx.now).values_list("key", flat=True):
        enqueue(ctx, PULL_JOB, key=f"{key}:{ctx.now:%Y%m%d%H%M}", feed=key)


def _followed() -> list[str]:
    rows = SensorKind.objects.filter(active=True, body__things__register__isnull=False)
    return [str(kind.body["things"]["register"]) for kind in rows]


@app.periodic(cron="7 */6 * * *", periodic_id="citydata-partitions")
@app.task(name="nakhon.citydata.sensors.partitions", queueing_lock="citydata-partitions")
def make_partitions_ahead(timestamp: int) -> None:
    """This month's partition and those of the two to come; readings of other months make theirs as they arrive."""
    now = timezone.now()
    for ahead in range(3):
        month = now.year * 12 + now.month - 1 + ahead
        make_partition(month // 12, month % 12 + 1)


_SILENT = """
WITH heard AS (
    SELECT t.id, t.number, t.made_at, t.silent_since, k.span, max(l.received_at) AS at
    FROM citydata_sensors_thing t
    JOIN unnest(%(kinds)s::uuid[], %(spans)s::float8[]) AS k(id, span) ON k.id = t.kind_id
    JOIN citydata_sensors_datastream d ON d.thing_id = t.id AND d.active
    JOIN citydata_sensors_latestobservation l ON l.datastream_id = d.id
    WHERE t.tenant_id = %(tenant)s AND t.active
    GROUP BY t.id, t.number, t.made_at, t.silent_since, k.span
)
UPDATE citydata_sensors_thing t
SET silent_since = CASE WHEN h.silent_since IS NULL THEN coalesce(h.at, h.made_at) END
FROM heard h
WHERE t.id = h.id AND t.tenant_id = %(tenant)s
  AND (h.silent_since IS NULL) = (coalesce(h.at, h.made_at) < %(now)s - make_interval(secs => h.span))
RETURNING t.id, t.number, h.at, h.silent_since
"""


def hear_silence(ctx: Context) -> tuple[int, int]:
    """Mark things that fell silent and those that speak again, in one statement; each is announced once. Returns how many."""
    spans = {
        kind.pk: seconds_of(kind.body["silence"])
        for kind in SensorKind.objects.filter(active=True)
        if kind.body.get("silence")
    }
    if not spans:
        return 0, 0
    with connection.cursor() as cursor:
        cursor.execute(
            _SILENT,
            {"kinds": list(spans), "spans": [float(span) for span in spans.values()], "tenant": ctx.tenant.id,
             "now": ctx.now},
        )  # fmt: skip
        rows: list[tuple[UUID, int, datetime | None, datetime | None]] = cursor.fetchall()
    silent = 0
    for thing, number, at, was in rows:
        if was is None:
            silent += 1
            announce(ctx, ThingSilent(str(thing), number, at.isoformat() if at else ""))
        else:
            announce(ctx, ThingHeard(str(thing), number, was.isoformat()))
    return silent, len(rows) - silent


def run_schedules(ctx: Context) -> int:
    """Give the commands that fell due since the last turn, each once. Returns how many."""
    given = 0
    for key in Schedule.objects.filter(enabled=True, run_until__lt=ctx.now).values_list("pk", flat=True):
        row = Schedule.objects.select_for_update(of=("self",)).select_related("kind").get(pk=key)
        since = max(row.run_until, ctx.now - CATCH_UP)
        if row.enabled and row.run_until < ctx.now and row.kind.active:
            given += _run(ctx, row, since)
        row.run_until = ctx.now
        row.save(update_fields=["run_until"])
    return given


def _run(ctx: Context, row: Schedule, since: datetime) -> int:
    entries = [read_entry(entry) for entry in row.entries]
    devices = Device.objects.select_related("thing__location").filter(
        thing__kind=row.kind, thing__active=True, status=DeviceStatus.ACTIVE
    )
    if row.things:
        devices = devices.filter(thing__key__in=row.things)
    found = list(devices.order_by("slug"))
    if not found:
        return 0
    lon, lat = _middle(found)
    orders = row.kind.body.get("commands") or {}
    given = 0
    for at, entry in due_between(entries, since, ctx.now, lon, lat):
        order = orders.get(entry.command)
        if order is None:
            continue
        expires = ctx.now + timedelta(seconds=seconds_of(order.get("timeout") or "60s"))
        number = reserve(ctx, "command", len(found))
        Command.objects.bulk_create(
            [
                Command(
                    number=number + index, device=device, name=entry.command, body=entry.body, made_at=ctx.now,
                    made_by="schedule", schedule=row, expires_at=expires,
                )
                for index, device in enumerate(found)
            ],
            batch_size=BATCH,
        )  # fmt: skip
        notify_commands(ctx, [device.pk for device in found])
        record(
            ctx, "citydata.schedule.run", row,
            detail={"key": row.key, "due": at.isoformat(), "command": entry.command, "devices": len(found)},
        )  # fmt: skip
        given += len(found)
    return given


def _middle(devices: list[Device]) -> tuple[float, float]:
    places = [place_of(device.thing) for device in devices[:200]]
    known = [(lon, lat) for lon, lat in places if lon is not None and lat is not None]
    if not known:
        return MIDDLE_OF_THAILAND
    return sum(lon for lon, _ in known) / len(known), sum(lat for _, lat in known) / len(known)


@job(PULL_JOB)
def pull(ctx: Context, *, feed: str) -> None:
    """Pull a feed unless it was pulled or withdrawn meanwhile. Safe to run twice."""
    if Feed.objects.filter(key=feed, active=True, next_at__lte=ctx.now).exists():
        pull_feed(ctx, feed=feed)


@job(archive.MERGE_JOB)
def merge(ctx: Context, *, day: str) -> None:
    """Merge late readings into an archived day. Safe to run twice."""
    archive.merge_day(ctx, date.fromisoformat(day))


@job(FOLLOW_JOB)
def follow(ctx: Context, *, register: str) -> None:
    """Bring the things of a register's records into step with it. Safe to run twice."""
    for kind in SensorKind.objects.filter(active=True, body__things__register=register):
        follow_register(ctx, kind)


@scheduled("citydata.archive", "13 2 * * *", "เก็บค่าที่วัดของวันเก่าเข้าแฟ้ม", "Move old days' readings into files")
def archive_old_days(ctx: Context) -> None:
    """Every night; also drops partitions of past months that nobody's readings fill any more."""
    archive.archive_what_is_due(ctx)
    with connection.cursor() as cursor:
        cursor.execute("SELECT citydata_drop_empty_partitions((now() - interval '40 days')::date)")


def _soon(ctx: Context, register: str) -> None:
    """Follow a register at the beginning of the next minute, once for all that changes in this one."""
    if register in _followed():
        due = ctx.now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        enqueue(ctx, FOLLOW_JOB, key=f"{register}:{due:%Y%m%d%H%M}:change", due_at=due, register=register)


@on(RecordAdded, "citydata.things-of-new-records")
def follow_added(ctx: Context, fact: RecordAdded) -> None:
    _soon(ctx, fact.register)


@on(RecordChanged, "citydata.things-of-changed-records")
def follow_changed(ctx: Context, fact: RecordChanged) -> None:
    _soon(ctx, fact.register)


@on(RecordRetired, "citydata.things-of-retired-records")
def follow_retired(ctx: Context, fact: RecordRetired) -> None:
    _soon(ctx, fact.register)


@on(ImportFinished, "citydata.things-of-imported-records")
def follow_imported(ctx: Context, fact: ImportFinished) -> None:
    _soon(ctx, fact.register)
