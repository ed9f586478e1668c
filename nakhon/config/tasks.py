"""The demonstration's clock: once a minute its living cities go on. Declared only where the demonstration is loaded."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from nakhon.config.demo.filling import FILL
from nakhon.kernel.context import Context
from nakhon.kernel.models import Tenant
from nakhon.kernel.outbox import job
from nakhon.kernel.tasks import system_context

log = logging.getLogger("nakhon.demo")

ADVANCE_EVERY = 5
"""Minutes between readings; the turns between answer commands and go further back."""


def live_on(timestamp: int) -> None:
    """One turn of every living city. What was missed while the platform was off is caught up."""
    from nakhon.config.demo.sensors.living import keep_alive
    from nakhon.config.demo.sensors.loading import LIVES
    from nakhon.people.models import Organisation

    minute = datetime.fromtimestamp(timestamp, tz=UTC).minute
    shown = Organisation.objects.filter(is_demonstration=True, tenant__slug__in=LIVES).values_list("tenant", flat=True)
    for tenant in Tenant.objects.filter(pk__in=list(shown)).order_by("slug"):
        ctx = replace(system_context(tenant, "demonstration"), now=timezone.now())
        try:
            keep_alive(ctx, LIVES[tenant.slug], advancing=minute % ADVANCE_EVERY == 0)
        except Exception:
            log.exception("a city of the demonstration could not go on", extra={"tenant": tenant.slug})


@job(FILL)
def fill_register(ctx: Context, *, register: str) -> None:
    """Fill a large register of the demonstration."""
    from nakhon.config.demo.maps import fill_later

    fill_later(ctx, register)


if settings.NAKHON_DEMO:
    app.periodic(cron="* * * * *", periodic_id="demonstration")(
        app.task(name="nakhon.demonstration.live_on", queueing_lock="demonstration", lock="demonstration")(live_on)
    )
