"""Asking for a trial: what would this watch have done? The work itself runs in the background (``trials``)."""

from __future__ import annotations

from datetime import datetime, timedelta

from nakhon.citydata.watches.access import seen_sensors
from nakhon.citydata.watches.errors import TrialTooLong, WatchNotFound
from nakhon.citydata.watches.models import Trial, TrialState, Watch
from nakhon.citydata.watches.permissions import WATCH_TRY
from nakhon.citydata.watches.trials import queue_trial
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text

LONGEST = timedelta(days=3 * 366)
MOST_AT_ONCE = 3
"""Trials of one city that may wait or run at the same time."""


@verb(WATCH_TRY)
def try_watch(ctx: Context, *, watch: str, since: datetime, until: datetime | None = None) -> Trial:
    """Replay past readings between ``since`` and ``until`` (aware; now, when None) through the present version of a watch.

    The trial runs in the background; ``trial_card`` shows how far it is and what it found. Raises ``WatchNotFound``,
    ``TrialTooLong`` (empty, in the future or over three years), ``Conflict`` when three trials are under way.
    """
    rows = Watch.objects.select_for_update().filter(key=watch, removed_at=None, sensor__in=seen_sensors(ctx))
    found = rows.first()
    if found is None:
        raise WatchNotFound
    end = min(until or ctx.now, ctx.now)
    if since >= end:
        raise TrialTooLong(fields={"since": Text("วันเริ่มต้องอยู่ก่อนวันสิ้นสุดและก่อนวันนี้",
                                                 "The beginning must lie before the end and before now")})  # fmt: skip
    if end - since > LONGEST:
        raise TrialTooLong(fields={"since": Text("ทดลองย้อนหลังได้ครั้งละไม่เกิน 3 ปี", "Three years at most in one trial")})
    if Trial.objects.filter(state__in=[TrialState.WAITING, TrialState.RUNNING]).count() >= MOST_AT_ONCE:
        raise Conflict(
            Text(f"กำลังทดลองอยู่ {MOST_AT_ONCE} รายการแล้ว", f"{MOST_AT_ONCE} trials are under way already"),
            Text("รอให้รายการหนึ่งเสร็จก่อน", "Wait until one of them has finished"),
        )
    trial = Trial(
        watch=found,
        version=found.version,
        since=since,
        until=end,
        asked_at=ctx.now,
        asked_by=ctx.actor.trail_label[:200],
    )
    trial.save(force_insert=True)
    queue_trial(ctx, trial)
    record(
        ctx, "citydata.watch.trial_asked", trial,
        detail={"watch": watch, "version": found.version, "since": since.isoformat(), "until": end.isoformat()},
    )  # fmt: skip
    return trial
