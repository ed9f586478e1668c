"""The Thai air quality index by the table of the day, its levels in words and colours, means that hold enough hours, NowCast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from nakhon.knowledge.air_levels import LEVELS, AirLevel
from nakhon.knowledge.digits import Number, exact, round_half_up
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.legal import EffectiveRow, packaged_rows, select
from nakhon.knowledge.text import Text
from nakhon.knowledge.units import convert

# Codes of the pollutants of the index, in the order in which ties are told.
POLLUTANTS: dict[str, Text] = {
    "pm25": Text("ฝุ่นละอองขนาดไม่เกิน 2.5 ไมครอน (PM2.5)", "Fine particles (PM2.5)"),
    "pm10": Text("ฝุ่นละอองขนาดไม่เกิน 10 ไมครอน (PM10)", "Particles (PM10)"),
    "o3": Text("ก๊าซโอโซน (O₃)", "Ozone (O₃)"),
    "co": Text("ก๊าซคาร์บอนมอนอกไซด์ (CO)", "Carbon monoxide (CO)"),
    "no2": Text("ก๊าซไนโตรเจนไดออกไซด์ (NO₂)", "Nitrogen dioxide (NO₂)"),
    "so2": Text("ก๊าซซัลเฟอร์ไดออกไซด์ (SO₂)", "Sulphur dioxide (SO₂)"),
}
NOWCAST_LABEL = Text(
    "NowCast: ค่าประมาณปัจจุบันตามวิธีของ US EPA ไม่ใช่ค่าเฉลี่ย 24 ชั่วโมงที่ใช้คำนวณ AQI ทางการของไทย",
    "NowCast: an estimate of the present by the method of the US EPA, not the 24-hour mean of the official Thai AQI",
)


class AirError(KnowledgeError):
    """A pollutant or reading that the index does not take."""


@dataclass(frozen=True, slots=True)
class PollutantTable:
    """One pollutant's bands: ``upper[i]`` is the top concentration of the band that ends at ``index[i]``, in ``unit``."""

    unit: str
    hours: int
    decimals: int
    upper: tuple[Decimal, ...]
    index: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SubIndex:
    """One pollutant's index. ``concentration`` is rounded as the table says, in ``unit``.

    Above the table ``open_ended`` is True, ``value`` is one more than the last index (201) and ``text`` shows "201+".
    """

    pollutant: str
    concentration: Decimal
    unit: str
    value: int
    open_ended: bool
    weight: Decimal

    @property
    def text(self) -> str:
        return f"{self.value}+" if self.open_ended else str(self.value)

    @property
    def level(self) -> AirLevel:
        return level_of(self.value)


@dataclass(frozen=True, slots=True)
class AirQuality:
    """A station's index: the highest sub-index and the ``main`` pollutant that made it. ``row_id`` is the table's."""

    value: int
    open_ended: bool
    main: str
    sub_indices: tuple[SubIndex, ...]
    row_id: str

    @property
    def text(self) -> str:
        return f"{self.value}+" if self.open_ended else str(self.value)

    @property
    def level(self) -> AirLevel:
        return level_of(self.value)

    @property
    def main_name(self) -> Text:
        return POLLUTANTS[self.main]


@dataclass(frozen=True, slots=True)
class WindowMean:
    """A mean over hours: ``value`` is None unless ``valid`` hours reach ``needed``."""

    value: Decimal | None
    valid: int
    needed: int
    hours: int

    @property
    def sufficient(self) -> bool:
        return self.value is not None


@dataclass(frozen=True, slots=True)
class NowCast:
    """``value`` to one decimal; ``weight`` is the factor w by which each older hour counts less. Show ``label`` beside it."""

    value: Decimal
    weight: Decimal
    label: Text = NOWCAST_LABEL


