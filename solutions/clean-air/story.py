"""A city measures its air: a station by its record and a station of others by feed, the index that they give, and a warning in time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from nakhon.citydata.registers.services import add_record
from nakhon.citydata.sensors.applying import follow_register
from nakhon.citydata.sensors.devices import resolve_device
from nakhon.citydata.sensors.errors import FeedFailed
from nakhon.citydata.sensors.ingest import Reading, store
from nakhon.citydata.sensors.models import SensorKind
from nakhon.citydata.sensors.pulling import fetch
from nakhon.citydata.sensors.queries import feeds, series, things
from nakhon.citydata.sensors.services import add_device, make_device_key, pull_feed
from nakhon.citydata.watches.live import turn
from nakhon.citydata.watches.queries import alert_list, trial_card, watch_card
from nakhon.citydata.watches.services import switch_on_watch, try_watch
from nakhon.citydata.watches.trials import run_trial
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.air import air_quality, window_mean
from nakhon.solutions.story import Stage

SITE = {
    "code": "NSW-1",
    "name_th": "สวนสาธารณะ",
    "name_en": "City park",
    "surroundings": "general",
    "method": "reference",
}
PLACE = {"type": "Point", "coordinates": [100.128, 15.703]}
FEED = """\
kind: feed
id: air4thai
name: {th: กรมควบคุมมลพิษ Air4Thai, en: "Air4Thai, Pollution Control Department"}
url: http://127.0.0.1:9/services/getNewAQI_JSON.php
sensor: air-station
mapping:
  rows: stations
  thing: stationID
  name_th: nameTH
  lon: long
  lat: lat
  time: [AQILast.date, AQILast.time]
  time_format: "%Y-%m-%d %H:%M"
streams:
  pm25: {field: AQILast.PM25.value}
  o3: {field: AQILast.O3.value, unit: "[ppb]"}
only: [41t]
licence: กรมควบคุมมลพิษ (อ้างที่มาเมื่อเผยแพร่)
"""
# An ordinary day and a night of smoke: 40 hours of PM2.5, the first 16 of them clean.
CLEAN, SMOKE = [18.0] * 16, [52.0] * 24


def story(stage: Stage) -> None:
    officer, admin, supervisor, everybody = (stage.ctx(*role) for role in (["officer"], ["admin"], ["supervisor"], []))
    stage.install("clean-air")

    # the station's record makes the station; its device speaks with a key that was shown once
    add_record(officer, register="air-station", data=SITE, geometry=PLACE)
    with act_in(admin):
        follow_register(admin, SensorKind.objects.get(key="air-station"))
    (station,) = things(everybody, kind="air-station")
    assert (station.name.th, station.lon, station.lat) == ("สวนสาธารณะ", 100.128, 15.703)
    add_device(admin, thing=station.number, slug="nsw-1")
    key = make_device_key(admin, device="nsw-1").key
    assert resolve_device(admin.tenant.slug, "nsw-1", key + "x") is None
    device = resolve_device(admin.tenant.slug, "nsw-1", key)
    assert device is not None
    dust = device.streams["pm25"]

    # forty hours of air; a reading that no instrument can mean is kept and called suspect, and counts in no mean
    start = admin.now.replace(minute=0) - timedelta(hours=len(CLEAN + SMOKE) - 1)
    hours = [Reading(dust.id, start + timedelta(hours=i), value) for i, value in enumerate(CLEAN + SMOKE)]
    assert store(admin, hours).inserted == 40
    assert store(admin, hours).repeated == 40, "the same message twice is one reading"
    store(admin, [Reading(dust.id, start + timedelta(minutes=30), 5000.0)])
    points = series(everybody, datastream=dust.number, since=start, until=admin.now, grain="1h").points
    assert points[0].result == 18.0 and (points[0].count, points[0].good) == (2, 1)

    # the index of the last 24 hours by the table of B.E. 2566: 52 µg/m³ lies between 37.6 and 75, so between 101 and 200
    mean = window_mean([point.result for point in points[-24:]], hours=24, on=date(2026, 4, 10))
    assert mean.value == 52
    index = air_quality({"pm25": mean.value}, date(2026, 4, 10))
    assert index.value == round((200 - 101) / (75.0 - 37.6) * (52 - 37.6) + 101) == 139
    assert (index.main, index.level.rank, index.level.code) == ("pm25", 4, "unhealthy_sensitive")

    # the trial says what the warning would have done; the same rule then warns for real
    trial = try_watch(supervisor, watch="dust-warning", since=start, until=admin.now)
    run_trial(str(admin.tenant.id), str(trial.pk))
    tried = trial_card(supervisor, trial_id=trial.pk)
    assert (tried.fired, tried.firings[0].opened) == (1, _warned(start)), (tried.firings, _warned(start))
    switch_on_watch(supervisor, watch="dust-warning")
    assert watch_card(officer, watch="dust-warning").untried_reason == ""
    turn(admin)
    (alert,) = alert_list(officer, state="LIVE").rows
    assert (alert.watch, alert.severity, alert.thing.th) == ("dust-warning", "warning", "สวนสาธารณะ")
    assert _warned(start) <= alert.opened_at <= admin.now and alert.value is not None and alert.value > 37.5

    # a feed of others is the city's own to add; one that does not answer is told, and changes nothing
    stage.define(FEED)
    try:
        fetch("http://127.0.0.1:9/services/getNewAQI_JSON.php", "", "")
    except FeedFailed:
        pass
    else:
        raise AssertionError("nothing answers there")
    assert pull_feed(officer, feed="air4thai")["status"] == "failed"
    (feed,) = feeds(officer)
    assert feed.failures == 1 and feed.next_at > officer.now
    assert len(things(everybody, kind="air-station")) == 1


def _warned(start: datetime) -> datetime:
    """When the 24-hour mean was above 37.5 for an hour, told apart from the platform: by plain sums over the hours."""
    values = CLEAN + SMOKE
    above = [
        index
        for index in range(len(values))
        if index >= 17
        and sum(values[max(0, index - 23) : index + 1]) / len(values[max(0, index - 23) : index + 1]) > 37.5
    ]
    return start + timedelta(hours=above[0] + 1)
