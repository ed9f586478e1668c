"""The city's map: tiles that may be kept and those that may not, cards, search, lists, records, and what stays hidden."""

from __future__ import annotations

import gzip
import json
import math
import re
from typing import Any

import pytest

from nakhon.people.models import Organisation
from tests.citydata.registers.stage import ELDERS, HERE, LAMPS, ZONES, define, elder, lamp
from tests.web import city_stage as stage
from tests.web.signing import browser
from tests.web.staff import at_the_console
from tests.web.test_stations import read

pytestmark = pytest.mark.django_db


def tile_at(lon: float, lat: float, z: int) -> str:
    """The address part of the tile in which a place lies."""
    x = int((lon + 180) / 360 * 2**z)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
    return f"{z}/{x}/{y}.mvt"


@pytest.fixture
def lamps(samui: Organisation) -> Organisation:
    define(samui, LAMPS)
    for number in range(1, 4):
        lamp(samui, number, watts=30 * number, state="broken" if number == 2 else "good", note="หน้าตลาดบ่อผุด", cost=900)
    return samui


def config_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="citymap-config" type="application/json">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])  # type: ignore[no-any-return]


def test_the_map_lists_its_layers_with_counts_legend_and_source_in_both_languages(lamps: Organisation) -> None:
    page = browser("en").get("/samui/map/").content.decode()
    assert "Street lamps" in page and "Working" in page and "Broken" in page and "Open Data Common" in page
    (layer,) = config_of(page)["layers"]
    assert layer["legend"] == [["good", "Working", "green"], ["broken", "Broken", "red"]] and layer["shown"] is True
    assert layer["tiles"] == "/samui/map/tiles/lamp/{z}/{x}/{y}.mvt"
    assert config_of(page)["bounds"] == [HERE[0], HERE[1], HERE[0], HERE[1]]
    thai = read(browser("th"), "/samui/map/")
    assert "โคมไฟถนน" in thai and "ชำรุด" in thai and 'href="/samui/map/list/lamp/"' in thai


