"""Keeps a demonstration alive: what its things would have said since they were last heard, and further back bit by bit."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from nakhon.citydata.registers.models import Record
from nakhon.citydata.sensors.commands import command_acknowledged, command_sent, commands_to_send
from nakhon.citydata.sensors.ingest import LARGEST_BATCH, Reading, store
from nakhon.citydata.sensors.models import Datastream, Grain, Rollup
from nakhon.citydata.watches.models import Trial, Watch
from nakhon.citydata.watches.services import try_watch
from nakhon.config.demo.sensors.making import is_made, make
from nakhon.config.demo.sensors.shapes import PREFIX, Life, Series
from nakhon.kernel.context import Context
from nakhon.kernel.tenancy import act_in

LONGEST_SILENCE = timedelta(days=12)
PORTION = 15_000
"""Readings further back that are written in one turn."""


def begin(ctx: Context, life: Life) -> int:
    """The things and their first readings, where they are not there yet."""
    with act_in(ctx), transaction.atomic():
        make(ctx, life)
    return sum(advance(ctx, series) for series in life.series)


def keep_alive(ctx: Context, life: Life, *, advancing: bool = True) -> int:
    """One turn: readings until now, some of the past, and answers to commands. Returns how many readings were new."""
    if life.later:
        with act_in(ctx):
            made = is_made(life)
        if not made:
            return begin(ctx, life)
    done = sum(advance(ctx, series) for series in life.series) if advancing else 0
    room = PORTION
    for series in life.series:
        if room > 0:
            written = deepen(ctx, series, room)
            done, room = done + written, room - written
    if life.commanded:
        answer(ctx)
    if not done and not advancing:
        _try(ctx, life)
    return done


def _try(ctx: Context, life: Life) -> None:
    """When the past is complete, let each watch look back once, so that its page shows what it would have done."""
    with act_in(ctx):
        tried = set(Trial.objects.values_list("watch__key", flat=True))
        known = set(Watch.objects.filter(key__in=life.tried, removed_at=None).values_list("key", flat=True))
    for key in sorted(known - tried):
        try_watch(ctx, watch=key, since=ctx.now - timedelta(days=365))


def advance(ctx: Context, series: Series) -> int:
    """Readings from where each stream stands, or from the time that is there from the beginning, until now."""
    first = ctx.now - series.recent
    with act_in(ctx):
        streams = _streams(series)
    spans = [(key, name, data, max(latest or first, first), ctx.now) for key, name, data, latest in streams]
    return _write(ctx, series, spans, {key for key, _, _, latest in streams if latest is None})


def deepen(ctx: Context, series: Series, most: int) -> int:
    """Readings before the first day of each stream, the newest first, about ``most`` of them."""
    if series.whole <= series.recent:
        return 0
    goal = ctx.now - series.whole
    with act_in(ctx):
        streams = {key: (name, data) for key, name, data, latest in _streams(series) if latest}
        days = Rollup.objects.filter(
            datastream_id__in=list(streams), grain=Grain.DAY, start__lte=goal + timedelta(days=7)
        )
        there = set(days.values_list("datastream_id", flat=True))
        lacking = [key for key in streams if key not in there]
        begins = {}
        for key in lacking:
            days = Rollup.objects.filter(datastream_id=key, grain=Grain.DAY)
            begins[key] = days.order_by("start").values_list("start", flat=True).first()
    if not lacking:
        return 0
    span = max(timedelta(days=1), series.every * (most // len(lacking)))
    spans = [
        (key, *streams[key], max(goal, begin - span), begin + timedelta(days=1))
        for key, begin in begins.items()
        if begin is not None
    ]
    return _write(ctx, series, spans)


_Span = tuple[int, str, dict[str, Any], datetime, datetime]


def _streams(series: Series) -> list[tuple[int, str, dict[str, Any], datetime | None]]:
    """The made-up things' streams of a series: key, the thing's name, its record's data, and its latest time."""
    rows = Datastream.objects.filter(
        thing__kind__key=series.kind, code=series.code, active=True, thing__active=True, thing__key__startswith=PREFIX
    ).values_list("pk", "thing__key", "thing__record", "latest__time")
    found = list(rows)
    data = dict(Record.objects.filter(pk__in=[row[2] for row in found if row[2]]).values_list("pk", "data"))
    return [(key, name, data.get(record) or {}, latest) for key, name, record, latest in found]


def _say_last(ctx: Context, series: Series, key: int, name: str, data: dict[str, Any], before: datetime) -> int:
    """What a thing said last that is silent from the beginning: it was heard once, at that time, and fell silent."""
    for at in reversed(list(series.times(before - LONGEST_SILENCE, before))):
        value = series.value(name, data, at)
        if value is not None:
            return store(replace(ctx, now=at), [Reading(key, at, value)]).inserted
    return 0


def _write(ctx: Context, series: Series, spans: Iterable[_Span], never: Container[int] = ()) -> int:
    batch: list[Reading] = []
    done = 0
    kept: dict[tuple[datetime, datetime], list[datetime]] = {}
    for key, name, data, after, until in spans:
        times = kept.get((after, until))
        if times is None:
            times = kept[after, until] = list(series.times(after, until))
        said = [(at, value) for at in times if (value := series.value(name, data, at)) is not None]
        if not said and key in never:
            done += _say_last(ctx, series, key, name, data, after)
        batch += [Reading(key, at, value) for at, value in said]
        while len(batch) >= LARGEST_BATCH:
            done += store(ctx, batch[:LARGEST_BATCH]).inserted
            batch = batch[LARGEST_BATCH:]
    if batch:
        done += store(ctx, batch).inserted
    return done


def answer(ctx: Context) -> None:
    """Obey the commands that wait for made-up devices, as lamps would."""
    for one in commands_to_send(ctx.tenant.id):
        if one.device.startswith(PREFIX.lower()) and command_sent(ctx.tenant.id, [one.id]):
            command_acknowledged(ctx.tenant.id, one.device_id, one.number, result={"demonstration": True})
