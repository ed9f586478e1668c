"""When watches look: within seconds of new readings, because the database says so, and every minute in any case."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import psycopg
from django.db import transaction
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import AlreadyEnqueued

from nakhon.citydata.watches import trials  # noqa: F401  (declares the job of trials)
from nakhon.citydata.watches.live import turn
from nakhon.citydata.watches.models import Watch
from nakhon.kernel.models import Tenant
from nakhon.kernel.tasks import beside_worker, system_context
from nakhon.kernel.tenancy import act_in

log = logging.getLogger("nakhon.watches")

TURN = "citydata.watch_turn"
CHANNEL = "nakhon_live"
GATHER_SECONDS, PAUSE_SECONDS, AFTER_FAILURE_SECONDS = 1.0, 1.0, 5.0


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
    while True:
        try:
            await _listen(worker_app)
        except (psycopg.Error, OSError):
            log.warning("listening for readings broke off; it begins again", exc_info=True)
            await asyncio.sleep(AFTER_FAILURE_SECONDS)


async def _listen(worker_app: App) -> None:
    connection = await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True)
    async with connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        while True:
            tenants = await _gathered(connection)
            for tenant_id in sorted(tenants):
                try:
                    await worker_app.configure_task(TURN, **_at_most_once(tenant_id)).defer_async(tenant_id=tenant_id)
                except AlreadyEnqueued:
                    continue
            if tenants:
                await asyncio.sleep(PAUSE_SECONDS)


async def _gathered(connection: psycopg.AsyncConnection[Any]) -> set[str]:
    """The cities that were named within a second of the first; waits as long as nothing is said."""
    tenants: set[str] = set()
    async for notice in connection.notifies(stop_after=1):
        tenants |= _tenant(notice.payload)
    async for notice in connection.notifies(timeout=GATHER_SECONDS):
        tenants |= _tenant(notice.payload)
    return tenants


def _tenant(payload: str) -> set[str]:
    try:
        said = json.loads(payload)
        return {str(said["t"])} if said["k"] == "obs" else set()
    except (ValueError, KeyError, TypeError):
        return set()
