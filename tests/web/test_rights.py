"""Pages of the data-subject desk and of the portal: my data and its copy, who looked, requests from both sides."""

from __future__ import annotations

import io
import json
import zipfile
from uuid import UUID

import pytest
from django.test import Client

from nakhon.people import services
from nakhon.people.models import Organisation
from tests import make
from tests.web.people_pages import actions, browser, citizen, somchai, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(samui: Organisation) -> UUID:
    return somchai(samui)


@pytest.fixture
def me(samui: Organisation, person: UUID) -> Client:
    client, user = citizen(samui)
    services.link_account(make.ctx(samui, "registrar"), person_id=person, user_id=user.pk)
    return client


def test_my_data_its_copy_and_who_looked(samui: Organisation, person: UUID, me: Client) -> None:
    page = me.get("/samui/me/data/")
    assert "1-2345-67890-12-1" in page.content.decode() and "no-store" in page["Cache-Control"]
    copy = me.post("/samui/me/data/copy/")
    assert copy["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(copy.content)) as archive:
        data = json.loads(archive.read("data.json"))
        html = archive.read("data.html").decode()
    assert data["sections"][0]["records"][0][0]["label"] == {"th": "ชื่อ", "en": "Name"}
    assert "081-234-5678" in html and "<script" not in html
    staff(samui, "officer").get(f"/samui/staff/persons/{person}/")
    looked = me.get("/samui/me/access/").content.decode()
    assert "Opened the record" in looked and "Made a copy of all data" in looked
    assert me.get("/samui/me/data/copy/").status_code == 405


def test_a_request_from_the_portal_to_the_answer(samui: Organisation, person: UUID, me: Client) -> None:
    refused = me.post("/samui/me/requests/new/", {"kind": "RECTIFY", "detail": ""})
    assert refused.status_code == 422
    address = me.post("/samui/me/requests/new/", {"kind": "RECTIFY", "detail": "นามสกุลสะกดผิด"})["Location"]
    assert "DSR-" in me.get(address).content.decode()
    desk = staff(samui, "dpo")
    listed = desk.get("/samui/staff/rights/").content.decode()
    assert "Correct data" in listed and "left" in listed
    card = f"/samui/staff/rights/{address.rstrip('/').rpartition('/')[2]}/"
    version = desk.get(card).context["card"].version
    step = {"version": version, "step": "fulfil"}
    assert desk.post(card, {**step, "answer": ""}).status_code == 422
    assert desk.post(card, {**step, "version": "99", "answer": "แก้แล้ว"}).status_code == 422
    assert desk.post(card, {**step, "answer": "แก้เป็น ใจงาม แล้ว"}).status_code == 302
    assert "แก้เป็น ใจงาม แล้ว" in me.get(address).content.decode()
    assert "Closed" in desk.get("/samui/staff/rights/?state=closed").content.decode()


def test_a_request_that_came_by_post(samui: Organisation, person: UUID) -> None:
    counter = staff(samui, "officer")
    form = {"kind": "ACCESS", "channel": "POST", "requester_name": "สมชาย ใจดี", "requester_contact": "ตู้ ปณ. 9"}
    assert counter.post("/samui/staff/rights/new/", {**form, "requester_name": ""}).status_code == 422
    assert counter.post("/samui/staff/rights/new/", form)["Location"] == "/samui/staff/"
    desk = staff(samui, "registrar", "dpo")
    listed = desk.get("/samui/staff/rights/").context["rows"]
    card = f"/samui/staff/rights/{listed[0].id}/"
    assert desk.post(card, {"version": "1", "step": "wait"}).status_code == 302
    assert "Clock stands" in desk.get(card).content.decode()
    assert desk.post(f"{card}copy/").status_code == 409, "no copy before the identity is known"
    wrong = {"version": "2", "step": "confirm", "method": "CARD", "person": "nobody"}
    assert desk.post(card, wrong).status_code == 422
    assert desk.post(card, {**wrong, "person": "1234567890121"}).status_code == 302
    assert desk.post(card, {"version": "3", "step": "extend", "days": "15", "reason_code": "MANY"}).status_code == 302
    copy = desk.post(f"{card}copy/")
    assert copy["Content-Type"] == "application/zip" and "people.person.exported" in actions(samui)
    assert desk.post(card, {"version": "4", "step": "fulfil"}).status_code == 302


def test_refusal_is_told_with_the_appeal(samui: Organisation, me: Client) -> None:
    address = me.post("/samui/me/requests/new/", {"kind": "ERASE"})["Location"]
    desk = staff(samui, "dpo")
    card = f"/samui/staff/rights/{address.rstrip('/').rpartition('/')[2]}/"
    refuse = {"version": desk.get(card).context["card"].version, "step": "refuse", "answer": "ยังต้องใช้"}
    assert desk.post(card, {**refuse, "ground": ""}).status_code == 422
    assert desk.post(card, {**refuse, "ground": "PUBLIC_TASK"}).status_code == 302
    told = me.get(address).content.decode()
    assert "Needed for a public task" in told and "section 73" in told


def test_withdrawing_and_the_profile(samui: Organisation, person: UUID, me: Client) -> None:
    address = me.post("/samui/me/requests/new/", {"kind": "ACCESS"})["Location"]
    page = me.get(address).content.decode()
    assert page.index("<details") < page.index("cannot be undone") < page.index("Withdraw it"), (
        "asked before it is done"
    )
    assert me.post(address).status_code == 302
    assert "Withdrawn" in me.get("/samui/me/requests/").content.decode()
    form = me.get("/samui/me/profile/").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert sent["phone"] == "081-xxx-5678"
    assert me.post("/samui/me/profile/", {**sent, "last_name": "ใจกว้าง"}).status_code == 302
    assert "081-234-5678" in me.get("/samui/me/data/").content.decode()
    refused = me.post("/samui/me/profile/", {**sent, "version": "", "phone": "12"})
    assert refused.status_code == 422


def test_a_newcomer_makes_the_own_record(samui: Organisation, person: UUID) -> None:
    client, user = citizen(samui)
    for page in ("data", "access", "requests", "consents"):
        assert client.get(f"/samui/me/{page}/")["Location"] == f"/samui/me/profile/?for=own_{page}"
    first = client.get("/samui/me/profile/?for=own_data")
    assert first.status_code == 200 and "My data" in first.content.decode(), "it says why it asks"
    form = first.context["form"]
    assert [form[name].value() for name in ("first_name", "last_name", "email")] == ["สมชาย", "ใจดี", user.email]
    assert client.get("/samui/me/profile/?for=staff_home").context["wanted"] is None, "only to places of the portal"
    assert client.post("/samui/me/profile/", {"first_name": ""}).status_code == 422
    saved = client.post("/samui/me/profile/?for=own_data", {"first_name": "ใหม่"})
    assert saved["Location"] == "/samui/me/data/", "and leads on to where the reader was going"
    assert "ใหม่" in client.get("/samui/me/data/").content.decode()
    assert client.post("/samui/me/profile/", {"verified": "yes"}).status_code == 422, "nobody vouched for an identity"


def test_who_may_not(samui: Organisation, yala: Organisation, person: UUID, me: Client) -> None:
    address = me.post("/samui/me/requests/new/", {"kind": "ACCESS"})["Location"]
    key = address.rstrip("/").rpartition("/")[2]
    other, user = citizen(samui)
    services.save_own_profile(make.ctx(samui, "citizen", actor_id=str(user.pk)), fields={"first_name": "อื่น"})
    assert other.get(address).status_code == 404 and other.post(address).status_code == 404
    for page in ("/samui/staff/rights/", f"/samui/staff/rights/{key}/"):
        assert browser().get(page).status_code == 302
        for client in (other, staff(samui, "admin"), staff(samui, "officer"), staff(yala, "dpo")):
            assert client.get(page).status_code == 403
    assert staff(yala, "dpo").get(f"/yala/staff/rights/{key}/").status_code == 404
    assert staff(samui, "registrar").post(f"/samui/staff/rights/{key}/copy/").status_code == 403
    for page in ("data", "access", "requests", "profile"):
        assert browser().get(f"/samui/me/{page}/").status_code == 302
