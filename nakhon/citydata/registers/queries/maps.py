"""Registers on the map: layers with their styles, vector tiles, and GeoJSON of a box. Protected properties never leave here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection

from nakhon.citydata.registers.access import find_register, may_see, sees_exact, shown_properties, visible
from nakhon.citydata.registers.errors import FilterRefused, RegisterNotFound
from nakhon.citydata.registers.finding import Box, page_of, question
from nakhon.citydata.registers.models import Register
from nakhon.citydata.registers.permissions import REGISTER_SEE
from nakhon.citydata.registers.rules.cards import legend_of, property_cards
from nakhon.citydata.registers.rules.shape import Shape, shape_of
from nakhon.citydata.registers.types import Filter, Layer
from nakhon.citydata.registers.watching import note_list, note_map
from nakhon.kernel.context import Context
from nakhon.kernel.definitions.fields import words
from nakhon.kernel.verbs import query
from nakhon.knowledge.text import Text

MOST_FEATURES = 10_000
MOST_IN_TILE = 200_000
_MOST_AFAR = 100_000
"""The most records that are looked at for a tile; from afar a larger register is sampled and its numbers are scaled."""

TILE_PROPERTIES = 12
GREATEST_ZOOM = 22
THIN_BELOW = 15
"""Below this zoom points that would fall upon one another are drawn once, with their number in ``point_count``."""

FULL_FROM = 13
"""From this zoom a feature carries all its properties; from afar only the one that colours, to keep a tile light."""

_CELL = 24
"""The side in tile units (4,096 to a tile) of the square in which points are drawn once: about the size of a dot."""

_NEAR = "(SELECT key, data, place, 1::bigint AS many FROM citydata_records_within(%(register)s, b.degrees, %(coarse)s, %(most)s))"
_AFAR = "citydata_records_thinned(%(register)s, b.degrees, %(coarse)s, %(kinds)s, %(cell)s, %(step)s, %(most)s)"
_TILE = """
WITH b AS (SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS box,
                  ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.03125), 4326) AS degrees),
found AS (SELECT f.* FROM b, LATERAL $found AS f),
drawn AS (
    SELECT f.key, f.data, nullif(f.many, 1) AS point_count, ST_AsMVTGeom(
        ST_Transform(CASE WHEN ST_Dimension(f.place) = 0 THEN f.place ELSE ST_SimplifyPreserveTopology(f.place, %(step)s) END, 3857),
        b.box, 4096, 128, true) AS geom
    FROM b, found f
),
features AS (
    SELECT geom, jsonb_strip_nulls(jsonb_build_object('key', key, 'point_count', point_count) || (
        SELECT coalesce(jsonb_object_agg(name, CASE WHEN jsonb_typeof(data -> name) = 'array' THEN to_jsonb(data ->> name)
                                                    ELSE data -> name END), '{}'::jsonb)
        FROM unnest(%(names)s::text[]) AS name WHERE jsonb_exists(data, name))) AS properties
    FROM drawn WHERE geom IS NOT NULL
)
SELECT ST_AsMVT(features, %(layer)s, 4096, 'geom') FROM features
"""
_KINDS = {"Point": "points", "LineString": "shapes", "Polygon": "shapes"}


@query(REGISTER_SEE)
def map_layers(ctx: Context) -> list[Layer]:
    """The registers with places that the actor may see, as layers of the map, by Thai name. Two queries and one a layer.

    ``legend`` gives each value of the property that colours, its label and the name of its colour in the design system.
    """
    rows = list(Register.objects.filter(active=True).exclude(geometry="none").order_by("name_th"))
    shown = [(row, shape) for row in rows if may_see(ctx, shape := shape_of(row))]
    return [_layer(ctx, row, shape) for row, shape in shown]


@query(REGISTER_SEE)
def map_layer(ctx: Context, *, register: str) -> Layer:
    """One register as a layer of the map. Raises ``RegisterNotFound`` also for one without places."""
    row, shape = find_register(ctx, register)
    if row.geometry == "none":
        raise RegisterNotFound
    return _layer(ctx, row, shape)


def _layer(ctx: Context, row: Register, shape: Shape) -> Layer:
    body, style = shape.body, shape.body.map
    shown = shown_properties(ctx, shape)
    by = style.by if style is not None and style.by in shown else ""
    named = style.legend.text if style is not None and style.legend else shape.name_of(by) if by else body.name.text
    attribution = body.metadata.attribution
    return Layer(
        register=row.key,
        name=body.name.text,
        about=body.about.text if body.about else None,
        group=style.group.text if style is not None and style.group else None,
        geometry=body.geometry,
        count=row.record_count,
        bounds=_bounds(row, coarse=not sees_exact(ctx, shape)),
        color=style.color if style is not None else "teal",
        by=by or "",
        legend_title=named,
        legend=tuple(legend_of(shape)) if by else (),
        label=style.label if style is not None and style.label in shown and style.label else "",
        icon=style.icon if style is not None and style.icon else "",
        min_zoom=style.min_zoom if style is not None else 0,
        is_coarse=not sees_exact(ctx, shape),
        sensitivity=body.sensitivity,
        attribution=words(attribution) if attribution else None,
        license_id=body.metadata.license_id or "",
        changed_at=row.changed_at,
        properties=property_cards(shape, _in_tile(ctx, shape)),
    )


def _bounds(row: Register, *, coarse: bool) -> tuple[float, float, float, float] | None:
    column = "coarse" if coarse else "geometry"
    sql = (
        f"SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent({column}) AS e "  # noqa: S608
        "FROM citydata_registers_record WHERE tenant_id = %s AND register_id = %s AND status = 'ACTIVE') AS extent"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [row.tenant_id, row.pk])
        west, south, east, north = cursor.fetchone()
    return None if west is None else (west, south, east, north)


def _in_tile(ctx: Context, shape: Shape) -> list[str]:
    """The properties that a tile carries: what colours and names first, then the list's columns, at most 12."""
    shown = shown_properties(ctx, shape)
    style = shape.body.map
    wanted = [style.by, style.label] if style is not None else []
    wanted += [shape.body.title, *shape.body.list.columns, *shown]
    return [name for name in dict.fromkeys(wanted) if name in shown and name is not None][:TILE_PROPERTIES]


