"""The public pages of stations: what a value means, a silent station, the trend and its file, and who sees what."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.test import Client

from nakhon.people.models import Organisation
from tests.web import city_stage as stage
from tests.web.signing import browser
from tests.web.staff import at_the_console, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def air(samui: Organisation) -> int:
    """The number of a station that measured 40 µg/m³ in each of the last 24 hours."""
    stage.with_kinds(samui)
    thing = stage.station(
        samui, "air-station", "หน้าเทศบาล", "City hall", owner={"th": "เทศบาล", "en": "The municipality"}
    )
    stage.measure(samui, thing, "pm25", stage.steady(40.0))
    return int(thing.number)


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return text_of(answer)  # type: ignore[arg-type]


def test_a_station_says_its_index_its_level_and_what_to_do(air: int) -> None:
    page = read(browser("en"), f"/samui/stations/{air}/")
    # (200 - 101) / (75 - 37.6) x (40 - 37.6) + 101 = 107.35, by the notice of B.E. 2566.
    assert '<span class="num">107</span>' in page and "level-air-4" in page
    assert (
        "Beginning to affect health" in page
        and "Wear a dust mask outdoors" in page
        and "Avoid outdoor activities" in page
    )
    assert "NowCast" in page and "not the 24-hour mean of the official Thai AQI" in page
    assert "Not up to date" not in page and "24/24" in page and "The municipality" in page
    thai = read(browser("th"), f"/samui/stations/{air}/")
    assert "เริ่มมีผลกระทบต่อสุขภาพ" in thai and "สวมหน้ากากป้องกันฝุ่น" in thai and "µg/m³" in thai


def test_too_few_hours_give_no_index(samui: Organisation) -> None:
    stage.with_kinds(samui)
    thing = stage.station(samui, "air-station", "ใหม่", "New")
    stage.measure(samui, thing, "pm25", stage.steady(40.0, hours=17))
    page = read(browser("en"), f"/samui/stations/{thing.number}/")
    assert "Fewer than 75% of the hours were measured" in page and "level-air-" not in page.split("level-scale")[0]
    stage.measure(samui, thing, "pm25", {stage.hour(17): 40.0})
    assert '<span class="num">107</span>' in read(browser("en"), f"/samui/stations/{thing.number}/"), (
        "18 of 24 are enough"
    )


def test_a_silent_station_shows_its_last_value_and_no_level_of_now(samui: Organisation) -> None:
    stage.with_kinds(samui)
    thing = stage.station(samui, "air-station", "เงียบ", "Silent")
    stage.measure(samui, thing, "pm25", stage.steady(80.0, until=5))
    page = read(browser("en"), f"/samui/stations/{thing.number}/")
    assert "Not up to date" in page and "Last value received" in page and "Stop outdoor activities" not in page
    assert "ข้อมูลไม่สด" in read(browser("th"), "/samui/stations/")


def test_a_river_is_told_against_its_own_levels(samui: Organisation) -> None:
    stage.with_kinds(samui)
    marks = {"bed": 17.5, "bank": 26.2, "warning": 24.8, "critical": 25.9}
    thing = stage.station(samui, "river-gauge", "แม่น้ำ", "River", **marks)
    plain = stage.station(samui, "river-gauge", "ไม่มีระดับ", "No levels")
    for one in (thing, plain):
        stage.measure(samui, one, "level", {stage.hour(): 25.09})
    page = read(browser("en"), f"/samui/stations/{thing.number}/")
    assert (
        "now-level" in page and "At the station's warning level" in page and "87.2% of the way from bed to bank" in page
    )
    assert '"name": "Bank"' in page and '"value": 24.8' in page, "the chart marks the station's levels"
    without = read(browser("en"), f"/samui/stations/{plain.number}/")
    assert "25.09" in without and 'class="now-level"' not in without and "from bed to bank" not in without


def test_a_canal_has_words_for_its_oxygen_and_a_class_that_is_an_indication(samui: Organisation) -> None:
    stage.with_kinds(samui)
    thing = stage.station(samui, "canal", "คลอง", "Canal")
    stage.measure(samui, thing, "do", {stage.hour(): 1.3})
    page = read(browser("en"), f"/samui/stations/{thing.number}/")
    assert "Almost no oxygen" in page and "Class 5" in page and "not the official class" in page


def test_the_list_shows_each_kind_and_finds_by_name(samui: Organisation, air: int) -> None:
    other = stage.station(samui, "air-station", "ท่าเรือ", "Pier")
    page = read(browser("en"), "/samui/stations/?kind=air-station")
    assert "City hall" in page and "Pier" in page and "Has never sent a value" in page
    found = read(browser("th"), "/samui/stations/?kind=air-station&q=ท่าเรือ")
    assert f"/samui/stations/{other.number}/" in found and f"/samui/stations/{air}/" not in found
    assert "ไม่พบสถานีที่ตรงกับคำค้น" in read(browser("th"), "/samui/stations/?kind=air-station&q=ไม่มีชื่อนี้")


def test_a_city_without_stations_says_so(samui: Organisation) -> None:
    assert "no public stations yet" in read(browser("en"), "/samui/stations/")
    assert browser().get("/samui/stations/1/").status_code == 404


def test_the_file_holds_what_was_measured_in_thai_time(air: int) -> None:
    answer = browser().get(f"/samui/stations/{air}/data.csv?span=24h")
    assert answer["Content-Type"] == "text/csv; charset=utf-8" and "samui-station-" in answer["Content-Disposition"]
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(StringIO(body)))
    assert len(rows) == 24 and {row["value"] for row in rows} == {"40"} and rows[0]["unit"] == "ug/m3"
    assert all(row["time"].endswith("+07:00") for row in rows)
    raw = browser().get(f"/samui/stations/{air}/data.csv?span=24h&raw=1")
    assert b"quality" in b"".join(raw.streaming_content).splitlines()[0]  # type: ignore[attr-defined]


@pytest.mark.parametrize("span", ["24h", "7d", "30d", "1y", "nonsense"])
def test_every_span_has_a_chart_a_table_and_figures(air: int, span: str) -> None:
    page = read(browser("en"), f"/samui/stations/{air}/?span={span}")
    assert 'id="trend-data"' in page and "View as a table" in page and "40.0" in page
    assert '"value": 37.5' in page, "the limit of the notice is drawn"


def test_what_is_for_officers_is_not_there_for_others(samui: Organisation, yala: Organisation) -> None:
    stage.with_kinds(samui, stage.SECRET)
    pump = stage.station(samui, "pump", "เครื่องสูบน้ำ 1", "Pump 1")
    stage.measure(samui, pump, "power", {stage.hour(): 750.0})
    for path in (
        f"/samui/stations/{pump.number}/",
        f"/samui/stations/{pump.number}/data.csv",
        f"/samui/map/station/{pump.number}/",
    ):
        assert browser().get(path).status_code == 404, path
        assert browser().get(path.replace("samui", "yala")).status_code == 404, path
    assert "Pump 1" not in read(browser("en"), "/samui/stations/")
    officer, _ = at_the_console(samui, "officer")
    assert "Pump 1" in read(officer, f"/samui/stations/{pump.number}/")
