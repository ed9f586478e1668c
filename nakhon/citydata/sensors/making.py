"""Makes things with their places, streams and numbers, many at once, and keeps the streams true to their kind's definition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection

from nakhon.citydata.sensors.ingest import forget_streams
from nakhon.citydata.sensors.models import (
    Datastream,
    HistoricalLocation,
    LatestObservation,
    Location,
    ObservedProperty,
    Sensor,
    SensorKind,
    Thing,
)
from nakhon.kernel.context import Context
from nakhon.knowledge.text import Text

BATCH = 2000


@dataclass(frozen=True, slots=True)
class ThingSpec:
    """A thing to be made. ``key`` is its own within its kind; ``place`` WGS 84; ``register`` and ``record`` its asset."""

    key: str
    name: Text
    place: GEOSGeometry | None = None
    register: str = ""
    record: UUID | None = None
    about: Text | None = None
    properties: dict[str, Any] = field(default_factory=dict)


def reserve(ctx: Context, entity: str, amount: int = 1) -> int:
    """Take ``amount`` numbers of an entity and return the first; none of them is ever given again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO citydata_sensors_numbering AS n (id, tenant_id, entity, last) "
            "VALUES (gen_random_uuid(), %s, %s, %s) "
            "ON CONFLICT (tenant_id, entity) DO UPDATE SET last = n.last + excluded.last RETURNING last",
            [ctx.tenant.id, entity, amount],
        )
        return int(cursor.fetchone()[0]) - amount + 1


def make_things(ctx: Context, kind: SensorKind, specs: Sequence[ThingSpec]) -> list[Thing]:
    """New things of a kind with all its streams, silent until they speak. The keys must be new."""
    made: list[Thing] = []
    for start in range(0, len(specs), BATCH):
        made += _make(ctx, kind, specs[start : start + BATCH])
    return made


def _make(ctx: Context, kind: SensorKind, specs: Sequence[ThingSpec]) -> list[Thing]:
    placed = [spec for spec in specs if spec.place is not None]
    places = _make_places(ctx, placed)
    number = reserve(ctx, "thing", len(specs))
    things: list[Thing] = Thing.objects.bulk_create(
        Thing(
            number=number + index, kind=kind, key=spec.key, name_th=spec.name.th, name_en=spec.name.en,
            about_th=spec.about.th if spec.about else "", about_en=spec.about.en if spec.about else "",
            properties=spec.properties, location=places.get(spec.key), register=spec.register, record=spec.record,
            made_at=ctx.now,
        )
        for index, spec in enumerate(specs)
    )  # fmt: skip
    moved = [thing for thing in things if thing.location_id]
    if moved:
        number = reserve(ctx, "history", len(moved))
        HistoricalLocation.objects.bulk_create(
            HistoricalLocation(number=number + index, thing=thing, location=thing.location, time=ctx.now)
            for index, thing in enumerate(moved)
        )
    make_streams(ctx, kind, things)
    return things


def _make_places(ctx: Context, specs: Sequence[ThingSpec]) -> dict[str, Location]:
    if not specs:
        return {}
    number = reserve(ctx, "location", len(specs))
    rows = Location.objects.bulk_create(
        Location(number=number + index, name_th=spec.name.th, name_en=spec.name.en, geometry=spec.place)
        for index, spec in enumerate(specs)
    )
    return {spec.key: row for spec, row in zip(specs, rows, strict=True)}


def move_thing(ctx: Context, thing: Thing, place: GEOSGeometry) -> None:
    """Say that a thing stands elsewhere from now on; where it stood before stays in its history."""
    location = Location.objects.create(
        number=reserve(ctx, "location"), name_th=thing.name_th, name_en=thing.name_en, geometry=place
    )
    HistoricalLocation.objects.create(number=reserve(ctx, "history"), thing=thing, location=location, time=ctx.now)
    thing.location = location
    thing.save(update_fields=["location"])


