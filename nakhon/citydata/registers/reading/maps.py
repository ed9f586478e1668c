"""GeoPackage and zipped Shapefile, read by GDAL: only files of our own naming, only after a look at what they are.

GDAL follows references to other files and addresses in many formats. Here it never gets a name, a format or a folder that
a sender chose: the first bytes are checked, the layer must be an ordinary table, and remote file systems are switched off.
"""

from __future__ import annotations

import re
import sqlite3
import struct
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from nakhon.citydata.registers.reading import shapes
from nakhon.citydata.registers.reading.archives import looked_through, unpack
from nakhon.citydata.registers.reading.encodings import looks_thai
from nakhon.citydata.registers.reading.errors import Harmful, LayerMissing, NothingInside, TooMuch, Unreadable
from nakhon.citydata.registers.reading.types import Format, Inspection, Layer, ReadingOptions, SourceRow
from nakhon.knowledge.text import Text

_BATCH = 1000
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_SHP_MAGIC = struct.pack(">i", 9994)
_CODEPAGES = {
    "874": "cp874", "windows-874": "cp874", "cp874": "cp874", "tis-620": "cp874", "tis620": "cp874",
    "iso-8859-11": "cp874", "utf-8": "utf-8", "utf8": "utf-8", "65001": "utf-8", "1252": "cp1252",
    "windows-1252": "cp1252", "iso-8859-1": "cp1252", "88591": "cp1252", "ansi 874": "cp874",
}  # fmt: skip
_LANGUAGE_DRIVERS = {0x50: "cp874", 0x7C: "cp874", 0x03: "cp1252", 0x57: "cp1252"}
"""The byte in a DBF that names its code page. Source: ESRI, dBASE language driver ids."""
_ADDRESS = re.compile(rb"/vsi[a-z]+|https?://|<OGRVRTDataSource", re.IGNORECASE)

PRJ_MISSING = Text(
    "Shapefile นี้ไม่มีไฟล์ .prj จึงไม่รู้ระบบพิกัด โปรดเลือกระบบพิกัดก่อนนำเข้า",
    "This Shapefile has no .prj, so its coordinate system is not known: choose one before the import",
)


def _gdal() -> Any:
    """GDAL through pyogrio, with everything that reaches out of the file switched off."""
    import pyogrio

    pyogrio.set_gdal_config_options(
        {
            "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
            "GDAL_HTTP_MAX_RETRY": "0",
            "CPL_CURL_ENABLE_VSIMEM": "NO",
            "OGR_SQLITE_LOAD_EXTENSIONS": None,
            "OGR_GPKG_FOREIGN_KEY_CHECK": "NO",
            "SHAPE_RESTORE_SHX": "YES",
            "SHAPE_ENCODING": None,
        }
    )
    return pyogrio


class _MapSource:
    """What both have in common: rows from GDAL's Arrow stream in batches."""

    inspection: Inspection
    _file: Path
    _vertices: int
    _decode: str = ""

    def rows(self) -> Iterator[SourceRow]:
        gdal, number = _gdal(), 0
        extra: dict[str, Any] = {"encoding": "ISO-8859-1"} if self._decode else {}
        layer = {"layer": self.inspection.layer} if self.inspection.format is Format.GEOPACKAGE else {}
        try:
            with gdal.raw.open_arrow(self._file, batch_size=_BATCH, use_pyarrow=True, **layer, **extra) as (
                meta,
                reader,
            ):
                shape = meta["geometry_name"] or "wkb_geometry"
                for batch in reader:
                    yield from self._converted(batch, shape, number)
                    number += batch.num_rows
        except (gdal.errors.DataSourceError, gdal.errors.DataLayerError, gdal.errors.FeatureError, OSError) as error:
            raise Unreadable from error

    def _converted(self, batch: Any, shape: str, before: int) -> list[SourceRow]:
        import shapely

        names = [name for name in batch.schema.names if name != shape]
        columns = [batch.column(name).to_pylist() for name in names]
        made: list[tuple[bytes | None, str]] = [(None, "")] * batch.num_rows
        if shape in batch.schema.names:
            blobs = batch.column(shape).to_pylist()
            there = [place for place, blob in enumerate(blobs) if blob]
            if there:
                read = shapely.from_wkb([blobs[place] for place in there], on_invalid="ignore")
                for place, pair in zip(there, shapes.checked(read, self._vertices), strict=True):
                    made[place] = pair
        rows = []
        for place in range(batch.num_rows):
            values = {
                name: self._plain(column[place])
                for name, column in zip(names, columns, strict=True)
                if column[place] is not None and column[place] != ""
            }
            wkb, fault = made[place]
            if values or wkb or fault:
                rows.append(SourceRow(before + place + 1, values, wkb, fault))
        return rows

    def _plain(self, value: Any) -> Any:
        if isinstance(value, str) and self._decode:
            return _again(value, self._decode)
        if isinstance(value, datetime):
            return value.date().isoformat() if value.time() == time(0) and value.tzinfo is None else value.isoformat()
        if isinstance(value, date | time):
            return value.isoformat()
        if isinstance(value, bytes):
            return None
        return value


