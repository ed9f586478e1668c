"""GeoJSON, GeoPackage and Shapefile, written in batches; what a format cannot hold is said in the notes."""

from __future__ import annotations

import csv
import json
import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nakhon.citydata.registers.writing import arrow
from nakhon.citydata.registers.writing.errors import NoPlaces
from nakhon.citydata.registers.writing.types import Row, Table, Written
from nakhon.knowledge.text import Text

_BATCH = 2000
_FAMILIES = {1: "Point", 4: "Point", 2: "LineString", 5: "LineString", 3: "Polygon", 6: "Polygon"}
"""The families of shapes by their WKB type. Source: OGC 06-103r4, 8.2.3."""
_ENDINGS = {"Point": "point", "LineString": "line", "Polygon": "polygon"}
_DBF_TEXT = 254


def write_geojson(table: Table, path: Path) -> Written:
    """RFC 7946: one feature a line, WGS 84, the record's key as the feature's id. Raises ``NoPlaces``."""
    _need_places(table)
    import shapely

    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{{"type":"FeatureCollection","name":{json.dumps(table.name)},"features":[')
        for batch in arrow.batches(table.rows(), _BATCH):
            places = shapely.to_geojson(shapely.from_wkb([row.geometry for row in batch]))
            for row, place in zip(batch, places, strict=True):
                values = {column.key: row.data[column.key] for column in table.columns if column.key in row.data}
                file.write(
                    f'{"," if count else ""}\n{{"type":"Feature","id":{json.dumps(row.key, ensure_ascii=False)},'
                    f'"geometry":{place or "null"},"properties":{json.dumps(values, ensure_ascii=False)}}}'
                )
                count += 1
        file.write("\n]}\n")
    return Written(count)


def write_geopackage(table: Table, path: Path) -> Written:
    """OGC 12-128, one layer with a spatial index. Raises ``NoPlaces``."""
    _need_places(table)
    lost: dict[str, int] = {}
    names = {column.key: column.key for column in table.columns}
    count = _write_ogr(path, "GPKG", table.name, table, table.rows(), "Unknown", names, lost)
    return Written(count, arrow.lost_notes(lost))


def write_shapefile(table: Table, path: Path) -> Written:
    """A ZIP with a Shapefile for each family of shapes, letters in UTF-8 (.cpg), and a list of what the short names mean.

    A Shapefile holds one family, so a mixed register becomes several; records without a place go with the first.
    Raises ``NoPlaces``.
    """
    _need_places(table)
    names = short_names([*(["key"] if table.key_column else []), *(column.key for column in table.columns)])
    kinds: Counter[int] = Counter()
    cut = 0
    texts = [column.key for column in table.columns if column.kind in ("string", "json")]
    for row in table.rows():
        kinds[row.geometry[1] if row.geometry else 0] += 1
        cut += any(len(str(row.data.get(key, "")).encode()) > _DBF_TEXT for key in texts)
    families = sorted({_FAMILIES[kind] for kind in kinds if kind in _FAMILIES}) or ["Point"]
    lost: dict[str, int] = {}
    count = 0
    with tempfile.TemporaryDirectory(prefix="shp-") as made:
        folder = Path(made)
        for family in families:
            name = table.name if len(families) == 1 else f"{table.name}_{_ENDINGS[family]}"
            rows = _of_family(table.rows(), family, with_placeless=family == families[0])
            multi = family == "Point" and kinds[4] > 0
            kind = family if family == "Point" and not multi else f"Multi{family}"
            count += _write_ogr(
                folder / f"{name}.shp", "ESRI Shapefile", name, table, rows, kind, names, lost, multi=multi
            )
        _write_list(folder / "fields.csv", table, names)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(folder.iterdir()):
                archive.write(part, part.name)
    return Written(count, (*_shapefile_notes(cut), *arrow.lost_notes(lost)))


def _shapefile_notes(cut: int) -> tuple[Text, ...]:
    short = Text(
        "ชื่อคอลัมน์ของ Shapefile ยาวได้ 10 ตัวอักษร ดูความหมายใน fields.csv ภายในไฟล์",
        "A Shapefile's column names have at most 10 letters: fields.csv inside says what they mean",
    )
    long = Text(
        f"ข้อความใน {cut:,} แถวยาวเกิน {_DBF_TEXT} ไบต์จึงถูกตัด",
        f"Texts of {cut:,} rows are longer than {_DBF_TEXT} bytes and were cut",
    )
    return (short, long) if cut else (short,)


def short_names(keys: list[str]) -> dict[str, str]:
    """A name of at most 10 plain letters for each key, all different without regard to case."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for number, key in enumerate(keys, start=1):
        base = re.sub(r"[^A-Za-z0-9_]", "_", key).strip("_")[:10] if key.isascii() else ""
        base = base if base and base[0].isalpha() else f"f{number}"
        name, count = base, 1
        while name.lower() in taken:
            count += 1
            name = f"{base[: 9 - len(str(count))]}_{count}"
        taken.add(name.lower())
        found[key] = name
    return found


def _need_places(table: Table) -> None:
    if table.geometry == "none":
        raise NoPlaces


def _of_family(rows: Iterable[Row], family: str, *, with_placeless: bool) -> Iterator[Row]:
    for row in rows:
        if (_FAMILIES.get(row.geometry[1]) == family) if row.geometry else with_placeless:
            yield row


def _write_ogr(
    path: Path,
    driver: str,
    layer: str,
    table: Table,
    rows: Iterable[Row],
    kind: str,
    names: Mapping[str, str],
    lost: dict[str, int],
    *,
    multi: bool = False,
) -> int:
    """Let GDAL write ``rows`` as one layer, from a stream of batches. Answers how many there were."""
    import pyarrow as pa
    import pyogrio

    for_dbf = driver == "ESRI Shapefile"
    schema = arrow.schema_of(table, names, for_dbf=for_dbf)
    count = 0

    def counted() -> Iterator[Any]:
        nonlocal count
        for batch in arrow.stream(table, rows, schema, lost, for_dbf=for_dbf, multi=multi):
            count += batch.num_rows
            yield batch

    pyogrio.raw.write_arrow(
        pa.RecordBatchReader.from_batches(schema, counted()),
        path,
        layer=layer,
        driver=driver,
        geometry_name=arrow.GEOMETRY,
        geometry_type=kind,
        crs="EPSG:4326",
        encoding="UTF-8" if for_dbf else None,
    )
    return count


def _write_list(path: Path, table: Table, names: Mapping[str, str]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["field", "property", "th", "en", "unit"])
        for column in table.columns:
            writer.writerow([names[column.key], column.key, column.title.th, column.title.en, column.unit])
