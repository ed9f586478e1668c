"""The demonstration's maps: areas joined to their codes, a town inside its outline, everything labelled, loaded once."""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from shapely.geometry import shape

from nakhon.citydata.registers.errors import RegisterClosed, RegisterNotFound
from nakhon.citydata.registers.queries import find_records, map_layers, record_counts, registers
from nakhon.config.demo import filling, maps
from nakhon.config.demo.townscape import DEMO, Town
from nakhon.kernel.context import system_actor
from nakhon.kernel.models import AuditEntry, Work
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.places import lookup, subdistricts
from nakhon.knowledge.text import Text
from nakhon.people.models import Organisation
from nakhon.solutions.packs import CATALOGUE
from tests import make

AREAS = CATALOGUE / "reference-areas" / "data"
OPENSTREETMAP = CATALOGUE / "street-map" / "demo"
DIGITS = {"province": 2, "district": 4, "subdistrict": 6}
COUNTS = {"province": (77, 70), "district": (928, 813), "subdistrict": (7436, 6467)}
"""Codes of each level, and how many of them have an outline, as README.md of the data tells."""


def collection(path: Any) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        found: list[dict[str, Any]] = json.load(file)["features"]
    return found


@pytest.mark.parametrize("level", DIGITS)
def test_each_area_has_its_code_and_lies_in_thailand(level: str) -> None:
    features = collection(AREAS / f"{level}.geojson.gz")
    assert (len(features), sum(one["geometry"] is not None for one in features)) == COUNTS[level]
    codes = [one["properties"]["code"] for one in features]
    assert codes == sorted(set(codes)) and {len(code) for code in codes} == {DIGITS[level]}
    for one in features:
        told = one["properties"]
        assert lookup(told["code"]).name.th == told["name_th"]
        if one["geometry"] is not None:
            west, south, east, north = shape(one["geometry"]).bounds
            assert 97 < west < east < 106 and 5 < south < north < 21, told


def test_outlines_lie_in_the_area_above_them() -> None:
    """The join by name is proved by place: an outline of a wrong code would lie in another district."""
    districts = {one["properties"]["code"]: one["geometry"] for one in collection(AREAS / "district.geojson.gz")}
    far = []
    for one in collection(AREAS / "subdistrict.geojson.gz"):
        above = districts[one["properties"]["district_code"]]
        if one["geometry"] is not None and above is not None:
            apart = shape(above).distance(shape(one["geometry"]).representative_point())
            if apart > 0.03:
                far.append((one["properties"]["code"], round(apart, 3)))
    assert far == []


def test_what_was_not_joined_is_told() -> None:
    with (AREAS / "not-joined.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4
    for row in rows:
        names = {place.name.th for place in subdistricts_of(row["province_th"], row["district_th"])}
        assert names and row["subdistrict_th"] not in names


def subdistricts_of(province: str, district: str) -> tuple[Any, ...]:
    told = next(
        one["properties"]
        for one in collection(AREAS / "district.geojson.gz")
        if (one["properties"]["province_th"], one["properties"]["name_th"]) == (province, district)
    )
    return subdistricts(told["code"])


@pytest.mark.parametrize("city", ["chiangmai", "hatyai"])
def test_the_extract_of_openstreetmap_is_a_net_of_roads(city: str) -> None:
    roads = collection(OPENSTREETMAP / f"{city}-roads.geojson.gz")
    places = collection(OPENSTREETMAP / f"{city}-places.geojson.gz")
    assert len(roads) > 4000 and len(places) > 500
    assert all(len(one["geometry"]["coordinates"]) >= 2 and one["properties"]["length_m"] > 0 for one in roads)
    assert all(one["properties"]["name"] for one in places)
    assert {one["properties"]["source"] for one in (*roads, *places)} == {"openstreetmap"}


def test_the_invented_town_is_the_same_each_time_and_lies_inside_its_outline() -> None:
    one, other = Town("950101", "YA"), Town("950101", "YA")
    assert list(one.lamps()) == list(other.lamps()) != list(Town("950101", "YA", seed=1).parcels())
    wide = one.outline.buffer(1e-5)
    for rows in (
        one.roads,
        one.lamps,
        one.cameras,
        one.communities,
        one.parcels,
        one.households,
        one.levels,
        one.elders,
    ):
        made = list(rows())
        assert made and all(wide.contains(shape(row.geometry)) for row in made), rows.__name__
        assert {row.data["source"] for row in made} == {DEMO}
    # homes are counted once in the communities
    assert sum(int(row.data["households"]) for row in one.communities()) == len(list(one.households()))


@pytest.fixture
def loaded(yala: Organisation) -> Organisation:
    maps.load("yala", make.NOW)
    return yala


def test_yala_is_on_the_map_and_says_that_it_is_a_demonstration(loaded: Organisation) -> None:
    everybody = make.ctx(loaded)
    layers = {layer.register: layer for layer in map_layers(everybody)}
    assert layers["lamp-position"].count > 1000 and layers["road"].count > 50 and layers["subdistrict"].count == 58
    for key in ("road", "lamp-position", "community", "elevation-point"):
        assert layers[key].attribution == Text(maps.LABEL_TH, maps.LABEL_EN)
        assert [one.value for one in record_counts(everybody, register=key, by="source")] == [DEMO]
    # the welfare layers: an officer coarse, the public not at all, nobody the patients
    officer = make.ctx(loaded, "officer")
    assert find_records(officer, register="elder", limit=5).rows
    with pytest.raises(RegisterClosed):
        find_records(officer, register="patient")
    with pytest.raises(RegisterNotFound):
        find_records(everybody, register="elder")


def test_loading_again_changes_nothing(loaded: Organisation) -> None:
    def state() -> tuple[Any, ...]:
        with act_in(make.ctx(loaded)):
            counts = [(card.key, card.record_count, card.version) for card in registers(make.ctx(loaded, "officer"))]
            return counts, AuditEntry.objects.count(), Work.objects.count()

    before = state()
    maps.load("yala", make.NOW)
    assert state() == before


def test_large_registers_are_left_to_the_worker(hatyai: Organisation) -> None:
    maps.load("hatyai", make.NOW)
    everybody = make.ctx(hatyai)
    assert {one.register: one.count for one in map_layers(everybody)}["place"] == 0
    with act_in(everybody):
        waiting = {work.arguments["register"] for work in Work.objects.filter(name=filling.FILL)}
        assert waiting == {"road", "place"}
        maps.fill_later(replace(everybody, actor=system_actor("worker")), "place")
    (layer,) = [one for one in map_layers(everybody) if one.register == "place"]
    assert layer.count == 508 and layer.attribution is not None and "OpenStreetMap" in layer.attribution.en


@pytest.fixture
def hatyai(db: None) -> Organisation:
    return make.city("hatyai", "เทศบาลนครหาดใหญ่", "Hat Yai City Municipality")


def test_the_report_s_tables_are_open_data() -> None:
    loads = {load.solution: load for load in maps.loads_of(maps.COUNTRY)}
    rows = {name: list(made()) for name, made in loads["open-data"].registers.items()}
    assert {name: len(made) for name, made in rows.items()} == {
        "smart-city-area": 36, "smart-city-award": 45, "smart-city-progress": 17,
    }  # fmt: skip
    yala = rows["smart-city-progress"][0].data
    assert (yala["name"], yala["success"], yala["progress"]) == ("เทศบาลนครยะลา", 57.0, 81.0)
    assert loads["reference-areas"].later == {"subdistrict"}
