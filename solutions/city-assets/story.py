"""Cameras and lamps are entered, live, fail and are mended; lamps obey; what they save is reckoned and open to everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from nakhon.citydata.registers.errors import RecordInvalid, RegisterClosed
from nakhon.citydata.registers.queries import find_records
from nakhon.citydata.registers.services import add_record
from nakhon.citydata.sensors.applying import follow_register
from nakhon.citydata.sensors.commands import command_acknowledged, command_sent, commands_to_send
from nakhon.citydata.sensors.errors import SensorInputInvalid
from nakhon.citydata.sensors.ingest import Reading, store
from nakhon.citydata.sensors.models import SensorKind
from nakhon.citydata.sensors.queries import command_schedules, commands, series, things, work_list
from nakhon.citydata.sensors.services import add_device, save_command_schedule, send_command
from nakhon.citydata.sensors.tasks import hear_silence
from nakhon.citydata.sensors.types import ThingRow
from nakhon.citydata.watches.live import turn
from nakhon.citydata.watches.queries import alert_list
from nakhon.citydata.watches.services import switch_on_watch
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Forbidden
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.emissions import emission_factor
from nakhon.knowledge.lighting import Lamps, saving, sodium_equivalent, uptime_percent
from nakhon.knowledge.text import Text
from nakhon.solutions.story import Stage

NIGHT = 11.5


def story(stage: Stage) -> None:
    officer, admin, supervisor, everybody = (stage.ctx(*role) for role in (["officer"], ["admin"], ["supervisor"], []))
    stage.install("city-assets")

    # assets are entered by an officer, not by an executive, and not without a place
    lamp = {"watts": 30, "lamp_type": "led", "road": "ซอยบ่อผุด 1"}
    for number in range(4):
        where = {"type": "Point", "coordinates": [100.02 + number / 1000, 9.55]}
        add_record(officer, register="street-lamp", data={"code": f"L-{number}", **lamp}, geometry=where)
        if number < 3:
            add_record(officer, register="camera", data={"code": f"C-{number}", "camera_type": "fixed"}, geometry=where)
    try:
        add_record(officer, register="street-lamp", data={"code": "L-9", **lamp, "watts": 0})
    except RecordInvalid as refused:
        assert {"watts", "geometry"} <= set(refused.fields)
    else:
        raise AssertionError("no lamp of 0 W, and none without a place")
    try:
        add_record(stage.ctx("executive"), register="camera", data={"code": "C-9", "camera_type": "fixed"})
    except (Forbidden, RegisterClosed) as refused:
        assert refused
    else:
        raise AssertionError("an executive looks")

    # everybody finds the lamps of a lane; their health is for the staff
    assert len(find_records(everybody, register="street-lamp", text="บ่อผุด").rows) == 4
    with act_in(admin):
        for kind in ("street-lamp", "camera"):
            follow_register(admin, SensorKind.objects.get(key=kind))
    assert things(everybody) == []
    lamps, cameras = things(officer, kind="street-lamp"), things(officer, kind="camera")
    assert (len(lamps), len(cameras)) == (4, 3)
    assert lamps[0].name.th == "โคมไฟถนน L-0" and lamps[0].lon == 100.02

    # a day's heartbeats: camera C-2 fell silent eight hours ago; ten nights: lamp L-3 was dark in the last two
    for index, camera in enumerate(cameras):
        ago = range(8, 24) if index == 2 else range(24)
        beats = [Reading(_id(camera, "online"), admin.now - timedelta(hours=hours), 1.0) for hours in ago]
        store(replace(admin, now=max(beat.time for beat in beats)), beats)
    for index, one in enumerate(lamps):
        nights = [0.0 if index == 3 and ago < 2 else NIGHT for ago in range(10)]
        store(admin, [
            Reading(_id(one, "lit_hours"), admin.now - timedelta(days=ago, hours=9), hours) for ago, hours in enumerate(nights)
        ])  # fmt: skip
        store(admin, [Reading(_id(one, "power"), admin.now, 0.0)])

    # the work list names the camera; watches tell of both
    with act_in(admin):
        hear_silence(admin)
    work = work_list(officer)
    assert [(row.thing.key, row.reason) for row in work] == [("C-2", "silent")], work
    for watch in ("camera-silent", "lamp-out"):
        switch_on_watch(supervisor, watch=watch, untried_reason="ติดตั้งใหม่ ยังไม่มีข้อมูลย้อนหลัง")
    turn(admin)
    turn(replace(admin, now=admin.now + timedelta(minutes=1)))
    alerts = {alert.watch: alert for alert in alert_list(officer, state="LIVE").rows}
    assert alerts["camera-silent"].thing.th == "กล้องวงจรปิด C-2" and alerts["lamp-out"].thing.th == "โคมไฟถนน L-3"
    assert len(alerts) == 2 and alerts["lamp-out"].unit == "public-works-lighting"

    # the share of the time that the lamps were lit: 2 of 40 nights are missing
    out = Decimal(0)
    for one in lamps:
        stream = one.stream("lit_hours")
        assert stream is not None
        points = series(officer, datastream=stream.number, since=admin.now - timedelta(days=11), until=admin.now).points
        out += sum((Decimal(str(NIGHT)) - Decimal(str(point.result)) for point in points), Decimal(0))
    assert uptime_percent(4 * 10 * NIGHT, out) == Decimal("95.00")

    _mended(stage, admin, officer, lamps[3], cameras[2])
    _obey(admin, officer, supervisor, lamps[0])
    _saved(officer, everybody)


def _mended(stage: Stage, admin: Context, officer: Context, lamp: ThingRow, camera: ThingRow) -> None:
    """Both are mended: the alerts end by themselves."""
    later = replace(admin, now=admin.now + timedelta(hours=15))
    store(later, [Reading(_id(lamp, "lit_hours"), later.now, NIGHT), Reading(_id(camera, "online"), later.now, 1.0)])
    turn(later)
    mended = {alert.watch: alert.state for alert in alert_list(officer).rows if alert.thing.th[-3:] in ("L-3", "C-2")}
    assert mended == {"camera-silent": "ENDED", "lamp-out": "ENDED"}, mended


def _obey(admin: Context, officer: Context, supervisor: Context, lamp: ThingRow) -> None:
    """A lamp with a device takes commands that fit, by hand and by the clock. Whoever carries them looks at the real clock."""
    officer = replace(officer, now=timezone.now())
    device = add_device(admin, thing=lamp.number, slug="lamp-0")
    try:
        send_command(officer, name="light", body={"level": 130}, device="lamp-0")
    except SensorInputInvalid as refused:
        assert set(refused.fields) == {"body.level"}
    else:
        raise AssertionError("there is no level of 130 %")
    sent = send_command(officer, name="light", body={"level": 40}, device="lamp-0")
    (out,) = commands_to_send(admin.tenant.id)
    assert out.as_json() == {"id": sent.number, "command": "light", "body": {"level": 40}}
    command_sent(admin.tenant.id, [out.id])
    assert command_acknowledged(admin.tenant.id, device.pk, sent.number, result={"level": 40})
    assert [row.state for row in commands(officer, device="lamp-0")] == ["ACKNOWLEDGED"]
    evening = [
        {"at": "sunset", "command": "light", "body": {"level": 100}},
        {"at": "23:00", "command": "light", "body": {"level": 60}},
        {"at": "sunrise", "command": "light", "body": {"level": 0}},
    ]
    save_command_schedule(supervisor, key="evening", name=Text("ยามค่ำ", "Evening"), kind="street-lamp", entries=evening)
    (schedule,) = command_schedules(officer)
    assert schedule.enabled and schedule.next_at is not None and len(schedule.entries) == 3


def _saved(officer: Context, everybody: Context) -> None:
    """A year of the city that built it first: 3,801 lamps of 30 W for sodium lamps, by the factor of that year."""
    factor = emission_factor("electricity.grid.scope2", date(2026, 1, 1))
    sodium = sodium_equivalent(30, date(2026, 1, 1))
    assert sodium is not None
    found = saving(
        Lamps(3801, sodium.watts, sodium.ballast_percent), Lamps(3801, 30), hours_per_night=NIGHT, baht_per_kwh=4,
        factor=factor, investment_baht=0,
    )  # fmt: skip
    after = 3801 * 30 / 1000 * NIGHT * 365
    before = 3801 * sodium.watts * (1 + sodium.ballast_percent / 100) / 1000 * NIGHT * 365
    assert abs(float(found.kwh) - (before - after)) < 0.01 and abs(after - 478_641) < 1
    assert (
        factor.id == "electricity.grid.scope2@2026-01-01"
        and abs(float(found.kg_co2e) - 0.475 * (before - after)) < 0.01
    )
    row = {
        "code": "2569-30W", "year": 2569, "watts": 30, "lamps": 3801, "sodium_watts": sodium.watts, "hours_per_night": NIGHT,
        "kwh_before": round(before), "kwh_after": round(after), "kwh_saved": round(before - after), "factor": factor.id,
    }  # fmt: skip
    add_record(officer, register="lighting-energy", data=row)
    (shown,) = find_records(everybody, register="lighting-energy").rows
    assert shown.data["kwh_after"] == 478_641


def _id(thing: ThingRow, code: str) -> int:
    stream = thing.stream(code)
    assert stream is not None
    return stream.id
