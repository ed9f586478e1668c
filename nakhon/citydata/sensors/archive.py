"""Closed days move to Parquet files in the vault, one a day, and what comes late is merged into them; nothing is ever lost.

A file is written and on the disk before the rows go, in the transaction that notes it: killed at any moment, a reading is in
the table or in the file that the table of archived days names, and never in neither.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import connection, transaction

from nakhon.citydata.sensors.errors import ArchiveDamaged
from nakhon.citydata.sensors.making import seconds_of
from nakhon.citydata.sensors.models import ArchivedDay, Observation, SensorKind
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.files import vault
from nakhon.kernel.outbox import enqueue
from nakhon.kernel.tenancy import new_id
from nakhon.knowledge.dates import BANGKOK, in_bangkok

log = logging.getLogger("nakhon.citydata")

MERGE_JOB = "citydata.archive.merge"
KEPT_RAW = 400
"""Days for which readings stay in the table where no kind of station says otherwise."""
LEAST_RAW = 3
CHUNK = 50_000
COLUMNS = (
    "datastream_id", "phenomenon_time", "phenomenon_end", "result_time", "received_at", "result", "value::text",
    "parameters::text", "quality", "revision",
)  # fmt: skip
NAMES = (
    "datastream",
    "time",
    "end",
    "result_time",
    "received_at",
    "result",
    "value",
    "parameters",
    "quality",
    "revision",
)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The beginning and the end of a day of Bangkok."""
    start = datetime.combine(day, time(), BANGKOK)
    return start, start + timedelta(days=1)


