"""The first rows of a dataset and where it lies, whatever it is made of."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection

from nakhon.citydata.catalog.types import DatasetRow, Preview, PreviewColumn
from nakhon.citydata.registers.access import find_register, sees_exact
from nakhon.citydata.registers.queries import find_records, register_named
from nakhon.citydata.registers.reading.opening import open_source
from nakhon.citydata.sensors.queries import things
from nakhon.kernel.context import Context
from nakhon.kernel.errors import NakhonError
from nakhon.kernel.files.queries import open_file
from nakhon.kernel.tenancy import require_tenant_id
from nakhon.knowledge.text import Text

ROWS = 10
LARGEST_FILE = 20 * 1024 * 1024
MOST_COLUMNS = 40
_TABLES = ("CSV", "XLSX", "GeoJSON")
_NO_TABLE = Text(
    "ไม่มีไฟล์ที่แสดงตัวอย่างได้ ดาวน์โหลดเพื่อเปิดดู", "None of its files can be shown here; download one to look inside"
)


def preview_of(ctx: Context, row: DatasetRow) -> Preview:
    """The preview of a dataset that the actor may see."""
    makers = {"register": _of_register, "sensor": _of_stations, "dataset": _of_files}
    return makers[row.origin](ctx, row)


def _of_register(ctx: Context, row: DatasetRow) -> Preview:
    card = register_named(ctx, key=row.source_key)
    shown = [one for one in card.properties if not one.protected][:MOST_COLUMNS]
    page = find_records(ctx, register=row.source_key, limit=ROWS)
    columns = tuple(PreviewColumn(one.name, one.title, one.type, one.unit) for one in shown)
    rows = tuple({one.name: found.data.get(one.name) for one in shown} for found in page.rows)
    return Preview(columns, rows, row.count, _register_extent(ctx, row.source_key) if row.has_map else None)


def _register_extent(ctx: Context, key: str) -> tuple[float, float, float, float] | None:
    register, shape = find_register(ctx, key)
    column = "geometry" if sees_exact(ctx, shape) else "coarse"
    source = "citydata_registers_record WHERE tenant_id = %s AND register_id = %s AND status = 'ACTIVE'"
    return _extent(f"SELECT ST_Extent({column}) AS e FROM {source}", [require_tenant_id(), register.pk])  # noqa: S608


def _extent(sql: str, given: list[Any]) -> tuple[float, float, float, float] | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM ({sql}) AS found", given)  # noqa: S608
        west, south, east, north = cursor.fetchone()
    return None if west is None else (west, south, east, north)


def _of_stations(ctx: Context, row: DatasetRow) -> Preview:
    found = things(ctx, kind=row.source_key, limit=ROWS)
    streams = {stream.code: stream for thing in found for stream in thing.streams}
    columns = (
        PreviewColumn("number", Text("หมายเลข", "Number"), "integer"),
        PreviewColumn("name", Text("สถานี", "Station"), "string"),
        PreviewColumn("time", Text("เวลาล่าสุด", "Latest time"), "date-time"),
        *(PreviewColumn(code, stream.name, "number", stream.unit) for code, stream in streams.items()),
    )
    rows = tuple(
        {
            "number": thing.number, "name": thing.name.in_(ctx.language), "time": thing.heard_at,
            **{stream.code: stream.result if stream.result is not None else stream.value for stream in thing.streams},
        }
        for thing in found
    )  # fmt: skip
    sql = (
        "SELECT ST_Extent(p.geometry) AS e FROM citydata_sensors_thing t "
        "JOIN citydata_sensors_sensorkind k ON k.id = t.kind_id JOIN citydata_sensors_location p ON p.id = t.location_id "
        "WHERE t.tenant_id = %s AND k.key = %s AND t.active"
    )
    return Preview(columns, rows, row.count, _extent(sql, [require_tenant_id(), row.source_key]))


def _of_files(ctx: Context, row: DatasetRow) -> Preview:
    for one in row.distributions:
        if one.file_id is None or one.format not in _TABLES or (one.size or 0) > LARGEST_FILE:
            continue
        opened = open_file(ctx, file_id=one.file_id)
        with tempfile.TemporaryDirectory(prefix="nakhon-preview-") as folder:
            path = Path(folder) / f"file{Path(opened.name).suffix}"
            with path.open("wb") as out:
                for chunk in opened.chunks():
                    out.write(chunk)
            try:
                source = open_source(path)
                first = list(islice(source.rows(), ROWS))
            except NakhonError as error:
                return Preview((), (), None, None, error.message)
            names = source.inspection.columns[:MOST_COLUMNS]
        columns = tuple(PreviewColumn(name, Text(name, name), "string") for name in names if name.strip())
        return Preview(columns, tuple(_cells(found.values, names) for found in first), None, None)
    return Preview((), (), None, None, _NO_TABLE)


def _cells(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: values.get(name) for name in names}
