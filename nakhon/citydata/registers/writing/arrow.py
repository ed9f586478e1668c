"""Rows as Arrow record batches: what GDAL and Parquet take, a batch at a time."""

from __future__ import annotations

import itertools
import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from nakhon.citydata.registers.writing.types import Column, Row, Table
from nakhon.knowledge.dates import BANGKOK
from nakhon.knowledge.text import Text

BATCH = 5000
GEOMETRY = "geometry"
_MULTIPOINT_OF_ONE = struct.pack("<BII", 1, 4, 1)


def batches(rows: Iterable[Row], size: int = BATCH) -> Iterator[list[Row]]:
    """``rows`` in lists of ``size``."""
    source = iter(rows)
    while batch := list(itertools.islice(source, size)):
        yield batch


def schema_of(table: Table, names: Mapping[str, str], *, for_dbf: bool = False) -> Any:
    """The Arrow schema: the key (where it has a column), the properties under ``names``, the shape. A DBF knows neither moments
    nor booleans: these are text there."""
    import pyarrow as pa

    kinds = {
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.string() if for_dbf else pa.bool_(),
        "date": pa.date32(),
        "date-time": pa.string() if for_dbf else pa.timestamp("ms", tz="UTC"),
    }
    fields = [pa.field(names.get("key", "key"), pa.string(), nullable=False)] if table.key_column else []
    fields += [pa.field(names[column.key], kinds.get(column.kind, pa.string())) for column in table.columns]
    if table.geometry != "none":
        fields.append(pa.field(GEOMETRY, pa.binary()))
    return pa.schema(fields)


def stream(
    table: Table, rows: Iterable[Row], schema: Any, lost: dict[str, int], *, for_dbf: bool = False, multi: bool = False
) -> Iterator[Any]:
    """Record batches of ``rows``. A value that does not fit its column is left empty and counted in ``lost``."""
    import pyarrow as pa

    for batch in batches(rows):
        arrays: list[Any] = [[row.key for row in batch]] if table.key_column else []
        for column in table.columns:
            arrays.append([_fitted(row.data.get(column.key), column, lost, for_dbf) for row in batch])
        if table.geometry != "none":
            arrays.append([_shape(row.geometry, multi) for row in batch])
        made = [pa.array(values, type=field.type) for values, field in zip(arrays, schema, strict=True)]
        yield pa.record_batch(made, schema=schema)


def _shape(wkb: bytes | None, multi: bool) -> bytes | None:
    return _MULTIPOINT_OF_ONE + wkb if multi and wkb is not None and wkb[1] == 1 else wkb


def _fitted(value: Any, column: Column, lost: dict[str, int], for_dbf: bool) -> Any:
    if value is None:
        return None
    try:
        return _as(value, column.kind, for_dbf)
    except (ValueError, TypeError, OverflowError):
        lost[column.key] = lost.get(column.key, 0) + 1
        return None


def _as(value: Any, kind: str, for_dbf: bool) -> Any:
    if kind == "integer":
        if isinstance(value, bool) or value != int(value) or not -(2**63) <= int(value) < 2**63:
            raise ValueError(value)
        return int(value)
    if kind == "number":
        if isinstance(value, bool):
            raise TypeError(value)
        return float(value)
    if kind == "boolean":
        if not isinstance(value, bool):
            raise TypeError(value)
        return ("true" if value else "false") if for_dbf else value
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "date-time":
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        return moment.isoformat() if for_dbf else (moment if moment.tzinfo else moment.replace(tzinfo=BANGKOK))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def lost_notes(lost: Mapping[str, int]) -> tuple[Text, ...]:
    """What is said of values that did not fit their column."""
    return tuple(
        Text(
            f"{many:,} ค่าในคอลัมน์ “{key}” ไม่ตรงชนิดข้อมูลจึงเว้นว่างไว้",
            f"{many:,} values of the column “{key}” do not fit its type and were left empty",
        )
        for key, many in lost.items()
    )
