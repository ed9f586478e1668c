"""Recognises a message that was stored and came again: readings without a time of their own carry the mark of their message."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from nakhon.citydata.sensors.ingest import context_of
from nakhon.citydata.sensors.models import Observation
from nakhon.kernel.tenancy import act_in

MARK = "resend"
WITHIN = timedelta(hours=1)
"""How long after the first arrival a repetition is recognised."""


def marked(mark: str) -> dict[str, Any]:
    """What a reading keeps in its ``parameters``."""
    return {MARK: mark}


def stored_at(tenant_id: UUID, datastream: int, mark: str) -> datetime | None:
    """The time under which the message with this mark was stored within the last hour, or None."""
    ctx = context_of(tenant_id)
    with act_in(ctx):
        recent = Observation.objects.filter(
            datastream_id=datastream, phenomenon_time__gte=ctx.now - WITHIN, parameters__contains=marked(mark)
        )
        found: datetime | None = recent.values_list("phenomenon_time", flat=True).first()
        return found
