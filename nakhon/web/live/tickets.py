"""Tickets: what Django knows of a reader, signed and short-lived, for the stream that runs beside Django."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.utils import timezone

from nakhon.kernel.context import Actor, ActorKind, Context, TenantRef
from nakhon.knowledge.text import Text

LIFE = 60
"""Seconds between getting a ticket and opening the stream."""
_SALT = "nakhon.live"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks. Readers with the same rights are served together, so nothing here tells one person from another."""

    tenant: UUID
    city: str
    kind: str
    roles: frozenset[str]
    units: frozenset[UUID]

    def context(self) -> Context:
        tenant = TenantRef(self.tenant, self.city, Text(self.city, self.city))
        actor = Actor(ActorKind(self.kind), label="live", roles=self.roles, units=self.units)
        return Context(tenant=tenant, actor=actor, now=timezone.now(), signed_in=self.kind != ActorKind.PUBLIC)


def ticket_for(ctx: Context) -> str:
    """A ticket for the rights that ``ctx`` has now."""
    actor = ctx.actor
    said = {
        "t": str(ctx.tenant.id),
        "c": ctx.tenant.slug,
        "k": str(actor.kind),
        "r": sorted(actor.roles),
        "u": sorted(map(str, actor.units)),
    }
    return signing.dumps(said, salt=_SALT, compress=True)


def reader_of(ticket: str) -> Reader | None:
    """Who a ticket lets in; None for one that is old, altered or not ours."""
    try:
        said = signing.loads(ticket, salt=_SALT, max_age=LIFE)
        return Reader(
            UUID(said["t"]), said["c"], said["k"], frozenset(said["r"]), frozenset(UUID(unit) for unit in said["u"])
        )
    except (signing.BadSignature, KeyError, ValueError, TypeError):
        return None
