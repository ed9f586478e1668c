"""Erasing a person, and showing a person all that is held: the room's own answers, and those of every room that registered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nakhon.kernel.context import Context
from nakhon.kernel.personal import (
    DataItem,
    DataSection,
    Erasure,
    Personal,
    PersonalDataSource,
    declarations,
    register_source,
    sources,
)
from nakhon.knowledge.dates import format_long, format_moment, in_bangkok
from nakhon.knowledge.duties import LawfulBasis
from nakhon.knowledge.identity import IdType
from nakhon.knowledge.text import Text
from nakhon.people.models import (
    ConsentRecord,
    HouseholdMember,
    Membership,
    Person,
    PersonPurpose,
    PersonSensitive,
    Relation,
    RightKind,
    RightsRequest,
    SensitiveKind,
)
from nakhon.people.models.households import RELATION_ENGLISH
from nakhon.people.models.persons import SENSITIVE_ENGLISH
from nakhon.people.models.rights import RIGHT_ENGLISH
from nakhon.people.personal_values import SEALED, address_text, birth_text, opened, place_text
from nakhon.people.rules.rights import Use, why_kept
from nakhon.people.standing import all_ids, latest_consents

# What belongs together on screen and is kept or erased together, by the columns whose purposes decide.
_GROUPS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "name": (Text("ชื่อและนามสกุล", "Name"), ("prefix", "first_name", "middle_name", "last_name")),
    **{name: (column.label, (name,)) for name, column in SEALED.items()},
}


def erase_everything(ctx: Context, person: Person) -> list[Erasure]:
    """Ask every room to erase a person; each tells what went and what a law keeps. The audit keeps no personal value."""
    outcomes = [outcome for source in sources() for outcome in source.erase(ctx, person.pk)]
    person.refresh_from_db()
    return outcomes


def collect_everything(ctx: Context, person_id: UUID) -> list[DataSection]:
    """All that every room holds about a person, in clear: only for the person and for the desk's copy."""
    return [section for source in sources() for section in source.collect(ctx, person_id) if section.records]


def _uses(person: Person) -> list[Use]:
    rows = PersonPurpose.objects.filter(person=person).select_related("purpose")
    return [
        Use(
            row.purpose.code,
            row.purpose.name,
            LawfulBasis(row.purpose.basis),
            row.purpose.retention_months,
            row.last_used_at,
        )
        for row in rows
    ]


def _keeper(uses: list[Use], columns: tuple[str, ...], now: datetime) -> Text | None:
    """The first reason of law for which one of the columns must stay."""
    declared = declarations()["people.person"]
    for use in uses:
        for name in columns:
            about = declared[name]
            if isinstance(about, Personal) and use.code in about.purposes and (reason := why_kept(use, now)):
                return reason
    return None


def _erase(ctx: Context, person_id: UUID) -> list[Erasure]:
    person: Person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    uses = _uses(person)
    outcomes = []
    kept_any = False
    for group, (what, columns) in _GROUPS.items():
        held = bool(person.first_name) if group == "name" else getattr(person, group) is not None
        if not held:
            continue
        reason = _keeper(uses, columns, ctx.now)
        kept_any |= reason is not None
        outcomes.append(Erasure(what, reason is not None, reason))
        if reason is None:
            for row in Person.objects.select_for_update(of=("self",)).filter(pk__in=all_ids(person)):
                forget(row, group)
                row.save()
    outcomes += _erase_facts(ctx, person, uses)
    _end_uses(ctx, person, uses)
    person.refresh_from_db()
    if not kept_any:
        _leave(ctx, person)
    return outcomes


def _erase_facts(ctx: Context, person: Person, uses: list[Use]) -> list[Erasure]:
    outcomes = []
    for fact in PersonSensitive.objects.filter(person=person).select_related("purpose"):
        what = Text(SensitiveKind(fact.kind).label, SENSITIVE_ENGLISH[fact.kind])
        use = next((use for use in uses if use.code == fact.purpose.code), None)
        reason = why_kept(use, ctx.now) if use else None
        if reason is None:
            fact.delete()
        outcomes.append(Erasure(what, reason is not None, reason))
    return outcomes


