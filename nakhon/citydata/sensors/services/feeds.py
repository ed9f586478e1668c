"""Pulling a feed: fetch, read, make stations that are new, store, and note how it went."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from nakhon.citydata.sensors.errors import FeedFailed, SensorsNotFound
from nakhon.citydata.sensors.ingest import LARGEST_BATCH, Reading, store
from nakhon.citydata.sensors.making import ThingSpec, make_things, point, seconds_of
from nakhon.citydata.sensors.models import Datastream, Feed, SensorKind, Thing
from nakhon.citydata.sensors.permissions import FEED_PULL
from nakhon.citydata.sensors.pulling import fetch
from nakhon.citydata.sensors.rules.feeds import Answer, AnswerFault, FeedReading, read_answer
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text
from nakhon.knowledge.units import MOLAR_MASSES, UnitsError, convert

LONGEST_PAUSE = timedelta(days=1)
SHOWN_FAULTS = 20


@verb(FEED_PULL)
def pull_feed(ctx: Context, *, feed: str) -> dict[str, Any]:
    """Pull a feed now and return how it went, which its page shows; a failure is noted and tried again later, not raised.

    Raises ``SensorsNotFound`` when there is no such feed in use.
    """
    row = Feed.objects.select_for_update().filter(key=feed, active=True).first()
    if row is None:
        raise SensorsNotFound(Text("ไม่พบแหล่งข้อมูลนี้ หรือเลิกใช้แล้ว", "There is no such feed, or it is not in use"))
    every = timedelta(seconds=seconds_of(row.body["every"]))
    try:
        outcome = _pull(ctx, row)
        row.failures, row.good_at = 0, ctx.now
        row.next_at = ctx.now + every
    except (FeedFailed, AnswerFault) as error:
        text = error.message if isinstance(error, FeedFailed) else error.text
        row.failures += 1
        row.next_at = ctx.now + min(LONGEST_PAUSE, every * 2 ** min(row.failures, 10))
        row.etag = row.last_modified = ""
        outcome = {"status": "failed", "message": text.as_dict()}
    row.pulled_at, row.outcome = ctx.now, outcome
    row.save()
    told: dict[str, Any] = {name: outcome[name] for name in ("status", "stored", "refused") if name in outcome}
    record(ctx, "citydata.feed.pulled", row, detail={"feed": feed, **told})
    return outcome


def _pull(ctx: Context, row: Feed) -> dict[str, Any]:
    fetched = fetch(row.body["url"], row.etag, row.last_modified)
    if fetched.body is None:
        return {"status": "unchanged"}
    answer = read_answer(row.body, fetched.body)
    row.etag, row.last_modified = fetched.etag, fetched.last_modified
    return _keep(ctx, row, answer)


def _keep(ctx: Context, row: Feed, answer: Answer) -> dict[str, Any]:
    kind = SensorKind.objects.filter(key=row.body["sensor"], active=True).first()
    if kind is None:
        raise FeedFailed(Text("ชนิดสถานีของแหล่งข้อมูลนี้เลิกใช้แล้ว", "The feed's kind of station is not in use"))
    made = _make_new(ctx, kind, answer.readings)
    streams = {
        (key, code): (pk, unit)
        for key, code, pk, unit in Datastream.objects.filter(
            thing__kind=kind, thing__key__in={one.thing for one in answer.readings}, code__in=list(row.body["streams"])
        ).values_list("thing__key", "code", "pk", "unit")
    }
    faults = list(answer.faults)
    readings = []
    for place, one in enumerate(answer.readings, start=1):
        for code, value in one.values.items():
            if (one.thing, code) not in streams:
                faults.append((place, Text(f"สถานีชนิดนี้ไม่วัด {code}", f"Such stations do not measure {code}")))
                continue
            pk, unit = streams[one.thing, code]
            told = row.body["streams"][code]["unit"]
            try:
                number = value if not told or not unit or told == unit else _converted(value, told, unit, code)
            except UnitsError as error:
                faults.append((place, error.message))
                continue
            readings.append(Reading(pk, one.time, number))
    outcome: dict[str, Any] = {
        "status": "ok", "stations": len({one.thing for one in answer.readings}), "new_stations": made,
        "missing": answer.missing, "stored": 0, "corrected": 0, "repeated": 0,
    }  # fmt: skip
    for start in range(0, len(readings), LARGEST_BATCH):
        done = store(ctx, readings[start : start + LARGEST_BATCH])
        outcome["stored"] += done.inserted
        outcome["corrected"] += done.corrected
        outcome["repeated"] += done.repeated
        faults += [(start + place + 1, text) for place, text in done.refused]
    outcome["refused"] = len(faults)
    outcome["faults"] = [{"row": place, **text.as_dict()} for place, text in faults[:SHOWN_FAULTS]]
    return outcome


def _converted(value: float, told: str, unit: str, code: str) -> float:
    return float(convert(value, told, unit, substance=code if code in MOLAR_MASSES else None))


def _make_new(ctx: Context, kind: SensorKind, readings: list[FeedReading]) -> int:
    have = set(Thing.objects.filter(kind=kind).values_list("key", flat=True))
    fresh: dict[str, ThingSpec] = {}
    for one in readings:
        if one.thing in have or one.thing in fresh:
            continue
        name = Text(one.name_th or f"สถานี {one.thing}", one.name_en or one.name_th or f"Station {one.thing}")
        place = point(one.lon, one.lat) if one.lon is not None and one.lat is not None else None
        fresh[one.thing] = ThingSpec(one.thing, name, place)
    make_things(ctx, kind, list(fresh.values()))
    return len(fresh)
