"""A stream over the last day, week, month or year: what a chart, a table and a file of it need, with the lines of the standards."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

from nakhon.citydata.sensors.types import GrainName, Point, Series, StreamRow
from nakhon.knowledge import dates
from nakhon.knowledge.air import POLLUTANTS, aqi_table
from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.digits import format_number
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.legal import packaged_rows, select
from nakhon.knowledge.text import Text
from nakhon.knowledge.units import convert
from nakhon.web.standing import shown, symbol


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time that a trend may show, in buckets of ``grain``; ``step`` is a bucket's length."""

    code: str
    name: Text
    length: timedelta
    grain: GrainName
    step: timedelta
    each: Text


_HOURLY, _DAILY = Text("เฉลี่ยรายชั่วโมง", "Hourly means"), Text("เฉลี่ยรายวัน", "Daily means")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPANS: dict[str, Span] = {
    one.code: one
    for one in (
        Span("24h", Text("24 ชั่วโมง", "24 hours"), timedelta(hours=24), "1h", HOUR, _HOURLY),
        Span("7d", Text("7 วัน", "7 days"), timedelta(days=7), "1h", HOUR, _HOURLY),
        Span("30d", Text("30 วัน", "30 days"), timedelta(days=30), "1d", DAY, _DAILY),
        Span("1y", Text("1 ปี", "1 year"), timedelta(days=365), "1d", DAY, _DAILY),
    )
}
_EACH: dict[str, Text] = {
    "sum": Text("ผลรวม", "Sums"),
    "max": Text("ค่าสูงสุด", "Greatest values"),
    "min": Text("ค่าต่ำสุด", "Least values"),
    "last": Text("ค่าสุดท้าย", "Last values"),
}


def bounds(span: Span, now: datetime) -> tuple[datetime, datetime]:
    """From when until when the buckets of a span begin: whole hours, or whole days of Bangkok, the present one among them."""
    local = in_bangkok(now).replace(minute=0, second=0, microsecond=0)
    until = (local.replace(hour=0) if span.step == DAY else local) + span.step
    return until - span.length, until


@dataclass(frozen=True, slots=True)
class Line:
    """A level that the chart marks: a standard, a bank. ``source`` says whose it is."""

    name: Text
    value: float
    tone: str
    source: str = ""


def lines_for(stream: StreamRow, on: datetime, properties: Mapping[str, Any] | None = None) -> list[Line]:
    """The lines that belong to what the stream measures, in its unit; none where no rule is known for it."""
    try:
        return _air(stream, on) or _water(stream, on) or _river(stream, properties or {})
    except KnowledgeError:
        return []


def _air(stream: StreamRow, on: datetime) -> list[Line]:
    if stream.observed not in POLLUTANTS:
        return []
    table = aqi_table(stream.observed, in_bangkok(on).date())
    limit = table.upper[2]
    if stream.unit and stream.unit != table.unit:
        substance = None if stream.observed.startswith("pm") else stream.observed
        limit = convert(limit, table.unit, stream.unit, substance=substance)
    rows = select(packaged_rows("air-quality"), "air.aqi", in_bangkok(on).date())
    name = Text(
        f"เฉลี่ย {table.hours} ชม. เกินนี้เริ่มมีผลต่อสุขภาพ", f"Above this as a {table.hours} h mean, health is affected"
    )
    return [Line(name, float(limit), "danger", rows.legal_basis)]


def _water(stream: StreamRow, on: datetime) -> list[Line]:
    row = select(packaged_rows("environment"), "water.surface_classes", in_bangkok(on).date())
    found: list[Line] = []
    for number, limits in sorted(row.value.items()):
        for end in ("min", "max"):
            limit = limits.get(stream.observed, {}).get(end)
            if limit is not None and (stream.observed != "ph" or number == 2):
                found.append(Line(Text(f"ประเภทที่ {number}", f"Class {number}"), float(limit), "info", row.legal_basis))
    merged: dict[float, Line] = {}
    for line in found:
        merged.setdefault(line.value, line)
    return list(merged.values())


_MARKS: dict[str, tuple[Text, str]] = {
    "warning": (Text("ระดับเตือนภัย", "Warning level"), "warning"),
    "critical": (Text("ระดับวิกฤต", "Critical level"), "danger"),
    "bank": (Text("ระดับตลิ่ง", "Bank"), "danger"),
}


