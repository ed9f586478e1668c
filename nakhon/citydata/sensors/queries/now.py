"""What streams read at this moment, by their keys: for pages that stay open."""

from __future__ import annotations

from collections.abc import Sequence

from nakhon.citydata.sensors.access import visible_kinds
from nakhon.citydata.sensors.models import Datastream
from nakhon.citydata.sensors.permissions import READ
from nakhon.citydata.sensors.queries.rows import stream_row
from nakhon.citydata.sensors.types import StreamRow
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import query

MOST = 1000


@query(READ)
def streams_now(ctx: Context, *, streams: Sequence[int]) -> list[StreamRow]:
    """The latest readings of these streams (``Datastream.id``), of kinds that the actor may see; others are left out."""
    rows = Datastream.objects.select_related("observed", "latest").filter(
        pk__in=list(streams)[:MOST], active=True, thing__kind__in=list(visible_kinds(ctx))
    )
    return [stream_row(row) for row in rows.order_by("number")]
