"""Reads a record's place: its kind, where it lies, whether its shape holds; and makes it coarse where it is for few."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import (
    GEOSException,
    GEOSGeometry,
    LinearRing,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)

from nakhon.knowledge.geo import Position, reduce_precision
from nakhon.knowledge.text import Text

SRID = 4326
THAILAND = (97.3, 5.6, 105.7, 20.5)
"""West, south, east, north of the land and islands in degrees, a little wide. Source: Royal Thai Survey Department's extreme points."""
COARSE_METRES = 1000
MOST_POINTS = 100_000
FAMILIES = {
    "Point": ("Point", "MultiPoint"),
    "LineString": ("LineString", "MultiLineString"),
    "Polygon": ("Polygon", "MultiPolygon"),
    "any": ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"),
}
KIND_WORDS = {
    "Point": Text("จุด", "a point"),
    "LineString": Text("เส้น", "a line"),
    "Polygon": Text("พื้นที่", "an area"),
    "any": Text("จุด เส้น หรือพื้นที่", "a point, a line or an area"),
}
_POINT = struct.Struct("<BIIdd")


@dataclass(frozen=True, slots=True)
class Place:
    """A place that is fit to store: EWKB in hexadecimal, its coarse corner likewise, and what was mended or is odd."""

    ewkb: str
    coarse: str
    warnings: tuple[Text, ...] = ()


class PlaceRefused(ValueError):
    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def ewkb_of_point(lon: float, lat: float) -> str:
    return _POINT.pack(1, 0x20000001, SRID, lon, lat).hex()


def read_place(given: Any, kind: str, outside: str = "refuse", *, coarse: bool = True) -> Place | None:
    """``given`` (a GeoJSON geometry, a GEOS or any geometry with ``wkb``, or None) as a place of ``kind``, WGS 84 degrees.

    Raises ``PlaceRefused`` for the wrong kind, a place that does not exist, one outside Thailand where ``outside`` is
    ``refuse``, or a shape that cannot be mended. A third coordinate is left out; without ``coarse`` no corner is computed.
    """
    if given is None:
        return None
    if kind == "none":
        raise PlaceRefused(Text("ทะเบียนนี้ไม่มีตำแหน่ง ให้ลบตำแหน่งออก", "This register has no places: leave the place out"))
    if isinstance(given, Mapping) and given.get("type") == "Point" and kind in ("Point", "any"):
        return _point(given.get("coordinates"), outside, coarse)
    geometry = _geometry(given)
    if geometry.empty:
        raise PlaceRefused(Text("รูปทรงว่างเปล่า", "The shape is empty"))
    if geometry.geom_type not in FAMILIES[kind]:
        raise PlaceRefused(
            Text(f"ทะเบียนนี้รับ{KIND_WORDS[kind].th} แต่พบ {geometry.geom_type}",
                 f"This register takes {KIND_WORDS[kind].en}, but this is {geometry.geom_type}")
        )  # fmt: skip
    if geometry.num_coords > MOST_POINTS:
        raise PlaceRefused(
            Text(f"รูปทรงมีจุดมากกว่า {MOST_POINTS:,} จุด ให้ลดความละเอียดก่อน",
                 f"The shape has more than {MOST_POINTS:,} points: simplify it first")
        )  # fmt: skip
    warnings = _within(geometry.extent, outside)
    if not geometry.valid:
        geometry, mended = _mended(geometry)
        warnings += (mended,)
    if geometry.hasz:
        geometry = GEOSGeometry(geometry.wkb)
    geometry.srid = SRID
    if not coarse:
        return Place(geometry.hexewkb.decode(), "", warnings)
    inside = geometry.centroid if "Point" in geometry.geom_type else geometry.point_on_surface
    return Place(geometry.hexewkb.decode(), coarse_of(inside.x, inside.y), warnings)


def coarse_of(lon: float, lat: float) -> str:
    """The corner of the grid of about 1 km that stands for a place, as EWKB. The same for every place near it."""
    near = reduce_precision(Position(lat, lon), COARSE_METRES)
    return ewkb_of_point(near.longitude, near.latitude)


def _point(coordinates: Any, outside: str, coarse: bool) -> Place:
    try:
        lon, lat = float(coordinates[0]), float(coordinates[1])
    except (TypeError, ValueError, IndexError, KeyError):
        raise PlaceRefused(_UNREADABLE) from None
    warnings = _within((lon, lat, lon, lat), outside)
    return Place(ewkb_of_point(lon, lat), coarse_of(lon, lat) if coarse else "", warnings)


_UNREADABLE = Text(
    'อ่านรูปทรงไม่ได้ ส่งเป็น GeoJSON เช่น {"type": "Point", "coordinates": [100.06, 9.53]}',
    'The shape cannot be read: send GeoJSON such as {"type": "Point", "coordinates": [100.06, 9.53]}',
)


