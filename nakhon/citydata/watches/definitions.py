"""The kind of definition that watches own: ``watch``."""

from __future__ import annotations

from collections.abc import Iterable

from nakhon.citydata.watches import applying
from nakhon.citydata.watches.permissions import WATCH_DEFINE
from nakhon.citydata.watches.shapes import WatchDefinition
from nakhon.kernel.definitions.kinds import Kind, Reference, register_kind
from nakhon.knowledge.text import Text


def _names(body: WatchDefinition) -> Iterable[Reference]:
    yield Reference("sensor", body.when.sensor, ("when", "sensor"))
    if body.areas:
        yield Reference("register", body.areas, ("when", "inside", "register"))


WATCH = register_kind(Kind(
    name="watch",
    model=WatchDefinition,
    text=Text("กฎเฝ้าระวัง", "Watch"),
    about=Text(
        "เมื่อค่าที่วัดได้เป็นอย่างนี้นานเท่านี้ ให้เปิดการแจ้งเตือน เปิดใช้หลังทดลองกับข้อมูลย้อนหลังแล้ว",
        "When what is measured is so for so long, an alert opens; switched on after a trial on past data",
    ),
    example="""\
kind: watch
id: dust-warning
name: {th: เตือนฝุ่น PM2.5, en: Dust warning}
when: {sensor: air-station, property: pm25, average: 24h, condition: "value > 37.5"}
for: 1h
clear: {condition: "value < 35", for: 30m}
then:
  - alert:
      severity: warning
      text: {th: ฝุ่น PM2.5 เฉลี่ย 24 ชั่วโมงเกินมาตรฐาน, en: The 24-hour mean of PM2.5 is above the standard}
      owner: {unit: environment}
""",
    permission=WATCH_DEFINE,
    folder="watches",
    apply=applying.apply_watch,
    remove=applying.remove_watch,
    references=_names,
))  # fmt: skip
