"""Staff: roles from the table, units, the last administrator, and the same account in two cities."""

from __future__ import annotations

from datetime import timedelta

import pytest

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from nakhon.kernel.models import AuditEntry, Event
from nakhon.kernel.tenancy import act_in
from nakhon.people import queries, services
from nakhon.people.access import actor_for, memberships_of, tenant_ref
from nakhon.people.errors import AlreadyMember, LastAdministrator
from nakhon.people.models import Organisation, User
from tests import make


def test_add_change_end(admin: Context, samui: Organisation) -> None:
    unit = services.create_unit(admin, code="works", kind="DIVISION", name_th="กองช่าง", name_en="Works")
    added = services.add_member(
        admin, email="Somchai@Example.com", display_name="สมชาย", roles=["officer"], title="นายช่าง", unit_ids=[unit.pk]
    )
    (row,) = queries.members(make.ctx(samui, "officer"))
    assert (row.name, row.email, row.role_codes, row.units[0][1].th) == (
        "สมชาย", "Somchai@example.com", {"officer"}, "กองช่าง",
    )  # fmt: skip
    services.change_member(admin, membership_id=added.pk, roles=["supervisor", "registrar"], title="หัวหน้า")
    services.end_membership(admin, membership_id=added.pk)
    assert queries.members(admin) == []
    assert queries.members(admin, with_ended=True)[0].ended_at == make.NOW
    with act_in(admin):
        actions = list(
            AuditEntry.objects.filter(object_id=str(added.pk)).order_by("seq").values_list("action", flat=True)
        )
        assert actions == ["people.member.added", "people.member.changed", "people.member.ended"]
        assert Event.objects.filter(name="people.MembershipEnded").count() == 1
    with pytest.raises(Conflict):
        services.change_member(admin, membership_id=added.pk, title="x")


def test_an_ended_member_comes_back_with_the_same_account(admin: Context, samui: Organisation) -> None:
    first = services.add_member(admin, email="a@example.com", roles=["officer"])
    with pytest.raises(AlreadyMember):
        services.add_member(admin, email="A@EXAMPLE.COM", roles=["officer"])
    services.end_membership(admin, membership_id=first.pk)
    again = services.add_member(admin, email="a@example.com", roles=["dpo"])
    assert again.pk == first.pk and User.objects.filter(email__iexact="a@example.com").count() == 1


def test_the_last_administrator_stays(admin: Context) -> None:
    only = services.add_member(admin, email="one@example.com", roles=["admin", "officer"])
    with pytest.raises(LastAdministrator):
        services.end_membership(admin, membership_id=only.pk)
    with pytest.raises(LastAdministrator):
        services.change_member(admin, membership_id=only.pk, roles=["officer"])
    services.change_member(admin, membership_id=only.pk, roles=["admin"], title="ยังเป็นผู้ดูแล")
    other = services.add_member(admin, email="two@example.com", roles=["admin"])
    services.end_membership(admin, membership_id=only.pk)
    with pytest.raises(LastAdministrator):
        services.end_membership(admin, membership_id=other.pk)


def test_refusals(admin: Context, officer: Context, yala: Organisation) -> None:
    for roles in ([], ["mayor"], ["system"], ["public"]):
        with pytest.raises(Invalid) as refused:
            services.add_member(admin, email="a@example.com", roles=roles)
        assert set(refused.value.fields) == {"roles"}
    with pytest.raises(Forbidden):
        services.add_member(officer, email="a@example.com", roles=["admin"])
    member = services.add_member(admin, email="a@example.com", roles=["officer"])
    with pytest.raises(NotFound):
        services.change_member(make.ctx(yala, "admin"), membership_id=member.pk, roles=["admin"])
    with pytest.raises(NotFound):
        queries.member(make.ctx(yala, "officer"), membership_id=member.pk)
    with pytest.raises(Forbidden):
        queries.members(make.ctx(yala, "citizen"))


def test_one_account_is_staff_in_two_cities_each_seen_from_within(samui: Organisation, yala: Organisation) -> None:
    services.add_member(make.ctx(samui, "admin"), email="a@example.com", roles=["officer"])
    services.add_member(make.ctx(yala, "admin"), email="a@example.com", roles=["dpo"])
    user = User.objects.get(email="a@example.com")
    found = memberships_of(user, [samui, yala], make.NOW)
    assert [(row.tenant.slug, sorted(row.roles)) for row in found] == [("samui", ["officer"]), ("yala", ["dpo"])]
    assert memberships_of(user, [samui], make.NOW - timedelta(days=1)) == []
    actor = actor_for(tenant_ref(yala), user, second_factor=True, now=make.NOW)
    assert actor.roles >= {"dpo"} and "officer" not in actor.roles


def test_members_take_two_queries_however_many(admin: Context, django_assert_max_num_queries: object) -> None:
    unit = services.create_unit(admin, code="works", kind="DIVISION", name_th="กองช่าง", name_en="Works")
    for number in range(12):
        services.add_member(admin, email=f"m{number}@example.com", roles=["officer"], unit_ids=[unit.pk])
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        assert len(queries.members(admin, unit_id=unit.pk, role="officer", text="m1")) == 3


def test_a_page_of_the_staff_is_cut_in_the_database_in_thai_order(
    admin: Context, samui: Organisation, django_assert_max_num_queries: object
) -> None:
    for number, name in enumerate(("วัว", "ไก่", "กาล", "เป็ด", "เกิด", "", "หมู")):
        services.add_member(admin, email=f"z{number}@example.com", display_name=name, roles=["officer"])
    whole = [row.name for row in queries.members(admin)]
    assert whole == ["z5@example.com", "กาล", "เกิด", "ไก่", "เป็ด", "วัว", "หมู"]
    thai_first = [*whole[1:], whole[0]]
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        rows, start, total = queries.member_page(admin, start=3, limit=3)
    assert ([row.name for row in rows], start, total) == (thai_first[3:6], 3, 7)
    last, start, _ = queries.member_page(admin, start=99, limit=3)
    assert ([row.name for row in last], start) == (thai_first[6:], 6)
    assert queries.member_page(admin, text="ก", limit=2)[2] == 3
    assert queries.member_page(admin, text="nobody") == ([], 0, 0)
    with pytest.raises(Forbidden):
        queries.member_page(make.ctx(samui, "citizen"))
