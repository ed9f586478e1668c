"""Sets the stage for tests of the sensors: a kind of station, its things and streams, through the room's own code."""

from __future__ import annotations

from typing import Any

from nakhon.citydata.sensors.making import ThingSpec, keep_true, make_things, point
from nakhon.citydata.sensors.models import Datastream, SensorKind, Thing
from nakhon.kernel.context import Context
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.text import Text

AIR: dict[str, Any] = {
    "streams": {
        "pm25": {
            "name": {"th": "ฝุ่น PM2.5", "en": "PM2.5"}, "unit": "ug/m3", "observed": "pm25", "decimals": 1,
            "valid": {"min": 0, "max": 1000}, "every": "1h", "aggregate": "mean",
        },
        "battery": {"name": {"th": "แบตเตอรี่", "en": "Battery"}, "unit": "%", "role": "battery"},
    },
    "access": {"see": ["public"]},
    "silence": "3h",
    "retention": {"raw": "400d"},
}  # fmt: skip


def kind(ctx: Context, key: str = "air-station", body: dict[str, Any] | None = None) -> SensorKind:
    with act_in(ctx):
        row = SensorKind.objects.create(
            key=key, name_th="สถานีวัดอากาศ", name_en="Air station", body=body or AIR, changed_at=ctx.now
        )
        keep_true(ctx, row)
        return row


def things(ctx: Context, row: SensorKind, amount: int = 1) -> list[Thing]:
    with act_in(ctx):
        return make_things(
            ctx, row,
            [ThingSpec(f"t{i}", Text(f"สถานี {i}", f"Station {i}"), point(100 + i / 1000, 9.5)) for i in range(amount)],
        )  # fmt: skip


def stream(ctx: Context, thing: Thing, code: str = "pm25") -> Datastream:
    with act_in(ctx):
        return Datastream.objects.get(thing=thing, code=code)
