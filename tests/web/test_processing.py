"""Pages of accountability: the record in three forms, breaches from report to close, retention."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from nakhon.people import queries, services
from nakhon.people.models import Organisation
from tests import make
from tests.web.people_pages import browser, citizen, somchai, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(samui: Organisation) -> UUID:
    return somchai(samui)


def test_the_record_as_page_json_and_excel(samui: Organisation, person: UUID) -> None:
    client = staff(samui, "dpo")
    page = client.get("/samui/staff/processing/").content.decode()
    assert "Complaints and requests" in page and "people.person.first_name" in page
    data = client.get("/samui/staff/processing/record.json").json()
    assert data["controller"]["name"]["en"] == "Koh Samui City Municipality" and len(data["activities"]) == 13
    book = load_workbook(io.BytesIO(client.get("/samui/staff/processing/record.xlsx").content))
    assert book.worksheets[0].max_row == 15


def test_a_breach_from_report_to_close(samui: Organisation) -> None:
    officer, dpo = staff(samui, "officer"), staff(samui, "dpo")
    report = {"title": "แฟลชไดรฟ์หาย", "description": "มีรายชื่อ", "aware_on": "", "aware_time": ""}
    refused = officer.post("/samui/staff/breaches/new/", {**report, "title": "", "aware_on": ""})
    assert refused.status_code == 422 and "มีรายชื่อ" in refused.content.decode()
    assert officer.post("/samui/staff/breaches/new/", {**report, "aware_on": "วันก่อน"}).status_code == 422
    assert officer.post("/samui/staff/breaches/new/", report)["Location"] == "/samui/staff/"
    assert officer.get("/samui/staff/breaches/").status_code == 403
    (row,) = queries.breaches(make.ctx(samui, "dpo", now=timezone.now()))
    assert timedelta(hours=71) < row.deadline_at - timezone.now() <= timedelta(hours=72)
    card = f"/samui/staff/breaches/{row.id}/"
    assert "Assess the risk" in dpo.get(card).content.decode()
    assert dpo.post(card, {"version": "1", "step": "close", "risk": "UNKNOWN"}).status_code == 422
    assess = {"version": "1", "step": "assess", "risk": "RISK", "assessment": "อาจถูกนำไปใช้", "measures": "แจ้งความแล้ว"}
    assert dpo.post(card, {**assess, "assessment": ""}).status_code == 422
    assert dpo.post(card, assess).status_code == 302
    assert dpo.post(card, {"version": "2", "step": "notify"}).status_code == 302
    assert dpo.post(card, {"version": "3", "step": "close"}).status_code == 302
    assert "Closed" in dpo.get("/samui/staff/breaches/").content.decode()


def test_retention_is_set_held_and_carried_out(samui: Organisation, person: UUID) -> None:
    client = staff(samui, "dpo")
    rule = {"subject": "people.person", "months": "72", "legal_basis": "ประกาศเทศบาล", "grace_days": "7"}
    refused = client.post("/samui/staff/retention/", {**rule, "months": "0"})
    assert refused.status_code == 422 and "ประกาศเทศบาล" in refused.content.decode()
    assert client.post("/samui/staff/retention/", rule).status_code == 302
    (run,) = services.report_retention(make.ctx(samui, "dpo", now=timezone.now() + timedelta(days=365 * 7)))
    address = f"/samui/staff/retention/{run.pk}/"
    assert client.post(address, {"step": "hold"}).status_code == 302
    assert "Held" in client.get("/samui/staff/retention/").content.decode()
    assert client.post(address, {"step": "execute"}).status_code == 302
    assert client.post(address, {"step": "execute"}).status_code == 409
    assert staff(samui, "auditor").post(address, {"step": "execute"}).status_code == 403
    assert staff(samui, "auditor").get("/samui/staff/retention/").status_code == 200


@pytest.mark.parametrize(
    "page", ["processing/", "processing/record.json", "processing/record.xlsx", "breaches/", "retention/"]
)
def test_who_may_not(samui: Organisation, yala: Organisation, page: str) -> None:
    address = f"/samui/staff/{page}"
    assert browser().get(address).status_code == 302
    assert citizen(samui)[0].get(address).status_code == 403
    assert staff(samui, "officer").get(address).status_code == 403
    assert staff(yala, "dpo").get(address).status_code == 403
    assert browser().get("/samui/staff/breaches/new/").status_code == 302
