"""The twelve cities' records, the office calendar and the legal figures, as definitions make them true."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import yaml

from nakhon.kernel.errors import NotFound
from nakhon.knowledge.dates import BANGKOK
from nakhon.knowledge.legal import NoRuleInForce
from nakhon.people.city.profile import DOMAINS
from nakhon.people.city.queries import (
    city_facts,
    city_profile,
    legal_figure,
    legal_figure_rows,
    office_calendar,
    profile_summaries,
)
from nakhon.people.models import Organisation
from tests import make
from tests.solutions.stage import ROOT, City, documents

CITIES = (
    "samui",
    "chiangrai",
    "chiangmai",
    "nakhonsi",
    "nakhonsawan",
    "phitsanulok",
    "yala",
    "surat",
    "hatyai",
    "chumphon",
    "nan",
    "saensuk",
)


@pytest.mark.parametrize("slug", CITIES)
def test_each_record_of_the_report_is_published(slug: str, db: None) -> None:
    path = ROOT / "demo" / "cities" / slug / "profile.yaml"
    city = City(make.city(slug, "เทศบาลทดสอบ", "Test municipality"))
    city.define(path.read_text(encoding="utf-8"))
    shown = city_profile(city.ctx())
    assert shown is not None and shown["project"] is not None
    project = shown["project"]
    assert shown["vision"]["th"] != shown["vision"]["en"] and shown["density"] > 0 and shown["phones"]
    assert project["title_th"] and project["title_en"] and project["rationale_th"] and project["steps_th"]
    assert set(project["domains"]) <= set(DOMAINS) and all(1 <= goal <= 17 for goal in project["sdgs"])
    for metric in project["metrics"]:
        assert metric["label"]["th"] != metric["label"]["en"]
    assert shown["source"]["year_be"] == 2566
    (line,) = profile_summaries()
    assert line.slug == slug and line.vision is not None and line.domains == tuple(project["domains"])
    organisation = Organisation.objects.get(pk=city.organisation.pk)
    assert organisation.population == shown["population"] and organisation.website.startswith("https://")


def test_the_record_of_samui_in_full(samui: Organisation) -> None:
    city = City(samui)
    city.define((ROOT / "demo/cities/samui/profile.yaml").read_text(encoding="utf-8"))
    shown = city_profile(city.ctx())
    assert shown is not None
    project = shown["project"]
    assert (shown["population"], shown["area_km2"], shown["density"]) == (68300, 252.0, 271.0)
    assert project["budget"]["amount_baht"] == 263662500 and project["period"]["days"] == 275
    assert project["period"]["start_be"] == "21 ตุลาคม 2562" and project["period"]["start_iso"] == "2019-10-21"
    assert [(m["id"], m["value"]) for m in project["metrics"]][:2] == [("cctv", 1044.0), ("lamp30", 3801.0)]
    assert len(project["steps_th"]) == 5 and project["partners_list_th"][0] == "สถานีตำรวจภูธรเกาะสมุย"


def test_a_city_without_a_record_shows_none(samui: Organisation) -> None:
    assert city_profile(make.ctx(samui)) is None
    (line,) = profile_summaries()
    assert (line.project, line.domains, line.vision) == (None, (), None)
    assert city_facts(make.ctx(samui))["population"] is None


def test_the_country_s_facts_have_their_source() -> None:
    facts = yaml.safe_load((ROOT / "demo/country/facts.yaml").read_text(encoding="utf-8"))
    assert facts["source"]["year_be"] == 2566 and facts["counts"]["areas"] == 36
    assert sorted(facts["model_cities"]) == sorted(CITIES)
    areas = (ROOT / "demo/country/smart_city_areas.csv").read_text(encoding="utf-8").splitlines()
    assert len(areas) == 37


CALENDAR = """\
kind: office-calendar
items:
  - id: office.2569
    calendar: office
    name: {th: เวลาราชการ, en: Office hours}
    effective_from: 2026-01-01
    effective_to: 2027-01-01
    week: {friday: [{opens: "08:30", closes: "16:30"}], saturday: [{opens: "09:00", closes: "12:00"}]}
    holidays: [{date: 2026-04-17, name: {th: วันสถาปนา, en: Founding Day}}]
    open_days: [{date: 2026-05-01, reason: {th: เปิดทำการ, en: Open}}, {date: 2026-12-31, reason: {th: เปิดทำการ, en: Open}}]
    special_days: [{date: 2026-04-18, hours: [{opens: "10:00", closes: "11:00"}], reason: {th: ครึ่งวัน, en: Half day}}]
  - id: office.2570
    calendar: office
    name: {th: เวลาราชการใหม่, en: New office hours}
    effective_from: 2027-01-01
    week: {monday: [{opens: "07:00", closes: "12:00"}]}
    national_holidays: false
