"""Public shapes of writing: the columns, the rows, the formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from nakhon.knowledge.text import Text


class ExportFormat(StrEnum):
    CSV = "csv"
    EXCEL = "xlsx"
    GEOJSON = "geojson"
    GEOPACKAGE = "gpkg"
    SHAPEFILE = "shp"
    GEOPARQUET = "parquet"


ENDINGS: dict[ExportFormat, str] = {
    ExportFormat.CSV: ".csv",
    ExportFormat.EXCEL: ".xlsx",
    ExportFormat.GEOJSON: ".geojson",
    ExportFormat.GEOPACKAGE: ".gpkg",
    ExportFormat.SHAPEFILE: ".zip",
    ExportFormat.GEOPARQUET: ".parquet",
}
MEDIA_TYPES: dict[ExportFormat, str] = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.GEOJSON: "application/geo+json",
    ExportFormat.GEOPACKAGE: "application/geopackage+sqlite3",
    ExportFormat.SHAPEFILE: "application/zip",
    ExportFormat.GEOPARQUET: "application/vnd.apache.parquet",
}
FORMAT_WORDS: dict[ExportFormat, Text] = {
    ExportFormat.CSV: Text("ตาราง CSV", "CSV table"),
    ExportFormat.EXCEL: Text("Excel (.xlsx)", "Excel (.xlsx)"),
    ExportFormat.GEOJSON: Text("แผนที่ GeoJSON", "GeoJSON map"),
    ExportFormat.GEOPACKAGE: Text("แผนที่ GeoPackage (.gpkg)", "GeoPackage map (.gpkg)"),
    ExportFormat.SHAPEFILE: Text("แผนที่ Shapefile (.zip)", "Shapefile map (.zip)"),
    ExportFormat.GEOPARQUET: Text("GeoParquet", "GeoParquet"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A property. ``kind`` is integer, number, boolean, string, date, date-time or json (lists and objects)."""

    key: str
    title: Text
    kind: str
    unit: str = ""

    @classmethod
    def of(cls, key: str, schema: Mapping[str, Any]) -> Column:
        """From a property's JSON Schema."""
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((one for one in kind if one != "null"), None)
        if kind == "string" and schema.get("format") in ("date", "date-time"):
            kind = schema["format"]
        elif kind not in ("integer", "number", "boolean", "string"):
            kind = (
                "string" if kind is None and all(isinstance(one, str) for one in schema.get("enum", [None])) else "json"
            )
        title = str(schema.get("title") or key)
        return cls(key, Text(str(schema.get("th") or title), title), str(kind), str(schema.get("unit") or ""))

    def heading(self, style: str) -> str:
        """``style`` is "key", or a language: then the title with its unit in brackets."""
        if style == "key":
            return self.key
        name = self.title.in_(style)
        return f"{name} ({self.unit})" if self.unit else name


class Row(NamedTuple):
    """A record: its key, the properties that may leave, its place as two-dimensional WKB in WGS 84."""

    key: str
    data: Mapping[str, Any]
    geometry: bytes | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """What is to be written. ``rows()`` begins anew at each call; ``geometry`` is none, Point, LineString, Polygon or any.

    ``headings`` names the columns of CSV and Excel by "key", "th" or "en"; ``be_dates`` adds a column in the Buddhist era
    beside each date. ``key_column`` is left out where a property is the key.
    """

    name: str
    title: Text
    columns: tuple[Column, ...]
    rows: Callable[[], Iterator[Row]]
    geometry: str = "none"
    headings: str = "th"
    be_dates: bool = False
    key_column: bool = True
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """What came out: rows, and what a person should know of the file."""

    rows: int
    notes: tuple[Text, ...] = ()