class GeopackageSource(_MapSource):
    """A layer of a GeoPackage (OGC 12-128). Raises ``Unreadable``, ``Harmful``, ``LayerMissing``, ``NothingInside``."""

    def __init__(self, path: Path, options: ReadingOptions) -> None:
        self._vertices = options.limits.vertices
        tables = self._tables(path)
        self._folder = tempfile.TemporaryDirectory(prefix="map-")
        self._file = Path(self._folder.name) / "data.gpkg"
        _linked(path, self._file)
        names = tuple(layer.name for layer in tables)
        if not names:
            raise NothingInside
        if options.layer and options.layer not in names:
            raise LayerMissing(options.layer, names)
        chosen = options.layer or next((layer.name for layer in tables if layer.geometry), names[0])
        meta = _described(self._file, chosen)
        if len(meta["fields"]) > options.limits.columns:
            raise TooMuch
        self.inspection = Inspection(
            format=Format.GEOPACKAGE,
            columns=tuple(str(name) for name in meta["fields"]),
            encoding="utf-8",
            layers=tables,
            layer=chosen,
            has_geometry=meta["geometry_type"] is not None,
            srid=epsg_of(meta["crs"]),
        )

    @staticmethod
    def _tables(path: Path) -> tuple[Layer, ...]:
        """Ordinary tables that the package announces. A view or a virtual table could reach into other files."""
        try:
            with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as base:
                base.execute("PRAGMA trusted_schema = OFF")
                kinds = {
                    name: (kind, sql or "")
                    for name, kind, sql in base.execute("SELECT name, type, sql FROM sqlite_master")
                }
                shapes_of = dict(
                    base.execute("SELECT table_name, geometry_type_name FROM gpkg_geometry_columns").fetchall()
                    if "gpkg_geometry_columns" in kinds
                    else []
                )
                announced = base.execute(
                    "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes') ORDER BY 1"
                ).fetchall()
        except sqlite3.Error:
            raise Unreadable from None
        layers = []
        for (name,) in announced:
            kind, sql = kinds.get(name, ("", ""))
            if kind != "table" or re.match(r"\s*CREATE\s+VIRTUAL", sql, re.IGNORECASE):
                raise Harmful(Text(f"ชั้นข้อมูล “{name}” ไม่ใช่ตารางธรรมดา", f"The layer “{name}” is not an ordinary table"))
            layers.append(Layer(name, str(shapes_of.get(name, ""))))
        for name, (_, sql) in kinds.items():
            if re.match(r"\s*CREATE\s+VIRTUAL", sql, re.IGNORECASE) and not re.search(
                r"USING\s+(rtree|fts[345])\b", sql, re.IGNORECASE
            ):
                raise Harmful(
                    Text(f"ตาราง “{name}” อ้างถึงข้อมูลนอกไฟล์", f"The table “{name}” refers to data outside the file")
                )
        return tuple(layers)


class ShapefileSource(_MapSource):
    """A Shapefile in a ZIP archive. Raises ``Unreadable``, ``Harmful``, ``TooMuch``, ``LayerMissing``, ``NothingInside``."""

    def __init__(self, path: Path, options: ReadingOptions) -> None:
        self._vertices = options.limits.vertices
        entries = looked_through(path, options.limits)
        sets: dict[str, dict[str, Any]] = {}
        for entry in entries:
            place = Path(entry.filename.replace("\\", "/"))
            if place.suffix.lower() in _PARTS and "__MACOSX" not in place.parts:
                sets.setdefault(str(place.with_suffix("")), {})[place.suffix.lower()] = entry
        whole = {Path(stem).name: parts for stem, parts in sets.items() if ".shp" in parts}
        if not whole:
            raise Unreadable(
                Text("ไม่พบไฟล์ .shp ในไฟล์บีบอัด", "There is no .shp in the archive"),
                Text(
                    "บีบอัดไฟล์ .shp .shx .dbf และ .prj รวมกันเป็น .zip", "Pack .shp, .shx, .dbf and .prj together as .zip"
                ),
            )
        if options.layer and options.layer not in whole:
            raise LayerMissing(options.layer, tuple(whole))
        chosen = options.layer or next(iter(whole))
        parts = whole[chosen]
        self._folder = tempfile.TemporaryDirectory(prefix="map-")
        folder = Path(self._folder.name)
        unpack(path, [(entry, f"data{ending}") for ending, entry in parts.items()], folder, options.limits)
        self._file = folder / "data.shp"
        _check_shapefile(folder)
        encoding, said = _letters_of(folder, options.encoding)
        self._decode = encoding
        meta = _described(self._file, None, encoding="ISO-8859-1")
        self.inspection = Inspection(
            format=Format.SHAPEFILE,
            columns=tuple(_again(str(name), encoding) for name in meta["fields"]),
            encoding=encoding,
            layers=tuple(Layer(name, str(meta["geometry_type"] or "") if name == chosen else "") for name in whole),
            layer=chosen,
            has_geometry=True,
            srid=epsg_of(meta["crs"]) if ".prj" in parts else None,
            notes=said if ".prj" in parts else (*said, PRJ_MISSING),
        )

    def _converted(self, batch: Any, shape: str, before: int) -> list[SourceRow]:
        rows = super()._converted(batch, shape, before)
        for row in rows:
            if any(not name.isascii() for name in row.values):
                row.values = {_again(name, self._decode): value for name, value in row.values.items()}
        return rows


