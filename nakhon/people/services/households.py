"""Verbs on households: make one, change its place, move persons in and out with the day it happened, name the head."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Invalid, NotFound
from nakhon.kernel.outbox import announce
from nakhon.kernel.verbs import verb
from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.identity import parse_house_registration_id
from nakhon.knowledge.text import Text
from nakhon.people.events import HouseholdChanged
from nakhon.people.intake import REQUIRED, Intake
from nakhon.people.models import Household, HouseholdMember, Relation
from nakhon.people.permissions import HOUSEHOLD_EDIT
from nakhon.people.personal_values import DETAIL_PARTS, index_of, opened, read_address
from nakhon.people.rules import masks
from nakhon.people.services.persons import locked_person


@verb(HOUSEHOLD_EDIT)
def create_household(ctx: Context, *, fields: Mapping[str, Any], head_id: UUID | None = None) -> UUID:
    """Make a household at a place and, where given, move its head in today. Returns its id.

    ``fields``: the parts of the address (the subdistrict is required) and ``house_id``, the 11-digit house registration
    number. Raises ``Invalid`` naming the fields, ``PersonNotFound`` or ``Restricted``.
    """
    household = Household(created_at=ctx.now, updated_at=ctx.now)
    changed = _fill(household, fields, ())
    household.save(force_insert=True)
    if head_id is not None:
        _move(ctx, head_id, household, Relation.HEAD, in_bangkok(ctx.now).date())
    record(ctx, "people.household.created", household, detail={"fields": changed, "head": str(head_id or "")})
    announce(ctx, HouseholdChanged(str(household.pk)))
    return UUID(str(household.pk))


@verb(HOUSEHOLD_EDIT)
def edit_household(
    ctx: Context, *, household_id: UUID, version: int, fields: Mapping[str, Any], clear: Iterable[str] = ()
) -> None:
    """Change a household's place or number; what came back blank or masked stays. Raises ``Conflict`` or ``Invalid``."""
    household = _household(household_id)
    if household.version != version:
        raise Conflict
    changed = _fill(household, fields, tuple(clear))
    _touch(ctx, household)
    record(ctx, "people.household.edited", household, detail={"fields": changed})
    announce(ctx, HouseholdChanged(str(household.pk)))


@verb(HOUSEHOLD_EDIT)
def move_person(
    ctx: Context, *, person_id: UUID, household_id: UUID | None, relation: str = "", on: date | None = None
) -> None:
    """A person moves into a household (out of the present one), or out of any (None), on a day that is not in the future.

    The time in the former household ends that day and stays as history. Moving within the same household changes the
    relation. Raises ``Invalid``, ``NotFound``, ``PersonNotFound``, or ``Conflict`` for a second head.
    """
    day = on or in_bangkok(ctx.now).date()
    intake = Intake()
    if day > in_bangkok(ctx.now).date():
        intake.wrong("on", "วันที่ย้ายอยู่ในอนาคต", "The day of the move lies in the future")
    if household_id is not None:
        intake.choice("relation", relation, Relation.values)
    intake.done()
    household = _household(household_id) if household_id else None
    _move(ctx, person_id, household, relation, day)
    detail = {"household": str(household.pk) if household else "", "relation": relation, "on": day.isoformat()}
    record(ctx, "people.household.moved", str(person_id), detail=detail)


@verb(HOUSEHOLD_EDIT)
def close_household(ctx: Context, *, household_id: UUID) -> None:
    """Close a household in which nobody lives any more. Raises ``Conflict`` while somebody does."""
    household = _household(household_id)
    if HouseholdMember.objects.filter(household=household, until=None).exists():
        raise Conflict(
            Text("ครัวเรือนนี้ยังมีสมาชิกอยู่", "Somebody still lives in this household"),
            Text("ย้ายสมาชิกออกก่อน แล้วปิดอีกครั้ง", "Move the members out first"),
        )
    household.closed_at = ctx.now
    _touch(ctx, household)
    record(ctx, "people.household.closed", household)
    announce(ctx, HouseholdChanged(str(household.pk)))


