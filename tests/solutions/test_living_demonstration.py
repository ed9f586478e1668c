"""The demonstration's living cities: as many assets as told, labelled, the same each time, never in the way of real ones."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.gis.geos import GEOSGeometry

from nakhon.citydata.catalog.models import DatasetFile
from nakhon.citydata.registers.models import Record, Register
from nakhon.citydata.sensors.ingest import Reading, store
from nakhon.citydata.sensors.models import Datastream, Device, LatestObservation, Observation, Thing
from nakhon.citydata.sensors.queries import commands, things
from nakhon.citydata.sensors.services import add_thing, send_command
from nakhon.citydata.watches.models import Watch
from nakhon.config.demo.sensors import air, assets, canal, flood, living, loading
from nakhon.config.demo.sensors.shapes import PREFIX, Life, Series
from nakhon.config.tasks import live_on
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.dates import BANGKOK
from nakhon.knowledge.text import Text
from nakhon.people.models import Organisation
from tests import make

NOW = datetime(2026, 4, 10, 8, 30, tzinfo=UTC)
LIVES = tuple(loading.LIVES.values())


def test_samui_has_as_many_assets_as_the_report_tells_on_its_own_ground() -> None:
    rows = assets.rows(NOW)
    lamps = [row.data["watts"] for row in rows["street-lamp"]]
    assert (len(rows["camera"]), lamps.count(30), lamps.count(130), len(lamps)) == (1044, 3801, 972, 4773)
    [lot] = rows["asset-lot"]
    assert lot.data["budget"] == 263_662_500 and (lot.data["begun_on"], lot.data["done_on"]) == (
        "2019-10-21",
        "2020-07-22",
    )
    assert assets.rows(NOW) == rows, "the same on each machine and at each time"
    island, subdistricts = assets._ground()
    shown = [row for name in ("street-lamp", "camera") for row in rows[name]][::37]
    assert [row.data["code"] for row in shown if not island.contains(GEOSGeometry(json.dumps(row.place)))] == []
    assert {row.data["subdistrict"] for row in shown} <= {name for name, _ in subdistricts}


def test_the_saving_is_reckoned_with_the_factor_of_the_year() -> None:
    small, large = assets.energy(NOW)
    assert (small.data["kwh_after"], large.data["kwh_after"]) == (478_641, 530_396)
    assert small.data["factor"] == "electricity.grid.scope2@2026-01-01"
    assert small.data["kg_co2e_saved"] == pytest.approx(0.475 * small.data["kwh_saved"], abs=1)
    [earlier, _] = assets.energy(NOW.replace(year=2025))
    assert earlier.data["factor"] == "electricity.grid.scope2@2022-01-01" and earlier.data["year"] == 2568


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.slug)
def test_every_made_up_row_says_that_it_is_one(life: Life) -> None:
    rows = [row for name, found in life.rows(NOW).items() if name != "asset-lot" for row in found]
    assert rows and all(row.data["demonstration"] is True and row.data["code"].startswith(PREFIX) for row in rows)
    assert all(spot.key.startswith(PREFIX) and "สาธิต" in spot.name_th for spot in life.spots)


@pytest.mark.parametrize(
    "series", [one for life in LIVES for one in life.series], ids=lambda series: f"{series.kind}-{series.code}"
)
def test_a_series_says_the_same_again_and_stays_possible(series: Series) -> None:
    data = {"bed": -0.5, "bank": 7.5, "surroundings": "roadside", "watts": 130, "works_done_on": "2022-07-31"}
    times = list(series.times(NOW - timedelta(days=400), NOW))
    assert times == sorted(set(times)) and all(at <= NOW for at in times)
    middle = times[len(times) // 2]
    assert list(series.times(middle, NOW)) == times[len(times) // 2 + 1 :], "it goes on where it stopped"
    values = [series.value("DEMO-UTP-2", data, at) for at in times[::7]]
    assert values == [series.value("DEMO-UTP-2", data, at) for at in times[::7]]
    said = [value for value in values if value is not None]
    assert len(said) > 0.9 * len(values) and all(-1 <= value <= 1000 for value in said)


def test_the_air_has_its_season_and_the_canal_its_works() -> None:
    def mean(first: datetime) -> float:
        found = [air.dust("DEMO-NSW-1", {}, first + timedelta(hours=hour)) for hour in range(28 * 24)]
        said = [value for value in found if value is not None]
        return sum(said) / len(said)

    assert mean(datetime(2026, 2, 15, tzinfo=UTC)) > 37.5 > 15 > mean(datetime(2025, 9, 1, tzinfo=UTC))
    done = {"works_done_on": "2022-07-31"}
    samples = next(series for series in canal.LIFE.series if series.code == "do" and series.kind == "canal-sample")
    for year, least, most in ((2021, 0.3, 1.6), (2024, 2.0, 4.0)):
        value = samples.value("DEMO-MK-3", done, datetime(year, 5, 10, 10, tzinfo=BANGKOK))
        assert value is not None and least <= value <= most


def test_floods_come_with_the_monsoon() -> None:
    gauge = {"bed": 2.0, "bank": 11.0}

    def highest(year: int, month: int) -> float:
        first = datetime(year, month, 1, tzinfo=UTC)
        return max(flood.level("DEMO-UTP-1", gauge, first + timedelta(hours=hour)) or 0 for hour in range(61 * 24))

    years = range(2022, 2027)
    assert sum(highest(year, 11) > 9 for year in years) >= 3
    assert not any(highest(year, 2) > 9 for year in years)


@pytest.mark.django_db
def test_a_city_begins_to_live_and_goes_on(samui: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hat Yai's demonstration in a city of the tests: made once, labelled, gone on with, deepened, and only the made-up things."""
    life = replace(flood.LIFE, slug=samui.tenant.slug)
    monkeypatch.setitem(loading.LIVES, life.slug, life)
    loading.load(life.slug, NOW)
    everybody = make.ctx(samui, now=NOW)
    found = things(everybody, kind="water-level")
    assert len(found) == 3 and all("สาธิต" in thing.name.th for thing in found)
    ctx = replace(make.ctx(samui, "admin"), now=NOW)
    with act_in(ctx):
        assert all(thing.properties["demonstration"] and thing.properties["bank"] for thing in Thing.objects.all())
        first = Observation.objects.count()
        assert first == 3 * 2 * 14 * 96
        assert [file.name for file in DatasetFile.objects.all()] == ["rangsit-canal-level-2564.csv"]
        assert list(Watch.objects.filter(enabled=False)) == [] and Watch.objects.count() == 3

    # a station of the city's own is left alone
    own = add_thing(ctx, kind="water-level", key="OWN", name=Text("ของจริง", "Real"))
    loading.load(life.slug, NOW)
    with act_in(ctx):
        assert Observation.objects.count() == first, "loading again changes nothing"

    later = replace(ctx, now=NOW + timedelta(hours=1))
    assert 24 < living.keep_alive(later, life) < 24 + living.PORTION * 1.1, (
        "an hour of six streams, and a portion of the past"
    )
    with act_in(ctx):
        assert not LatestObservation.objects.filter(datastream__thing=own, time__isnull=False).exists()
        newest = LatestObservation.objects.filter(datastream__thing__key="DEMO-UTP-1", datastream__code="level").get()
        assert newest.time == NOW + timedelta(hours=1)
    turns = 0
    while living.keep_alive(later, life, advancing=False):
        turns += 1
        assert turns < 20
    with act_in(ctx):
        stream = Datastream.objects.get(thing__key="DEMO-UTP-1", code="level")
        times = list(Observation.objects.filter(datastream_id=stream.pk).values_list("phenomenon_time", flat=True))
        assert min(times) <= NOW - timedelta(days=112) and max(times) == newest.time
        assert len(times) == (max(times) - min(times)) / timedelta(minutes=15) + 1, "nothing is missing in between"


