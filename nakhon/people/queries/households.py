"""Questions about households: find by house number or place, and the card with who lives there and who has left."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Q

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import NotFound
from nakhon.kernel.verbs import query
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.identity import normalise_id, parse_house_registration_id
from nakhon.knowledge.text import Text
from nakhon.people.keyset import page_key, read_key
from nakhon.people.models import Household, HouseholdMember, Relation
from nakhon.people.models.households import RELATION_ENGLISH
from nakhon.people.permissions import HOUSEHOLD_READ
from nakhon.people.personal_values import index_of, opened, place_text
from nakhon.people.queries.persons import household_label
from nakhon.people.rules import masks
from nakhon.people.types import HouseholdCard, HouseholdMemberRow, HouseholdRow, Page


@query(HOUSEHOLD_READ)
def find_households(
    ctx: Context,
    *,
    text: str = "",
    subdistrict_code: str = "",
    moo: int | None = None,
    after: str = "",
    limit: int = 30,
) -> Page[HouseholdRow]:
    """Households by house registration number (11 digits) or place, newest first; three queries however many."""
    limit = max(1, min(limit, 100))
    rows = Household.objects.filter(closed_at=None)
    number = normalise_id(text)
    if number:
        try:
            rows = rows.filter(
                house_id_index=index_of("people.household.house_id", parse_house_registration_id(number))
            )
        except KnowledgeError:
            return Page([])
    if subdistrict_code:
        rows = rows.filter(subdistrict_code=subdistrict_code)
    if moo is not None:
        rows = rows.filter(moo=moo)
    if after:
        rows = rows.filter(pk__lt=read_key(after, 1)[0])
    found = list(rows.annotate(living=Count("members", filter=Q(members__until=None))).order_by("-pk")[: limit + 1])
    page = found[:limit]
    heads = HouseholdMember.objects.filter(household__in=page, relation=Relation.HEAD, until=None).select_related(
        "person"
    )
    names = {head.household_id: head.person.full_name for head in heads if head.person.restricted_at is None}
    return Page(
        [
            HouseholdRow(
                row.pk,
                household_label(row.moo, row.subdistrict_code),
                names.get(row.pk, ""),
                row.living,
                _house_id(row),
            )
            for row in page
        ],
        page_key(page[-1].pk) if len(found) > limit else "",
    )


@query(HOUSEHOLD_READ)
def household_card(ctx: Context, *, household_id: UUID) -> HouseholdCard:
    """A household, its number masked, with members and former members. Opening it is recorded. Raises ``NotFound``."""
    household = Household.objects.filter(pk=household_id).first()
    if household is None:
        raise NotFound(Text("ไม่พบครัวเรือนนี้", "There is no such household"))
    members = list(
        HouseholdMember.objects.filter(household=household).select_related("person").order_by("-until", "since", "pk")
    )
    order = {relation: number for number, relation in enumerate(Relation.values)}
    living = sorted((row for row in members if row.until is None), key=lambda row: (order[row.relation], row.since))
    record(ctx, "people.household.read", household, detail={"persons": [str(row.person_id) for row in living]})
    return HouseholdCard(
        id=household.pk,
        version=household.version,
        label=household_label(household.moo, household.subdistrict_code),
        house_id_masked=_house_id(household),
        address_masked=masks.MASK if household.address else "",
        subdistrict_code=household.subdistrict_code,
        postcode=household.postcode,
        moo=household.moo,
        place=place_text(household.subdistrict_code),
        members=tuple(_member(row) for row in living),
        former=tuple(_member(row) for row in members if row.until is not None),
        closed_at=household.closed_at,
    )


def _house_id(household: Household) -> str:
    return masks.mask_house_id(opened(household.house_id)) if household.house_id else ""


def _member(row: HouseholdMember) -> HouseholdMemberRow:
    hidden = row.person.restricted_at is not None
    return HouseholdMemberRow(
        person_id=row.person_id,
        name=masks.MASK if hidden else row.person.full_name,
        relation=row.relation,
        relation_text=Text(Relation(row.relation).label, RELATION_ENGLISH[row.relation]),
        since=row.since,
        until=row.until,
    )
