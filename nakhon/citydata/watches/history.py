"""Past readings for trials, in order of time, a stretch at a time so that years of them never lie in memory together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from nakhon.citydata.watches.rules import Sample
from nakhon.citydata.watches.streams import readings
from nakhon.kernel.context import Context

STRETCH = timedelta(days=31)
MOST = 3_000_000
"""Readings of one stream in one stretch: a reading a second for a month."""


def samples_between(ctx: Context, stream: int, since: datetime, until: datetime, areas: str = "") -> Iterator[Sample]:
    """The readings of a stream from ``since`` (included) to ``until`` (not)."""
    begin = since
    while begin < until:
        end = min(begin + STRETCH, until)
        for _, reading in readings([(stream, begin)], until=end, areas=areas, most=MOST):
            yield reading.sample
        begin = end