def _end_uses(ctx: Context, person: Person, uses: list[Use]) -> None:
    """The person leaves the purposes that keep nothing, and consents that run are taken back."""
    keeping = [use.code for use in uses if why_kept(use, ctx.now) is not None]
    PersonPurpose.objects.filter(person=person).exclude(purpose__code__in=keeping).delete()
    for last in latest_consents(all_ids(person)).values():
        if last.granted:
            ConsentRecord.objects.create(
                person=person, purpose_id=last.purpose_id, notice_id=last.notice_id, granted=False, channel=last.channel,
                at=ctx.now, recorded_by=ctx.actor.id,
            )  # fmt: skip


def _leave(ctx: Context, person: Person) -> None:
    """Nothing tells who it is any more: end what still runs, and close the record."""
    today = in_bangkok(ctx.now).date()
    for place in HouseholdMember.objects.filter(person=person, until=None):
        place.until = max(place.since, today)
        place.save()
    person.account = None
    person.erased_at = ctx.now
    person.version += 1
    person.save()


def forget(person: Person, group: str) -> None:
    """Empty one group of columns with its indexes on the instance, unsaved."""
    if group == "name":
        person.prefix = person.first_name = person.middle_name = person.last_name = ""
        person.name_key = person.last_key = ""
    else:
        setattr(person, group, None)
    if group in ("name", "birth_date"):
        person.likeness_index = None
    beside = {"national_id": "national_id_index", "passport_no": "passport_index", "phone": "phone_index"}
    beside |= {"email": "email_index"}
    if group in beside:
        setattr(person, beside[group], None)
    if group in ("national_id", "passport_no") and person.national_id is None and person.passport_no is None:
        person.id_type = IdType.NONE.value
    if group == "birth_date":
        person.birth_precision = ""
    if group == "address":
        person.subdistrict_code = person.postcode = ""


def forget_all(person: Person) -> None:
    """Empty everything that tells who it is, on the instance, unsaved."""
    for group in _GROUPS:
        forget(person, group)


def _item(code: str, label: Text, value: object) -> DataItem | None:
    return DataItem(code, label, str(value)) if value else None


def _present(*items: DataItem | None) -> tuple[DataItem, ...]:
    return tuple(item for item in items if item is not None)


def _collect(ctx: Context, person_id: UUID) -> list[DataSection]:
    person: Person = Person.objects.get(pk=person_id)
    english = ctx.language == "en"
    born = birth_text(person)
    where = address_text(person.address, person.subdistrict_code, person.postcode, "en" if english else "th")
    clear = {
        name: column.write(opened(getattr(person, name))) for name, column in SEALED.items() if getattr(person, name)
    }
    clear |= {"birth_date": born.in_(ctx.language) if born else "", "address": where}
    about = _present(
        _item("name", Text("ชื่อ", "Name"), person.full_name),
        _item("id_type", Text("เอกสารแสดงตน", "Identity document"), IdType(person.id_type).label.in_(ctx.language)),
        *(_item(name, column.label, clear.get(name, "")) for name, column in SEALED.items()),
    )
    ids = all_ids(person)
    return [
        DataSection("person", Text("ข้อมูลทะเบียน", "Register"), (about,)),
        DataSection("households", Text("ครัวเรือน", "Households"), _household_records(ctx, ids)),
        DataSection("sensitive", Text("ข้อมูลอ่อนไหว", "Sensitive data"), _sensitive_records(ctx, ids)),
        DataSection(
            "purposes", Text("วัตถุประสงค์ที่ใช้ข้อมูลของคุณ", "Purposes your data is used for"), _use_records(ctx, ids)
        ),
        DataSection("consents", Text("ความยินยอม", "Consents"), _consent_records(ctx, ids)),
        DataSection("requests", Text("คำขอใช้สิทธิ", "Rights requests"), _request_records(ctx, ids)),
        DataSection("staff", Text("ข้อมูลบุคลากร", "Staff record"), _staff_records(ctx, person)),
    ]


_FROM, _UNTIL, _WHAT = Text("ตั้งแต่", "Since"), Text("ถึง", "Until"), Text("เรื่อง", "What")


def _household_records(ctx: Context, ids: list[UUID]) -> tuple[tuple[DataItem, ...], ...]:
    rows = HouseholdMember.objects.filter(person_id__in=ids).select_related("household").order_by("since")
    return tuple(
        _present(
            _item(
                "place", Text("ที่ตั้ง", "Place"), (place_text(row.household.subdistrict_code) or _WHAT).in_(ctx.language)
            ),
            _item(
                "relation",
                Text("ความสัมพันธ์", "Relation"),
                Text(Relation(row.relation).label, RELATION_ENGLISH[row.relation]).in_(ctx.language),
            ),
            _item("since", _FROM, format_long(row.since).in_(ctx.language)),
            _item("until", _UNTIL, format_long(row.until).in_(ctx.language) if row.until else ""),
        )
        for row in rows
    )


