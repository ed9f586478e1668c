"""A gauge is entered with its levels, a real autumn is replayed before the watch is switched on, and a rising canal warns in time.

The levels are those of a canal in Rangsit in 2564 (2021), with the flags that the municipality showed: see ``demo/README.md``.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from nakhon.citydata.registers.services import add_record, edit_record
from nakhon.citydata.sensors.applying import follow_register
from nakhon.citydata.sensors.ingest import Reading, store
from nakhon.citydata.sensors.models import SensorKind
from nakhon.citydata.sensors.queries import thing, things
from nakhon.citydata.watches.errors import TrialNeeded
from nakhon.citydata.watches.live import turn
from nakhon.citydata.watches.queries import alert_list, trial_card
from nakhon.citydata.watches.services import acknowledge_alert, switch_on_watch, try_watch
from nakhon.citydata.watches.trials import run_trial
from nakhon.citydata.watches.types import TrialRow
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Forbidden
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.water import river_level
from nakhon.solutions.story import Stage

REAL = Path(__file__).parent / "demo" / "rangsit-canal-level-2564.csv"
GAUGE = {"code": "RS-1", "name_th": "คลองรังสิต", "name_en": "Rangsit canal", "datum": "ไม้วัดระดับ", "warning": 1.32}


def real_levels() -> list[tuple[datetime, float, str]]:
    """Time, level in metres and flag, by time."""
    with REAL.open(encoding="utf-8") as file:
        rows = [
            (datetime.fromisoformat(row["record_time"]), int(row["water_level_cm"]) / 100, row["status"])
            for row in csv.DictReader(file)
        ]
    return sorted(rows)


def story(stage: Stage) -> None:
    officer, admin, supervisor = stage.ctx("officer"), stage.ctx("admin"), stage.ctx("supervisor")
    stage.install("flood-watch")
    real = real_levels()
    assert len(real) == 45 and {flag for _, _, flag in real} == {"green", "yellow"}

    # an officer enters the gauge; everybody finds it as a station, and what its record says of the levels
    record = add_record(officer, register="level-station", data=GAUGE, geometry=None)
    _follow(admin)
    (station,) = things(stage.ctx(), kind="water-level")
    assert (
        station.name.en == "Rangsit canal" and thing(stage.ctx(), number=station.number).properties["warning"] == 1.32
    )
    level = station.stream("level")
    assert level is not None

    # the real autumn comes in; the watch does not go on unseen: it is tried first
    assert store(admin, [Reading(level.id, at, metres) for at, metres, _ in real]).inserted == 45
    try:
        switch_on_watch(supervisor, watch="level-warning")
    except TrialNeeded:
        pass
    else:
        raise AssertionError("a watch must not go on without a trial")
    found = _try(officer, "level-warning", real)
    assert (found.state, found.readings, found.unanswered) == ("DONE", 45, 0)
    begun = [one.opened for one in found.firings]
    assert begun == _episodes(real), (begun, _episodes(real))
    inside = [(one.opened, one.ended or real[-1][0]) for one in found.firings]
    flagged = [at for at, _, flag in real if flag == "yellow"]
    assert all(any(begin <= at <= end for begin, end in inside) for at in flagged)
    assert all(begin in flagged for begin, _ in inside)

    # the station knows no critical level: that watch answers no, it does not break
    assert _try(officer, "level-critical", real).fired == 0

    # switched on, it warns of today's flood; the officer takes it over; the public works no alerts
    switch_on_watch(supervisor, watch="level-warning")
    switch_on_watch(supervisor, watch="level-rising", untried_reason="ทดลองแล้วกับข้อมูลของเมืองอื่น")
    turn(replace(admin, now=admin.now - timedelta(hours=5)))
    assert alert_list(officer).rows == (), "the flood of 2564 is over"
    start = admin.now - timedelta(hours=4)
    rising = [1.00, 1.05, 1.10, 1.15, 1.20, 1.28, 1.40, 1.60, 1.75]
    _come_in(admin, level.id, start, rising)
    alerts = {alert.watch: alert for alert in alert_list(officer, state="LIVE").rows}
    assert set(alerts) == {"level-warning", "level-rising"}, alerts
    warning = alerts["level-warning"]
    assert (warning.value, warning.opened_at > start, warning.thing.th) == (1.40, True, "คลองรังสิต"), warning
    assert alerts["level-rising"].value is not None and alerts["level-rising"].value > 0.3
    acknowledge_alert(officer, number=warning.number, note="ส่งเวรออกตรวจแล้ว")
    try:
        acknowledge_alert(stage.ctx(), number=warning.number)
    except Forbidden as refused:
        assert refused
    else:
        raise AssertionError("the public does not work on alerts")

    # the water falls: the alert ends by itself when it is a hand's breadth below
    falling = [1.30, 1.21, 1.15, 1.10, 1.05, 1.00, 1.00]
    _come_in(admin, level.id, start + timedelta(minutes=135), falling)
    assert alert_list(officer, state="LIVE").rows == (), alert_list(officer, state="LIVE").rows

    # with bed and bank on its record, the station's page tells how full the canal is
    edit_record(
        officer,
        register="level-station",
        record=record.id,
        revision=record.revision,
        data={**GAUGE, "bed": 0.0, "bank": 2.0, "critical": 1.8},
    )
    _follow(admin)
    told = thing(stage.ctx(), number=station.number).properties
    full = river_level(
        1.0,
        bed=told["bed"],
        bank=told["bank"],
        warning=told["warning"],
        critical=told["critical"],
        on=date(2026, 4, 10),
    )
    assert full.percent == 50 and full.band.code == "normal"


def _come_in(ctx: Context, stream: int, start: datetime, levels: list[float]) -> None:
    """Readings of every quarter of an hour, and the watches' turn after the last of them."""
    rows = [Reading(stream, start + timedelta(minutes=15 * i), metres) for i, metres in enumerate(levels)]
    then = replace(ctx, now=rows[-1].time + timedelta(seconds=30))
    store(then, rows)
    turn(then)


def _follow(ctx: Context) -> None:
    """What the worker does when a record was added or changed."""
    with act_in(ctx):
        follow_register(ctx, SensorKind.objects.get(key="water-level"))


def _try(ctx: Context, watch: str, real: list[tuple[datetime, float, str]]) -> TrialRow:
    trial = try_watch(ctx, watch=watch, since=real[0][0], until=real[-1][0] + timedelta(hours=1))
    run_trial(str(ctx.tenant.id), str(trial.pk))
    return trial_card(ctx, trial_id=trial.pk)


def _episodes(real: list[tuple[datetime, float, str]]) -> list[datetime]:
    """When warnings begin, told apart from the platform: at 1.32 m and over, until it was under 1.22 m."""
    begun: list[datetime] = []
    high = False
    for at, metres, _ in real:
        if not high and metres >= 1.32:
            begun.append(at)
            high = True
        elif high and metres < 1.32 - 0.1:
            high = False
    return begun
