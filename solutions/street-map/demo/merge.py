"""Makes roads and places of a city from an OpenStreetMap extract: ``python merge.py CITY ROADS PLACES`` (GeoJSON, gzip).

Pieces of road that go on straight become one line; places without a name are left out. What comes out is a derived database
under the ODbL, see README.md.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

from pyproj import Geod

HERE = Path(__file__).resolve().parent
KINDS = {"attraction", "shop", "restaurant", "office", "temple", "school", "bar", "hospital"}
WORLD = Geod(ellps="WGS84")

MOST_TURN = 40.0
"""Degrees: more than this is a turn into another road."""

Feature = dict[str, Any]
Place = tuple[float, float]


def read(path: str) -> list[Feature]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        found: list[Feature] = json.load(file)["features"]
    return found


def feature(properties: Feature, kind: str, coordinates: Any) -> Feature:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {**properties, "source": "openstreetmap"}, "geometry": geometry}


def roads(pieces: list[Feature]) -> list[Feature]:
    """Roads as they go on straight over crossings, with their length in metres on the ellipsoid."""
    lines = sorted(min(line, line[::-1]) for line in strokes([ends(piece) for piece in pieces]))
    lengths = [round(WORLD.line_length([x for x, _ in line], [y for _, y in line]), 1) for line in lines]
    return [
        feature({"code": f"OSM-{number:05d}", "class": "unknown", "length_m": length}, "LineString", line)
        for number, (line, length) in enumerate(zip(lines, lengths, strict=True), 1)
    ]


def ends(piece: Feature) -> tuple[Place, Place]:
    """The two ends of a piece: each is one straight line between two points of the map."""
    first, last = piece["geometry"]["coordinates"]
    return (round(first[0], 6), round(first[1], 6)), (round(last[0], 6), round(last[1], 6))


def strokes(pieces: list[tuple[Place, Place]]) -> list[list[Place]]:
    """Pieces put together: at every point each piece goes on in the one that turns least, by less than ``MOST_TURN``."""
    near: dict[Place, set[Place]] = {}
    for one, other in pieces:
        if one != other:
            near.setdefault(one, set()).add(other)
            near.setdefault(other, set()).add(one)
    goes_on: dict[tuple[Place, Place], Place] = {}
    for here, around in sorted(near.items()):
        pairs = sorted((turn(a, here, b), a, b) for a, b in combinations(sorted(around), 2))
        taken: set[Place] = set()
        for angle, a, b in pairs:
            if angle < MOST_TURN and a not in taken and b not in taken:
                taken |= {a, b}
                goes_on[a, here], goes_on[b, here] = b, a
    left = {tuple(sorted((one, other))) for one, around in near.items() for other in around}
    found = []
    for start, then in sorted(left):
        if (start, then) in left:
            left.discard((start, then))
            ahead = follow(start, then, goes_on, left)
            found.append([*reversed(follow(then, start, goes_on, left)), start, then, *ahead])
    return found


def follow(before: Place, here: Place, goes_on: dict[tuple[Place, Place], Place], left: set[Any]) -> list[Place]:
    """The points after ``here`` as far as pieces are left."""
    found = []
    while (then := goes_on.get((before, here))) is not None and (piece := tuple(sorted((here, then)))) in left:
        left.discard(piece)
        found.append(then)
        before, here = here, then
    return found


def turn(one: Place, here: Place, other: Place) -> float:
    """By how many degrees a way from ``one`` over ``here`` to ``other`` turns; 0 is straight on."""
    narrow = math.cos(math.radians(here[1]))
    into = math.atan2(here[1] - one[1], (here[0] - one[0]) * narrow)
    out = math.atan2(other[1] - here[1], (other[0] - here[0]) * narrow)
    return abs(math.degrees(math.remainder(out - into, math.tau)))


def places(points: list[Feature]) -> list[Feature]:
    """Places with a name, each once, by position."""
    found = {}
    for point in points:
        name = " ".join(str(point["properties"].get("name") or "").split())[:200]
        if name:
            found[tuple(point["geometry"]["coordinates"]), name] = point["properties"]["cat"]
    return [
        feature(
            {"code": f"OSM-{number:05d}", "name": name, "kind": kind if kind in KINDS else "other"}, "Point", list(at)
        )
        for number, ((at, name), kind) in enumerate(sorted(found.items()), 1)
    ]


def write(name: str, features: list[Feature]) -> None:
    body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    # No time and no name in the head, so that the same sources give the same bytes.
    with (HERE / name).open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, 0) as file:
        file.write(body.encode())
    sys.stdout.write(f"{name} {len(features)}\n")


if __name__ == "__main__":
    city, road_file, place_file = sys.argv[1:4]
    write(f"{city}-roads.geojson.gz", roads(read(road_file)))
    write(f"{city}-places.geojson.gz", places(read(place_file)))