@pytest.mark.django_db
def test_the_assets_live_from_the_first_turn_of_the_clock(samui: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    few = {name: list(rows)[:20] for name, rows in assets.rows(NOW).items()}
    life = replace(assets.LIFE, slug=samui.tenant.slug, rows=lambda now: few, counts=None)
    monkeypatch.setitem(loading.LIVES, life.slug, life)
    loading.load(life.slug, NOW)
    ctx = replace(make.ctx(samui, "admin"), now=NOW)
    with act_in(ctx):
        assert Record.objects.filter(register__key="street-lamp").count() == 20 and not Thing.objects.exists()
    assert living.keep_alive(ctx, life) > 20 * 12
    with act_in(ctx):
        assert Thing.objects.count() == 40 and Device.objects.count() == 6
        assert not LatestObservation.objects.filter(time=None, datastream__code__in=["online", "power"]).exists()
    # a lamp of the demonstration obeys
    from django.utils import timezone

    told = send_command(replace(ctx, now=timezone.now()), name="light", body={"level": 10}, device="demo-l130-0001")
    living.answer(ctx)
    assert [(row.number, row.state) for row in commands(ctx)] == [(told.number, "ACKNOWLEDGED")]


def test_assets_fail_now_and_then() -> None:
    days = [datetime(2026, 1, 1, 5, tzinfo=UTC) + timedelta(days=day) for day in range(90)]
    out = [bool(assets.out_of_order(f"DEMO-L30-{number:04d}", day)) for number in range(300) for day in days]
    assert 0.001 < sum(out) / len(out) < 0.01


@pytest.mark.django_db
def test_only_cities_of_the_demonstration_go_on(samui: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    gone_on: list[str] = []
    monkeypatch.setattr(living, "keep_alive", lambda ctx, life, advancing: gone_on.append(ctx.tenant.slug))
    live_on(int(NOW.timestamp()))
    assert gone_on == []
    Organisation.objects.filter(pk=samui.pk).update(is_demonstration=True)
    live_on(int(NOW.timestamp()))
    assert gone_on == ["samui"]


@pytest.mark.django_db
def test_a_silent_thing_was_heard_before_it_fell_silent(samui: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    def value(key: str, data: object, at: datetime) -> float | None:
        return None if key.endswith("2") and at > NOW - timedelta(days=5) else 1.0

    quiet = replace(flood.LIFE.series[0], value=value, recent=timedelta(hours=2), whole=timedelta(hours=2))
    life = replace(flood.LIFE, slug=samui.tenant.slug, series=(quiet,))
    monkeypatch.setitem(loading.LIVES, life.slug, life)
    loading.load(life.slug, NOW)
    ctx = replace(make.ctx(samui, "admin"), now=NOW)
    with act_in(ctx):
        last = LatestObservation.objects.get(datastream__thing__key="DEMO-UTP-2", datastream__code="level")
        assert last.time == last.received_at == NOW - timedelta(days=5)
        stream = Datastream.objects.get(thing__key="DEMO-UTP-2", code="level").pk
        assert Register.objects.get(key="level-station").record_count == 3
    assert store(ctx, [Reading(stream, NOW, 1.0)]).inserted == 1
