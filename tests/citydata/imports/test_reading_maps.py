"""GeoJSON, GeoPackage and Shapefile: what is in them, in which coordinates and letters; and what hostile files meet."""

from __future__ import annotations

import io
import json
import sqlite3
import tracemalloc
from pathlib import Path

import pytest
import shapely

from nakhon.citydata.registers.reading import errors
from nakhon.citydata.registers.reading.nesting import ShallowJson
from nakhon.citydata.registers.reading.opening import open_source
from nakhon.citydata.registers.reading.types import Format, Limits, ReadingOptions
from tests.citydata.imports import files


def _places(source) -> list[tuple[float, float]]:
    return [(round(p.x, 6), round(p.y, 6)) for p in (shapely.from_wkb(row.geometry) for row in source.rows())]


PLACES = [(lamp[3], lamp[4]) for lamp in files.LAMPS]


def test_geojson_collection(tmp_path: Path) -> None:
    source = open_source(files.geojson(tmp_path / "x.geojson", files.lamp_features()))
    found = source.inspection
    assert (found.format, found.columns, found.srid, found.has_geometry) == (
        Format.GEOJSON, ("code", "name", "watts"), 4326, True,
    )  # fmt: skip
    assert _places(source) == PLACES
    assert next(iter(source.rows())).values == {"code": "SL-001", "name": "โคมถนนเลี่ยงเมือง", "watts": 100}


def test_geojson_by_lines_and_single(tmp_path: Path) -> None:
    lines = tmp_path / "lines.geojson"
    lines.write_text("\ufeff" + "\n".join(json.dumps(f) for f in files.lamp_features()), "utf-8")
    assert _places(open_source(lines)) == PLACES
    single = tmp_path / "one.geojson"
    single.write_text(json.dumps(files.lamp_features()[0]), "utf-8")
    assert _places(open_source(single)) == PLACES[:1]


