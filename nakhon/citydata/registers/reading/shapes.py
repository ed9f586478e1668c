"""Between GeoJSON's shapes and WKB, in bulk; three dimensions become two."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any

import msgspec

_POINT = struct.Struct("<BIdd")


def point(x: float, y: float) -> bytes:
    """The WKB of a point."""
    return _POINT.pack(1, 1, x, y)


def from_geojson(shapes: Sequence[Any], most_vertices: int) -> list[tuple[bytes | None, str]]:
    """WKB and fault ("" | "geometry" | "vertices") of each GeoJSON geometry; None and an empty shape have neither."""
    found: list[tuple[bytes | None, str]] = [(None, "")] * len(shapes)
    others: list[int] = []
    texts: list[bytes] = []
    for place, shape in enumerate(shapes):
        if shape is None:
            continue
        if not isinstance(shape, dict):
            found[place] = (None, "geometry")
        elif shape.get("type") == "Point":
            found[place] = _of_point(shape.get("coordinates"))
        else:
            try:
                texts.append(msgspec.json.encode(shape))
                others.append(place)
            except (msgspec.MsgspecError, TypeError, RecursionError):
                found[place] = (None, "geometry")
    if others:
        for place, pair in zip(others, _of_others(texts, most_vertices), strict=True):
            found[place] = pair
    return found


def _of_point(coordinates: Any) -> tuple[bytes | None, str]:
    if coordinates == []:
        return None, ""
    try:
        x, y = float(coordinates[0]), float(coordinates[1])
    except (TypeError, ValueError, IndexError, KeyError):
        return None, "geometry"
    return (point(x, y), "") if math.isfinite(x) and math.isfinite(y) else (None, "geometry")


def _of_others(texts: list[bytes], most_vertices: int) -> list[tuple[bytes | None, str]]:
    import shapely

    shapes = shapely.from_geojson(texts, on_invalid="ignore")
    return checked(shapes, most_vertices)


def checked(shapes: Any, most_vertices: int) -> list[tuple[bytes | None, str]]:
    """WKB and fault of each of an array of shapely geometries, None being a shape that could not be read."""
    import numpy
    import shapely

    flat = shapely.force_2d(shapes)
    many = shapely.get_num_coordinates(flat)
    bounds = shapely.bounds(flat)
    finite = numpy.isfinite(bounds).all(axis=1)
    empty = shapely.is_empty(flat)
    lost = shapely.is_missing(flat)
    coordinates_finite = _all_finite(flat)
    wkb = shapely.to_wkb(flat, byte_order=1)
    found: list[tuple[bytes | None, str]] = []
    for place in range(len(flat)):
        if lost[place]:
            found.append((None, "geometry"))
        elif empty[place]:
            found.append((None, ""))
        elif many[place] > most_vertices:
            found.append((None, "vertices"))
        elif not (finite[place] and coordinates_finite[place]):
            found.append((None, "geometry"))
        else:
            found.append((bytes(wkb[place]), ""))
    return found


def _all_finite(shapes: Any) -> Any:
    import numpy
    import shapely

    coordinates, owners = shapely.get_coordinates(shapes, return_index=True)
    good = numpy.ones(len(shapes), dtype=bool)
    bad = ~numpy.isfinite(coordinates).all(axis=1)
    good[owners[bad]] = False
    return good