def _geometry(given: Any) -> GEOSGeometry:
    try:
        if isinstance(given, Mapping):
            found = _from_geojson(given)
        elif isinstance(given, GEOSGeometry):
            found = given.clone()
        elif isinstance(given, str):
            found = GEOSGeometry(given)
        else:
            found = GEOSGeometry(memoryview(given if isinstance(given, bytes | memoryview) else given.wkb))
    except PlaceRefused:
        raise
    except (GEOSException, TypeError, ValueError, KeyError, IndexError, AttributeError):
        raise PlaceRefused(_UNREADABLE) from None
    if found.srid not in (None, 0, SRID):
        raise PlaceRefused(
            Text(f"พิกัดต้องเป็น WGS 84 (EPSG:4326) แต่พบ EPSG:{found.srid}", f"It must be WGS 84 (EPSG:4326), not EPSG:{found.srid}")
        )  # fmt: skip
    return found


def _pairs(rows: Any) -> list[tuple[float, float]]:
    return [(float(row[0]), float(row[1])) for row in rows]


def _polygon(rings: Any) -> Polygon:
    return Polygon(*(LinearRing(_pairs(ring)) for ring in rings))


def _from_geojson(given: Mapping[str, Any]) -> GEOSGeometry:
    kind, rows = given.get("type"), given.get("coordinates")
    if kind == "Feature":
        return _from_geojson(given["geometry"])
    makers: dict[Any, Any] = {
        "Point": lambda: Point(*_pairs([rows])[0]),
        "MultiPoint": lambda: MultiPoint(*(Point(*pair) for pair in _pairs(rows))),
        "LineString": lambda: LineString(_pairs(rows)),
        "MultiLineString": lambda: MultiLineString(*(LineString(_pairs(line)) for line in rows or ())),
        "Polygon": lambda: _polygon(rows),
        "MultiPolygon": lambda: MultiPolygon(*(_polygon(rings) for rings in rows or ())),
    }
    if kind not in makers:
        raise PlaceRefused(
            Text(f"ไม่รับรูปทรงชนิด {kind} แยกเป็นจุด เส้น หรือพื้นที่ก่อน", f"A shape of type {kind} is not taken: part it into points, lines or areas")
        )  # fmt: skip
    made: GEOSGeometry = makers[kind]()
    return made


def _within(extent: tuple[float, float, float, float], outside: str) -> tuple[Text, ...]:
    west, south, east, north = extent
    if not all(math.isfinite(part) for part in extent):
        raise PlaceRefused(Text("พิกัดต้องเป็นตัวเลขจริง", "Coordinates must be real numbers"))
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        if THAILAND[1] <= west <= THAILAND[3] and THAILAND[0] <= south <= THAILAND[2]:
            raise PlaceRefused(_SWAPPED)
        raise PlaceRefused(
            Text(
                "พิกัดไม่อยู่ในหน่วยองศา หากเป็นพิกัด UTM (เมตร) ให้แปลงเป็น WGS 84 ก่อน หรือนำเข้าเป็นไฟล์แล้วเลือกระบบพิกัด",
                "These are no degrees; if they are UTM metres, convert them to WGS 84, or import a file and choose its coordinate system",
            )
        )
    if THAILAND[0] <= west and east <= THAILAND[2] and THAILAND[1] <= south and north <= THAILAND[3]:
        return ()
    if THAILAND[1] <= west <= THAILAND[3] and THAILAND[0] <= south <= THAILAND[2]:
        raise PlaceRefused(_SWAPPED)
    text = Text(
        f"ตำแหน่งอยู่นอกประเทศไทย (ลองจิจูด {west:g} ละติจูด {south:g})",
        f"The place lies outside Thailand (longitude {west:g}, latitude {south:g})",
    )
    if outside == "refuse":
        raise PlaceRefused(text)
    return (text,)


_SWAPPED = Text(
    "ดูเหมือนละติจูดกับลองจิจูดสลับกัน ให้เขียนลองจิจูด (ราว 97-106) ก่อน แล้วตามด้วยละติจูด (ราว 5-21)",
    "Latitude and longitude seem to be swapped: longitude (97 to 106) comes first, then latitude (5 to 21)",
)


def _mended(geometry: GEOSGeometry) -> tuple[GEOSGeometry, Text]:
    """An invalid shape made valid, where what comes out is still of its kind and about as large."""
    reason = geometry.valid_reason.split("[", 1)[0].strip()
    refused = PlaceRefused(
        Text(f"รูปทรงไม่ถูกต้องและซ่อมไม่ได้ ({reason}) ให้วาดใหม่โดยเส้นขอบไม่ตัดกันเอง",
             f"The shape is not valid and cannot be mended ({reason}): draw it again so that its border does not cross itself")
    )  # fmt: skip
    try:
        made = geometry.make_valid()
    except GEOSException:
        raise refused from None
    family = next(f for kind, f in FAMILIES.items() if kind != "any" and geometry.geom_type in f)
    if made.geom_type == "GeometryCollection":
        found: Any = made
        parts = [part for part in found if part.geom_type in family and not part.empty]
        singles = [one for part in parts for one in (part if part.geom_type.startswith("Multi") else [part])]
        many = {"Polygon": MultiPolygon, "LineString": MultiLineString, "Point": MultiPoint}[family[0]]
        made = many(*singles) if singles else made
    if made.geom_type not in family or made.empty:
        raise refused
    return made, Text(f"ซ่อมรูปทรงให้ถูกต้องแล้ว ({reason})", f"The shape was not valid and has been mended ({reason})")
