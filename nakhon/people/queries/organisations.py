"""Questions to the directory: who is in it, one record, the tree."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Collate

from nakhon.kernel.context import Context
from nakhon.kernel.errors import NotFound
from nakhon.kernel.verbs import query
from nakhon.knowledge.collation import sort_key
from nakhon.knowledge.text import Text
from nakhon.knowledge.words import normalise
from nakhon.people.keyset import THAI, page_key, read_key
from nakhon.people.models import Organisation, OrganisationKind
from nakhon.people.models.organisations import KIND_ENGLISH
from nakhon.people.permissions import ORGANISATION_READ
from nakhon.people.types import OrganisationNode, Page

ORGANISATION_KINDS: tuple[tuple[str, Text], ...] = tuple(
    (kind.value, Text(kind.label, KIND_ENGLISH[kind.value])) for kind in OrganisationKind
)
"""The kinds of organisations and what each is called."""


@query(ORGANISATION_READ)
def directory(
    ctx: Context, *, text: str = "", kind: str = "", province_code: str = "", after: str = "", limit: int = 50
) -> Page[Organisation]:
    """Organisations whose Thai or English name or short name contains ``text``, of a kind and a province, in Thai order.

    ``after`` is the page key of the previous answer. At most 200 a page.
    """
    limit = max(1, min(limit, 200))
    rows = Organisation.objects.select_related("tenant", "parent")
    if kind:
        rows = rows.filter(kind=kind)
    if province_code:
        rows = rows.filter(province_code=province_code)
    wanted = normalise(text)
    if wanted:
        rows = rows.filter(
            Q(name_th__icontains=wanted) | Q(name_en__icontains=wanted) | Q(tenant__slug__icontains=wanted)
        )
    rows = rows.annotate(in_order=Collate("name_th", THAI))
    if after:
        name, key = read_key(after, 2)
        rows = rows.filter(Q(in_order__gt=name) | Q(in_order=name, pk__gt=key))
    found = list(rows.order_by("in_order", "pk")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], page_key(last.name_th, last.pk) if last else "")


@query(ORGANISATION_READ)
def organisation(ctx: Context, *, slug: str = "") -> Organisation:
    """One record of the directory, by default the acting organisation's own. Raises ``NotFound``."""
    found = (
        Organisation.objects.select_related("tenant", "parent", "parent__tenant")
        .filter(tenant__slug=slug or ctx.tenant.slug)
        .first()
    )
    if found is None:
        raise NotFound
    return found


@query(ORGANISATION_READ)
def organisation_tree(ctx: Context, *, root_slug: str = "") -> tuple[OrganisationNode, ...]:
    """The tree of organisations below ``root_slug``, or all of it; siblings in Thai dictionary order. One query."""
    below: dict[UUID | None, list[Organisation]] = defaultdict(list)
    root: UUID | None = None
    for row in Organisation.objects.select_related("tenant"):
        below[row.parent_id].append(row)
        if root_slug and row.tenant.slug == root_slug:
            root = row.pk
    if root_slug and root is None:
        raise NotFound

    def nodes(parent: UUID | None, above: frozenset[UUID]) -> tuple[OrganisationNode, ...]:
        rows = sorted(below[parent], key=lambda row: sort_key(row.name_th))
        return tuple(
            OrganisationNode(
                row.pk, row.tenant.slug, row.name, row.kind, row.kind_text, row.province_code,
                nodes(row.pk, above | {row.pk}),
            )
            for row in rows
            if row.pk not in above
        )  # fmt: skip

    return nodes(root, frozenset())