def test_a_tile_of_open_data_may_be_kept_and_is_not_sent_twice(lamps: Organisation) -> None:
    path = f"/samui/map/tiles/lamp/{tile_at(*HERE, 16)}"
    first = browser().get(path)
    assert first.status_code == 200 and first["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert first["Cache-Control"] == "public, max-age=300" and "Accept-Encoding" in first["Vary"]
    body = gzip.decompress(first.content) if first.get("Content-Encoding") else first.content
    assert b"KS-0001" in body and b"watts" in body and b"cost" not in body, "what is internal is not in a public tile"
    again = browser().get(path, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and not again.content and again["ETag"] == first["ETag"]
    lamp(lamps, 9)
    assert browser().get(path, headers={"if-none-match": first["ETag"]}).status_code == 200, (
        "a change makes another tile"
    )
    assert browser().get(f"/samui/map/tiles/lamp/{tile_at(98.9, 18.8, 16)}").status_code == 204
    assert browser().get("/samui/map/tiles/lamp/2/9/0.mvt").status_code in (400, 422)
    assert browser().get("/samui/map/tiles/nothing/2/1/1.mvt").status_code == 404


def test_guarded_layers_are_not_for_the_public_nor_for_caches(samui: Organisation, yala: Organisation) -> None:
    define(samui, ELDERS)
    elder(samui, "E-1")
    paths = [
        f"/samui/map/tiles/elder/{tile_at(*HERE, 14)}",
        "/samui/map/record/elder/E-1/",
        "/samui/map/list/elder/",
        "/samui/data/elder/E-1/",
    ]
    assert "Elders" not in read(browser("en"), "/samui/map/")
    assert 'data-key="E-1"' not in read(browser("en"), "/samui/map/find/?q=E-1")
    neighbour, _ = at_the_console(yala, "officer")
    for path in paths:
        assert browser().get(path).status_code == 404, path
        assert neighbour.get(path).status_code == 404, path
    officer, _ = at_the_console(samui, "officer")
    page = read(officer, "/samui/map/")
    assert "Elders" in page and "Places are shown to about 1 km" in page
    (layer,) = config_of(officer.get("/samui/map/").content.decode())["layers"]
    assert layer["shown"] is False, "nothing guarded is opened without being asked for"
    answer = officer.get(f"/samui/map/tiles/elder/{tile_at(*HERE, 8)}")
    assert answer.status_code == 200 and answer["Cache-Control"] == "private, no-store"
    card = read(officer, "/samui/map/record/elder/E-1/")
    assert "บ้านใต้" in card and "about 1 km" in card and "สมศรี" not in card and "เบาหวาน" not in card
    assert 'data-key="E-1"' not in read(officer, "/samui/map/find/?q=E-1"), "a search opens no guarded register"


def test_a_card_and_a_page_tell_a_record_in_words(lamps: Organisation) -> None:
    card = read(browser("en"), "/samui/map/record/lamp/KS-0002/")
    assert "KS-0002" in card and "Broken" in card and "60 W" in card and "900" not in card
    page = read(browser("th"), "/samui/data/lamp/KS-0002/")
    assert "ชำรุด" in page and "60 W" in page and "record-map-data" in page and "OCHA" in page and "พ.ศ." not in page
    assert "changed" not in read(browser("en"), "/samui/data/lamp/KS-0002/"), "history is for staff"
    officer, _ = at_the_console(lamps, "officer")
    inside = read(officer, "/samui/data/lamp/KS-0002/")
    assert "changed 0 times" in inside and "900" in inside
    assert browser().get("/samui/data/lamp/KS-9999/").status_code == 404
    assert browser().get("/samui/map/record/lamp/KS-9999/").status_code == 404


def test_words_inside_sentences_stations_and_areas_are_found(lamps: Organisation) -> None:
    define(lamps, ZONES)
    stage.with_kinds(lamps)
    stage.station(lamps, "air-station", "สถานีตลาดบ่อผุด", "Bo Phut market")
    page = read(browser("th"), "/samui/map/find/?q=ตลาด")
    assert "KS-0001" in page and "สถานีตลาดบ่อผุด" in page and 'data-lon="100.06"' in page
    assert "ไม่พบอะไรที่ตรงกับ" in read(browser("th"), "/samui/map/find/?q=ภูเขาไฟ")
    assert "at least two letters" in read(browser("en"), "/samui/map/find/?q=ก")


def test_a_layer_is_a_list_too(lamps: Organisation) -> None:
    page = read(browser("en"), "/samui/map/list/lamp/")
    assert page.count("KS-000") >= 3 and "30 W" in page and "Working" in page and "900" not in page
    assert 'href="/samui/data/lamp/KS-0003/"' in page
    assert "Nothing found" in read(browser("en"), "/samui/map/list/lamp/?q=ภูเขาไฟ")
    inside = read(browser("en"), "/samui/map/list/lamp/?box=100.0,9.5,100.1,9.6")
    assert "KS-0001" in inside
    assert "Nothing found" in read(browser("en"), "/samui/map/list/lamp/?box=101,9.5,101.1,9.6")
    assert browser().get("/samui/map/list/nothing/").status_code == 404


def test_stations_stand_on_the_map_with_their_level(lamps: Organisation) -> None:
    stage.with_kinds(lamps)
    thing = stage.station(lamps, "air-station", "หน้าเทศบาล", "City hall")
    stage.measure(lamps, thing, "pm25", stage.steady(40.0))
    (pin,) = browser("en").get("/samui/map/stations.json").json()["pins"]
    assert pin["tone"] == "air-4" and pin["value"] == "107" and pin["level"] == "Beginning to affect health"
    assert "City hall" in read(browser("en"), f"/samui/map/station/{thing.number}/")
    assert browser().get("/samui/map/station/99/").status_code == 404


def test_a_city_without_places_has_a_map_that_says_so(samui: Organisation) -> None:
    assert "nothing on the map yet" in read(browser("en"), "/samui/map/")
    assert 'href="/samui/map/"' not in read(browser("en"), "/samui/")
