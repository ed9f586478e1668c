"""Columns suggested for properties: sure only when the names are the same; places found in columns, pairs and shapes."""

from __future__ import annotations

import random

import pytest
import shapely

from nakhon.citydata.registers.importing import places
from nakhon.citydata.registers.importing.mapping import GeometryFrom, suggest, suggest_geometry
from nakhon.citydata.registers.importing.values import BadValue
from nakhon.citydata.registers.reading.shapes import point
from nakhon.knowledge import coordinates

PROPERTIES = {
    "code": {"title": "Code", "th": "รหัส"},
    "watts": {"title": "Power", "th": "กำลังไฟ", "unit": "W"},
    "installed": {"title": "Installation date", "th": "วันที่ติดตั้ง"},
    "road": {"title": "Road", "th": "ถนน"},
}


def _found(columns: list[str]) -> dict[str, tuple[str, bool]]:
    return {one.property: (one.column, one.sure) for one in suggest(columns, PROPERTIES)}


def test_names_in_either_language_are_sure() -> None:
    assert _found(["CODE", "กำลังไฟ (W)", "Installation Date", "ถนน "]) == {
        "code": ("CODE", True), "watts": ("กำลังไฟ (W)", True), "installed": ("Installation Date", True), "road": ("ถนน ", True),
    }  # fmt: skip


def test_another_unit_or_a_likeness_is_never_sure() -> None:
    assert _found(["กำลังไฟ (kW)"]) == {"watts": ("กำลังไฟ (kW)", False)}
    assert _found(["วันติดตั้ง"]) == {"installed": ("วันติดตั้ง", False)}
    assert _found(["หมายเหตุ", "ลำดับ"]) == {}


def test_two_columns_of_one_name_are_not_sure_and_likes_of_two_are_not_offered() -> None:
    assert _found(["รหัส", "Code"])["code"][1] is False
    assert "installed" not in _found(["วันที่ติดตั้ง 1", "วันที่ติดตั้ง 2"])


def test_where_the_place_is() -> None:
    assert suggest_geometry(["a"], [], has_geometry=True) == GeometryFrom("geometry")
    assert suggest_geometry(["ชื่อ", "ละติจูด", "ลองจิจูด"], [], has_geometry=False) == GeometryFrom(
        "columns", "ลองจิจูด", "ละติจูด"
    )
    assert suggest_geometry(["UTM_E", "UTM_N"], [], has_geometry=False) == GeometryFrom("columns", "UTM_E", "UTM_N")
    assert suggest_geometry(["พิกัด ลองจิจูด", "พิกัด ละติจูด"], [], has_geometry=False) == GeometryFrom(
        "columns", "พิกัด ลองจิจูด", "พิกัด ละติจูด"
    )
    pairs = [{"coords": "100.5,13.7"}, {"coords": "['100.6', '13.8']"}]
    assert suggest_geometry(["coords"], pairs, has_geometry=False) == GeometryFrom("pair", "coords")
    assert suggest_geometry(["coords"], [{"coords": "ใกล้วัด"}], has_geometry=False) is None
    assert suggest_geometry(["name"], [], has_geometry=False) is None


@pytest.mark.parametrize(
    ("written", "made"),
    [("13.7563", 13.7563), ("๑๓.๗๕๖๓", 13.7563), ("13°45'22.68\"N", 13.7563), ("13 45 22.68", 13.7563), ("100.5018° E", 100.5018),
     ("1,056,789.5", 1056789.5), (9, 9.0)],
)  # fmt: skip
def test_numbers_of_places(written, made) -> None:
    assert places.number_of(written) == pytest.approx(made, abs=1e-9)


@pytest.mark.parametrize("written", ["วัด", "13°75'", "13,7563", ""])
def test_what_is_no_number_of_a_place(written: str) -> None:
    with pytest.raises(BadValue):
        places.number_of(written)


def test_one_side_alone_is_refused_and_none_is_no_place() -> None:
    where = GeometryFrom("columns", "x", "y")
    assert places.wkb_of({}, None, where) is None
    assert places.wkb_of({"x": "-", "y": ""}, None, where) is None
    with pytest.raises(BadValue):
        places.wkb_of({"x": "100"}, None, where)
    with pytest.raises(BadValue):
        places.wkb_of({"p": "ใกล้วัด"}, None, GeometryFrom("pair", "p"))


@pytest.mark.parametrize("srid", [32647, 24047, 24048, 32648])
def test_bulk_conversion_agrees_with_the_knowledge_room(srid: int) -> None:
    chance = random.Random(7)
    at = [coordinates.Position(chance.uniform(7, 17), chance.uniform(100, 104)) for _ in range(200)]
    pairs = [coordinates.from_wgs84(one, srid) for one in at]
    moved = places.to_wgs84([point(*pair) for pair in pairs], srid)
    for pair, wkb in zip(pairs, moved, strict=True):
        there = coordinates.to_wgs84(*pair, srid)
        made = shapely.from_wkb(wkb)
        assert (made.x, made.y) == pytest.approx((there.longitude, there.latitude), abs=2e-8)


def test_indian_1975_degrees_agree_with_its_grid() -> None:
    grid = coordinates.from_wgs84(coordinates.Position(13.75, 100.5), 24047)
    from pyproj import Transformer

    degrees = Transformer.from_crs(24047, 4240, always_xy=True).transform(*grid)
    made = shapely.from_wkb(places.to_wgs84([point(*degrees)], 4240)[0])
    assert (made.x, made.y) == pytest.approx((100.5, 13.75), abs=2e-7)


def test_shapes_of_all_kinds_are_moved() -> None:
    line = shapely.LineString(
        [coordinates.from_wgs84(coordinates.Position(13.7 + i / 100, 100.5), 32647) for i in range(3)]
    )
    made = places.to_wgs84([shapely.to_wkb(line), None], 32647)
    assert made[1] is None
    assert shapely.from_wkb(made[0]).coords[2] == pytest.approx((100.5, 13.72), abs=1e-6)


def test_swapped_numbers_and_other_worlds_are_told() -> None:
    good, swapped, metres = places.to_wgs84([point(100.5, 13.7), point(13.7, 100.5), point(664000, 1519000)], 4326)
    assert isinstance(good, bytes)
    assert isinstance(swapped, BadValue) and "swapped" in swapped.reason.en
    assert isinstance(metres, BadValue) and "UTM" in metres.reason.en
    again = places.to_wgs84([point(13.7, 100.5)], 4326, swapped=True)
    assert shapely.from_wkb(again[0]).coords[0] == (100.5, 13.7)


def test_a_system_that_is_not_known() -> None:
    assert places.known_system(32647) and not places.known_system(999999)
    with pytest.raises(BadValue):
        places.to_wgs84([point(1, 2)], 999999)
