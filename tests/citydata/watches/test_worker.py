"""The real worker: it looks within seconds of new readings, and what a killed one missed is made good."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from nakhon.citydata.watches.models import Alert
from nakhon.citydata.watches.tasks import watch_round
from nakhon.kernel.context import Context
from nakhon.kernel.tasks import system_context
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.watches import stage

HOUR = timedelta(hours=1)


@pytest.fixture
def works(transactional_db: None) -> Context:
    city: Organisation = make.city("samui", "เทศบาลนครเกาะสมุย", "Koh Samui City Municipality")
    return system_context(city.tenant, "watches")


def _alerts(ctx: Context) -> list[tuple[str, str]]:
    with act_in(ctx):
        return list(Alert.objects.order_by("number").values_list("thing_en", "state"))


def _listening() -> bool:
    # Only the owner sees what others ask.
    with psycopg.connect(_url()) as owner:
        found = owner.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN nakhon_live'"
        ).fetchone()
        return bool(found and found[0])


def _url() -> str:
    base, _, _ = os.environ["DATABASE_URL"].partition("?")
    return base.rsplit("/", 1)[0] + "/" + str(connection.settings_dict["NAME"])


def _within(seconds: float, so: Callable[[], bool]) -> float:
    """How long it took until it was so."""
    started = time.monotonic()
    while not so():
        assert time.monotonic() - started < seconds, f"not so within {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - started


@contextmanager
def _worker() -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "DATABASE_URL": _url(), "PGOPTIONS": "-c role=nakhon_app"}
    process = subprocess.Popen([sys.executable, "-m", "nakhon.config.run.django", "work"], env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.slow
def test_the_worker_looks_within_seconds_of_new_readings(works: Context) -> None:
    stage.watch(works)
    first, second = stage.stations(works, "a", "b")
    with _worker() as process:
        _within(60, _listening)
        stage.send(works, first, [99], start=timezone.now() - timedelta(minutes=5))
        took = _within(15, lambda: len(_alerts(works)) == 1)
        assert took < 5
        stage.send(works, first, [10], start=timezone.now())
        assert _within(15, lambda: _alerts(works) == [("Station a", "ENDED")]) < 5
        process.kill()
        process.wait(timeout=10)
    stage.send(works, second, [99], start=timezone.now())
    assert len(_alerts(works)) == 1
    for _ in range(2):  # asked for twice, done once
        watch_round(0)
    make.run_worker()
    assert _alerts(works)[1:] == [("Station b", "OPEN")]


def test_rounds_ask_for_nothing_where_no_watch_is_on(works: Context) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    stage.watch(works, stage.DUST.replace("enabled: true", "enabled: false"))
    watch_round(0)
    assert not ProcrastinateJob.objects.filter(task_name="citydata.watch_turn").exists()
    stage.watch(works, stage.DUST)
    watch_round(0)
    watch_round(0)
    assert ProcrastinateJob.objects.filter(task_name="citydata.watch_turn").count() == 1
