"""Dust and weather of three made-up stations in Nakhon Sawan, with the seasons as they are: burning from January to April."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from nakhon.config.demo.sensors.chance import season, share, smooth, swing
from nakhon.config.demo.sensors.shapes import Life, Series, Value, told_rows
from nakhon.knowledge.dates import in_bangkok

_PLACE = {"roadside": 1.18, "general": 1.0, "school": 0.92}


def _quiet(key: str, at: datetime) -> bool:
    """Stations fail now and then for some hours."""
    day = in_bangkok(at).date()
    return share(key, "quiet", day) < 0.012 and 2 <= in_bangkok(at).hour < 10


def dust(key: str, data: Mapping[str, Any], at: datetime) -> float | None:
    """PM2.5 in µg/m³: some 10 in the rains, 50 and more on many days of February and March."""
    if _quiet(key, at):
        return None
    base = 10 + 42 * season(at, 66, 40) + 14 * season(at, 8, 25)
    weather = math.exp(0.42 * smooth("nsw-air", at, 140) + 0.25 * smooth("nsw-wind", at, 31))
    day = 1 + 0.20 * swing(at, 8) + 0.12 * swing(at, 21, 12)
    own = _PLACE.get(str(data.get("surroundings")), 1.0) * (1 + 0.07 * smooth(key, at, 3))
    return round(max(2.0, base * weather * day * own), 1)


def coarse_dust(key: str, data: Mapping[str, Any], at: datetime) -> float | None:
    fine = dust(key, data, at)
    return None if fine is None else round(fine * (1.55 + 0.15 * smooth(f"{key}-coarse", at, 20)) + 7, 1)


def temperature(key: str, data: Mapping[str, Any], at: datetime) -> float | None:
    if _quiet(key, at):
        return None
    mean = 27.3 + 3.2 * season(at, 110, 50) - 2.4 * season(at, 1, 35)
    return round(mean + 4.6 * swing(at, 14.5) + 1.6 * smooth("nsw-heat", at, 90) + 0.3 * smooth(key, at, 5), 1)


def humidity(key: str, data: Mapping[str, Any], at: datetime) -> float | None:
    warm = temperature(key, data, at)
    if warm is None:
        return None
    wet = 66 + 16 * season(at, 255, 70) - 8 * season(at, 75, 45)
    return float(round(min(99, max(22, wet - 3.1 * (warm - 27.3) + 5 * smooth("nsw-wet", at, 60)))))


def ozone(key: str, data: Mapping[str, Any], at: datetime) -> float | None:
    if _quiet(key, at):
        return None
    sun = max(0.0, swing(at, 14)) ** 1.5
    return float(round(9 + sun * (26 + 22 * season(at, 70, 45)) * (1 + 0.2 * smooth(f"{key}-o3", at, 48))))


def nitrogen(key: str, data: Mapping[str, Any], at: datetime) -> float | None:
    if _quiet(key, at):
        return None
    busy = 6 + 5 * max(0.0, swing(at, 7.5, 12))
    return float(
        round(busy * _PLACE.get(str(data.get("surroundings")), 1.0) * (1 + 0.3 * smooth(f"{key}-no2", at, 20)))
    )


HOUR, YEARS, MONTHS = timedelta(hours=1), timedelta(days=730), timedelta(days=60)


def _hourly(code: str, value: Value, whole: timedelta) -> Series:
    return Series("air-station", code, HOUR, timedelta(days=40), whole, value)


LIFE = Life(
    slug="nakhonsawan",
    solution="clean-air",
    rows=lambda now: {"air-station": told_rows("clean-air", "stations.yaml")},
    series=(
        _hourly("pm25", dust, YEARS),
        _hourly("pm10", coarse_dust, YEARS),
        _hourly("temperature", temperature, MONTHS),
        _hourly("humidity", humidity, MONTHS),
        _hourly("o3", ozone, MONTHS),
        _hourly("no2", nitrogen, MONTHS),
    ),
    watches=("dust-warning", "dust-danger"),
    tried=("dust-warning", "dust-danger"),
)