"""


def test_the_office_calendar_of_a_day(samui: Organisation) -> None:
    ctx = make.ctx(samui)
    usual = office_calendar(ctx)
    assert usual.is_open(datetime(2026, 4, 10, 9, 0, tzinfo=BANGKOK)) and not usual.is_working_day(date(2026, 4, 13))
    City(samui).define(CALENDAR)
    own = office_calendar(ctx, on=date(2026, 4, 10))
    assert own.is_open(datetime(2026, 4, 11, 9, 30, tzinfo=BANGKOK)), "a Saturday counter"
    assert not own.is_working_day(date(2026, 4, 9)), "a Thursday without hours"
    assert not own.is_working_day(date(2026, 4, 17)), "its own day off"
    assert own.is_working_day(date(2026, 5, 1))
    assert [(i.opens.hour, i.closes.hour) for i in own.intervals(date(2026, 4, 18))] == [(10, 11)]
    later = office_calendar(ctx, on=date(2027, 1, 1))
    assert later.is_open(datetime(2027, 4, 12, 7, 30, tzinfo=BANGKOK)) and not later.is_working_day(date(2027, 4, 16))
    with pytest.raises(NotFound):
        office_calendar(ctx, calendar="clinic")


FIGURES = """\
kind: legal-figure
items:
  - {id: waste.fee_baht.2569, figure: waste.fee_baht, name: {th: ค่าธรรมเนียมขยะ, en: Waste fee}, value: 20, unit: baht,
     effective_from: 2026-01-01, effective_to: 2026-10-01, legal_basis: เทศบัญญัติ, source: เทศบัญญัติ, confirm: false}
  - {id: waste.fee_baht.2570, figure: waste.fee_baht, name: {th: ค่าธรรมเนียมขยะ, en: Waste fee}, value: 30.5, unit: baht,
     effective_from: 2026-10-01, legal_basis: เทศบัญญัติ, source: เทศบัญญัติ}
"""


def test_a_figure_is_chosen_by_the_day_of_the_event(samui: Organisation) -> None:
    city = City(samui)
    city.define(FIGURES)
    ctx = city.ctx()
    assert legal_figure(ctx, figure="waste.fee_baht", on=date(2026, 9, 30)).value == 20
    new = legal_figure(ctx, figure="waste.fee_baht", on=date(2026, 10, 1))
    assert (new.value, new.confirm, new.unit) == (30.5, True, "baht")
    with pytest.raises(NoRuleInForce):
        legal_figure(ctx, figure="waste.fee_baht", on=date(2025, 12, 31))
    # a figure of which the city has no row of its own comes from the platform
    assert legal_figure(ctx, figure="pdpa.access_request_days").value == 30
    assert {row.key for row in legal_figure_rows(ctx)} >= {"waste.fee_baht", "pdpa.access_request_days"}


def test_another_citys_figures_are_not_mine(samui: Organisation, yala: Organisation) -> None:
    City(samui).define(FIGURES)
    with pytest.raises(NoRuleInForce):
        legal_figure(make.ctx(yala), figure="waste.fee_baht")


def test_a_profile_that_leaves_something_out_leaves_the_directory_alone(samui: Organisation) -> None:
    Organisation.objects.filter(pk=samui.pk).update(phone="077-1", population=5)
    City(samui).define("kind: organisation-profile\npopulation: 9\n")
    row = Organisation.objects.get(pk=samui.pk)
    assert (row.phone, row.population) == ("077-1", 9)


def test_documents_of_the_tests_are_refused_when_wrong() -> None:
    with pytest.raises(Exception, match="nmae"):
        documents("kind: unit\nid: aa\nlevel: OFFICE\nnmae: x\n")
