"""The pages of the units: the tree, adding, editing, moving, closing and opening again, each with its refusal in words."""

from __future__ import annotations

import pytest
from django.test import Client

from nakhon.kernel.tenancy import act_in
from nakhon.people import services
from nakhon.people.models import Organisation, Unit
from tests import make
from tests.web.staff import at_the_console, console, nobody_else_gets_in, text_of

pytestmark = pytest.mark.django_db
__all__ = ["console"]

NEW = {"code": "works", "kind": "DIVISION", "name_th": "กองช่าง", "name_en": "Works", "parent_id": "", "position": "2"}


def _make(city: Organisation, code: str, parent: Unit | None = None, kind: str = "DIVISION") -> Unit:
    ctx = make.ctx(city, "admin")
    return services.create_unit(
        ctx,
        code=code,
        kind=kind,
        name_th=f"กอง {code}",
        name_en=f"Division {code}",
        parent_id=parent.pk if parent else None,
    )


def _unit(city: Organisation, code: str) -> Unit:
    with act_in(make.ctx(city, "admin")):
        return Unit.objects.select_related("parent").get(code=code)


def test_a_unit_is_added_and_stands_in_the_tree(console: Client, samui: Organisation) -> None:
    assert "There are no units yet" in text_of(console.get("/samui/staff/units/"))
    parent = _make(samui, "office", kind="OFFICE")
    answer = console.post("/samui/staff/units/new/", {**NEW, "parent_id": str(parent.pk)})
    made = _unit(samui, "works")
    assert answer.status_code == 302 and answer["Location"] == f"/samui/staff/units/{made.pk}/"
    assert (made.parent, made.position) == (parent, 2)
    page = text_of(console.get("/samui/staff/units/"))
    assert page.index("Division office") < page.index(">Works<") and "1 person" not in page
    admin = make.ctx(samui, "admin")
    services.add_member(admin, email="a@example.com", roles=["officer"], unit_ids=[made.pk])
    assert "1 person" in text_of(console.get("/samui/staff/units/"))
    assert "Works was added" in page, "the message of the act stands on the next page"


def test_what_is_wrong_is_told_and_nothing_entered_is_lost(console: Client, samui: Organisation) -> None:
    answer = console.post(
        "/samui/staff/units/new/", {**NEW, "code": "ไม่ได้", "email": "nobody", "name_en": "Works & roads"}
    )
    page = text_of(answer)
    assert answer.status_code == 422
    assert "lower-case letters" in page and "Not an e-mail address" in page
    assert 'value="Works & roads"' in page and 'value="ไม่ได้"' in page and 'value="nobody"' in page
    missing = console.post("/samui/staff/units/new/", {"code": "x1"})
    assert missing.status_code == 422 and text_of(missing).count("This field is required") == 6
    with act_in(make.ctx(samui, "admin")):
        assert not Unit.objects.exists()


def test_a_unit_is_edited_and_moved_but_not_below_itself(console: Client, samui: Organisation) -> None:
    top, part = _make(samui, "top"), None
    part = _make(samui, "part", top)
    edited = {"kind": "OFFICE", "name_th": "สำนักช่าง", "name_en": "Office of Works", "position": "7", "version": "1"}
    assert console.post(f"/samui/staff/units/{top.pk}/", edited).status_code == 302
    assert (_unit(samui, "top").name_en, _unit(samui, "top").position) == ("Office of Works", 7)
    wrong = console.post(
        f"/samui/staff/units/{top.pk}/", {**edited, "version": "2", "name_th": "", "phone": "077-421-421"}
    )
    assert wrong.status_code == 422 and 'value="077-421-421"' in text_of(wrong)
    circle = console.post(f"/samui/staff/units/{top.pk}/move/", {"parent_id": str(part.pk)})
    assert circle.status_code == 422 and "cannot be moved below itself" in text_of(circle)
    assert console.post(f"/samui/staff/units/{part.pk}/move/", {"parent_id": ""}).status_code == 302
    assert _unit(samui, "part").parent is None


