"""Processes killed in the middle of a stream of 100,000 messages: what was acknowledged is there, each exactly once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from benchmarks.mqtt.load import load, talkers_of
from benchmarks.mqtt.measure import owner_url, stage_of
from nakhon.config.run import process
from nakhon.config.run.cluster import Cluster
from nakhon.config.run.home import Home, read_json
from tests.platform import free_port, nakhon
from tests.run.conftest import discard

pytestmark = pytest.mark.slow

CONNECTIONS = 16
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    ground = tmp_path_factory.mktemp("mqtt-faults")
    for folder in (ground, *ground.parents[:2]):
        folder.chmod(0o755)
    home = Home.locate(ground / "home")
    limits = {"NAKHON_MQTT_DEVICE_RATE": "100000", "NAKHON_MQTT_CITY_RATE": "1000000"}
    try:
        mqtt = str(free_port())
        nakhon(home.path, "up", "--detach", "--no-demo", "--port", str(free_port()), NAKHON_MQTT_PORT=mqtt, **limits)
        yield home
    finally:
        nakhon(home.path, "stop", check=False)
        discard(home)


def _part(home: Home, name: str) -> process.Identity:
    if name == "database":
        found = Cluster(home).running()
    else:
        found = process.Identity.from_dict(read_json(home.state_file)["processes"].get(name))
    assert found is not None
    return found


def _kill_in_turn(home: Home, turns: list[tuple[float, str]], killed: list[str]) -> None:
    for wait, name in turns:
        time.sleep(wait)
        os.kill(_part(home, name).pid, signal.SIGKILL)
        killed.append(name)


def _rows(home: Home, stage: dict[str, Any]) -> Counter[tuple[int, float]]:
    """How often each value of each device is in the table."""
    streams = {device["streams"]["pm25"]: index for index, device in enumerate(stage["devices"])}
    with psycopg.connect(owner_url(home.path)) as db:
        found = db.execute(
            "SELECT datastream_id, result FROM citydata_sensors_observation WHERE tenant_id = %s", [stage["tenant"]]
        )
        return Counter((streams[stream], result) for stream, result in found)


def _story(home: Home, most: int, turns: list[tuple[float, str]], *, timed: bool) -> None:
    stage = stage_of(home.path, CONNECTIONS)
    port = int(read_json(home.state_file)["mqtt_port"])

    def body(device: int, n: int) -> bytes:
        if not timed:
            return b'{"pm25":%d}' % n
        return b'{"t":"%s","pm25":%d}' % ((START + timedelta(seconds=n)).isoformat().encode(), n)

    talkers = talkers_of(stage, port, body, window=20, keep=True)
    killed: list[str] = []
    killing = threading.Thread(target=_kill_in_turn, args=(home, turns, killed))
    killing.start()
    load(talkers, most=most // CONNECTIONS, seconds=100)
    killing.join()
    rows = _rows(home, stage)
    assert killed == [name for _, name in turns]
    assert sum(talker.broken for talker in talkers) >= CONNECTIONS
    acknowledged = [(index, float(n)) for index, talker in enumerate(talkers) for n in talker.acknowledged]
    assert len(acknowledged) == most // CONNECTIONS * CONNECTIONS
    assert [one for one in acknowledged if one not in rows] == []
    assert [one for one, times in rows.items() if times != 1] == []


def test_messages_with_their_times_are_there_once_though_ingest_worker_and_database_are_killed(running: Home) -> None:
    _story(running, 100_000, [(1.5, "ingest"), (1.0, "worker"), (2.0, "database"), (3.0, "ingest")], timed=True)


def test_messages_without_a_time_too_for_a_repetition_is_recognised(running: Home) -> None:
    _story(running, 20_000, [(0.7, "ingest"), (2.5, "database")], timed=False)
