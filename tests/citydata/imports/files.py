"""Writes the files that offices send, good and hostile, with other tools than the readers under test."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy
import openpyxl
import pyogrio
import shapely

LAMPS = [
    ("SL-001", "โคมถนนเลี่ยงเมือง", 100, 99.9601, 9.5357),
    ("SL-002", "โคมถนนชลประทาน", 40, 100.0136, 9.5120),
]


def csv_text(delimiter: str = ",") -> str:
    lines = [delimiter.join(["รหัส", "ชื่อ", "กำลังไฟ", "ลองจิจูด", "ละติจูด"])]
    lines += [delimiter.join(map(str, lamp)) for lamp in LAMPS]
    return "\r\n".join(lines) + "\r\n"


def workbook(path: Path, rows: Sequence[Sequence[Any]], *, merges: Sequence[str] = (), sheet: str = "โคมไฟ") -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for cells in merges:
        page.merge_cells(cells)
    book.save(path)
    return path


def geojson(path: Path, features: Sequence[dict[str, Any]], **more: Any) -> Path:
    path.write_text(
        json.dumps({"type": "FeatureCollection", **more, "features": list(features)}, ensure_ascii=False), "utf-8"
    )
    return path


def lamp_features() -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name, "watts": watts},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }
        for code, name, watts, lon, lat in LAMPS
    ]


def map_file(path: Path, *, layer: str = "lamps", crs: str | None = "EPSG:4326", encoding: str | None = None) -> Path:
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb([shapely.Point(lon, lat) for *_, lon, lat in LAMPS]),
        field_data=[
            numpy.array([lamp[0] for lamp in LAMPS], dtype=object),
            numpy.array([lamp[1] for lamp in LAMPS], dtype=object),
            numpy.array([lamp[2] for lamp in LAMPS], dtype="int64"),
        ],
        fields=["code", "name", "watts"],
        geometry_type="Point",
        crs=crs,
        layer=layer,
        driver="GPKG" if path.suffix == ".gpkg" else "ESRI Shapefile",
        encoding=encoding,
    )
    return path


def shapefile(folder: Path, *, drop: Sequence[str] = (), tis620: bool = False, under: str = "") -> Path:
    """A zipped Shapefile; with ``tis620`` its letters are Windows-874 and nothing says so."""
    made = folder / "made"
    made.mkdir(exist_ok=True)
    map_file(made / "lamps.shp", encoding="UTF-8")
    if tis620:
        table = bytearray((made / "lamps.dbf").read_bytes())
        table[29] = 0
        for *_, name, _, _, _ in LAMPS:
            old, new = name.encode("utf-8"), name.encode("cp874")
            place = table.index(old)
            table[place : place + len(old)] = new.ljust(len(old))
        (made / "lamps.dbf").write_bytes(bytes(table))
        (made / "lamps.cpg").unlink()
    target = folder / "lamps.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(made.iterdir()):
            if part.suffix not in drop:
                archive.write(part, f"{under}{part.name}")
    return target


def zip_of(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def with_part(source: Path, target: Path, name: str, change: Any) -> Path:
    """A copy of an archive in which one part's bytes went through ``change``."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, change(data) if entry.filename == name else data)
    return target


def stream(path: Path) -> io.BytesIO:
    return io.BytesIO(path.read_bytes())
