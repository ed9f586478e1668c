"""Things by hand: adding, placing, retiring; and taking away readings that never were."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from nakhon.citydata.sensors.access import stream_numbered, thing_numbered
from nakhon.citydata.sensors.archive import drop_from_archive
from nakhon.citydata.sensors.errors import SensorInputInvalid, SensorsNotFound
from nakhon.citydata.sensors.ingest import forget_streams
from nakhon.citydata.sensors.making import ThingSpec, make_things, move_thing, point
from nakhon.citydata.sensors.models import Datastream, LatestObservation, Observation, SensorKind, Thing
from nakhon.citydata.sensors.permissions import DEVICE_EDIT, REPAIR
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text

LONGEST_REMOVAL = timedelta(days=366)


def _place(lon: float, lat: float) -> tuple[float, float]:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise SensorInputInvalid(
            fields={
                "place": Text(
                    "พิกัดอยู่นอกโลก ตรวจลองจิจูดและละติจูด", "The position is not on earth; check longitude and latitude"
                )
            }
        )
    return lon, lat


@verb(DEVICE_EDIT)
def add_thing(
    ctx: Context, *, kind: str, key: str, name: Text, lon: float | None = None, lat: float | None = None
) -> Thing:
    """Add a thing of a kind, with its streams. ``lon`` and ``lat`` are WGS 84 degrees.

    Raises ``SensorsNotFound`` for an unknown kind, ``Conflict`` when the kind has a thing of this key, ``SensorInputInvalid``.
    """
    of_kind = SensorKind.objects.filter(key=kind, active=True).first()
    if of_kind is None:
        raise SensorsNotFound(Text(f"ไม่มีสถานีชนิด {kind[:80]}", f"There is no kind of station called {kind[:80]}"))
    key = key.strip()
    if not key or len(key) > 120:
        raise SensorInputInvalid(
            fields={"key": Text("ระบุรหัสไม่เกิน 120 ตัวอักษร", "Give it a key of at most 120 characters")}
        )
    if Thing.objects.filter(kind=of_kind, key=key).exists():
        raise Conflict(Text(f"มี {key} อยู่แล้ว", f"There is a {key} already"), Text("ใช้รหัสอื่น", "Use another key"))
    place = point(*_place(lon, lat)) if lon is not None and lat is not None else None
    [row] = make_things(ctx, of_kind, [ThingSpec(key, name, place)])
    record(ctx, "citydata.thing.added", row, detail={"kind": kind, "key": key})
    return row


@verb(DEVICE_EDIT)
def place_thing(ctx: Context, *, thing: int, lon: float, lat: float) -> Thing:
    """Say where a thing stands from now on. Raises ``SensorsNotFound``, ``SensorInputInvalid``."""
    row = thing_numbered(ctx, thing)
    move_thing(ctx, row, point(*_place(lon, lat)))
    record(ctx, "citydata.thing.placed", row, detail={"number": thing})
    return row


@verb(DEVICE_EDIT)
def retire_thing(ctx: Context, *, thing: int, back: bool = False) -> Thing:
    """Take a thing out of use, or ``back`` into it; its readings stay. Raises ``SensorsNotFound``."""
    row = thing_numbered(ctx, thing)
    row.active, row.silent_since = back, None
    row.save(update_fields=["active", "silent_since"])
    named = row.kind.body.get("streams") or {}
    Datastream.objects.filter(thing=row, code__in=list(named)).update(active=back and row.kind.active)
    forget_streams()
    record(ctx, "citydata.thing.returned" if back else "citydata.thing.retired", row, detail={"number": thing})
    return row


@verb(REPAIR)
def remove_readings(ctx: Context, *, datastream: int, since: datetime, until: datetime, reason: str) -> int:
    """Remove the readings of a stream from ``since`` until before ``until``, archived ones too, and count anew.

    Returns how many. Raises ``SensorsNotFound``, ``SensorInputInvalid`` without a reason or for more than a year at once.
    """
    row = stream_numbered(ctx, datastream)
    if not reason.strip():
        raise SensorInputInvalid(fields={"reason": Text("ระบุเหตุผล", "Say why")})
    if not since < until or until - since > LONGEST_REMOVAL:
        raise SensorInputInvalid(fields={"until": Text("ช่วงเวลาไม่เกินหนึ่งปี", "At most one year at once")})
    archived = drop_from_archive(ctx, row.pk, since, until)
    LatestObservation.objects.select_for_update().get(pk=row.pk)
    own = Observation.objects.filter(datastream_id=row.pk)
    times = list(
        own.filter(phenomenon_time__gte=since, phenomenon_time__lt=until).values_list("phenomenon_time", flat=True)
    )
    own.filter(phenomenon_time__in=times).delete()
    if times:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT citydata_recount(%s::uuid, array_fill(%s::bigint, ARRAY[%s::int]), %s::timestamptz[])",
                [str(ctx.tenant.id), row.pk, len(times), times],
            )
    _find_latest(row.pk)
    removed = archived + len(times)
    record(
        ctx, "citydata.readings.removed", row,
        detail={"datastream": datastream, "since": since.isoformat(), "until": until.isoformat(), "rows": removed,
                "reason": reason.strip()[:500]},
    )  # fmt: skip
    return removed


def _find_latest(stream: int) -> None:
    last = Observation.objects.filter(datastream_id=stream).order_by("-phenomenon_time").first()
    LatestObservation.objects.filter(pk=stream).update(
        time=last.phenomenon_time if last else None, received_at=last.received_at if last else None,
        result=last.result if last else None, value=last.value if last else None, quality=last.quality if last else 0,
    )  # fmt: skip
