"""Questions to the register of persons: find, and the card. Opening a card is recorded; nothing sealed leaves in clear."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.models import CharField, Q, Value
from django.db.models.functions import Collate

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import query
from nakhon.knowledge.ages import age
from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.identity import IdType, normalise_id, parse_house_registration_id, parse_national_id
from nakhon.knowledge.names import split_name
from nakhon.knowledge.phones import parse_phone
from nakhon.knowledge.places import districts, subdistricts
from nakhon.knowledge.text import Text
from nakhon.knowledge.words import normalise
from nakhon.people.errors import PersonNotFound, Restricted
from nakhon.people.keyset import THAI, page_key, read_key
from nakhon.people.models import (
    HouseholdMember,
    Organisation,
    Person,
    PersonPurpose,
    PersonSensitive,
    Relation,
    SensitiveKind,
)
from nakhon.people.models.households import RELATION_ENGLISH
from nakhon.people.models.persons import SENSITIVE_ENGLISH
from nakhon.people.permissions import OWN_DATA, PERSON_READ, PERSON_RESTRICTED, PERSON_REVEAL, SENSITIVE_READ
from nakhon.people.personal_values import SEALED, birth_of, index_of, masked, place_text
from nakhon.people.types import HouseholdPlace, MaskedField, Page, PersonCard, PersonRow, PurposeUse

_NOBODY = UUID(int=0)


@query(PERSON_READ)
def find_persons(ctx: Context, *, text: str = "", after: str = "", limit: int = 30) -> Page[PersonRow]:
    """Persons by identity number, telephone, e-mail, house registration number, or any part of the name; all when empty.

    Numbers and addresses are found whole and exactly, names also in part. In Thai order; ``after`` is the page key of the
    previous answer; at most 100 a page. A search is recorded with what it looked for, never with the words.
    """
    limit = max(1, min(limit, 100))
    wanted = " ".join(text.split())
    kind, exact = _exact(wanted)
    if exact is not None:
        rows = list(Person.objects.filter(exact).select_related("merged_into").order_by("name_key", "pk")[: limit + 1])
        found = list({row.pk: row for row in (row.merged_into or row for row in rows)}.values())
    else:
        kind = "name" if wanted else "all"
        found = _by_name(wanted, after, limit + 1) if wanted else _all(after, limit + 1)
    more = len(found) > limit and exact is None
    page = found[:limit]
    if wanted:
        record(ctx, "people.person.searched", detail={"by": kind, "found": len(page)})
    return Page([_row(ctx, row) for row in page], page_key(page[-1].name_key, page[-1].pk) if more else "")


@query(PERSON_READ)
def person_card(ctx: Context, *, person_id: UUID) -> PersonCard:
    """A person's record, masked; the record of a merged duplicate is that of the person it is.

    Opening it leaves exactly one entry in the audit trail. Raises ``PersonNotFound``, or ``Restricted`` for all but the
    data protection officer while the use is restricted.
    """
    person = _readable(ctx, person_id)
    card = card_of(ctx, person)
    record(ctx, "people.person.read", person)
    return card


@query(PERSON_READ)
def person_name(ctx: Context, *, person_id: UUID) -> str:
    """A person's name for a heading or a link. Raises as ``person_card``."""
    return _readable(ctx, person_id).full_name


@query(PERSON_REVEAL)
def revealable(ctx: Context, *, person_id: UUID) -> tuple[list[tuple[str, Text]], str]:
    """Which masked fields a person has, by name and label, and the person's name: what the reveal page may offer."""
    person = _readable(ctx, person_id)
    held = [(name, column.label) for name, column in SEALED.items() if getattr(person, name) is not None]
    return held, person.full_name


@query(PERSON_READ)
def person_by_reference(ctx: Context, *, reference: str) -> UUID:
    """The id of the one person whom a record id, identity number, telephone or e-mail names. Raises ``PersonNotFound``."""
    text = reference.strip()
    try:
        return UUID(str(_readable(ctx, UUID(text)).pk))
    except ValueError:
        pass
    _, exact = _exact(text)
    found = list(Person.objects.filter(exact, merged_into=None)[:2]) if exact is not None else []
    if len(found) != 1:
        raise PersonNotFound
    return UUID(str(_readable(ctx, found[0].pk).pk))


@query(PERSON_READ)
def subdistricts_near(ctx: Context, *, chosen: str = "") -> list[tuple[str, Text]]:
    """Subdistricts for an officer's form: those of the organisation's province, its own district first, and ``chosen``."""
    return _places(ctx, chosen)


@query(OWN_DATA)
def places_of(ctx: Context, *, chosen: str = "") -> list[tuple[str, Text]]:
    """The same for a citizen's own form."""
    return _places(ctx, chosen)


def _places(ctx: Context, chosen: str) -> list[tuple[str, Text]]:
    own = Organisation.objects.get(pk=ctx.tenant.id)
    codes = [own.province_code] if own.province_code else []
    found: dict[str, Text] = {}
    for province in codes:
        ordered = sorted(districts(province), key=lambda one: (one.code != own.district_code, one.code))
        for district in ordered:
            for place in subdistricts(district.code):
                label = Text(
                    f"{place.full_name.th} {district.full_name.th}", f"{place.full_name.en}, {district.full_name.en}"
                )
                found[place.code] = label
    if chosen and chosen not in found:
        found[chosen] = place_text(chosen) or Text(chosen, chosen)
    return list(found.items())


def _readable(ctx: Context, person_id: UUID) -> Person:
    person: Person | None = Person.objects.select_related("merged_into").filter(pk=person_id).first()
    if person is not None and person.merged_into is not None:
        person = person.merged_into
    if person is None or person.erased_at is not None:
        raise PersonNotFound
    if person.restricted_at is not None and not ctx.may(PERSON_RESTRICTED):
        raise Restricted
    return person


