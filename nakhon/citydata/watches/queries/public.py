"""What everybody may know of alerts: those in force at things that one may see anyway, in the words written for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nakhon.citydata.sensors.permissions import READ
from nakhon.citydata.sensors.queries import sensor_kinds
from nakhon.citydata.watches.models import LIVE, Alert
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import query
from nakhon.knowledge.text import Text

MOST = 100
_ORDER = ("critical", "warning", "watch", "info")


@dataclass(frozen=True, slots=True)
class AlertInForce:
    """An alert as the public reads it: nothing of who works on it. ``since`` is the time of the data."""

    number: int
    severity: str
    text: Text
    sensor: str
    thing_number: int
    thing: Text
    place: tuple[float, float] | None
    since: datetime


@query(READ)
def alerts_in_force(ctx: Context, *, sensors: tuple[str, ...] = (), thing: int | None = None) -> list[AlertInForce]:
    """Alerts that have not ended, at things of kinds that the actor may see, the gravest first; at most 100.

    ``sensors`` leaves only kinds of things with these keys, ``thing`` only the thing with this number.
    """
    seen = {kind.key for kind in sensor_kinds(ctx)}
    rows = Alert.objects.select_related("watch").filter(
        state__in=LIVE, watch__sensor__in=seen & set(sensors) if sensors else seen
    )
    if thing is not None:
        rows = rows.filter(thing_number=thing)
    found = [
        AlertInForce(
            number=row.number, severity=row.severity, text=row.text, sensor=row.watch.sensor, thing_number=row.thing_number,
            thing=Text(row.thing_th, row.thing_en), place=(row.place.x, row.place.y) if row.place else None,
            since=row.held_since,
        )
        for row in rows.order_by("-opened_at")[:MOST]
    ]  # fmt: skip
    return sorted(found, key=lambda one: _ORDER.index(one.severity))
