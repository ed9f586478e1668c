"""The live work: it opens and ends alerts for what is new, once, and nothing is lost or doubled when it is killed in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nakhon.citydata.watches import live
from nakhon.citydata.watches.models import Alert, Watch, WatchState
from nakhon.kernel.context import Context
from nakhon.kernel.models import AuditEntry, Event
from nakhon.kernel.tasks import system_context
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests.citydata.watches import stage
from tests.make import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def works(samui: Organisation) -> Context:
    return system_context(samui.tenant, "watches", NOW)


def _alerts(ctx: Context) -> list[tuple[int, str, int, float | None]]:
    with act_in(ctx):
        return [(a.number, a.state, a.thing_number, a.value) for a in Alert.objects.order_by("number")]


def test_an_alert_opens_with_what_was_seen_and_ends_when_the_data_say_so(works: Context) -> None:
    stage.watch(works)
    first, second = stage.stations(works, "a", "b")
    stage.send(works, first, [30, 38, 40])
    stage.send(works, second, [30, 31])
    done = stage.look(works, NOW + 2 * HOUR)
    assert (done.streams, done.opened, done.ended, done.more) == (2, 1, 0, False)
    with act_in(works):
        alert = Alert.objects.get()
        assert (alert.severity, alert.text_en, alert.unit) == ("warning", "Too much dust", "environment")
        assert (alert.thing_en, alert.unit_of_value, alert.place.x) == ("Station a", "ug/m3", 100.0)
        assert alert.held_since == alert.noticed_at == NOW + HOUR
        assert alert.opened_at == NOW + 2 * HOUR
        assert list(Event.objects.filter(name="citydata.AlertOpened").values_list("payload__number", flat=True)) == [1]
    stage.send(works, first, [20], start=NOW + 3 * HOUR)
    assert stage.look(works, NOW + 3 * HOUR).ended == 1
    with act_in(works):
        alert.refresh_from_db()
        assert (alert.state, alert.end_reason, alert.cleared_at) == ("ENDED", "clear", NOW + 3 * HOUR)
        assert Event.objects.filter(name="citydata.AlertEnded").count() == 1
        acts = list(AuditEntry.objects.filter(action__startswith="citydata.alert").values_list("action", flat=True))
        assert acts == ["citydata.alert.opened", "citydata.alert.ended"]


def test_what_was_looked_at_is_not_looked_at_again(works: Context) -> None:
    stage.watch(works)
    (stream,) = stage.stations(works, "a")
    stage.send(works, stream, [38])
    assert stage.look(works, NOW + HOUR).streams == 1
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert stage.look(works, NOW + HOUR).streams == 0
    assert len(queries) <= 6, "an idle turn costs next to nothing"
    stage.send(works, stream, [38])  # the same message again
    assert stage.look(works, NOW + HOUR).streams == 0
    later = replace(works, now=NOW + HOUR)
    stage.send(later, stream, [12])  # the same time, corrected
    assert stage.look(works, NOW + HOUR).ended == 1


def test_the_watch_of_one_city_sees_nothing_of_another(works: Context, yala: Organisation) -> None:
    there = system_context(yala.tenant, "watches", NOW)
    stage.watch(works)
    (stream,) = stage.stations(there, "a")
    stage.send(there, stream, [99])
    assert stage.look(works).streams == 0 and stage.look(there).streams == 0
    assert _alerts(works) == [] and _alerts(there) == []


def test_a_watch_that_is_off_does_not_look(works: Context) -> None:
    stage.watch(works, stage.DUST.replace("enabled: true", "enabled: false"))
    (stream,) = stage.stations(works, "a")
    stage.send(works, stream, [99])
    assert stage.look(works).streams == 0


def test_one_live_alert_for_each_thing_however_often_it_is_asked(works: Context) -> None:
    stage.watch(works)
    (stream,) = stage.stations(works, "a")
    stage.send(works, stream, [99])
    stage.look(works)
    with act_in(works):
        WatchState.objects.all().delete()  # as if the memory of the worker were lost
    assert stage.look(works).opened == 0
    assert [row[:2] for row in _alerts(works)] == [(1, "OPEN")]


def test_a_worker_killed_in_the_middle_of_a_portion_leaves_nothing_half_done(
    works: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.watch(works)
    for stream in stage.stations(works, "a", "b", "c"):
        stage.send(works, stream, [99])
    opened, real = [], live.open_alerts

    def dies(*given: object, **named: object) -> object:
        if len(opened) == 2:
            raise KeyboardInterrupt
        opened.append(1)
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(live, "open_alerts", dies)
    with pytest.raises(KeyboardInterrupt):
        stage.look(works)
    with act_in(works):
        assert not Alert.objects.exists() and not Event.objects.filter(name="citydata.AlertOpened").exists()
    monkeypatch.setattr(live, "open_alerts", real)
    assert stage.look(works).opened == 3
    assert [row[0] for row in _alerts(works)] == [1, 2, 3]


def test_many_streams_are_taken_in_portions(works: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PORTION", 2)
    stage.watch(works)
    for stream in stage.stations(works, *"abcde"):
        stage.send(works, stream, [99])
    done = stage.look(works)
    assert (done.streams, done.opened, done.more) == (5, 5, False)
    for stream in stage.stations(works, *"fghij"):
        stage.send(works, stream, [99])
    done = live.turn(works, seconds=0)
    assert (done.streams, done.more) == (2, True), "a turn is bounded, and says that there is more"
    assert stage.look(works).streams == 3


AVERAGE = """\
kind: watch
id: dust-day
name: {th: เตือนฝุ่นรายวัน, en: Daily dust}
when: {sensor: air-station, property: pm25, average: 24h, condition: "value > 37.5"}
for: 1h
clear: {condition: "value < 35", for: 2h}
then: [{alert: {severity: critical, text: {th: ฝุ่นเฉลี่ยเกิน, en: Mean above}}}]
enabled: true
"""


def test_a_day_long_mean_is_taken_over_turns_as_in_one_go(works: Context) -> None:
    stage.watch(works, AVERAGE)
    (stream,) = stage.stations(works, "a")
    values = [40.0] * 30 + [20.0] * 12
    for hour, value in enumerate(values):
        at = NOW + hour * HOUR
        stage.send(works, stream, [value], start=at)
        stage.look(works, at + timedelta(minutes=1))
    with act_in(works):
        alert = Alert.objects.get()
        assert alert.held_since == NOW + 17 * HOUR and alert.noticed_at == NOW + 18 * HOUR
        # mean < 35 when 7 of the 24 are 20: hours 36; two hours later it has lasted.
        assert alert.cleared_at == NOW + 38 * HOUR and alert.state == "ENDED"


def test_a_late_reading_counts_from_the_next_one_on(works: Context) -> None:
    stage.watch(works, AVERAGE.replace("for: 1h\n", "").replace("average: 24h", "average: 4h, enough: 0.5"))
    (stream,) = stage.stations(works, "a")
    stage.send(works, stream, [30, 30], start=NOW)
    assert stage.look(works, NOW + HOUR).opened == 0
    stage.send(works, stream, [90], start=NOW - HOUR)
    assert stage.look(works, NOW + HOUR).streams == 0
    stage.send(works, stream, [30], start=NOW + 2 * HOUR)
    assert stage.look(works, NOW + 2 * HOUR).opened == 1
    assert [value for *_, value in _alerts(works)] == [45.0]


SILENT = """\
kind: watch
id: silent
name: {th: ขาดการติดต่อ, en: Silent}
when: {sensor: air-station, property: pm25, silence: 3h}
then: [{alert: {severity: info, text: {th: ไม่มีข้อมูล, en: Nothing heard}}}]
enabled: true
"""


def test_silence_comes_due_without_a_reading_and_ends_with_one(works: Context) -> None:
    stage.watch(works, SILENT)
    first, never = stage.stations(works, "a", "never")
    stage.send(works, first, [1.0])
    assert stage.look(works, NOW + HOUR).opened == 0
    assert stage.look(works, NOW + 2 * HOUR).streams == 0, "nothing to look at while nothing is due"
    assert stage.look(works, NOW + 3 * HOUR).opened == 1
    assert stage.look(works, NOW + 5 * HOUR).opened == 1, "the one never heard is silent from when the watch began"
    assert stage.look(works, NOW + 6 * HOUR).streams == 0
    stage.send(works, first, [1.0], start=NOW + 7 * HOUR)
    assert stage.look(works, NOW + 7 * HOUR).ended == 1
    assert never


def test_old_readings_open_nothing_when_a_watch_begins_but_what_holds_does(works: Context) -> None:
    old, held = stage.stations(works, "old", "held")
    stage.send(works, old, [99], start=NOW - 48 * HOUR)
    stage.send(works, held, [99, 99, 99], start=NOW - 2 * HOUR)
    stage.watch(works, stage.DUST.replace("enabled: true", "for: 2h\nenabled: true"))
    assert stage.look(works).opened == 1
    with act_in(works):
        assert Alert.objects.get().held_since == NOW - 2 * HOUR
    stage.send(works, old, [99], start=NOW)
    assert stage.look(works).opened == 0


def test_a_thing_without_the_property_that_is_asked_is_told_and_not_guessed(works: Context) -> None:
    stage.watch(works, stage.DUST.replace("value > 37.5", "value > thing.properties.limit || thing.properties.nope"))
    (stream,) = stage.stations(works, "a")
    stage.send(works, stream, [20])
    assert stage.look(works).opened == 0
    with act_in(works):
        assert "nope" in Watch.objects.get().fault["en"]
    stage.send(works, stream, [50], start=NOW + HOUR)
    assert stage.look(works, NOW + HOUR).opened == 1


MOVING = """\
kind: watch
id: in-flood
name: {th: เข้าเขตน้ำท่วม, en: In the flood}
when: {sensor: air-station, property: pm25, inside: {register: flood-area}}
then: [{alert: {severity: watch, text: {th: เข้าเขต, en: Inside}}}]
enabled: true
"""


def test_inside_an_area_of_a_register_at_the_time_of_the_reading(works: Context) -> None:
    from django.contrib.gis.geos import Polygon

    from nakhon.citydata.registers.models import Record, Register
    from nakhon.citydata.sensors.making import move_thing, point
    from nakhon.citydata.sensors.models import Thing

    with act_in(works):
        register = Register.objects.create(
            key="flood-area", name_th="เขตน้ำท่วม", name_en="Flood areas", body={}, geometry="Polygon", sensitivity="open",
            created_at=NOW, changed_at=NOW,
        )  # fmt: skip
        area = Polygon.from_bbox((101.0, 9.0, 102.0, 10.0))
        area.srid = 4326
        Record.objects.create(register=register, key="1", geometry=area, made_at=NOW, changed_at=NOW)
    stage.watch(works, MOVING)
    (stream,) = stage.stations(works, "bus")
    stage.send(works, stream, [1.0])
    assert stage.look(works).opened == 0
    with act_in(works):
        move_thing(replace(works, now=NOW + HOUR), Thing.objects.get(), point(101.5, 9.5))
    stage.send(works, stream, [1.0], start=NOW + HOUR)
    assert stage.look(works, NOW + HOUR).opened == 1
    with act_in(works):
        move_thing(replace(works, now=NOW + 2 * HOUR), Thing.objects.get(), point(100.5, 9.5))
    stage.send(works, stream, [1.0], start=NOW + 2 * HOUR)
    assert stage.look(works, NOW + 2 * HOUR).ended == 1
