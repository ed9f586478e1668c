"""Every format written, read again by a tool that is not ours: openpyxl, GDAL, pyarrow, csv and json."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from nakhon.citydata.registers.reading.opening import open_source
from nakhon.citydata.registers.writing.errors import NoPlaces
from nakhon.citydata.registers.writing.maps import short_names
from nakhon.citydata.registers.writing.tables import guarded
from nakhon.citydata.registers.writing.types import ENDINGS, Column, ExportFormat, Row, Table
from nakhon.citydata.registers.writing.writing import write
from nakhon.knowledge.text import Text

PROPERTIES = {
    "code": {"type": "string", "title": "Code", "th": "รหัส"},
    "watts": {"type": "integer", "title": "Power", "th": "กำลังไฟ", "unit": "W"},
    "height": {"type": "number", "title": "Height", "th": "ความสูง"},
    "smart": {"type": "boolean", "title": "Smart", "th": "อัจฉริยะ"},
    "installed": {"type": "string", "format": "date", "title": "Installed", "th": "ติดตั้ง"},
    "seen_at_the_pole": {"type": "string", "format": "date-time", "title": "Seen", "th": "ตรวจล่าสุด"},
    "seen_at_the_base": {"type": "array", "items": {"type": "string"}, "title": "Tags", "th": "ป้าย"},
}
DATA = [
    {
        "code": "SL-001", "watts": 100, "height": 8.5, "smart": True, "installed": "2020-03-01",
        "seen_at_the_pole": "2026-04-10T15:30:00+07:00", "seen_at_the_base": ["ก", "ข"],
    },
    {"code": "=1+1", "watts": -5, "height": -0.25, "smart": False},
    {"code": "@SUM(A1)\tโคมไฟ"},
]  # fmt: skip
PLACES = [shapely.Point(99.9601, 9.5357), shapely.Point(100.0136, 9.512), None]


def table(
    shapes: Sequence[shapely.Geometry | None] = PLACES,
    *,
    geometry: str = "Point",
    headings: str = "th",
    be_dates: bool = False,
) -> Table:
    rows = [
        Row(f"K{number}", data, shapely.to_wkb(shape) if shape is not None else None)
        for number, (data, shape) in enumerate(zip(DATA, shapes, strict=True), start=1)
    ]
    columns = tuple(Column.of(key, schema) for key, schema in PROPERTIES.items())
    return Table(
        "street_lamp", Text("โคมไฟถนน", "Street lamps"), columns, lambda: iter(rows), geometry, headings, be_dates
    )


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    assert write(ExportFormat.CSV, table(be_dates=True), path).rows == 3
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
    assert rows[0]["กำลังไฟ (W)"] == "100" and rows[0]["อัจฉริยะ"] == "ใช่"
    assert (rows[0]["ติดตั้ง"], rows[0]["ติดตั้ง (พ.ศ.)"]) == ("2020-03-01", "01/03/2563")
    assert rows[0]["ตรวจล่าสุด (พ.ศ.)"] == "10/04/2569 15:30"
    assert (rows[0]["ลองจิจูด"], rows[0]["ละติจูด"]) == ("99.9601", "9.5357")
    assert rows[1]["รหัส"] == "'=1+1" and rows[1]["กำลังไฟ (W)"] == "-5"
    assert rows[2]["รหัส"] == "'@SUM(A1)\tโคมไฟ" and rows[2]["ละติจูด"] == ""


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "+1+2", "-2+3", "@SUM(1)", "\t=1", "\r=1"])
def test_formulas_are_guarded_and_numbers_are_not(text: str) -> None:
    assert guarded(text) == "'" + text
    assert guarded("-5.25") == "-5.25"
    assert guarded("โคมไฟ=1") == "โคมไฟ=1"


def test_excel(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write(ExportFormat.EXCEL, table(headings="en"), path)
    sheet = openpyxl.load_workbook(path)["Street lamps"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("Record key", "Code", "Power (W)")
    assert rows[1][:5] == ("K1", "SL-001", 100, 8.5, True)
    assert rows[2][1] == "=1+1" and sheet["B3"].data_type == "s"
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_geojson(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    write(ExportFormat.GEOJSON, table(), path)
    found = json.loads(path.read_text("utf-8"))
    assert [feature["id"] for feature in found["features"]] == ["K1", "K2", "K3"]
    assert found["features"][0]["properties"] == DATA[0]
    assert found["features"][0]["geometry"] == {"type": "Point", "coordinates": [99.9601, 9.5357]}
    assert found["features"][2]["geometry"] is None
    assert pyogrio.read_info(path)["features"] == 3


def test_geopackage(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    assert write(ExportFormat.GEOPACKAGE, table(), path).rows == 3
    meta, _, shapes, data = pyogrio.raw.read(path)
    assert (meta["crs"], meta["fields"].tolist()) == ("EPSG:4326", ["key", *PROPERTIES])
    values = dict(zip(meta["fields"], data, strict=True))
    assert values["code"].tolist() == ["SL-001", "=1+1", "@SUM(A1)\tโคมไฟ"]
    assert str(values["installed"][0]) == "2020-03-01"
    assert shapely.from_wkb(shapes[0]).equals(PLACES[0]) and shapes[2] is None
    assert "2026-04-10T08:30" in str(values["seen_at_the_pole"][0])


def test_shapefile_names_letters_and_list(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    written = write(ExportFormat.SHAPEFILE, table(), path)
    assert any("fields.csv" in note.en for note in written.notes)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("street_lamp.cpg").strip() == b"UTF-8"
        listed = list(csv.DictReader(archive.read("fields.csv").decode("utf-8-sig").splitlines()))
        archive.extractall(tmp_path / "out")
    short = {row["property"]: row["field"] for row in listed}
    assert short["seen_at_the_pole"] != short["seen_at_the_base"] and all(len(name) <= 10 for name in short.values())
    meta, _, shapes, data = pyogrio.raw.read(tmp_path / "out" / "street_lamp.shp")
    values = dict(zip(meta["fields"], data, strict=True))
    assert values[short["code"]].tolist()[2] == "@SUM(A1)\tโคมไฟ"
    assert values[short["watts"]].tolist()[:2] == [100, -5]
    assert shapely.from_wkb(shapes[0]).equals(PLACES[0])


def test_shapefile_of_mixed_shapes_is_several(tmp_path: Path) -> None:
    mixed = [shapely.MultiPoint([(100, 9), (100.1, 9)]), shapely.box(100, 9, 100.1, 9.1), shapely.Point(100, 9)]
    path = tmp_path / "x.zip"
    assert write(ExportFormat.SHAPEFILE, table(mixed, geometry="any"), path).rows == 3
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "out")
    assert pyogrio.read_info(tmp_path / "out" / "street_lamp_point.shp")["features"] == 2
    assert pyogrio.read_info(tmp_path / "out" / "street_lamp_polygon.shp")["geometry_type"].endswith("Polygon")


def test_short_names_stay_different() -> None:
    found = short_names([f"a_very_long_name_{i}" for i in range(1200)] + ["ก", "Key", "key"])
    assert len({name.lower() for name in found.values()}) == 1203
    assert max(map(len, found.values())) <= 10


def test_geoparquet(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write(ExportFormat.GEOPARQUET, table(), path)
    file = pq.ParquetFile(path)
    geo = json.loads(file.metadata.metadata[b"geo"])
    assert geo["version"] == "1.1.0" and geo["primary_column"] == "geometry"
    assert geo["columns"]["geometry"]["encoding"] == "WKB"
    assert geo["columns"]["geometry"]["geometry_types"] == ["Point"]
    assert geo["columns"]["geometry"]["bbox"] == [99.9601, 9.512, 100.0136, 9.5357]
    rows = file.read().to_pylist()
    assert rows[0]["watts"] == 100 and shapely.from_wkb(rows[0]["geometry"]).equals(PLACES[0])


def test_a_table_has_no_map(tmp_path: Path) -> None:
    plain = table([None] * 3, geometry="none")
    for format in (ExportFormat.GEOJSON, ExportFormat.GEOPACKAGE, ExportFormat.SHAPEFILE):
        with pytest.raises(NoPlaces):
            write(format, plain, tmp_path / "x")
    assert write(ExportFormat.GEOPARQUET, plain, tmp_path / "x.parquet").rows == 3
    assert b"geo" not in (pq.read_metadata(tmp_path / "x.parquet").metadata or {})
    assert (
        "ละติจูด" not in (write(ExportFormat.CSV, plain, tmp_path / "x.csv"), (tmp_path / "x.csv").read_text("utf-8"))[1]
    )


def test_a_value_of_an_older_schema_is_left_out_and_said(tmp_path: Path) -> None:
    from dataclasses import replace

    old = table()
    rows = [Row("K1", {"watts": "many"}, None)]
    written = write(ExportFormat.GEOPACKAGE, replace(old, rows=lambda: iter(rows)), tmp_path / "x.gpkg")
    assert any("watts" in note.en for note in written.notes)


@pytest.mark.parametrize("format", list(ExportFormat))
def test_our_own_reader_takes_what_was_written(tmp_path: Path, format: ExportFormat) -> None:
    if format is ExportFormat.GEOPARQUET:
        pytest.skip("GeoParquet is written, not read")
    made, path = tmp_path / f"x{ENDINGS[format]}", tmp_path / "without-an-ending"
    write(format, table(), made)
    made.rename(path)
    rows = list(open_source(path).rows())
    assert len(rows) == 3
    assert 100 in {int(value) for row in rows for value in row.values.values() if str(value) == "100"}
