"""The air of a station from its hourly and daily means: the Thai index of now, NowCast beside it, and the index of past days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nakhon.citydata.sensors.types import Point
from nakhon.knowledge.air import (
    POLLUTANTS,
    AirQuality,
    NowCast,
    SubIndex,
    WindowMean,
    air_quality,
    aqi_table,
    nowcast,
    sub_index,
    window_mean,
)
from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.legal import NoRuleInForce
from nakhon.knowledge.units import UnitsError, convert

HOURS = 24
LATE_HOURS = 2
"""How many hours the newest reading may lag behind before there is no index of now."""

Hourly = Mapping[datetime, float]


@dataclass(frozen=True, slots=True)
class Mean:
    """One pollutant's mean over the hours of the index: ``value`` None where too few hours were measured."""

    pollutant: str
    window: WindowMean
    unit: str
    index: SubIndex | None


@dataclass(frozen=True, slots=True)
class AirNow:
    """A station's air. ``until`` is the hour that the means end with; ``quality`` None where no pollutant has enough hours.

    ``estimate`` and ``estimate_index`` are NowCast of PM2.5 and what index that would be: never the official index.
    """

    until: datetime
    quality: AirQuality | None
    means: tuple[Mean, ...]
    estimate: NowCast | None
    estimate_index: SubIndex | None

    def mean(self, pollutant: str) -> Mean | None:
        return next((one for one in self.means if one.pollutant == pollutant), None)


def hourly_of(points: Iterable[Point], pollutant: str, unit: str, on: date) -> dict[datetime, float]:
    """The hourly means in the unit of the index. A mean below zero is a fault of the instrument and counts as missing.

    Raises ``UnitsError`` for a unit that cannot be converted.
    """
    table = aqi_table(pollutant, on)
    good = [(one.time, one.result) for one in points if one.result is not None and one.result >= 0]
    if not unit or unit == table.unit:
        return dict(good)
    substance = None if pollutant.startswith("pm") else pollutant
    return {at: float(convert(value, unit, table.unit, substance=substance)) for at, value in good}


def this_hour(now: datetime) -> datetime:
    """The beginning of the hour in Bangkok, whose hours are those of UTC."""
    return now.replace(minute=0, second=0, microsecond=0)


def air_now(hourly: Mapping[str, Hourly], now: datetime) -> AirNow | None:
    """The index from hourly means by pollutant, each in the unit of the index. None where nothing came in the last hours."""
    ends = [this_hour(now) - timedelta(hours=late) for late in range(LATE_HOURS + 1)]
    until = next((end for end in ends if any(end in means for means in hourly.values())), None)
    if until is None:
        return None
    on = in_bangkok(until).date()
    means = tuple(_mean(code, hourly[code], until, on) for code in POLLUTANTS if hourly.get(code))
    enough = {one.pollutant: one.window.value for one in means if one.window.value is not None}
    quality = air_quality(enough, on) if enough else None
    fine = hourly.get("pm25", {})
    estimate = nowcast([fine.get(until - timedelta(hours=age)) for age in range(12)]) if fine else None
    return AirNow(until, quality, means, estimate, sub_index("pm25", estimate.value, on) if estimate else None)


def _mean(code: str, values: Hourly, until: datetime, on: date) -> Mean:
    table = aqi_table(code, on)
    hours = [values.get(until - timedelta(hours=age)) for age in range(table.hours)]
    window = window_mean(hours, hours=table.hours, on=on)
    index = sub_index(code, window.value, on) if window.value is not None else None
    return Mean(code, window, table.unit, index)


def index_of_hours(values: Hourly, pollutant: str, hours: Sequence[datetime]) -> list[tuple[datetime, SubIndex | None]]:
    """The index of one pollutant at each of ``hours``: from the mean of the hours that end with it, None where too few."""
    return [(at, _mean(pollutant, values, at, in_bangkok(at).date()).index) for at in hours]


def index_of_day(point: Point, unit: str, every: int | None) -> tuple[date, SubIndex | None]:
    """The index of PM2.5 of one day of Bangkok, from the day's mean; None where under three quarters of the day was measured.

    ``every`` is how often the stream is measured, in seconds (an hour where it is not told).
    """
    day = in_bangkok(point.time).date()
    due = 86_400 / (every or 3600)
    if point.result is None or point.result < 0 or point.good < 0.75 * due:
        return day, None
    try:
        return day, sub_index("pm25", point.result, day, unit=unit or None)
    except (NoRuleInForce, UnitsError):
        return day, None
