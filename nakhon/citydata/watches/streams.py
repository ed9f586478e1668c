"""What watches read of the sensors: which streams have something new, their readings, and where their things stand.

Set-based and in one place: a city's watches look at thousands of streams, so nothing here asks once for each of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from nakhon.citydata.sensors.models import SensorKind
from nakhon.citydata.watches.models import Watch
from nakhon.citydata.watches.rules import Sample
from nakhon.kernel.tenancy import require_tenant_id
from nakhon.knowledge.text import Text

GOOD = 0

_STREAMS = """
SELECT d.id, d.every, d.unit, t.id, t.number, t.name_th, t.name_en, t.properties, t.register, t.record,
       ST_X(ST_PointOnSurface(p.geometry)), ST_Y(ST_PointOnSurface(p.geometry)), l.time, l.received_at, r.data,
       {state}
FROM citydata_sensors_sensorkind k
JOIN citydata_sensors_thing t ON t.kind_id = k.id AND t.active
JOIN citydata_sensors_datastream d ON d.thing_id = t.id AND d.code = %(property)s AND d.active
JOIN citydata_sensors_latestobservation l ON l.datastream_id = d.id
LEFT JOIN citydata_sensors_location p ON p.id = t.location_id
LEFT JOIN citydata_registers_record r ON r.id = t.record AND r.tenant_id = t.tenant_id
{join}
WHERE k.tenant_id = %(tenant)s AND k.key = %(sensor)s {due}
ORDER BY {order} LIMIT %(limit)s
"""

_WITH_STATE = (
    "LEFT JOIN citydata_watches_watchstate s ON s.tenant_id = d.tenant_id AND s.watch_id = %(watch)s "
    "AND s.datastream_id = d.id"
)
_CHANGED = "(s.id IS NULL OR s.version <> %(version)s OR l.received_at IS DISTINCT FROM s.received_at)"
_SILENT = "(s.phase <> 'OPEN' AND s.seen <= %(silent_before)s)"

_READINGS = """
SELECT o.datastream_id, o.phenomenon_time, o.result, o.quality, o.received_at, {inside}
FROM unnest(%(streams)s::bigint[], %(since)s::timestamptz[]) AS k(stream, since)
JOIN citydata_sensors_observation o
  ON o.tenant_id = %(tenant)s AND o.datastream_id = k.stream AND o.phenomenon_time >= k.since
WHERE o.phenomenon_time >= %(least)s AND o.phenomenon_time < %(until)s
ORDER BY o.datastream_id, o.phenomenon_time
"""

# Where a moving thing was at the time of a reading: its last place of before, otherwise the one it has now.
_INSIDE = """
EXISTS (
    SELECT 1 FROM citydata_registers_record a JOIN citydata_registers_register g ON g.id = a.register_id
    WHERE g.tenant_id = %(tenant)s AND g.key = %(areas)s AND a.status = 'ACTIVE' AND ST_Intersects(a.geometry, coalesce(
        (SELECT q.geometry FROM citydata_sensors_historicallocation h JOIN citydata_sensors_location q ON q.id = h.location_id
         WHERE h.thing_id = (SELECT d.thing_id FROM citydata_sensors_datastream d WHERE d.id = o.datastream_id)
           AND h.time <= o.phenomenon_time ORDER BY h.time DESC LIMIT 1),
        (SELECT q.geometry FROM citydata_sensors_datastream d JOIN citydata_sensors_thing t ON t.id = d.thing_id
         JOIN citydata_sensors_location q ON q.id = t.location_id WHERE d.id = o.datastream_id)))
)
"""


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream that a watch looks at, with what a condition may ask of its thing; ``state`` is what was remembered."""

    id: int
    every: timedelta | None
    unit: str
    thing_id: UUID
    thing_number: int
    thing: Text
    properties: dict[str, Any]
    register: str
    record_id: UUID | None
    place: tuple[float, float] | None
    latest: datetime | None
    received_at: datetime | None
    record: dict[str, Any]
    state: dict[str, Any]
    state_version: int
    state_received_at: datetime | None

    def asked(self) -> dict[str, Any]:
        """The thing as a condition sees it."""
        return {"name": self.thing.th, "number": self.thing_number, "properties": self.properties}


