"""Switching watches on, after a trial or with the reason why not, and off."""

from __future__ import annotations

from nakhon.citydata.watches.access import seen_sensors
from nakhon.citydata.watches.alerting import end_all
from nakhon.citydata.watches.errors import TrialNeeded, WatchNotFound
from nakhon.citydata.watches.events import WatchSwitched
from nakhon.citydata.watches.models import Trial, TrialState, Watch, WatchState
from nakhon.citydata.watches.permissions import WATCH_SWITCH
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Invalid
from nakhon.kernel.outbox import announce
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text

LEAST_REASON, MOST_REASON = 10, 500


@verb(WATCH_SWITCH)
def switch_on_watch(ctx: Context, *, watch: str, untried_reason: str = "") -> Watch:
    """Let a watch look at what comes in from now on. It needs a finished trial of its present version.

    Without one it needs ``untried_reason`` (10 to 500 characters), which is kept and recorded in the audit trail. Raises
    ``WatchNotFound``, ``TrialNeeded``, ``Invalid`` (the reason), ``Conflict`` when it is on already.
    """
    found = _locked(ctx, watch)
    if found.enabled:
        raise Conflict(Text("กฎนี้เปิดใช้อยู่แล้ว", "This watch is on already"), _NOTHING_LEFT)
    trial = (
        Trial.objects.filter(watch=found, version=found.version, state=TrialState.DONE).order_by("-asked_at").first()
    )
    reason = untried_reason.strip()
    if trial is None:
        if not reason:
            raise TrialNeeded
        if not LEAST_REASON <= len(reason) <= MOST_REASON:
            raise Invalid(
                fields={
                    "untried_reason": Text(
                        f"เขียนเหตุผล {LEAST_REASON}-{MOST_REASON} อักขระ",
                        f"Write a reason of {LEAST_REASON} to {MOST_REASON} characters",
                    )
                }
            )
    found.untried = "" if trial is not None else reason
    _switch(ctx, found, True)
    # What was remembered from an earlier time on says nothing about now.
    WatchState.objects.filter(watch=found).delete()
    detail = {
        "watch": found.key,
        "version": found.version,
        "trial": str(trial.pk) if trial else "",
        "untried": found.untried,
    }
    record(ctx, "citydata.watch.switched_on", found, detail=detail)
    announce(ctx, WatchSwitched(found.key, True))
    return found


@verb(WATCH_SWITCH)
def switch_off_watch(ctx: Context, *, watch: str) -> Watch:
    """Let a watch look no more; its live alerts end. Raises ``WatchNotFound``, ``Conflict`` when it is off already."""
    found = _locked(ctx, watch)
    if not found.enabled:
        raise Conflict(Text("กฎนี้ปิดอยู่แล้ว", "This watch is off already"), _NOTHING_LEFT)
    _switch(ctx, found, False)
    end_all(ctx, found, reason="switched_off")
    WatchState.objects.filter(watch=found).delete()
    record(ctx, "citydata.watch.switched_off", found, detail={"watch": found.key, "version": found.version})
    announce(ctx, WatchSwitched(found.key, False))
    return found


_NOTHING_LEFT = Text("ไม่ต้องทำอะไรอีก", "There is nothing left to do")


def _locked(ctx: Context, key: str) -> Watch:
    rows = Watch.objects.select_for_update().filter(key=key, removed_at=None, sensor__in=seen_sensors(ctx))
    found: Watch | None = rows.first()
    if found is None:
        raise WatchNotFound
    return found


def _switch(ctx: Context, watch: Watch, on: bool) -> None:
    watch.enabled, watch.switched_at, watch.switched_by = on, ctx.now, ctx.actor.trail_label[:200]
    watch.fault = None
    watch.save(update_fields=["enabled", "switched_at", "switched_by", "untried", "fault"])
