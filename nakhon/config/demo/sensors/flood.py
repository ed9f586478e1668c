"""Rain and water of three made-up stations at Hat Yai: storms come with the north-east monsoon, and run down the canal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from nakhon.config.demo.sensors.chance import season, share, smooth
from nakhon.config.demo.sensors.shapes import File, Life, Series, Value, told_rows

_EPOCH_HOURS = 72
_REMEMBERED = 5
"""A storm's water has run off after so many spans of three days."""
_DELAY = {"1": 3.0, "2": 8.0, "3": 12.0}
_ROOM = {"1": 1.15, "2": 1.0, "3": 0.75}


@lru_cache(maxsize=4096)
def _storm(number: int) -> tuple[float, float, float] | None:
    """Of a span of three days: when its storm begins (hours since 1970), how strong it is (0 to 1), how many hours it lasts."""
    begin = number * _EPOCH_HOURS + 60 * share("storm", number, "begin")
    wet = 0.25 + 0.75 * season(datetime.fromtimestamp(begin * 3600).astimezone(), 325, 45)
    if share("storm", number) > 0.35 + 0.5 * wet:
        return None
    return begin, wet * share("storm", number, "strength") ** 1.6, 5 + 20 * share("storm", number, "hours")


def _storms(at: datetime) -> Iterator[tuple[float, float, float]]:
    """Hours since the beginning, strength and length of the storms that still matter."""
    now = at.timestamp() / 3600
    this = int(now // _EPOCH_HOURS)
    for number in range(this - _REMEMBERED, this + 1):
        storm = _storm(number)
        if storm is not None and storm[0] <= now:
            yield now - storm[0], storm[1], storm[2]


def rain(key: str, data: Mapping[str, Any], at: datetime) -> float | None:
    """Millimetres in the quarter of an hour that ends."""
    total = 0.0
    for age, strength, length in _storms(at):
        if age < length:
            shape = math.sin(math.pi * age / length)
            total += 6.0 * strength * shape * max(0.0, 0.7 + 0.8 * smooth(f"{key}-rain", at, 1.5))
    return round(total, 1) if total >= 0.1 else 0.0


def level(key: str, data: Mapping[str, Any], at: datetime) -> float | None:
    """Metres: it rises within hours of a storm and falls over days."""
    place = key[-1]
    bed, bank = float(data.get("bed", 0)), float(data.get("bank", 7))
    depth = (bank - bed) * (0.24 + 0.10 * season(at, 330, 50))
    for age, strength, length in _storms(at):
        since = age - _DELAY[place]
        if since > 0:
            rise = 1 - math.exp(-since / (length * 0.45 + 2))
            depth += (bank - bed) * 0.75 * _ROOM[place] * strength * rise * math.exp(-max(0.0, since - length) / 40)
    return round(min(bed + depth + 0.03 * smooth(key, at, 2), bank + 0.8), 2)


QUARTER = timedelta(minutes=15)


def _quarterly(code: str, value: Value) -> Series:
    return Series("water-level", code, QUARTER, timedelta(days=14), timedelta(days=120), value)


LIFE = Life(
    slug="hatyai",
    solution="flood-watch",
    rows=lambda now: {"level-station": told_rows("flood-watch", "stations.yaml")},
    series=(_quarterly("level", level), _quarterly("rain", rain)),
    files=(
        File(
            "past-water-levels",
            "rangsit-canal-level-2564.csv",
            "คลองในเทศบาลนครรังสิต 27 ก.ย. - 19 ต.ค. 2564 (ข้อมูลจริง · เทศบาลนครรังสิต รวบรวมโดย xerodotc/rangsitcity-waterlevel, MIT)",
            "A canal in Rangsit, 27 September to 19 October 2021 (real · Rangsit municipality, by xerodotc/rangsitcity-waterlevel, MIT)",
        ),
    ),
    watches=("level-warning", "level-critical", "level-rising"),
    tried=("level-warning", "level-critical", "level-rising"),
)
