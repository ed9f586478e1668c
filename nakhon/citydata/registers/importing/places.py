"""Where rows are: from two columns, a written pair or the file's geometry, in any usual system of Thailand, to WGS 84 in bulk.

Pure. ``knowledge.coordinates`` says what a pair of numbers most likely is; here thousands at a time are converted.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from nakhon.citydata.registers.importing.mapping import GeometryFrom, pair_of
from nakhon.citydata.registers.importing.values import BadValue, quoted
from nakhon.citydata.registers.reading.shapes import point
from nakhon.knowledge.coordinates import INDIAN_1975_TO_WGS_84, THAILAND
from nakhon.knowledge.digits import arabic_digits, parse_number
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text

WGS84 = 4326
SYSTEMS: dict[int, Text] = {
    4326: Text("ละติจูด ลองจิจูด (WGS 84)", "Latitude and longitude (WGS 84)"),
    32647: Text("UTM โซน 47 เหนือ (WGS 84)", "UTM zone 47 north (WGS 84)"),
    32648: Text("UTM โซน 48 เหนือ (WGS 84)", "UTM zone 48 north (WGS 84)"),
    4240: Text("ละติจูด ลองจิจูด (Indian 1975)", "Latitude and longitude (Indian 1975)"),
    24047: Text("UTM โซน 47 เหนือ (Indian 1975)", "UTM zone 47 north (Indian 1975)"),
    24048: Text("UTM โซน 48 เหนือ (Indian 1975)", "UTM zone 48 north (Indian 1975)"),
}
"""The systems in which Thai offices keep places; others with an EPSG code are taken as well."""

_INDIAN_1975 = {
    4240: "proj=unitconvert xy_in=deg xy_out=rad",
    24047: "inv proj=utm zone=47 ellps=evrst30",
    24048: "inv proj=utm zone=48 ellps=evrst30",
}

_DMS = re.compile(
    r"^\s*([NSEWnsew]?)\s*(\d{1,3})\s*[°ºd:\s]\s*(\d{1,2})\s*['′m:\s]\s*(\d{1,2}(?:\.\d+)?)\s*(?:[\"″s]|'')?\s*([NSEWnsew]?)\s*$"
)
_SIDED = re.compile(r"^\s*([NSEWnsew]?)\s*(\d{1,3}\.\d+)\s*°?\s*([NSEWnsew]?)\s*$")
_LONGEST_WKT = 5_000_000
_POINT_HEAD = struct.pack("<BI", 1, 1)

SWAPPED = BadValue(
    "ละติจูดกับลองจิจูดน่าจะสลับกัน สลับคอลัมน์แล้วนำเข้าอีกครั้ง",
    "Latitude and longitude look swapped: exchange the two and import again",
)


def number_of(value: Any) -> float:
    """Degrees or metres: a number, or degrees, minutes and seconds with or without N, S, E, W. Raises ``BadValue``."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = arabic_digits(str(value)).strip()
    if found := _DMS.match(text):
        before, degrees, minutes, seconds, after = found.groups()
        if float(minutes) < 60 and float(seconds) < 60:
            made = int(degrees) + int(minutes) / 60 + float(seconds) / 3600
            return -made if (before + after).upper() in ("S", "W") else made
    elif (found := _SIDED.match(text)) and (found.group(1) or found.group(3)):
        made = float(found.group(2))
        return -made if (found.group(1) + found.group(3)).upper() in ("S", "W") else made
    try:
        return float(parse_number(text))
    except KnowledgeError:
        raise BadValue(
            f"{quoted(value)} ไม่ใช่พิกัด เขียนเช่น 13.7563 หรือ 13°45'22.7\"",
            f"{quoted(value)} is no coordinate: write 13.7563 or 13°45'22.7\"",
        ) from None


def wkb_of(values: Mapping[str, Any], geometry: bytes | None, where: GeometryFrom | None) -> bytes | None:
    """The row's shape in the file's own coordinates, None when the row has none. Raises ``BadValue``."""
    if where is None:
        return None
    if where.kind == "geometry":
        return geometry
    if where.kind == "wkt":
        return _of_wkt(values.get(where.x))
    if where.kind == "pair":
        written = values.get(where.x)
        if _missing(written):
            return None
        pair = pair_of(arabic_digits(str(written)))
        if pair is None:
            raise BadValue(
                f"{quoted(written)} ไม่ใช่คู่พิกัด เขียนเช่น 100.5018, 13.7563",
                f"{quoted(written)} is no pair of coordinates: write 100.5018, 13.7563",
            )
        return point(*pair)
    x, y = values.get(where.x), values.get(where.y)
    if _missing(x) and _missing(y):
        return None
    if _missing(x) or _missing(y):
        raise BadValue("มีพิกัดเพียงด้านเดียว ใส่ให้ครบทั้งสองช่อง", "Only one of the two coordinates is there: fill in both")
    return point(number_of(x), number_of(y))


