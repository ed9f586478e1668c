"""Opens and ends alerts for what the machine decided, in the caller's transaction: recorded, announced, safe to repeat."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import Max

from nakhon.citydata.watches.events import AlertEnded, AlertOpened
from nakhon.citydata.watches.models import LIVE, Alert, AlertState, Watch
from nakhon.citydata.watches.rules import Decision, State
from nakhon.citydata.watches.shapes import WatchDefinition
from nakhon.citydata.watches.streams import Stream
from nakhon.kernel import live
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.outbox import announce


def open_alerts(
    ctx: Context, watch: Watch, body: WatchDefinition, stream: Stream, decision: Decision, state: State
) -> list[Alert]:
    """An alert for each action of the watch that has none alive for this stream."""
    there = set(_live(watch).filter(datastream_id=stream.id).values_list("action", flat=True))
    found = []
    for place, action in enumerate(body.then):
        if place in there:
            continue
        alert = Alert(
            number=_next_number(ctx), watch=watch, action=place, version=watch.version, severity=action.alert.severity,
            text_th=action.alert.text.th, text_en=action.alert.text.en,
            thing_id=stream.thing_id, thing_number=stream.thing_number, thing_th=stream.thing.th, thing_en=stream.thing.en,
            datastream_id=stream.id, register=stream.register, record_id=stream.record_id,
            place=Point(*stream.place, srid=4326) if stream.place else None,
            value=decision.value, unit_of_value=stream.unit,
            values={"measure": body.when.measure.value, "property": watch.prop, "previous": state.previous},
            unit=action.alert.owner.unit if action.alert.owner else "",
            held_since=decision.since, noticed_at=decision.at, opened_at=ctx.now,
        )  # fmt: skip
        alert.save(force_insert=True)
        record(
            ctx, "citydata.alert.opened", alert,
            detail={"number": alert.number, "watch": watch.key, "severity": alert.severity, "thing": alert.thing_number},
        )  # fmt: skip
        announce(
            ctx,
            AlertOpened(str(alert.pk), alert.number, watch.key, alert.severity, alert.thing_number, alert.unit),
        )
        found.append(alert)
    return found


def end_alerts(ctx: Context, watch: Watch, stream: Stream, decision: Decision) -> list[Alert]:
    """End what is alive for this stream, because the data say that it is over."""
    alerts = list(_live(watch).filter(datastream_id=stream.id).select_for_update().order_by("number"))
    for alert in alerts:
        alert.cleared_at = decision.at
        close(ctx, alert, watch, "clear")
    return alerts


def end_all(ctx: Context, watch: Watch, *, reason: str) -> None:
    """End every live alert of a watch that no longer looks."""
    alerts = list(_live(watch).select_for_update().order_by("number"))
    for alert in alerts:
        close(ctx, alert, watch, reason)
    tell_live(ctx, alerts)


def close(ctx: Context, alert: Alert, watch: Watch, reason: str) -> None:
    """Mark one live alert as ended, with its entry in the trail and its fact."""
    alert.state, alert.ended_at, alert.end_reason = AlertState.ENDED, ctx.now, reason
    alert.ended_by = ctx.actor.trail_label[:200]
    alert.save(update_fields=["state", "ended_at", "end_reason", "ended_by", "cleared_at", "note"])
    record(ctx, "citydata.alert.ended", alert, detail={"number": alert.number, "watch": watch.key, "reason": reason})
    announce(ctx, AlertEnded(str(alert.pk), alert.number, watch.key, reason))


def tell_live(ctx: Context, alerts: Iterable[Alert]) -> None:
    """Let open pages know, when the transaction commits."""
    ids = [alert.pk for alert in alerts]
    if not ids:
        return
    live.tell(ctx.tenant.id, "alert", ids)


def _live(watch: Watch):  # type: ignore[no-untyped-def]
    return Alert.objects.filter(watch=watch, state__in=LIVE)


def _next_number(ctx: Context) -> int:
    """One city's alerts are counted one after the other; those who count wait for each other until they commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"alerts:{ctx.tenant.id}"])
    return int(Alert.objects.aggregate(last=Max("number"))["last"] or 0) + 1
