"""The kinds of definition that the sensors own: sensor and feed."""

from __future__ import annotations

from collections.abc import Iterable

from nakhon.citydata.sensors import applying
from nakhon.citydata.sensors.permissions import DEFINE
from nakhon.citydata.sensors.shapes import FeedDefinition, SensorDefinition
from nakhon.kernel.definitions.kinds import Kind, Reference, register_kind
from nakhon.knowledge.text import Text


def _register(body: SensorDefinition) -> Iterable[Reference]:
    if body.things is not None:
        yield Reference("register", body.things.register_, ("things", "register"))


def _sensor(body: FeedDefinition) -> Iterable[Reference]:
    yield Reference("sensor", body.sensor, ("sensor",))


SENSOR = register_kind(Kind(
    name="sensor",
    model=SensorDefinition,
    text=Text("ชนิดสถานีและอุปกรณ์", "Kind of station"),
    about=Text(
        "สิ่งที่วัดหรือรับคำสั่ง: วัดอะไร หน่วยใด ค่าที่เป็นไปได้ เงียบนานเท่าใดจึงเตือน และใครดูได้",
        "What measures or obeys: its properties, units and possible values, how long it may be silent, and who may see it",
    ),
    example="""\
kind: sensor
id: air-station
name: {th: สถานีวัดอากาศ, en: Air station}
streams:
  pm25:
    name: {th: ฝุ่น PM2.5, en: PM2.5}
    unit: ug/m3
    decimals: 1
    valid: {min: 0, max: 1000}
    every: 1h
  battery: {name: {th: แบตเตอรี่, en: Battery}, unit: "%", role: battery}
access: {see: [public]}
silence: 3h
retention: {raw: 400d}
page: {compute: air.thai_aqi}
""",
    permission=DEFINE,
    folder="sensors",
    apply=applying.apply_sensor,
    remove=applying.remove_sensor,
    references=_register,
    holds=applying.sensor_holds,
))  # fmt: skip

FEED = register_kind(Kind(
    name="feed",
    model=FeedDefinition,
    text=Text("แหล่งข้อมูลภายนอก", "Feed"),
    about=Text(
        "ที่อยู่ของหน่วยงานอื่นที่ดึงค่ามาตามเวลา และช่องใดของคำตอบเป็นสถานี เวลา และค่าที่วัด",
        "An address of others that is pulled by the clock, and which fields of its answer are station, time and values",
    ),
    example="""\
kind: feed
id: air4thai
name: {th: กรมควบคุมมลพิษ Air4Thai, en: "Air4Thai, Pollution Control Department"}
url: http://air4thai.pcd.go.th/services/getNewAQI_JSON.php
format: json
every: 1h
sensor: air-station
mapping:
  rows: stations
  thing: stationID
  name_th: nameTH
  name_en: nameEN
  lon: long
  lat: lat
  time: [AQILast.date, AQILast.time]
  time_format: "%Y-%m-%d %H:%M"
streams:
  pm25: {field: AQILast.PM25.value, unit: ug/m3}
only: [35t]
licence: กรมควบคุมมลพิษ (อ้างที่มาเมื่อเผยแพร่)
""",
    permission=DEFINE,
    folder="feeds",
    apply=applying.apply_feed,
    remove=applying.remove_feed,
    references=_sensor,
))  # fmt: skip