def _of_wkt(written: Any) -> bytes | None:
    if _missing(written):
        return None
    import shapely

    found = shapely.from_wkt(str(written)[:_LONGEST_WKT].partition(";")[2] or str(written), on_invalid="ignore")
    if found is None:
        raise BadValue(
            f"{quoted(written)} ไม่ใช่รูปทรง WKT เช่น POINT (100.5 13.7)",
            f"{quoted(written)} is no shape in WKT: write POINT (100.5 13.7)",
        )
    return bytes(shapely.to_wkb(shapely.force_2d(found), byte_order=1)) if not found.is_empty else None


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.strip() in ("", "-"))


def to_wgs84(shapes: Sequence[bytes | None], srid: int, *, swapped: bool = False) -> list[bytes | BadValue | None]:
    """Each WKB in WGS 84, longitude first; ``swapped`` exchanges the numbers before anything else.

    A shape that lies outside the world, or would lie in Thailand with its numbers exchanged, becomes a ``BadValue``.
    """
    import numpy

    found: list[bytes | BadValue | None] = [None] * len(shapes)
    points = [i for i, wkb in enumerate(shapes) if wkb is not None and len(wkb) == 21 and wkb[:5] == _POINT_HEAD]
    if points:
        flat = numpy.frombuffer(b"".join(shapes[i][5:] for i in points), dtype="<f8")  # type: ignore[index]
        pairs = _moved(flat.reshape(-1, 2), srid, swapped)
        for i, (x, y), fault in zip(points, pairs.tolist(), _faults(pairs, pairs), strict=True):
            found[i] = fault or point(x, y)
    others = [i for i, wkb in enumerate(shapes) if wkb is not None and found[i] is None]
    if others:
        import shapely

        given = shapely.from_wkb([shapes[i] for i in others])
        moved = shapely.transform(given, lambda pairs: _moved(pairs, srid, swapped))
        bounds = shapely.bounds(moved)
        blobs = shapely.to_wkb(moved, byte_order=1)
        for i, blob, fault in zip(others, blobs, _faults(bounds[:, :2], bounds[:, 2:]), strict=True):
            found[i] = fault or bytes(blob)
    return found


def _moved(pairs: Any, srid: int, swapped: bool) -> Any:
    import numpy

    ordered = pairs[:, ::-1] if swapped else pairs
    if srid == WGS84:
        return numpy.ascontiguousarray(ordered)
    x, y = _transformer(srid).transform(ordered[:, 0], ordered[:, 1])
    return numpy.column_stack([x, y])


def _faults(low: Any, high: Any) -> list[BadValue | None]:
    import numpy

    west, south, east, north = THAILAND
    both = numpy.hstack([low, high])
    finite = numpy.isfinite(both).all(axis=1)
    inside = (low[:, 0] >= -180) & (high[:, 0] <= 180) & (low[:, 1] >= -90) & (high[:, 1] <= 90) & finite
    swapped = (low[:, 1] >= west) & (high[:, 1] <= east) & (low[:, 0] >= south) & (high[:, 0] <= north)
    found: list[BadValue | None] = [None] * len(low)
    for i in numpy.flatnonzero(swapped).tolist():
        found[i] = SWAPPED
    for i in numpy.flatnonzero(~inside & ~swapped).tolist():
        found[i] = BadValue(
            "พิกัดอยู่นอกโลก ตรวจระบบพิกัดที่เลือก (เช่น UTM กับละติจูด/ลองจิจูด)",
            "The place is outside the world: check the coordinate system chosen (UTM, or latitude and longitude)",
        )
    return found


@cache
def _transformer(srid: int) -> Any:
    """From ``srid`` to WGS 84, x and longitude first. Raises ``BadValue`` for a code that PROJ does not know.

    Indian 1975 goes by the operation that ``knowledge.coordinates`` names: PROJ's own choice lies some 190 m off in Thailand.
    """
    from pyproj import Transformer
    from pyproj.crs import CoordinateOperation  # type: ignore[attr-defined]
    from pyproj.exceptions import CRSError

    if srid in _INDIAN_1975:
        x, y, z = (one.value for one in CoordinateOperation.from_epsg(INDIAN_1975_TO_WGS_84).params)
        return Transformer.from_pipeline(
            f"proj=pipeline step {_INDIAN_1975[srid]} step proj=push v_3 step proj=cart ellps=evrst30 "
            f"step proj=helmert x={x} y={y} z={z} step inv proj=cart ellps=WGS84 step proj=pop v_3 "
            "step proj=unitconvert xy_in=rad xy_out=deg"
        )
    try:
        return Transformer.from_crs(srid, WGS84, always_xy=True)
    except CRSError:
        raise BadValue(f"ไม่รู้จักระบบพิกัด EPSG:{srid}", f"The coordinate system EPSG:{srid} is not known") from None


def known_system(srid: int) -> bool:
    """Whether PROJ can bring ``srid`` to WGS 84."""
    try:
        _transformer(srid)
    except BadValue:
        return False
    return True
