"""Units: a tree without circles; a unit in use does not close, and says who is in it."""

from __future__ import annotations

import pytest

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from nakhon.kernel.models import Event
from nakhon.kernel.tenancy import act_in
from nakhon.people import queries, services
from nakhon.people.errors import UnitInUse, WouldCircle
from nakhon.people.models import Organisation, Unit
from tests import make


def _unit(ctx: Context, code: str, parent: Unit | None = None, position: int = 0) -> Unit:
    return services.create_unit(
        ctx, code=code, kind="DIVISION", name_th=f"กอง{code}", name_en=code, parent_id=parent.pk if parent else None,
        position=position,
    )  # fmt: skip


def test_create_edit_and_tree(admin: Context, samui: Organisation) -> None:
    works = _unit(admin, "works", position=2)
    _unit(admin, "finance", position=1)
    road = _unit(admin, "roads", works)
    services.edit_unit(admin, unit_id=road.pk, name_th="งานถนน", kind="SECTION")
    tree = queries.unit_tree(make.ctx(samui, "officer"))
    assert [(node.code, [child.name.th for child in node.children]) for node in tree] == [
        ("finance", []),
        ("works", ["งานถนน"]),
    ]
    assert [(row.code, row.depth) for row in queries.units(admin)] == [("finance", 0), ("works", 0), ("roads", 1)]
    with act_in(admin):
        names = list(Event.objects.order_by("at", "pk").values_list("name", flat=True))
    assert names == ["people.UnitCreated"] * 3 + ["people.UnitChanged"]


def test_two_editors_do_not_overwrite_each_other(admin: Context) -> None:
    works = _unit(admin, "works")
    edited = services.edit_unit(admin, unit_id=works.pk, version=1, name_th="กองช่างโยธา")
    assert edited.version == 2
    with pytest.raises(Conflict):
        services.edit_unit(admin, unit_id=works.pk, version=1, name_th="กองช่างสุขาภิบาล")
    same = services.edit_unit(admin, unit_id=works.pk, version=2, name_th="กองช่างโยธา")
    assert (same.version, queries.unit(admin, unit_id=works.pk).name_th) == (2, "กองช่างโยธา")
    assert services.edit_unit(admin, unit_id=works.pk, name_th="กองช่าง").version == 3, (
        "a definition says how it shall be"
    )


def test_refusals(admin: Context, officer: Context, samui: Organisation, yala: Organisation) -> None:
    works = _unit(admin, "works")
    with pytest.raises(Forbidden):
        _unit(officer, "other")
    with pytest.raises(Invalid) as refused:
        services.create_unit(admin, code="works", kind="DIVISION", name_th="", name_en="x", email="nope")
    assert set(refused.value.fields) == {"code", "name_th", "email"}
    with pytest.raises(Invalid):
        services.create_unit(admin, code="Works!", kind="ROOM", name_th="x", name_en="x")
    with pytest.raises(NotFound):
        services.edit_unit(make.ctx(yala, "admin"), unit_id=works.pk, name_th="ของเรา")
    with pytest.raises(NotFound):
        queries.unit(make.ctx(yala, "officer"), unit_id=works.pk)


def test_moving_makes_no_circle(admin: Context) -> None:
    top = _unit(admin, "top")
    middle = _unit(admin, "middle", top)
    low = _unit(admin, "low", middle)
    for below in (top, middle, low):
        with pytest.raises(WouldCircle):
            services.move_unit(admin, unit_id=top.pk, parent_id=below.pk)
    assert services.move_unit(admin, unit_id=low.pk, parent_id=None).parent is None


def test_a_unit_in_use_does_not_close_and_says_who(admin: Context, samui: Organisation) -> None:
    works = _unit(admin, "works")
    roads = _unit(admin, "roads", works)
    with pytest.raises(UnitInUse) as refused:
        services.close_unit(admin, unit_id=works.pk)
    assert "กองroads" in refused.value.message.th and "roads" in refused.value.message.en
    member = services.add_member(
        admin, email="somchai@example.com", display_name="สมชาย ใจดี", roles=["officer"], unit_ids=[roads.pk]
    )
    with pytest.raises(UnitInUse) as refused:
        services.close_unit(admin, unit_id=roads.pk)
    assert "สมชาย ใจดี" in refused.value.message.th
    services.change_member(admin, membership_id=member.pk, unit_ids=[])
    services.close_unit(admin, unit_id=roads.pk)
    services.close_unit(admin, unit_id=works.pk)
    assert queries.unit_tree(admin) == ()
    assert [node.code for node in queries.unit_tree(admin, with_closed=True)] == ["works"]
    with pytest.raises(Conflict):
        services.close_unit(admin, unit_id=works.pk)
    with pytest.raises(NotFound):
        services.reopen_unit(admin, unit_id=roads.pk)
    services.reopen_unit(admin, unit_id=works.pk)
    assert services.reopen_unit(admin, unit_id=roads.pk).closed_at is None


def test_a_closed_unit_takes_nobody(admin: Context) -> None:
    works = _unit(admin, "works")
    services.close_unit(admin, unit_id=works.pk)
    with pytest.raises(NotFound):
        _unit(admin, "roads", works)
    with pytest.raises(NotFound):
        services.add_member(admin, email="a@example.com", roles=["officer"], unit_ids=[works.pk])


@pytest.mark.parametrize("number", ["077-421421", "0 7742 1421-5 ต่อ 12", "1669, 077-421421", "๐๗๗-๔๒๑๔๒๑", ""])
def test_a_unit_keeps_its_telephone_as_the_office_prints_it(admin: Context, number: str) -> None:
    unit = services.edit_unit(admin, unit_id=_unit(admin, "works").pk, phone=number)
    assert unit.phone == number


@pytest.mark.parametrize("number", ["abc", "โทร", "12", "077-421421 คุณสมชาย"])
def test_a_text_that_is_no_telephone_is_refused(admin: Context, number: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.edit_unit(admin, unit_id=_unit(admin, "works").pk, phone=number)
    assert refusal.value.fields["phone"].th == "กรอกหมายเลขโทรศัพท์ เช่น 077-421421 ต่อ 12"
