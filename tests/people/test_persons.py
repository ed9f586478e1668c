"""Persons: sealed at rest, found exactly, masked by default, revealed for a purpose with one entry, never overwritten."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Forbidden, Invalid, SignInRequired
from nakhon.kernel.models import AuditEntry, Event
from nakhon.kernel.tenancy import act_in
from nakhon.people import queries, services
from nakhon.people.errors import AlreadyRegistered, NotLinked, PersonNotFound, PurposeUnknown, Restricted
from nakhon.people.models import Organisation, Person, User
from nakhon.people.types import Registered, VerifiedPerson
from tests import make
from tests.people.conftest import SOMCHAI


def _entries(ctx: Context, **where: Any) -> list[AuditEntry]:
    with act_in(ctx):
        return list(AuditEntry.objects.filter(**where).order_by("seq"))


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
    (entry,) = _entries(registrar, action="people.person.read")
    assert (entry.actor_id, entry.object_id, entry.address) == ("registrar", str(somchai.id), "203.0.113.7")


@pytest.mark.parametrize(
    "text",
    ["1234567890121", "๑-๒๓๔๕-๖๗๘๙๐-๑๒-๑", "0812345678", "+66 81 234 5678", "SOMCHAI@example.com", "สมชาย", "ใจดี",
     "นายสมชาย ใจดี", "มชา", "สม"],
)  # fmt: skip
def test_found_by_number_contact_or_name(registrar: Context, somchai: Registered, text: str) -> None:
    assert [row.id for row in queries.find_persons(registrar, text=text).rows] == [somchai.id]


@pytest.mark.parametrize(
    "text", ["1101700207030", "1234567890123", "0812345679", "other@example.com", "สมหญิง", "ใจดี สมชาย", "%", "_", "\\"]
)
def test_not_found(registrar: Context, somchai: Registered, text: str) -> None:
    assert queries.find_persons(registrar, text=text).rows == []
    (entry,) = _entries(registrar, action="people.person.searched")
    assert text not in str(entry.detail), "the words of a search are not kept"


def test_reveal_is_one_entry_with_purpose_and_no_value(registrar: Context, somchai: Registered) -> None:
    ctx = replace(registrar, address="203.0.113.7", request_id="r-1")
    before = len(_entries(ctx))
    revealed = services.reveal_person(
        ctx, person_id=somchai.id, fields=["national_id", "phone", "birth_date", "address"], purpose="complaints",
        reason="โทรแจ้งผลการซ่อมถนน",
    )  # fmt: skip
    assert revealed.values == {
        "national_id": "1-2345-67890-12-1",
        "phone": "081-234-5678",
        "birth_date": "15 มกราคม 2500",
        "address": "99/1 หมู่ที่ 5 ตำบลอ่างทอง อำเภอเกาะสมุย จังหวัดสุราษฎร์ธานี",
    }
    assert [value for value in revealed.values.values() if value in repr(revealed)] == []
    entries = _entries(ctx)
    assert len(entries) == before + 1
    entry = entries[-1]
    assert (entry.action, entry.actor_id, entry.purpose, entry.object_type, entry.object_id, entry.address, entry.at) == (
        "people.person.revealed", "registrar", "complaints", "people.person", str(somchai.id), "203.0.113.7", make.NOW,
    )  # fmt: skip
    assert entry.detail == {
        "fields": ["national_id", "phone", "birth_date", "address"], "reason": "โทรแจ้งผลการซ่อมถนน",
    }  # fmt: skip


def test_reveal_refusals_leave_no_entry(registrar: Context, city: Organisation, somchai: Registered) -> None:
    before = len(_entries(registrar))
    good: dict[str, Any] = {"person_id": somchai.id, "fields": ["phone"], "purpose": "complaints", "reason": "แจ้งผล"}
    with pytest.raises(PurposeUnknown):
        services.reveal_person(registrar, **{**good, "purpose": "curiosity"})
    for reason in ("", "  ok ", "เลข 1234567890121"):
        with pytest.raises(Invalid) as refused:
            services.reveal_person(registrar, **{**good, "reason": reason})
        assert set(refused.value.fields) == {"reason"}
    for fields in ([], ["first_name", "tenant"]):
        with pytest.raises(Invalid):
            services.reveal_person(registrar, **{**good, "fields": fields})
    with pytest.raises(Forbidden):
        services.reveal_person(registrar, **{**good, "purpose": "newsletter"})
    for role in ("executive", "auditor", "admin", "citizen"):
        with pytest.raises(Forbidden):
            services.reveal_person(make.ctx(city, role), **good)
    with pytest.raises(SignInRequired):
        services.reveal_person(make.ctx(city), **good)
    with pytest.raises(PersonNotFound):
        services.reveal_person(registrar, **{**good, "person_id": UUID(int=7)})
    assert len(_entries(registrar)) == before


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
    (entry,) = _entries(registrar, action="people.person.edited")
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


def test_the_same_number_is_refused_and_a_likeness_pointed_out(registrar: Context, somchai: Registered) -> None:
    with pytest.raises(AlreadyRegistered) as refused:
        services.register_person(registrar, fields={**SOMCHAI, "first_name": "อื่น"})
    assert refused.value.person_id == str(somchai.id)
    twin = services.register_person(
        registrar, fields={"first_name": "สมชาย", "last_name": "ใจดี", "birth_date": "พ.ศ. 2500"}
    )
    assert [row.id for row in twin.alike] == [somchai.id]
    stranger = services.register_person(
        registrar, fields={"first_name": "สมชาย", "last_name": "ใจดี", "birth_date": "2501"}
    )
    assert stranger.alike == ()
    with pytest.raises(AlreadyRegistered):
        services.edit_person(
            registrar, person_id=twin.id, version=1, fields={"id_type": "NATIONAL_ID", "national_id": "1234567890121"}
        )


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


def test_merging_makes_one_person_of_two(
    registrar: Context, somchai: Registered, register: Callable[..., UUID], dpo: Context
) -> None:
    other = register(
        first_name="สมชาย", last_name="ใจดี", phone="0899999999", id_type="PASSPORT", passport_no="AA1234567"
    )
    services.record_consent(dpo, person_id=other, purpose="newsletter", granted=True, channel="COUNTER")
    with pytest.raises(Invalid):
        services.merge_persons(registrar, keep_id=somchai.id, duplicate_id=other, reason="")
    services.merge_persons(registrar, keep_id=somchai.id, duplicate_id=other, reason="บัตรและหนังสือเดินทางตรงกัน")
    card = queries.person_card(registrar, person_id=other)
    assert card.id == somchai.id and card.merged_from[0][0] == other
    assert card.field("passport_no").is_held and card.field("phone").shown == "081-xxx-5678"
    assert [row.id for row in queries.find_persons(registrar, text="0899999999").rows] == [somchai.id], (
        "the old number leads on"
    )
    assert len(queries.find_persons(registrar, text="สมชาย").rows) == 1
    assert queries.may_process(registrar, person_id=other, purpose="newsletter") is True
    with act_in(registrar):
        assert Event.objects.get(name="people.PersonsMerged").payload["duplicate_id"] == str(other)


def test_two_people_are_not_merged(registrar: Context, somchai: Registered, register: Callable[..., UUID]) -> None:
    other = register(id_type="NATIONAL_ID", national_id="1101700207030")
    with pytest.raises(Conflict):
        services.merge_persons(registrar, keep_id=somchai.id, duplicate_id=other, reason="ชื่อเหมือนกัน")
    with pytest.raises(Conflict):
        services.merge_persons(registrar, keep_id=somchai.id, duplicate_id=somchai.id, reason="คนเดียวกัน")


def test_restricted_data_is_for_the_protection_officer_only(
    registrar: Context, dpo: Context, somchai: Registered
) -> None:
    services.restrict_person(dpo, person_id=somchai.id, restricted=True)
    reveal: dict[str, Any] = {
        "person_id": somchai.id,
        "fields": ["phone"],
        "purpose": "complaints",
        "reason": "ตรวจสอบ",
    }
    for call in (
        lambda: queries.person_card(registrar, person_id=somchai.id),
        lambda: services.reveal_person(registrar, **reveal),
        lambda: services.edit_person(registrar, person_id=somchai.id, version=2, fields={}),
    ):
        with pytest.raises(Restricted):
            call()
    assert services.reveal_person(dpo, **reveal).values == {"phone": "081-234-5678"}
    services.restrict_person(dpo, person_id=somchai.id, restricted=False)
    assert services.reveal_person(registrar, **reveal).values == {"phone": "081-234-5678"}
    with pytest.raises(Forbidden):
        services.restrict_person(registrar, person_id=somchai.id, restricted=True)


def test_an_account_is_one_person(
    registrar: Context, citizen: Context, somchai: Registered, register: Callable[..., UUID]
) -> None:
    with pytest.raises(Conflict):
        services.link_account(registrar, person_id=register(), user_id=UUID(citizen.actor.id))
    services.link_account(registrar, person_id=somchai.id, user_id=None)
    with pytest.raises(NotLinked):
        queries.own_consents(citizen)


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


def test_sensitive_facts_need_their_own_permission_basis_and_purpose(
    registrar: Context, city: Organisation, somchai: Registered
) -> None:
    keep: dict[str, Any] = {"person_id": somchai.id, "kind": "HEALTH", "body": "ความดันโลหิตสูง"}
    fact = services.record_sensitive(registrar, **keep, purpose="care")
    with pytest.raises(Forbidden):
        services.record_sensitive(make.ctx(city, "officer"), **keep, purpose="care")
    with pytest.raises(Invalid):
        services.record_sensitive(registrar, **keep, purpose="water")
    read: dict[str, Any] = {"person_id": somchai.id, "fact_id": fact, "reason": "วางแผนเยี่ยมบ้าน"}
    assert services.reveal_sensitive(registrar, **read, purpose="care") == "ความดันโลหิตสูง"
    assert [entry.purpose for entry in _entries(registrar, action="people.sensitive.revealed")] == ["care"]
    with pytest.raises(Forbidden):
        services.reveal_sensitive(registrar, **read, purpose="complaints")
    with pytest.raises(Forbidden):
        services.reveal_sensitive(make.ctx(city, "officer"), **read, purpose="care")
    assert queries.person_card(make.ctx(city, "officer"), person_id=somchai.id).sensitive == ()
    assert len(queries.person_card(registrar, person_id=somchai.id).sensitive) == 1
    with act_in(registrar), connection.cursor() as cursor:
        cursor.execute("SELECT s::text FROM people_personsensitive s")
        assert "ความดัน" not in cursor.fetchone()[0]


def test_pages_by_key_in_thai_order(
    registrar: Context, register: Callable[..., UUID], django_assert_num_queries: Any
) -> None:
    for name in ("ไก่", "เกิด", "กาล", "เป็ด", "หมู", "วัว"):
        register(first_name=name)
    seen: list[str] = []
    after = ""
    for _ in range(4):
        page = queries.find_persons(registrar, after=after, limit=2)
        seen += [row.name for row in page.rows]
        after = page.after
        if not after:
            break
    assert seen == ["กาล", "เกิด", "ไก่", "เป็ด", "วัว", "หมู"]
    with django_assert_num_queries(1):
        queries.find_persons(registrar, limit=100)
    named = queries.find_persons(registrar, text="ก", limit=1)
    rest = queries.find_persons(registrar, text="ก", after=named.after, limit=5)
    assert [row.name for row in named.rows] + [row.name for row in rest.rows] == ["กาล", "เกิด", "ไก่"]


def _vouched(number: str = "1234567890121") -> VerifiedPerson:
    return VerifiedPerson("thaid", number, "สมชาย", "ใจดี", "1957-01-15")


def _account(city: Organisation) -> Context:
    return make.ctx(city, "citizen", actor_id=str(User.objects.create_user().pk))


def test_a_provider_that_vouches_links_the_record_that_is_there(city: Organisation, somchai: Registered) -> None:
    me = _account(city)
    assert services.link_verified(me, identity=_vouched()).id == somchai.id
    assert queries.own_data(me)
    (entry,) = _entries(me, action="people.person.account_linked")
    assert (entry.object_id, entry.detail) == (str(somchai.id), {"provider": "thaid"})
    assert "1234567890121" not in repr(_vouched())
    with pytest.raises(Conflict):
        services.link_verified(_account(city), identity=_vouched())
    with pytest.raises(Invalid):
        services.link_verified(_account(city), identity=_vouched("1234567890123"))


def test_a_provider_that_vouches_makes_or_completes_the_own_record(city: Organisation) -> None:
    newcomer, known = _account(city), _account(city)
    made = services.link_verified(newcomer, identity=_vouched())
    assert queries.own_profile(newcomer).field("national_id").shown == "x-xxxx-xxxxx-12-1"
    own = services.save_own_profile(known, fields={"first_name": "มานี"})
    assert services.link_verified(known, identity=_vouched("1101700207030")).id == own.id != made.id
    assert queries.own_profile(known).first_name == "มานี"
    with pytest.raises(Conflict):
        services.link_verified(known, identity=_vouched())
