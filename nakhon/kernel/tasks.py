"""The worker's side of the outbox: one Procrastinate task that does a piece of work, retries, dead letters, and schedules.

Procrastinate keeps the queue in the same PostgreSQL, so putting work in it is part of the caller's transaction and a
killed worker loses nothing: its unfinished work is taken up again when its heartbeat has stopped.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate import App, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from nakhon.kernel import outbox
from nakhon.kernel.context import Context, TenantRef, system_actor
from nakhon.kernel.models import Tenant, Work, WorkStatus
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.text import Text

log = logging.getLogger("nakhon.worker")

ATTEMPTS = 8
RETRY = RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=3)
TASK = "nakhon.do"
_ERROR_LIMIT = 8000


def tenant_ref(tenant: Tenant) -> TenantRef:
    return TenantRef(tenant.pk, tenant.slug, Text(tenant.name_th, tenant.name_en))


def system_context(tenant: Tenant, label: str, now: datetime | None = None) -> Context:
    """The context in which the platform itself acts for a tenant."""
    return Context(tenant=tenant_ref(tenant), actor=system_actor(label), now=now or timezone.now())


def defer(tenant_id: UUID, work_id: UUID, due_at: datetime | None = None) -> None:
    """Queue a piece of work, in the current transaction: within a worker too, whose own connector would not join it."""
    queue = JobManager(DjangoConnector(alias="default"))
    deferrer = configure_task(name=TASK, job_manager=queue, schedule_at=due_at)
    deferrer.defer(tenant_id=str(tenant_id), work_id=str(work_id))


@app.task(name=TASK, retry=RETRY)
def do(tenant_id: str, work_id: str) -> None:
    """Do one piece of work in one transaction with marking it done; on failure count the attempt and raise to be retried."""
    ctx = system_context(Tenant.objects.get(pk=tenant_id), "worker")
    with act_in(ctx):
        try:
            with transaction.atomic():
                work = Work.objects.select_for_update(of=("self",)).select_related("event").get(pk=work_id)
                if work.status != WorkStatus.PENDING:
                    return
                outbox.run(ctx, work)
                work.status, work.attempts, work.finished_at = WorkStatus.DONE, work.attempts + 1, timezone.now()
                work.last_error = ""
                work.save()
        except Exception:
            failed = Work.objects.get(pk=work_id)
            failed.attempts += 1
            failed.last_error = traceback.format_exc()[-_ERROR_LIMIT:]
            if failed.attempts >= ATTEMPTS:
                failed.status, failed.finished_at = WorkStatus.DEAD, timezone.now()
                failed.save()
                log.error("dead letter", extra={"work": failed.name, "tenant": ctx.tenant.slug})
                return
            failed.save()
            raise


@dataclass(frozen=True, slots=True)
class Schedule:
    name: str
    cron: str
    text: Text
    function: Callable[[Context], None]


_schedules: dict[str, Schedule] = {}


def scheduled(
    name: str, cron: str, th: str, en: str
) -> Callable[[Callable[[Context], None]], Callable[[Context], None]]:
    """Run ``function(ctx)`` for every tenant at the times of ``cron`` (five fields, Asia/Bangkok), through the outbox."""

    def declare(function: Callable[[Context], None]) -> Callable[[Context], None]:
        _schedules[name] = Schedule(name, cron, Text(th, en), function)

        def as_job(ctx: Context, **_: Any) -> None:
            function(ctx)

        outbox.job(f"schedule:{name}")(as_job)

        @app.periodic(cron=cron, periodic_id=name)
        @app.task(name=f"nakhon.schedule.{name}", queueing_lock=f"schedule:{name}", pass_context=False)
        def fan_out(timestamp: int) -> None:
            for tenant in Tenant.objects.order_by("slug"):
                outbox.enqueue(system_context(tenant, "schedule"), f"schedule:{name}", key=str(timestamp))

        return function

    return declare


def schedules() -> list[Schedule]:
    return sorted(_schedules.values(), key=lambda schedule: schedule.name)


Companion = Callable[[App], Awaitable[None]]

companions: list[Companion] = []
"""What runs beside a worker for as long as it does."""


def beside_worker(function: Companion) -> Companion:
    """Run ``function(worker_app)``, a coroutine that never ends by itself, in the worker's loop: to wait for something that the
    database says, say. It must not block, and must mend its own failures; it is cancelled when the worker stops."""
    companions.append(function)
    return function


@app.periodic(cron="* * * * *", periodic_id="take-up-stalled")
@app.task(name="nakhon.take_up_stalled", queueing_lock="take-up-stalled", pass_context=True)
async def take_up_stalled(context: Any, timestamp: int) -> None:
    """Queue again what a worker had begun when it died (its heartbeat is older than 30 seconds)."""
    manager = context.app.job_manager
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=30):
        await manager.retry_job(stalled)


@app.periodic(cron="17 3 * * *", periodic_id="sweep")
@app.task(name="nakhon.sweep", queueing_lock="sweep")
def sweep(timestamp: int) -> None:
    """Forget finished work after 90 days; events and dead letters stay."""
    limit = timezone.now() - timedelta(days=90)
    for tenant in Tenant.objects.all():
        with act_in(system_context(tenant, "schedule")):
            Work.objects.filter(status=WorkStatus.DONE, finished_at__lt=limit).delete()
