"""Questions about the staff, and the permission table as the console shows it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Collate, NullIf

from nakhon.kernel.context import Context
from nakhon.kernel.errors import NotFound
from nakhon.kernel.permissions import table
from nakhon.kernel.verbs import query
from nakhon.knowledge.collation import sort_key
from nakhon.knowledge.text import Text
from nakhon.people.keyset import THAI
from nakhon.people.models import Membership
from nakhon.people.permissions import MEMBER_READ
from nakhon.people.roles import ROLES, STAFF_ROLES
from nakhon.people.types import MemberRow


@dataclass(frozen=True, slots=True)
class RoleTable:
    """The permission table: roles as columns, permissions as rows with a yes or no per role."""

    roles: tuple[tuple[str, Text], ...]
    rows: tuple[tuple[str, Text, tuple[bool, ...]], ...]


@query(MEMBER_READ)
def members(
    ctx: Context, *, text: str = "", role: str = "", unit_id: UUID | None = None, with_ended: bool = False
) -> list[MemberRow]:
    """The staff by name in Thai dictionary order; those whose membership ended only when asked for. Two queries."""
    rows = _found(ctx, text, role, unit_id, with_ended).select_related("user").prefetch_related("places__unit")
    return sorted((_row(row) for row in rows), key=lambda row: sort_key(row.name))


@query(MEMBER_READ)
def member_page(
    ctx: Context,
    *,
    text: str = "",
    role: str = "",
    unit_id: UUID | None = None,
    with_ended: bool = False,
    start: int = 0,
    limit: int = 50,
) -> tuple[list[MemberRow], int, int]:
    """The part of the staff from ``start`` (counted from 0), where it really starts, and how many there are in all.

    Names in Thai come before names in Latin letters. A start beyond the end gives the last part.
    Counted and cut in the database, which knows the order of the Thai dictionary.
    """
    rows = _found(ctx, text, role, unit_id, with_ended)
    total = rows.count()
    limit = max(1, min(limit, 200))
    start = max(0, min(start, (total - 1) // limit * limit))
    named = NullIf("user__display_name", Value(""))
    name = Coalesce(named, "user__email", "user__phone", Cast("user_id", CharField()), output_field=CharField())
    part = rows.select_related("user").prefetch_related("places__unit").annotate(in_order=Collate(name, THAI))
    return [_row(row) for row in part.order_by("in_order", "pk")[start : start + limit]], start, total


def _found(ctx: Context, text: str, role: str, unit_id: UUID | None, with_ended: bool) -> QuerySet[Membership]:
    rows: QuerySet[Membership] = Membership.objects.all()
    if not with_ended:
        rows = rows.exclude(ended_at__lte=ctx.now)
    if role:
        rows = rows.filter(roles__contains=[role])
    if unit_id:
        rows = rows.filter(places__unit_id=unit_id)
    if text.strip():
        wanted = text.strip()
        rows = rows.filter(
            Q(user__display_name__icontains=wanted) | Q(user__email__icontains=wanted) | Q(title__icontains=wanted)
        )
    return rows


@query(MEMBER_READ)
def member(ctx: Context, *, membership_id: UUID) -> MemberRow:
    """One member of the staff, also one whose membership ended. Raises ``NotFound``."""
    found = Membership.objects.select_related("user").prefetch_related("places__unit").filter(pk=membership_id).first()
    if found is None:
        raise NotFound(Text("ไม่พบบุคลากรคนนี้", "There is no such member of staff"))
    return _row(found)


@query(MEMBER_READ)
def role_table(ctx: Context) -> RoleTable:
    """Which role may do what: the one permission table."""
    codes = ("public", "citizen", *STAFF_ROLES)
    rows = tuple(
        (row.code, row.text, tuple(code in row.roles for code in codes))
        for row in sorted(table().values(), key=lambda row: row.code)
    )
    return RoleTable(tuple((code, ROLES[code]) for code in codes), rows)


def _row(row: Membership) -> MemberRow:
    return MemberRow(
        id=row.pk,
        user_id=row.user_id,
        name=str(row.user),
        email=row.user.email or "",
        title=row.title,
        roles=tuple((code, ROLES[code]) for code in STAFF_ROLES if code in row.roles),
        units=tuple((place.unit_id, place.unit.name) for place in row.places.all()),
        started_at=row.started_at,
        ended_at=row.ended_at,
        is_active=row.user.is_active,
    )
