"""The way out: a table in the format that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nakhon.citydata.registers.writing.geoparquet import write_geoparquet
from nakhon.citydata.registers.writing.maps import write_geojson, write_geopackage, write_shapefile
from nakhon.citydata.registers.writing.tables import write_csv, write_excel
from nakhon.citydata.registers.writing.types import ExportFormat, Table, Written

_WRITERS: dict[ExportFormat, Callable[[Table, Path], Written]] = {
    ExportFormat.CSV: write_csv,
    ExportFormat.EXCEL: write_excel,
    ExportFormat.GEOJSON: write_geojson,
    ExportFormat.GEOPACKAGE: write_geopackage,
    ExportFormat.SHAPEFILE: write_shapefile,
    ExportFormat.GEOPARQUET: write_geoparquet,
}


def write(format: ExportFormat, table: Table, path: Path) -> Written:
    """Write ``table`` to ``path``. Raises ``NoPlaces``, ``TooManyRows``."""
    return _WRITERS[format](table, path)
