"""Households: who lives where since when, with history; the number sealed and found exactly; one head each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.db import connection

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from nakhon.kernel.tenancy import act_in
from nakhon.people import queries, services
from nakhon.people.models import Organisation
from nakhon.people.types import Registered
from tests import make

HOUSE = {"house_no": "12/3", "moo": "2", "subdistrict_code": "840401", "house_id": "8404-012345-6"}


@pytest.fixture
def household(registrar: Context, somchai: Registered) -> UUID:
    return services.create_household(registrar, fields=HOUSE, head_id=somchai.id)


def test_a_household_is_found_by_its_number_and_shown_masked(
    registrar: Context, household: UUID, somchai: Registered
) -> None:
    (row,) = queries.find_households(registrar, text="๘๔๐๔-๐๑๒๓๔๕-๖").rows
    assert (row.id, row.head, row.members, row.house_id_masked) == (household, "นายสมชาย ใจดี", 1, "xxxx-xxxx45-6")
    assert queries.find_households(registrar, text="84040123457").rows == []
    assert [found.id for found in queries.find_households(registrar, subdistrict_code="840401", moo=2).rows] == [
        household
    ]
    assert queries.find_households(registrar, subdistrict_code="840401", moo=3).rows == []
    card = queries.household_card(registrar, household_id=household)
    assert (card.address_masked, card.label.th[:8], card.members[0].relation) == ("•••", "หมู่ที่ ", "HEAD")
    assert [found.id for found in queries.find_persons(registrar, text="84040123456").rows] == [somchai.id]
    with act_in(registrar), connection.cursor() as cursor:
        cursor.execute("SELECT h::text FROM people_household h")
        row_text = cursor.fetchone()[0]
    assert "84040123456" not in row_text and "12/3" not in row_text


def test_moving_keeps_the_history(registrar: Context, household: UUID, register: Callable[..., UUID]) -> None:
    child = register(first_name="ลูก")
    services.move_person(registrar, person_id=child, household_id=household, relation="CHILD", on=date(2026, 1, 5))
    other = services.create_household(registrar, fields={"subdistrict_code": "840402"})
    services.move_person(registrar, person_id=child, household_id=other, relation="HEAD", on=date(2026, 3, 1))
    former = queries.household_card(registrar, household_id=household).former
    assert [(row.person_id, row.since, row.until) for row in former] == [(child, date(2026, 1, 5), date(2026, 3, 1))]
    places = queries.person_card(registrar, person_id=child).households
    assert [(place.household_id, place.until) for place in places] == [(other, None), (household, date(2026, 3, 1))]
    services.move_person(registrar, person_id=child, household_id=None, on=date(2026, 3, 2))
    services.close_household(registrar, household_id=other)
    with pytest.raises(NotFound):
        services.move_person(registrar, person_id=child, household_id=other, relation="HEAD")


def test_refusals(
    registrar: Context, household: UUID, somchai: Registered, register: Callable[..., UUID], city: Organisation,
    yala: Organisation,
) -> None:  # fmt: skip
    other = register()
    with pytest.raises(Conflict):
        services.move_person(registrar, person_id=other, household_id=household, relation="HEAD")
    with pytest.raises(Invalid) as refused:
        services.move_person(registrar, person_id=other, household_id=household, relation="BOSS", on=date(2030, 1, 1))
    assert set(refused.value.fields) == {"relation", "on"}
    with pytest.raises(Invalid):
        services.move_person(registrar, person_id=somchai.id, household_id=None, on=date(2026, 1, 1))
    with pytest.raises(Conflict):
        services.move_person(registrar, person_id=other, household_id=None)
    with pytest.raises(Conflict):
        services.close_household(registrar, household_id=household)
    with pytest.raises(Invalid) as refused:
        services.create_household(registrar, fields={"house_id": "123"})
    assert set(refused.value.fields) == {"house_id", "subdistrict_code"}
    with pytest.raises(Forbidden):
        services.create_household(make.ctx(city, "dpo"), fields=HOUSE)
    with pytest.raises(Forbidden):
        queries.find_households(make.ctx(city, "executive"))
    with pytest.raises(NotFound):
        queries.household_card(make.ctx(yala, "registrar"), household_id=household)


def test_editing_keeps_what_came_back_masked(registrar: Context, household: UUID) -> None:
    card = queries.household_card(registrar, household_id=household)
    services.edit_household(
        registrar, household_id=household, version=card.version,
        fields={"house_id": card.house_id_masked, "subdistrict_code": card.subdistrict_code, "house_no": "", "moo": ""},
    )  # fmt: skip
    assert queries.household_card(registrar, household_id=household).house_id_masked == card.house_id_masked
    assert queries.household_card(registrar, household_id=household).moo == 2
    with pytest.raises(Conflict):
        services.edit_household(registrar, household_id=household, version=card.version, fields={})
    services.edit_household(registrar, household_id=household, version=2, fields={"house_no": "99", "moo": "7"})
    assert queries.household_card(registrar, household_id=household).moo == 7


def test_the_list_takes_three_queries(
    registrar: Context, household: UUID, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(8):
        services.create_household(registrar, fields={"subdistrict_code": "840401", "moo": str(number + 1)})
    with django_assert_max_num_queries(3):  # type: ignore[attr-defined]
        first = queries.find_households(registrar, limit=5)
    rest = queries.find_households(registrar, limit=5, after=first.after)
    assert len({row.id for row in (*first.rows, *rest.rows)}) == 9 and rest.after == ""
