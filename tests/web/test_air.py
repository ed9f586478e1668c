"""The city's air and water pages: the worst and the median station, today, the year, alerts, and what is told when nothing is known."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from nakhon.citydata.watches.models import Alert, Watch
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.dates import in_bangkok
from nakhon.people.models import Organisation
from nakhon.web.air_days import Day, months_of, weeks_of
from tests.web import city_stage as stage
from tests.web.signing import browser
from tests.web.test_stations import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(samui: Organisation) -> Organisation:
    """Stations with steady PM2.5 of 10, 20 and 90 µg/m³, and one that is silent."""
    stage.with_kinds(samui)
    for name, value, until in (("Low", 10.0, 0), ("Middle", 20.0, 0), ("High", 90.0, 0), ("Gone", 200.0, 9)):
        thing = stage.station(samui, "air-station", f"สถานี {name}", name)
        stage.measure(samui, thing, "pm25", stage.steady(value, hours=24, until=until))
    return samui


def test_the_worst_and_the_median_station_are_shown_and_the_silent_one_counts_in_neither(three: Organisation) -> None:
    page = read(browser("en"), "/samui/air/")
    worst, middle = re.findall(r'<section class="now-card level-(air-\d)" aria-label="([^"]+)"', page)[:2]
    assert worst == ("air-5", "The worst station") and middle == ("air-2", "The median of 3 stations")
    assert "201+" in page and "Stop outdoor activities" in page
    assert "There is no forecast here" in page and "NowCast" in page
    assert "15.1–25.0" in page and "&gt; 75.0" in browser("en").get("/samui/air/").content.decode()
    thai = read(browser("th"), "/samui/air/")
    assert "มีผลกระทบต่อสุขภาพ" in thai and "พ.ศ. 2566" in thai and "ประกาศกรมควบคุมมลพิษ" in thai


def test_the_year_counts_each_day_once_by_its_worst_station(samui: Organisation) -> None:
    stage.with_kinds(samui)
    midnight = in_bangkok(timezone.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    for name, value in (("Clean", 12.0), ("Dusty", 50.0)):
        thing = stage.station(samui, "air-station", name, name)
        day = {midnight - timedelta(days=2) + timedelta(hours=at): value for at in range(24)}
        half = {midnight - timedelta(days=4) + timedelta(hours=at): value for at in range(10)}
        stage.measure(samui, thing, "pm25", day | half)
    page = read(browser("en"), "/samui/air/")
    assert "1 days measured; 1 of them above" in page, "a day with ten hours is not a day that was measured"
    counts = dict(
        re.findall(r'<li class="level-(air-\d|none)"><span class="swatch"[^>]*></span><span class="days">(\d+)<', page)
    )
    assert counts == {"air-1": "0", "air-2": "0", "air-3": "0", "air-4": "1", "air-5": "0", "none": "364"}
    assert "No AQI at this moment" in page, "what was measured two days ago is not now"


def test_a_station_can_be_looked_at_alone(three: Organisation) -> None:
    address = re.search(r'href="\?station=(\d+)#hours"[^>]*>Low<', read(browser("en"), "/samui/air/"))
    assert address
    page = read(browser("en"), f"/samui/air/?station={address[1]}")
    hours = re.findall(r'class="hour level-(air-\d|none)', page)
    assert hours and set(hours) <= {"air-1", "none"} and "air-1" in hours[-1:]
    everyone = re.findall(r'class="hour level-(air-\d|none)', read(browser("en"), "/samui/air/"))
    assert everyone[-1] == "air-5"


def test_alerts_in_force_are_told_and_ended_ones_and_hidden_kinds_are_not(three: Organisation) -> None:
    stage.define(three, stage.SECRET)
    now = timezone.now()
    with act_in(stage.system(three)):
        for number, (sensor, state) in enumerate(
            [("air-station", "OPEN"), ("air-station", "ENDED"), ("pump", "OPEN")], 1
        ):
            watch = Watch.objects.create(
                key=f"w{number}",
                name_th="ฝุ่นสูง",
                name_en="Dust",
                body={},
                digest="",
                sensor=sensor,
                prop="pm25",
                changed_at=now,
            )
            Alert.objects.create(
                number=number, watch=watch, version=1, severity="warning", text_th=f"ฝุ่นสูง {number}", text_en=f"Dust is high {number}",
                state=state, thing_id=watch.pk, thing_number=1, thing_th="สถานี", thing_en="Station", datastream_id=number,
                held_since=now, noticed_at=now, opened_at=now,
            )  # fmt: skip
    page = read(browser("en"), "/samui/air/")
    assert "Dust is high 1" in page and "Dust is high 2" not in page and "Dust is high 3" not in page
    pins = browser("en").get("/samui/map/stations.json").json()
    assert [one["text"] for one in pins["alerts"]] == ["Dust is high 1"]


def test_a_city_without_air_or_water_stations_says_so_and_does_not_lead_there(samui: Organisation) -> None:
    assert "no air station yet" in read(browser("en"), "/samui/air/")
    assert "no water station yet" in read(browser("en"), "/samui/water/")
    assert "/samui/air/" not in read(browser("en"), "/samui/")


def test_the_home_leads_to_what_the_city_has(three: Organisation) -> None:
    page = read(browser("en"), "/samui/")
    assert 'href="/samui/air/"' in page and 'href="/samui/map/"' in page and 'href="/samui/stations/"' in page
    assert 'href="/samui/water/"' not in page


def test_water_shows_the_gravest_first(samui: Organisation) -> None:
    stage.with_kinds(samui)
    marks = {"bed": 0.0, "bank": 4.0}
    for name, level in (("Calm", 2.0), ("Over", 4.2)):
        thing = stage.station(samui, "river-gauge", name, name, **marks)
        stage.measure(samui, thing, "level", {stage.hour(): level})
    canal = stage.station(samui, "canal", "คลอง", "Canal")
    stage.measure(samui, canal, "do", {stage.hour(): 6.5})
    page = read(browser("en"), "/samui/water/")
    assert page.index(">Over<") < page.index(">Calm<") and "Over the bank" in page and "105.0%" in page
    assert "Plenty of oxygen" in page and "National Environment Board notice 8" in page


def test_the_calendar_of_a_year_stands_on_its_weekdays() -> None:
    first = in_bangkok(timezone.now()).date().replace(month=1, day=1)
    days = [Day(first + timedelta(days=at), None) for at in range(365)]
    rows = weeks_of(days)
    assert len({len(row) for row in rows}) == 1 and len(rows) == 7
    assert all(day.day.weekday() == at for at, row in enumerate(rows) for day in row if day)
    assert sum(day is not None for row in rows for day in row) == 365
    assert sum(month["weeks"] for month in months_of(days)) == len(rows[0])
