"""What a pair of coordinates from an office's table most likely is, and its conversion to WGS 84 longitude and latitude."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from statistics import median
from typing import TYPE_CHECKING

from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.geo import GeoError, Position, distance_m
from nakhon.knowledge.text import Text

if TYPE_CHECKING:
    from pyproj import Transformer

# Where Thailand lies, with a margin of some ten kilometres: west, south, east, north in degrees.
# Source: area of use of EPSG:4240 and the southernmost point of Betong.
THAILAND = (97.2, 5.5, 105.8, 20.6)
# Indian 1975 to WGS 84 (2): geocentric translations 210, 814, 289 m, 5 m. Within 3.1 m of the Royal Thai Survey Department's own
# translations (204.4798, 837.8940, 294.7765) all over Thailand. EPSG:1812, which PROJ prefers unless told otherwise, lies some
# 190 m from both, so the operation is always named here.
INDIAN_1975_TO_WGS_84 = 1304
_ZONE_CENTRES = {32647: 99.0, 24047: 99.0, 32648: 105.0, 24048: 105.0}
_INDIAN_1975 = frozenset({24047, 24048})
# Offices on the border of two zones go on in their own zone for a while.
_ZONE_HALF_WIDTH, _ZONE_OVERHANG = 3.0, 1.5


class CoordinatesError(KnowledgeError):
    """Coordinates that no known system places in Thailand, or a system that is not known."""


@dataclass(frozen=True, slots=True)
class System:
    """One way to write a position: ``epsg``, and whether the pair stands in the unusual order (``swapped``)."""

    epsg: int
    swapped: bool
    name: Text


SYSTEMS: tuple[System, ...] = tuple(
    System(epsg, swapped, Text(th, en))
    for epsg, swapped, th, en in (
        (4326, False, "WGS 84 ลองจิจูด, ละติจูด (องศา)", "WGS 84 longitude, latitude (degrees)"),
        (4326, True, "WGS 84 ละติจูด, ลองจิจูด (องศา)", "WGS 84 latitude, longitude (degrees)"),
        (32647, False, "WGS 84 / UTM โซน 47 เหนือ (เมตร)", "WGS 84 / UTM zone 47N (metres)"),
        (32648, False, "WGS 84 / UTM โซน 48 เหนือ (เมตร)", "WGS 84 / UTM zone 48N (metres)"),
        (24047, False, "Indian 1975 / UTM โซน 47 เหนือ (เมตร)", "Indian 1975 / UTM zone 47N (metres)"),
        (24048, False, "Indian 1975 / UTM โซน 48 เหนือ (เมตร)", "Indian 1975 / UTM zone 48N (metres)"),
        (32647, True, "WGS 84 / UTM โซน 47 เหนือ สลับ N, E (เมตร)", "WGS 84 / UTM zone 47N, northing first (metres)"),
        (32648, True, "WGS 84 / UTM โซน 48 เหนือ สลับ N, E (เมตร)", "WGS 84 / UTM zone 48N, northing first (metres)"),
        (
            24047,
            True,
            "Indian 1975 / UTM โซน 47 เหนือ สลับ N, E (เมตร)",
            "Indian 1975 / UTM zone 47N, northing first (metres)",
        ),
        (
            24048,
            True,
            "Indian 1975 / UTM โซน 48 เหนือ สลับ N, E (เมตร)",
            "Indian 1975 / UTM zone 48N, northing first (metres)",
        ),
    )
)
DATUM_NOTE = Text(
    "พิกัด WGS 84 และ Indian 1975 ต่างกันราว 500 เมตร ดูจากตัวเลขอย่างเดียวไม่ได้ ให้เทียบกับจุดที่รู้ตำแหน่งจริงบนแผนที่",
    "WGS 84 and Indian 1975 lie some 500 m apart and the numbers alone cannot tell: compare a place that you know on the map",
)
ZONE_NOTE = Text(
    "พิกัดนี้อยู่ในประเทศไทยได้ทั้งสองโซน ให้เลือกโซนตามจังหวัด หรือเทียบบนแผนที่",
    "These coordinates lie in Thailand in both zones: choose the zone of your province, or compare on the map",
)
ORDER_NOTE = Text(
    "คอลัมน์ตะวันออกกับเหนืออาจสลับกัน ให้เทียบบนแผนที่",
    "Easting and northing may stand in each other's column: compare on the map",
)
# Nearer than this, a known place tells the two datums apart.
SAME_PLACE_M = 100


@dataclass(frozen=True, slots=True)
class Likely:
    """A system that the pairs may be written in, with ``share`` of them (0 to 1) in Thailand by it.

    ``distance_m`` is the median distance to the known place, None if none was given; ``first`` is the first pair's position, to show
    on a map. ``notes`` say what a person should still compare.
    """

    system: System
    share: float
    distance_m: float | None
    first: Position
    notes: tuple[Text, ...] = ()


def likely_systems(
    pairs: Iterable[tuple[float, float]], *, near: Position | None = None, at_least: float = 0.8
) -> tuple[Likely, ...]:
    """The systems that place at least the share ``at_least`` of the pairs in Thailand, the most likely first.

    A sample of some hundred pairs of a column is enough. ``near`` is a place that the pairs are close to, such as the city's
    centre: it decides the zone of UTM and the order of its columns; the datum only if it is the very point (100 m). Otherwise
    WGS 84 comes before Indian 1975, and a zone that holds the place before its neighbour.
    Raises ``CoordinatesError`` for no pairs, or none in Thailand.
    Source: EPSG dataset, areas of use; UTM zones 47 and 48 cover Thailand.
    """
    given = list(pairs)
    found = [one for system in SYSTEMS if (one := _judge(system, given, near, at_least))]
    if not found:
        raise CoordinatesError(
            "coordinates.nowhere",
            Text("พิกัดเหล่านี้ไม่อยู่ในประเทศไทยในระบบพิกัดใดที่รู้จัก", "No known system places these coordinates in Thailand"),
            Text(
                "ตรวจว่าเลือกคอลัมน์ถูก จุดทศนิยมไม่หาย และเป็น WGS 84 หรือ UTM โซน 47 หรือ 48",
                "Check the columns and the decimal points, and that it is WGS 84 or UTM zone 47 or 48",
            ),
        )
    metric = {_grid(one) for one in found if one.system.epsg != 4326}
    told = bool(near) and any(one.distance_m is not None and one.distance_m < SAME_PLACE_M for one in found)
    notes = (
        *((DATUM_NOTE,) if metric and not told else ()),
        *((ZONE_NOTE,) if near is None and len({zone for zone, _ in metric}) > 1 else ()),
        *((ORDER_NOTE,) if near is None and len({order for _, order in metric}) > 1 else ()),
    )
    return tuple(one if one.system.epsg == 4326 else replace(one, notes=notes) for one in _ordered(found))


def to_wgs84(x: float, y: float, epsg: int, *, swapped: bool = False) -> Position:
    """The WGS 84 position of a pair: longitude, latitude or easting, northing; the other way round if ``swapped``.

    ``epsg`` is 4326, 32647, 32648, 24047 or 24048. Indian 1975 goes by EPSG operation 1304 (5 m). Raises ``CoordinatesError`` for
    another system or a pair that cannot be converted. Source: EPSG dataset through PROJ.
    """
    east, north = (y, x) if swapped else (x, y)
    try:
        if epsg == 4326:
            return Position(north, east)
        longitude, latitude = _to_wgs84(epsg).transform(east, north)
        return Position(round(latitude, 9), round(longitude, 9))
    except (GeoError, OverflowError, TypeError):
        raise CoordinatesError(
            "coordinates.pair",
            Text("พิกัดคู่นี้แปลงไม่ได้", "This pair of coordinates cannot be converted"),
            Text("ตรวจตัวเลข ลำดับคอลัมน์ และระบบพิกัด", "Check the numbers, the order of the columns and the system"),
        ) from None


def from_wgs84(position: Position, epsg: int) -> tuple[float, float]:
    """The pair (longitude, latitude) or (easting, northing in metres, to the millimetre) of ``position`` in ``epsg``.

    Raises ``CoordinatesError`` for another system. Source: as ``to_wgs84``.
    """
    if epsg == 4326:
        return position.longitude, position.latitude
    x, y = _to_wgs84(epsg).transform(position.longitude, position.latitude, direction="INVERSE")
    return round(x, 3), round(y, 3)


def in_thailand(position: Position) -> bool:
    """Whether a position lies in the rectangle around Thailand (``THAILAND``). Source: area of use of EPSG:4240."""
    west, south, east, north = THAILAND
    return west <= position.longitude <= east and south <= position.latitude <= north


def _judge(system: System, pairs: list[tuple[float, float]], near: Position | None, at_least: float) -> Likely | None:
    placed = [place for x, y in pairs if (place := _placed(system, x, y)) is not None]
    if not placed or len(placed) / len(pairs) < at_least:
        return None
    apart = None if near is None else median(distance_m(place, near) for place in placed)
    return Likely(system, len(placed) / len(pairs), apart, placed[0])


def _placed(system: System, x: float, y: float) -> Position | None:
    try:
        place = to_wgs84(x, y, system.epsg, swapped=system.swapped)
    except CoordinatesError:
        return None
    centre = _ZONE_CENTRES.get(system.epsg, place.longitude)
    overhang = abs(place.longitude - centre) - _ZONE_HALF_WIDTH
    return place if in_thailand(place) and overhang <= _ZONE_OVERHANG else None


def _outside(one: Likely) -> float:
    """How far the place lies beyond its zone's own six degrees, in degrees."""
    centre = _ZONE_CENTRES.get(one.system.epsg, one.first.longitude)
    return max(0.0, abs(one.first.longitude - centre) - _ZONE_HALF_WIDTH)


