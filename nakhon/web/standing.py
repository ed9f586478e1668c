"""How a station stands now: its chief value, the level that it means, how fresh it is. The words come from ``knowledge``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from nakhon.citydata.sensors.queries.many import buckets_of_many, properties_of_many
from nakhon.citydata.sensors.types import KindRow, Point, StreamRow, ThingRow
from nakhon.kernel.context import Context
from nakhon.knowledge.air import POLLUTANTS
from nakhon.knowledge.air_levels import AirLevel
from nakhon.knowledge.bands import Band
from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.digits import format_number
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.heat import heat_band, heat_index
from nakhon.knowledge.text import Text
from nakhon.knowledge.units import UnitsError, convert, unit
from nakhon.knowledge.water import PARAMETERS, SurfaceClass, oxygen_band, river_level, surface_class
from nakhon.web.air_index import HOURS, LATE_HOURS, AirNow, air_now, hourly_of, this_hour

AIR, WATER, RIVER, HEAT = "air.thai_aqi", "water.surface_class", "water.river_level", "heat.index"
SILENCE = 3 * 3600
"""Seconds after which values are called old where the kind of station does not say."""
SAMPLE = timedelta(days=1)
"""Values of water that lie within this of the newest one are one sample."""


@dataclass(frozen=True, slots=True)
class Level:
    """What a value means. ``tone`` names the colour (``air-1``..``air-5``, ``band-0``..``band-3``); the words always stand beside it."""

    code: str
    tone: str
    rank: int
    name: Text
    general: Text | None = None
    sensitive: Text | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A value as it is shown: ``shown`` with its decimals, ``unit`` as people read it, when it was measured."""

    name: Text
    shown: str
    unit: str
    time: datetime | None
    stream: int | None = None
    quality: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A station now. ``fresh`` is False when it is silent or its newest value is old; then there is no ``level`` of now."""

    thing: ThingRow
    compute: str
    fresh: bool
    time: datetime | None
    figure: Figure | None
    level: Level | None
    values: tuple[Figure, ...] = ()
    air: AirNow | None = None
    surface: SurfaceClass | None = None
    percent: Decimal | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tone(self) -> str:
        return self.level.tone if self.level is not None and self.fresh else "none"


def standings(
    ctx: Context,
    things: Sequence[ThingRow],
    kinds: Mapping[str, KindRow],
    properties: Mapping[int, Mapping[str, Any]] | None = None,
) -> list[Standing]:
    """How each thing stands, in their order; at most four more queries however many there are."""
    told = (
        properties_of_many(ctx, numbers=[one.number for one in things])
        if properties is None and things
        else properties or {}
    )
    wanted = [
        stream.id
        for one in things
        if kinds[one.kind].compute == AIR
        for stream in one.streams
        if stream.observed in POLLUTANTS
    ]
    end = this_hour(ctx.now) + timedelta(hours=1)
    hours: dict[int, list[Point]] = {}
    if wanted:
        since = end - timedelta(hours=HOURS + LATE_HOURS + 1)
        hours = buckets_of_many(ctx, streams=wanted, since=since, until=end, grain="1h")
    return [_standing(ctx.now, one, kinds[one.kind], hours, told.get(one.number, {})) for one in things]


def _standing(
    now: datetime, thing: ThingRow, kind: KindRow, hours: Mapping[int, list[Point]], properties: Mapping[str, Any]
) -> Standing:
    shown = in_order(thing.streams)
    time = max((one.time for one in shown if one.time), default=None)
    silence = _seconds(kind.body["silence"]) if kind.body.get("silence") else _patience(shown)
    fresh = time is not None and thing.silent_since is None and now - time <= timedelta(seconds=silence)
    base: dict[str, Any] = {
        "thing": thing, "compute": kind.compute, "fresh": fresh, "time": time, "properties": properties,
        "values": tuple(figure(one) for one in shown if one.time), "figure": None, "level": None,
    }  # fmt: skip
    read = {AIR: _air, WATER: _water, RIVER: _river, HEAT: _heat}.get(kind.compute)
    if read is not None and fresh:
        # A value that no rule takes (a negative one, say) is shown as it is, without a level.
        with suppress(KnowledgeError):
            base |= read(now, shown, hours, properties)
    if base["figure"] is None and base["values"]:
        base["figure"] = base["values"][0]
    return Standing(**base)


_LENGTHS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def _seconds(span: str) -> float:
    return float(int(span[:-1]) * _LENGTHS[span[-1]])


def _patience(streams: Sequence[StreamRow]) -> float:
    """Three times the longest interval at which the station measures, three hours at least."""
    return max([3.0 * one.every for one in streams if one.every] + [SILENCE])


def figure(stream: StreamRow) -> Figure:
    """A stream's latest reading as it is shown."""
    return Figure(
        stream.name,
        shown(stream, stream.result, stream.value),
        symbol(stream.unit),
        stream.time,
        stream.number,
        stream.quality,
    )


def shown(stream: StreamRow, result: float | None, value: Any = None) -> str:
    """A number with the stream's decimals (at most 2 where it tells none); a value that is no number as text."""
    if result is None:
        return "–" if value is None else str(value)
    decimals = stream.decimals if stream.decimals is not None else (0 if float(result).is_integer() else 2)
    return format_number(Decimal(repr(float(result))), decimals=decimals)


