"""Questions to the tree of units."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from nakhon.kernel.context import Context
from nakhon.kernel.errors import NotFound
from nakhon.kernel.verbs import query
from nakhon.knowledge.collation import sort_key
from nakhon.knowledge.text import Text
from nakhon.people.models import Unit
from nakhon.people.models.organisations import UNIT_KIND_ENGLISH, UnitKind
from nakhon.people.permissions import UNIT_READ
from nakhon.people.types import UnitNode

UNIT_KINDS: tuple[tuple[str, Text], ...] = tuple(
    (kind.value, Text(kind.label, UNIT_KIND_ENGLISH[kind.value])) for kind in UnitKind
)
"""The kinds of units and what each is called."""


@query(UNIT_READ)
def unit_tree(ctx: Context, *, with_closed: bool = False) -> tuple[UnitNode, ...]:
    """The units as a tree, in their order, then by Thai dictionary order. One query; closed ones only when asked for."""
    return _tree(with_closed)


@query(UNIT_READ)
def units(ctx: Context, *, with_closed: bool = False) -> list[UnitNode]:
    """The same units as one list, parents before their parts, with ``depth`` for indenting."""
    found: list[UnitNode] = []

    def walk(nodes: tuple[UnitNode, ...]) -> None:
        for node in nodes:
            found.append(node)
            walk(node.children)

    walk(_tree(with_closed))
    return found


@query(UNIT_READ)
def unit(ctx: Context, *, unit_id: UUID) -> Unit:
    """One unit with its parent. Raises ``NotFound``."""
    found: Unit | None = Unit.objects.select_related("parent").filter(pk=unit_id).first()
    if found is None:
        raise NotFound(Text("ไม่พบหน่วยงานย่อยนี้", "There is no such unit"))
    return found


def _tree(with_closed: bool) -> tuple[UnitNode, ...]:
    rows = Unit.objects.annotate(staff=Count("places", filter=Q(places__membership__ended_at=None)))
    if not with_closed:
        rows = rows.filter(closed_at=None)
    below: dict[UUID | None, list[Any]] = defaultdict(list)
    for row in rows:
        below[row.parent_id].append(row)

    def nodes(parent: UUID | None, depth: int) -> tuple[UnitNode, ...]:
        ordered = sorted(below[parent], key=lambda row: (row.position, sort_key(row.name_th)))
        return tuple(
            UnitNode(
                id=row.pk,
                code=row.code,
                kind=row.kind,
                kind_text=Text(UnitKind(row.kind).label, UNIT_KIND_ENGLISH[row.kind]),
                name=row.name,
                depth=depth,
                position=row.position,
                members=row.staff,
                closed_at=row.closed_at,
                parent_id=row.parent_id,
                phone=row.phone,
                email=row.email,
                children=nodes(row.pk, depth + 1),
            )
            for row in ordered
        )

    return nodes(None, 0)
