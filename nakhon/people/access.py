"""The doorkeeper: turns a log-in into an actor of one organisation. Runs before any permission exists, so it is no verb."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from nakhon.kernel.context import PUBLIC, Actor, ActorKind, Context, TenantRef
from nakhon.kernel.models import Tenant
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Membership, Organisation, User
from nakhon.people.models.organisations import LAO_KINDS
from nakhon.people.roles import STAFF


def organisation_by_slug(slug: str) -> Organisation | None:
    """The organisation with that address, with its tenant; None when there is none."""
    return Organisation.objects.select_related("tenant", "parent").filter(tenant__slug=slug).first()


def local_governments() -> list[Organisation]:
    """Every local government of the directory, by its Thai name: the cities in which somebody may sign in."""
    return list(Organisation.objects.filter(kind__in=LAO_KINDS).select_related("tenant").order_by("name_th"))


def tenant_ref(organisation: Organisation) -> TenantRef:
    tenant: Tenant = organisation.tenant
    return TenantRef(tenant.pk, tenant.slug, organisation.name)


def actor_for(tenant: TenantRef, user: User | None, *, second_factor: bool, now: datetime) -> Actor:
    """Who ``user`` is in ``tenant``: the public (None), a citizen, or staff with the roles of a membership that runs.

    Staff roles are withheld until the session has passed a second factor; roles the table does not know are ignored.
    """
    if user is None or not user.is_active:
        return PUBLIC
    citizen = frozenset({"public", "citizen"})
    label = str(user)
    if second_factor:
        with act_in(Context(tenant=tenant, actor=PUBLIC, now=now)):
            membership = (
                Membership.objects.filter(user=user, started_at__lte=now)
                .exclude(ended_at__lte=now)
                .prefetch_related("places")
                .first()
            )
            if membership is not None:
                roles = frozenset(membership.roles) & STAFF
                units = frozenset(place.unit_id for place in membership.places.all())
                return Actor(ActorKind.STAFF, str(user.pk), label, citizen | roles, units)
    return Actor(ActorKind.CITIZEN, str(user.pk), label, citizen)


def is_member(tenant: TenantRef, user: User, now: datetime) -> bool:
    """True when ``user`` is on the staff of ``tenant`` now, whether or not a second factor was passed."""
    with act_in(Context(tenant=tenant, actor=PUBLIC, now=now)):
        return bool(Membership.objects.filter(user=user, started_at__lte=now).exclude(ended_at__lte=now).exists())


@dataclass(frozen=True, slots=True)
class StaffPlace:
    """An organisation in which somebody is staff now, and the roles held there."""

    tenant: TenantRef
    roles: frozenset[str]
    title: str


def memberships_of(user: User, organisations: Iterable[Organisation], now: datetime) -> list[StaffPlace]:
    """Where among ``organisations`` ``user`` is staff now. Each is asked from within, for no query crosses organisations."""
    found: list[StaffPlace] = []
    for organisation in organisations:
        tenant = tenant_ref(organisation)
        with act_in(Context(tenant=tenant, actor=PUBLIC, now=now)):
            row = Membership.objects.filter(user=user, started_at__lte=now).exclude(ended_at__lte=now).first()
        if row is not None:
            found.append(StaffPlace(tenant, frozenset(row.roles) & STAFF, row.title))
    return found
