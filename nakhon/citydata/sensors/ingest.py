"""The one way in for readings, whatever door they came through: checked, stored, rolled up and committed before it returns.

A reading that comes again is one row; a changed one is a correction; what cannot be taken is told with its reason.
"""

from __future__ import annotations

import json
import math
import threading
import time as clock
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from nakhon.citydata.sensors.models import Datastream, Quality
from nakhon.kernel.context import Context, TenantRef, system_actor
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.text import Text

LARGEST_BATCH = 10_000
"""Readings in one call; a door divides more than that."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
HOT = timedelta(days=2)
"""Readings older than this may fall on an archived day; nothing younger is ever archived."""

UNKNOWN = Text(
    "ไม่รู้จักกระแสข้อมูลนี้ ตรวจหมายเลขกับหน้าอุปกรณ์", "The stream is not known; check its number on the device's page"
)
INACTIVE = Text("กระแสข้อมูลนี้เลิกใช้แล้ว", "The stream is not in use any more")
NOT_FINITE = Text("ค่าต้องเป็นตัวเลขจำกัด ไม่ใช่ NaN หรือ Infinity", "The value must be a finite number, not NaN or Infinity")
NOT_EVEN_NULL = Text("ไม่มีค่า", "There is no value")
NO_ZONE = Text(
    "เวลาไม่มีเขตเวลา เขียนเช่น 2026-04-10T15:30:00+07:00", "The time has no zone; write 2026-04-10T15:30:00+07:00"
)
TOO_OLD = Text("เวลาอยู่ก่อน พ.ศ. 2533 ตรวจนาฬิกาของอุปกรณ์", "The time lies before 1990; check the device's clock")
TOO_MANY = Text(
    "ส่งเกิน {most} ค่าในครั้งเดียว แบ่งส่งหลายครั้ง", "More than {most} readings at once; send them in several parts"
)
AHEAD = Text(
    "เวลาอยู่ในอนาคตเกิน {minutes} นาที ตั้งนาฬิกาของอุปกรณ์ให้ตรง",
    "The time lies more than {minutes} minutes ahead; set the device's clock",
)


class Reading(msgspec.Struct, frozen=True, gc=False):
    """One reading on its way in. ``datastream`` is the stream's key (``Datastream.id``), ``time`` aware; a number goes into
    ``result``, anything else (text, truth, a category) into ``value``. ``quality`` is a ``Quality``."""

    datastream: int
    time: datetime
    result: float | None = None
    value: Any = None
    end: datetime | None = None
    result_time: datetime | None = None
    quality: int = 0
    parameters: dict[str, Any] | None = None


@dataclass(slots=True)
class Stored:
    """What became of the readings of one call. ``refused`` pairs a reading's place in the call with the reason."""

    inserted: int = 0
    corrected: int = 0
    repeated: int = 0
    refused: list[tuple[int, Text]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Stream:
    valid_min: float
    valid_max: float
    active: bool
    until: float


_STREAM_SECONDS = 30.0
_streams: dict[tuple[UUID, int], _Stream] = {}
_months: set[int] = set()
_making = threading.Lock()


def forget_streams() -> None:
    """Forget what this process knows of the streams; other processes learn of a change within half a minute."""
    _streams.clear()


def context_of(tenant_id: UUID, now: datetime | None = None) -> Context:
    """The context of readings that come in for a tenant."""
    tenant = TenantRef(tenant_id, "", Text("เมือง", "City"))
    return Context(tenant=tenant, actor=system_actor("ingest"), now=now or timezone.now())


def store(who: Context | UUID, readings: Sequence[Reading]) -> Stored:
    """Store readings of one city in one transaction, which is committed when this returns (unless the caller has one open).

    ``who`` is a context or the tenant's id. Safe from several threads and processes at once: a thread of its own should close
    its connection (``django.db.connection.close()``) when it ends. Raises what the database raises when it is down; then
    nothing was stored, and the same call may be made again.
    """
    ctx = who if isinstance(who, Context) else context_of(who)
    outcome = Stored()
    with act_in(ctx):
        taken = _check(ctx, readings, outcome)
        if taken:
            _write(ctx, taken, outcome)
    return outcome


def _check(ctx: Context, readings: Sequence[Reading], outcome: Stored) -> list[tuple[int, Reading, int]]:
    """The readings that are taken, each with its place and its quality."""
    known = _known(ctx.tenant.id, {reading.datastream for reading in readings[:LARGEST_BATCH]})
    minutes = settings.NAKHON_OBSERVATIONS_AHEAD_MINUTES
    latest = ctx.now + timedelta(minutes=minutes)
    refused, taken = outcome.refused, []
    for place, reading in enumerate(readings):
        if place >= LARGEST_BATCH:
            refused.append((place, TOO_MANY.format(most=LARGEST_BATCH)))
            continue
        stream = known.get(reading.datastream)
        result, quality = reading.result, reading.quality
        if stream is None:
            refused.append((place, UNKNOWN))
        elif not stream.active:
            refused.append((place, INACTIVE))
        elif result is None and reading.value is None:
            refused.append((place, NOT_EVEN_NULL))
        elif result is not None and not math.isfinite(result):
            refused.append((place, NOT_FINITE))
        elif reading.time.tzinfo is None or (reading.end is not None and reading.end.tzinfo is None):
            refused.append((place, NO_ZONE))
        elif reading.time > latest:
            refused.append((place, AHEAD.format(minutes=minutes)))
        elif reading.time < EARLIEST:
            refused.append((place, TOO_OLD))
        else:
            if quality == Quality.GOOD and result is not None and not stream.valid_min <= result <= stream.valid_max:
                quality = int(Quality.SUSPECT)
            taken.append((place, reading, quality))
    return taken


def _known(tenant_id: UUID, wanted: set[int]) -> dict[int, _Stream]:
    now = clock.monotonic()
    found: dict[int, _Stream] = {}
    for key in wanted:
        stream = _streams.get((tenant_id, key))
        if stream is not None and stream.until > now:
            found[key] = stream
    asked = [key for key in wanted if key not in found and -(2**63) <= key < 2**63]
    if asked:
        rows = Datastream.objects.filter(pk__in=asked).values_list("pk", "valid_min", "valid_max", "active")
        for key, least, most, active in rows:
            stream = _Stream(
                -math.inf if least is None else least, math.inf if most is None else most, active, now + _STREAM_SECONDS
            )
            found[key] = _streams[tenant_id, key] = stream
    return found


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_STORE = (
    "SELECT inserted, corrected, missing, late FROM citydata_store(%s::uuid, %s::timestamptz, %s::bigint[], %s::bigint[], "
    "%s::float8[], %s::smallint[], %s::text[]::jsonb[], %s::bigint[], %s::bigint[], %s::text[]::jsonb[], %s::boolean)"
)


def _micro(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _array(values: list[Any]) -> str:
    """A PostgreSQL array of numbers as text."""
    return "{" + ",".join(["NULL" if value is None else repr(value) for value in values]) + "}"


def _optional(values: list[datetime | None]) -> str | None:
    if not any(values):
        return None
    return _array([None if value is None else _micro(value) for value in values])


def _json(values: list[Any]) -> list[str | None] | None:
    if all(value is None for value in values):
        return None
    return [None if value is None else json.dumps(value, ensure_ascii=False, allow_nan=False) for value in values]


def _write(ctx: Context, taken: list[tuple[int, Reading, int]], outcome: Stored) -> None:
    readings = [reading for _, reading, _ in taken]
    times = [_micro(reading.time) for reading in readings]
    values = [
        str(ctx.tenant.id), ctx.now,
        "{" + ",".join([str(reading.datastream) for reading in readings]) + "}",
        "{" + ",".join(map(str, times)) + "}",
        _array([None if reading.result is None else float(reading.result) for reading in readings]),
        "{" + ",".join([str(quality) for _, _, quality in taken]) + "}",
        _json([reading.value for reading in readings]),
        _optional([reading.end for reading in readings]),
        _optional([reading.result_time for reading in readings]),
        _json([reading.parameters for reading in readings]),
        min(times) < _micro(ctx.now - HOT),
    ]  # fmt: skip
    _ensure_months(times)
    try:
        row = _call(values)
    except psycopg.errors.CheckViolation:
        # A month that was empty was dropped since; it is made anew.
        _months.clear()
        _ensure_months(times)
        row = _call(values)
    inserted, corrected, missing, late = row
    gone = set(missing)
    if gone:
        for key in gone:
            _streams.pop((ctx.tenant.id, key), None)
        outcome.refused += [(place, UNKNOWN) for place, reading, _ in taken if reading.datastream in gone]
        outcome.refused.sort(key=lambda pair: pair[0])
    outcome.inserted, outcome.corrected = inserted, corrected
    lost = sum(reading.datastream in gone for reading in readings) if gone else 0
    outcome.repeated = len(taken) - lost - inserted - corrected
    if late:
        from nakhon.citydata.sensors.archive import ask_to_merge

        ask_to_merge(ctx, late)


def _call(values: list[Any]) -> Any:
    """One statement: outside a transaction it is one by itself, with a single way to the server and back."""
    with connection.cursor():
        pass  # tells the server the tenant
    if connection.in_atomic_block:
        with transaction.atomic():
            return _execute(values)
    return _execute(values)


def _execute(values: list[Any]) -> Any:
    with psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(_STORE, values, prepare=True).fetchone()


def _ensure_months(times: list[int]) -> None:
    """The partitions that the times fall into."""
    missing = _months_between(min(times), max(times), times) - _months
    if not missing:
        return
    with _making:
        for month in sorted(missing - _months):
            make_partition(month // 12, month % 12 + 1)
            if not connection.in_atomic_block:
                _months.add(month)


def _months_between(least: int, most: int, times: list[int]) -> set[int]:
    first, last = _month(least), _month(most)
    return {first} if first == last else {first, last} if last == first + 1 else {_month(at) for at in times}


def _month(micro: int) -> int:
    at = _EPOCH + timedelta(microseconds=micro)
    return at.year * 12 + at.month - 1


def make_partition(year: int, month: int) -> bool:
    """Make the partition of a month (UTC); True when it was not there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT citydata_make_partition(%s::date)", [f"{year:04d}-{month:02d}-01"])
        return bool(cursor.fetchone()[0])
