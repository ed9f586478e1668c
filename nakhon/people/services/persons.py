"""Verbs on persons: register, edit, link an account, merge duplicates, restrict the use. What is masked stays masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Invalid, NotFound
from nakhon.kernel.outbox import announce
from nakhon.kernel.verbs import verb
from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.identity import parse_national_id
from nakhon.knowledge.phones import parse_phone
from nakhon.knowledge.text import Text
from nakhon.people.errors import AlreadyRegistered, PersonNotFound, Restricted
from nakhon.people.events import PersonChanged, PersonRegistered, PersonRestricted, PersonsMerged
from nakhon.people.intake import Intake
from nakhon.people.models import (
    HouseholdMember,
    Person,
    PersonPurpose,
    PersonSensitive,
    ProcessingPurpose,
    RightsRequest,
    User,
)
from nakhon.people.permissions import OWN_DATA, PERSON_EDIT, PERSON_MERGE, PERSON_RESTRICTED, RIGHTS_DECIDE
from nakhon.people.personal_values import fill_person, index_of, opened
from nakhon.people.standing import own_person, purpose_by_code
from nakhon.people.types import Likeness, Registered, VerifiedPerson

_COPIED = ("national_id", "passport_no", "birth_date", "phone", "email", "address", "note")
_BESIDE = {
    "national_id": ("national_id_index", "id_type"),
    "passport_no": ("passport_index",),
    "birth_date": ("birth_precision",),
    "phone": ("phone_index",),
    "email": ("email_index",),
    "address": ("subdistrict_code", "postcode"),
    "note": (),
}


@verb(PERSON_EDIT)
def register_person(ctx: Context, *, fields: Mapping[str, Any], purposes: Iterable[str] = ("registry",)) -> Registered:
    """Enter a person in the register for one or more declared purposes.

    ``fields``: ``prefix``, ``first_name`` (required), ``middle_name``, ``last_name``; ``id_type`` with ``national_id`` or
    ``passport_no``; ``birth_date`` as written; ``phone``; ``email``; the parts of the address; ``note``. The same identity
    number is refused (``AlreadyRegistered``); the same name and year of birth is only pointed out in ``alike``.
    Raises ``Invalid`` naming the fields, or ``PurposeUnknown``.
    """
    return _register(ctx, fields, purposes, None)


@verb(OWN_DATA)
def save_own_profile(ctx: Context, *, fields: Mapping[str, Any], version: int | None = None) -> Registered:
    """A signed-in person enters or corrects the own record: name, contact, birth and address.

    Identity numbers are taken only from a card that an officer saw or a provider that vouches for them, so they are
    refused here (``Invalid``). Raises ``Conflict`` when the record changed meanwhile.
    """
    refused = {name for name in ("national_id", "passport_no", "id_type") if str(fields.get(name) or "").strip()}
    if refused:
        text = Text("เจ้าหน้าที่ต้องตรวจบัตรตัวจริงก่อน", "An officer must see the card first")
        raise Invalid(fields=dict.fromkeys(refused, text))
    try:
        person = own_person(ctx, lock=True)
    except NotFound:
        user = User.objects.filter(pk=ctx.actor.id).first()
        return _register(ctx, fields, ("registry",), user)
    _same_version(person, version if version is not None else person.version)
    return _save_edit(ctx, person, fields, ())


@verb(PERSON_EDIT)
def edit_person(
    ctx: Context, *, person_id: UUID, version: int, fields: Mapping[str, Any], clear: Iterable[str] = ()
) -> Registered:
    """Change a person's record. A sealed field left out, blank or still masked keeps its value; ``clear`` empties those named.

    ``version`` is the one that was shown: ``Conflict`` when somebody else saved since. Raises ``Invalid``,
    ``AlreadyRegistered``, ``Restricted`` or ``PersonNotFound``.
    """
    person = locked_person(ctx, person_id)
    _same_version(person, version)
    return _save_edit(ctx, person, fields, clear)


@verb(PERSON_EDIT)
def use_person(ctx: Context, *, person_id: UUID, purpose: str) -> None:
    """Note that a person's data is used for a purpose from now on, or once more. Raises ``PurposeUnknown``."""
    person = locked_person(ctx, person_id)
    note_use(ctx, person, purpose_by_code(purpose))
    record(ctx, "people.person.used", person, detail={"purpose": purpose})


