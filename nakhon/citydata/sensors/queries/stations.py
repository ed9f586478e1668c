"""Which things there are, where, and what they measured last."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Polygon
from django.contrib.gis.measure import D
from django.db.models import Count, Q

from nakhon.citydata.sensors.access import thing_numbered, visible_kinds
from nakhon.citydata.sensors.making import point
from nakhon.citydata.sensors.models import HistoricalLocation, Thing
from nakhon.citydata.sensors.permissions import READ
from nakhon.citydata.sensors.queries.rows import thing_rows
from nakhon.citydata.sensors.types import KindRow, Place, ThingDetail, ThingRow
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import query
from nakhon.knowledge.text import Text

LARGEST_PAGE = 1000
BBox = tuple[float, float, float, float]


def _visible(ctx: Context, **filters: Any) -> Any:
    return (
        Thing.objects.select_related("kind", "location")
        .filter(kind__in=list(visible_kinds(ctx)), **filters)
        .order_by("number")
    )


@query(READ)
def sensor_kinds(ctx: Context) -> list[KindRow]:
    """The kinds of things that one may see, with how many there are and how many are silent."""
    kinds = visible_kinds(ctx)
    counts = {
        row["kind"]: row
        for row in Thing.objects.filter(kind__in=list(kinds), active=True)
        .values("kind")
        .annotate(all=Count("pk"), silent=Count("pk", filter=Q(silent_since__isnull=False)))
    }
    return [
        KindRow(
            kind.key, kind.name, counts.get(pk, {}).get("all", 0), counts.get(pk, {}).get("silent", 0), kind.active,
            (kind.body.get("page") or {}).get("compute") or "none", kind.body,
        )
        for pk, kind in kinds.items()
    ]  # fmt: skip


@query(READ)
def things(
    ctx: Context,
    *,
    kind: str = "",
    text: str = "",
    observed: str = "",
    bbox: BBox | None = None,
    register: str = "",
    record: UUID | None = None,
    silent: bool | None = None,
    retired: bool = False,
    after: int = 0,
    limit: int = 200,
) -> list[ThingRow]:
    """Things with their streams and latest readings, by number; the next page begins ``after`` the last number.

    ``observed`` leaves only things that measure this property; ``bbox`` is west, south, east, north.
    """
    rows = _visible(ctx, number__gt=after)
    if not retired:
        rows = rows.filter(active=True)
    if kind:
        rows = rows.filter(kind__key=kind)
    if text:
        rows = rows.filter(Q(name_th__icontains=text) | Q(name_en__icontains=text) | Q(key__icontains=text))
    if observed:
        rows = rows.filter(pk__in=Thing.objects.filter(streams__observed__code=observed, streams__active=True))
    if bbox is not None:
        box = Polygon.from_bbox(bbox)
        box.srid = 4326
        rows = rows.filter(location__geometry__bboverlaps=box)
    if register:
        rows = rows.filter(register=register)
    if record is not None:
        rows = rows.filter(record=record)
    if silent is not None:
        rows = rows.filter(silent_since__isnull=not silent)
    return thing_rows(list(rows[: max(1, min(limit, LARGEST_PAGE))]))


@query(READ)
def thing(ctx: Context, *, number: int) -> ThingDetail:
    """One thing with its streams, places and what its kind says. Raises ``SensorsNotFound``."""
    row = thing_numbered(ctx, number)
    history = HistoricalLocation.objects.select_related("location").filter(thing=row).order_by("-time", "-number")[:100]
    places = []
    for one in history:
        shape = one.location.geometry
        spot = shape if shape.geom_type == "Point" else shape.point_on_surface
        places.append(Place(one.time, spot.x, spot.y))
    body = row.kind.body
    about = Text(row.about_th, row.about_en or row.about_th) if row.about_th else None
    return ThingDetail(
        row=thing_rows([row])[0], about=about, properties=row.properties,
        compute=(body.get("page") or {}).get("compute") or "none", silence=body.get("silence"),
        commands=body.get("commands") or {}, metadata=body.get("metadata") or {}, places=tuple(places),
    )  # fmt: skip


@query(READ)
def latest(ctx: Context, *, observed: str, kind: str = "", limit: int = LARGEST_PAGE) -> list[ThingRow]:
    """Things in use that measure a property, each with its streams of that property alone, by number."""
    rows = _visible(ctx, active=True)
    rows = rows.filter(pk__in=Thing.objects.filter(streams__observed__code=observed, streams__active=True))
    if kind:
        rows = rows.filter(kind__key=kind)
    return thing_rows(list(rows[: max(1, min(limit, LARGEST_PAGE))]), observed)


@query(READ)
def nearby(
    ctx: Context, *, lon: float, lat: float, metres: float = 5000, observed: str = "", limit: int = 10
) -> list[ThingRow]:
    """Things in use around a place (WGS 84), nearest first, with ``metres``; of those that measure a property if named."""
    spot = point(lon, lat)
    # Degrees that cover the distance at any latitude of Thailand, for the index; metres decide.
    degrees = metres / 100_000
    box = Polygon.from_bbox((lon - degrees, lat - degrees, lon + degrees, lat + degrees))
    box.srid = 4326
    rows = _visible(ctx, active=True, location__geometry__bboverlaps=box)
    if observed:
        rows = rows.filter(pk__in=Thing.objects.filter(streams__observed__code=observed, streams__active=True))
    rows = rows.annotate(metres=Distance("location__geometry", spot, spheroid=True)).order_by("metres", "number")
    found = [row for row in rows[: max(1, min(limit, 100))] if row.metres <= D(m=metres)]
    return thing_rows(found, observed)
