"""A city with air, a river, a canal and lamps for the tests of its public pages, with readings up to this hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from nakhon.citydata.sensors import ingest
from nakhon.citydata.sensors.making import ThingSpec, make_things, point
from nakhon.citydata.sensors.models import Datastream, SensorKind, Thing
from nakhon.kernel.context import Context
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.text import Text
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.registers.stage import define

AIR = """\
kind: sensor
id: air-station
name: {th: สถานีวัดอากาศ, en: Air station}
streams:
  pm25: {name: {th: ฝุ่น PM2.5, en: PM2.5}, unit: ug/m3, decimals: 1, every: 1h}
  battery: {name: {th: แบตเตอรี่, en: Battery}, unit: "%", role: battery}
access: {see: [public]}
silence: 3h
page: {compute: air.thai_aqi}
"""
RIVER = """\
kind: sensor
id: river-gauge
name: {th: สถานีวัดระดับน้ำ, en: River gauge}
streams:
  level: {name: {th: ระดับน้ำ, en: Water level}, unit: m, decimals: 2, every: 15m}
access: {see: [public]}
silence: 3h
page: {compute: water.river_level}
"""
CANAL = """\
kind: sensor
id: canal
name: {th: จุดวัดคุณภาพน้ำ, en: Water quality point}
streams:
  do: {name: {th: ออกซิเจนละลาย, en: Dissolved oxygen}, unit: mg/L, decimals: 1, every: 1h}
access: {see: [public]}
silence: 3h
page: {compute: water.surface_class}
"""
SECRET = """\
kind: sensor
id: pump
name: {th: เครื่องสูบน้ำ, en: Pump}
streams:
  power: {name: {th: กำลังไฟ, en: Power}, unit: W}
access: {see: [officer]}
"""


def hour(back: int = 0) -> datetime:
    """The beginning of this hour, or of one before it."""
    return timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=back)


def system(city: Organisation) -> Context:
    return make.ctx(city, "admin", now=timezone.now())


def station(
    city: Organisation, kind: str, th: str, en: str, *, lon: float = 100.06, lat: float = 9.53, **properties: Any
) -> Thing:
    ctx = system(city)
    with act_in(ctx):
        row = SensorKind.objects.get(key=kind)
        return make_things(ctx, row, [ThingSpec(en, Text(th, en), point(lon, lat), properties=properties)])[0]


def measure(city: Organisation, thing: Thing, code: str, values: dict[datetime, float]) -> int:
    """Store readings of a thing's stream; returns the stream's number."""
    with act_in(system(city)):
        stream = Datastream.objects.get(thing=thing, code=code)
    stored = ingest.store(city.tenant_id, [ingest.Reading(stream.pk, at, value) for at, value in values.items()])
    assert not stored.refused and stored.inserted == len(values)
    return int(stream.number)


def steady(value: float, hours: int = 24, *, until: int = 0) -> dict[datetime, float]:
    """The same value in each of the hours that end ``until`` hours ago."""
    return {hour(back): value for back in range(until, until + hours)}


__all__ = ["SECRET", "define", "hour", "measure", "station", "steady", "system", "with_kinds"]


def with_kinds(city: Organisation, *more: str) -> None:
    define(city, AIR, RIVER, CANAL, *more)
