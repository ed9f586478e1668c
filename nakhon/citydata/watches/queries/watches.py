"""Questions about watches and their trials."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q

from nakhon.citydata.watches.access import seen_sensors
from nakhon.citydata.watches.errors import TrialNotFound, WatchNotFound
from nakhon.citydata.watches.models import LIVE, Trial, TrialState, Watch
from nakhon.citydata.watches.permissions import WATCH_READ
from nakhon.citydata.watches.shapes import read_body
from nakhon.citydata.watches.types import Firing, ThingTried, TrialRow, WatchRow
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import query
from nakhon.knowledge.text import Text

MOST_TRIALS = 50


@query(WATCH_READ)
def watch_list(ctx: Context, *, sensor: str = "") -> list[WatchRow]:
    """The watches in use, by key; ``sensor`` limits to one kind of thing. Two queries."""
    rows = _watches(ctx)
    if sensor:
        rows = rows.filter(sensor=sensor)
    return [_row(watch) for watch in rows]


@query(WATCH_READ)
def watch_card(ctx: Context, *, watch: str) -> WatchRow:
    """One watch. Raises ``WatchNotFound``."""
    found = _watches(ctx).filter(key=watch).first()
    if found is None:
        raise WatchNotFound
    return _row(found)


@query(WATCH_READ)
def trial_list(ctx: Context, *, watch: str) -> list[TrialRow]:
    """The last 50 trials of a watch, newest first. Raises ``WatchNotFound``."""
    if not Watch.objects.filter(key=watch, sensor__in=seen_sensors(ctx)).exists():
        raise WatchNotFound
    rows = Trial.objects.select_related("watch").filter(watch__key=watch).order_by("-asked_at", "-pk")
    return [_trial(trial) for trial in rows[:MOST_TRIALS]]


@query(WATCH_READ)
def trial_card(ctx: Context, *, trial_id: UUID) -> TrialRow:
    """One trial: how far it is, and what it found. Raises ``TrialNotFound``."""
    found = Trial.objects.select_related("watch").filter(pk=trial_id, watch__sensor__in=seen_sensors(ctx)).first()
    if found is None:
        raise TrialNotFound
    return _trial(found)


def _watches(ctx: Context) -> Any:
    tried = Trial.objects.filter(watch=OuterRef("pk"), version=OuterRef("version"), state=TrialState.DONE)
    alive = Count("alerts", filter=Q(alerts__state__in=LIVE))
    rows = Watch.objects.filter(removed_at=None, sensor__in=seen_sensors(ctx)).annotate(
        tried=Exists(tried), alive=alive, fired_at=Max("alerts__opened_at")
    )
    return rows.order_by(F("key").asc())


def _row(watch: Any) -> WatchRow:
    body = read_body(watch.body)
    severities = [action.alert.severity for action in body.then]
    return WatchRow(
        key=watch.key, name=watch.name, sensor=watch.sensor, property=watch.prop, measure=body.when.measure.value,
        condition=body.when.condition or "", severity=max(severities, key=_ORDER.index), version=watch.version,
        enabled=watch.enabled, tried=watch.tried, untried_reason=watch.untried, switched_at=watch.switched_at,
        switched_by=watch.switched_by, looked_at=watch.looked_at, fault=_text(watch.fault), live_alerts=watch.alive,
        last_fired=watch.fired_at, body=watch.body,
    )  # fmt: skip


_ORDER = ["info", "watch", "warning", "critical"]


def _text(said: dict[str, str] | None) -> Text | None:
    return Text(said["th"], said["en"]) if said else None


def _trial(trial: Trial) -> TrialRow:
    result = trial.result
    total, done = trial.streams_total, trial.streams_done
    progress = 1.0 if trial.state == TrialState.DONE else (done / total if total else 0.0)
    return TrialRow(
        id=trial.pk, watch=trial.watch.key, version=trial.version, since=trial.since, until=trial.until, state=trial.state,
        progress=progress, asked_at=trial.asked_at, asked_by=trial.asked_by, finished_at=trial.finished_at,
        fault=_text(trial.fault), streams=result.get("streams", 0), readings=result.get("readings", 0),
        unanswered=result.get("unanswered", 0), fired=result.get("fired", 0), things_fired=result.get("things_fired", 0),
        seconds=result.get("seconds", 0.0), longest=_firing(result["longest"]) if result.get("longest") else None,
        things=tuple(_things(result.get("things", ()))), firings=tuple(_firing(one) for one in result.get("firings", ())),
        left_out=result.get("left_out", 0),
    )  # fmt: skip


def _things(found: Iterable[dict[str, Any]]) -> Iterable[ThingTried]:
    for one in found:
        yield ThingTried(
            one["number"], Text(one["th"], one["en"]), one["fired"], one["seconds"], one["longest_seconds"]
        )


def _firing(one: dict[str, Any]) -> Firing:
    return Firing(
        thing_number=one["number"], thing=Text(one["th"], one["en"]), since=datetime.fromisoformat(one["since"]),
        opened=datetime.fromisoformat(one["opened"]), ended=datetime.fromisoformat(one["ended"]) if one["ended"] else None,
        seconds=one["seconds"], value=one["value"],
    )  # fmt: skip
