"""Roll-ups of many streams at once, for pages that compare stations: two queries however many streams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nakhon.citydata.sensors.access import visible_kinds
from nakhon.citydata.sensors.models import Datastream, Rollup, Thing
from nakhon.citydata.sensors.permissions import READ
from nakhon.citydata.sensors.queries.history import GRAINS
from nakhon.citydata.sensors.types import GrainName, Point
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import query

MOST = 1000
MOST_POINTS = 200_000


@query(READ)
def buckets_of_many(
    ctx: Context, *, streams: Sequence[int], since: datetime, until: datetime, grain: GrainName
) -> dict[int, list[Point]]:
    """Buckets that begin from ``since`` until before ``until``, by stream (``Datastream.id``) and time; ``result`` is the mean.

    Streams of kinds that the actor may not see are left out. ``grain`` is 15m, 1h or 1d; raises ``KeyError`` for raw.
    """
    own = Datastream.objects.filter(pk__in=list(streams)[:MOST], thing__kind__in=list(visible_kinds(ctx)))
    rows = Rollup.objects.filter(
        datastream_id__in=list(own.values_list("pk", flat=True)), grain=GRAINS[grain], start__gte=since, start__lt=until
    )
    found: dict[int, list[Point]] = defaultdict(list)
    fields = ("datastream_id", "start", "count", "good", "sum", "min", "max")
    for stream, start, count, good, total, least, most in rows.order_by("start").values_list(*fields)[:MOST_POINTS]:
        mean = total / good if good and total is not None else None
        found[stream].append(Point(start, mean, count=count, good=good, sum=total, min=least, max=most))
    return dict(found)


@query(READ)
def properties_of_many(ctx: Context, *, numbers: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """What is told of things beyond their names (a river gauge's bank, an owner), by number, of kinds that one may see."""
    rows = Thing.objects.filter(number__in=list(numbers)[:MOST], kind__in=list(visible_kinds(ctx)))
    return dict(rows.values_list("number", "properties"))
