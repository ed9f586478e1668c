"""Makes definitions of the kinds ``sensor`` and ``feed`` true, and keeps things in step with the registers that they come from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from nakhon.citydata.sensors.ingest import forget_streams
from nakhon.citydata.sensors.making import BATCH, ThingSpec, keep_true, make_things, move_thing
from nakhon.citydata.sensors.models import Datastream, Feed, LatestObservation, SensorKind, Thing
from nakhon.citydata.sensors.shapes import FeedDefinition, SensorDefinition
from nakhon.kernel.context import Context
from nakhon.knowledge.text import Text


def apply_sensor(ctx: Context, body: SensorDefinition) -> None:
    """Make or change the kind with its properties and streams; streams left out rest, with all their readings."""
    dumped = body.model_dump(mode="json", by_alias=True)
    row = SensorKind.objects.filter(key=body.id).first()
    if row is None:
        row = SensorKind(key=body.id, version=0)
    row.name_th, row.name_en, row.body = body.name.th, body.name.en, dumped
    row.version, row.active, row.changed_at = row.version + 1, True, ctx.now
    row.save()
    keep_true(ctx, row)
    Datastream.objects.filter(thing__kind=row, thing__active=False).update(active=False)
    if body.things is not None:
        follow_register(ctx, row)


def remove_sensor(ctx: Context, key: str) -> None:
    """Withdraw the kind: its streams rest and take nothing; things, readings and archive stay, and come back with it."""
    row = SensorKind.objects.filter(key=key).first()
    if row is None:
        return
    row.active, row.changed_at = False, ctx.now
    row.save(update_fields=["active", "changed_at"])
    Datastream.objects.filter(thing__kind=row).update(active=False)
    Thing.objects.filter(kind=row).update(silent_since=None)
    forget_streams()


def sensor_holds(ctx: Context, key: str) -> Text | None:
    """Things that have spoken; their readings would be kept, but new ones refused."""
    heard = LatestObservation.objects.filter(datastream__thing__kind__key=key, time__isnull=False)
    things = heard.values("datastream__thing").distinct().count()
    if not things:
        return None
    return Text(f"มีสถานีหรืออุปกรณ์ {things} รายการที่ส่งค่ามาแล้ว", f"{things} thing(s) have sent readings")


_RECORDS = """
SELECT r.id, r.key, coalesce(nullif(r.data ->> (g.body ->> 'title'), ''), r.key), r.geometry::bytea, g.name_th, g.name_en,
    r.data::text, g.body::text
FROM citydata_registers_record r JOIN citydata_registers_register g ON g.id = r.register_id
WHERE g.tenant_id = %s AND g.key = %s AND r.status = 'ACTIVE'
"""


@transaction.atomic
def follow_register(ctx: Context, kind: SensorKind) -> int:
    """Make a thing for each record of the kind's register that has none, place those whose record moved, and retire those
    whose record was retired. What the record tells everybody, a thing tells as well (a gauge's bank, say). Returns how many
    things are new."""
    from django.contrib.gis.geos import GEOSGeometry

    # Two at once would both make the same thing: the second waits, and then finds it.
    SensorKind.objects.select_for_update(of=("self",)).get(pk=kind.pk)
    register = ((kind.body.get("things") or {}).get("register")) or ""
    have = {row.record: row for row in Thing.objects.select_related("location").filter(kind=kind, record__isnull=False)}
    keys = set(Thing.objects.filter(kind=kind, record__isnull=True).values_list("key", flat=True))
    fresh: list[ThingSpec] = []
    seen = set()
    made = 0
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, [ctx.tenant.id, register])
        rows = cursor.fetchall()
    for record, key, title, shape, th, en, data, body in rows:
        seen.add(record)
        told = _told(data, body)
        place = GEOSGeometry(memoryview(bytes(shape))) if shape is not None else None
        if place is not None:
            place = place if place.geom_type == "Point" else place.point_on_surface
            place.srid = 4326
        thing = have.get(record)
        if thing is None:
            own = key[:100] if key[:100] not in keys else f"{key[:100]}~{str(record)[-6:]}"
            fresh.append(
                ThingSpec(
                    own, _name(th, en, title, told, body), place, register=register, record=record, properties=told
                )
            )
            if len(fresh) == BATCH:
                made += len(make_things(ctx, kind, fresh))
                fresh = []
            continue
        if not told.items() <= thing.properties.items():
            Thing.objects.filter(pk=thing.pk).update(properties={**thing.properties, **told})
        if place is not None and (thing.location is None or not thing.location.geometry.equals_exact(place, 1e-9)):
            move_thing(ctx, thing, place)
        if not thing.active:
            Thing.objects.filter(pk=thing.pk).update(active=True)
            Datastream.objects.filter(thing=thing, code__in=list(kind.body["streams"])).update(active=True)
    made += len(make_things(ctx, kind, fresh)) if fresh else 0
    gone = [thing.pk for record, thing in have.items() if record not in seen and thing.active]
    if gone:
        Thing.objects.filter(pk__in=gone).update(active=False, silent_since=None)
        Datastream.objects.filter(thing__in=gone).update(active=False)
    forget_streams()
    return made


def _name(th: str, en: str, title: str, told: Mapping[str, Any], body: str) -> Text:
    """A record with names of its own in both languages (``name_th`` and ``name_en``) gives them to its thing; another one is
    called by its register and its title."""
    if json.loads(body).get("title") == "name_th":
        return Text(title[:200], str(told.get("name_en") or title)[:200])
    return Text(f"{th} {title}"[:200], f"{en} {title}"[:200])


def _told(data: str, body: str) -> dict[str, Any]:
    """The properties of a record that its register shows to everybody; nothing of a register that is not open."""
    names = _open_properties(body)
    return {name: value for name, value in json.loads(data).items() if name in names}


@lru_cache(maxsize=8)
def _open_properties(body: str) -> frozenset[str]:
    definition = json.loads(body)
    if definition.get("sensitivity", "open") != "open":
        return frozenset()
    properties = definition["record"]["properties"]
    return frozenset(name for name, one in properties.items() if one.get("sensitivity", "open") == "open")


def apply_feed(ctx: Context, body: FeedDefinition) -> None:
    """Note the feed; it is pulled with the next turn of the clock."""
    Feed.objects.update_or_create(
        tenant_id=ctx.tenant.id, key=body.id,
        defaults={
            "name_th": body.name.th, "name_en": body.name.en, "body": body.model_dump(mode="json"),
            "active": body.enabled, "next_at": ctx.now, "etag": "", "last_modified": "", "failures": 0,
        },
    )  # fmt: skip


def remove_feed(ctx: Context, key: str) -> None:
    """Pull no more; what was pulled stays."""
    Feed.objects.filter(key=key).update(active=False)