def _sensitive_records(ctx: Context, ids: list[UUID]) -> tuple[tuple[DataItem, ...], ...]:
    rows = PersonSensitive.objects.filter(person_id__in=ids).select_related("purpose").order_by("recorded_at")
    return tuple(
        _present(
            _item("kind", _WHAT, Text(SensitiveKind(row.kind).label, SENSITIVE_ENGLISH[row.kind]).in_(ctx.language)),
            _item("body", Text("รายละเอียด", "Detail"), opened(row.body)),
            _item("purpose", Text("วัตถุประสงค์", "Purpose"), row.purpose.name.in_(ctx.language)),
            _item("recorded_at", Text("บันทึกเมื่อ", "Recorded"), format_moment(row.recorded_at).in_(ctx.language)),
        )
        for row in rows
    )


def _use_records(ctx: Context, ids: list[UUID]) -> tuple[tuple[DataItem, ...], ...]:
    rows = PersonPurpose.objects.filter(person_id__in=ids).select_related("purpose").order_by("since")
    return tuple(
        _present(
            _item("purpose", Text("วัตถุประสงค์", "Purpose"), row.purpose.name.in_(ctx.language)),
            _item("basis", Text("ฐานกฎหมาย", "Lawful basis"), row.purpose.basis_text.in_(ctx.language)),
            _item("since", _FROM, format_moment(row.since).in_(ctx.language)),
            _item("last_used_at", Text("ใช้ครั้งล่าสุด", "Last used"), format_moment(row.last_used_at).in_(ctx.language)),
        )
        for row in rows
    )


def _consent_records(ctx: Context, ids: list[UUID]) -> tuple[tuple[DataItem, ...], ...]:
    rows = ConsentRecord.objects.filter(person_id__in=ids).select_related("purpose", "notice").order_by("at")
    given, withdrawn = Text("ให้ความยินยอม", "Given"), Text("ถอนความยินยอม", "Withdrawn")
    return tuple(
        _present(
            _item("purpose", Text("วัตถุประสงค์", "Purpose"), row.purpose.name.in_(ctx.language)),
            _item("said", _WHAT, (given if row.granted else withdrawn).in_(ctx.language)),
            _item("at", Text("เมื่อ", "When"), format_moment(row.at).in_(ctx.language)),
            _item("notice", Text("ประกาศฉบับที่", "Notice number"), f"{row.notice.number} (SHA-256 {row.notice.sha256})"),
        )
        for row in rows
    )


def _request_records(ctx: Context, ids: list[UUID]) -> tuple[tuple[DataItem, ...], ...]:
    rows = RightsRequest.objects.filter(person_id__in=ids).order_by("received_at")
    return tuple(
        _present(
            _item("number", Text("เลขที่", "Number"), row.number),
            _item("kind", _WHAT, Text(RightKind(row.kind).label, RIGHT_ENGLISH[row.kind]).in_(ctx.language)),
            _item("received_at", Text("รับเมื่อ", "Received"), format_moment(row.received_at).in_(ctx.language)),
            _item("detail", Text("รายละเอียด", "Detail"), opened(row.detail)),
            _item("answer", Text("คำตอบ", "Answer"), opened(row.answer)),
        )
        for row in rows
    )


def _staff_records(ctx: Context, person: Person) -> tuple[tuple[DataItem, ...], ...]:
    rows = Membership.objects.filter(user_id=person.account_id) if person.account_id else []
    return tuple(
        _present(
            _item("title", Text("ตำแหน่ง", "Title"), row.title),
            _item("since", _FROM, format_moment(row.started_at).in_(ctx.language)),
            _item("until", _UNTIL, format_moment(row.ended_at).in_(ctx.language) if row.ended_at else ""),
        )
        for row in rows
    )


PEOPLE = register_source(
    PersonalDataSource(
        "people", Text("ทะเบียนบุคคล ความยินยอม และคำขอ", "Register, consents and requests"), _collect, _erase
    )
)
