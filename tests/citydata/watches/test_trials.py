"""Trials: what a watch would have done, as the live work does it; real series against figures reckoned another way."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from nakhon.citydata.sensors.archive import archive_day
from nakhon.citydata.sensors.ingest import Reading, store
from nakhon.citydata.watches import queries, services, trials
from nakhon.citydata.watches.errors import TrialNotFound, TrialTooLong, WatchNotFound
from nakhon.citydata.watches.models import Alert, Trial, Watch, WatchState
from nakhon.citydata.watches.types import TrialRow
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Forbidden
from nakhon.kernel.models import Event
from nakhon.kernel.tasks import system_context
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.watches import stage
from tests.make import NOW

HOUR = timedelta(hours=1)
BANGKOK = ZoneInfo("Asia/Bangkok")
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "air_weather" / "air4thai_35t_hourly.csv.gz"

DAY_MEAN = """\
kind: watch
id: dust-day
name: {th: เตือนฝุ่นรายวัน, en: Daily dust}
when: {sensor: air-station, property: pm25, average: 24h, condition: "value > 37.5"}
for: 1h
clear: {condition: "value < 35", for: 2h}
then: [{alert: {severity: critical, text: {th: ฝุ่นเฉลี่ยเกิน, en: Mean above}}}]
"""


@pytest.fixture
def works(samui: Organisation) -> Context:
    return system_context(samui.tenant, "watches", NOW)


@pytest.fixture
def officer(samui: Organisation) -> Context:
    return make.ctx(samui, "officer")


def _run(ctx: Context, key: str, since: datetime, until: datetime) -> TrialRow:
    """Ask as an officer would, run as the worker does, and look at what is shown."""
    at = replace(ctx, now=max(ctx.now, until))
    trial = services.try_watch(at, watch=key, since=since, until=until)
    assert queries.trial_card(at, trial_id=trial.pk).state == "WAITING"
    trials.run_trial(str(ctx.tenant.id), str(trial.pk))
    return queries.trial_card(at, trial_id=trial.pk)


def test_how_often_for_how_long_and_where(works: Context, officer: Context) -> None:
    stage.watch(works, stage.DUST.replace("enabled: true", "enabled: false"))
    first, second, _calm = stage.stations(works, "a", "b", "calm")
    start = NOW - 20 * HOUR
    stage.send(works, first, [38, 38, 30, 40, 40, 40, 30, 30, 30, 50], start=start)
    stage.send(works, second, [30, 90, 30], start=start)
    found = _run(officer, "dust", start, NOW)
    assert (found.state, found.progress, found.streams, found.readings) == ("DONE", 1.0, 3, 13)
    assert (found.fired, found.things_fired, found.left_out) == (4, 2, 0)
    lasted = [2, 3, 11, 1]
    assert found.seconds == sum(lasted) * 3600
    assert found.longest is not None and found.longest.seconds == 11 * 3600 and found.longest.ended is None
    assert [(thing.name.en, thing.fired, thing.longest_seconds / 3600) for thing in found.things] == [
        ("Station a", 3, 11), ("Station b", 1, 1),
    ]  # fmt: skip
    assert [(one.thing.en, (one.opened - start) / HOUR) for one in found.firings] == [
        ("Station a", 0), ("Station b", 1), ("Station a", 3), ("Station a", 9),
    ]  # fmt: skip
    with act_in(works):
        assert not Alert.objects.exists() and not WatchState.objects.exists(), "a trial alerts nobody"
        assert Event.objects.filter(name="citydata.TrialFinished").count() == 1


def test_what_held_before_the_time_of_the_trial_counts_from_its_beginning(works: Context, officer: Context) -> None:
    stage.watch(works, stage.DUST.replace("enabled: true", "for: 2h\nenabled: false"))
    (stream,) = stage.stations(works, "a")
    stage.send(works, stream, [40] * 10, start=NOW - 10 * HOUR)
    found = _run(officer, "dust", NOW - 5 * HOUR, NOW)
    assert (found.fired, found.seconds / 3600) == (1, 5.0)
    assert found.firings[0].opened == NOW - 5 * HOUR


def test_a_trial_finds_what_the_live_work_does(works: Context, officer: Context) -> None:
    stage.watch(works, DAY_MEAN + "enabled: true\n")
    (stream,) = stage.stations(works, "a")
    values = [20.0 + (hour * 37 % 41) if (hour // 40) % 2 else 12.0 for hour in range(120)]
    for hour, value in enumerate(values):
        stage.send(works, stream, [value], start=NOW + hour * HOUR)
        if hour % 5 == 4:
            stage.look(works, NOW + hour * HOUR)
    found = _run(officer, "dust-day", NOW, NOW + 119 * HOUR + timedelta(seconds=1))
    with act_in(works):
        live = [(a.noticed_at, a.cleared_at) for a in Alert.objects.order_by("number")]
    assert live and [(one.opened, one.ended) for one in found.firings] == live


def test_a_trial_that_was_interrupted_begins_again_and_ends_the_same(
    works: Context, officer: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.watch(works, stage.DUST.replace("enabled: true", "enabled: false"))
    for stream in stage.stations(works, "a", "b"):
        stage.send(works, stream, [38, 30])
    at = replace(officer, now=NOW + 3 * HOUR)
    trial = services.try_watch(at, watch="dust", since=NOW)
    real = trials.samples_between

    def dies(*given: object) -> Iterator[object]:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(trials, "samples_between", dies)
    with pytest.raises(RuntimeError):
        trials.run_trial(str(works.tenant.id), str(trial.pk))
    broken = queries.trial_card(at, trial_id=trial.pk)
    assert broken.state == "FAILED" and broken.fault is not None
    monkeypatch.setattr(trials, "samples_between", real)
    for _ in range(2):
        trials.run_trial(str(works.tenant.id), str(trial.pk))
    good = queries.trial_card(at, trial_id=trial.pk)
    assert (good.state, good.fault, good.fired) == ("DONE", None, 2)
    with act_in(works):
        assert Event.objects.filter(name="citydata.TrialFinished").count() == 1


def test_a_trial_of_a_rule_that_changed_meanwhile_does_not_count(works: Context, officer: Context) -> None:
    off = stage.DUST.replace("enabled: true", "enabled: false")
    stage.watch(works, off)
    trial = services.try_watch(officer, watch="dust", since=NOW - HOUR)
    stage.watch(works, off.replace("37.5", "50"))
    trials.run_trial(str(works.tenant.id), str(trial.pk))
    assert queries.trial_card(officer, trial_id=trial.pk).state == "FAILED"
    assert queries.watch_card(officer, watch="dust").tried is False


def test_refusals(works: Context, officer: Context, samui: Organisation, yala: Organisation) -> None:
    stage.watch(works, stage.DUST.replace("enabled: true", "enabled: false"))
    with pytest.raises(WatchNotFound):
        services.try_watch(officer, watch="nope", since=NOW - HOUR)
    with pytest.raises(WatchNotFound):
        services.try_watch(make.ctx(yala, "officer"), watch="dust", since=NOW - HOUR)
    for since in (NOW, NOW + HOUR, NOW - timedelta(days=2000)):
        with pytest.raises(TrialTooLong):
            services.try_watch(officer, watch="dust", since=since)
    with pytest.raises(Forbidden):
        services.try_watch(make.ctx(samui, "executive"), watch="dust", since=NOW - HOUR)
    for _ in range(3):
        trial = services.try_watch(officer, watch="dust", since=NOW - HOUR)
    with pytest.raises(Conflict):
        services.try_watch(officer, watch="dust", since=NOW - HOUR)
    with pytest.raises(TrialNotFound):
        queries.trial_card(make.ctx(yala, "officer"), trial_id=trial.pk)
    assert len(queries.trial_list(officer, watch="dust")) == 3
    with act_in(works):
        assert Trial.objects.count() == 3


def _series() -> list[tuple[datetime, float]]:
    """PM2.5 of station 35t, Chiang Mai: an hour of the file is an hour of Bangkok."""
    if not SHARED.exists():
        pytest.skip("the series of the Pollution Control Department is not beside this repository")
    with gzip.open(SHARED, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    times = [(datetime.fromisoformat(row["DATETIMEDATA"]).replace(tzinfo=BANGKOK), row["PM25"]) for row in rows]
    return [(time, float(value)) for time, value in times if value]


def _by_hand(series: list[tuple[datetime, float]], limit: float, calm: float) -> list[tuple[datetime, datetime | None]]:
    """The same watch with lists and comparisons only: the mean of 24 h with 18 readings or more, held for an hour."""
    known: list[tuple[datetime, float]] = []
    for at, _ in series:
        window = [value for time, value in series if at - 24 * HOUR < time <= at]
        if len(window) >= 18:
            known.append((at, sum(window) / len(window)))
    firings: list[tuple[datetime, datetime | None]] = []
    held: datetime | None = None
    out: datetime | None = None
    last: datetime | None = None
    is_open = False
    for at, mean in known:
        gap = last is not None and at - last > 3 * HOUR
        last = at
        if is_open:
            out = (at if out is None or gap else out) if mean < calm else None
            if out is not None and at - out >= 2 * HOUR:
                firings[-1], is_open, held, out = (firings[-1][0], at), False, None, None
        else:
            held = (at if held is None or gap else held) if mean > limit else None
            if held is not None and at - held >= HOUR:
                firings.append((at, None))
                is_open = True
    return firings


@pytest.mark.parametrize(("limit", "calm"), [(37.5, 35), (25, 20), (15, 15)])
def test_a_real_season_of_dust_in_chiang_mai(works: Context, officer: Context, limit: float, calm: float) -> None:
    series = _series()
    yaml = DAY_MEAN.replace("37.5", str(limit)).replace("value < 35", f"value < {calm}")
    stage.watch(works, yaml)
    (stream,) = stage.stations(works, "35t")
    stored = store(works, [Reading(stream, time, value) for time, value in series])
    assert (stored.inserted, stored.refused) == (len(series), [])
    begin, end = series[0][0], series[-1][0] + timedelta(seconds=1)
    found = _run(officer, "dust-day", begin, end)
    expected = _by_hand(series, limit, calm)
    assert len(series) > 900 and found.readings == len(series)
    assert [(one.opened, one.ended) for one in found.firings] == expected
    lasted = [((ended or end) - opened).total_seconds() for opened, ended in expected]
    assert found.fired == len(expected) and found.seconds == pytest.approx(sum(lasted))
    assert (found.longest.seconds if found.longest else 0) == pytest.approx(max(lasted, default=0))
    if limit == 15:
        assert expected, "a season in Chiang Mai has days above 15"


def test_the_trial_is_of_the_version_that_is_switched_on(works: Context, officer: Context, samui: Organisation) -> None:
    stage.watch(works, stage.DUST.replace("enabled: true", "enabled: false"))
    _run(officer, "dust", NOW - HOUR, NOW)
    services.switch_on_watch(make.ctx(samui, "supervisor"), watch="dust")
    with act_in(works):
        assert Watch.objects.get().untried == ""


def test_days_that_were_archived_are_tried_like_the_others(works: Context, officer: Context) -> None:
    stage.watch(works, DAY_MEAN)
    (stream,) = stage.stations(works, "a")
    start = (NOW - timedelta(days=90)).replace(minute=0)
    stage.send(works, stream, [20.0 + (hour * 37 % 61) for hour in range(120)], start=start)
    before = _run(officer, "dust-day", start, NOW)
    with act_in(works):
        for days in range(1, 4):
            assert archive_day(works, (start + timedelta(days=days)).date()) is not None
    after = _run(officer, "dust-day", start, NOW)
    assert before.fired > 0 and after.readings == before.readings == 120
    assert after.firings == before.firings
