"""Pages of registers: the list with its filters, the form of the definition, two people at one record, guarded registers."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from nakhon.citydata.registers import queries
from nakhon.people import services as people
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.registers.stage import ELDERS, LAMPS, WORKS, ZONES, define, elder, lamp
from tests.web.people_pages import actions, browser, citizen, staff
from tests.web.staff import text_of

pytestmark = pytest.mark.django_db
LIST = "/samui/staff/registers/lamp/"


@pytest.fixture
def city(samui: Organisation) -> Organisation:
    define(samui, LAMPS, WORKS, ELDERS, ZONES)
    return samui


def _found(city: Organisation, key: str, register: str = "lamp") -> Any:
    return queries.get_record(make.ctx(city, "officer"), register=register, key=key)


def test_the_registers_that_one_may_open(city: Organisation) -> None:
    lamp(city, 1)
    page = text_of(staff(city, "officer").get("/samui/staff/registers/"))
    assert "Street lamps" in page and "Everybody" in page and "Elders" in page and "Works" in page
    assert "Elders" not in text_of(staff(city, "supervisor").get("/samui/staff/registers/"))
    for path in ("/samui/staff/registers/", LIST):
        assert browser().get(path).status_code == 302
        assert citizen(city)[0].get(path).status_code == 403


def test_the_list_searches_filters_sorts_and_pages(city: Organisation) -> None:
    for number in range(1, 61):
        lamp(city, number, watts=30 if number % 2 else 130, state="broken" if number == 7 else "good",
             note="หน้าโรงเรียนบ้านใต้" if number == 3 else "ริมถนน", fixed_on="2026-01-15" if number == 9 else "2025-03-01")  # fmt: skip
    client = staff(city, "officer")
    first = client.get(LIST)
    assert len(first.context["rows"]) == 50 and "60" in text_of(first)
    second = client.get(f"{LIST}{first.context['next']}")
    assert next(one["row"].key for one in second.context["rows"]) == "KS-0051"

    def keys(query: str) -> list[str]:
        return [one["row"].key for one in client.get(f"{LIST}?{query}").context["rows"]]

    assert keys("q=โรงเรียน") == ["KS-0003"]
    assert keys("f.state=broken") == ["KS-0007"]
    assert len(keys("f.watts.ge=๑๐๐")) == 30
    assert keys("f.fixed_on.ge=1/1/2569") == ["KS-0009"]
    assert keys("sort=-watts&f.watts.le=130")[0] == "KS-0060"
    wrong = client.get(f"{LIST}?f.watts.ge=มาก")
    assert wrong.status_code == 200 and "มาก" in text_of(wrong) and wrong.context["search"].fields_wrong
    assert [one.name for one in client.get(f"{LIST}?cols=note").context["search"].columns] == ["note"]
    assert [one.name for one in client.get(LIST).context["search"].columns] == ["note"], "the choice is kept"


def test_a_record_is_added_with_thai_digits_and_a_buddhist_date(city: Organisation) -> None:
    client = staff(city, "officer")
    good = {"r-code": "KS-0001", "r-watts": "๓๐", "r-fixed_on": "15 ม.ค. 2569", "r-state": "good", "r-tags": "ริมทะเล, ใหม่",
            "r-at-lat": "๙.๕๓", "r-at-lon": "100.06"}  # fmt: skip
    wrong = client.post(f"{LIST}new/", {**good, "r-watts": "0", "r-fixed_on": "เมื่อวาน"})
    assert wrong.status_code == 422 and "เมื่อวาน" in text_of(wrong) and "ริมทะเล, ใหม่" in text_of(wrong)
    abroad = client.post(f"{LIST}new/", {**good, "r-at-lat": "100.06", "r-at-lon": "9.53"})
    assert abroad.status_code == 422 and "swapped" in text_of(abroad)
    answer = client.post(f"{LIST}new/", good)
    assert answer.status_code == 302, text_of(answer)
    found = _found(city, "KS-0001")
    assert (
        found.data["watts"] == 30 and found.data["fixed_on"] == "2026-01-15" and found.data["tags"] == ["ริมทะเล", "ใหม่"]
    )
    assert found.geometry["coordinates"] == [100.06, 9.53]
    assert client.post(f"{LIST}new/", good).status_code == 422, "the key is taken"
    assert staff(city, "executive").get(f"{LIST}new/").status_code == 403


def _form(client: Client, address: str) -> dict[str, Any]:
    form = client.get(address).context["form"]
    return {form[name].html_name: form[name].value() or "" for name in form.fields if name != "at-file"}


def test_two_people_at_one_record_lose_nothing(city: Organisation) -> None:
    made = lamp(city, 1, watts=30, note="เดิม")
    address = f"{LIST}records/{made.id}/edit/"
    one, other = staff(city, "officer"), staff(city, "officer")
    mine, theirs = _form(one, address), _form(other, address)
    assert other.post(address, {**theirs, "r-watts": "60"}).status_code == 302
    answer = one.post(address, {**mine, "r-note": "ของฉัน"})
    assert answer.status_code == 409 and "ของฉัน" in text_of(answer)
    rows = {row["name"]: row["theirs"] for row in answer.context["conflict"]}
    assert rows == {"watts": True, "note": False}
    form = answer.context["form"]
    again = {
        **mine,
        "r-note": "ของฉัน",
        "r-by-revision": form["by-revision"].value(),
        "keep-watts": "theirs",
        "keep-note": "mine",
    }
    assert one.post(address, again).status_code == 302
    now = _found(city, "KS-0001")
    assert (now.data["watts"], now.data["note"]) == (60, "ของฉัน") and now.geometry["coordinates"] == [100.06, 9.53]


def test_history_restores_and_a_retired_record_comes_back(city: Organisation) -> None:
    made = lamp(city, 1, watts=30)
    client, page = staff(city, "officer"), f"{LIST}records/{made.id}/"
    assert client.post(f"{page}edit/", {**_form(client, f"{page}edit/"), "r-watts": "60"}).status_code == 302
    text = text_of(client.get(page))
    assert "<del>30</del>" in text and "<ins>60</ins>" in text
    assert client.post(f"{page}restore/", {"revision": "1"}).status_code == 302
    assert _found(city, "KS-0001").data["watts"] == 30
    assert client.post(f"{page}restore/", {"revision": "99"}).status_code == 409
    assert client.post(f"{page}retire/", {"revision": "1", "reason": "x"}).status_code == 409, "an old revision"
    assert client.post(f"{page}retire/", {"revision": "3", "reason": "ถอดแล้ว"}).status_code == 302
    assert "Retired" in text_of(client.get(page)) and "KS-0001" not in text_of(client.get(LIST))
    assert "KS-0001" in text_of(client.get(f"{LIST}?status=RETIRED"))
    assert staff(city, "executive").post(f"{page}retire/", {"revision": "4"}).status_code == 403


def test_many_are_changed_after_a_look_at_the_outcome(city: Organisation) -> None:
    ids = [str(lamp(city, number, watts=30).id) for number in range(1, 6)]
    client, address = staff(city, "officer"), f"{LIST}bulk/"
    assert client.get(f"{address}?record={ids[0]}").status_code == 200
    sent = {"record": ids[:3], "set": ["watts"], "r-watts": "60"}
    preview = client.post(address, {**sent, "preview": "1"})
    assert preview.context["preview"].changing == 3 and _found(city, "KS-0001").data["watts"] == 30
    bad = client.post(address, {**sent, "r-watts": "5000", "preview": "1"})
    assert bad.context["problems"] and "1000" in text_of(bad)
    assert client.post(address, {**sent, "r-watts": "5000", "confirm": "1"}).status_code == 422
    assert client.post(address, {**sent, "confirm": "1"}).status_code == 302
    assert [_found(city, f"KS-000{n}").data["watts"] for n in range(1, 6)] == [60, 60, 60, 30, 30]
    whole = {"all": "1", "set": ["state"], "r-state": "broken", "confirm": "1"}
    assert client.post(f"{address}?f.watts.le=30&all=1", whole).status_code == 302
    assert _found(city, "KS-0004").data["state"] == "broken" and "state" not in _found(city, "KS-0001").data
    assert client.post(address, {"set": ["watts"]}).status_code == 302, "nothing chosen leads back"
    assert staff(city, "executive").post(address, {**sent, "confirm": "1"}).status_code == 403


def test_what_was_found_is_taken_away_as_a_file(city: Organisation) -> None:
    lamp(city, 1, state="good", fixed_on="2026-01-15")
    lamp(city, 2, state="broken")
    client = staff(city, "officer")
    answer = client.post(f"{LIST}export/?f.state=good", {"format": "csv", "headings": "th", "be_dates": "on"})
    assert answer.streaming, text_of(answer)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "KS-0001" in text and "KS-0002" not in text and "รหัส" in text and "2569" in text
    answer = client.post(f"{LIST}export/", {"format": "geojson"})
    assert len(json.loads(b"".join(answer.streaming_content))["features"]) == 2  # type: ignore[attr-defined]
    assert client.post(f"{LIST}export/", {"format": "doc"}).status_code == 422
    run = client.get(f"{LIST}exports/").context["runs"][0]["run"]
    other = staff(city, "supervisor")
    assert client.get(f"{LIST}exports/{run.id}/download/").status_code == 200
    assert other.get(f"{LIST}exports/{run.id}/download/").status_code == 404, "somebody else's file"


def test_a_shape_is_pasted_or_sent_as_a_file(city: Organisation) -> None:
    client, address = staff(city, "officer"), "/samui/staff/registers/zone/new/"
    ring = [[100.0, 9.5], [100.1, 9.5], [100.1, 9.6], [100.0, 9.5]]
    shape = json.dumps({"type": "Polygon", "coordinates": [ring]})
    assert client.post(address, {"r-name": "ก", "r-at-shape": "ไม่ใช่"}).status_code == 422
    assert client.post(address, {"r-name": "ก"}).status_code == 422, "the register needs a place"
    assert client.post(address, {"r-name": "ก", "r-at-shape": shape}).status_code == 302


def test_a_guarded_register_asks_why_and_records_every_view(city: Organisation) -> None:
    people.adopt_typical_purposes(make.ctx(city, "dpo"))
    made = elder(city, "E-1")
    client, page = staff(city, "officer"), "/samui/staff/registers/elder/"
    answer = client.get(page)
    assert answer.status_code == 302 and answer["Location"].startswith(f"{page}purpose/")
    assert client.get(f"{page}records/{made.id}/").status_code == 302
    assert client.post(f"{page}purpose/", {"purpose": "none-such"}).status_code == 422
    follow = client.post(f"{page}purpose/", {"purpose": "registry", "next": "https://elsewhere.example/"})
    assert follow["Location"] == page, "never on to another site"
    before = len(actions(city, "citydata."))
    shown = text_of(client.get(page))
    assert "E-1" in shown and "สมศรี" not in shown and "about 1 km" in shown and "Every view" in shown
    record = text_of(client.get(f"{page}records/{made.id}/"))
    assert "สมศรี" not in record and "100.060000" not in record and "•••••" in record
    assert {"citydata.register.viewed", "citydata.record.viewed"} <= set(actions(city, "citydata.")[before:])
    refused = client.post(
        f"{page}records/{made.id}/reveal/", {"wanted": ["illness"], "purpose": "registry", "reason": "เยี่ยมบ้าน"}
    )
    assert refused.status_code == 403, "sensitive properties are for the precise roles"
    registrar = staff(city, "registrar")
    registrar.post(f"{page}purpose/", {"purpose": "registry"})
    assert "9.530000, 100.060000" in text_of(registrar.get(f"{page}records/{made.id}/"))
    assert (
        registrar.post(f"{page}records/{made.id}/reveal/", {"wanted": ["name"], "purpose": "registry"}).status_code
        == 422
    )
    opened = {"wanted": ["name"], "purpose": "registry", "reason": "เยี่ยมบ้านตามนัด"}
    assert "สมศรี" in text_of(registrar.post(f"{page}records/{made.id}/reveal/", opened))
    client.post(f"{page}purpose/", {"leave": "1"})
    assert client.get(page).status_code == 302
    assert staff(city, "executive").get(page).status_code == 403


def test_a_change_is_proposed_compared_and_decided(city: Organisation) -> None:
    officer, boss = staff(city, "officer"), staff(city, "supervisor")
    sent = {"r-name": "ถนนสายใหม่", "r-budget": "1,000,000"}
    assert officer.post("/samui/staff/registers/works/new/", sent).status_code == 422, "a reason is needed"
    answer = officer.post("/samui/staff/registers/works/new/", {**sent, "r-by-reason": "แผนปี 2570"})
    assert answer.status_code == 302
    page = answer["Location"]
    assert "ถนนสายใหม่" in text_of(boss.get("/samui/staff/changes/"))
    assert officer.post(page, {"act": "approve"}).status_code == 403
    assert boss.post(page, {"act": "refuse", "answer": ""}).status_code == 422
    assert boss.post(page, {"act": "approve"}).status_code == 302
    rows = queries.find_records(make.ctx(city, "officer"), register="works").rows
    assert [row.data["budget"] for row in rows] == [1_000_000]
    assert boss.post(page, {"act": "approve"}).status_code == 422, "it is decided already"
    edit = f"/samui/staff/registers/works/records/{rows[0].id}/edit/"
    again = officer.post(edit, {**_form(officer, edit), "r-budget": "2,000,000", "r-by-reason": "เพิ่มงบ"})
    compare = text_of(boss.get(again["Location"]))
    assert "<del>1,000,000" in compare or "<del>1000000" in compare
    assert officer.post(again["Location"], {"act": "withdraw"}).status_code == 302
    assert UUID(page.rstrip("/").rpartition("/")[2])
