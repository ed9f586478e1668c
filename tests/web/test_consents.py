"""Pages of purposes and consent: the public notice, the console, and the portal where withdrawing is one button too."""

from __future__ import annotations

from uuid import UUID

import pytest

from nakhon.people import queries, services
from nakhon.people.models import Organisation
from tests import make
from tests.web.people_pages import browser, citizen, somchai, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(samui: Organisation) -> UUID:
    return somchai(samui)


def test_the_notices_are_public_in_both_languages(samui: Organisation, yala: Organisation, person: UUID) -> None:
    assert "Complaints and requests" in browser("en").get("/samui/privacy/").content.decode()
    assert "รับเรื่องร้องเรียนร้องทุกข์" in browser("th").get("/samui/privacy/").content.decode()
    assert "No notice is published yet" in browser("en").get("/yala/privacy/").content.decode()


def test_the_officer_for_data_protection_declares_purposes(samui: Organisation) -> None:
    client = staff(samui, "dpo")
    assert "No purpose is declared yet" in client.get("/samui/staff/purposes/").content.decode()
    assert client.post("/samui/staff/purposes/adopt/").status_code == 302
    form = client.get("/samui/staff/purposes/newsletter/").context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    refused = client.post(
        "/samui/staff/purposes/newsletter/", {**sent, "retention_months": "ไม่รู้", "notice_th": "ข้อความใหม่"}
    )
    assert refused.status_code == 422 and "ข้อความใหม่" in refused.content.decode()
    assert client.post("/samui/staff/purposes/newsletter/", {**sent, "notice_th": "ข้อความใหม่"}).status_code == 302
    card = next(row for row in queries.purposes(make.ctx(samui)) if row.code == "newsletter")
    assert (card.notice_number, card.notice.th) == (2, "ข้อความใหม่")
    assert client.post("/samui/staff/purposes/new/", {"code": "x"}).status_code == 422
    assert client.post("/samui/staff/purposes/newsletter/end/").status_code == 302
    assert client.get("/samui/staff/purposes/nothing/").status_code == 404


def test_who_may_not_declare(samui: Organisation, yala: Organisation, person: UUID) -> None:
    for page in ("/samui/staff/purposes/new/", "/samui/staff/purposes/newsletter/"):
        assert browser().get(page).status_code == 302
        assert citizen(samui)[0].get(page).status_code == 403
        for client in (staff(samui, "admin"), staff(samui, "officer"), staff(yala, "dpo")):
            assert client.get(page).status_code == 403
    assert staff(samui, "admin").post("/samui/staff/purposes/adopt/").status_code == 403


def test_consent_at_the_counter(samui: Organisation, yala: Organisation, person: UUID) -> None:
    client = staff(samui, "officer")
    address = f"/samui/staff/persons/{person}/consents/"
    assert client.get(address).status_code == 200
    given = {"purpose": "newsletter", "said": "yes", "channel": "COUNTER", "guardian": ""}
    assert client.post(address, {**given, "channel": "PIGEON"}).status_code == 422
    assert client.post(address, given).status_code == 302
    assert "Gave consent" in client.get(address).content.decode()
    assert staff(samui, "admin").get(address).status_code == 403
    assert staff(yala, "officer").get(address).status_code == 403


def test_in_the_portal_giving_and_taking_back_are_one_button_each(samui: Organisation, person: UUID) -> None:
    client, user = citizen(samui)
    assert client.get("/samui/me/consents/")["Location"] == "/samui/me/profile/?for=own_consents", "not linked yet"
    services.link_account(make.ctx(samui, "registrar"), person_id=person, user_id=user.pk)
    page = client.get("/samui/me/consents/").content.decode()
    assert "City news and events" in page and "Register of residents" in page
    assert (
        client.post("/samui/me/consents/", {"purpose": "newsletter", "said": "yes", "notice": "1"}).status_code == 302
    )
    assert "Withdraw consent" in client.get("/samui/me/consents/").content.decode()
    assert client.post("/samui/me/consents/", {"purpose": "newsletter", "said": "no"}).status_code == 302
    assert queries.may_process(make.ctx(samui, "dpo"), person_id=person, purpose="newsletter") is False
    assert (
        client.post("/samui/me/consents/", {"purpose": "newsletter", "said": "yes", "notice": "7"}).status_code == 409
    )
    assert client.post("/samui/me/consents/", {"purpose": "complaints", "said": "no"}).status_code == 422
    assert browser().get("/samui/me/consents/").status_code == 302
