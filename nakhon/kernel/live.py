"""What just happened, as PostgreSQL's NOTIFY tells it: small hints of (tenant, kind, ids), heard by whoever listens now.

A hint is no fact: it may be lost when nobody listens or the connection breaks. Facts leave through the outbox.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

log = logging.getLogger("nakhon.live")

CHANNEL = "nakhon_live"
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
MOST_IDS = 50
PATIENCE = 30.0
"""Seconds without a hint after which the connection is asked whether it still lives."""


@dataclass(frozen=True, slots=True)
class Hint:
    """``kind`` is obs, alert, command or import; ``ids`` are at most 50, and empty when there were more."""

    tenant: UUID
    kind: str
    ids: tuple[int | str, ...] = ()


def tell(tenant_id: UUID, kind: str, ids: Iterable[object]) -> None:
    """Give a hint, heard when the current transaction is committed; more than 50 ``ids`` are told as none, which means many."""
    named = sorted({str(one) for one in ids})
    payload = {"t": str(tenant_id), "k": kind, "i": named if len(named) <= MOST_IDS else []}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(payload)])


def parse(payload: str) -> Hint | None:
    """A hint as the channel carries it; None for anything else."""
    try:
        said = json.loads(payload)
        return Hint(UUID(said["t"]), str(said["k"]), tuple(said.get("i") or ()))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


async def listen(hear: Callable[[Hint], None], *, connected: Callable[[bool], None] | None = None) -> None:
    """Listen until cancelled, coming back after each loss of the connection. ``connected`` is told of both turns."""
    pause = FIRST_PAUSE
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True) as heard:
                await heard.execute(f"LISTEN {CHANNEL}")
                pause = FIRST_PAUSE
                if connected is not None:
                    connected(True)
                while True:
                    async for notice in heard.notifies(timeout=PATIENCE):
                        if notice.channel == CHANNEL and (hint := parse(notice.payload)) is not None:
                            hear(hint)
                    await heard.execute("SELECT 1")
        except (psycopg.Error, OSError) as error:
            if connected is not None:
                connected(False)
            log.warning("no longer listening; trying again", extra={"error": str(error).strip()[:200]})
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)


def _parameters() -> dict[str, Any]:
    options = dict(connection.get_connection_params())
    for ours in ("cursor_factory", "context", "prepare_threshold"):
        options.pop(ours, None)
    return {**options, "connect_timeout": 5}
