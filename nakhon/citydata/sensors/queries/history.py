"""What a stream measured over time: from the table, the roll-ups and the archived days, through one call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Min, Sum

from nakhon.citydata.sensors.access import stream_numbered
from nakhon.citydata.sensors.archive import read_stream
from nakhon.citydata.sensors.errors import SensorInputInvalid
from nakhon.citydata.sensors.models import ArchivedDay, Grain, Observation, Rollup
from nakhon.citydata.sensors.permissions import READ
from nakhon.citydata.sensors.queries.rows import stream_row
from nakhon.citydata.sensors.types import GrainName, Point, Series, StreamStats
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import query
from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.text import Text

GRAINS: dict[str, int] = {"15m": Grain.QUARTER, "1h": Grain.HOUR, "1d": Grain.DAY}
LARGEST = 50_000


@query(READ)
def series(
    ctx: Context, *, datastream: int, since: datetime, until: datetime, grain: GrainName = "raw", limit: int = 5000
) -> Series:
    """A stream's readings from ``since`` until before ``until`` by time, or its buckets that begin in that time.

    ``datastream`` is its number. Archived readings come with the others. Raises ``SensorsNotFound``, ``SensorInputInvalid``,
    ``ArchiveDamaged``.
    """
    row = stream_numbered(ctx, datastream)
    if since.tzinfo is None or until.tzinfo is None or (grain != "raw" and grain not in GRAINS):
        raise SensorInputInvalid(
            fields={
                "grain": Text(
                    "เวลาต้องมีเขตเวลา และ grain คือ raw 15m 1h หรือ 1d", "Times need a zone; grain is raw, 15m, 1h or 1d"
                )
            }
        )
    most = max(1, min(limit, LARGEST))
    if grain == "raw":
        points = _raw(row.pk, since, until, most + 1)
    else:
        points = _buckets(row.pk, row.aggregate, GRAINS[grain], since, until, most + 1)
    return Series(stream_row(row), grain, tuple(points[:most]), len(points) > most)


def _raw(stream: int, since: datetime, until: datetime, most: int) -> list[Point]:
    rows = Observation.objects.filter(datastream_id=stream, phenomenon_time__gte=since, phenomenon_time__lt=until)
    hot = {
        at: Point(at, result, quality, value)
        for at, result, quality, value in rows.order_by("phenomenon_time").values_list(
            "phenomenon_time", "result", "quality", "value"
        )[:most]
    }
    days = ArchivedDay.objects.filter(day__gte=in_bangkok(since).date(), day__lte=in_bangkok(until).date())
    found: dict[datetime, Point] = {}
    for day in days.order_by("day"):
        if len(found) >= most:
            break
        for one in read_stream(day, stream, since, until):
            found[one["time"]] = Point(one["time"], one["result"], one["quality"], one["value"])
    found |= hot
    return [found[at] for at in sorted(found)][:most]


def _buckets(stream: int, aggregate: str, grain: int, since: datetime, until: datetime, most: int) -> list[Point]:
    rows = Rollup.objects.filter(datastream_id=stream, grain=grain, start__gte=since, start__lt=until)
    return [_bucket(row, aggregate) for row in rows.order_by("start")[:most]]


def _bucket(row: Rollup, aggregate: str) -> Point:
    mean = row.sum / row.good if row.good and row.sum is not None else None
    shown: dict[str, Any] = {"sum": row.sum, "min": row.min, "max": row.max, "last": row.last}
    return Point(
        time=row.start, result=shown.get(aggregate, mean), count=row.count, good=row.good, sum=row.sum, min=row.min,
        max=row.max, first=row.first, last=row.last,
    )  # fmt: skip


@query(READ)
def stream_stats(ctx: Context, *, datastream: int, since: datetime, until: datetime) -> StreamStats:
    """What a stream measured in the quarters of an hour that begin within a time: counts, mean, least, greatest, and the share
    of readings that came of those that were due. Raises ``SensorsNotFound``."""
    row = stream_numbered(ctx, datastream)
    own = Rollup.objects.filter(datastream_id=row.pk, grain=Grain.QUARTER, start__gte=since, start__lt=until)
    found = own.aggregate(
        all=Sum("count"), fit=Sum("good"), total=Sum("sum"), least=Min("min"), most=Max("max"), first=Min("first_at"),
        last=Max("last_at"),
    )  # fmt: skip
    count, good = found["all"] or 0, found["fit"] or 0
    span = (min(until, ctx.now) - since) / timedelta(seconds=1)
    due = span / row.every if row.every and span > 0 else None
    return StreamStats(
        count=count, good=good, mean=found["total"] / good if good else None, min=found["least"], max=found["most"],
        first_at=found["first"], last_at=found["last"], share=min(1.0, count / due) if due else None,
    )  # fmt: skip
