"""Makes what tests need, through models only: cities, contexts."""

from __future__ import annotations

from datetime import UTC, datetime

from nakhon.kernel.context import PUBLIC, Actor, ActorKind, Context, TenantRef
from nakhon.kernel.models import Tenant
from nakhon.people.models import Organisation

NOW = datetime(2026, 4, 10, 8, 30, tzinfo=UTC)
"""Friday 10 April 2026, 15:30 in Bangkok."""


def city(slug: str, th: str, en: str) -> Organisation:
    tenant = Tenant.objects.create(slug=slug, name_th=th, name_en=en, created_at=NOW)
    return Organisation.objects.create(tenant=tenant, kind="CITY_MUN", name_th=th, name_en=en)


def ctx(
    organisation: Organisation,
    *roles: str,
    now: datetime = NOW,
    language: str = "th",
    actor_id: str = "",
    purpose: str = "",
) -> Context:
    """A context in ``organisation`` for somebody with ``roles``; without roles, for the public."""
    tenant = organisation.tenant
    reference = TenantRef(tenant.pk, tenant.slug, organisation.name)
    if not roles:
        actor = PUBLIC
    elif roles == ("citizen",):
        actor = Actor(ActorKind.CITIZEN, actor_id or "citizen", "citizen", frozenset({"public", "citizen"}))
    else:
        actor = Actor(ActorKind.STAFF, actor_id or "-".join(roles), "-".join(roles), frozenset(roles))
    return Context(tenant=reference, actor=actor, now=now, language=language, purpose=purpose)


def run_worker() -> None:
    """Let the real worker do all work that is due, then stop. Needs ``transactional_db``.

    A worker that does not wait ends at its first look that finds nothing, though work that is being done may still ask for more.
    """
    from django.db import connection

    from nakhon.kernel.management.commands.work import run_until_stopped

    for _ in range(6):
        run_until_stopped(wait=False, install_signal_handlers=False, listen_notify=False)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()"
            )
            if cursor.fetchone()[0] == 0:
                return
