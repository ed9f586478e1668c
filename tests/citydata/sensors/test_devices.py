"""Devices and keys, what they say, and the commands that they are given."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nakhon.citydata.sensors import commands, devices, queries, services
from nakhon.citydata.sensors.devices import DeviceSession, resolve_device, resolve_key
from nakhon.citydata.sensors.errors import DeviceDisabled, DeviceTaken, SensorInputInvalid, SensorsNotFound
from nakhon.citydata.sensors.messages import take_message
from nakhon.citydata.sensors.models import Command, DeviceKey
from nakhon.kernel.context import Context
from nakhon.kernel.models import Event
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.sensors import stage

LAMP: dict[str, Any] = {
    "streams": {"power": {"name": {"th": "กำลังไฟ", "en": "Power"}, "unit": "W"}},
    "commands": {
        "light": {
            "schema": {
                "type": "object", "required": ["level"], "additionalProperties": False,
                "properties": {"level": {"type": "integer", "minimum": 0, "maximum": 100}},
            },
            "timeout": "60s",
        }
    },
}  # fmt: skip


@pytest.fixture
def now(samui: Organisation) -> Context:
    """An administrator at the true time, which is what doors to devices live by."""
    return make.ctx(samui, "admin", now=timezone.now())


@pytest.fixture
def station(now: Context) -> str:
    thing = stage.things(now, stage.kind(now))[0]
    services.add_device(now, thing=thing.number, slug="air-01")
    return "air-01"


@pytest.fixture
def lamp(now: Context) -> str:
    thing = stage.things(now, stage.kind(now, "lamp", LAMP))[0]
    services.add_device(now, thing=thing.number, slug="lamp-01")
    return "lamp-01"


def _key(ctx: Context, slug: str) -> str:
    return services.make_device_key(ctx, device=slug).key


def test_a_key_opens_its_device_and_no_other(now: Context, station: str, yala: Organisation) -> None:
    key = _key(now, station)
    session = resolve_device("samui", station, key)
    assert session is not None
    assert set(session.streams) == {"pm25", "battery"}
    assert resolve_device("samui", "air-02", key) is None
    assert resolve_device("yala", station, key) is None
    assert resolve_device("nowhere", station, key) is None
    assert resolve_device("samui", station, key[:-1]) is None
    with act_in(now):
        kept = DeviceKey.objects.get()
        assert key.encode() not in bytes(kept.digest)
        assert kept.prefix == key[: len(kept.prefix)]
        assert len(kept.prefix) < 12


def test_keys_change_with_an_overlap_and_end_when_revoked(now: Context, station: str) -> None:
    first = _key(now, station)
    second = _key(now, station)
    assert resolve_key("samui", first) and resolve_key("samui", second)
    third = services.make_device_key(now, device=station, overlap=timedelta(0))
    assert resolve_key("samui", first) is None
    assert resolve_key("samui", second) is None
    assert resolve_key("samui", third.key)
    services.revoke_device_key(now, device=station, key=third.id)
    assert resolve_key("samui", third.key) is None
    with pytest.raises(SensorInputInvalid):
        services.make_device_key(now, device=station, overlap=timedelta(days=31))


def test_a_disabled_device_is_not_heard(now: Context, station: str) -> None:
    key = _key(now, station)
    services.disable_device(now, device=station)
    assert resolve_key("samui", key) is None
    with pytest.raises(DeviceDisabled):
        services.make_device_key(now, device=station)
    services.enable_device(now, device=station)
    assert resolve_key("samui", key)


@pytest.mark.parametrize("slug", ["Air", "a/b", "a+", "#", "-a", "", "ก", "a" * 81])
def test_a_name_that_cannot_stand_in_a_topic_is_refused(now: Context, station: str, slug: str) -> None:
    with pytest.raises(SensorInputInvalid):
        services.add_device(now, thing=1, slug=slug)
    with pytest.raises(DeviceTaken):
        services.add_device(now, thing=1, slug=station)
    with pytest.raises(SensorsNotFound):
        services.add_device(now, thing=99, slug="air-02")


@pytest.fixture
def session(now: Context, station: str) -> DeviceSession:
    found = resolve_key("samui", _key(now, station))
    assert found is not None
    return found


def test_a_message_becomes_readings_in_the_streams_units(session: DeviceSession) -> None:
    at = make.NOW
    taken = take_message(session, {"pm25": 0.0312, "battery": 87, "unit": {"pm25": "mg/m3"}}, at)
    assert taken.refused == []
    assert {(r.datastream, round(r.result or 0, 6), r.time) for r in taken.readings} == {
        (session.streams["pm25"].id, 31.2, at), (session.streams["battery"].id, 87, at)
    }  # fmt: skip
    timed = take_message(session, [{"t": "2026-04-10T15:30:00+07:00", "pm25": 1}, {"t": 1775809800, "pm25": 2}], at)
    assert {r.time for r in timed.readings} == {at}
    assert take_message(session, {"t": 1775809800000, "pm25": "เสีย", "q": 2}, at).readings[0].value == "เสีย"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"pm10": 1}, "does not measure pm10; it does: battery, pm25"),
        ({"pm25": 1, "unit": {"pm25": "Cel"}}, "they measure different things"),
        ({"pm25": 1, "unit": {"pm25": "furlong"}}, "is not known"),
        ({"pm25": math.nan}, "finite"),
        ({"pm25": 10**400}, "finite"),
        ({"t": "10/4/2569", "pm25": 1}, "time cannot be read"),
        ({"t": "2026-04-10T08:30:00", "pm25": 1}, "time cannot be read"),
        ({"t": True, "pm25": 1}, "time cannot be read"),
        ({"t": 1e300, "pm25": 1}, "time cannot be read"),
        ({"q": 9, "pm25": 1}, "quality"),
        ({}, "no reading"),
        (5, "JSON object"),
        ([[]], "JSON object"),
    ],
)
def test_what_a_device_says_wrongly_is_told(session: DeviceSession, message: Any, reason: str) -> None:
    taken = take_message(session, message, make.NOW)
    assert taken.readings == []
    assert reason in taken.refused[0][1].en


def test_a_command_goes_out_and_its_answer_comes_back(now: Context, lamp: str) -> None:
    made = services.send_command(now, device=lamp, name="light", body={"level": 40})
    tenant = now.tenant.id
    [out] = commands.commands_to_send(tenant)
    assert out.as_json() == {"id": made.number, "command": "light", "body": {"level": 40}}
    assert commands.command_sent(tenant, [out.id]) == 1
    assert commands.commands_to_send(tenant) == []
    assert commands.command_acknowledged(tenant, out.device_id, out.number, result={"level": 40})
    assert not commands.command_acknowledged(tenant, out.device_id, out.number)
    row = queries.commands(now, device=lamp)[0]
    assert (row.state, row.result) == ("ACKNOWLEDGED", {"level": 40})


def test_a_command_that_nobody_answers_times_out_and_a_refusal_is_told(now: Context, lamp: str) -> None:
    services.send_command(now, device=lamp, name="light", body={"level": 1})
    refused = services.send_command(now, device=lamp, name="light", body={"level": 2})
    device = commands.commands_to_send(now.tenant.id)[0].device_id
    assert commands.command_acknowledged(now.tenant.id, device, refused.number, ok=False, result="ฟิวส์ขาด")
    later = make.ctx(Organisation.objects.get(tenant__slug="samui"), "admin", now=now.now + timedelta(seconds=61))
    with act_in(later):
        assert commands.expire_commands(later) == 1
        assert commands.expire_commands(later) == 0
        assert sorted(Command.objects.values_list("state", flat=True)) == ["REFUSED", "TIMED_OUT"]
        states = [
            event.payload["state"] for event in Event.objects.filter(name="citydata.CommandFailed").order_by("at")
        ]
        assert sorted(states) == ["REFUSED", "TIMED_OUT"]


def test_a_neighbours_door_sees_no_command_and_answers_none(now: Context, lamp: str, yala: Organisation) -> None:
    made = services.send_command(now, device=lamp, name="light", body={"level": 1})
    device = commands.commands_to_send(now.tenant.id)[0].device_id
    assert commands.commands_to_send(yala.pk) == []
    assert commands.command_sent(yala.pk, [made.pk]) == 0
    assert not commands.command_acknowledged(yala.pk, device, made.number)


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [("dance", {}, "name"), ("light", {}, "body"), ("light", {"level": 101}, "body.level"), ("light", "on", "body"),
     ("light", {"level": 1, "x": 1}, "body")],
)  # fmt: skip
def test_an_order_that_does_not_fit_is_refused_at_its_field(
    now: Context, lamp: str, name: str, body: Any, field: str
) -> None:
    with pytest.raises(SensorInputInvalid) as caught:
        services.send_command(now, device=lamp, name=name, body=body)
    assert field in caught.value.fields


def test_a_waiting_command_can_be_taken_back_and_one_that_left_cannot(now: Context, lamp: str) -> None:
    first = services.send_command(now, device=lamp, name="light", body={"level": 1})
    services.cancel_command(now, number=first.number)
    second = services.send_command(now, thing=1, name="light", body={"level": 1})
    commands.command_sent(now.tenant.id, [second.pk])
    with pytest.raises(SensorsNotFound):
        services.cancel_command(now, number=second.number)
    services.disable_device(now, device=lamp)
    with pytest.raises(DeviceDisabled):
        services.send_command(now, device=lamp, name="light", body={"level": 1})


def test_refused_messages_are_counted_with_the_last_reason(now: Context, session: DeviceSession) -> None:
    devices.note_refusals(session.tenant_id, session.device_id, take_message(session, 5, make.NOW).refused[0][1], 3)
    row = queries.device(now, slug=session.device)
    assert row.refused == 3
    assert row.refused_reason is not None and "JSON" in row.refused_reason.en