def test_two_who_edit_at_once_both_see_both_values(console: Client, samui: Organisation) -> None:
    page = f"/samui/staff/units/{_make(samui, 'works').pk}/"
    mine = {"kind": "DIVISION", "name_th": "กองช่างของฉัน", "name_en": "Division works", "phone": "191", "position": "0"}
    shown = console.get(page).context["form"]["version"].value()
    theirs = {**mine, "name_th": "กองช่างของเขา", "phone": "199", "version": str(shown)}
    assert console.post(page, theirs).status_code == 302
    for stale in ({"version": str(shown)}, {}, {"version": "x"}):
        refused = console.post(page, {**mine, **stale})
        told = text_of(refused)
        assert refused.status_code == 409 and "Somebody changed this" in told
        assert "กองช่างของเขา" in told and 'value="กองช่างของฉัน"' in told, "both values are there and nothing is lost"
        assert [str(row.label.en) for row in refused.context["differences"]] == ["Name in Thai", "Telephone"]
        assert _unit(samui, "works").name_th == "กองช่างของเขา"
    knowing = refused.context["form"]["version"].value()
    assert console.post(page, {**mine, "version": str(knowing)}).status_code == 302
    assert (_unit(samui, "works").name_th, _unit(samui, "works").phone) == ("กองช่างของฉัน", "191")
    same = console.post(page, {**mine, "version": str(shown)})
    assert same.status_code == 302, "whoever enters what is saved already has no conflict"


def test_closing_says_who_is_still_there(console: Client, samui: Organisation) -> None:
    top = _make(samui, "top")
    part = _make(samui, "part", top)
    services.add_member(
        make.ctx(samui, "admin"), email="wichai@example.com", display_name="วิชัย", roles=["officer"], unit_ids=[top.pk]
    )
    refused = console.post(f"/samui/staff/units/{top.pk}/close/")
    assert refused.status_code == 409
    assert "parts: Division part" in text_of(refused) and "members: วิชัย" in text_of(refused)
    assert console.post(f"/samui/staff/units/{part.pk}/close/").status_code == 302
    assert _unit(samui, "part").closed_at is not None
    again = console.post(f"/samui/staff/units/{part.pk}/close/")
    assert again.status_code == 409 and "closed already" in text_of(again)
    assert "Division part" not in text_of(console.get("/samui/staff/units/"))
    assert "Division part" in text_of(console.get("/samui/staff/units/?closed=1"))
    assert console.post(f"/samui/staff/units/{part.pk}/reopen/").status_code == 302
    assert _unit(samui, "part").closed_at is None
    assert console.post(f"/samui/staff/units/{part.pk}/reopen/").status_code == 409


def test_a_part_opens_only_below_an_open_unit(console: Client, samui: Organisation) -> None:
    top = _make(samui, "top")
    part = _make(samui, "part", top)
    for unit in (part, top):
        console.post(f"/samui/staff/units/{unit.pk}/close/")
    refused = console.post(f"/samui/staff/units/{part.pk}/reopen/")
    assert refused.status_code == 409 and "is closed" in text_of(refused)
    assert _unit(samui, "part").closed_at is not None


def test_an_officer_sees_and_changes_nothing(samui: Organisation) -> None:
    unit = _make(samui, "works")
    officer, _ = at_the_console(samui, "officer")
    page = text_of(officer.get(f"/samui/staff/units/{unit.pk}/"))
    assert "Division works" in page and "Close the unit" not in page and 'name="name_th"' not in page
    assert "Add a unit" not in text_of(officer.get("/samui/staff/units/"))
    for path in ("", "move/", "close/", "reopen/"):
        assert officer.post(f"/samui/staff/units/{unit.pk}/{path}", NEW).status_code == 403, path
    assert officer.get("/samui/staff/units/new/").status_code == 403
    assert _unit(samui, "works").name_en == "Division works"


def test_nobody_else_gets_in_and_no_foreign_unit_is_there(
    samui: Organisation, yala: Organisation, console: Client
) -> None:
    theirs = _make(yala, "theirs")
    for path in (f"/samui/staff/units/{theirs.pk}/", "/samui/staff/units/00000000-0000-0000-0000-000000000000/"):
        assert console.get(path).status_code == 404
    for act in ("", "move/", "close/", "reopen/"):
        assert console.post(f"/samui/staff/units/{theirs.pk}/{act}", NEW).status_code == 404, act
    assert console.post("/samui/staff/units/new/", {**NEW, "parent_id": str(theirs.pk)}).status_code == 422
    nobody_else_gets_in(samui, yala, "/samui/staff/units/", without="")
    nobody_else_gets_in(samui, yala, "/samui/staff/units/new/", method="post")


def test_the_pages_are_in_thai_by_default(samui: Organisation) -> None:
    unit = _make(samui, "works")
    client, _ = at_the_console(samui, "admin", language="th")
    page = text_of(client.get(f"/samui/staff/units/{unit.pk}/"))
    assert "ปิดหน่วยงานย่อย" in page and "ย้ายสังกัด" in page and "Close the unit" not in page