def aqi_table(pollutant: str, on: date, rows: Iterable[EffectiveRow] | None = None) -> PollutantTable:
    """The bands of ``pollutant`` in force on ``on``. Raises ``AirError``, ``NoRuleInForce`` before 2018.

    Source: PCD notice on the Thai air quality index B.E. 2566; the index of 2018 before it (``data/air-quality.yaml``).
    """
    return _table(_row(on, rows), pollutant)


def sub_index(
    pollutant: str,
    concentration: Number,
    on: date,
    *,
    unit: str | None = None,
    rows: Iterable[EffectiveRow] | None = None,
) -> SubIndex:
    """One pollutant's index from its mean concentration (24 h for particles, 8 h for O₃ and CO, 1 h for NO₂ and SO₂).

    ``unit`` is a UCUM code, by default the table's; gases convert at 25 °C and 1 atm. The concentration is first rounded half
    up to the table's decimals, so that no value falls between two bands; the index is rounded half up. Above the last band it
    stays open, "201+". Raises ``AirError`` for an unknown pollutant or a negative value. Source: as ``aqi_table``.
    """
    return _sub_index(_row(on, rows), pollutant, concentration, unit)


def air_quality(
    concentrations: Mapping[str, Number], on: date, *, rows: Iterable[EffectiveRow] | None = None
) -> AirQuality:
    """A station's index from mean concentrations in the table's units: the highest sub-index, and which pollutant made it.

    Of several at the top the one deepest into its band is the main one; above the table, the one furthest beyond its last
    band. Raises ``AirError`` if no pollutant is given, or as ``sub_index``. Source: as ``aqi_table``.
    """
    row = _row(on, rows)
    found = tuple(_sub_index(row, code, value, None) for code, value in concentrations.items())
    if not found:
        raise AirError(
            "air.nothing",
            Text("ไม่มีค่ามลพิษให้คำนวณดัชนี", "There is no pollutant to compute the index from"),
            Text("ส่งค่าเฉลี่ยของมลพิษอย่างน้อยหนึ่งชนิด", "Give the mean of at least one pollutant"),
        )
    order = list(POLLUTANTS)
    top = max(found, key=lambda one: (one.value, one.weight, -order.index(one.pollutant)))
    ordered = tuple(sorted(found, key=lambda one: order.index(one.pollutant)))
    return AirQuality(top.value, top.open_ended, top.pollutant, ordered, row.id)


def level_of(value: int) -> AirLevel:
    """The level of an index, 0 upwards. Raises ``AirError`` below 0. Source: PCD notice B.E. 2566, five levels."""
    if value < 0:
        raise _negative()
    return next(level for level in LEVELS if level.highest is None or value <= level.highest)


def window_mean(
    hourly: Sequence[Number | None], *, hours: int, on: date, rows: Iterable[EffectiveRow] | None = None
) -> WindowMean:
    """Mean of one window of hourly readings, None for a missing hour. Fewer entries than ``hours`` count as missing hours.

    The mean exists only with 75 % of the hours: 18 of 24, 6 of 8. It is not rounded. Raises ``AirError`` for a negative
    reading or more entries than hours. Source: PCD practice (``data/air-quality.yaml``, air.sufficient_percent).
    """
    if hours < 1 or len(hourly) > hours:
        raise AirError(
            "air.window",
            Text("จำนวนค่ารายชั่วโมงมากกว่าช่วงเวลาที่เฉลี่ย", "There are more hourly readings than hours to average"),
            Text(f"ส่งไม่เกิน {hours} ค่า", f"Give at most {hours} readings"),
        )
    percent = exact(select(_rows(rows), "air.sufficient_percent", on).value)
    needed = max(1, int((percent * hours / 100).to_integral_value(rounding="ROUND_CEILING")))
    valid = [_reading(value) for value in hourly if value is not None]
    mean = sum(valid, Decimal(0)) / len(valid) if len(valid) >= needed else None
    return WindowMean(mean, len(valid), needed, hours)