def make_streams(ctx: Context, kind: SensorKind, things: Iterable[Thing], codes: Iterable[str] | None = None) -> None:
    """The streams of a kind (those named by ``codes``, else all) for things that do not have them."""
    wanted = list(kind.body["streams"]) if codes is None else list(codes)
    rows = list(things)
    if not wanted or not rows:
        return
    sensors = {sensor.code: sensor for sensor in Sensor.objects.filter(kind=kind)}
    properties = {row.code: row for row in ObservedProperty.objects.all()}
    number = reserve(ctx, "datastream", len(rows) * len(wanted))
    made: list[Datastream] = []
    for thing in rows:
        for code in wanted:
            body = kind.body["streams"][code]
            made.append(
                Datastream(
                    number=number + len(made), thing=thing, code=code, made_at=ctx.now, sensor=sensors[code],
                    observed=properties[body.get("observed") or code], **stream_columns(body),
                )
            )  # fmt: skip
    made = Datastream.objects.bulk_create(made, batch_size=BATCH)
    LatestObservation.objects.bulk_create([LatestObservation(datastream=row) for row in made], batch_size=BATCH)


def stream_columns(body: dict[str, Any]) -> dict[str, Any]:
    """The columns of a stream that its kind's definition decides; ``body`` as kept in ``SensorKind.body``."""
    valid = body.get("valid") or {}
    return {
        "name_th": body["name"]["th"], "name_en": body["name"]["en"], "unit": body.get("unit") or "",
        "decimals": body.get("decimals"), "valid_min": valid.get("min"), "valid_max": valid.get("max"),
        "every": seconds_of(body["every"]) if body.get("every") else None,
        "aggregate": body.get("aggregate") or "mean", "role": body.get("role") or "",
    }  # fmt: skip


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def seconds_of(span: str) -> int:
    """``"90s"``, ``"15m"``, ``"3h"``, ``"400d"`` in seconds."""
    return int(span[:-1]) * _UNITS[span[-1]]


def point(lon: float, lat: float) -> Point:
    return Point(lon, lat, srid=4326)


def keep_true(ctx: Context, kind: SensorKind) -> None:
    """Bring the sensors, properties and streams of a kind into line with its body. Streams that it no longer names rest:
    they take no readings, and lose none."""
    streams: dict[str, dict[str, Any]] = kind.body["streams"]
    _keep_properties(ctx, streams)
    _keep_sensors(ctx, kind, streams)
    own = Datastream.objects.filter(thing__kind=kind)
    own.exclude(code__in=list(streams)).update(active=False)
    properties = {row.code: row for row in ObservedProperty.objects.all()}
    for code, body in streams.items():
        own.filter(code=code).update(
            active=True, observed=properties[body.get("observed") or code], **stream_columns(body)
        )
    things = Thing.objects.filter(kind=kind)
    for code in streams:
        lacking = things.exclude(pk__in=own.filter(code=code).values("thing"))
        make_streams(ctx, kind, lacking, [code])
    forget_streams()


def _keep_properties(ctx: Context, streams: dict[str, dict[str, Any]]) -> None:
    have = set(ObservedProperty.objects.values_list("code", flat=True))
    wanted = {body.get("observed") or code: body for code, body in streams.items()}
    new = [code for code in wanted if code not in have]
    if new:
        number = reserve(ctx, "property", len(new))
        ObservedProperty.objects.bulk_create(
            ObservedProperty(
                number=number + index, code=code, name_th=wanted[code]["name"]["th"], name_en=wanted[code]["name"]["en"],
                definition=wanted[code].get("definition") or "",
            )
            for index, code in enumerate(new)
        )  # fmt: skip


def _keep_sensors(ctx: Context, kind: SensorKind, streams: dict[str, dict[str, Any]]) -> None:
    have = {row.code: row for row in Sensor.objects.filter(kind=kind)}
    for code, body in streams.items():
        columns = {
            "name_th": body["name"]["th"], "name_en": body["name"]["en"], "about": body.get("instrument") or "",
            "metadata": body.get("method") or "",
        }  # fmt: skip
        if code in have:
            Sensor.objects.filter(pk=have[code].pk).update(**columns)
        else:
            Sensor.objects.create(number=reserve(ctx, "sensor"), kind=kind, code=code, **columns)
