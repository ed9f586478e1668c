"""Reads that verbs and queries of this room share: the own person, a purpose by its code, how a person stands to a purpose."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Invalid
from nakhon.knowledge.duties import LawfulBasis
from nakhon.knowledge.text import Text
from nakhon.people.errors import NotLinked, PurposeUnknown
from nakhon.people.models import ConsentRecord, Person, ProcessingPurpose, RightsRequest
from nakhon.people.rules.consent import Standing


def own_person(ctx: Context, *, lock: bool = False) -> Person:
    """The record that the actor's account is linked to here. Raises ``NotLinked``."""
    try:
        account = UUID(ctx.actor.id)
    except ValueError:
        raise NotLinked from None
    rows = Person.objects.select_for_update(of=("self",)) if lock else Person.objects.all()
    person: Person | None = rows.filter(account_id=account, merged_into=None, erased_at=None).first()
    if person is None:
        raise NotLinked
    return person


def purpose_by_code(code: str) -> ProcessingPurpose:
    """A declared purpose that has not ended. Raises ``PurposeUnknown``, or ``Invalid`` when none was chosen."""
    if not code:
        raise Invalid(fields={"purpose": Text("เลือกวัตถุประสงค์", "Choose a purpose")})
    found: ProcessingPurpose | None = ProcessingPurpose.objects.filter(code=code, ended_at=None).first()
    if found is None:
        raise PurposeUnknown(fields={"purpose": PurposeUnknown.default_message})
    return found


def all_ids(person: Person) -> list[UUID]:
    """The person's id and those of the duplicates that were merged into it, under which consents may lie."""
    return [person.pk, *Person.objects.filter(merged_into=person).values_list("pk", flat=True)]


def latest_consents(person_ids: Collection[UUID]) -> dict[UUID, ConsentRecord]:
    """The last word of a person on each purpose, by the purpose's id."""
    rows = ConsentRecord.objects.filter(person_id__in=person_ids).order_by("purpose_id", "-at", "-pk")
    return {row.purpose_id: row for row in rows.distinct("purpose_id")}


def standing(person: Person, purpose: ProcessingPurpose) -> Standing:
    """What the rule ``may_go_on`` needs to know."""
    ids = all_ids(person)
    basis = LawfulBasis(purpose.basis)
    last = None
    if basis is LawfulBasis.CONSENT or purpose.sensitive_basis == "EXPLICIT_CONSENT":
        last = latest_consents(ids).get(purpose.pk)
    objected = RightsRequest.objects.filter(
        person_id__in=ids, kind="OBJECT", state="FULFILLED", purpose=purpose
    ).exists()
    return Standing(
        basis=basis,
        purpose_ended=purpose.ended_at is not None,
        consent_stands=last is not None and last.granted,
        objected=objected,
        restricted=person.restricted_at is not None,
        erased=person.erased_at is not None,
    )


def checked_reason(reason: str) -> str:
    """Why somebody looks, in a few words; refused when empty or when it carries a number that tells who it is about."""
    text = " ".join(reason.split())
    digits = sum(character.isdigit() for character in text)
    if len(text) < 5:
        raise Invalid(
            fields={"reason": Text("บอกเหตุผลสั้น ๆ อย่างน้อย 5 ตัวอักษร", "Give a reason of at least 5 characters")}
        )
    if digits >= 9:
        raise Invalid(
            fields={
                "reason": Text(
                    "อย่าใส่เลขประจำตัวหรือโทรศัพท์ในเหตุผล", "Leave identity and telephone numbers out of the reason"
                )
            }
        )
    return text[:300]
