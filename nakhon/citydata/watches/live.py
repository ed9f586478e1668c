"""The live work: look at what is new since the last turn, once, and open or end what follows from it.

A turn takes a watch's streams in portions, each in a transaction of its own that also writes what is remembered: killed in
between, nothing is lost and nothing is done twice.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from nakhon.citydata.watches.alerting import end_alerts, open_alerts, tell_live
from nakhon.citydata.watches.models import Alert, Watch, WatchState
from nakhon.citydata.watches.rules import (
    Decision,
    Evaluator,
    Measure,
    Phase,
    Sample,
    State,
    Turn,
    decimals,
)
from nakhon.citydata.watches.shapes import WatchDefinition, read_body
from nakhon.citydata.watches.streams import Reading, Stream, due_streams, readings
from nakhon.kernel.context import Context
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.text import Text

log = logging.getLogger("nakhon.watches")

PORTION = 100
"""Streams in one transaction."""

CATCH_UP = timedelta(days=7)
"""After a longer pause of the worker, older readings are not looked at any more: an alert about them helps nobody."""

LEAST_WARM_UP = timedelta(hours=1)


@dataclass(slots=True)
class Turned:
    """What a turn did. ``more`` when its time was up before all was looked at."""

    streams: int = 0
    opened: int = 0
    ended: int = 0
    more: bool = False


def turn(ctx: Context, *, seconds: float = 20) -> Turned:
    """Let every watch of the tenant that is on look at what is new, for about so many seconds at most."""
    until, done = time.monotonic() + seconds, Turned()
    with act_in(ctx):
        keys = list(Watch.objects.filter(enabled=True, removed_at=None).order_by("key").values_list("pk", flat=True))
        for key in keys:
            # ``portion`` answers 0 also when another worker is at this watch: then it is done there.
            while portion(ctx, key, done) == PORTION:
                if time.monotonic() > until:
                    done.more = True
                    break
    return done


def portion(ctx: Context, watch_id: object, done: Turned) -> int:
    """Look at up to ``PORTION`` streams of one watch in one transaction; the number looked at."""
    with transaction.atomic():
        watch = Watch.objects.select_for_update(skip_locked=True).filter(pk=watch_id, enabled=True).first()
        if watch is None:
            return 0
        body = read_body(watch.body)
        silence = body.rule(None).span + body.rule(None).lasting if body.when.measure is Measure.SILENCE else None
        streams = due_streams(watch, now=ctx.now, silence=silence, limit=PORTION)
        if not streams:
            return 0
        found = _readings(ctx, body, watch, streams)
        states, touched, fault = [], [], None
        for stream in streams:
            state, alerts, said = _look(ctx, watch, body, stream, found.get(stream.id, []), done)
            touched += alerts
            fault = said or fault
            states.append(
                WatchState(
                    watch=watch, datastream_id=stream.id, version=watch.version, received_at=stream.received_at,
                    seen=state.seen, phase=state.phase.value, data=state.as_json(), fault=said.as_dict() if said else None,
                )
            )  # fmt: skip
        WatchState.objects.bulk_create(
            states, update_conflicts=True, unique_fields=["tenant", "watch", "datastream_id"],
            update_fields=["version", "received_at", "seen", "phase", "data", "fault"],
        )  # fmt: skip
        watch.looked_at, watch.fault = ctx.now, fault.as_dict() if fault else None
        watch.save(update_fields=["looked_at", "fault"])
        tell_live(ctx, touched)
    done.streams += len(streams)
    return len(streams)


def _known(watch: Watch, stream: Stream) -> State:
    return State.from_json(stream.state) if stream.state_version == watch.version else State()


def _from(ctx: Context, body: WatchDefinition, stream: Stream, state: State) -> datetime:
    """From when on readings of a stream are needed."""
    if state.seen is None:
        rule = body.rule(stream.every)
        slack = max(3 * stream.every, LEAST_WARM_UP) if stream.every else LEAST_WARM_UP
        return ctx.now - (rule.memory + rule.lasting + slack)
    return max(state.seen, ctx.now - CATCH_UP) - body.memory


def _readings(ctx: Context, body: WatchDefinition, watch: Watch, streams: list[Stream]) -> dict[int, list[Reading]]:
    since = [(stream.id, _from(ctx, body, stream, _known(watch, stream))) for stream in streams]
    found: dict[int, list[Reading]] = defaultdict(list)
    # Readings may be dated a little ahead; what is further ahead is refused when it comes in.
    for stream_id, reading in readings(since, until=ctx.now + timedelta(days=1), areas=body.areas):
        found[stream_id].append(reading)
    return found


def _look(
    ctx: Context, watch: Watch, body: WatchDefinition, stream: Stream, found: list[Reading], done: Turned
) -> tuple[State, list[Alert], Text | None]:
    known = _known(watch, stream)
    before, fresh = _divided(known, stream, found)
    evaluator = Evaluator(
        body.rule(stream.every),
        thing=decimals(stream.asked()),
        record=decimals(stream.record),
        state=known,
        window=before,
    )
    decisions: list[Decision] = []
    for sample in fresh:
        decisions += evaluator.step(sample)
    if body.when.measure is Measure.SILENCE and stream.latest and (known.seen is None or stream.latest > known.seen):
        decisions += evaluator.step(Sample(stream.latest, None))
    decisions += evaluator.advance(ctx.now)
    if known.seen is None:
        # What came and went before the first look is history; what is so now counts.
        decisions = decisions[-1:] if evaluator.state.phase is Phase.OPEN else []
    alerts: list[Alert] = []
    for decision in decisions:
        if decision.turn is Turn.OPENED:
            opened = open_alerts(ctx, watch, body, stream, decision, evaluator.state)
            done.opened += len(opened)
            alerts += opened
        else:
            ended = end_alerts(ctx, watch, stream, decision)
            done.ended += len(ended)
            alerts += ended
    state = evaluator.state
    if state.seen is None and stream.latest is not None:
        state = State(seen=stream.latest)
    return state, alerts, evaluator.fault


def _divided(known: State, stream: Stream, found: list[Reading]) -> tuple[list[Sample], list[Sample]]:
    """What was there before the last look, and what is new: later in time, or the newest one corrected."""
    if known.seen is None:
        return [], [reading.sample for reading in found]
    at = next((i for i, reading in enumerate(found) if reading.sample.time >= known.seen), len(found))
    seen_before = stream.state_received_at
    if (
        at < len(found)
        and found[at].sample.time == known.seen
        and (seen_before is not None and found[at].received_at <= seen_before)
    ):
        at += 1
    return [reading.sample for reading in found[:at]], [reading.sample for reading in found[at:]]