def _grid(one: Likely) -> tuple[int, bool]:
    """Zone and order of axes: systems alike in these differ by the datum only, some 500 m."""
    return one.system.epsg % 100, one.system.swapped


def _ordered(found: list[Likely]) -> list[Likely]:
    # The two datums of a grid are ranked as one first: half a kilometre must not decide between zones.
    nearest: dict[tuple[int, bool], float] = {}
    outside: dict[tuple[int, bool], float] = {}
    for one in found:
        grid = _grid(one)
        nearest[grid] = min(one.distance_m or 0.0, nearest.get(grid, math.inf))
        outside[grid] = min(_outside(one), outside.get(grid, math.inf))

    def rank(one: Likely) -> tuple[float, float, float, float, int]:
        apart = nearest[_grid(one)]
        # Only a known place that is the very point can tell the datum.
        datum = one.distance_m if one.distance_m is not None and apart < SAME_PLACE_M else 0.0
        return -one.share, apart, outside[_grid(one)], datum, SYSTEMS.index(one.system)

    return sorted(found, key=rank)


@cache
def _to_wgs84(epsg: int) -> Transformer:
    # PROJ takes 30 MB once it is loaded: only a process that converts pays for it.
    from pyproj import Transformer
    from pyproj.crs import CoordinateOperation  # type: ignore[attr-defined]

    if epsg not in _ZONE_CENTRES:
        known = ", ".join(str(code) for code in (4326, *sorted(_ZONE_CENTRES)))
        raise CoordinatesError(
            "coordinates.system",
            Text(f"ไม่รู้จักระบบพิกัด EPSG:{epsg}", f"The system EPSG:{epsg} is not known here"),
            Text(f"ใช้รหัส EPSG หนึ่งในนี้: {known}", f"Use one of these EPSG codes: {known}"),
        )
    if epsg not in _INDIAN_1975:
        return Transformer.from_crs(epsg, 4326, always_xy=True)
    x, y, z = (parameter.value for parameter in CoordinateOperation.from_epsg(INDIAN_1975_TO_WGS_84).params)
    return Transformer.from_pipeline(
        f"proj=pipeline step inv proj=utm zone={epsg % 100} ellps=evrst30 step proj=push v_3 step proj=cart ellps=evrst30 "
        f"step proj=helmert x={x} y={y} z={z} step inv proj=cart ellps=WGS84 step proj=pop v_3 "
        "step proj=unitconvert xy_in=rad xy_out=deg"
    )
