"""What is masked is revealed for a purpose with one entry; what is restricted or sensitive needs more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Forbidden, Invalid, SignInRequired
from nakhon.kernel.tenancy import act_in
from nakhon.people import queries, services
from nakhon.people.errors import PersonNotFound, PurposeUnknown, Restricted
from nakhon.people.models import Organisation
from nakhon.people.types import Registered
from tests import make
from tests.people.conftest import trail_of


def test_reveal_is_one_entry_with_purpose_and_no_value(registrar: Context, somchai: Registered) -> None:
    ctx = replace(registrar, address="203.0.113.7", request_id="r-1")
    before = len(trail_of(ctx))
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
    entries = trail_of(ctx)
    assert len(entries) == before + 1
    entry = entries[-1]
    assert (entry.action, entry.actor_id, entry.purpose, entry.object_type, entry.object_id, entry.address, entry.at) == (
        "people.person.revealed", "registrar", "complaints", "people.person", str(somchai.id), "203.0.113.7", make.NOW,
    )  # fmt: skip
    assert entry.detail == {
        "fields": ["national_id", "phone", "birth_date", "address"], "reason": "โทรแจ้งผลการซ่อมถนน",
    }  # fmt: skip


def test_reveal_refusals_leave_no_entry(registrar: Context, city: Organisation, somchai: Registered) -> None:
    before = len(trail_of(registrar))
    good: dict[str, Any] = {"person_id": somchai.id, "fields": ["phone"], "purpose": "complaints", "reason": "แจ้งผล"}
    with pytest.raises(PurposeUnknown):
        services.reveal_person(registrar, **{**good, "purpose": "curiosity"})
    with pytest.raises(Invalid) as none_chosen:
        services.reveal_person(registrar, **{**good, "purpose": ""})
    assert none_chosen.value.fields["purpose"].en == "Choose a purpose"
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
    assert len(trail_of(registrar)) == before


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
    assert [entry.purpose for entry in trail_of(registrar, action="people.sensitive.revealed")] == ["care"]
    with pytest.raises(Forbidden):
        services.reveal_sensitive(registrar, **read, purpose="complaints")
    with pytest.raises(Forbidden):
        services.reveal_sensitive(make.ctx(city, "officer"), **read, purpose="care")
    assert queries.person_card(make.ctx(city, "officer"), person_id=somchai.id).sensitive == ()
    assert len(queries.person_card(registrar, person_id=somchai.id).sensitive) == 1
    with act_in(registrar), connection.cursor() as cursor:
        cursor.execute("SELECT s::text FROM people_personsensitive s")
        assert "ความดัน" not in cursor.fetchone()[0]
