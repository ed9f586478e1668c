"""The country's and a city's first pages where a record is short: the order of the names, and a city that tells nothing yet."""

from __future__ import annotations

import re

import pytest

from nakhon.people.models import Organisation
from tests import make
from tests.web.signing import browser

pytestmark = pytest.mark.django_db


def test_cities_stand_in_the_order_of_the_names_that_are_shown(db: None) -> None:
    for slug, th, en in [
        ("yala", "เทศบาลนครยะลา", "Yala City Municipality"),
        ("samui", "เทศบาลนครเกาะสมุย", "Koh Samui City Municipality"),
        ("nan", "เทศบาลเมืองน่าน", "Nan Town Municipality"),
    ]:
        make.city(slug, th, en)

    def order(language: str) -> list[str]:
        page = browser(language).get("/").content.decode()
        return list(dict.fromkeys(re.findall(r'href="/(samui|nan|yala)/"', page)))

    assert order("th") == ["samui", "nan", "yala"], "ก น ย: neither the kind of city nor a leading vowel counts"
    assert order("en") == ["samui", "nan", "yala"]


def test_a_city_that_has_told_nothing_shows_its_name_and_no_empty_boxes(samui: Organisation) -> None:
    page = browser("en").get("/samui/").content.decode()
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert heading and samui.name_en in heading[1] and "visually-hidden" not in heading[0]
    assert "Our vision" not in page and "city-facts" not in page
