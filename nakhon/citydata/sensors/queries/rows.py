"""From tables to the shapes that questions answer with, a fixed number of queries however many rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from nakhon.citydata.sensors.models import Datastream, Thing
from nakhon.citydata.sensors.types import StreamRow, ThingRow
from nakhon.knowledge.text import Text


def stream_row(row: Datastream) -> StreamRow:
    """A stream, with ``observed`` and ``latest`` joined."""
    latest = row.latest
    return StreamRow(
        id=row.pk, number=row.number, code=row.code, observed=row.observed.code, name=Text(row.name_th, row.name_en),
        unit=row.unit, decimals=row.decimals, every=row.every, aggregate=row.aggregate, role=row.role, active=row.active,
        time=latest.time, received_at=latest.received_at, result=latest.result, value=latest.value, quality=latest.quality,
    )  # fmt: skip


def streams_of(things: Iterable[UUID], code: str = "") -> dict[UUID, tuple[StreamRow, ...]]:
    """The streams of things, by thing; in the order of their numbers."""
    found: dict[UUID, list[StreamRow]] = defaultdict(list)
    rows = Datastream.objects.filter(thing__in=list(things)).select_related("observed", "latest").order_by("number")
    if code:
        rows = rows.filter(observed__code=code)
    for row in rows:
        found[row.thing_id].append(stream_row(row))
    return {key: tuple(value) for key, value in found.items()}


def thing_rows(things: Sequence[Thing], code: str = "") -> list[ThingRow]:
    """Things, with ``kind`` and ``location`` joined, and their streams."""
    streams = streams_of([row.pk for row in things], code)
    return [_row(row, streams.get(row.pk, ())) for row in things]


def _row(row: Thing, streams: tuple[StreamRow, ...]) -> ThingRow:
    lon, lat = place_of(row)
    metres = getattr(row, "metres", None)
    return ThingRow(
        id=row.pk, number=row.number, key=row.key, kind=row.kind.key, kind_name=row.kind.name, name=row.name,
        lon=lon, lat=lat, register=row.register, record=row.record, active=row.active, silent_since=row.silent_since,
        streams=streams, metres=metres.m if metres is not None else None,
    )  # fmt: skip


def place_of(row: Thing) -> tuple[float | None, float | None]:
    shape = row.location.geometry if row.location is not None else None
    if shape is None:
        return None, None
    point = shape if shape.geom_type == "Point" else shape.point_on_surface
    return point.x, point.y