def test_geojson_of_2008_tells_its_coordinates(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32647"}}
    assert open_source(files.geojson(tmp_path / "u.geojson", files.lamp_features(), crs=crs)).inspection.srid == 32647


def test_geojson_shapes_good_empty_and_broken(tmp_path: Path) -> None:
    def feature(geometry):
        return {"type": "Feature", "id": 7, "properties": None, "geometry": geometry}

    shapes = [
        {"type": "Polygon", "coordinates": [[[100, 9, 5], [100.1, 9, 5], [100.1, 9.1, 5], [100, 9, 5]]]},
        None,
        {"type": "Point", "coordinates": ["a", 9]},
        {"type": "Polygon", "coordinates": [[[100, 9], [100.1, 9]]]},
        {"type": "Circle", "coordinates": [1, 2]},
        {"type": "LineString", "coordinates": [[100 + i / 1000, 9] for i in range(50)]},
    ]
    path = files.geojson(tmp_path / "s.geojson", [feature(shape) for shape in shapes])
    rows = list(open_source(path, ReadingOptions(limits=Limits(vertices=20))).rows())
    assert [row.fault for row in rows] == ["", "", "geometry", "geometry", "geometry", "vertices"]
    assert not shapely.from_wkb(rows[0].geometry).has_z
    assert rows[1].geometry is None and rows[1].values == {"id": 7}


@pytest.mark.parametrize(
    "broken", ['{"type":"FeatureCollection","features":[{"type":"Feature"', '{"a": 1}', "[1, 2]", "{"]
)
def test_broken_geojson_is_refused(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "b.geojson"
    path.write_text(broken, "utf-8")
    with pytest.raises((errors.Unreadable, errors.NothingInside)):
        list(open_source(path).rows())


def test_geojson_that_breaks_off_says_where(tmp_path: Path) -> None:
    path = files.geojson(tmp_path / "x.geojson", files.lamp_features() * 3000)
    path.write_bytes(path.read_bytes()[:-40])
    source = open_source(path)
    with pytest.raises(errors.Unreadable) as caught:
        list(source.rows())
    assert "5,999" in caught.value.message.en


@pytest.mark.parametrize("at", ["geometry", "properties"])
def test_deeply_nested_geojson_does_not_exhaust(tmp_path: Path, at: str) -> None:
    path = tmp_path / "deep.geojson"
    deep = "[" * 50_000 + "]" * 50_000
    other = "properties" if at == "geometry" else "geometry"
    path.write_text(
        f'{{"type":"FeatureCollection","features":[{{"type":"Feature","{other}":{{}},"{at}":{{"a":{deep}}}}}]}}',
        "utf-8",
    )
    tracemalloc.start()
    with pytest.raises(errors.Unreadable) as refused:
        list(open_source(path).rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "100" in refused.value.message.th and peak < 20_000_000


@pytest.mark.parametrize("size", [1, 2, 3, 7, 4096])
def test_brackets_inside_texts_are_no_depth(size: int) -> None:
    name = '[{"\\' * 400
    text = json.dumps([{"name": name, "more": [[[name]]]}] * 5).encode()
    file = ShallowJson(io.BytesIO(text), deepest=6)
    assert b"".join(iter(lambda: file.read(size), b"")) == text
    with pytest.raises(errors.Unreadable):
        ShallowJson(io.BytesIO(text), deepest=4).read()


def test_geopackage(tmp_path: Path) -> None:
    source = open_source(files.map_file(tmp_path / "x.gpkg", crs="EPSG:32647"))
    found = source.inspection
    assert (found.format, found.columns, found.srid, found.layer) == (
        Format.GEOPACKAGE, ("code", "name", "watts"), 32647, "lamps",
    )  # fmt: skip
    assert _places(source) == PLACES
    assert next(iter(source.rows())).values["name"] == "โคมถนนเลี่ยงเมือง"
    with pytest.raises(errors.LayerMissing):
        open_source(tmp_path / "x.gpkg", ReadingOptions(layer="trees"))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW lamps AS SELECT * FROM kept",
        "CREATE VIRTUAL TABLE lamps USING VirtualOGR('/vsicurl/http://127.0.0.1/x.json')",
    ],
)
def test_geopackage_with_views_or_virtual_tables_is_refused(tmp_path: Path, statement: str) -> None:
    path = files.map_file(tmp_path / "x.gpkg")
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA writable_schema = ON")
        base.execute(
            "UPDATE sqlite_master SET name = 'kept', tbl_name = 'kept', sql = replace(sql, '\"lamps\"', '\"kept\"') WHERE name = 'lamps'"
        )
        kind = "view" if "VIEW" in statement else "table"
        base.execute("INSERT INTO sqlite_master VALUES (?, 'lamps', 'lamps', 0, ?)", (kind, statement))
    with pytest.raises((errors.Harmful, errors.Unreadable)):
        open_source(path)


@pytest.mark.parametrize("under", ["", "ข้อมูล/โคมไฟ/"])
def test_shapefile(tmp_path: Path, under: str) -> None:
    source = open_source(files.shapefile(tmp_path, under=under))
    assert (source.inspection.format, source.inspection.srid, source.inspection.encoding) == (
        Format.SHAPEFILE,
        4326,
        "utf-8",
    )
    assert _places(source) == PLACES
    assert next(iter(source.rows())).values == {"code": "SL-001", "name": "โคมถนนเลี่ยงเมือง", "watts": 100}


def test_shapefile_in_tis620_without_a_word_about_it(tmp_path: Path) -> None:
    source = open_source(files.shapefile(tmp_path, tis620=True))
    assert source.inspection.encoding == "cp874"
    assert [row.values["name"] for row in source.rows()] == [lamp[1] for lamp in files.LAMPS]


def test_shapefile_without_prj_asks_for_the_coordinates(tmp_path: Path) -> None:
    source = open_source(files.shapefile(tmp_path, drop=[".prj"]))
    assert source.inspection.srid is None
    assert any(".prj" in note.en for note in source.inspection.notes)


def test_shapefile_without_its_table_or_shapes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.Unreadable) as caught:
        open_source(files.shapefile(tmp_path, drop=[".dbf"]))
    assert ".dbf" in caught.value.message.en
    with pytest.raises(errors.FormatUnknown):
        open_source(files.zip_of(tmp_path / "z.zip", {"a.txt": b"x"}))


def test_a_reference_inside_a_map_file_is_not_followed(tmp_path: Path) -> None:
    vrt = b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    plain = tmp_path / "x.gpkg"
    plain.write_bytes(vrt)
    with pytest.raises(errors.FormatUnknown):
        open_source(plain)
    with pytest.raises(errors.Unreadable):
        open_source(files.zip_of(tmp_path / "v.zip", {"a.shp": vrt, "a.dbf": b"x", "a.shx": b"x"}))
    good = files.shapefile(tmp_path)
    reaching = files.with_part(good, tmp_path / "p.zip", "lamps.prj", lambda _: b"/vsicurl/http://127.0.0.1:9/x.prj")
    with pytest.raises(errors.Harmful):
        open_source(reaching)
