"""Verbs that open what is masked: for a declared purpose and a reason, one entry in the audit trail for each record read."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Forbidden, Invalid, NotFound
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text
from nakhon.people.errors import ConsentNotTheBasis
from nakhon.people.models import Person, PersonSensitive, SensitiveKind
from nakhon.people.permissions import PERSON_REVEAL, SENSITIVE_EDIT, SENSITIVE_READ
from nakhon.people.personal_values import SEALED, address_text, birth_text, opened
from nakhon.people.rules.consent import may_go_on
from nakhon.people.services.persons import locked_person, note_use
from nakhon.people.standing import checked_reason, purpose_by_code, standing
from nakhon.people.types import Revealed


@verb(PERSON_REVEAL)
def reveal_person(ctx: Context, *, person_id: UUID, fields: Iterable[str], purpose: str, reason: str) -> Revealed:
    """The named fields of one person in clear, for once.

    ``fields`` are names of sealed fields; ``purpose`` the code of a declared purpose; ``reason`` a few words. Exactly one
    entry is recorded: who, why, which record and fields, when and from where, and never a value. Raises
    ``PurposeUnknown``, ``Invalid``, ``Restricted`` (all but the data protection officer), or ``Forbidden`` where the
    purpose may not use this person's data.
    """
    wanted = [name for name in dict.fromkeys(fields) if name in SEALED]
    if not wanted:
        raise Invalid(fields={"fields": Text("เลือกข้อมูลที่ต้องการเปิดดู", "Choose what to reveal")})
    row = purpose_by_code(purpose)
    why = checked_reason(reason)
    person = locked_person(ctx, person_id)
    # The data protection officer answers for restricted data itself, so only the others are held to the purpose.
    if person.restricted_at is None and not may_go_on(standing(person, row)):
        raise Forbidden(
            Text("ใช้ข้อมูลของบุคคลนี้เพื่อวัตถุประสงค์นี้ไม่ได้", "This person's data may not be used for this purpose"),
            Text(
                "ขอความยินยอมก่อน หรือเลือกวัตถุประสงค์ที่มีฐานกฎหมาย",
                "Ask for consent first, or choose a purpose with another basis",
            ),
        )
    values = {name: _in_clear(person, name, ctx.language) for name in wanted}
    record(ctx.for_purpose(row.code), "people.person.revealed", person, detail={"fields": wanted, "reason": why})
    return Revealed(person.pk, person.full_name, values, row.name)


@verb(SENSITIVE_EDIT)
def record_sensitive(ctx: Context, *, person_id: UUID, kind: str, body: str, purpose: str) -> UUID:
    """Keep a sensitive fact (PDPA s.26) for one purpose that has a basis for it. Returns its id.

    Raises ``Invalid``, ``PurposeUnknown``, ``ConsentNotTheBasis`` (the purpose has no basis of s.26) or ``Forbidden``
    (explicit consent is the basis and does not stand).
    """
    if kind not in SensitiveKind.values or not body.strip() or len(body) > 4000:
        raise Invalid(
            fields={
                "body": Text(
                    "เลือกประเภทและกรอกรายละเอียดไม่เกิน 4,000 ตัวอักษร", "Choose a kind and give up to 4,000 characters"
                )
            }
        )
    row = purpose_by_code(purpose)
    person = locked_person(ctx, person_id)
    if not row.sensitive_basis:
        raise ConsentNotTheBasis(
            Text(
                "วัตถุประสงค์นี้ไม่มีฐานตามมาตรา 26 สำหรับข้อมูลอ่อนไหว",
                "This purpose has no basis under section 26 for sensitive data",
            ),
            Text("เลือกวัตถุประสงค์อื่น หรือให้ DPO กำหนดฐาน", "Choose another purpose, or ask the DPO to define a basis"),
        )
    stands = standing(person, row)
    if not may_go_on(stands) or (row.sensitive_basis == "EXPLICIT_CONSENT" and not stands.consent_stands):
        raise Forbidden(
            Text("ยังไม่มีความยินยอมโดยชัดแจ้งสำหรับวัตถุประสงค์นี้", "There is no explicit consent for this purpose"),
            Text("ขอความยินยอมก่อน", "Ask for consent first"),
        )
    fact = PersonSensitive.objects.create(
        person=person, kind=kind, body=body.strip(), purpose=row, recorded_at=ctx.now, recorded_by=ctx.actor.id
    )
    note_use(ctx, person, row)
    record(ctx.for_purpose(row.code), "people.sensitive.recorded", person, detail={"kind": kind, "fact": str(fact.pk)})
    return UUID(str(fact.pk))


@verb(SENSITIVE_READ)
def reveal_sensitive(ctx: Context, *, person_id: UUID, fact_id: UUID, purpose: str, reason: str) -> str:
    """One sensitive fact in clear, recorded like every reading. Raises ``NotFound``, ``PurposeUnknown`` or ``Restricted``."""
    row = purpose_by_code(purpose)
    why = checked_reason(reason)
    person = locked_person(ctx, person_id)
    fact = PersonSensitive.objects.filter(pk=fact_id, person=person, ended_at=None).first()
    if fact is None:
        raise NotFound
    if fact.purpose_id != row.pk:
        raise Forbidden(
            Text("ข้อมูลนี้เก็บไว้เพื่อวัตถุประสงค์อื่น", "This is kept for another purpose"),
            Text("เลือกวัตถุประสงค์ที่บันทึกไว้กับข้อมูล", "Choose the purpose that it was recorded for"),
        )
    detail = {"fact": str(fact.pk), "kind": fact.kind, "reason": why}
    record(ctx.for_purpose(row.code), "people.sensitive.revealed", person, detail=detail)
    return opened(fact.body)


def _in_clear(person: Person, name: str, language: str) -> str:
    if name == "birth_date":
        text = birth_text(person)
        return text.in_(language) if text else ""
    if name == "address":
        return address_text(
            person.address, person.subdistrict_code, person.postcode, "en" if language == "en" else "th"
        )
    clear = opened(getattr(person, name))
    return SEALED[name].write(clear) if clear else ""
