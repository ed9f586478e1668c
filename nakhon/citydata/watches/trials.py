"""Runs trials in the background: stream by stream through the same machine as the live work, with progress that can be seen.

A trial writes nothing but its own row, so one that was interrupted begins again and ends the same.
"""

from __future__ import annotations

import heapq
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from nakhon.citydata.watches.events import TrialFinished
from nakhon.citydata.watches.history import samples_between
from nakhon.citydata.watches.models import Trial, TrialState, Watch
from nakhon.citydata.watches.rules import Episode, Evaluator, decimals, take
from nakhon.citydata.watches.shapes import WatchDefinition, read_body
from nakhon.citydata.watches.streams import Stream, count_streams, streams_of
from nakhon.kernel.context import Context
from nakhon.kernel.models import Tenant
from nakhon.kernel.outbox import announce
from nakhon.kernel.tasks import system_context
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.text import Text

log = logging.getLogger("nakhon.watches")

TASK = "citydata.run_trial"
KEPT_FIRINGS, KEPT_THINGS = 500, 200
PORTION = 50
PROGRESS_SECONDS = 1.0


def queue_trial(ctx: Context, trial: Trial) -> None:
    """Put a trial in the queue, in the caller's transaction."""
    app.configure_task(TASK, lock=f"trials:{ctx.tenant.id}").defer(tenant_id=str(ctx.tenant.id), trial_id=str(trial.pk))


@app.task(name=TASK, retry=RetryStrategy(max_attempts=3, exponential_wait=5))
def run_trial(tenant_id: str, trial_id: str) -> None:
    """Do one trial; on failure say so in its row and raise, to be tried again."""
    ctx = system_context(Tenant.objects.get(pk=tenant_id), "watches")
    with act_in(ctx):
        trial = Trial.objects.select_related("watch").filter(pk=trial_id).first()
        if trial is None or trial.state == TrialState.DONE:
            return
        try:
            _run(ctx, trial)
        except Exception:
            Trial.objects.filter(pk=trial_id).update(
                state=TrialState.FAILED, finished_at=timezone.now(), fault=_BROKEN.as_dict()
            )
            log.exception("trial failed", extra={"trial": trial_id, "tenant": ctx.tenant.slug})
            raise


_BROKEN = Text(
    "การทดลองหยุดกลางคัน ระบบจะลองใหม่เอง หากยังไม่สำเร็จให้สั่งทดลองอีกครั้ง",
    "The trial broke off. It is taken up again by itself; if it still fails, ask for it again",
)
_CHANGED = Text("กฎถูกแก้ไขระหว่างทดลอง สั่งทดลองใหม่", "The watch was changed during the trial; ask for a new one")


@dataclass(slots=True)
class Tally:
    """What a trial has found so far."""

    until: datetime
    streams: int = 0
    readings: int = 0
    unanswered: int = 0
    fired: int = 0
    seconds: float = 0.0
    things: list[dict[str, Any]] = field(default_factory=list)
    firings: list[tuple[float, int, dict[str, Any]]] = field(default_factory=list)
    longest: dict[str, Any] | None = None

    def add(self, stream: Stream, episodes: list[Episode]) -> None:
        if not episodes:
            return
        lengths = [episode.lasted(self.until).total_seconds() for episode in episodes]
        self.fired += len(episodes)
        self.seconds += sum(lengths)
        name = {"number": stream.thing_number, "th": stream.thing.th, "en": stream.thing.en}
        self.things.append({**name, "fired": len(episodes), "seconds": sum(lengths), "longest_seconds": max(lengths)})
        for episode, seconds in zip(episodes, lengths, strict=True):
            firing = {
                **name, "since": episode.since.isoformat(), "opened": episode.opened.isoformat(),
                "ended": episode.ended.isoformat() if episode.ended else None, "seconds": seconds, "value": episode.value,
            }  # fmt: skip
            if self.longest is None or seconds > self.longest["seconds"]:
                self.longest = firing
            # The heap holds the earliest: its head is the latest of them, which makes room for an earlier one.
            entry = (-episode.opened.timestamp(), self.fired + len(self.firings), firing)
            if len(self.firings) < KEPT_FIRINGS:
                heapq.heappush(self.firings, entry)
            else:
                heapq.heappushpop(self.firings, entry)

    def as_json(self) -> dict[str, Any]:
        firings = sorted(
            (firing for *_, firing in self.firings), key=lambda firing: (firing["opened"], firing["number"])
        )
        things = sorted(self.things, key=lambda thing: (-thing["fired"], -thing["seconds"], thing["number"]))
        return {
            "streams": self.streams, "readings": self.readings, "unanswered": self.unanswered, "fired": self.fired,
            "things_fired": len({thing["number"] for thing in things}), "seconds": self.seconds, "longest": self.longest,
            "things": things[:KEPT_THINGS], "firings": firings, "left_out": self.fired - len(firings),
        }  # fmt: skip


def _run(ctx: Context, trial: Trial) -> None:
    watch: Watch = trial.watch
    if watch.version != trial.version:
        _finish(ctx, trial, TrialState.FAILED, {}, _CHANGED)
        return
    body = read_body(watch.body)
    trial.state, trial.streams_total, trial.streams_done = TrialState.RUNNING, count_streams(watch), 0
    trial.save(update_fields=["state", "streams_total", "streams_done"])
    tally, told = Tally(trial.until), time.monotonic()
    for stream in _all_streams(watch):
        tally.add(stream, _episodes(ctx, trial, body, stream, tally))
        tally.streams += 1
        if time.monotonic() - told > PROGRESS_SECONDS:
            Trial.objects.filter(pk=trial.pk).update(streams_done=tally.streams)
            told = time.monotonic()
    trial.streams_done = tally.streams
    if Watch.objects.get(pk=watch.pk).version != trial.version:
        _finish(ctx, trial, TrialState.FAILED, {}, _CHANGED)
        return
    _finish(ctx, trial, TrialState.DONE, tally.as_json(), None)


def _finish(ctx: Context, trial: Trial, state: TrialState, result: dict[str, Any], fault: Text | None) -> None:
    with transaction.atomic():
        trial.state, trial.result, trial.finished_at = state, result, timezone.now()
        trial.fault = fault.as_dict() if fault else None
        trial.save(update_fields=["state", "result", "finished_at", "fault", "streams_done"])
        announce(ctx, TrialFinished(str(trial.pk), trial.watch.key, state.value))


def _all_streams(watch: Watch) -> Iterator[Stream]:
    after = 0
    while streams := streams_of(watch, after=after, limit=PORTION):
        yield from streams
        after = streams[-1].id


def _episodes(ctx: Context, trial: Trial, body: WatchDefinition, stream: Stream, tally: Tally) -> list[Episode]:
    rule = body.rule(stream.every)
    evaluator = Evaluator(rule, thing=decimals(stream.asked()), record=decimals(stream.record))
    # Readings from before the span of time fill the first window and show what held already when it begins.
    begin = trial.since - rule.memory - rule.lasting
    episodes: list[Episode] = []
    for sample in samples_between(ctx, stream.id, begin, trial.until, body.areas):
        take(evaluator.step(sample), episodes)
        if sample.time >= trial.since:
            tally.readings += 1
            tally.unanswered += evaluator.fault is not None
    if episodes or evaluator.state.seen is not None:
        take(evaluator.advance(trial.until), episodes)
    within = [episode for episode in episodes if episode.ended is None or episode.ended > trial.since]
    return [replace(episode, opened=max(episode.opened, trial.since)) for episode in within]