def _river(stream: StreamRow, properties: Mapping[str, Any]) -> list[Line]:
    if stream.unit not in ("m", "m[MSL]"):
        return []
    return [
        Line(name, float(properties[code]), tone)
        for code, (name, tone) in _MARKS.items()
        if isinstance(properties.get(code), int | float)
    ]


def each(stream: StreamRow, span: Span) -> Text:
    """What one point of the chart is: "hourly means", or "sums, each hour"."""
    word = _EACH.get(stream.aggregate)
    if word is None:
        return span.each
    th, en = ("รายชั่วโมง", "each hour") if span.step == HOUR else ("รายวัน", "each day")
    return Text(f"{word.th}{th}", f"{word.en}, {en}")


def chart_of(found: Series, span: Span, lines: list[Line], language: str, now: datetime) -> dict[str, Any]:
    """What ``stations.js`` draws: points [milliseconds, value, least, greatest] with a null where a bucket is missing."""
    since, until = bounds(span, now)
    points: list[list[float | None]] = []
    before: datetime | None = None
    for one in found.points:
        if before is not None and one.time - before > span.step:
            points.append([_ms(before + span.step), None, None, None])
        points.append([_ms(one.time), _round(one.result), _round(one.min), _round(one.max)])
        before = one.time
    return {
        "name": found.stream.name.in_(language),
        "unit": symbol(found.stream.unit),
        "decimals": found.stream.decimals if found.stream.decimals is not None else 2,
        "day": span.step == DAY,
        "bars": found.stream.aggregate == "sum",
        "since": _ms(since),
        "until": _ms(until),
        "points": points,
        "lines": [{"name": one.name.in_(language), "value": one.value, "tone": one.tone} for one in lines],
        "range": Text("ต่ำสุดถึงสูงสุด", "Least to greatest").in_(language),
        "language": language,
    }


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


@dataclass(frozen=True, slots=True)
class Row:
    """A bucket as the table shows it."""

    when: Text
    result: str
    least: str
    greatest: str
    count: int
    doubtful: int


def rows_of(found: Series, span: Span) -> list[Row]:
    """The buckets as a table, the newest first."""
    return [_row(found.stream, one, span) for one in reversed(found.points)]


def _row(stream: StreamRow, one: Point, span: Span) -> Row:
    local = in_bangkok(one.time)
    when = dates.format_short(local.date()) if span.step == DAY else dates.format_moment(one.time)
    result, least, greatest = (shown(stream, value) for value in (one.result, one.min, one.max))
    return Row(when, result, least, greatest, one.count, one.count - one.good)


COLUMNS = ("time", "value", "minimum", "maximum", "readings", "good_readings", "unit")


def file_of(found: Series) -> Iterator[str]:
    """The series as CSV, piece by piece, beginning with the mark by which Excel knows UTF-8. Times are those of Thailand."""
    yield "\ufeff" + _line(COLUMNS)
    unit = found.stream.unit
    for one in found.points:
        numbers = [_plain(value) for value in (one.result, one.min, one.max)]
        yield _line((in_bangkok(one.time).isoformat(), *numbers, str(one.count), str(one.good), unit))


def raw_file_of(found: Series) -> Iterator[str]:
    """Single readings as CSV; ``quality`` is 0 for good, 1 suspect, 2 bad, 3 estimated."""
    yield "\ufeff" + _line(("time", "value", "quality", "unit"))
    for one in found.points:
        value = _plain(one.result) if one.result is not None else ("" if one.value is None else str(one.value))
        yield _line((in_bangkok(one.time).isoformat(), value, str(one.quality), found.stream.unit))


def _plain(value: float | None) -> str:
    return "" if value is None else format(Decimal(repr(round(value, 6))).normalize(), "f")


def _line(values: tuple[str, ...]) -> str:
    buffer = StringIO()
    csv.writer(buffer).writerow(values)
    return buffer.getvalue()


def amount(value: float | None, stream: StreamRow) -> str:
    """A figure over a time (a mean, the greatest) with the decimals of the stream."""
    if value is None:
        return "–"
    return format_number(Decimal(repr(float(value))), decimals=stream.decimals if stream.decimals is not None else 1)
