"""Definitions of the kinds sensor and feed: made true, changed, withdrawn without losing a reading, and refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from nakhon.citydata.sensors import queries, tasks
from nakhon.citydata.sensors.ingest import Reading, forget_streams, store
from nakhon.citydata.sensors.making import ThingSpec, make_things
from nakhon.citydata.sensors.models import Datastream, Observation, SensorKind, Thing
from nakhon.kernel.definitions.faults import FaultyDefinitions
from nakhon.kernel.models import Work, WorkStatus
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.text import Text
from nakhon.people.models import Organisation
from tests import make
from tests.solutions.stage import City, documents

KIND = """\
kind: sensor
id: air
name: {th: สถานีวัดอากาศ, en: Air station}
streams:
  pm25: {name: {th: ฝุ่น PM2.5, en: PM2.5}, unit: ug/m3, valid: {min: 0, max: 1000}, every: 1h}
  noise: {name: {th: เสียง, en: Noise}}
"""


@pytest.fixture
def city(samui: Organisation) -> City:
    found = City(samui)
    found.define(KIND)
    with act_in(found.ctx("admin")):
        make_things(found.ctx("admin"), SensorKind.objects.get(), [ThingSpec("a", Text("ก", "a"))])
    return found


def _streams(city: City) -> dict[str, bool]:
    with act_in(city.ctx("admin")):
        return dict(Datastream.objects.order_by("code").values_list("code", "active"))


def test_streams_follow_the_definition_and_none_is_lost(city: City) -> None:
    ctx = city.ctx("admin")
    before = queries.things(ctx)[0].stream("pm25")
    assert before is not None
    store(ctx, [Reading(before.id, make.NOW, 31.2)])
    city.define(
        KIND.replace("  noise: {name: {th: เสียง, en: Noise}}\n", "  co: {name: {th: คาร์บอนมอนอกไซด์, en: CO}}\n")
    )
    assert _streams(city) == {"co": True, "noise": False, "pm25": True}
    city.define(KIND.replace("max: 1000", "max: 30"))
    assert _streams(city) == {"co": False, "noise": True, "pm25": True}
    after = queries.things(ctx)[0].stream("pm25")
    assert after is not None and (after.id, after.number, after.result) == (before.id, before.number, 31.2)
    store(ctx, [Reading(before.id, make.NOW - timedelta(minutes=1), 31.0)])
    with act_in(ctx):
        assert Observation.objects.get(result=31.0).quality == 1


def test_a_withdrawn_kind_keeps_its_readings_and_comes_back(city: City) -> None:
    ctx = city.ctx("admin")
    stream = queries.things(ctx)[0].stream("pm25")
    assert stream is not None
    store(ctx, [Reading(stream.id, make.NOW, 31.2)])
    from nakhon.citydata.sensors.applying import remove_sensor, sensor_holds

    with act_in(ctx):
        held = sensor_holds(ctx, "air")
        assert held is not None and "1 thing(s)" in held.en
        remove_sensor(ctx, "air")
        assert Observation.objects.count() == 1
    assert store(ctx, [Reading(stream.id, make.NOW + timedelta(minutes=1), 1.0)]).inserted == 0
    found = queries.series(ctx, datastream=stream.number, since=make.NOW, until=make.NOW + timedelta(hours=1))
    assert [point.result for point in found.points] == [31.2]
    city.define(KIND.replace("วัดอากาศ", "วัดอากาศใหม่"))
    forget_streams()
    assert store(ctx, [Reading(stream.id, make.NOW + timedelta(minutes=1), 1.0)]).inserted == 1


def test_another_city_has_nothing_of_it(city: City, yala: Organisation) -> None:
    with act_in(make.ctx(yala, "admin")):
        assert (SensorKind.objects.count(), Thing.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("unit: ug/m3", "unit: furlong", "furlong"),
        ("unit: ug/m3", "unit: µg/m³", "ug/m3"),
        ("every: 1h", "every: hourly", "15m"),
        ("min: 0, max: 1000", "min: 9, max: 9", "not below"),
        ("  noise:", "  unit:", "reserved"),
        ("id: air\n", "id: air\naccess: {see: [mayor]}\n", "no role"),
        ("id: air\n", "id: air\nretention: {raw: 1d}\n", "too short"),
        ("id: air\n", "id: air\ncommands: {go: {schema: {type: thing}}}\n", "JSON Schema"),
        ("id: air\n", "id: air\ncommands: {go: {schema: {$ref: 'http://x/y'}}}\n", "$ref"),
        ("en: Noise", "fr: Bruit", "fr"),
    ],
)
def test_a_wrong_definition_is_refused_with_what_to_write(wrong: str, right: str, told: str) -> None:
    text = KIND.replace(wrong, right)
    assert text != KIND
    with pytest.raises(FaultyDefinitions) as caught:
        documents(text)
    shown = " ".join(f"{fault.message.en} {fault.remedy.en}" for fault in caught.value.faults)
    assert told in shown
    documents(KIND)


FEED = """\
kind: feed
id: source
name: {th: แหล่ง, en: Source}
url: https://example.go.th/data.json
sensor: air
mapping: {thing: id, time: [at]}
streams: {pm25: {field: pm25}}
licence: ทดสอบ
"""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("https://example.go.th/data.json", "file:///etc/passwd"), ("https://example", "https://me:secret@example"),
     ("licence: ทดสอบ", "every: 5s\nlicence: ทดสอบ"), ("licence: ทดสอบ\n", "")],
)  # fmt: skip
def test_a_wrong_feed_is_refused(wrong: str, right: str) -> None:
    with pytest.raises(FaultyDefinitions):
        documents(FEED.replace(wrong, right))
    documents(FEED)


LAMPS = """\
kind: register
id: street-lamp
name: {th: โคมไฟถนน, en: Street lamps}
geometry: Point
key: code
title: code
record:
  type: object
  required: [code]
  properties: {code: {type: string, title: Code, th: รหัส}}
