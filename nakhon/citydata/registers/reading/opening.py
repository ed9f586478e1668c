"""The way in: what a file is, by its bytes, and the reader that takes it."""

from __future__ import annotations

from pathlib import Path

from nakhon.citydata.registers.reading.csv_files import CsvSource
from nakhon.citydata.registers.reading.errors import FormatUnknown, NothingInside, TooMuch
from nakhon.citydata.registers.reading.excel import ExcelSource
from nakhon.citydata.registers.reading.geojson import GeojsonSource
from nakhon.citydata.registers.reading.maps import GeopackageSource, ShapefileSource
from nakhon.citydata.registers.reading.types import Format, ReadingOptions, Source
from nakhon.knowledge.text import Text

_SQLITE = b"SQLite format 3\0"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def format_of(path: Path) -> Format:
    """What the file at ``path`` is. Raises ``FormatUnknown``, ``NothingInside``."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise NothingInside
    if head.startswith(b"PK\x03\x04"):
        return _of_archive(path)
    if head.startswith(_SQLITE):
        # OGC 12-128: the application id at byte 68 tells a GeoPackage from any other SQLite file.
        if head[68:72] in (b"GPKG", b"GP10", b"GP11"):
            return Format.GEOPACKAGE
        raise FormatUnknown(Text("เป็นฐานข้อมูล SQLite แต่ไม่ใช่ GeoPackage", "It is an SQLite database, but no GeoPackage"))
    if head.startswith(_OLD_EXCEL):
        raise FormatUnknown(
            Text("เป็น Excel รุ่นเก่า (.xls)", "It is an old Excel file (.xls)"),
            Text("เปิดใน Excel แล้วบันทึกเป็น .xlsx", "Open it in Excel and save it as .xlsx"),
        )
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"{", b"["):
        return Format.GEOJSON
    if start[:1] == b"<" or start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise FormatUnknown
    return Format.CSV


def _of_archive(path: Path) -> Format:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            names = {entry.lower() for entry in archive.namelist()}
    except (zipfile.BadZipFile, OSError, UnicodeDecodeError, NotImplementedError):
        raise FormatUnknown from None
    if "xl/workbook.xml" in names:
        return Format.EXCEL
    if any(name.endswith(".shp") for name in names):
        return Format.SHAPEFILE
    raise FormatUnknown(
        Text("ไฟล์บีบอัดนี้ไม่มีไฟล์ .shp", "The archive holds no .shp"),
        Text(
            "บีบอัดเฉพาะ Shapefile ส่วนไฟล์ชนิดอื่นส่งโดยไม่ต้องบีบอัด",
            "Pack only a Shapefile; send other kinds as they are",
        ),
    )


_READERS = {
    Format.CSV: CsvSource,
    Format.EXCEL: ExcelSource,
    Format.GEOJSON: GeojsonSource,
    Format.GEOPACKAGE: GeopackageSource,
    Format.SHAPEFILE: ShapefileSource,
}


def open_source(path: Path, options: ReadingOptions | None = None) -> Source:
    """The file at ``path``, looked at and ready to give its rows.

    Raises ``TooMuch``, ``FormatUnknown``, ``EncodingUnknown``, ``Unreadable``, ``Harmful``, ``LayerMissing``,
    ``NothingInside``: each with what to do.
    """
    said = options or ReadingOptions()
    size = path.stat().st_size
    if size > said.limits.size:
        most = said.limits.size // (1024 * 1024)
        raise TooMuch(Text(f"ไฟล์ใหญ่เกิน {most:,} MB", f"The file is larger than {most:,} MB"))
    return _READERS[format_of(path)](path, said)  # type: ignore[return-value]
