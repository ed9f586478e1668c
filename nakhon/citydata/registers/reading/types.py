"""Public shapes of reading: what a file holds, one row of it, and the limits that a hostile file runs into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from nakhon.knowledge.text import Text

MB = 1024 * 1024


class Format(StrEnum):
    """What a file is, by its bytes."""

    CSV = "csv"
    EXCEL = "xlsx"
    GEOJSON = "geojson"
    GEOPACKAGE = "gpkg"
    SHAPEFILE = "shp"


FORMAT_WORDS: dict[Format, Text] = {
    Format.CSV: Text("ตาราง CSV", "CSV table"),
    Format.EXCEL: Text("Excel (.xlsx)", "Excel (.xlsx)"),
    Format.GEOJSON: Text("GeoJSON", "GeoJSON"),
    Format.GEOPACKAGE: Text("GeoPackage (.gpkg)", "GeoPackage (.gpkg)"),
    Format.SHAPEFILE: Text("Shapefile (.zip)", "Shapefile (.zip)"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a file may hold. Bytes are those on the disk; ``unpacked`` what an archive may become, ``ratio`` how
    many times its own size, ``entries`` how many files it has; ``columns`` and ``cell`` (characters) are of one row."""

    size: int = 500 * MB
    unpacked: int = 2000 * MB
    ratio: int = 200
    entries: int = 2000
    columns: int = 500
    cell: int = 100_000
    rows: int = 5_000_000
    vertices: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Layer:
    """A sheet of a workbook or a layer of a map file. ``geometry`` is "" for a table; ``rows`` None when not yet counted."""

    name: str
    geometry: str = ""
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file holds, before any row is taken.

    ``srid`` is the EPSG code of its geometry where the file tells one. ``header_row`` counts from 1 as a spreadsheet does;
    0 for a file that names its columns otherwise. ``notes`` tell a person what was assumed.
    """

    format: Format
    columns: tuple[str, ...]
    encoding: str = ""
    delimiter: str = ""
    layers: tuple[Layer, ...] = ()
    layer: str = ""
    has_geometry: bool = False
    srid: int | None = None
    header_row: int = 0
    header_rows: int = 1
    notes: tuple[Text, ...] = ()


class SourceRow(msgspec.Struct, array_like=True, gc=False):
    """A row as the file has it. ``number`` is the line that a spreadsheet shows, or the feature's place counted from 1;
    ``geometry`` is two-dimensional WKB in the file's own coordinates; ``fault`` names a ``ROW_FAULTS`` entry."""

    number: int
    values: dict[str, Any]
    geometry: bytes | None = None
    fault: str = ""


ROW_FAULTS: dict[str, Text] = {
    "geometry": Text(
        "อ่านรูปทรงของแถวนี้ไม่ได้ โปรดวาดใหม่หรือส่งออกจากโปรแกรมแผนที่อีกครั้ง",
        "The shape of this row cannot be read: draw it anew or export it again",
    ),
    "vertices": Text(
        "รูปทรงมีจุดมากเกินไป โปรดลดรายละเอียดหรือแบ่งเป็นหลายแถว",
        "The shape has too many points: simplify it or divide it into several rows",
    ),
    "columns": Text(
        "แถวนี้มีจำนวนช่องมากกว่าหัวตาราง อาจมีเครื่องหมายคั่นอยู่ในข้อความ โปรดใส่เครื่องหมายคำพูดคร่อมข้อความนั้น",
        "This row has more cells than the heading: a text may hold the separator; put it in quotation marks",
    ),
    "record": Text(
        "อ่านแถวนี้ไม่ได้ อาจเปิดเครื่องหมายคำพูดไว้แล้วไม่ปิด โปรดตรวจเครื่องหมายคำพูด",
        "This row cannot be read: a quotation mark may be open without its end; check the quotation marks",
    ),
    "cell": Text("ข้อความในช่องยาวเกินไป โปรดย่อให้สั้นลง", "The text of a cell is too long: shorten it"),
}


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """What a person said about the file where the reader's own finding was wrong; empty means: find out."""

    encoding: str = ""
    delimiter: str = ""
    layer: str = ""
    header_row: int = 0
    header_rows: int = 0
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def of(cls, said: Mapping[str, Any], limits: Limits | None = None) -> ReadingOptions:
        """From the JSON that an import keeps; what it does not know is left out."""
        return cls(
            encoding=str(said.get("encoding") or ""),
            delimiter=str(said.get("delimiter") or ""),
            layer=str(said.get("layer") or ""),
            header_row=int(said.get("header_row") or 0),
            header_rows=int(said.get("header_rows") or 0),
            limits=limits or Limits(),
        )


class Source(Protocol):
    """A file that was opened: what it holds, and its rows in order, as often as asked."""

    inspection: Inspection

    def rows(self) -> Iterator[SourceRow]:
        """Every row that is not blank. Raises ``Unreadable`` where the file breaks off."""
        ...