def days_kept(ctx: Context) -> int:
    """For how many days readings stay in the table: the longest that a kind of the city asks for."""
    spans = [(kind.body.get("retention") or {}).get("raw") for kind in SensorKind.objects.all()]
    days = [seconds_of(span) // 86_400 if span else KEPT_RAW for span in spans]
    return max([LEAST_RAW, *days]) if days else KEPT_RAW


def archive_what_is_due(ctx: Context, most: int = 60) -> int:
    """Archive closed days that are old enough, oldest first, each in a transaction of its own. Returns how many."""
    limit = in_bangkok(ctx.now).date() - timedelta(days=days_kept(ctx))
    done = 0
    for day in _days_with_rows(limit, most):
        if ArchivedDay.objects.filter(day=day).exists():
            merge_day(ctx, day)
        else:
            archive_day(ctx, day)
        done += 1
    return done


def _days_with_rows(before: date, most: int) -> list[date]:
    """Days before ``before`` that have rows in the table; walks from one to the next instead of reading all."""
    found: list[date] = []
    since = datetime(1990, 1, 1, tzinfo=BANGKOK)
    until = day_bounds(before)[0]
    while len(found) < most:
        rows = Observation.objects.filter(phenomenon_time__gte=since, phenomenon_time__lt=until)
        first = rows.order_by("phenomenon_time").values_list("phenomenon_time", flat=True).first()
        if first is None:
            break
        found.append(in_bangkok(first).date())
        since = day_bounds(found[-1])[1]
    return found


def _alone(ctx: Context) -> None:
    """Hold off readings that are old enough to fall on an archived day until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"citydata:archive:{ctx.tenant.id}"])


def archive_day(ctx: Context, day: date) -> ArchivedDay | None:
    """Move a day's rows to a file. None when it has none. The day must be over and not archived yet."""
    if day >= in_bangkok(ctx.now).date() - timedelta(days=LEAST_RAW - 1):
        raise ValueError(f"{day} is too young to be archived")
    with transaction.atomic():
        _alone(ctx)
        made = _write_out(ctx, day)
        if made is not None:
            record(ctx, "citydata.readings.archived", made, detail={"day": day.isoformat(), "rows": made.rows})
        return made


def _write_out(ctx: Context, day: date) -> ArchivedDay | None:
    """Rows of the day into a new file; then the rows go. Runs in a transaction that holds the archive's lock."""
    start, end = day_bounds(day)
    key = f"archive/{ctx.tenant.id.hex}/observations/{day.isoformat()}-{new_id().hex[-12:]}.parquet"
    with vault.temporary() as path:
        rows = _write_file(ctx, path, start, end)
        if not rows:
            return None
        measured = vault.measured(path)
        vault.put(path, key)
    gone = _remove(Observation.objects.filter(phenomenon_time__gte=start, phenomenon_time__lt=end))
    if gone != rows:
        raise RuntimeError(f"{day}: {rows} rows written, {gone} removed")
    made: ArchivedDay = ArchivedDay.objects.create(
        day=day, path=key, rows=rows, size=measured.size, sha256=measured.sha256, archived_at=ctx.now
    )
    return made


def _remove(rows: Any) -> int:
    return int(rows._raw_delete(rows.db))


def _schema() -> Any:
    import pyarrow as pa

    instant = pa.timestamp("us", tz="UTC")
    return pa.schema(
        [
            ("datastream", pa.int64()), ("time", instant), ("end", instant), ("result_time", instant),
            ("received_at", instant), ("result", pa.float64()), ("value", pa.string()), ("parameters", pa.string()),
            ("quality", pa.int16()), ("revision", pa.int16()),
        ]
    )  # fmt: skip


def _write_file(ctx: Context, path: Path, start: datetime, end: datetime) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema, count = _schema(), 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for chunk in _rows(start, end):
            columns = list(zip(*chunk, strict=True))
            writer.write_table(
                pa.table(
                    [pa.array(column, kind.type) for column, kind in zip(columns, schema, strict=True)], schema=schema
                )
            )
            count += len(chunk)
    return count


def _rows(start: datetime, end: datetime) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a time by stream and time, in chunks, through a cursor of the server."""
    with connection.cursor():
        pass  # tells the server the tenant
    with connection.connection.cursor(name=f"archive_{new_id().hex}") as cursor:
        cursor.execute(
            f"SELECT {', '.join(COLUMNS)} FROM citydata_sensors_observation "  # noqa: S608
            "WHERE phenomenon_time >= %s AND phenomenon_time < %s ORDER BY datastream_id, phenomenon_time",
            [start, end],
        )
        while chunk := cursor.fetchmany(CHUNK):
            yield chunk


def merge_day(ctx: Context, day: date, drop: tuple[int, datetime, datetime] | None = None) -> int:
    """Merge what came late into an archived day; a late reading wins over the archived one. ``drop`` leaves out readings of
    a stream from a time until before another. Counts the streams concerned anew. Returns how many readings were dropped.
    """
    with transaction.atomic():
        _alone(ctx)
        row = ArchivedDay.objects.select_for_update().filter(day=day).first()
        if row is None:
            return 0
        start, end = day_bounds(day)
        late = Observation.objects.filter(phenomenon_time__gte=start, phenomenon_time__lt=end)
        touched = set(late.values_list("datastream_id", flat=True).distinct())
        for chunk in read_file(row):
            _put_back(ctx, chunk)
        dropped = 0
        if drop is not None:
            stream, since, until = drop
            touched.add(stream)
            dropped = _remove(late.filter(datastream_id=stream, phenomenon_time__gte=since, phenomenon_time__lt=until))
        _recount_day(ctx, day, sorted(touched))
        before = row.path
        row.delete()
        made = _write_out(ctx, day)
        record(
            ctx, "citydata.readings.merged", made or row,
            detail={"day": day.isoformat(), "rows": made.rows if made else 0, "dropped": dropped},
        )  # fmt: skip
        transaction.on_commit(lambda: vault.delete(before))
        return dropped


def _recount_day(ctx: Context, day: date, streams: Sequence[int]) -> None:
    """Count a day's buckets of some streams anew from the table: those that have rows, and those that had."""
    start = day_bounds(day)[0]
    quarters = [start + timedelta(minutes=15 * index) for index in range(96)]
    if not streams:
        return
    with connection.cursor() as cursor:
        for stream in streams:
            cursor.execute(
                "SELECT citydata_recount(%s::uuid, array_fill(%s::bigint, ARRAY[96]), %s::timestamptz[])",
                [str(ctx.tenant.id), stream, quarters],
            )


def _put_back(ctx: Context, chunk: dict[str, list[Any]]) -> None:
    """Archived rows into the table again, except where a later one stands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT date_trunc('month', t AT TIME ZONE 'UTC')::date FROM unnest(%s::timestamptz[]) t",
                       [chunk["time"]])  # fmt: skip
        for (month,) in cursor.fetchall():
            cursor.execute("SELECT citydata_make_partition(%s)", [month])
        cursor.execute(
            "INSERT INTO citydata_sensors_observation (tenant_id, datastream_id, phenomenon_time, phenomenon_end, result_time, "
            "received_at, result, value, parameters, quality, revision) SELECT %s::uuid, * FROM unnest(%s::bigint[], "
            "%s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::float8[], %s::text[]::jsonb[], "
            "%s::text[]::jsonb[], %s::smallint[], %s::smallint[]) ON CONFLICT DO NOTHING",
            [str(ctx.tenant.id), *(chunk[name] for name in NAMES)],
        )


def drop_from_archive(ctx: Context, stream: int, since: datetime, until: datetime) -> int:
    """Take readings out of archived days, and count anew. Takes the archive's lock. Returns how many."""
    _alone(ctx)
    first, last = in_bangkok(since).date(), in_bangkok(until).date()
    days = list(ArchivedDay.objects.filter(day__gte=first, day__lte=last).order_by("day").values_list("day", flat=True))
    return sum(merge_day(ctx, day, (stream, since, until)) for day in days)


def ask_to_merge(ctx: Context, days: Iterable[date]) -> None:
    """Have late readings merged soon, once for all that come within the hour."""
    for day in days:
        enqueue(ctx, MERGE_JOB, key=f"{day}:{ctx.now:%Y%m%d%H}", due_at=ctx.now + timedelta(minutes=1), day=str(day))


# -- reading ---------------------------------------------------------------------------------------------------------------

_verified: set[tuple[UUID, str]] = set()


def _local(row: ArchivedDay, path: Path) -> Path:
    """The file on this machine's disk, its checksum compared once in the life of a process."""
    if vault.is_local():
        there = Path(default_storage.path(row.path))
        if (row.tenant_id, row.path) in _verified and there.exists():
            return there
        path = there
    else:
        with path.open("wb") as target:
            for piece in vault.Source(row.path).read_range(0, row.size):
                target.write(piece)
    if not path.exists() or vault.measured(path).sha256 != row.sha256:
        raise ArchiveDamaged(ArchiveDamaged.default_message.format(day=row.day.isoformat()))
    _verified.add((row.tenant_id, row.path))
    return path


def read_file(row: ArchivedDay) -> Iterator[dict[str, list[Any]]]:
    """All rows of an archived day, in chunks of columns by name. Raises ``ArchiveDamaged``."""
    import pyarrow.parquet as pq

    with vault.temporary() as spare, pq.ParquetFile(_local(row, spare)) as file:
        for batch in file.iter_batches(CHUNK):
            yield {name: batch.column(name).to_pylist() for name in NAMES}


def read_stream(row: ArchivedDay, stream: int, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """One stream's rows of an archived day from ``since`` until before ``until``, by time; ``value`` and ``parameters``
    parsed. Raises ``ArchiveDamaged``."""
    import pyarrow.parquet as pq

    with vault.temporary() as spare:
        table = pq.read_table(
            _local(row, spare),
            filters=[("datastream", "=", stream), ("time", ">=", since), ("time", "<", until)],
        )
    rows: list[dict[str, Any]] = table.sort_by("time").to_pylist()
    for one in rows:
        for name in ("value", "parameters"):
            one[name] = json.loads(one[name]) if one[name] is not None else None
    return rows
