"""Leaves a trace of looking into a guarded register: who saw what kind of view of it, and why, never what it held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from nakhon.citydata.registers.models import Record, Register
from nakhon.citydata.registers.rules.shape import Shape
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.models import AuditEntry

SAME_LOOK = timedelta(minutes=10)
"""A map asks for dozens of tiles at each move: looks of one person at one map within this time are one entry."""


def note_record(ctx: Context, shape: Shape, row: Record, what: str) -> None:
    """Record that one record was opened (``viewed``, ``history_viewed``)."""
    if shape.hides_places:
        record(ctx, f"citydata.record.{what}", row, detail={"register": shape.id, "key": row.key})


def note_list(ctx: Context, shape: Shape, register: Register, detail: Mapping[str, Any]) -> None:
    """Record that a list was looked at: how many were shown, and which properties it was filtered by."""
    if shape.hides_places:
        record(ctx, "citydata.register.viewed", register, detail={"register": shape.id, **detail})


def note_map(ctx: Context, shape: Shape, register: Register, *, exact: bool) -> None:
    """Record that the register was looked at on a map, once in ten minutes for each person and each precision."""
    if not shape.hides_places:
        return
    lately = AuditEntry.objects.filter(
        actor_id=ctx.actor.id, action="citydata.map.viewed", object_id=str(register.pk), at__gt=ctx.now - SAME_LOOK,
        detail__exact_places=exact, purpose=ctx.purpose,
    )  # fmt: skip
    if not lately.exists():
        record(ctx, "citydata.map.viewed", register, detail={"register": shape.id, "exact_places": exact})
