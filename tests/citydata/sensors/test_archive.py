"""Closed days in files: read through the same call, merged with what comes late, damaged files told."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from nakhon.citydata.sensors import archive, queries
from nakhon.citydata.sensors.errors import ArchiveDamaged
from nakhon.citydata.sensors.ingest import Reading, store
from nakhon.citydata.sensors.models import ArchivedDay, Datastream, Observation
from nakhon.citydata.sensors.services import remove_readings
from nakhon.kernel.context import Context
from nakhon.kernel.models import Work
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.sensors import stage
from tests.citydata.sensors.test_rollups import _kept, _recount

NOW = make.NOW
OLD = NOW - timedelta(days=450)
DAY = date(2025, 1, 15)


@pytest.fixture
def air(admin: Context) -> Datastream:
    return stage.stream(admin, stage.things(admin, stage.kind(admin))[0])


def _fill(admin: Context, air: Datastream) -> list[Reading]:
    """Four days, hourly, across the border that is due."""
    first = OLD - timedelta(hours=30)
    made = [Reading(air.pk, first + timedelta(hours=hour), float(hour)) for hour in range(96)]
    made.append(Reading(air.pk, first + timedelta(minutes=30), value={"state": "ปรับเทียบ"}, parameters={"by": "ช่าง"}))
    assert store(admin, made).inserted == 97
    return made


def _points(admin: Context, air: Datastream) -> list[tuple[object, ...]]:
    found = queries.series(admin, datastream=air.number, since=OLD - timedelta(days=9), until=NOW)
    return [(p.time, p.result, p.quality, p.value) for p in found.points]


def test_old_days_move_and_the_series_stays_the_same(admin: Context, air: Datastream) -> None:
    _fill(admin, air)
    before = _points(admin, air)
    with act_in(admin):
        rollups = _kept()
        assert archive.archive_what_is_due(admin) == 5
        assert archive.archive_what_is_due(admin) == 0
        assert Observation.objects.count() == 0
        assert sum(ArchivedDay.objects.values_list("rows", flat=True)) == 97
        assert _kept() == rollups
    assert _points(admin, air) == before
    limited = queries.series(admin, datastream=air.number, since=OLD - timedelta(days=9), until=NOW, limit=10)
    assert (len(limited.points), limited.more) == (10, True)


def test_young_days_stay(admin: Context, air: Datastream) -> None:
    store(admin, [Reading(air.pk, NOW - timedelta(days=399), 1.0), Reading(air.pk, NOW, 1.0)])
    with act_in(admin):
        assert archive.archive_what_is_due(admin) == 0
        with pytest.raises(ValueError, match="too young"):
            archive.archive_day(admin, NOW.date())
        assert Observation.objects.count() == 2


def test_what_comes_late_wins_and_is_merged(admin: Context, air: Datastream) -> None:
    made = _fill(admin, air)
    with act_in(admin):
        archive.archive_what_is_due(admin)
        paths = dict(ArchivedDay.objects.values_list("day", "path"))
    changed, fresh = made[40], Reading(air.pk, made[41].time + timedelta(minutes=1), 500.0)
    done = store(admin, [Reading(air.pk, changed.time, 777.0), fresh, made[42]])
    assert not done.refused
    seen = {point[0]: point[1] for point in _points(admin, air)}
    assert (seen[changed.time], seen[fresh.time], len(seen)) == (777.0, 500.0, 98)
    with act_in(admin):
        stale = list(ArchivedDay.objects.filter(stale=True).values_list("day", flat=True))
        assert len(stale) == 1
        assert Work.objects.filter(name=archive.MERGE_JOB).count() == 1
        archive.merge_day(admin, stale[0])
        assert not ArchivedDay.objects.filter(stale=True).exists()
        assert Observation.objects.count() == 0
        assert ArchivedDay.objects.get(day=stale[0]).path != paths[stale[0]]
        everything = [
            (air.pk, at, result, quality)
            for at, result, quality, _ in _points(admin, air)  # type: ignore[misc]
        ]
        assert _kept() == _recount(everything)  # type: ignore[arg-type]
    after = {point[0]: point[1] for point in _points(admin, air)}
    assert after == seen


def test_readings_are_removed_from_files_too(admin: Context, air: Datastream) -> None:
    made = _fill(admin, air)
    with act_in(admin):
        archive.archive_what_is_due(admin)
    removed = remove_readings(
        admin, datastream=air.number, since=made[10].time, until=made[20].time, reason="เครื่องวัดเสีย"
    )
    assert removed == 10
    times = {point[0] for point in _points(admin, air)}
    assert len(times) == 87
    assert made[15].time not in times
    with act_in(admin):
        everything = [
            (air.pk, at, result, quality)
            for at, result, quality, _ in _points(admin, air)  # type: ignore[misc]
        ]
        assert _kept() == _recount(everything)  # type: ignore[arg-type]


def test_a_damaged_file_is_told_not_read(admin: Context, air: Datastream) -> None:
    _fill(admin, air)
    with act_in(admin):
        archive.archive_what_is_due(admin)
        row = ArchivedDay.objects.order_by("day").first()
        assert row is not None
        path = Path(default_storage.path(row.path))
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(ArchiveDamaged, match="do not match"):
        _points(admin, air)


def test_a_neighbour_reads_nothing(admin: Context, air: Datastream, yala: Organisation) -> None:
    _fill(admin, air)
    with act_in(admin):
        archive.archive_what_is_due(admin)
    stranger = make.ctx(yala, "admin")
    with act_in(stranger):
        assert ArchivedDay.objects.count() == 0
        assert archive.archive_what_is_due(stranger) == 0


def test_a_kind_may_keep_its_readings_shorter(admin: Context) -> None:
    body = {**stage.AIR, "retention": {"raw": "30d"}}
    stream = stage.stream(admin, stage.things(admin, stage.kind(admin, "short", body))[0])
    store(admin, [Reading(stream.pk, NOW - timedelta(days=age), 1.0) for age in (29, 31)])
    with act_in(admin):
        assert archive.archive_what_is_due(admin) == 1
        assert Observation.objects.count() == 1
