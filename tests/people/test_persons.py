"""Persons: sealed at rest, masked by default, registered and edited field by field, never overwritten."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Invalid, SignInRequired
from nakhon.kernel.tenancy import act_in
from nakhon.people import queries, services
from nakhon.people.errors import PersonNotFound
from nakhon.people.models import Organisation, Person, User
from nakhon.people.types import Registered
from tests import make
from tests.people.conftest import SOMCHAI, trail_of


def test_nothing_personal_but_the_name_lies_open(registrar: Context, somchai: Registered) -> None:
    with act_in(registrar), connection.cursor() as cursor:
        cursor.execute("SELECT p::text FROM people_person p")
        (row,) = cursor.fetchone()
        for table in ("kernel_auditentry", "kernel_event"):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM {table} t")
            row += cursor.fetchone()[0]
    # Seals, hashes, ids and moments are left out: their digits are chance and may spell anything.
    row = re.sub(r"\\x[0-9a-f]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d[ T][\d:.+]+", " ", row)
    for secret in ("1234567890121", "12-1", "66812345678", "5678", "example.com", "1957", "2500", "99/1", "16.30"):
        assert secret not in row, f"{secret} lies open in the database"
    assert "สมชาย" in row


def test_the_card_is_masked_and_opening_it_leaves_one_entry(registrar: Context, somchai: Registered) -> None:
    card = queries.person_card(replace(registrar, address="203.0.113.7"), person_id=somchai.id)
    shown = {field.name: field.shown for field in card.fields}
    assert shown == {
        "national_id": "x-xxxx-xxxxx-12-1",
        "passport_no": "",
        "birth_date": "•••",
        "phone": "081-xxx-5678",
        "email": "s•••@example.com",
        "address": "•••",
        "note": "•••",
    }
    assert (card.name, card.age.th if card.age else "") == ("นายสมชาย ใจดี", "69 ปี")
    (entry,) = trail_of(registrar, action="people.person.read")
    assert (entry.actor_id, entry.object_id, entry.address) == ("registrar", str(somchai.id), "203.0.113.7")


def test_another_city_finds_nothing(yala: Organisation, somchai: Registered) -> None:
    services.adopt_typical_purposes(make.ctx(yala, "dpo"))
    there = make.ctx(yala, "registrar")
    for text in ("1234567890121", "0812345678", "สมชาย", ""):
        assert queries.find_persons(there, text=text).rows == []
    for call in (
        lambda: queries.person_card(there, person_id=somchai.id),
        lambda: services.edit_person(there, person_id=somchai.id, version=1, fields={}),
        lambda: services.reveal_person(
            there, person_id=somchai.id, fields=["phone"], purpose="complaints", reason="แจ้งผล"
        ),
        lambda: services.merge_persons(there, keep_id=somchai.id, duplicate_id=UUID(int=1), reason="คนเดียวกัน"),
    ):
        with pytest.raises(PersonNotFound):
            call()
    again = services.register_person(there, fields=SOMCHAI)
    assert again.id != somchai.id, "the same number may be registered in each city"


def test_what_came_back_masked_or_blank_is_kept(registrar: Context, somchai: Registered) -> None:
    card = queries.person_card(registrar, person_id=somchai.id)
    form = {field.name: field.shown for field in card.fields} | {
        "prefix": card.prefix, "first_name": "สมชัย", "middle_name": "", "last_name": card.last_name,
        "id_type": card.id_type, "subdistrict_code": card.subdistrict_code, "postcode": card.postcode, "house_no": "",
    }  # fmt: skip
    with act_in(registrar):
        before = Person.objects.get(pk=somchai.id)
    services.edit_person(registrar, person_id=somchai.id, version=card.version, fields=form)
    with act_in(registrar):
        after = Person.objects.get(pk=somchai.id)
        assert after.first_name == "สมชัย"
        for name in ("national_id", "birth_date", "phone", "email", "address", "note"):
            assert getattr(after, name).reveal() == getattr(before, name).reveal(), name
            assert getattr(after, name).blob == getattr(before, name).blob, f"{name} was sealed anew without need"
    (entry,) = trail_of(registrar, action="people.person.edited")
    assert entry.detail == {"fields": ["first_name"]}


@pytest.mark.parametrize(
    ("field", "value"), [("email", "s•••@other.com"), ("phone", "081-xxx-9999"), ("note", "••• และ")]
)
def test_a_half_masked_value_is_refused(registrar: Context, somchai: Registered, field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.edit_person(registrar, person_id=somchai.id, version=1, fields={field: value})
    assert set(refused.value.fields) == {field}


def test_clear_empties_and_a_new_value_replaces(registrar: Context, somchai: Registered) -> None:
    services.edit_person(
        registrar, person_id=somchai.id, version=1, fields={"phone": "๐๘๙ ๙๙๙ ๙๙๙๙"}, clear=["email", "note"]
    )
    assert [row.id for row in queries.find_persons(registrar, text="0899999999").rows] == [somchai.id]
    assert queries.find_persons(registrar, text="0812345678").rows == []
    assert queries.find_persons(registrar, text="somchai@example.com").rows == []
    card = queries.person_card(registrar, person_id=somchai.id)
    assert (card.field("email").is_held, card.field("note").is_held, card.field("phone").shown) == (
        False,
        False,
        "089-xxx-9999",
    )


def test_two_editors_do_not_overwrite_each_other(registrar: Context, somchai: Registered) -> None:
    services.edit_person(registrar, person_id=somchai.id, version=1, fields={"last_name": "ใจกว้าง"})
    with pytest.raises(Conflict):
        services.edit_person(registrar, person_id=somchai.id, version=1, fields={"last_name": "ใจแคบ"})
    assert queries.person_name(registrar, person_id=somchai.id) == "นายสมชาย ใจกว้าง"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"first_name"}),
        ({"first_name": "ก1"}, {"first_name"}),
        ({"first_name": "<script>"}, {"first_name"}),
        ({"first_name": "ก", "id_type": "NATIONAL_ID"}, {"national_id"}),
        ({"first_name": "ก", "id_type": "NATIONAL_ID", "national_id": "1234567890123"}, {"national_id"}),
        ({"first_name": "ก", "id_type": "PASSPORT", "passport_no": "!!"}, {"passport_no"}),
        ({"first_name": "ก", "id_type": "OTHER"}, {"id_type"}),
        ({"first_name": "ก", "birth_date": "31/02/2500"}, {"birth_date"}),
        ({"first_name": "ก", "birth_date": "1 ม.ค. 2600"}, {"birth_date"}),
        ({"first_name": "ก", "phone": "0812345", "email": "x"}, {"phone", "email"}),
        ({"first_name": "ก", "phone": "1669"}, {"phone"}),
        ({"first_name": "ก", "house_no": "๙๙", "subdistrict_code": "999999"}, {"subdistrict_code"}),
        ({"first_name": "ก", "subdistrict_code": "840401", "postcode": "10200", "moo": "0"}, {"postcode", "moo"}),
    ],
)
def test_wrong_input_is_told_field_by_field(registrar: Context, fields: dict[str, str], wrong: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        services.register_person(registrar, fields=fields)
    assert set(refused.value.fields) == wrong


@pytest.mark.parametrize(
    "fields",
    [
        {"first_name": "อาโหม่", "id_type": "PINK_CARD", "national_id": "0-0000-00000-00-1"},
        {"first_name": "John", "last_name": "O'Neil-Smith", "id_type": "PASSPORT", "passport_no": "ab 1234567"},
        {"first_name": "ไม่ทราบนามสกุล"},
        {"prefix": "ด.ช.", "first_name": "น้ำ", "birth_date": "2566"},
    ],
)
def test_people_without_a_thai_card_are_welcome(registrar: Context, fields: dict[str, str]) -> None:
    person = services.register_person(registrar, fields=fields)
    card = queries.person_card(registrar, person_id=person.id)
    assert card.first_name == fields["first_name"]
    if "passport_no" in fields:
        assert [row.id for row in queries.find_persons(registrar, text="AB1234567").rows] == [person.id]
    if fields.get("prefix"):
        assert card.prefix == "เด็กชาย"


def test_a_citizen_enters_and_corrects_the_own_record(city: Organisation) -> None:
    user = User.objects.create_user(email="new@example.com")
    me = make.ctx(city, "citizen", actor_id=str(user.pk))
    first = services.save_own_profile(me, fields={"first_name": "ใหม่", "phone": "0891112222"})
    again = services.save_own_profile(me, fields={"first_name": "ใหม่", "last_name": "มาแล้ว"}, version=first.version)
    assert again.id == first.id
    with pytest.raises(Conflict):
        services.save_own_profile(me, fields={"first_name": "เก่า"}, version=first.version)
    with pytest.raises(Invalid) as refused:
        services.save_own_profile(me, fields={"first_name": "ใหม่", "national_id": "1234567890121"})
    assert set(refused.value.fields) == {"national_id"}
    with pytest.raises(SignInRequired):
        services.save_own_profile(make.ctx(city), fields={"first_name": "ใคร"})
