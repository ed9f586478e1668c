"""Slow, greedy and broken clients, TLS, and the group commit when the store fails: nothing is lost, nobody else suffers."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from nakhon.knowledge.text import Text
from nakhon.standards.mqtt import wire
from nakhon.standards.mqtt.commit import FAILED, GroupCommit, Unreachable
from nakhon.standards.mqtt.figures import MqttFigures
from nakhon.standards.mqtt.house import House
from nakhon.standards.mqtt.limits import Bucket, Failures, Limits
from nakhon.standards.mqtt.sessions import QUEUE, Sessions
from nakhon.standards.mqtt.topics import filter_is_valid, matches, may_subscribe, place_of
from tests.standards.mqtt.conftest import Device, Door
from tests.standards.mqtt.raw import Raw, enter


def test_who_never_finishes_connect_is_cut_off(open_door: Callable[..., Door]) -> None:
    door = open_door(Limits(opening_seconds=0.5))
    silent, slow = Raw(door.port), Raw(door.port)
    slow.send_bytes(b"\x10\x20\x00\x04MQ")
    assert silent.get(5) is None
    assert slow.get(5) is None


def test_a_packet_that_never_becomes_whole_is_cut_off(open_door: Callable[..., Door], station: Device) -> None:
    door = open_door(Limits(packet_seconds=0.5))
    device = enter(door.port, station, level=5)
    device.send_bytes(b"\x32\x40\x00")
    assert device.get(5).code == 0x8D


def test_silence_beyond_the_keep_alive_ends_the_connection(door: Door, station: Device) -> None:
    device = Raw(door.port, 5)
    device.send(wire.Connect(5, "x", keep_alive=1, username=station.user, password=station.key.encode()))
    assert device.get().code == 0
    assert device.get(6).code == 0x8D


def test_a_packet_beyond_the_limit_is_refused_unread(open_door: Callable[..., Door], station: Device) -> None:
    door = open_door(Limits(packet_bytes=1000))
    device = enter(door.port, station, level=5)
    device.send_bytes(b"\x32\xff\xff\x7f")
    assert device.get().code == 0x95
    stranger = Raw(door.port)
    stranger.send_bytes(b"\x10\xff\xff\x7f")
    assert stranger.get() is None


def test_a_device_has_few_connections_and_an_address_not_all(open_door: Callable[..., Door], station: Device) -> None:
    door = open_door(Limits(connections_of_device=2, connections_of_address=4))
    kept = [enter(door.port, station, level=5, client_id=name) for name in "ab"]
    third = Raw(door.port, 5)
    third.send(wire.Connect(5, "c", username=station.user, password=station.key.encode()))
    assert third.get().code == 0x97
    idle = [Raw(door.port) for _ in range(4)]
    assert any(one.get(2) is None for one in idle[2:])
    for one in kept:
        one.send(wire.PingReq())
        assert one.get() == wire.PingResp()


def test_too_fast_is_slowed_down_and_nothing_is_lost(open_door: Callable[..., Door], station: Device) -> None:
    door = open_door(Limits(device_rate=20))
    device = enter(door.port, station)
    began = time.monotonic()
    for n in range(1, 241):
        device.send(wire.Publish(station.topic("pm25"), str(n).encode(), 1, packet_id=n))
    assert [device.get(20).packet_id for _ in range(240)] == list(range(1, 241))
    device.send(wire.Publish(station.topic("pm25"), b"241", 1, packet_id=241))
    assert device.get(20).packet_id == 241
    assert time.monotonic() - began > 1.5
    assert len(station.stored()) == 241
    assert door.server.figures.slowed > 0


def test_more_unacknowledged_messages_than_granted(open_door: Callable[..., Door], station: Device) -> None:
    door = open_door(Limits(receive_maximum=5), linger=0.5)
    five = enter(door.port, station, level=5)
    five.send(*(wire.Publish(station.topic("pm25"), b"1", 1, packet_id=n) for n in range(1, 8)))
    assert five.get().code == 0x93
    old = enter(door.port, station, level=4, client_id="old")
    old.send(*(wire.Publish(station.topic("pm25"), b"1", 1, packet_id=n) for n in range(1, 8)))
    assert [old.get().packet_id for _ in range(7)] == list(range(1, 8))


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n", b"\x00" * 50, b"\xff" * 50, b"\x16\x03\x01\x02\x00"])
def test_what_is_no_mqtt_is_hung_up_on(open_door: Callable[..., Door], data: bytes) -> None:
    door = open_door(Limits(opening_seconds=0.5))
    stranger = Raw(door.port)
    stranger.send_bytes(data)
    assert stranger.get(5) is None


def test_over_tls(open_door: Callable[..., Door], station: Device, tmp_path: Path) -> None:
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    extra = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*words, *extra], check=True, capture_output=True)
    door = open_door()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    port = asyncio.run_coroutine_threadsafe(door.server.start("127.0.0.1", 0, server), door.loop).result(10)
    trusted = ssl.create_default_context(cafile=str(certificate))
    device = Raw(port)
    device.socket = trusted.wrap_socket(device.socket, server_hostname="127.0.0.1")
    device.send(wire.Connect(4, "tls", username=station.user, password=station.key.encode()))
    assert device.get().code == 0
    device.send(wire.Publish(station.topic("pm25"), b"5", 1, packet_id=1))
    assert device.get() == wire.PubAck(1)
    assert station.stored() == [5.0]
    plain = Raw(port)
    plain.send(wire.Connect(4, "plain", username=station.user, password=station.key.encode()))
    assert plain.get(15) is None


class Away(House):
    """The real house, whose database is away until it is let back."""

    def __init__(self) -> None:
        self.back = threading.Event()
        self.tried = 0

    def store(self, tenant: Any, readings: Any) -> Any:
        self.tried += 1
        if not self.back.is_set():
            raise Unreachable("away")
        return super().store(tenant, readings)


def test_while_the_database_is_away_nothing_is_acknowledged_and_nothing_lost(
    open_door: Callable[..., Door], station: Device
) -> None:
    house = Away()
    door = open_door(house=house)
    device = enter(door.port, station)
    device.send(wire.Publish(station.topic("pm25"), b"5", 1, packet_id=1))
    assert device.silent(1.0)
    assert house.tried > 1 and station.stored() == []
    house.back.set()
    assert device.get() == wire.PubAck(1)
    assert station.stored() == [5.0]


def test_a_stop_commits_and_acknowledges_what_was_taken(open_door: Callable[..., Door], station: Device) -> None:
    door = open_door(linger=0.5)
    device = enter(door.port, station, level=5)
    device.send(wire.Publish(station.topic("pm25"), b"5", 1, packet_id=1))
    time.sleep(0.1)
    assert asyncio.run_coroutine_threadsafe(door.server.stop(), door.loop).result(20)
    assert device.get() == wire.PubAck(1)
    assert device.get().code == 0x8B
    assert station.stored() == [5.0]


def test_one_message_that_cannot_be_stored_does_not_take_others_with_it() -> None:
    stored: list[int] = []
    bad = Text("ไม่รับ", "not taken")

    def store(tenant: Any, rows: Any) -> Any:
        if 13 in rows:
            raise ValueError("poison")
        stored.extend(rows)
        return [(place, bad) for place, row in enumerate(rows) if row == 7]

    async def story() -> dict[int, list[Text]]:
        commit = GroupCommit(store, linger=0.01)
        told: dict[int, list[Text]] = {}
        for n in range(20):
            commit.submit(uuid4() if n == 19 else tenant, [n], lambda reasons, n=n: told.__setitem__(n, reasons))  # type: ignore[misc]
        assert await commit.drain(5)
        commit.end()
        return told

    tenant = uuid4()
    told = asyncio.run(story())
    assert sorted(stored) == [n for n in range(20) if n != 13]
    assert told == {n: [FAILED] if n == 13 else [bad] if n == 7 else [] for n in range(20)}


def test_a_bucket_grants_its_rate_with_ten_seconds_in_reserve() -> None:
    bucket = Bucket(10, 0.0)
    assert [bucket.take(1, 0.0) for _ in range(100)] == [0.0] * 100
    assert bucket.take(1, 0.0) == pytest.approx(0.1)
    assert bucket.take(1, 10.0) == 0.0


def test_failures_are_forgotten_in_time() -> None:
    failures = Failures(2, 60)
    failures.note("a", 0)
    assert not failures.too_many("a", 1)
    failures.note("a", 1)
    assert failures.too_many("a", 2) and not failures.too_many("b", 2) and not failures.too_many("a", 62)


def test_the_queue_of_an_absent_device_is_bounded() -> None:
    session, _ = Sessions().take((uuid4(), "d"), "c", clean=False)
    from nakhon.standards.mqtt.sessions import Held

    session.held["a"] = Held(wire.Subscription("a", 1))
    for n in range(QUEUE + 5):
        session.offer("a", str(n).encode(), 1, retain=False, own=False)
    assert (len(session.queue), session.dropped, session.queue[0].payload) == (QUEUE, 5, b"5")


@pytest.mark.parametrize(
    ("name", "topic", "fits"),
    [
        ("a/#", "a", True),
        ("a/#", "a/b/c", True),
        ("a/+", "a/b", True),
        ("a/+", "a/b/c", False),
        ("+/b", "a/b", True),
        ("#", "$SYS/x", False),
        ("a/b", "a/B", False),
        ("a/+/c", "a//c", True),
    ],
)
def test_filters(name: str, topic: str, fits: bool) -> None:
    assert matches(name, topic) is fits


def test_lawful_filters_and_own_places() -> None:
    assert all(map(filter_is_valid, ("#", "+", "a/+/b", "a/#")))
    assert not any(map(filter_is_valid, ("", "a#", "a/#/b", "a+/b")))
    assert may_subscribe("c/devices/d/#", "c", "d") and not may_subscribe("c/devices/d", "c", "d")
    assert not may_subscribe("c/devices/d2/#", "c", "d") and not may_subscribe("+/devices/d/#", "c", "d")
    assert place_of("c/devices/d/up", "c", "d") is not None
    for other in (
        "c/devices/d/down",
        "c/devices/d/",
        "c/devices/dd/up",
        "x/v1.1/Datastreams(1)/Observations",
        "c/v1.1/Datastreams(1a)/Observations",
    ):
        assert place_of(other, "c", "d") is None


def test_figures_say_when_the_process_is_silent(tmp_path: Path) -> None:
    def up() -> float:
        return next(iter(MqttFigures(tmp_path).collect())).samples[0].value

    assert up() == 0
    (tmp_path / "ingest.json").write_text(f'{{"at": {time.time()}, "received": 3}}')
    assert up() == 1
    (tmp_path / "ingest.json").write_text(f'{{"at": {time.time() - 100}}}')
    assert up() == 0
