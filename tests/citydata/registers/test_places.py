"""Places: which shapes are taken, which are mended, which are refused and how that is said. No database."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry

from nakhon.citydata.registers.rules.places import PlaceRefused, coarse_of, read_place

RING = [[100.0, 9.0], [100.1, 9.0], [100.1, 9.1], [100.0, 9.1], [100.0, 9.0]]
BOW = [[100.0, 9.0], [100.1, 9.1], [100.1, 9.0], [100.0, 9.1], [100.0, 9.0]]


def _read(given: Any, kind: str, outside: str = "refuse") -> GEOSGeometry:
    place = read_place(given, kind, outside)
    assert place is not None
    return GEOSGeometry(place.ewkb)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("Point", {"type": "Point", "coordinates": [100.5, 13.7, 12.0]}),
        ("Point", {"type": "MultiPoint", "coordinates": [[100.5, 13.7], [100.6, 13.8]]}),
        ("LineString", {"type": "LineString", "coordinates": [[100, 13], [101, 14]]}),
        ("LineString", {"type": "MultiLineString", "coordinates": [[[100, 13], [101, 14]]]}),
        ("Polygon", {"type": "Polygon", "coordinates": [RING]}),
        ("Polygon", {"type": "MultiPolygon", "coordinates": [[RING]]}),
        ("any", {"type": "Polygon", "coordinates": [RING]}),
        ("any", {"type": "Point", "coordinates": ["100.5", "13.7"]}),
        ("Point", "SRID=4326;POINT(100.5 13.7)"),
        ("Point", GEOSGeometry("POINT(100.5 13.7)").wkb),
    ],
)
def test_taken(kind: str, given: Any) -> None:
    shape = _read(given, kind)
    assert shape.srid == 4326 and not shape.hasz and shape.valid


@pytest.mark.parametrize(
    ("kind", "given", "says"),
    [
        ("none", {"type": "Point", "coordinates": [100, 13]}, "has no places"),
        ("Point", {"type": "Polygon", "coordinates": [RING]}, "takes a point, but this is Polygon"),
        ("Polygon", {"type": "Point", "coordinates": [100, 13]}, "takes an area, but this is Point"),
        ("any", {"type": "GeometryCollection", "geometries": []}, "GeometryCollection is not taken"),
        ("Point", {"type": "Point", "coordinates": [13.7, 100.5]}, "swapped"),
        ("LineString", {"type": "LineString", "coordinates": [[13.7, 100.5], [13.8, 100.6]]}, "swapped"),
        ("Point", {"type": "Point", "coordinates": [661234.0, 1512345.0]}, "UTM metres"),
        ("Point", {"type": "Point", "coordinates": [139.7, 35.6]}, "outside Thailand"),
        ("Point", {"type": "Point", "coordinates": [float("nan"), 13]}, "real numbers"),
        ("Point", {"type": "Point", "coordinates": []}, "cannot be read"),
        ("Point", {"type": "Point"}, "cannot be read"),
        ("Polygon", {"type": "Polygon", "coordinates": [RING[:-1]]}, "cannot be read"),
        ("Polygon", {"type": "Polygon", "coordinates": [[[100, 9], [100, 9], [100, 9], [100, 9]]]}, "cannot be mended"),
        ("Point", "SRID=32647;POINT(661234 1512345)", "not EPSG:32647"),
        ("Point", "somewhere", "cannot be read"),
        ("any", {"type": "MultiPoint", "coordinates": []}, ""),
    ],
)
def test_refused_with_its_reason(kind: str, given: Any, says: str) -> None:
    with pytest.raises(PlaceRefused) as refused:
        read_place(given, kind)
    assert says in refused.value.text.en and refused.value.text.th


def test_a_crossing_border_is_mended_and_told() -> None:
    place = read_place({"type": "Polygon", "coordinates": [BOW]}, "Polygon")
    assert place is not None and GEOSGeometry(place.ewkb).valid
    assert len(place.warnings) == 1 and "mended" in place.warnings[0].en and "ซ่อม" in place.warnings[0].th


def test_outside_is_a_warning_where_the_definition_says_so() -> None:
    place = read_place({"type": "Point", "coordinates": [139.7, 35.6]}, "Point", "warn")
    assert place is not None and "outside Thailand" in place.warnings[0].en
    with pytest.raises(PlaceRefused):
        read_place({"type": "Point", "coordinates": [139.7, 35.6]}, "Point", "refuse")


def test_the_coarse_corner_tells_no_more_than_a_kilometre() -> None:
    corner = GEOSGeometry(coarse_of(100.0600, 9.5300))
    assert coarse_of(100.0602, 9.5301) == coarse_of(100.0600, 9.5300)
    assert abs(corner.x - 100.06) < 0.01 and abs(corner.y - 9.53) < 0.01
    assert json.loads(corner.json)["coordinates"] != [100.06, 9.53]
