"""The devices' HTTP door by its own protocol."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nakhon.citydata.sensors import queries, services
from nakhon.citydata.sensors.api import LARGEST_BODY
from nakhon.citydata.sensors.models import Observation
from nakhon.kernel.context import Context
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.sensors import stage

DOOR = "/samui/api/v1/observations"


@pytest.fixture
def now(samui: Organisation) -> Context:
    return make.ctx(samui, "admin", now=timezone.now())


@pytest.fixture
def key(now: Context) -> str:
    things = stage.things(now, stage.kind(now), 2)
    services.add_device(now, thing=things[0].number, slug="air-01")
    return services.make_device_key(now, device="air-01").key


def _send(path: str, body: Any, key: str, kind: str = "application/json", **more: Any) -> Any:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return Client().post(path, data, content_type=kind, headers={"Authorization": f"Bearer {key}"}, **more)


def test_a_message_is_committed_and_a_repetition_harmless(now: Context, key: str) -> None:
    message = {"t": now.now.isoformat(), "pm25": 31.2, "battery": 87}
    first, second = _send(DOOR, message, key), _send(DOOR, message, key)
    assert (first.status_code, first.json()) == (
        201, {"stored": 2, "corrected": 0, "repeated": 0, "refused": 0, "refusals": []}
    )  # fmt: skip
    assert (second.status_code, second.json()["repeated"]) == (200, 2)
    with act_in(now):
        assert Observation.objects.count() == 2


def test_a_part_that_cannot_be_taken_is_told_beside_what_was(now: Context, key: str) -> None:
    answer = _send(DOOR, [{"pm25": 1.0}, {"pm10": 5.0}, {"t": "2400-01-01T00:00:00Z", "pm25": 2.0}], key)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["stored"], told["refused"]) == (1, 2)
    assert {row["property"] for row in told["refusals"]} == {"pm10", "pm25"}
    assert queries.device(now, slug="air-01").refused == 2


@pytest.mark.parametrize("body", [{"pm10": 1}, "{", '{"pm25": NaN}', "[" * 5000, b"\xff\xfe", 5, {"t": 5}])
def test_what_holds_nothing_to_take_is_a_problem_in_both_languages(key: str, body: Any) -> None:
    answer = _send(DOOR, body, key)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.json()["errors"][0]["messages"]) == {"th", "en"}


def test_without_a_key_with_a_wrong_one_and_in_another_city_nobody_writes(
    now: Context, key: str, yala: Organisation
) -> None:
    message = {"pm25": 31.2}
    for path, used in (
        (DOOR, ""),
        (DOOR, "nk_wrong"),
        (DOOR, key[:-1]),
        (DOOR, "ก"),
        ("/yala/api/v1/observations", key),
    ):
        answer = _send(path, message, used) if used.isascii() else Client().post(DOOR, message)
        assert answer.status_code == 401, path
        assert answer.json()["code"] == "citydata.key_refused"
    for ctx in (now, make.ctx(yala, "admin")):
        with act_in(ctx):
            assert Observation.objects.count() == 0
    assert _send(DOOR, message, key).status_code == 201


def test_a_revoked_key_and_a_disabled_device_are_turned_away(now: Context, key: str) -> None:
    services.disable_device(now, device="air-01")
    assert _send(DOOR, {"pm25": 1}, key).status_code == 401
    services.enable_device(now, device="air-01")
    assert _send(DOOR, {"pm25": 1}, key).status_code == 201
    row = queries.device(now, slug="air-01").keys[0]
    services.revoke_device_key(now, device="air-01", key=row.id)
    assert _send(DOOR, {"pm25": 2}, key).status_code == 401


def test_data_arrays_go_to_the_devices_own_streams_only(now: Context, key: str) -> None:
    with act_in(now):
        own = queries.thing(now, number=1).row.stream("pm25")
        other = queries.thing(now, number=2).row.stream("pm25")
    assert own and other
    rows = [["2026-04-10T08:00:00Z", 31.2], ["2026-04-10T09:00:00Z", 33.0], ["yesterday", 1.0], [1]]
    body = [{"Datastream": {"@iot.id": own.number}, "components": ["phenomenonTime", "result"], "dataArray": rows}]
    told = _send(f"{DOOR}/data-array", body, key).json()
    assert (told["stored"], told["refused"]) == (2, 2)
    body[0]["Datastream"] = {"@iot.id": other.number}
    assert _send(f"{DOOR}/data-array", body, key).status_code == 422
    for wrong in ({}, [5], [{"dataArray": 5}], [{"Datastream": 5, "components": [], "dataArray": []}]):
        assert _send(f"{DOOR}/data-array", wrong, key).status_code == 422


def test_csv_takes_a_column_for_each_property(now: Context, key: str) -> None:
    text = "\ufefft,pm25,battery\n2026-04-10T08:00:00Z,31.2,87\n1775809800,33,\n\nnever,1,2\n"
    answer = _send(f"{DOOR}/csv", text, key, "text/csv")
    assert (answer.status_code, answer.json()["stored"], answer.json()["refused"]) == (201, 3, 1)
    assert _send(f"{DOOR}/csv", "ฝุ่น".encode("cp874"), key, "text/csv").status_code == 422
    assert _send(f"{DOOR}/csv", "", key, "text/csv").status_code == 422


def test_a_body_beyond_ten_megabytes_is_refused_before_it_is_read(now: Context, key: str) -> None:
    answer = _send(DOOR, b" " * (LARGEST_BODY + 1), key)
    assert (answer.status_code, answer.json()["code"]) == (413, "citydata.message_too_large")
    assert _send(DOOR, b" " * (LARGEST_BODY - 100) + b'{"pm25": 1}', key).status_code == 201


def test_a_device_that_sends_too_often_is_held_back(now: Context, key: str, settings: Any) -> None:
    settings.NAKHON_LIMITS = "device.message=2/1m"
    assert [_send(DOOR, {"pm25": value}, key).status_code for value in (1, 2, 3)] == [201, 201, 429]


def test_a_key_tells_what_it_opens(key: str) -> None:
    answer = Client().get("/samui/api/v1/device", headers={"Authorization": f"Bearer {key}"})
    assert answer.json()["streams"]["pm25"]["unit"] == "ug/m3"
    assert Client().get("/samui/api/v1/device").status_code == 401