def _household(household_id: UUID) -> Household:
    found: Household | None = Household.objects.select_for_update().filter(pk=household_id).first()
    if found is None or found.closed_at is not None:
        raise NotFound(
            Text("ไม่พบครัวเรือนนี้ หรือปิดไปแล้ว", "There is no such household, or it is closed"),
            Text("ค้นหาครัวเรือนอีกครั้ง", "Search for the household again"),
        )
    return found


def _move(ctx: Context, person_id: UUID, household: Household | None, relation: str, day: date) -> None:
    person = locked_person(ctx, person_id)
    present = HouseholdMember.objects.select_for_update().filter(person=person, until=None).first()
    if household is not None and relation == Relation.HEAD:
        heads = HouseholdMember.objects.filter(household=household, relation=Relation.HEAD, until=None)
        if heads.exclude(person=person).exists():
            raise Conflict(
                Text("ครัวเรือนนี้มีหัวหน้าอยู่แล้ว", "This household has a head already"),
                Text("เปลี่ยนความสัมพันธ์ของหัวหน้าคนเดิมก่อน", "Change the relation of the present head first"),
            )
    if present is None and household is None:
        raise Conflict(
            Text("บุคคลนี้ไม่ได้อยู่ในครัวเรือนใด", "The person lives in no household"),
            Text("ไม่ต้องทำอะไรอีก", "There is nothing to do"),
        )
    if present is not None and household is not None and present.household_id == household.pk:
        present.relation = relation
        present.save(update_fields=["relation"])
        announce(ctx, HouseholdChanged(str(household.pk)))
        return
    if present is not None:
        if day < present.since:
            since = present.since
            raise Invalid(
                fields={
                    "on": Text(
                        f"ย้ายออกก่อนวันที่ย้ายเข้า ({since.day}/{since.month}/{since.year + 543}) ไม่ได้",
                        f"It cannot be before the day of moving in ({since.isoformat()})",
                    )
                }
            )
        present.until = day
        present.save(update_fields=["until"])
        announce(ctx, HouseholdChanged(str(present.household_id)))
    if household is not None:
        HouseholdMember.objects.create(household=household, person=person, relation=relation, since=day)
        announce(ctx, HouseholdChanged(str(household.pk)))


def _touch(ctx: Context, household: Household) -> None:
    household.version += 1
    household.updated_at = ctx.now
    household.save()


def _fill(household: Household, given: Mapping[str, Any], clear: tuple[str, ...]) -> list[str]:
    intake = Intake()
    changed: list[str] = []
    shown = masks.mask_house_id(opened(household.house_id)) if household.house_id else ""
    if "house_id" in clear and household.house_id is not None:
        household.house_id, household.house_id_index = None, None
        changed.append("house_id")
    if not masks.left_as_it_was(given.get("house_id"), shown):
        digits = intake.read("house_id", str(given["house_id"]), parse_house_registration_id)
        if digits and digits != opened(household.house_id):
            household.house_id, household.house_id_index = digits, index_of("people.household.house_id", digits)
            changed.append("house_id")
    subdistrict = str(given.get("subdistrict_code") or "").strip()
    new = not household.subdistrict_code
    detailed = any(str(given.get(part) or "").strip() for part in DETAIL_PARTS)
    if new and not subdistrict:
        intake.problems.setdefault("subdistrict_code", REQUIRED)
    elif new or detailed or (subdistrict and subdistrict != household.subdistrict_code):
        detail, code, postcode = read_address(
            intake, {**given, "subdistrict_code": subdistrict or household.subdistrict_code}
        )
        household.address, household.subdistrict_code, household.postcode = detail, code, postcode
        moo = str(given.get("moo") or "").strip()
        household.moo = intake.whole("moo", moo, least=1, most=99)
        changed.append("address")
    intake.done()
    return changed