def rolling_means(
    oldest_first: Sequence[Number | None], *, hours: int, on: date, rows: Iterable[EffectiveRow] | None = None
) -> tuple[WindowMean, ...]:
    """For each hour the mean of the ``hours`` that end with it; the readings are hourly, without gaps, None where missing.

    Raises ``AirError`` as ``window_mean``. Source: as ``window_mean``; the index uses the 24-hour rolling mean.
    """
    return tuple(
        window_mean(oldest_first[max(0, end - hours) : end], hours=hours, on=on, rows=rows)
        for end in range(1, len(oldest_first) + 1)
    )


def nowcast(newest_first: Sequence[Number | None]) -> NowCast | None:
    """NowCast of particles from hourly readings, the newest first, None where missing; only the newest 12 count.

    None unless two of the newest three hours have a reading. w = max(lowest / highest, 0.5); each hour weighs w to the power of its
    age, and a missing hour keeps its place. Not for O₃, whose NowCast is another method. Raises ``AirError`` for a negative reading.
    Source: US EPA, NowCast for particulate matter (2013).
    """
    hours = [None if value is None else _reading(value) for value in newest_first[:12]]
    if sum(value is not None for value in hours[:3]) < 2:
        return None
    present = [value for value in hours if value is not None]
    highest = max(present)
    weight = max(min(present) / highest, Decimal("0.5")) if highest else Decimal(1)
    weighted = [(weight**age, value) for age, value in enumerate(hours) if value is not None]
    total = sum((w * value for w, value in weighted), Decimal(0)) / sum((w for w, _ in weighted), Decimal(0))
    return NowCast(round_half_up(total, 1), weight)


def _rows(rows: Iterable[EffectiveRow] | None) -> Iterable[EffectiveRow]:
    return packaged_rows("air-quality") if rows is None else rows


def _row(on: date, rows: Iterable[EffectiveRow] | None) -> EffectiveRow:
    return select(_rows(rows), "air.aqi", on)


def _table(row: EffectiveRow, pollutant: str) -> PollutantTable:
    tables: Mapping[str, Any] = row.value["pollutants"]
    if pollutant not in tables or pollutant not in POLLUTANTS:
        known = ", ".join(tables)
        raise AirError(
            "air.pollutant",
            Text("ดัชนีคุณภาพอากาศไม่ใช้สารมลพิษชนิดนี้", "The air quality index does not use this pollutant"),
            Text(f"ใช้รหัสหนึ่งในนี้: {known}", f"Use one of these codes: {known}"),
        )
    table = tables[pollutant]
    upper = tuple(exact(Decimal(str(value))) for value in table["upper"])
    return PollutantTable(table["unit"], table["hours"], table["decimals"], upper, tuple(row.value["index"]))


def _sub_index(row: EffectiveRow, pollutant: str, concentration: Number, unit: str | None) -> SubIndex:
    table = _table(row, pollutant)
    given = _reading(concentration)
    if unit is not None:
        given = convert(given, unit, table.unit, substance=None if pollutant.startswith("pm") else pollutant)
    value = round_half_up(given, table.decimals)
    step = Decimal(1).scaleb(-table.decimals)
    low_c, low_i = Decimal(0), 0
    for high_c, high_i in zip(table.upper, table.index, strict=True):
        if value <= high_c:
            raw = (high_i - low_i) / (high_c - low_c) * (value - low_c) + low_i
            return SubIndex(pollutant, value, table.unit, int(round_half_up(raw, 0)), False, raw)
        low_c, low_i = high_c + step, high_i + 1
    return SubIndex(pollutant, value, table.unit, low_i, True, value / table.upper[-1])


def _reading(value: Number) -> Decimal:
    number = exact(value)
    if number < 0:
        raise _negative()
    return number


def _negative() -> AirError:
    return AirError(
        "air.negative",
        Text("ค่ามลพิษติดลบไม่ได้", "A pollutant's reading cannot be negative"),
        Text("ตรวจเครื่องวัด และตัดค่านี้ออกก่อนคำนวณค่าเฉลี่ย", "Check the sensor, and leave this reading out of the mean"),
    )
