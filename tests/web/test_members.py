"""The pages of the staff: finding, adding, changing, ending; and the table of who may do what."""

from __future__ import annotations

import pytest
from django.test import Client

from nakhon.kernel.permissions import table
from nakhon.kernel.tenancy import act_in
from nakhon.people import services
from nakhon.people.models import Membership, Organisation, Unit, User
from tests import make
from tests.web.signing import trail
from tests.web.staff import at_the_console, console, nobody_else_gets_in, text_of

pytestmark = pytest.mark.django_db
__all__ = ["console"]


def _unit(city: Organisation, code: str = "works") -> Unit:
    return services.create_unit(make.ctx(city, "admin"), code=code, kind="DIVISION", name_th="กองช่าง", name_en="Works")


def _add(city: Organisation, name: str, *roles: str, units: list[Unit] | None = None) -> Membership:
    return services.add_member(
        make.ctx(city, "admin"),
        email=f"{name}@example.com",
        display_name=name,
        roles=roles or ["officer"],
        title=f"title of {name}",
        unit_ids=[unit.pk for unit in units or []],
    )


def _now(city: Organisation, membership: Membership) -> Membership:
    with act_in(make.ctx(city, "admin")):
        return Membership.objects.get(pk=membership.pk)


def test_the_staff_are_found_by_name_role_and_unit(console: Client, samui: Organisation) -> None:
    works = _unit(samui)
    _add(samui, "wichai", "supervisor", units=[works])
    _add(samui, "malee", "registrar", "officer")

    def found(query: str) -> set[str]:
        page = text_of(console.get(f"/samui/staff/members/{query}"))
        return {name for name in ("wichai", "malee") if f">{name}</a>" in page}

    assert found("") == {"wichai", "malee"}
    assert found("?q=WICH") == {"wichai"} and found("?q=title+of+m") == {"malee"}
    assert found("?role=registrar") == {"malee"} and found(f"?unit={works.pk}") == {"wichai"}
    assert found("?q=nobody") == set() and "Nobody matches" in text_of(console.get("/samui/staff/members/?q=nobody"))
    assert found("?unit=not-a-unit&role=not-a-role&start=-9") == {"wichai", "malee"}, (
        "what is no filter filters nothing"
    )


def test_a_long_list_has_pages(console: Client, samui: Organisation) -> None:
    for number in range(55):
        _add(samui, f"m{number:02}")
    first, second = (text_of(console.get(f"/samui/staff/members/{query}")) for query in ("", "?start=50"))
    assert "1–50 of 56" in first and "51–56 of 56" in second and "?start=50" in first
    assert first.count('scope="row"') == 50 and second.count('scope="row"') == 6
    assert "51–56 of 56" in text_of(console.get("/samui/staff/members/?start=9999"))


def test_a_member_is_added_by_e_mail(console: Client, samui: Organisation) -> None:
    works = _unit(samui)
    given = {
        "email": "new@samui.go.th",
        "display_name": "ใหม่",
        "title": "นายช่าง",
        "roles": ["officer"],
        "unit_ids": [str(works.pk)],
    }
    answer = console.post("/samui/staff/members/new/", given)
    user = User.objects.get(email="new@samui.go.th")
    page = text_of(console.get(answer["Location"]))
    assert answer.status_code == 302 and "Added; the invitation is on its way" in page
    assert "ใหม่" in page and f"/samui/staff/members/{user.pk}/access/" in page
    assert ("people.member.added", {"roles": ["officer"], "units": ["works"]}) in trail(samui)


def test_what_is_wrong_is_told_and_nothing_entered_is_lost(console: Client, samui: Organisation) -> None:
    _add(samui, "wichai")
    bad = console.post("/samui/staff/members/new/", {"email": "no address", "title": "หัวหน้า", "roles": ["dpo"]})
    page = text_of(bad)
    assert bad.status_code == 422 and "Not an e-mail address" in page
    assert 'value="no address"' in page and 'value="หัวหน้า"' in page
    assert 'value="dpo" id="id_roles_4" checked' in page and 'value="officer" id="id_roles_0" checked' not in page
    none = console.post("/samui/staff/members/new/", {"email": "a@example.com"})
    assert none.status_code == 422 and "Roles: This field is required" in text_of(none)
    both = text_of(console.post("/samui/staff/members/new/", {"email": "x"}))
    assert "Not an e-mail address" in both and "Roles: This field is required" in both, "all that is wrong, at once"
    twice = console.post("/samui/staff/members/new/", {"email": "wichai@example.com", "roles": ["officer"]})
    assert twice.status_code == 422 and "is a member of the staff already" in text_of(twice)
    forged = console.post("/samui/staff/members/new/", {"email": "a@example.com", "roles": ["system"]})
    assert forged.status_code == 422 and not User.objects.filter(email="a@example.com").exists()


