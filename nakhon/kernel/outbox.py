"""Facts leave a transaction through the outbox: written with the change, delivered afterwards, at least once, in any order.

A room announces an event; ``reactions`` subscribes handlers. Each handler gets its own piece of work with its own retries,
so one that fails does not hold up the others. Work that fails for good is a dead letter: visible and replayable.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.db import transaction

from nakhon.kernel.context import Context
from nakhon.kernel.models import Event, Work
from nakhon.kernel.tenancy import act_in, new_id

Handler = Callable[..., None]
F = TypeVar("F", bound=Handler)


class Fact:
    """Base of a room's events: a frozen dataclass of JSON values (ids as text), named ``room.SubjectHappened``."""

    name: ClassVar[str]


_handlers: dict[str, dict[str, Handler]] = {}
_jobs: dict[str, Handler] = {}


def on(fact: type[Fact], handler_id: str) -> Callable[[F], F]:
    """Subscribe ``handler(ctx, fact)`` under a stable id. The handler must be safe to run twice."""

    def declare(handler: F) -> F:
        _handlers.setdefault(fact.name, {})[handler_id] = handler
        _facts[fact.name] = fact
        return handler

    return declare


_facts: dict[str, type[Fact]] = {}


def job(name: str) -> Callable[[F], F]:
    """Declare ``function(ctx, **arguments)`` as a background job that ``enqueue`` can name."""

    def declare(function: F) -> F:
        _jobs[name] = function
        return function

    return declare


def subscriptions() -> dict[str, list[str]]:
    """Handler ids by event name."""
    return {name: sorted(found) for name, found in _handlers.items()}


def job_names() -> list[str]:
    return sorted(_jobs)


def announce(ctx: Context, fact: Fact) -> Event:
    """Write ``fact`` to the outbox, with a piece of work for each of its handlers, in the caller's transaction."""
    with act_in(ctx), transaction.atomic():
        event = Event.objects.create(
            name=fact.name,
            payload=dataclasses.asdict(fact),  # type: ignore[call-overload]
            at=ctx.now,
            actor_label=ctx.actor.trail_label,
            request_id=ctx.request_id,
        )
        for handler_id in _handlers.get(fact.name, {}):
            _put(ctx, handler_id, key=str(event.pk), event=event, arguments={}, due_at=ctx.now)
    return event


def enqueue(
    ctx: Context, name: str, *, key: str | None = None, due_at: datetime | None = None, **arguments: Any
) -> Work | None:
    """Put a job in the queue within the caller's transaction.

    ``key`` makes it idempotent: a second request with the same name and key returns None and does nothing.
    ``due_at`` delays it. Raises ``KeyError`` for a job that nobody declared.
    """
    if name not in _jobs:
        raise KeyError(f"No job is called {name!r}")
    with act_in(ctx), transaction.atomic():
        return _put(ctx, name, key=key or str(new_id()), event=None, arguments=arguments, due_at=due_at or ctx.now)


def _put(
    ctx: Context, name: str, *, key: str, event: Event | None, arguments: dict[str, Any], due_at: datetime
) -> Work | None:
    from nakhon.kernel.tasks import defer

    work, created = Work.objects.get_or_create(
        name=name,
        key=key,
        tenant_id=ctx.tenant.id,
        defaults={"event": event, "arguments": arguments, "created_at": ctx.now, "due_at": due_at},
    )
    if not created:
        return None
    defer(ctx.tenant.id, work.pk, due_at if due_at > ctx.now else None)
    return work


def run(ctx: Context, work: Work) -> None:
    """Call the handler or the job of ``work``. Raises whatever it raises; ``KeyError`` when it no longer exists."""
    if work.event is not None:
        fact = _facts[work.event.name](**work.event.payload)
        _handlers[work.event.name][work.name](ctx, fact)
    else:
        _jobs[work.name](ctx, **work.arguments)
