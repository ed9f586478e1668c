"""Verbs on purposes and consent: define a purpose, publish its notice, give and withdraw consent, for oneself or at a counter."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

import yaml

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict
from nakhon.kernel.outbox import announce
from nakhon.kernel.personal import Category, RetentionAction
from nakhon.kernel.verbs import verb
from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.duties import LawfulBasis
from nakhon.knowledge.text import Text
from nakhon.people.city.queries import legal_figure
from nakhon.people.errors import ConsentNotTheBasis, GuardianNeeded, PersonNotFound
from nakhon.people.events import ConsentGiven, ConsentWithdrawn
from nakhon.people.intake import Intake
from nakhon.people.models import (
    ConsentChannel,
    ConsentRecord,
    Person,
    ProcessingPurpose,
    PurposeNotice,
    SensitiveBasis,
)
from nakhon.people.permissions import CONSENT_RECORD, OWN_DATA, PURPOSE_EDIT
from nakhon.people.personal_values import birth_of
from nakhon.people.rules.consent import MAJORITY, PARENT_BELOW, Who, who_consents
from nakhon.people.services.persons import locked_person, note_use
from nakhon.people.standing import all_ids, latest_consents, own_person, purpose_by_code


@verb(PURPOSE_EDIT)
def define_purpose(
    ctx: Context,
    *,
    code: str,
    name: Text,
    basis: str,
    notice: Text,
    categories: list[str],
    retention_months: int,
    retention_action: str = "ANONYMISE",
    recipients: Text | None = None,
    sensitive_basis: str = "",
    legal_reference: str = "",
    minor_may_consent: bool = False,
) -> ProcessingPurpose:
    """Declare a purpose, or change it; a notice with other words becomes a new version, and older consents keep the old one.

    ``basis`` is a ``LawfulBasis``; ``sensitive_basis`` one of s.26, needed when the categories hold SENSITIVE.
    Raises ``Invalid`` naming the fields.
    """
    intake = Intake()
    intake.text("code", code, required=True, most=40)
    intake.choice("basis", basis, [each.value for each in LawfulBasis])
    intake.choice("sensitive_basis", sensitive_basis, SensitiveBasis.values, required="SENSITIVE" in categories)
    intake.choice("retention_action", retention_action, RetentionAction.values)
    months = intake.whole("retention_months", retention_months, least=1, most=1200, required=True)
    if set(categories) - {each.value for each in Category} or not categories:
        intake.wrong("categories", "เลือกประเภทข้อมูลจากรายการ", "Choose categories from the list")
    intake.done()
    values: dict[str, Any] = {
        "name_th": name.th,
        "name_en": name.en,
        "basis": basis,
        "sensitive_basis": sensitive_basis,
        "legal_reference": legal_reference,
        "categories": list(categories),
        "recipients_th": recipients.th if recipients else "",
        "recipients_en": recipients.en if recipients else "",
        "retention_months": months,
        "retention_action": retention_action,
        "minor_may_consent": minor_may_consent,
        "ended_at": None,
    }
    purpose: ProcessingPurpose | None = ProcessingPurpose.objects.select_for_update().filter(code=code).first()
    if purpose is None:
        purpose = ProcessingPurpose(code=code, created_at=ctx.now, **values)
        changed = sorted(values)
    else:
        changed = sorted(key for key, value in values.items() if getattr(purpose, key) != value)
        for key in changed:
            setattr(purpose, key, values[key])
    purpose.save()
    published = _publish(ctx, purpose, notice)
    detail = {"code": code, "fields": changed, "notice": purpose.notice_number, "new_notice": published}
    record(ctx, "people.purpose.defined", purpose, detail=detail)
    return purpose


@verb(PURPOSE_EDIT)
def end_purpose(ctx: Context, *, code: str) -> None:
    """End a purpose: nothing is processed for it any more, its history stays. Raises ``PurposeUnknown``."""
    purpose = purpose_by_code(code)
    purpose.ended_at = ctx.now
    purpose.save(update_fields=["ended_at"])
    record(ctx, "people.purpose.ended", purpose, detail={"code": code})


@verb(PURPOSE_EDIT)
def adopt_typical_purposes(ctx: Context) -> list[str]:
    """Declare the purposes of a typical municipality; those declared already stay as they are. Returns the new codes."""
    known = set(ProcessingPurpose.objects.values_list("code", flat=True))
    added = []
    for row in typical_purposes():
        if row["code"] in known:
            continue
        define_purpose(
            ctx,
            code=row["code"],
            name=_both(row["name"]),
            basis=row["basis"],
            sensitive_basis=row.get("sensitive_basis", ""),
            legal_reference=row.get("legal_reference", ""),
            notice=_both(row["notice"]),
            categories=row["categories"],
            recipients=_both(row["recipients"]) if row.get("recipients") else None,
            retention_months=row["retention_months"],
            retention_action=row["retention_action"],
            minor_may_consent=bool(row.get("minor_may_consent", False)),
        )
        added.append(row["code"])
    record(ctx, "people.purposes.adopted", detail={"codes": added})
    return added


@verb(OWN_DATA)
def give_consent(ctx: Context, *, purpose: str, notice_number: int) -> None:
    """Consent, for oneself, to a purpose as its notice of that number says. Giving it twice changes nothing.

    Raises ``ConsentNotTheBasis``, ``GuardianNeeded`` for a minor, ``Conflict`` when the notice is no longer the latest.
    """
    person = own_person(ctx, lock=True)
    _consent(ctx, person, purpose, True, ConsentChannel.WEB, None, notice_number)


@verb(OWN_DATA)
def withdraw_consent(ctx: Context, *, purpose: str) -> None:
    """Take back the own consent; as easy as giving it, and at any age. Raises ``ConsentNotTheBasis``."""
    person = own_person(ctx, lock=True)
    _consent(ctx, person, purpose, False, ConsentChannel.WEB, None, None)


@verb(CONSENT_RECORD)
def record_consent(
    ctx: Context,
    *,
    person_id: UUID,
    purpose: str,
    granted: bool,
    channel: str,
    guardian_id: UUID | None = None,
    notice_number: int | None = None,
) -> None:
    """Record consent that a person, or a guardian who is a registered person, gave or took back at a counter or on paper.

    Raises ``ConsentNotTheBasis``, ``GuardianNeeded``, ``Invalid`` (the channel), ``PersonNotFound`` or ``Conflict``.
    """
    intake = Intake()
    intake.choice("channel", channel, ConsentChannel.values)
    intake.done()
    person = locked_person(ctx, person_id)
    guardian = None
    if guardian_id is not None:
        guardian = Person.objects.filter(pk=guardian_id, merged_into=None, erased_at=None).exclude(pk=person.pk).first()
        if guardian is None:
            raise PersonNotFound(
                Text("ไม่พบผู้ปกครองในทะเบียนบุคคล", "The guardian is not in the register"),
                Text("ขึ้นทะเบียนผู้ปกครองก่อน", "Register the guardian first"),
            )
    _consent(ctx, person, purpose, granted, channel, guardian, notice_number)


def _consent(
    ctx: Context,
    person: Person,
    code: str,
    granted: bool,
    channel: str,
    guardian: Person | None,
    notice_number: int | None,
) -> None:
    purpose = purpose_by_code(code)
    if purpose.basis != LawfulBasis.CONSENT and purpose.sensitive_basis != SensitiveBasis.EXPLICIT_CONSENT:
        raise ConsentNotTheBasis
    if granted and notice_number is not None and notice_number != purpose.notice_number:
        raise Conflict(
            Text("ประกาศความเป็นส่วนตัวมีฉบับใหม่แล้ว", "There is a newer privacy notice"),
            Text("อ่านฉบับล่าสุดแล้วให้ความยินยอมอีกครั้ง", "Read the latest one, then consent again"),
        )
    if granted and guardian is None and _who(ctx, person, purpose) is not Who.SELF:
        raise GuardianNeeded(fields={"guardian_id": GuardianNeeded.default_message})
    notice = PurposeNotice.objects.get(purpose=purpose, number=purpose.notice_number)
    last = latest_consents(all_ids(person)).get(purpose.pk)
    unchanged = last.granted == granted and (not granted or last.notice_id == notice.pk) if last else not granted
    if not unchanged:
        ConsentRecord.objects.create(
            person=person, purpose=purpose, notice=notice, granted=granted, channel=channel, at=ctx.now,
            by_guardian=guardian, recorded_by=ctx.actor.id,
        )  # fmt: skip
    detail = {
        "purpose": code,
        "notice": notice.number,
        "sha256": notice.sha256,
        "channel": channel,
        "repeated": unchanged,
    }
    record(
        ctx,
        "people.consent.given" if granted else "people.consent.withdrawn",
        person,
        detail={**detail, "guardian": guardian is not None},
    )
    if unchanged:
        return
    if granted:
        note_use(ctx, person, purpose)
        announce(ctx, ConsentGiven(str(person.pk), code))
    else:
        announce(ctx, ConsentWithdrawn(str(person.pk), code))


def _who(ctx: Context, person: Person, purpose: ProcessingPurpose) -> Who:
    born, precision = birth_of(person)
    today = in_bangkok(ctx.now).date()
    return who_consents(
        born,
        precision,
        today,
        parent_below=int(legal_figure(ctx, figure=PARENT_BELOW, on=today).value),
        majority=int(legal_figure(ctx, figure=MAJORITY, on=today).value),
        minor_may_consent=purpose.minor_may_consent,
    )


def _publish(ctx: Context, purpose: ProcessingPurpose, notice: Text) -> bool:
    digest = hashlib.sha256(f"{notice.th}\n\n{notice.en}".encode()).hexdigest()
    last = PurposeNotice.objects.filter(purpose=purpose).order_by("-number").first()
    if last is not None and last.sha256 == digest:
        return False
    purpose.notice_number = (last.number if last else 0) + 1
    PurposeNotice.objects.create(
        purpose=purpose, number=purpose.notice_number, text_th=notice.th, text_en=notice.en, sha256=digest,
        published_at=ctx.now,
    )  # fmt: skip
    purpose.save(update_fields=["notice_number"])
    return True


@cache
def typical_purposes() -> tuple[Mapping[str, Any], ...]:
    """The purposes that a typical municipality declares. Source: ``seed/purposes.yaml``."""
    text = files("nakhon.people").joinpath("seed/purposes.yaml").read_text(encoding="utf-8")
    return tuple(yaml.safe_load(text))


def _both(row: Mapping[str, str]) -> Text:
    return Text(row["th"], row["en"])