access: {see: [public], edit: [officer], approve: [supervisor]}
"""
LAMP_KIND = """\
kind: sensor
id: lamp
name: {th: โคมไฟอัจฉริยะ, en: Smart lamp}
streams: {power: {name: {th: กำลังไฟ, en: Power}, unit: W}}
things: {register: street-lamp}
"""


@pytest.mark.django_db(transaction=True)
def test_each_record_of_a_register_is_a_thing_and_stays_one(samui: Organisation) -> None:
    from nakhon.citydata.registers.services import add_record, edit_record, retire_record

    now = timezone.now() - timedelta(minutes=2)
    city, officer = City(samui), make.ctx(samui, "officer", now=now)
    with pytest.raises(FaultyDefinitions):
        city.define(LAMP_KIND)
    city.define(LAMPS)
    place = {"type": "Point", "coordinates": [100.06, 9.53]}
    first = add_record(officer, register="street-lamp", data={"code": "L-1"}, geometry=place)
    city.define(LAMP_KIND)
    [thing] = queries.things(city.ctx(), kind="lamp")
    assert (thing.key, thing.record, thing.lon) == ("L-1", first.id, 100.06)
    add_record(officer, register="street-lamp", data={"code": "L-2"}, geometry=place)
    moved = {"type": "Point", "coordinates": [100.07, 9.54]}
    edit_record(
        officer, register="street-lamp", record=first.id, revision=first.revision, data={"code": "L-1"}, geometry=moved
    )
    make.run_worker()
    with act_in(city.ctx("admin")):
        # Two changes within a minute are followed together, at the beginning of the next (of two, if it turns in between).
        assert 1 <= Work.objects.filter(name=tasks.FOLLOW_JOB, status=WorkStatus.PENDING).count() <= 2
        tasks.follow(city.ctx("admin"), register="street-lamp")
    rows = queries.things(city.ctx(), kind="lamp")
    assert [(row.key, row.lon) for row in rows] == [("L-1", 100.07), ("L-2", 100.06)]
    assert [place.lon for place in queries.thing(city.ctx(), number=rows[0].number).places] == [100.07, 100.06]
    later = make.ctx(samui, "officer", now=now + timedelta(seconds=61))
    assert rows[1].record is not None
    retire_record(later, register="street-lamp", record=rows[1].record, revision=1, reason="ชำรุด")
    with act_in(city.ctx("admin")):
        tasks.follow(city.ctx("admin"), register="street-lamp")
    assert [row.key for row in queries.things(city.ctx(), kind="lamp")] == ["L-1"]
    assert [row.key for row in queries.things(city.ctx(), kind="lamp", retired=True)] == ["L-1", "L-2"]
