"""When watches look: within seconds of new readings, because the database says so, and every minute in any case."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from django.db import transaction
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from nakhon.citydata.watches import trials  # noqa: F401  (declares the job of trials)
from nakhon.citydata.watches.live import turn
from nakhon.citydata.watches.models import Watch
from nakhon.kernel import live
from nakhon.kernel.models import Tenant
from nakhon.kernel.tasks import beside_worker, system_context
from nakhon.kernel.tenancy import act_in

log = logging.getLogger("nakhon.watches")

TURN = "citydata.watch_turn"
GATHER_SECONDS = 1.0


def _at_most_once(tenant_id: str) -> dict[str, Any]:
    """One turn of a city waits and one runs, however often it is asked for."""
    return {"queueing_lock": f"watches:{tenant_id}", "lock": f"watches:{tenant_id}"}


@app.task(name=TURN)
def watch_turn(tenant_id: str) -> None:
    """Let a city's watches look at what is new; when that takes too long, go on in another turn."""
    ctx = system_context(Tenant.objects.get(pk=tenant_id), "watches")
    done = turn(ctx)
    if done.opened or done.ended:
        log.info("watches looked", extra={"tenant": ctx.tenant.slug, "opened": done.opened, "ended": done.ended})
    if done.more:
        _defer(tenant_id)


def _defer(tenant_id: str) -> None:
    try:
        with transaction.atomic():
            app.configure_task(TURN, **_at_most_once(tenant_id)).defer(tenant_id=tenant_id)
    except AlreadyEnqueued:
        return


@app.periodic(cron="* * * * *", periodic_id="watch-round")
@app.task(name="citydata.watch_round", queueing_lock="watch-round")
def watch_round(timestamp: int) -> None:
    """Every minute: silence comes due without a reading, and a notification may have been missed."""
    for tenant in Tenant.objects.order_by("slug"):
        with act_in(system_context(tenant, "watches")):
            looks = Watch.objects.filter(enabled=True, removed_at=None).exists()
        if looks:
            _defer(str(tenant.pk))


@beside_worker
async def listen(worker_app: App) -> None:
    """Ask for a turn of each city of which readings come in. One connection that waits: it costs nothing while all is quiet."""
    named: set[str] = set()
    woken = asyncio.Event()

    def hear(hint: live.Hint) -> None:
        if hint.kind == "obs":
            named.add(str(hint.tenant))
            woken.set()

    listening = asyncio.ensure_future(live.listen(hear))
    try:
        while True:
            await woken.wait()
            await asyncio.sleep(GATHER_SECONDS)
            woken.clear()
            tenants = sorted(named)
            named.clear()
            await _ask_for_turns(worker_app, tenants)
    finally:
        listening.cancel()


async def _ask_for_turns(worker_app: App, tenants: list[str]) -> None:
    for tenant_id in tenants:
        try:
            await worker_app.configure_task(TURN, **_at_most_once(tenant_id)).defer_async(tenant_id=tenant_id)
        except AlreadyEnqueued:
            continue
        except (ConnectorException, OSError) as error:
            # The round of the minute asks again.
            log.warning("a turn of watches could not be asked for", extra={"error": str(error)[:200]})
