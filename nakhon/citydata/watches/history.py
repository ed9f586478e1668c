"""Past readings for trials, in order of time, a stretch at a time so that years of them never lie in memory together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from nakhon.citydata.sensors.models import ArchivedDay, Datastream
from nakhon.citydata.sensors.queries import series
from nakhon.citydata.watches.rules import Sample
from nakhon.citydata.watches.streams import GOOD, readings
from nakhon.kernel.context import Context
from nakhon.knowledge.dates import in_bangkok

STRETCH = timedelta(days=31)
MOST = 3_000_000
"""Readings of one stream in one stretch: a reading a second for a month."""
PAGE = 20_000


def samples_between(ctx: Context, stream: int, since: datetime, until: datetime, areas: str = "") -> Iterator[Sample]:
    """The readings of a stream from ``since`` (included) to ``until`` (not), archived days among them.

    Where a thing was is not archived: with ``areas``, the days that are still in the table are all there is.
    """
    begin = since
    while begin < until:
        end = min(begin + STRETCH, until)
        if not areas and _archived(begin, end):
            yield from _with_archive(ctx, stream, begin, end)
        else:
            for _, reading in readings([(stream, begin)], until=end, areas=areas, most=MOST):
                yield reading.sample
        begin = end


def _archived(since: datetime, until: datetime) -> bool:
    return bool(
        ArchivedDay.objects.filter(day__gte=in_bangkok(since).date(), day__lte=in_bangkok(until).date()).exists()
    )


def _with_archive(ctx: Context, stream: int, since: datetime, until: datetime) -> Iterator[Sample]:
    number, begin, more = Datastream.objects.get(pk=stream).number, since, True
    while more:
        found = series(ctx, datastream=number, since=begin, until=until, limit=PAGE)
        for point in found.points:
            yield Sample(point.time, point.result, point.quality == GOOD)
        more = found.more and bool(found.points)
        if more:
            begin = found.points[-1].time + timedelta(microseconds=1)
