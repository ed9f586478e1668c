"""Sets the stage for tests of watches: a kind of station, stations, watches by their YAML, readings through the one way in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from nakhon.citydata.sensors.ingest import Reading, Stored, forget_streams, store
from nakhon.citydata.sensors.making import ThingSpec, keep_true, make_things, point
from nakhon.citydata.sensors.models import Datastream, SensorKind
from nakhon.citydata.watches.applying import apply_watch
from nakhon.citydata.watches.live import Turned, turn
from nakhon.citydata.watches.models import Watch
from nakhon.citydata.watches.shapes import WatchDefinition
from nakhon.kernel.context import Context
from nakhon.kernel.definitions.checking import check
from nakhon.kernel.definitions.reader import Source
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.text import Text
from tests import make

STREAMS = {
    "pm25": {
        "name": {"th": "ฝุ่น PM2.5", "en": "PM2.5"},
        "unit": "ug/m3",
        "every": "1h",
        "valid": {"min": 0, "max": 1000},
    },
    "level": {"name": {"th": "ระดับน้ำ", "en": "Level"}, "unit": "m"},
}

DUST = """\
kind: watch
id: dust
name: {th: เตือนฝุ่น, en: Dust}
when: {sensor: air-station, property: pm25, condition: "value > 37.5"}
then: [{alert: {severity: warning, text: {th: ฝุ่นเกิน, en: Too much dust}, owner: {unit: environment}}}]
enabled: true
"""


def stations(ctx: Context, *keys: str, kind: str = "air-station") -> list[int]:
    """Stations with their streams; the keys of their dust streams, in order."""
    with act_in(ctx):
        row = SensorKind.objects.filter(key=kind).first() or SensorKind.objects.create(
            key=kind, name_th="สถานีวัดอากาศ", name_en="Air station", body={"streams": STREAMS}, changed_at=ctx.now
        )
        keep_true(ctx, row)
        things = make_things(
            ctx, row,
            [ThingSpec(key, Text(f"สถานี {key}", f"Station {key}"), point(100 + i / 100, 9.5), properties={"limit": 40})
             for i, key in enumerate(keys)],
        )  # fmt: skip
        forget_streams()
        return [Datastream.objects.get(thing=thing, code="pm25").pk for thing in things]


def body(yaml: str) -> WatchDefinition:
    """The definition in ``yaml``, checked as a stranger's file is."""
    checked = check([Source("watch.yaml", yaml.encode())])
    assert checked.faults == [], checked.faults
    model = checked.documents[0].model
    assert isinstance(model, WatchDefinition)
    return model


def watch(ctx: Context, yaml: str = DUST) -> Watch:
    """The watch of ``yaml``, applied."""
    found = body(yaml)
    stations(ctx)  # their kind, at least
    with act_in(ctx), transaction.atomic():
        apply_watch(ctx, found)
        return Watch.objects.get(key=found.id)


def send(
    ctx: Context,
    stream: int,
    values: Iterable[float | None],
    *,
    start: datetime = make.NOW,
    every: timedelta = timedelta(hours=1),
) -> Stored:
    """One reading an hour from ``start``; None leaves one out."""
    rows = [Reading(stream, start + i * every, v) for i, v in enumerate(values) if v is not None]
    late = max(row.time for row in rows) if rows else start
    return store(replace(ctx, now=max(ctx.now, late)), rows)


def look(ctx: Context, at: datetime | None = None) -> Turned:
    """A turn of the live work, at ``at``."""
    return turn(replace(ctx, now=at or ctx.now))
