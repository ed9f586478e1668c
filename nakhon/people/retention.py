"""What this room forgets after a time: persons nobody serves any more, and the texts of closed rights requests."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from nakhon.kernel.context import Context
from nakhon.kernel.personal import RetentionAction, RetentionSubject, register_retention
from nakhon.knowledge.text import Text
from nakhon.people.erasure import erase_everything, forget_all
from nakhon.people.models import HouseholdMember, Person, PersonSensitive, RightsRequest
from nakhon.people.rules.rights import OPEN_STATES


def _find_persons(ctx: Context, before: datetime, limit: int) -> list[UUID]:
    """Unused since ``before``, not in a household now, without an open request; duplicates go with the person they are."""
    living = HouseholdMember.objects.filter(person=OuterRef("pk"), until=None)
    asking = RightsRequest.objects.filter(person=OuterRef("pk"), state__in=OPEN_STATES)
    rows = Person.objects.filter(last_used_at__lt=before, merged_into=None, erased_at=None, restricted_at=None)
    return list(
        rows.filter(~Exists(living), ~Exists(asking)).order_by("last_used_at").values_list("pk", flat=True)[:limit]
    )


def _act_on_persons(ctx: Context, ids: list[UUID], action: str) -> int:
    """Erase what no purpose keeps any more; what one still keeps stays until that one ends too."""
    done = 0
    for person in Person.objects.filter(pk__in=ids):
        erase_everything(ctx, person)
        person.refresh_from_db()
        if person.erased_at is None:
            continue
        for duplicate in Person.objects.filter(merged_into=person):
            forget_all(duplicate)
            duplicate.erased_at = ctx.now
            duplicate.save()
        PersonSensitive.objects.filter(person=person).delete()
        done += 1
    return done


def _find_requests(ctx: Context, before: datetime, limit: int) -> list[UUID]:
    told = Q(requester_name__isnull=False) | Q(requester_contact__isnull=False) | Q(detail__isnull=False)
    rows = RightsRequest.objects.filter(told | Q(answer__isnull=False), closed_at__lt=before)
    return list(rows.order_by("closed_at").values_list("pk", flat=True)[:limit])


def _act_on_requests(ctx: Context, ids: list[UUID], action: str) -> int:
    """The texts go; number, kind, days and outcome stay, for the record of processing (s.39)."""
    return int(
        RightsRequest.objects.filter(pk__in=ids).update(
            requester_name=None, requester_contact=None, detail=None, answer=None
        )
    )


_ANONYMISE = frozenset({RetentionAction.ANONYMISE.value})

PERSONS = register_retention(
    RetentionSubject(
        "people.person",
        Text("บุคคลที่ไม่ได้ใช้บริการแล้ว", "Persons no longer served"),
        _find_persons,
        _act_on_persons,
        _ANONYMISE,
    )
)
REQUESTS = register_retention(
    RetentionSubject(
        "people.rights-request",
        Text("ข้อความในคำขอใช้สิทธิที่ปิดแล้ว", "Texts of closed rights requests"),
        _find_requests,
        _act_on_requests,
        _ANONYMISE,
    )
)
