"""The public catalogue: what is found, what a dataset says of itself, what is taken away, and what nobody outside sees."""

from __future__ import annotations

import pytest

from nakhon.people.models import Organisation
from tests.citydata.registers.stage import ELDERS, LAMPS, WORKS, define, elder, lamp
from tests.web.people_pages import browser, staff
from tests.web.staff import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(samui: Organisation) -> Organisation:
    define(samui, LAMPS, WORKS, ELDERS)
    lamp(samui, 1, state="good", cost=1234.5)
    lamp(samui, 2, state="broken")
    elder(samui, "E-1")
    return samui


def test_everybody_finds_what_is_open_and_nothing_else(city: Organisation) -> None:
    page = text_of(browser("en").get("/samui/data/"))
    assert "Street lamps" in page and "Works" not in page and "Elders" not in page
    assert "1 datasets" in text_of(browser("en").get("/samui/data/?q=โคม"))
    assert "No dataset matches" in text_of(browser("en").get("/samui/data/?q=ไม่มีแน่นอน"))
    assert "Street lamps" in text_of(browser("en").get("/samui/data/?format=CSV"))
    assert "Street lamps" not in text_of(browser("en").get("/samui/data/?format=PDF"))
    for hidden in ("works", "elder", "register.elder", "none-such"):
        assert browser().get(f"/samui/data/{hidden}/").status_code == 404


def test_a_dataset_describes_itself_honestly(city: Organisation) -> None:
    page = text_of(browser("en").get("/samui/data/lamp/"))
    assert "Open Data Common" in page and "KS-0001" in page and "Not told yet" in page and "not complete" in page
    assert "1,234.5" not in page and "Cost" not in page, "what is for staff is in no preview"
    assert "good = Working" in page and "/samui/data/lamp/download/csv/" in page


def test_downloads_hold_what_is_open(city: Organisation) -> None:
    answer = browser("en").get("/samui/data/lamp/download/csv/")
    assert answer.streaming and answer["Content-Disposition"].startswith("attachment")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "KS-0001" in text and "KS-0002" in text and "1234.5" not in text
    assert browser().get("/samui/data/lamp/download/doc/").status_code == 422
    assert browser().get("/samui/data/elder/download/csv/").status_code == 404


def test_staff_see_what_each_description_lacks(city: Organisation) -> None:
    page = text_of(staff(city, "officer").get("/samui/staff/datasets/"))
    assert "Street lamps" in page and "Contact" in page and "Not open" in page
    assert browser().get("/samui/staff/datasets/").status_code == 302