def _check_shapefile(folder: Path) -> None:
    with (folder / "data.shp").open("rb") as file:
        if file.read(4) != _SHP_MAGIC:
            raise Unreadable
    table = folder / "data.dbf"
    if not table.exists():
        raise Unreadable(
            Text("ไม่พบไฟล์ .dbf ในไฟล์บีบอัด จึงไม่มีข้อมูลประกอบ", "The archive has no .dbf, so there are no attributes"),
            Text("บีบอัดไฟล์ .shp .shx .dbf และ .prj รวมกันเป็น .zip", "Pack .shp, .shx, .dbf and .prj together as .zip"),
        )
    projection = folder / "data.prj"
    if projection.exists():
        text = projection.read_bytes()[:20_000]
        if _ADDRESS.search(text) or projection.stat().st_size > 20_000:
            raise Harmful


def _letters_of(folder: Path, chosen: str) -> tuple[str, tuple[Text, ...]]:
    """The encoding of a DBF: what a person chose, the .cpg, the DBF's own byte, or what its letters look like."""
    if chosen:
        return _CODEPAGES.get(chosen.lower(), "utf-8" if chosen.lower().startswith("utf-8") else "cp874"), ()
    with (folder / "data.dbf").open("rb") as file:
        head = file.read(4 * 1024 * 1024)
    header = int.from_bytes(head[8:10], "little") if len(head) > 32 else 0
    text = head[32:] if header == 0 else head[32:header] + head[header:]
    told = ""
    label = folder / "data.cpg"
    if label.exists():
        told = _CODEPAGES.get(label.read_bytes()[:40].decode("ascii", "ignore").strip().lower(), "")
    told = told or (_LANGUAGE_DRIVERS.get(head[29], "") if len(head) > 29 else "")
    if not any(byte >= 0x80 for byte in text):
        return told or "utf-8", ()
    if _is_utf8(text):
        return "utf-8", ()
    if told and told != "utf-8":
        return told, ()
    if looks_thai(text):
        return "cp874", (
            Text(
                "อ่านตัวอักษรแบบ TIS-620 ตามลักษณะอักษรไทยในไฟล์",
                "Letters were read as TIS-620, by the look of the Thai in it",
            ),
        )
    return "cp1252", (
        Text("อ่านตัวอักษรแบบ Windows-1252 โปรดตรวจตัวอย่าง", "Letters were read as Windows-1252: check the sample"),
    )


def _is_utf8(data: bytes) -> bool:
    """Nearly all of it is UTF-8; a fixed-width field may cut the last letter in two."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        read = data.decode("utf-8", "replace")
        thai = sum("\u0e00" <= letter <= "\u0e7f" for letter in read)
        return thai > 20 * read.count("\ufffd")
    return True


def _again(text: str, encoding: str) -> str:
    """Text that GDAL took as ISO-8859-1, byte for byte, in its true letters; half a letter at the end of a field is left out."""
    if text.isascii():
        return text
    return text.encode("iso-8859-1", "replace").decode(encoding, "ignore" if encoding == "utf-8" else "replace").strip()


def _described(path: Path, layer: str | None, encoding: str | None = None) -> dict[str, Any]:
    gdal = _gdal()
    try:
        found: dict[str, Any] = gdal.read_info(path, layer=layer, encoding=encoding)
    except (gdal.errors.DataSourceError, gdal.errors.DataLayerError, gdal.errors.CRSError) as error:
        raise Unreadable from error
    return found


def epsg_of(crs: str | None) -> int | None:
    """The EPSG code of what GDAL tells of a coordinate system: "EPSG:32647" or WKT. None where it cannot be told."""
    if not crs:
        return None
    if found := re.fullmatch(r"EPSG:(\d+)", crs):
        return int(found.group(1))
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(crs).to_epsg(min_confidence=25)
    except CRSError:
        return None


def _linked(path: Path, target: Path) -> None:
    """The file under a name of our own: a hard link where the disk allows one, else a copy."""
    import os
    import shutil

    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)