def _exact(wanted: str) -> tuple[str, Q | None]:
    """What kind of number or address the text is, and how it is looked up by its blind index."""
    if not wanted:
        return "", None
    if "@" in wanted:
        return "email", Q(email_index=index_of("people.person.email", wanted.lower()))
    digits = normalise_id(wanted)
    if digits.isascii() and digits.isdigit() and len(digits) == 13:
        try:
            return "national_id", Q(
                national_id_index=index_of("people.person.national_id", parse_national_id(digits).digits)
            )
        except KnowledgeError:
            return "national_id", Q(pk=_NOBODY)
    if digits.isascii() and digits.isdigit() and len(digits) == 11:
        house = index_of("people.household.house_id", parse_house_registration_id(digits))
        living = HouseholdMember.objects.filter(household__house_id_index=house, until=None)
        return "house_id", Q(pk__in=list(living.values_list("person_id", flat=True)))
    try:
        return "phone", Q(phone_index=index_of("people.person.phone", parse_phone(wanted).e164 or "-"))
    except KnowledgeError:
        pass
    if any(character.isdigit() for character in wanted) and wanted.isascii():
        return "passport_no", Q(passport_index=index_of("people.person.passport_no", digits.upper()))
    return "", None


def _by_name(wanted: str, after: str, amount: int) -> list[Person]:
    """By any part of the name through the trigram index; the words in the order written, the title not counted."""
    try:
        name = split_name(wanted)
        wanted = " ".join(part for part in (name.first, name.middle, name.last) if part)
    except KnowledgeError:
        pass
    words = [
        word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in normalise(wanted).split(" ")
    ]
    last, last_id = read_key(after, 2) if after else ("", str(_NOBODY))
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_persons_named(%s, %s, %s, %s)", [f"%{'%'.join(words)}%", last, last_id, amount])
        ids = [row[0] for row in cursor.fetchall()]
    rows = Person.objects.in_bulk(ids)
    return [rows[one] for one in ids]


def _all(after: str, amount: int) -> list[Person]:
    rows = Person.objects.filter(merged_into=None, erased_at=None).annotate(in_order=Collate("name_key", THAI))
    if after:
        name, key = read_key(after, 2)
        here = Collate(Value(name, output_field=CharField()), THAI)
        # The first condition lets the index begin at the right place; the second drops what the last page showed.
        rows = rows.filter(in_order__gte=here).filter(Q(in_order__gt=here) | Q(pk__gt=key))
    return list(rows.order_by("in_order", "pk")[:amount])


def _age(ctx: Context, person: Person) -> Text | None:
    born, precision = birth_of(person)
    try:
        return age(born, in_bangkok(ctx.now).date(), precision).words if born else None
    except KnowledgeError:
        return None


def _row(ctx: Context, person: Person) -> PersonRow:
    return PersonRow(
        id=person.pk,
        name=person.full_name,
        id_type=IdType(person.id_type).label,
        id_masked=masked(person, "national_id") or masked(person, "passport_no"),
        phone_masked=masked(person, "phone"),
        age=_age(ctx, person),
        place=place_text(person.subdistrict_code),
        is_restricted=person.restricted_at is not None,
        updated_at=person.updated_at,
    )


def card_of(ctx: Context, person: Person) -> PersonCard:
    """The masked card of a person already fetched; recording is the caller's part."""
    fields = tuple(
        MaskedField(name, column.label, masked(person, name), getattr(person, name) is not None)
        for name, column in SEALED.items()
    )
    places = HouseholdMember.objects.filter(person=person).select_related("household").order_by("-since", "-pk")
    uses = PersonPurpose.objects.filter(person=person).select_related("purpose").order_by("-last_used_at")
    facts = PersonSensitive.objects.filter(person=person, ended_at=None).order_by("kind", "recorded_at")
    may_see_kinds = ctx.may(SENSITIVE_READ)
    return PersonCard(
        id=person.pk,
        version=person.version,
        name=person.full_name,
        prefix=person.prefix,
        first_name=person.first_name,
        middle_name=person.middle_name,
        last_name=person.last_name,
        id_type=person.id_type,
        id_type_text=IdType(person.id_type).label,
        fields=fields,
        subdistrict_code=person.subdistrict_code,
        postcode=person.postcode,
        place=place_text(person.subdistrict_code),
        age=_age(ctx, person),
        has_account=person.account_id is not None,
        households=tuple(
            HouseholdPlace(
                place.household_id,
                household_label(place.household.moo, place.household.subdistrict_code),
                place.relation,
                Text(Relation(place.relation).label, RELATION_ENGLISH[place.relation]),
                place.since,
                place.until,
            )
            for place in places
        ),
        purposes=tuple(PurposeUse(use.purpose.code, use.purpose.name, use.since, use.last_used_at) for use in uses),
        sensitive=tuple(
            (fact.pk, Text(SensitiveKind(fact.kind).label, SENSITIVE_ENGLISH[fact.kind]), fact.recorded_at)
            for fact in facts
        )
        if may_see_kinds
        else (),
        merged_from=tuple((row.pk, row.full_name) for row in Person.objects.filter(merged_into=person)),
        is_restricted=person.restricted_at is not None,
        is_erased=person.erased_at is not None,
        created_at=person.created_at,
        updated_at=person.updated_at,
    )


def household_label(moo: int | None, subdistrict_code: str) -> Text:
    """What a household is called without telling its number: its village and subdistrict."""
    place = place_text(subdistrict_code) or Text("ครัวเรือน", "Household")
    return Text(f"หมู่ที่ {moo} {place.th}", f"Moo {moo}, {place.en}") if moo else place