@verb(PERSON_EDIT)
def link_account(ctx: Context, *, person_id: UUID, user_id: UUID | None) -> None:
    """Say that an account is this person's, after seeing a card; None unlinks. Raises ``Conflict`` when it is another's."""
    person = locked_person(ctx, person_id)
    user = None
    if user_id is not None:
        user = User.objects.filter(pk=user_id).first()
        if user is None:
            raise NotFound(Text("ไม่พบบัญชีผู้ใช้นี้", "There is no such account"))
        if Person.objects.filter(account=user, merged_into=None).exclude(pk=person.pk).exists():
            raise Conflict(
                Text("บัญชีนี้เชื่อมกับบุคคลอื่นแล้ว", "This account is linked to another person"),
                Text("ยกเลิกการเชื่อมเดิมก่อน หรือรวมระเบียนถ้าเป็นคนเดียวกัน", "Unlink it there first, or merge the two records"),
            )
    person.account = user
    _touch(ctx, person)
    record(ctx, "people.person.account_linked" if user else "people.person.account_unlinked", person)
    announce(ctx, PersonChanged(str(person.pk), ["account"]))


@verb(PERSON_EDIT)
def link_account_by_contact(ctx: Context, *, person_id: UUID, contact: str) -> None:
    """As ``link_account``, the account named by its e-mail or telephone. Raises ``Invalid`` when there is none."""
    text = contact.strip()
    user = User.objects.filter(email__iexact=text).first() if "@" in text else None
    if user is None and "@" not in text:
        try:
            user = User.objects.filter(phone=parse_phone(text).e164 or "-").first()
        except KnowledgeError:
            user = None
    if user is None:
        raise Invalid(fields={"contact": Text("ไม่พบบัญชีที่ใช้อีเมลหรือโทรศัพท์นี้", "No account has this e-mail or telephone")})
    link_account(ctx, person_id=person_id, user_id=user.pk)


@verb(OWN_DATA)
def link_verified(ctx: Context, *, identity: VerifiedPerson) -> Registered:
    """Link the actor's account to the person whose identity a provider (ThaID) vouched for, registering it where new.

    Only a door that holds the provider's word may call this. Raises ``Conflict`` when the record belongs to another
    account or the account to another record, ``Invalid`` when the number is none.
    """
    intake = Intake()
    number = intake.read("national_id", identity.national_id, parse_national_id)
    intake.done()
    assert number is not None
    user = User.objects.filter(pk=ctx.actor.id).first()
    index = index_of("people.person.national_id", number.digits)
    person = Person.objects.select_for_update(of=("self",)).filter(national_id_index=index, merged_into=None).first()
    try:
        own: Person | None = own_person(ctx, lock=True)
    except NotFound:
        own = None
    if person is not None and person.account_id not in (None, getattr(user, "pk", None)):
        raise Conflict(
            Text("ข้อมูลนี้เชื่อมกับบัญชีอื่นแล้ว", "This record is linked to another account"),
            Text("ติดต่อเจ้าหน้าที่พร้อมบัตรประชาชน", "Bring your ID card to the office"),
        )
    if own is not None and person is not None and own.pk != person.pk:
        raise Conflict(
            Text("บัญชีนี้เชื่อมกับอีกระเบียนหนึ่งอยู่", "Your account is linked to another record"),
            Text("ติดต่อเจ้าหน้าที่เพื่อรวมระเบียน", "Ask the office to merge the two"),
        )
    fields = {
        "first_name": identity.first_name, "last_name": identity.last_name, "id_type": "NATIONAL_ID",
        "national_id": number.digits, "birth_date": identity.birth_date,
    }  # fmt: skip
    if person is None and own is None:
        made = _register(ctx, fields, ("registry",), user)
    elif own is not None:
        made = _save_edit(ctx, own, {"id_type": "NATIONAL_ID", "national_id": number.digits}, ())
    else:
        assert person is not None
        if person.restricted_at is not None or person.erased_at is not None:
            raise Restricted
        person.account = user
        _touch(ctx, person)
        made = Registered(person.pk, person.version)
    record(ctx, "people.person.account_linked", Person.objects.get(pk=made.id), detail={"provider": identity.provider})
    return made