@query(REGISTER_SEE)
def tile(ctx: Context, *, register: str, z: int, x: int, y: int) -> bytes:
    """A Mapbox vector tile of a register (its layer has the register's key), empty below its ``min_zoom``. One statement.

    Shapes are simplified by zoom and points thinned; each feature has ``key``, at most 12 properties that the actor sees, and
    ``point_count`` where it stands for several. Raises ``RegisterNotFound`` or ``FilterRefused`` (no such tile).
    """
    row, shape = find_register(ctx, register)
    if not (0 <= z <= GREATEST_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        raise FilterRefused(fields={"tile": Text("ไม่มีแผ่นแผนที่นี้", "There is no such tile")})
    if row.geometry == "none" or (shape.body.map is not None and z < shape.body.map.min_zoom):
        return b""
    exact = sees_exact(ctx, shape)
    note_map(ctx, shape, row, exact=exact)
    unit, thin = 360 / 2**z / 4096, z < THIN_BELOW
    with connection.cursor() as cursor:
        cursor.execute(
            _TILE.replace("$found", _AFAR if thin else _NEAR),
            {
                "z": z, "x": x, "y": y, "register": row.pk, "coarse": not exact, "layer": row.key,
                "most": MOST_IN_TILE if z >= FULL_FROM else _MOST_AFAR,
                "names": _in_tile(ctx, shape)[: TILE_PROPERTIES if z >= FULL_FROM else 1],
                "kinds": "points" if not exact else _KINDS.get(row.geometry, "both"),
                "cell": unit * (_CELL if z >= FULL_FROM else _CELL * 2),
                # Half a unit of the tile, in degrees at the equator: nothing that could be seen is lost.
                "step": unit / 2,
            },
        )  # fmt: skip
        found = cursor.fetchone()
    return bytes(found[0] or b"")


@query(REGISTER_SEE)
def features(
    ctx: Context,
    *,
    register: str,
    bbox: Box | None = None,
    text: str = "",
    filters: Iterable[Filter] = (),
    sort: str | None = None,
    after: str = "",
    limit: int = 1000,
) -> dict[str, Any]:
    """Active records as a GeoJSON FeatureCollection, WGS 84; ``after`` of the next page beside, "" at the end.

    At most 10,000 features; each has the record's key as ``id`` and the properties that the actor sees. Places are coarse
    where ``is_coarse`` says so. Raises as ``find_records``.
    """
    found, shape = find_register(ctx, register)
    asked = question(ctx, found, shape, text=text, filters=filters, bbox=bbox)
    limit = max(1, min(limit, MOST_FEATURES))
    rows, more = (
        page_of(ctx, shape, asked, sort=sort, after=after, limit=limit, places="geojson") if asked else ([], "")
    )
    note_list(ctx, shape, found, {"features": len(rows)})
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": row.key,
                "geometry": json.loads(row.place) if row.place else None,
                "properties": visible(ctx, shape, row.data),
            }
            for row in rows
        ],
        "is_coarse": not sees_exact(ctx, shape),
        "after": more,
    }