def symbol(code: str) -> str:
    """The unit as people read it: µg/m³ for ug/m3; a code that is not known as it is."""
    if not code:
        return ""
    try:
        return unit(code).symbol
    except UnitsError:
        return code


def air_level(level: AirLevel) -> Level:
    return Level(level.code, f"air-{level.rank}", level.rank, level.name, level.general, level.sensitive)


def band_level(band: Band) -> Level:
    return Level(band.code, f"band-{min(band.severity, 3)}", band.severity, band.name, band.advice)


def class_level(found: SurfaceClass) -> Level:
    name = Text(f"ประเภทที่ {found.value}", f"Class {found.value}")
    return Level(f"class-{found.value}", f"band-{found.value - 2}", found.value, name, found.name)


_FIRST = {code: place for place, code in enumerate([*POLLUTANTS, *PARAMETERS, "level", "temperature", "humidity"])}


def in_order(streams: Sequence[StreamRow]) -> list[StreamRow]:
    """The streams that people look at, chief ones first: a definition does not keep the order in which it names them."""
    shown = [one for one in streams if one.active and not one.role]
    return sorted(shown, key=lambda one: (_FIRST.get(one.observed, len(_FIRST)), one.number))


def hourly(
    streams: Sequence[StreamRow], hours: Mapping[int, list[Point]], on: date
) -> dict[str, dict[datetime, float]]:
    """A station's hourly means by pollutant, in the units of the index; a stream in a unit that does not fit is left out."""
    found: dict[str, dict[datetime, float]] = {}
    for one in streams:
        if one.observed in POLLUTANTS and hours.get(one.id):
            try:
                found[one.observed] = hourly_of(hours[one.id], one.observed, one.unit, on)
            except KnowledgeError:
                continue
    return found


def _air(
    now: datetime, streams: Sequence[StreamRow], hours: Mapping[int, list[Point]], _: Mapping[str, Any]
) -> dict[str, Any]:
    air = air_now(hourly(streams, hours, in_bangkok(now).date()), now)
    if air is None or air.quality is None:
        return {"air": air}
    name = Text("ดัชนีคุณภาพอากาศ (AQI)", "Air quality index (AQI)")
    return {"air": air, "figure": Figure(name, air.quality.text, "", air.until), "level": air_level(air.quality.level)}


def sample_of(streams: Sequence[StreamRow]) -> dict[str, Decimal]:
    """The newest values of the parameters of the classes of water, in their units, of good quality and near in time."""
    rows = [
        one
        for one in streams
        if one.observed in PARAMETERS and one.time and one.result is not None and one.quality == 0
    ]
    newest = max((one.time for one in rows if one.time), default=None)
    return {
        one.observed: convert(one.result, one.unit, PARAMETERS[one.observed][1])
        if one.unit
        else Decimal(repr(one.result))
        for one in rows
        if newest is not None and one.time is not None and one.result is not None and newest - one.time <= SAMPLE
    }


def _water(now: datetime, streams: Sequence[StreamRow], _: Any, __: Mapping[str, Any]) -> dict[str, Any]:
    sample = sample_of(streams)
    if not sample:
        return {}
    on = in_bangkok(now).date()
    found = surface_class(sample, on)
    oxygen = next((one for one in streams if one.observed == "do" and "do" in sample), None)
    level = class_level(found)
    if oxygen is not None:
        # Citizens read oxygen in words; the class stands beside it on the station's page.
        level = band_level(oxygen_band(sample["do"], on))
    return {"surface": found, "level": level, "figure": figure(oxygen) if oxygen else None}


def gauge(streams: Sequence[StreamRow]) -> StreamRow | None:
    """The stream that tells the water's level."""
    return next((one for one in streams if one.unit in ("m", "m[MSL]") and one.result is not None), None)


def _river(now: datetime, streams: Sequence[StreamRow], _: Any, properties: Mapping[str, Any]) -> dict[str, Any]:
    level = gauge(streams)
    if level is None or level.result is None:
        return {}
    found: dict[str, Any] = {"figure": figure(level)}
    marks: dict[str, Any] = {
        name: float(properties[name])
        for name in ("bed", "bank", "warning", "critical")
        if _is_number(properties.get(name))
    }
    if level.quality == 0 and {"bed", "bank"} <= marks.keys():
        river = river_level(level.result, on=in_bangkok(now).date(), **marks)
        found |= {"level": band_level(river.band), "percent": river.percent}
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _heat(now: datetime, streams: Sequence[StreamRow], _: Any, __: Mapping[str, Any]) -> dict[str, Any]:
    by = {one.observed: one for one in streams if one.result is not None and one.quality == 0}
    air, moist = by.get("temperature"), by.get("humidity")
    if air is None or moist is None or air.result is None or moist.result is None:
        return {}
    index = heat_index(air.result, moist.result)
    name = Text("ดัชนีความร้อน", "Heat index")
    return {
        "figure": Figure(name, format_number(index, decimals=1), "°C", air.time),
        "level": band_level(heat_band(index, in_bangkok(now).date())),
    }