@verb(PERSON_MERGE)
def merge_persons(ctx: Context, *, keep_id: UUID, duplicate_id: UUID, reason: str) -> Registered:
    """Make two records of one person one. ``keep_id`` stays and takes over what it lacks; the duplicate points to it for ever.

    Households, uses, sensitive facts and requests move; consents stay where they were given and count for both.
    Raises ``Conflict`` when both hold different identity numbers, or one is merged already; ``Invalid`` without a reason.
    """
    if len(reason.strip()) < 5:
        raise Invalid(fields={"reason": Text("บอกเหตุผลที่รู้ว่าเป็นคนเดียวกัน", "Say how you know that they are one person")})
    if keep_id == duplicate_id:
        raise Conflict(Text("เลือกระเบียนเดียวกันสองครั้ง", "The same record was chosen twice"))
    # Locked in one order whichever way round they were named.
    locked = {one: locked_person(ctx, one) for one in sorted((keep_id, duplicate_id))}
    keep, duplicate = locked[keep_id], locked[duplicate_id]
    for name in ("national_id", "passport_no"):
        one, other = opened(getattr(keep, name)), opened(getattr(duplicate, name))
        if one and other and one != other:
            raise Conflict(
                Text(
                    "สองระเบียนมีเลขประจำตัวต่างกัน จึงไม่ใช่คนเดียวกัน",
                    "They hold different identity numbers, so they are two people",
                ),
                Text("แก้เลขที่ผิดก่อน แล้วรวมอีกครั้ง", "Correct the wrong number first, then merge"),
            )
    taken = [name for name in _COPIED if getattr(keep, name) is None and getattr(duplicate, name) is not None]
    duplicate.merged_into, duplicate.merged_at = keep, ctx.now
    account, duplicate.account = duplicate.account, None
    _touch(ctx, duplicate)
    for name in taken:
        for column in (name, *_BESIDE[name]):
            setattr(keep, column, getattr(duplicate, column))
    keep.account = keep.account or account
    keep.last_used_at = max(keep.last_used_at, duplicate.last_used_at)
    fill_person(keep, {})
    _touch(ctx, keep)
    _move_references(ctx, keep, duplicate)
    record(
        ctx,
        "people.person.merged",
        keep,
        detail={"duplicate": str(duplicate.pk), "taken": taken, "reason": reason[:300]},
    )
    record(ctx, "people.person.merged_away", duplicate, detail={"into": str(keep.pk)})
    announce(ctx, PersonsMerged(str(keep.pk), str(duplicate.pk)))
    return Registered(keep.pk, keep.version)


@verb(RIGHTS_DECIDE)
def restrict_person(ctx: Context, *, person_id: UUID, restricted: bool) -> None:
    """Restrict the use of a person's data (PDPA s.34), or end the restriction."""
    person = locked_person(ctx, person_id)
    person.restricted_at = ctx.now if restricted else None
    _touch(ctx, person)
    record(ctx, "people.person.restricted" if restricted else "people.person.unrestricted", person)
    announce(ctx, PersonRestricted(str(person.pk), restricted))


def locked_person(ctx: Context, person_id: UUID) -> Person:
    """The person, locked, merged duplicates followed. Raises ``PersonNotFound``; ``Restricted`` unless the actor may."""
    person: Person | None = Person.objects.select_for_update(of=("self",)).filter(pk=person_id).first()
    if person is not None and person.merged_into_id is not None:
        person = Person.objects.select_for_update(of=("self",)).get(pk=person.merged_into_id)
    if person is None or person.erased_at is not None:
        raise PersonNotFound
    if person.restricted_at is not None and not ctx.may(PERSON_RESTRICTED):
        raise Restricted
    return person


def note_use(ctx: Context, person: Person, purpose: ProcessingPurpose) -> None:
    """Count the use of a person's data for a purpose, from which its retention runs."""
    use, created = PersonPurpose.objects.get_or_create(
        person=person, purpose=purpose, defaults={"since": ctx.now, "last_used_at": ctx.now}
    )
    if not created:
        PersonPurpose.objects.filter(pk=use.pk, last_used_at__lt=ctx.now).update(last_used_at=ctx.now)
    Person.objects.filter(pk=person.pk, last_used_at__lt=ctx.now).update(last_used_at=ctx.now)


