"""Pages of households: masked, moving in and out with history, refusals in words."""

from __future__ import annotations

from uuid import UUID

import pytest

from nakhon.people import queries
from nakhon.people.models import Organisation
from tests import make
from tests.web.people_pages import browser, citizen, somchai, staff

pytestmark = pytest.mark.django_db
HOUSE = {"house_id": "84040123456", "house_no": "12/3", "moo": "2", "subdistrict_code": "840401"}


@pytest.fixture
def person(samui: Organisation) -> UUID:
    return somchai(samui)


def test_make_move_in_move_out_close(samui: Organisation, person: UUID) -> None:
    client = staff(samui, "officer")
    refused = client.post("/samui/staff/households/new/", {**HOUSE, "house_id": "123"})
    assert refused.status_code == 422 and "12/3" in refused.content.decode()
    address = client.post("/samui/staff/households/new/", HOUSE)["Location"]
    page = client.get(address).content.decode()
    assert "xxxx-xxxx45-6" in page and "84040123456" not in page and "12/3" not in page
    wrong = client.post(address, {"person": "0", "relation": "HEAD", "on": ""})
    assert wrong.status_code == 422
    nonsense = client.post(address, {"person": str(person), "relation": "HEAD", "on": "เมื่อวาน"})
    assert nonsense.status_code == 422 and "เมื่อวาน" in nonsense.content.decode()
    assert client.post(address, {"person": "1234567890121", "relation": "HEAD", "on": "1 ม.ค. 2569"}).status_code == 302
    assert "นายสมชาย ใจดี" in client.get(address).content.decode()
    assert client.get("/samui/staff/households/?q=84040123456").content.decode().count("นายสมชาย ใจดี") == 1
    assert client.post(f"{address}close/").status_code == 409
    assert client.post(f"{address}leave/{person}/").status_code == 302
    assert "Former members" in client.get(address).content.decode()
    assert client.post(f"{address}close/").status_code == 302
    assert "No household" in client.get("/samui/staff/households/?q=84040123456").content.decode()


def test_an_edit_keeps_what_is_masked(samui: Organisation, person: UUID) -> None:
    client = staff(samui, "officer")
    address = client.post("/samui/staff/households/new/", HOUSE)["Location"]
    form = client.get(f"{address}edit/").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert client.post(f"{address}edit/", sent).status_code == 302
    household = UUID(address.rstrip("/").rpartition("/")[2])
    card = queries.household_card(make.ctx(samui, "officer"), household_id=household)
    assert card.house_id_masked == "xxxx-xxxx45-6" and card.address_masked == "•••"
    assert client.post(f"{address}edit/", sent).status_code == 422


def test_who_may_not(samui: Organisation, yala: Organisation, person: UUID) -> None:
    address = staff(samui, "officer").post("/samui/staff/households/new/", HOUSE)["Location"]
    for page in ("/samui/staff/households/", "/samui/staff/households/new/", address, f"{address}edit/"):
        assert browser().get(page).status_code == 302
        assert citizen(samui)[0].get(page).status_code == 403
        assert staff(yala, "officer").get(page).status_code == 403
        assert staff(samui, "admin").get(page).status_code == 403
    assert staff(samui, "dpo").get(address).status_code == 200
    assert staff(samui, "dpo").post(f"{address}leave/{person}/").status_code == 403
    assert staff(yala, "officer").get(address.replace("/samui/", "/yala/")).status_code == 404