def test_roles_title_and_units_are_changed(console: Client, samui: Organisation) -> None:
    works = _unit(samui)
    member = _add(samui, "wichai")
    path = f"/samui/staff/members/{member.pk}/"
    answer = console.post(path, {"title": "ผู้อำนวยการ", "roles": ["supervisor", "officer"], "unit_ids": [str(works.pk)]})
    assert answer.status_code == 302
    now = _now(samui, member)
    assert (now.title, now.roles) == ("ผู้อำนวยการ", ["officer", "supervisor"])
    assert "wichai" in text_of(console.get(f"/samui/staff/units/{works.pk}/"))
    refused = console.post(path, {"title": "ลืมบทบาท"})
    assert refused.status_code == 422 and 'value="ลืมบทบาท"' in text_of(refused)
    assert _now(samui, member).title == "ผู้อำนวยการ"


def test_the_last_administrator_stays(samui: Organisation) -> None:
    client, user = at_the_console(samui, "admin")
    with act_in(make.ctx(samui, "admin")):
        own = Membership.objects.get(user=user)
    path = f"/samui/staff/members/{own.pk}/"
    assert "This is your own account" in text_of(client.get(path))
    changed = client.post(path, {"roles": ["officer"]})
    assert changed.status_code == 422 and "must keep at least one administrator" in text_of(changed)
    ended = client.post(f"{path}end/")
    assert ended.status_code == 409 and "must keep at least one administrator" in text_of(ended)
    assert _now(samui, own).ended_at is None
    _add(samui, "second", "admin")
    answer = client.post(f"{path}end/")
    assert answer.status_code == 302 and answer["Location"] == "/samui/", "nothing left to do in the console"
    assert client.get("/samui/staff/members/").status_code == 403


def test_who_has_left_stays_readable_and_can_come_back(console: Client, samui: Organisation) -> None:
    member = _add(samui, "wichai")
    path = f"/samui/staff/members/{member.pk}/"
    assert console.post(f"{path}end/").status_code == 302
    assert ">wichai</a>" not in text_of(console.get("/samui/staff/members/"))
    assert ">wichai</a>" in text_of(console.get("/samui/staff/members/?ended=1"))
    page = text_of(console.get(path))
    assert "Has left" in page and 'name="roles"' not in page and "/access/" not in page
    again = console.post(f"{path}end/")
    assert again.status_code == 409 and "has ended" in text_of(again)
    assert console.post(path, {"roles": ["dpo"]}).status_code == 422


def test_an_officer_reads_and_changes_nothing(samui: Organisation) -> None:
    member = _add(samui, "wichai")
    officer, _ = at_the_console(samui, "officer")
    path = f"/samui/staff/members/{member.pk}/"
    page = text_of(officer.get(path))
    assert (
        "wichai" in page and 'name="roles"' not in page and "End the membership" not in page and "/access/" not in page
    )
    for answer in (
        officer.post(path, {"roles": ["admin"]}),
        officer.post(f"{path}end/"),
        officer.get("/samui/staff/members/new/"),
        officer.post("/samui/staff/members/new/", {"email": "a@example.com", "roles": ["admin"]}),
    ):
        assert answer.status_code == 403
    assert _now(samui, member).roles == ["officer"]


def test_nobody_else_gets_in_and_no_foreign_member_is_there(
    samui: Organisation, yala: Organisation, console: Client
) -> None:
    theirs = _add(yala, "yalaman")
    assert console.get(f"/samui/staff/members/{theirs.pk}/").status_code == 404
    assert console.post(f"/samui/staff/members/{theirs.pk}/", {"roles": ["admin"]}).status_code == 404
    assert console.post(f"/samui/staff/members/{theirs.pk}/end/").status_code == 404
    nobody_else_gets_in(samui, yala, "/samui/staff/members/", without="")
    nobody_else_gets_in(samui, yala, f"/samui/staff/members/{theirs.pk}/end/", method="post", without="")
    nobody_else_gets_in(samui, yala, "/samui/staff/roles/", without="")


def test_who_may_do_what_is_the_permission_table(samui: Organisation) -> None:
    officer, _ = at_the_console(samui, "officer")
    page = text_of(officer.get("/samui/staff/roles/"))
    for code in table():
        assert f">{code}</code>" in page
    auditor = text_of(officer.get("/samui/staff/roles/?role=auditor"))
    for code, row in table().items():
        assert (f">{code}</code>" in auditor) == ("auditor" in row.roles), code
    assert text_of(officer.get("/samui/staff/roles/?role=mayor")).count('scope="row"') == len(table())
