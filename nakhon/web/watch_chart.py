"""The chart of a watch: the value as the watch judges it, its thresholds, and the times in which it was, or would have been, open."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from nakhon.citydata.sensors import queries as sensors
from nakhon.citydata.sensors.types import GrainName, Point, StreamRow
from nakhon.citydata.watches.types import WatchRow
from nakhon.kernel.context import Context
from nakhon.knowledge.dates import format_moment
from nakhon.knowledge.text import Text
from nakhon.web.standing import shown, symbol
from nakhon.web.watch_words import lines, span

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG = timedelta(days=400)
"""Beyond this a chart shows days; up to this hours."""
Period = tuple[datetime, datetime | None]
_LENGTHS = {"m": timedelta(minutes=1), "h": HOUR, "d": DAY, "s": timedelta(seconds=1)}


def chart_around(
    ctx: Context, watch: WatchRow, stream: StreamRow, since: datetime, until: datetime, periods: Sequence[Period]
) -> dict[str, Any]:
    """What the chart and its table need: ``chart`` (for ``watches-chart.js``), ``rows``, ``stream``, ``each``."""
    grain: GrainName = "1d" if until - since > LONG else "1h"
    step = DAY if grain == "1d" else HOUR
    window = _window(watch)
    early = since - window if window > step else since
    found = sensors.series(ctx, datastream=stream.number, since=early, until=until, grain=grain, limit=20_000)
    low = "<" in (watch.condition or "")
    points = _as_judged(found.points, watch.measure, window, step, low=low)
    points = [(at, value) for at, value in points if at >= since]
    language = ctx.language
    config = {
        "name": stream.name.in_(language), "unit": symbol(stream.unit), "language": language,
        "decimals": stream.decimals if stream.decimals is not None else 2,
        "since": _ms(since), "until": _ms(until),
        "points": _with_gaps(points, step),
        "lines": [{**one, "name": one["name"].in_(language)} for one in lines(watch.body)],
        "periods": [[_ms(start), _ms(end or until)] for start, end in periods],
        "period_name": Text("ช่วงที่แจ้งเตือน", "Alert in force").in_(language),
    }  # fmt: skip
    rows = [(format_moment(at), shown(stream, value), _within(at, periods)) for at, value in points[-500:]]
    return {
        "chart": config,
        "rows": rows[::-1],
        "stream": stream,
        "each": each(watch, step),
        "unit": symbol(stream.unit),
    }


def each(watch: WatchRow, step: timedelta) -> Text:
    """What one point of the chart is."""
    when = watch.body["when"]
    often = Text("รายวัน", "each day") if step == DAY else Text("รายชั่วโมง", "each hour")
    if when.get("average"):
        long = span(when["average"])
        return Text(f"ค่าเฉลี่ยย้อนหลัง {long.th} คิดจากค่ารายชั่วโมง", f"Mean of the last {long.en}, from hourly values")
    if when.get("sum"):
        long = span(when["sum"])
        return Text(f"ผลรวมย้อนหลัง {long.th} คิดจากค่ารายชั่วโมง", f"Sum of the last {long.en}, from hourly values")
    if watch.measure in ("latest", "repetition", "inside"):
        extreme = Text("ค่าต่ำสุด", "Least value") if "<" in (watch.condition or "") else Text("ค่าสูงสุด", "Greatest value")
        return Text(f"{extreme.th}{often.th}", f"{extreme.en} {often.en}")
    return Text(f"ค่าเฉลี่ย{often.th}", f"Mean {often.en}")


def _window(watch: WatchRow) -> timedelta:
    when = watch.body["when"]
    code = when.get("average") or when.get("sum") or ""
    return int(code[:-1]) * _LENGTHS[code[-1]] if code else timedelta(0)


def _as_judged(
    points: Sequence[Point], measure: str, window: timedelta, step: timedelta, *, low: bool
) -> list[tuple[datetime, float]]:
    """The buckets in the measure of the watch: running means and sums of hours, or the extreme that its condition asks for."""
    if measure in ("average", "sum") and window > step:
        held: deque[Point] = deque()
        found = []
        for one in points:
            if one.sum is None or not one.good:
                continue
            held.append(one)
            while held[0].time <= one.time - window:
                held.popleft()
            total = sum(part.sum or 0.0 for part in held)
            found.append((one.time + step, total if measure == "sum" else total / sum(part.good for part in held)))
        return found
    if measure in ("latest", "repetition", "inside"):
        picked = [(one.time, one.min if low else one.max) for one in points]
    else:
        picked = [(one.time, one.result) for one in points]
    return [(at, value) for at, value in picked if value is not None]


def _with_gaps(points: Sequence[tuple[datetime, float]], step: timedelta) -> list[list[float | None]]:
    told: list[list[float | None]] = []
    before: datetime | None = None
    for at, value in points:
        if before is not None and at - before > 3 * step:
            told.append([_ms(before + step), None])
        told.append([_ms(at), round(value, 4)])
        before = at
    return told


def _within(at: datetime, periods: Sequence[Period]) -> bool:
    return any(start <= at and (end is None or at <= end) for start, end in periods)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
