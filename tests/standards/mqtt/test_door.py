"""Devices through real clients: what is acknowledged is committed, strangers stay out, refusals are told and kept visible."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from nakhon.citydata.sensors.models import Command, Observation
from nakhon.citydata.sensors.models import Device as DeviceRow
from nakhon.citydata.sensors.services import disable_device, send_command
from nakhon.kernel.tenancy import act_in
from nakhon.standards.mqtt import wire
from nakhon.standards.mqtt.limits import Limits
from tests.standards.mqtt.conftest import Device, Door
from tests.standards.mqtt.raw import Raw, enter

VERSIONS = {"3.1.1": paho.MQTTv311, "5": paho.MQTTv5}


def client(device: Device, version: int, *, client_id: str = "paho", **more: Any) -> paho.Client:
    made = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=client_id, protocol=version, **more)  # type: ignore[arg-type]
    made.username_pw_set(device.user, device.key)
    return made


def wait(good: Callable[[], Any], seconds: float = 10.0) -> Any:
    until = time.monotonic() + seconds
    while not (found := good()):
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.02)
    return found


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS.keys())
@pytest.mark.parametrize("qos", [0, 1, 2])
def test_paho_publishes_and_what_it_is_told_is_stored_is(door: Door, station: Device, version: int, qos: int) -> None:
    device = client(station, version)
    device.connect("127.0.0.1", door.port)
    device.loop_start()
    sent = device.publish(station.topic("up"), json.dumps({"pm25": 31.2, "battery": 87}), qos=qos)
    sent.wait_for_publish(10)
    if qos == 0:
        wait(station.stored)
    assert station.stored() == [31.2]
    assert station.stored("battery") == [87.0]
    device.disconnect()
    device.loop_stop()


@pytest.mark.parametrize(
    ("last", "payload", "times"),
    [
        ("pm25", "31.2", None),
        ("pm25", '{"t": "2026-04-10T15:30:00+07:00", "v": 31.2}', ["2026-04-10T08:30:00+00:00"]),
        ("pm25", '[{"t": 1775809800, "v": 31.2}]', ["2026-04-10T08:30:00+00:00"]),
        ("up", '{"t": 1775809800000, "pm25": 0.0312, "unit": {"pm25": "mg/m3"}}', ["2026-04-10T08:30:00+00:00"]),
        ("up", '[{"t": "2026-04-10T08:30:00Z", "pm25": 31.2}]', ["2026-04-10T08:30:00+00:00"]),
    ],
)
def test_the_ways_to_say_a_value(door: Door, station: Device, last: str, payload: str, times: list[str] | None) -> None:
    device = enter(door.port, station)
    device.send(wire.Publish(station.topic(last), payload.encode(), 1, packet_id=1))
    assert device.get() == wire.PubAck(1)
    assert station.stored() == [pytest.approx(31.2)]
    with act_in(station.ctx):
        [row] = Observation.objects.all()
    if times:
        assert [row.phenomenon_time.isoformat()] == times
    else:
        assert abs(row.phenomenon_time.timestamp() - time.time()) < 60


def test_an_observation_of_sensorthings_goes_to_its_datastream_and_to_no_other_devices(
    door: Door, station: Device, neighbour: Device
) -> None:
    device = enter(door.port, station, level=5)
    number = station.streams["pm25"][1]
    body = {
        "phenomenonTime": "2026-04-10T08:00:00Z/2026-04-10T09:00:00Z",
        "resultTime": "2026-04-10T09:01:00Z",
        "result": 12.5,
        "parameters": {"lab": "A"},
    }
    topic = f"samui/v1.1/Datastreams({number})/Observations"
    device.send(wire.Publish(topic, json.dumps(body).encode(), 1, packet_id=1))
    assert device.get() == wire.PubAck(1)
    with act_in(station.ctx):
        [row] = Observation.objects.all()
    assert (row.result, row.parameters) == (12.5, {"lab": "A"})
    assert row.phenomenon_end.isoformat() == "2026-04-10T09:00:00+00:00"
    assert row.result_time.isoformat() == "2026-04-10T09:01:00+00:00"
    strange = "samui/v1.1/Datastreams(9999)/Observations"
    device.send(wire.Publish(strange, json.dumps(body).encode(), 1, packet_id=2))
    assert device.get().code == 0x99


def test_values_without_a_time_in_one_list_are_all_kept(door: Door, station: Device) -> None:
    device = enter(door.port, station)
    device.send(wire.Publish(station.topic("pm25"), b"[1, 2, 3]", 1, packet_id=1))
    assert device.get() == wire.PubAck(1)
    assert station.stored() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("level", [4, 5])
@pytest.mark.parametrize("wrong", ["key", "device", "city", "nothing"])
def test_strangers_stay_out(door: Door, station: Device, neighbour: Device, level: int, wrong: str) -> None:
    user = {"device": "samui/air-99", "city": "yala/air-01"}.get(wrong, station.user)
    key = "nk_wrong" if wrong == "key" else station.key
    stranger = Raw(door.port, level)
    if wrong == "nothing":
        stranger.send(wire.Connect(level, "x"))
    else:
        stranger.send(wire.Connect(level, "x", username=user, password=key.encode()))
    assert stranger.get().code == (0x86 if level == 5 else 4)
    assert stranger.get() is None
    enter(door.port, station, level=level)


def test_who_guesses_keys_is_not_listened_to_for_a_while(open_door: Callable[..., Door], station: Device) -> None:
    door = open_door(Limits(failures=3))
    for _ in range(3):
        guess = Raw(door.port, 5)
        guess.send(wire.Connect(5, "x", username=station.user, password=b"nk_guess"))
        assert guess.get().code == 0x86
    good = Raw(door.port, 5)
    good.send(wire.Connect(5, "x", username=station.user, password=station.key.encode()))
    assert good.get().code == 0x9F


def test_a_device_publishes_under_its_own_prefix_only(door: Door, station: Device, neighbour: Device) -> None:
    for topic in (neighbour.topic("up"), "samui/devices/air-02/up", station.topic("down"), "up", station.topic("a/b")):
        five = enter(door.port, station, level=5)
        five.send(wire.Publish(topic, b'{"pm25": 1}', 1, packet_id=1))
        assert five.get().code == 0x87
        five.send(wire.PingReq())
        assert five.get() == wire.PingResp()
        old = enter(door.port, station, level=4)
        old.send(wire.Publish(topic, b'{"pm25": 1}', 1, packet_id=1))
        assert old.get() is None
    assert neighbour.stored() == [] and station.stored() == []


def test_a_device_subscribes_under_its_own_prefix_only(door: Door, station: Device, neighbour: Device) -> None:
    wanted = ["#", "samui/devices/+/down", neighbour.topic("#"), station.topic("#"), station.topic("a#"), "$share/x/y"]
    five = enter(door.port, station, level=5)
    five.send(wire.Subscribe(1, tuple(wire.Subscription(name, 1) for name in wanted)))
    assert five.get().codes == (0x87, 0x87, 0x87, 1, 0x8F, 0x9E)
    old = enter(door.port, station, level=4, client_id="old")
    old.send(wire.Subscribe(1, tuple(wire.Subscription(name, 2) for name in wanted)))
    assert old.get().codes == (0x80, 0x80, 0x80, 1, 0x80, 0x80)


REFUSED = {
    "no JSON": b"{",
    "not UTF-8": b'{"pm25": "\xff"}',
    "nothing": b"[]",
    "an unknown property": b'{"pm99": 1}',
    "the future": b'{"t": "2199-01-01T00:00:00Z", "pm25": 1}',
    "a time without a zone": b'{"t": "2026-04-10T08:00:00", "pm25": 1}',
    "a unit that does not fit": b'{"pm25": 1, "unit": {"pm25": "m"}}',
    "no number that is finite": b'{"pm25": 1e999}',
    "a deep nest": b"[" * 100_000,
}


@pytest.mark.parametrize("payload", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_stored_is_told_once_and_kept_visible(door: Door, station: Device, payload: bytes) -> None:
    five = enter(door.port, station, level=5)
    five.send(wire.Publish(station.topic("up"), payload, 1, packet_id=7))
    told = five.get()
    assert (told.packet_id, told.code) == (7, 0x99)
    assert " · " in told.properties["reason_string"]
    old = enter(door.port, station, level=4, client_id="old")
    old.send(wire.Publish(station.topic("up"), payload, 1, packet_id=8))
    assert old.get() == wire.PubAck(8)
    assert station.stored() == []

    def noted() -> Any:
        with act_in(station.ctx):
            row = DeviceRow.objects.get(slug=station.slug)
        return row if row.refused == 2 else None

    assert set(wait(noted).refused_reason) == {"th", "en"}


def test_a_message_with_one_bad_value_keeps_the_good_ones_and_says_what_was_refused(
    door: Door, station: Device
) -> None:
    five = enter(door.port, station, level=5)
    five.send(wire.Publish(station.topic("up"), b'{"pm25": 5, "pm99": 1}', 1, packet_id=1))
    told = five.get()
    assert told.code == 0 and "pm99" in told.properties["reason_string"]
    assert station.stored() == [5.0]


def test_acknowledgements_come_in_the_order_of_the_messages(door: Door, station: Device) -> None:
    device = enter(door.port, station)
    bodies = [b"1", b"nonsense", b"2", b'{"v": 3}', b"[]", b"4"]
    device.send(*(wire.Publish(station.topic("pm25"), body, 1, packet_id=n) for n, body in enumerate(bodies, 1)))
    assert [device.get().packet_id for _ in bodies] == [1, 2, 3, 4, 5, 6]
    assert station.stored() == [1.0, 2.0, 3.0, 4.0]


def test_qos_2_is_stored_once_however_often_it_is_sent(door: Door, station: Device) -> None:
    device = enter(door.port, station)
    message = wire.Publish(station.topic("pm25"), b"9", 2, packet_id=5)
    device.send(message)
    assert device.get() == wire.PubRec(5)
    assert station.stored() == [9.0]
    device.send(wire.Publish(station.topic("pm25"), b"9", 2, dup=True, packet_id=5))
    assert device.get() == wire.PubRec(5)
    device.send(wire.PubRel(5))
    assert device.get() == wire.PubComp(5)
    assert station.stored() == [9.0]
    device.send(message)
    assert device.get() == wire.PubRec(5)
    assert station.stored() == [9.0, 9.0]


def test_a_repetition_without_a_time_is_stored_once_even_by_another_process(
    open_door: Callable[..., Door], station: Device
) -> None:
    first, second = open_door(), open_door()
    body = wire.Publish(station.topic("pm25"), b"31.2", 1, packet_id=77)
    again = wire.Publish(station.topic("pm25"), b"31.2", 1, dup=True, packet_id=77)
    for door, message in ((first, body), (first, again), (second, again)):
        device = enter(door.port, station)
        device.send(message)
        assert device.get() == wire.PubAck(77)
        device.close()
    assert station.stored() == [31.2]
    device = enter(second.port, station)
    device.send(wire.Publish(station.topic("pm25"), b"31.2", 1, packet_id=77))
    assert device.get() == wire.PubAck(77)
    other = enter(second.port, station, client_id="c2")
    other.send(again)
    assert other.get() == wire.PubAck(77)
    assert station.stored() == [31.2, 31.2, 31.2]


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS.keys())
def test_a_command_reaches_its_device_and_its_answer_comes_back(door: Door, station: Device, version: int) -> None:
    heard: list[Any] = []
    device = client(station, version)
    subscribed = threading.Event()

    def on_message(own: paho.Client, _: Any, message: Any) -> None:
        heard.append(json.loads(message.payload))
        own.publish(
            station.topic("ack"), json.dumps({"id": heard[-1]["id"], "ok": True, "result": {"level": 40}}), qos=1
        )

    device.on_message = on_message
    device.on_subscribe = lambda *_: subscribed.set()
    before = send_command(station.ctx, name="light", body={"level": 40}, device=station.slug)
    device.connect("127.0.0.1", door.port)
    device.loop_start()
    device.subscribe(station.topic("down"), 1)
    assert subscribed.wait(10)

    def state(row: Command) -> str:
        with act_in(station.ctx):
            return str(Command.objects.get(pk=row.pk).state)

    wait(lambda: state(before) == "ACKNOWLEDGED")
    after = send_command(station.ctx, name="light", body={"level": 0}, device=station.slug)
    door.run(lambda: door.server.wake(station.ctx.tenant.id))
    wait(lambda: state(after) == "ACKNOWLEDGED")
    device.disconnect()
    device.loop_stop()
    assert [(one["command"], one["body"]) for one in heard] == [("light", {"level": 40}), ("light", {"level": 0})]


def test_a_device_cannot_answer_for_a_command_that_is_not_its_own(
    door: Door, station: Device, neighbour: Device
) -> None:
    made = send_command(station.ctx, name="light", body={"level": 40}, device=station.slug)
    stranger = enter(door.port, neighbour, level=5)
    stranger.send(wire.Publish(neighbour.topic("ack"), json.dumps({"id": made.number}).encode(), 1, packet_id=1))
    assert stranger.get().code == 0x99
    stranger.send(wire.Publish(neighbour.topic("ack"), b'{"id": "x"}', 1, packet_id=2))
    assert stranger.get().code == 0x99
    with act_in(station.ctx):
        assert Command.objects.get(pk=made.pk).state == "WAITING"


def test_a_session_that_persists_gets_what_came_while_it_was_away(door: Door, station: Device) -> None:
    away = enter(door.port, station, client_id="gateway", clean=False)
    away.send(wire.Subscribe(1, (wire.Subscription(station.topic("+"), 1),)))
    assert away.get().codes == (1,)
    away.close()
    device = enter(door.port, station)
    device.send(wire.Publish(station.topic("pm25"), b"1", 1, packet_id=1))
    assert device.get() == wire.PubAck(1)
    back = enter(door.port, station, client_id="gateway", clean=False)
    assert back.connack.session_present  # type: ignore[attr-defined]
    message = back.get()
    assert (message.topic, message.payload, message.qos) == (station.topic("pm25"), b"1", 1)
    back.close()
    again = enter(door.port, station, client_id="gateway", clean=False)
    assert again.get().dup
    again.send(wire.PubAck(message.packet_id))
    fresh = enter(door.port, station, client_id="gateway", clean=True)
    assert not fresh.connack.session_present  # type: ignore[attr-defined]
    assert fresh.silent()


def test_a_retained_value_waits_for_subscribers_until_an_empty_one_removes_it(door: Door, station: Device) -> None:
    device = enter(door.port, station)
    device.send(wire.Publish(station.topic("pm25"), b"7", 1, retain=True, packet_id=1))
    assert device.get() == wire.PubAck(1)
    device.send(wire.Subscribe(2, (wire.Subscription(station.topic("pm25"), 0),)))
    assert device.get().codes == (0,)
    assert device.get() == wire.Publish(station.topic("pm25"), b"7", 0, retain=True)
    device.send(wire.Publish(station.topic("pm25"), b"", 1, retain=True, packet_id=3))
    assert device.get() == wire.PubAck(3)
    other = enter(door.port, station, client_id="other")
    other.send(wire.Subscribe(2, (wire.Subscription(station.topic("pm25"), 0),)))
    assert other.get().codes == (0,)
    assert other.silent()


def test_the_will_is_stored_when_a_device_vanishes_and_not_when_it_says_goodbye(door: Door, station: Device) -> None:
    will = wire.Will(station.topic("up"), b'{"battery": 0}', 1)
    polite = enter(door.port, station, will=will)
    polite.send(wire.Disconnect())
    assert polite.get() is None
    assert station.stored("battery") == []
    enter(door.port, station, will=will).close()
    wait(lambda: station.stored("battery") == [0.0])


def test_a_will_elsewhere_is_refused(door: Door, station: Device, neighbour: Device) -> None:
    client_ = Raw(door.port, 5)
    will = wire.Will(neighbour.topic("up"), b"{}")
    client_.send(wire.Connect(5, "x", username=station.user, password=station.key.encode(), will=will))
    assert client_.get().code == 0x87


def test_a_newcomer_with_the_same_name_takes_over(door: Door, station: Device) -> None:
    first = enter(door.port, station, level=5)
    second = enter(door.port, station, level=5)
    assert first.get().code == 0x8E
    second.send(wire.PingReq())
    assert second.get() == wire.PingResp()


def test_mqtt_5_is_told_what_is_granted(door: Door, station: Device) -> None:
    device = enter(door.port, station, level=5, client_id="", properties={"session_expiry_interval": 10**6})
    said = device.connack.properties  # type: ignore[attr-defined]
    assert said["assigned_client_identifier"].startswith("nakhon-")
    assert (said["receive_maximum"], said["shared_subscription_available"]) == (200, 0)
    assert said["session_expiry_interval"] == 86_400


def test_topic_aliases_of_mqtt_5(door: Door, station: Device) -> None:
    device = enter(door.port, station, level=5)
    device.send(wire.Publish(station.topic("pm25"), b"1", 1, packet_id=1, properties={"topic_alias": 3}))
    device.send(wire.Publish("", b"2", 1, packet_id=2, properties={"topic_alias": 3}))
    assert [device.get().code, device.get().code] == [0, 0]
    assert station.stored() == [1.0, 2.0]
    device.send(wire.Publish("", b"2", 1, packet_id=3, properties={"topic_alias": 4}))
    assert device.get().code == 0x94


def test_paho_5_subscribes_with_options_and_reads_reasons(door: Door, station: Device) -> None:
    device = client(station, paho.MQTTv5)
    told: list[Any] = []
    heard: list[Any] = []
    device.on_publish = lambda _c, _u, _m, code, about: told.append((code.value, about))
    device.on_message = lambda _c, _u, message: heard.append(message)
    device.connect("127.0.0.1", door.port, clean_start=True, properties=_expiry(60))
    device.loop_start()
    device.subscribe(station.topic("#"), options=SubscribeOptions(qos=1, noLocal=True))
    device.publish(station.topic("pm99"), "1", qos=1).wait_for_publish(10)
    device.publish(station.topic("pm25"), "1", qos=1).wait_for_publish(10)
    wait(lambda: len(told) == 2)
    assert told[0][0] == 0x99 and "pm99" in told[0][1].ReasonString
    assert told[1][0] == 0
    assert heard == []
    device.disconnect()
    device.loop_stop()


def _expiry(seconds: int) -> Properties:
    found = Properties(1)
    found.SessionExpiryInterval = seconds
    return found


@pytest.mark.skipif(shutil.which("mosquitto_pub") is None, reason="mosquitto-clients is not installed")
@pytest.mark.parametrize("version", ["mqttv311", "mqttv5"])
def test_mosquitto_pub_and_sub(door: Door, station: Device, version: str) -> None:
    who = ["-h", "127.0.0.1", "-p", str(door.port), "-V", version, "-u", station.user, "-P", station.key]
    listening = subprocess.Popen(
        ["mosquitto_sub", *who, "-t", station.topic("pm25"), "-q", "1", "-C", "1", "-W", "10"], stdout=subprocess.PIPE
    )
    wait(lambda: door.run(lambda: any(one.held for one in door.server.sessions.of(_key(door)))))
    for qos in ("0", "1", "2"):
        sent = ["mosquitto_pub", *who, "-t", station.topic("pm25"), "-q", qos, "-m", f"1{qos}"]
        subprocess.run(sent, check=True, timeout=20)
    assert listening.communicate(timeout=20)[0] == b"10\n"
    wait(lambda: len(station.stored()) == 3)
    assert sorted(value for value in station.stored() if value is not None) == [10.0, 11.0, 12.0]


def _key(door: Door) -> Any:
    return next(iter(door.server._open), None)


def test_a_device_that_is_disabled_is_sent_away(open_door: Callable[..., Door], station: Device) -> None:
    door = open_door(Limits(recheck_seconds=0.5))
    device = enter(door.port, station, level=5)
    disable_device(station.ctx, device=station.slug)
    assert device.get(10).code == 0x87
    again = Raw(door.port, 5)
    again.send(wire.Connect(5, "x", username=station.user, password=station.key.encode()))
    assert again.get().code == 0x86