def _register(ctx: Context, fields: Mapping[str, Any], purposes: Iterable[str], account: User | None) -> Registered:
    rows = [purpose_by_code(code) for code in dict.fromkeys(purposes)]
    if not rows:
        raise Invalid(fields={"purposes": Text("เลือกวัตถุประสงค์อย่างน้อยหนึ่งข้อ", "Choose at least one purpose")})
    person = Person(created_at=ctx.now, updated_at=ctx.now, last_used_at=ctx.now, account=account)
    changed = fill_person(person, {**fields, "today": in_bangkok(ctx.now).date()}, registering=True)
    _refuse_twins(person)
    alike = _alike(person)
    _save_once(person, new=True)
    for row in rows:
        note_use(ctx, person, row)
    detail = {"fields": changed, "purposes": [row.code for row in rows], "alike": len(alike)}
    record(ctx, "people.person.registered", person, detail=detail)
    announce(ctx, PersonRegistered(str(person.pk)))
    return Registered(person.pk, person.version, alike)


def _save_edit(ctx: Context, person: Person, fields: Mapping[str, Any], clear: Iterable[str]) -> Registered:
    changed = fill_person(person, {**fields, "today": in_bangkok(ctx.now).date()}, clear=tuple(clear))
    _refuse_twins(person)
    alike = _alike(person) if {"first_name", "last_name", "birth_date"} & set(changed) else ()
    _touch(ctx, person)
    record(ctx, "people.person.edited", person, detail={"fields": changed})
    announce(ctx, PersonChanged(str(person.pk), changed))
    return Registered(person.pk, person.version, alike)


def _same_version(person: Person, version: int) -> None:
    if person.version != version:
        raise Conflict


def _touch(ctx: Context, person: Person) -> None:
    person.version += 1
    person.updated_at = ctx.now
    _save_once(person)


def _save_once(person: Person, *, new: bool = False) -> None:
    """Save; should another transaction have registered the same number meanwhile, say so like the check before."""
    try:
        with transaction.atomic():
            person.save(force_insert=new)
    except IntegrityError:
        _refuse_twins(person)
        raise


def _refuse_twins(person: Person) -> None:
    same = Q()
    if person.national_id_index:
        same |= Q(national_id_index=person.national_id_index)
    if person.passport_index:
        same |= Q(passport_index=person.passport_index)
    if not same:
        return
    twin = Person.objects.filter(same, merged_into=None).exclude(pk=person.pk).only("pk").first()
    if twin is not None:
        raise AlreadyRegistered(str(twin.pk))


def _alike(person: Person) -> tuple[Likeness, ...]:
    if not person.likeness_index:
        return ()
    found = Person.objects.filter(likeness_index=person.likeness_index, merged_into=None).exclude(pk=person.pk)[:5]
    reason = Text("ชื่อและปีเกิดเดียวกัน", "The same name and year of birth")
    return tuple(Likeness(row.pk, row.full_name, reason) for row in found)


def _move_references(ctx: Context, keep: Person, duplicate: Person) -> None:
    Person.objects.filter(merged_into=duplicate).update(merged_into=keep)
    PersonSensitive.objects.filter(person=duplicate).update(person=keep)
    RightsRequest.objects.filter(person=duplicate).update(person=keep)
    for use in PersonPurpose.objects.filter(person=duplicate):
        own, created = PersonPurpose.objects.get_or_create(
            person=keep, purpose_id=use.purpose_id, defaults={"since": use.since, "last_used_at": use.last_used_at}
        )
        if not created:
            own.since, own.last_used_at = min(own.since, use.since), max(own.last_used_at, use.last_used_at)
            own.save()
        use.delete()
    lives = HouseholdMember.objects.filter(person=keep, until=None).exists()
    for place in HouseholdMember.objects.filter(person=duplicate):
        place.person = keep
        if place.until is None and lives:
            place.until = max(place.since, in_bangkok(ctx.now).date())
        place.save()
