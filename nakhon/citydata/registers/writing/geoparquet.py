"""GeoParquet 1.1: one Parquet file with WKB shapes and the ``geo`` metadata that maps and DuckDB look for."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from nakhon.citydata.registers.writing import arrow
from nakhon.citydata.registers.writing.types import Table, Written

_TYPES = {1: "Point", 2: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon", 7: "GeometryCollection"}  # fmt: skip  # noqa: E501


def write_geoparquet(table: Table, path: Path) -> Written:
    """Zstandard, row groups of 50,000. Without ``crs`` the shapes are OGC:CRS84, as the standard's default says.

    A register without places becomes an ordinary Parquet file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = arrow.schema_of(table, {column.key: column.key for column in table.columns})
    lost: dict[str, int] = {}
    count, kinds = 0, set[int]()
    box = [math.inf, math.inf, -math.inf, -math.inf]
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        held: list[Any] = []
        for batch in arrow.stream(table, table.rows(), schema, lost):
            count += batch.num_rows
            if table.geometry != "none":
                _measure(batch.column(arrow.GEOMETRY).to_pylist(), kinds, box)
            held.append(batch)
            if sum(one.num_rows for one in held) >= 50_000:
                writer.write_table(pa.Table.from_batches(held))
                held = []
        if held:
            writer.write_table(pa.Table.from_batches(held))
        if table.geometry != "none":
            writer.add_key_value_metadata({"geo": json.dumps(_metadata(kinds, box))})
    return Written(count, arrow.lost_notes(lost))


def _measure(shapes: list[bytes | None], kinds: set[int], box: list[float]) -> None:
    import shapely

    there = [wkb for wkb in shapes if wkb is not None]
    if not there:
        return
    kinds.update(wkb[1] for wkb in there)
    west, south, east, north = shapely.total_bounds(shapely.from_wkb(there)).tolist()
    box[:] = [min(box[0], west), min(box[1], south), max(box[2], east), max(box[3], north)]


def _metadata(kinds: set[int], box: list[float]) -> dict[str, Any]:
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": sorted(_TYPES[kind] for kind in kinds)}
    if math.isfinite(box[0]):
        column["bbox"] = box
    return {"version": "1.1.0", "primary_column": arrow.GEOMETRY, "columns": {arrow.GEOMETRY: column}}
