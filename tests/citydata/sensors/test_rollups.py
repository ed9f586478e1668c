"""Roll-ups equal a recount from the rows, whatever comes late, twice, corrected, suspect or is removed, and from how many sides."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nakhon.citydata.sensors.ingest import Reading, store
from nakhon.citydata.sensors.models import Datastream, LatestObservation, Observation, Rollup
from nakhon.citydata.sensors.services import remove_readings
from nakhon.kernel.context import Context
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.dates import in_bangkok
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.sensors import stage

NOW = make.NOW
Row = tuple[int, datetime, float | None, int]


def _bucket(at: datetime, grain: int) -> datetime:
    """By the calendar of Bangkok, in other words than those of the database."""
    local = in_bangkok(at)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    minutes = int((local - midnight) / timedelta(minutes=1)) // grain * grain
    return (midnight + timedelta(minutes=minutes)).astimezone(UTC)


def _recount(rows: Iterable[Row]) -> dict[tuple[int, int, datetime], tuple[Any, ...]]:
    grouped: dict[tuple[int, int, datetime], list[Row]] = defaultdict(list)
    for row in rows:
        for grain in (15, 60, 1440):
            grouped[row[0], grain, _bucket(row[1], grain)].append(row)
    found = {}
    for key, members in grouped.items():
        good = sorted((at, value) for _, at, value, quality in members if quality == 0 and value is not None)
        values = [value for _, value in good]
        found[key] = (
            len(members), len(good), sum(values) if good else None, min(values, default=None), max(values, default=None),
            values[0] if good else None, good[0][0] if good else None, values[-1] if good else None,
            good[-1][0] if good else None,
        )  # fmt: skip
    return found


def _kept() -> dict[tuple[int, int, datetime], tuple[Any, ...]]:
    return {
        (r.datastream_id, r.grain, r.start): (
            r.count, r.good, r.sum, r.min, r.max, r.first, r.first_at, r.last, r.last_at,
        )
        for r in Rollup.objects.all()
    }  # fmt: skip


def _rows() -> list[Row]:
    return list(Observation.objects.values_list("datastream_id", "phenomenon_time", "result", "quality"))


# Quarters of a whole number add up exactly in any order, so that equality may be asked for. Two days, coarse times: many meet.
READINGS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, 200).map(lambda step: NOW - timedelta(minutes=13 * step)),
        st.one_of(st.none(), st.integers(-40, 4400).map(lambda number: number / 4)),
        st.sampled_from([0, 0, 0, 2]),
    ),
    max_size=12,
)
REMOVAL = st.tuples(st.just("remove"), st.integers(0, 1), st.integers(0, 200), st.integers(1, 60))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(READINGS, REMOVAL), min_size=1, max_size=8))
def test_roll_ups_are_exact_after_anything(admin: Context, two: tuple[Datastream, ...], steps: list[Any]) -> None:
    with transaction.atomic():
        for step in steps:
            if isinstance(step, tuple):
                _, which, start, length = step
                until = NOW - timedelta(minutes=13 * start) + timedelta(seconds=1)
                remove_readings(
                    admin,
                    datastream=two[which].number,
                    since=until - timedelta(minutes=13 * length),
                    until=until,
                    reason="x",
                )
            else:
                store(
                    admin,
                    [
                        Reading(two[which].pk, at, value, quality=quality, value="-" if value is None else None)
                        for which, at, value, quality in step
                    ],
                )
        with act_in(admin):
            rows = _rows()
            assert _kept() == _recount(rows)
            for stream in two:
                last = max((row for row in rows if row[0] == stream.pk), key=lambda row: row[1], default=None)
                latest = LatestObservation.objects.get(pk=stream.pk)
                assert (latest.time, latest.result) == ((last[1], last[2]) if last else (None, None))
        transaction.set_rollback(True)


@pytest.fixture
def two(admin: Context) -> tuple[Datastream, ...]:
    made = stage.things(admin, stage.kind(admin), 2)
    return stage.stream(admin, made[0]), stage.stream(admin, made[1])


@pytest.mark.django_db(transaction=True)
def test_many_at_once_neither_lose_nor_double_nor_block_each_other(samui: Organisation) -> None:
    """Threads store overlapping readings of the same streams, some corrected, in different orders."""
    ctx = make.ctx(samui, "admin")
    made = stage.things(ctx, stage.kind(ctx), 6)
    streams = [stage.stream(ctx, thing).pk for thing in made]
    failures: list[BaseException] = []

    def work(mine: int) -> None:
        try:
            for turn in range(12):
                batch = [
                    Reading(
                        stream, NOW - timedelta(minutes=7 * ((turn * 5 + step + mine) % 60)), float(step % (2 + mine))
                    )
                    for stream in (streams if mine % 2 else streams[::-1])
                    for step in range(5)
                ]
                done = store(samui.pk, batch)
                assert not done.refused
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    # The true time lies after NOW, so nothing is refused as coming from the future.
    threads = [threading.Thread(target=work, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with act_in(ctx):
        rows = _rows()
        assert len(rows) == 6 * 60
        assert _kept() == _recount(rows)


@pytest.mark.django_db(transaction=True)
def test_a_correction_waits_for_a_reading_that_is_not_committed_yet(samui: Organisation) -> None:
    """Otherwise it would count the bucket anew without it, and overwrite what the other had added."""
    ctx = make.ctx(samui, "admin")
    air = stage.stream(ctx, stage.things(ctx, stage.kind(ctx))[0]).pk
    # Neither of the two becomes the latest, so that nothing but the lock itself lets one wait for the other.
    store(ctx, [Reading(air, NOW, 1.0), Reading(air, NOW + timedelta(minutes=5), 1.0)])

    def correct() -> None:
        store(samui.pk, [Reading(air, NOW, 2.0)])
        connection.close()

    other = threading.Thread(target=correct)
    with transaction.atomic():
        store(ctx, [Reading(air, NOW + timedelta(minutes=1), 5.0)])
        other.start()
        other.join(1.5)
        assert other.is_alive()
    other.join(30)
    with act_in(ctx):
        assert _kept() == _recount(_rows())
        assert {row.count for row in Rollup.objects.all()} == {3}
