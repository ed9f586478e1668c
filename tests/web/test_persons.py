"""Pages of the register: masked everywhere, revealed once with a purpose, refused to all who may not."""

from __future__ import annotations

from uuid import UUID

import pytest

from nakhon.kernel.tenancy import act_in
from nakhon.people import queries
from nakhon.people.models import Organisation, Person
from tests import make
from tests.web.people_pages import actions, browser, citizen, somchai, staff

pytestmark = pytest.mark.django_db
SECRETS = ("1234567890121", "0812345678", "66812345678", "somchai@example.com", "99/1")


@pytest.fixture
def person(samui: Organisation) -> UUID:
    return somchai(samui)


def test_search_card_and_edit_show_no_secret(samui: Organisation, person: UUID) -> None:
    client = staff(samui, "officer")
    for address in ("", "?q=สมชาย", "?q=1234567890121"):
        page = client.get(f"/samui/staff/persons/{address}")
        assert page.status_code == 200 and "x-xxxx-xxxxx-12-1" in page.content.decode()
    assert "Nobody matches" in client.get("/samui/staff/persons/?q=ไม่มีใคร").content.decode()
    before = actions(samui).count("people.person.read")
    card = client.get(f"/samui/staff/persons/{person}/")
    assert card.status_code == 200 and "no-store" in card["Cache-Control"]
    assert actions(samui).count("people.person.read") == before + 1
    edit = client.get(f"/samui/staff/persons/{person}/edit/")
    for page in (card, edit):
        for secret in SECRETS:
            assert secret not in page.content.decode()


def test_register_keeps_what_was_entered_when_refused(samui: Organisation, person: UUID) -> None:
    client = staff(samui, "officer")
    entered = {
        "first_name": "สมหญิง",
        "id_type": "NATIONAL_ID",
        "national_id": "1234567890123",
        "purposes": ["registry"],
    }
    refused = client.post("/samui/staff/persons/new/", entered)
    text = refused.content.decode()
    assert refused.status_code == 422 and "สมหญิง" in text and "1234567890123" in text and "13-digit" in text
    twin = client.post("/samui/staff/persons/new/", {**entered, "national_id": "1-2345-67890-12-1"})
    assert twin.status_code == 422 and f"/samui/staff/persons/{person}/" in twin.content.decode()
    done = client.post("/samui/staff/persons/new/", {**entered, "national_id": "1101700207030"})
    assert done.status_code == 302
    assert client.get(done["Location"]).status_code == 200


def test_an_edit_with_masks_keeps_the_values(samui: Organisation, person: UUID) -> None:
    client = staff(samui, "registrar")
    form = client.get(f"/samui/staff/persons/{person}/edit/").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name != "clear"} | {"last_name": "ใจงาม"}
    assert sent["phone"] == "081-xxx-5678"
    assert client.post(f"/samui/staff/persons/{person}/edit/", sent).status_code == 302
    with act_in(make.ctx(samui)):
        row = Person.objects.get(pk=person)
        assert row.last_name == "ใจงาม" and row.phone.reveal() == "+66812345678"
    again = client.post(f"/samui/staff/persons/{person}/edit/", sent)
    assert again.status_code == 422 and "Somebody changed this" in again.content.decode()


def test_reveal_asks_a_purpose_shows_once_and_records_one(samui: Organisation, person: UUID) -> None:
    client = staff(samui, "officer")
    address = f"/samui/staff/persons/{person}/reveal/"
    assert client.get(f"{address}?field=phone").status_code == 200
    refused = client.post(address, {"fields_": ["phone"], "purpose": "complaints", "reason": ""})
    assert refused.status_code == 422 and "081-234-5678" not in refused.content.decode()
    before = len(actions(samui))
    shown = client.post(
        address, {"fields_": ["phone", "national_id"], "purpose": "complaints", "reason": "แจ้งผลซ่อมถนน"}
    )
    text = shown.content.decode()
    assert "081-234-5678" in text and "1-2345-67890-12-1" in text and "no-store" in shown["Cache-Control"]
    assert actions(samui)[before:] == ["people.person.revealed"]


def test_merge_link_restrict_and_sensitive(samui: Organisation, person: UUID) -> None:
    client = staff(samui, "registrar")
    other = client.post(
        "/samui/staff/persons/new/", {"first_name": "สมชาย", "id_type": "NONE", "purposes": ["registry"]}
    )
    duplicate = other["Location"].rstrip("/").rpartition("/")[2]
    merge = f"/samui/staff/persons/{person}/merge/"
    assert client.post(merge, {"duplicate": duplicate, "reason": ""}).status_code == 422
    assert client.post(merge, {"duplicate": "0", "reason": "คนเดียวกันแน่นอน"}).status_code == 422
    assert client.post(merge, {"duplicate": duplicate, "reason": "คนเดียวกันแน่นอน"}).status_code == 302
    link = f"/samui/staff/persons/{person}/account/"
    assert client.post(link, {"contact": "nobody@example.com"}).status_code == 422
    fact = {"kind": "HEALTH", "purpose": "care", "body": "เบาหวาน"}
    add = f"/samui/staff/persons/{person}/sensitive/new/"
    assert client.post(add, {**fact, "purpose": ""}).status_code == 422
    assert client.post(add, fact).status_code == 302
    card = queries.person_card(make.ctx(samui, "registrar"), person_id=person)
    read = f"/samui/staff/persons/{person}/sensitive/{card.sensitive[0][0]}/"
    assert "เบาหวาน" not in client.get(read).content.decode()
    assert "เบาหวาน" in client.post(read, {"purpose": "care", "reason": "เยี่ยมบ้าน"}).content.decode()
    restrict = f"/samui/staff/persons/{person}/restrict/"
    assert client.post(restrict, {"restricted": "yes"}).status_code == 403
    assert staff(samui, "dpo").post(restrict, {"restricted": "yes"}).status_code == 302
    assert client.get(f"/samui/staff/persons/{person}/").status_code == 403


@pytest.mark.parametrize("page", ["", "new/", "{id}/", "{id}/edit/", "{id}/reveal/", "{id}/merge/", "{id}/account/"])
def test_who_may_not(samui: Organisation, yala: Organisation, person: UUID, page: str) -> None:
    address = f"/samui/staff/persons/{page.format(id=person)}"
    assert browser().get(address).status_code == 302, "the public is led to sign in"
    assert citizen(samui)[0].get(address).status_code == 403
    assert staff(yala, "registrar").get(address).status_code == 403
    assert staff(samui, "admin", "executive").get(address).status_code == 403
    if "{id}" in page:
        elsewhere = address.replace("/samui/", "/yala/")
        assert staff(yala, "registrar").get(elsewhere).status_code == 404
