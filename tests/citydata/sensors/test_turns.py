"""The minute's turn: silence told once, schedules run once by clock and sun, partitions ahead."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from nakhon.citydata.sensors import queries, services, tasks
from nakhon.citydata.sensors.errors import SensorInputInvalid, SensorsNotFound
from nakhon.citydata.sensors.ingest import Reading, store
from nakhon.citydata.sensors.models import Command, Datastream, Feed, Schedule
from nakhon.citydata.sensors.rules.schedules import EntryFault, due_between, read_entry, sun_times
from nakhon.kernel.context import Context
from nakhon.kernel.models import Event, Work
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.text import Text
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.sensors import stage
from tests.citydata.sensors.test_devices import LAMP

NOW = make.NOW


def _at(samui: Organisation, when: datetime) -> Context:
    return make.ctx(samui, "admin", now=when)


def _facts(ctx: Context, name: str) -> int:
    with act_in(ctx):
        return Event.objects.filter(name=f"citydata.{name}").count()


def test_silence_is_told_once_and_so_is_its_end(samui: Organisation, yala: Organisation) -> None:
    ctx = _at(samui, NOW)
    spoken, mute = stage.things(ctx, stage.kind(ctx), 2)
    neighbour = make.ctx(yala, "admin")
    stage.things(neighbour, stage.kind(neighbour), 1)
    air = stage.stream(ctx, spoken)
    store(ctx, [Reading(air.pk, NOW, 1.0)])
    late = _at(samui, NOW + timedelta(hours=2, minutes=59))
    with act_in(late):
        assert tasks.hear_silence(late) == (0, 0)
    later = _at(samui, NOW + timedelta(hours=3, minutes=1))
    with act_in(later):
        assert tasks.hear_silence(later) == (2, 0)
        assert tasks.hear_silence(later) == (0, 0)
    assert _facts(ctx, "ThingSilent") == 2
    assert _facts(neighbour, "ThingSilent") == 0
    assert {row.reason for row in queries.work_list(later)} == {"silent", "never"}
    assert [row.number for row in queries.things(later, silent=True)] == [spoken.number, mute.number]
    store(later, [Reading(air.pk, later.now, 1.0)])
    with act_in(later):
        assert tasks.hear_silence(later) == (0, 1)
        assert tasks.hear_silence(later) == (0, 0)
    assert _facts(ctx, "ThingHeard") == 1
    assert [row.number for row in queries.things(later, silent=True)] == [mute.number]


def test_what_is_retired_owes_nothing(samui: Organisation) -> None:
    ctx = _at(samui, NOW)
    [thing] = stage.things(ctx, stage.kind(ctx))
    services.retire_thing(ctx, thing=thing.number)
    later = _at(samui, NOW + timedelta(days=1))
    with act_in(later):
        assert tasks.hear_silence(later) == (0, 0)
    assert store(later, [Reading(stage.stream(ctx, thing).pk, later.now, 1.0)]).inserted == 0
    services.retire_thing(later, thing=thing.number, back=True)
    assert store(later, [Reading(stage.stream(ctx, thing).pk, later.now, 1.0)]).inserted == 1


def _altitude(at: datetime, lon: float, lat: float) -> float:
    """The sun's altitude in degrees by the Astronomical Almanac's low-precision formulas (good to about 0.01 degrees): another
    road than the equation of time that is tested."""
    days = (at - datetime(2000, 1, 1, 12, tzinfo=UTC)) / timedelta(days=1)
    anomaly = math.radians(357.528 + 0.9856003 * days)
    longitude = math.radians(280.460 + 0.9856474 * days + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly))
    tilt = math.radians(23.439 - 0.0000004 * days)
    ascension = math.atan2(math.cos(tilt) * math.sin(longitude), math.cos(longitude))
    declination = math.asin(math.sin(tilt) * math.sin(longitude))
    sidereal = math.radians((18.697374558 + 24.06570982441908 * days) * 15 + lon)
    hour, here = sidereal - ascension, math.radians(lat)
    return math.degrees(
        math.asin(math.sin(here) * math.sin(declination) + math.cos(here) * math.cos(declination) * math.cos(hour))
    )


@pytest.mark.parametrize(
    ("lon", "lat"), [(100.5018, 13.7563), (100.0, 9.5), (98.98, 18.79), (105.6, 15.2), (-0.13, 51.5)]
)
@pytest.mark.parametrize("day", [date(2026, 1, 3), date(2026, 4, 10), date(2026, 6, 21), date(2026, 11, 3)])
def test_the_sun_stands_at_the_horizon_when_it_rises_and_sets(lon: float, lat: float, day: date) -> None:
    found = sun_times(day, lon, lat)
    assert found is not None
    for at in found:
        assert _altitude(at, lon, lat) == pytest.approx(-0.833, abs=0.05)
    assert timedelta(hours=7) < found[1] - found[0] < timedelta(hours=17)
    assert (
        _altitude(found[0] + timedelta(minutes=30), lon, lat)
        > 0
        > _altitude(found[1] + timedelta(minutes=30), lon, lat)
    )


def test_the_sun_of_the_far_north_does_not_rise() -> None:
    assert sun_times(date(2026, 12, 21), 25.0, 70.0) is None


def test_entries_are_due_by_clock_sun_and_weekday() -> None:
    entries = [
        read_entry({"at": "sunset-10m", "command": "light", "body": {"level": 100}}),
        read_entry({"at": "23:00", "command": "light", "body": {"level": 40}, "days": [4]}),
        read_entry({"at": "sunrise", "command": "light", "body": {"level": 0}}),
    ]
    due = due_between(entries, NOW, NOW + timedelta(days=1), 100.0, 9.5)
    assert [(in_bangkok(at).strftime("%d %H"), entry.body["level"]) for at, entry in due] == [
        ("10 18", 100), ("10 23", 40), ("11 06", 0)
    ]  # fmt: skip
    assert due_between(entries, due[0][0], due[0][0], 100.0, 9.5) == []


@pytest.mark.parametrize(
    "raw",
    [{"at": "25:00", "command": "x"}, {"at": "noon", "command": "x"}, {"at": "18:00"}, {"at": 5, "command": "x"},
     {"at": "18:00", "command": "x", "days": [7]}, {"at": "18:00", "command": "x", "days": []},
     {"at": "18:00", "command": "x", "days": [True]}],
)  # fmt: skip
def test_an_entry_that_cannot_be_read_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(EntryFault):
        read_entry(raw)


def test_a_schedule_commands_each_lamp_once(samui: Organisation) -> None:
    ctx = _at(samui, NOW)
    lamps = stage.things(ctx, stage.kind(ctx, "lamp", LAMP), 3)
    for index, lamp in enumerate(lamps):
        services.add_device(ctx, thing=lamp.number, slug=f"lamp-{index}")
    entries = [{"at": "16:00", "command": "light", "body": {"level": 100}}]
    services.save_command_schedule(
        ctx, key="dusk", name=Text("เปิดไฟ", "Lights on"), kind="lamp", entries=entries, things=["t0", "t1"]
    )
    [shown] = queries.command_schedules(ctx)
    assert shown.next_at == NOW + timedelta(minutes=30)
    for minutes, given in ((29, 0), (31, 2), (32, 0)):
        turn = _at(samui, NOW + timedelta(minutes=minutes))
        with act_in(turn):
            assert tasks.run_schedules(turn) == given
    with act_in(ctx):
        assert sorted(Command.objects.values_list("device__slug", flat=True)) == ["lamp-0", "lamp-1"]


def test_a_schedule_does_not_catch_up_on_a_whole_night(samui: Organisation) -> None:
    ctx = _at(samui, NOW)
    [lamp] = stage.things(ctx, stage.kind(ctx, "lamp", LAMP))
    services.add_device(ctx, thing=lamp.number, slug="lamp-0")
    entries = [{"at": "16:00", "command": "light", "body": {"level": 100}}]
    services.save_command_schedule(ctx, key="dusk", name=Text("เปิดไฟ", "Lights on"), kind="lamp", entries=entries)
    turn = _at(samui, NOW + timedelta(hours=3))
    with act_in(turn):
        assert tasks.run_schedules(turn) == 0
    services.remove_command_schedule(turn, key="dusk")
    with act_in(ctx):
        assert not Schedule.objects.exists()
    with pytest.raises(SensorsNotFound):
        services.remove_command_schedule(turn, key="dusk")


@pytest.mark.parametrize(
    ("entries", "things", "field"),
    [
        ([{"at": "dusk", "command": "light", "body": {"level": 1}}], [], "entries.0"),
        ([{"at": "16:00", "command": "light", "body": {"level": 101}}], [], "body.level"),
        ([{"at": "16:00", "command": "dance", "body": {}}], [], "name"),
        ([{"at": "16:00", "command": "light", "body": {"level": 1}}], ["nowhere"], "things"),
        ([], [], "entries"),
    ],
)
def test_a_wrong_schedule_is_refused_at_its_field(
    samui: Organisation, entries: list[Any], things: list[str], field: str
) -> None:
    ctx = _at(samui, NOW)
    stage.things(ctx, stage.kind(ctx, "lamp", LAMP))
    with pytest.raises(SensorInputInvalid) as caught:
        services.save_command_schedule(ctx, key="k", name=Text("ก", "a"), kind="lamp", entries=entries, things=things)
    assert field in caught.value.fields


def test_partitions_are_made_ahead(db: None) -> None:
    tasks.make_partitions_ahead(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'citydata\\_sensors\\_observation\\_2%'")
        assert cursor.fetchone()[0] >= 3


def test_stations_are_found_by_name_place_property_and_distance(samui: Organisation, yala: Organisation) -> None:
    ctx = _at(samui, NOW)
    made = stage.things(ctx, stage.kind(ctx), 3)
    store(ctx, [Reading(stage.stream(ctx, made[1]).pk, NOW, 12.3)])
    public = make.ctx(samui)
    assert [row.number for row in queries.things(public, text="สถานี 1")] == [2]
    assert [row.number for row in queries.things(public, bbox=(100.0005, 9, 101, 10))] == [2, 3]
    assert [row.number for row in queries.things(public, after=1, limit=1)] == [2]
    assert [row.streams[0].result for row in queries.latest(public, observed="pm25")] == [None, 12.3, None]
    near = queries.nearby(public, lon=100.002, lat=9.5, metres=150)
    assert [row.number for row in near] == [3, 2]
    assert near[1].metres == pytest.approx(109.7, abs=1)
    assert queries.thing(public, number=2).row.heard_at == NOW
    assert queries.sensor_kinds(public)[0].things == 3
    assert queries.things(make.ctx(yala)) == []
    with pytest.raises(SensorsNotFound):
        queries.thing(make.ctx(yala), number=2)


def test_a_kind_for_some_roles_is_hidden_from_the_others(samui: Organisation) -> None:
    ctx = _at(samui, NOW)
    [thing] = stage.things(ctx, stage.kind(ctx, "guarded", {**stage.AIR, "access": {"see": ["officer"]}}))
    number = stage.stream(ctx, thing).number
    assert queries.thing(make.ctx(samui, "officer"), number=1).row.number == 1
    for other in (make.ctx(samui), make.ctx(samui, "citizen"), make.ctx(samui, "executive")):
        assert queries.things(other) == []
        assert queries.latest(other, observed="pm25") == []
        with pytest.raises(SensorsNotFound):
            queries.series(other, datastream=number, since=NOW, until=NOW)


def test_series_and_figures_of_a_stream(samui: Organisation) -> None:
    ctx = _at(samui, NOW)
    air: Datastream = stage.stream(ctx, stage.things(ctx, stage.kind(ctx))[0])
    store(ctx, [Reading(air.pk, NOW - timedelta(hours=hour), float(hour)) for hour in range(10)])
    day = queries.series(ctx, datastream=air.number, since=NOW - timedelta(days=1), until=NOW, grain="1d").points
    hours = queries.series(ctx, datastream=air.number, since=NOW - timedelta(days=1), until=NOW, grain="1h").points
    assert [(point.good, point.result, point.max) for point in day] == [(10, 4.5, 9.0)]
    assert len(hours) == 10
    stats = queries.stream_stats(ctx, datastream=air.number, since=NOW - timedelta(hours=12), until=NOW)
    assert (stats.count, stats.mean, stats.share) == (9, 5.0, 0.75)
    with pytest.raises(SensorInputInvalid):
        queries.series(ctx, datastream=air.number, since=NOW, until=NOW, grain="1w")  # type: ignore[arg-type]


def test_a_thing_by_hand_is_placed_and_remembers_where_it_was(samui: Organisation) -> None:
    ctx = _at(samui, NOW)
    stage.kind(ctx)
    made = services.add_thing(ctx, kind="air-station", key="pier", name=Text("ท่าเรือ", "Pier"), lon=100.0, lat=9.5)
    later = _at(samui, NOW + timedelta(days=1))
    services.place_thing(later, thing=made.number, lon=100.1, lat=9.6)
    found = queries.thing(later, number=made.number)
    assert (found.row.lon, found.row.lat) == (100.1, 9.6)
    assert [(place.lon, place.since) for place in found.places] == [(100.1, later.now), (100.0, NOW)]
    with pytest.raises(SensorInputInvalid):
        services.place_thing(later, thing=made.number, lon=9.6, lat=100.1)
    with pytest.raises(SensorsNotFound):
        services.add_thing(ctx, kind="none", key="x", name=Text("ก", "a"))


def test_the_turn_of_the_minute_goes_round_all_cities_and_queues_what_is_due(
    samui: Organisation, yala: Organisation
) -> None:
    ctx = make.ctx(samui, "admin", now=timezone.now())
    stage.kind(ctx)
    with act_in(ctx):
        for key, due in (("due", ctx.now - timedelta(seconds=1)), ("later", ctx.now + timedelta(hours=1))):
            Feed.objects.create(key=key, name_th="ก", name_en="a", body={"sensor": "air-station"}, next_at=due)
    tasks.look(int(ctx.now.timestamp()))
    tasks.look(int(ctx.now.timestamp()))
    with act_in(ctx):
        assert list(Work.objects.filter(name=tasks.PULL_JOB).values_list("arguments", flat=True)) == [{"feed": "due"}]
    with act_in(make.ctx(yala, "admin")):
        assert not Work.objects.exists()