@dataclass(frozen=True, slots=True)
class Reading:
    sample: Sample
    received_at: datetime


def known_streams(sensor: str) -> list[str] | None:
    """The names of the streams of a kind of thing, or None when there is no such kind."""
    kind = SensorKind.objects.filter(key=sensor).first()
    return None if kind is None else sorted(kind.body.get("streams", {}))


def due_streams(watch: Watch, *, now: datetime, silence: timedelta | None, limit: int) -> list[Stream]:
    """Streams with readings that the watch has not seen, or whose ``silence`` has come due by ``now``; oldest first."""
    due = _CHANGED if silence is None else f"({_CHANGED} OR {_SILENT})"
    sql = _STREAMS.format(
        state="s.data, s.version, s.received_at",
        join=_WITH_STATE,
        due=f"AND {due}",
        order="l.received_at NULLS FIRST, d.id",
    )
    return _streams(sql, watch, limit, version=watch.version, silent_before=now - silence if silence else now)


def streams_of(watch: Watch, *, after: int, limit: int) -> list[Stream]:
    """All streams that a watch looks at, by their keys, without what was remembered of them."""
    sql = _STREAMS.format(state="NULL, NULL, NULL", join="", due="AND d.id > %(after)s", order="d.id")
    return _streams(sql, watch, limit, after=after)


def count_streams(watch: Watch) -> int:
    sql = _STREAMS.format(state="NULL", join="", due="", order="d.id")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) AS found(a,b,c,e,f,g,h,i,j,k,l,m,n,o,p,q)", _given(watch, None))  # noqa: S608  (constants)
        return int(cursor.fetchone()[0])


def _given(watch: Watch, limit: int | None, **more: Any) -> dict[str, Any]:
    tenant = require_tenant_id()
    return {"tenant": tenant, "watch": watch.pk, "sensor": watch.sensor, "property": watch.prop, "limit": limit, **more}


def _streams(sql: str, watch: Watch, limit: int, **more: Any) -> list[Stream]:
    with connection.cursor() as cursor:
        cursor.execute(sql, _given(watch, limit, **more))
        rows = cursor.fetchall()
    return [
        Stream(
            id=row[0], every=timedelta(seconds=row[1]) if row[1] else None, unit=row[2], thing_id=row[3],
            thing_number=row[4], thing=Text(row[5], row[6]), properties=_json(row[7]), register=row[8], record_id=row[9],
            place=(row[10], row[11]) if row[10] is not None else None, latest=row[12], received_at=row[13],
            record=_json(row[14]), state=_json(row[15]), state_version=row[16] or 0, state_received_at=row[17],
        )
        for row in rows
    ]  # fmt: skip


def _json(value: Any) -> dict[str, Any]:
    found = json.loads(value) if isinstance(value, str) else value
    return found if isinstance(found, dict) else {}


def readings(
    since: Sequence[tuple[int, datetime]], *, until: datetime, areas: str = "", most: int = 200_000
) -> Iterator[tuple[int, Reading]]:
    """Readings of several streams from a moment of each (included) to ``until`` (not), by stream and time; at most ``most``.

    ``areas`` names the register whose areas decide whether a thing was inside. Days that are archived are not among them.
    """
    if not since:
        return
    sql = _READINGS.format(inside=_INSIDE if areas else "true") + " LIMIT %(most)s"
    given: dict[str, Any] = {
        "streams": [stream for stream, _ in since], "since": [time for _, time in since], "least": min(time for _, time in since),
        "until": until, "tenant": require_tenant_id(), "areas": areas, "most": most,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        while rows := cursor.fetchmany(5000):
            for stream, time, result, quality, received_at, inside in rows:
                yield stream, Reading(Sample(time, result, quality == GOOD, inside), received_at)
