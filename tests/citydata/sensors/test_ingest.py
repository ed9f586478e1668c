"""Readings on their way in: stored once, corrected, refused with a reason; the second lock holds for partitions too."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from nakhon.citydata.sensors import ingest
from nakhon.citydata.sensors.ingest import Reading, store
from nakhon.citydata.sensors.models import LatestObservation, Observation, Quality, Rollup
from nakhon.kernel.context import Context
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.sensors import stage

NOW = make.NOW


@pytest.fixture
def air(admin: Context) -> int:
    return int(stage.stream(admin, stage.things(admin, stage.kind(admin))[0]).pk)


def test_a_reading_is_stored_once_however_often_it_comes(admin: Context, air: int) -> None:
    reading = Reading(air, NOW - timedelta(minutes=5), 31.2)
    first, second = store(admin, [reading]), store(admin, [reading, reading])
    assert (first.inserted, first.corrected, first.repeated, first.refused) == (1, 0, 0, [])
    assert (second.inserted, second.corrected, second.repeated) == (0, 0, 2)
    with act_in(admin):
        row = Observation.objects.get(datastream_id=air)
        latest = LatestObservation.objects.get(pk=air)
        assert (row.result, row.revision, row.quality) == (31.2, 0, Quality.GOOD)
        assert (latest.time, latest.result, latest.received_at) == (reading.time, 31.2, NOW)


def test_a_changed_reading_is_a_correction_and_counts_once(admin: Context, air: int) -> None:
    at = NOW - timedelta(minutes=5)
    store(admin, [Reading(air, at, 31.2), Reading(air, at - timedelta(minutes=1), 10.0)])
    done = store(admin, [Reading(air, at, 20.0)])
    assert (done.inserted, done.corrected, done.repeated) == (0, 1, 0)
    with act_in(admin):
        assert Observation.objects.get(phenomenon_time=at).revision == 1
        assert LatestObservation.objects.get(pk=air).result == 20.0
        for row in Rollup.objects.filter(datastream_id=air):
            assert (row.count, row.good, row.sum, row.min, row.max, row.first, row.last) == (2, 2, 30, 10, 20, 10, 20)


def test_a_late_reading_does_not_become_the_latest(admin: Context, air: int) -> None:
    store(admin, [Reading(air, NOW - timedelta(minutes=5), 31.2)])
    assert store(admin, [Reading(air, NOW - timedelta(days=40), 99.0)]).inserted == 1
    with act_in(admin):
        assert LatestObservation.objects.get(pk=air).result == 31.2


def test_of_two_in_one_call_the_later_place_holds(admin: Context, air: int) -> None:
    done = store(admin, [Reading(air, NOW, 1.0), Reading(air, NOW, 2.0)])
    assert (done.inserted, done.repeated) == (1, 1)
    with act_in(admin):
        assert Observation.objects.get(datastream_id=air).result == 2.0


def test_what_is_not_a_number_is_kept_as_it_is(admin: Context, air: int) -> None:
    store(
        admin, [Reading(air, NOW, value={"gate": "เปิด"}, parameters={"firmware": "1.2"}, end=NOW + timedelta(hours=1))]
    )
    with act_in(admin):
        row = Observation.objects.get(datastream_id=air)
        assert (row.result, row.value, row.parameters) == (None, {"gate": "เปิด"}, {"firmware": "1.2"})
        assert row.phenomenon_end == NOW + timedelta(hours=1)
        assert {(r.count, r.good, r.sum) for r in Rollup.objects.all()} == {(1, 0, None)}


def test_a_value_beyond_what_the_instrument_can_mean_is_kept_suspect(admin: Context, air: int) -> None:
    store(admin, [Reading(air, NOW, 1001.0), Reading(air, NOW + timedelta(minutes=1), 1000.0)])
    with act_in(admin):
        assert Observation.objects.get(phenomenon_time=NOW).quality == Quality.SUSPECT
        assert {(r.count, r.good, r.max) for r in Rollup.objects.all()} == {(2, 1, 1000.0)}


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (Reading(10**12, NOW, 1.0), "not known"),
        (Reading(2**70, NOW, 1.0), "not known"),
        (Reading(0, NOW, math.nan), "finite"),
        (Reading(0, NOW, -math.inf), "finite"),
        (Reading(0, NOW), "no value"),
        (Reading(0, NOW + timedelta(minutes=11), 1.0), "10 minutes ahead"),
        (Reading(0, NOW.replace(year=1989), 1.0), "1990"),
        (Reading(0, NOW.replace(tzinfo=None), 1.0), "zone"),
    ],
)
def test_what_cannot_be_taken_is_told_and_the_rest_is_stored(
    admin: Context, air: int, reading: Reading, reason: str
) -> None:
    reading = Reading(reading.datastream or air, reading.time, reading.result)
    done = store(admin, [Reading(air, NOW + timedelta(minutes=9), 1.0), reading])
    assert done.inserted == 1
    [(place, text)] = done.refused
    assert place == 1
    assert reason in text.en
    assert text.th != text.en


def test_a_stream_that_rests_takes_nothing(admin: Context, air: int) -> None:
    from nakhon.citydata.sensors.models import Datastream

    with act_in(admin):
        Datastream.objects.filter(pk=air).update(active=False)
    done = store(admin, [Reading(air, NOW, 1.0)])
    assert done.inserted == 0
    assert "not in use" in done.refused[0][1].en


def test_more_than_a_batch_is_refused_from_there_on(admin: Context, air: int) -> None:
    many = [Reading(air, NOW - timedelta(seconds=i), 1.0) for i in range(ingest.LARGEST_BATCH + 2)]
    done = store(admin, many)
    assert (done.inserted, len(done.refused)) == (ingest.LARGEST_BATCH, 2)


def test_a_neighbour_neither_writes_nor_reads(admin: Context, air: int, yala: Organisation) -> None:
    stranger = make.ctx(yala, "admin")
    done = store(stranger, [Reading(air, NOW, 1.0)])
    assert done.inserted == 0
    assert "not known" in done.refused[0][1].en
    store(admin, [Reading(air, NOW, 1.0)])
    # Even when this process already knows the stream, as one that serves both cities does.
    assert store(stranger, [Reading(air, NOW, 2.0)]).inserted == 0
    with act_in(stranger):
        assert (Observation.objects.count(), Rollup.objects.count(), LatestObservation.objects.count()) == (0, 0, 0)


def test_the_second_lock_holds_on_the_parent_and_nobody_reaches_a_partition(
    admin: Context, air: int, yala: Organisation
) -> None:
    store(admin, [Reading(air, NOW, 1.0)])
    with act_in(make.ctx(yala, "admin")), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM citydata_sensors_observation")
        assert cursor.fetchone() == (0,)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute(
                "INSERT INTO citydata_sensors_observation (tenant_id, datastream_id, phenomenon_time, received_at, quality) "
                "VALUES (%s, %s, %s, %s, 0)",
                [admin.tenant.id, air, NOW, NOW],
            )
    with act_in(admin), connection.cursor() as cursor:
        for statement in (
            "SELECT count(*) FROM citydata_sensors_observation_202604",
            "DELETE FROM citydata_sensors_observation_202604",
            "DROP TABLE citydata_sensors_observation_202604",
        ):
            with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
                cursor.execute(statement)
        cursor.execute(
            "SELECT relrowsecurity, (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid) "
            "FROM pg_class c WHERE relname = 'citydata_sensors_observation_202604'"
        )
        assert cursor.fetchone() == (True, 1)


@pytest.mark.parametrize("month", ["1989-12-01", "2099-01-01"])
def test_a_partition_far_from_now_is_not_made(db: None, month: str) -> None:
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="no partition"), transaction.atomic():
        cursor.execute("SELECT citydata_make_partition(%s::date)", [month])


def test_a_dropped_month_is_made_anew(admin: Context, air: int) -> None:
    long_ago = NOW - timedelta(days=3000)
    store(admin, [Reading(air, long_ago, 1.0)])
    with act_in(admin), connection.cursor() as cursor:
        cursor.execute("SELECT citydata_drop_empty_partitions(%s::date)", [NOW.date() - timedelta(days=60)])
        Observation.objects.filter(datastream_id=air).delete()
        cursor.execute("SELECT citydata_drop_empty_partitions(%s::date)", [NOW.date() - timedelta(days=60)])
        assert cursor.fetchone()[0] >= 1
        with pytest.raises(DatabaseError, match="over for good"), transaction.atomic():
            cursor.execute("SELECT citydata_drop_empty_partitions(now()::date)")
    ingest._months.add(long_ago.year * 12 + long_ago.month - 1)
    assert store(admin, [Reading(air, long_ago, 2.0)]).inserted == 1
