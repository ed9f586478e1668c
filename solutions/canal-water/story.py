"""A canal before and after its works: samples by class, a probe that tells when the oxygen runs low, open to everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from nakhon.citydata.registers.errors import RecordInvalid
from nakhon.citydata.registers.services import add_record
from nakhon.citydata.sensors.applying import follow_register
from nakhon.citydata.sensors.ingest import Reading, store
from nakhon.citydata.sensors.models import SensorKind
from nakhon.citydata.sensors.queries import series, things
from nakhon.citydata.sensors.services import add_thing
from nakhon.citydata.watches.live import turn
from nakhon.citydata.watches.queries import alert_list
from nakhon.citydata.watches.services import end_alert, switch_on_watch
from nakhon.kernel.context import Context
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.dates import BANGKOK
from nakhon.knowledge.text import Text
from nakhon.knowledge.water import surface_class, surface_class_of_set
from nakhon.solutions.story import Stage

WORKS = "2022-07-31"
POINT = {"code": "MK-3", "name_th": "ชุมชนริมคลอง", "name_en": "Canal community", "canal": "คลองแม่ข่า", "stretch": "works"}
PLACE = {"type": "Point", "coordinates": [98.9925, 18.778]}
BEFORE = [
    {"do": 0.6, "bod": 22.0, "ph": 7.0, "nh3_n": 8.1, "no3_n": 0.5},
    {"do": 1.1, "bod": 14.5, "ph": 6.9, "nh3_n": 5.0, "no3_n": 0.9},
    {"do": 0.4, "bod": 25.0, "ph": 7.1, "nh3_n": 9.7, "no3_n": 0.3},
]
AFTER = [
    {"do": 2.6, "bod": 3.2, "ph": 7.2, "nh3_n": 0.4, "no3_n": 1.1},
    {"do": 3.4, "bod": 2.8, "ph": 7.3, "nh3_n": 0.3, "no3_n": 1.4},
    {"do": 3.9, "bod": 2.4, "ph": 7.4, "nh3_n": 0.3, "no3_n": 1.2},
]


def story(stage: Stage) -> None:
    officer, admin, supervisor, everybody = (stage.ctx(*role) for role in (["officer"], ["admin"], ["supervisor"], []))
    stage.install("canal-water")

    # a point without its canal is refused, with the field's name; a whole one becomes a place where samples belong
    try:
        add_record(officer, register="canal-point", data={"code": "MK-3", "name_th": "x"}, geometry=PLACE)
    except RecordInvalid as refused:
        assert set(refused.fields) == {"canal"}
    else:
        raise AssertionError("a point belongs to a canal")
    add_record(officer, register="canal-point", data={**POINT, "works_done_on": WORKS}, geometry=PLACE)
    with act_in(admin):
        follow_register(admin, SensorKind.objects.get(key="canal-sample"))
    (point,) = things(everybody, kind="canal-sample")

    # the laboratory's results of the years, and what class they make of the water
    days = [datetime(2021 + i // 2, 2 + 6 * (i % 2), 10, 10, tzinfo=BANGKOK) for i in range(3)]
    days += [datetime(2023 + i // 2, 2 + 6 * (i % 2), 10, 10, tzinfo=BANGKOK) for i in range(3)]
    ids = {stream.code: stream.id for stream in point.streams}
    readings = [
        Reading(ids[code], day, value)
        for day, sample in zip(days, BEFORE + AFTER, strict=True)
        for code, value in sample.items()
    ]
    assert store(admin, readings).inserted == 30
    before, after = _samples(everybody, until=date(2022, 7, 31)), _samples(everybody, since=date(2022, 7, 31))
    assert (before, after) == (BEFORE, AFTER)
    assert (
        surface_class_of_set(before, date(2022, 7, 31)).value,
        surface_class_of_set(after, date(2026, 4, 10)).value,
    ) == (5, 4)
    assert "do" in surface_class(before[0], date(2021, 2, 10)).deciding
    assert all(2 <= sample["do"] <= 4 for sample in after), "what the first city reported"

    # a probe is added by hand; at night its oxygen falls under 2 mg/L, for more than three hours
    switch_on_watch(supervisor, watch="low-oxygen", untried_reason="เพิ่งติดตั้งหัววัด ยังไม่มีข้อมูลย้อนหลัง")
    probe = add_thing(admin, kind="canal-probe", key="P1", name=Text("หัววัด", "Probe"), lon=98.9925, lat=18.778)
    stream = next(row for row in things(everybody, kind="canal-probe") if row.number == probe.number).stream("do")
    assert stream is not None
    start = admin.now - timedelta(hours=12)
    _send(admin, stream.id, start - timedelta(hours=1), [3.0])
    night = [2.9, 2.4, 2.1, 1.9, 1.8, 1.7]
    _send(admin, stream.id, start, night)
    assert alert_list(officer, state="LIVE").rows == (), "two hours below are not yet three"
    _send(admin, stream.id, start + timedelta(hours=6), [1.8])
    (alert,) = alert_list(officer, state="LIVE").rows
    assert (alert.watch, alert.severity, alert.unit, alert.value) == (
        "low-oxygen",
        "warning",
        "public-works-drainage",
        1.8,
    )
    assert alert.held_since == start + timedelta(hours=3)

    # by noon it is well again, and the alert is over; ending by hand what has ended is refused
    _send(admin, stream.id, start + timedelta(hours=7), [2.1, 2.3, 2.6, 2.9])
    (alert,) = alert_list(officer).rows
    assert alert.state == "ENDED" and alert.ended_at is not None
    try:
        end_alert(officer, number=alert.number, note="เปิดเครื่องเติมอากาศ")
    except Exception as refused:
        assert type(refused).__name__ == "AlertClosed"
    else:
        raise AssertionError("an alert ends once")


def _send(ctx: Context, stream: int, start: datetime, values: list[float]) -> None:
    """A reading an hour, and the watches' turn after the last of them."""
    rows = [Reading(stream, start + timedelta(hours=i), value) for i, value in enumerate(values)]
    then = replace(ctx, now=rows[-1].time + timedelta(seconds=30))
    store(then, rows)
    turn(then)


def _samples(ctx: Context, since: date = date(2020, 1, 1), until: date = date(2026, 1, 1)) -> list[dict[str, float]]:
    """The samples of the one point, as everybody can read them."""
    (point,) = things(ctx, kind="canal-sample")
    found: dict[datetime, dict[str, float]] = {}
    for stream in point.streams:
        first, last = (datetime(day.year, day.month, day.day, tzinfo=BANGKOK) for day in (since, until))
        for one in series(ctx, datastream=stream.number, since=first, until=last).points:
            assert one.result is not None
            found.setdefault(one.time, {})[stream.code] = one.result
    order = list(BEFORE[0])
    return [{code: sample[code] for code in order if code in sample} for _, sample in sorted(found.items())]
