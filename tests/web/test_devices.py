"""The pages of devices: health, keys shown once, commands by their schema, schedules, feeds, the work-list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from nakhon.citydata.sensors import queries, services
from nakhon.citydata.sensors.devices import resolve_device
from nakhon.citydata.sensors.ingest import Reading, store
from nakhon.citydata.sensors.models import Thing
from nakhon.kernel.context import Context
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests.citydata.sensors import stage
from tests.web.staff import at_the_console, console, nobody_else_gets_in, text_of
from tests.web.test_control_room import now_ctx

pytestmark = pytest.mark.django_db
__all__ = ["console"]
LIST, ONE = "/samui/staff/devices/", "/samui/staff/devices/of/air-01/"
LAMP: dict[str, Any] = stage.AIR | {
    "commands": {
        "light": {
            "schema": {
                "type": "object", "required": ["level"], "additionalProperties": False,
                "properties": {"level": {"type": "integer", "minimum": 0, "maximum": 100, "title": "Level"}},
            }
        }
    }
}  # fmt: skip


def lamp(city: Organisation, key: str = "air-station") -> tuple[Context, Thing]:
    ctx = now_ctx(city)
    kind = stage.kind(ctx, key=key, body=LAMP)
    [thing] = stage.things(ctx, kind)
    services.add_device(ctx, thing=thing.number, slug="air-01")
    return ctx, thing


def test_the_list_tells_health_and_filters_by_it(console: Client, samui: Organisation) -> None:
    assert "No device matches" in text_of(console.get(LIST))
    ctx, thing = lamp(samui)
    page = text_of(console.get(LIST))
    assert "air-01" in page and "Never heard" in page
    battery = stage.stream(ctx, thing, "battery")
    store(ctx, [Reading(battery.pk, ctx.now, 11.0)])
    page = text_of(console.get(f"{LIST}?health=battery"))
    assert "air-01" in page and "11%" in page
    assert "No device matches" in text_of(console.get(f"{LIST}?health=silent"))
    with act_in(ctx):
        Thing.objects.filter(pk=thing.pk).update(silent_since=ctx.now - timedelta(hours=4))
    assert "air-01" in text_of(console.get(f"{LIST}?health=silent"))
    assert "No device matches" in text_of(console.get(f"{LIST}?q=nothing"))


def test_a_key_is_shown_once_with_examples_that_work(console: Client, samui: Organisation) -> None:
    lamp(samui)
    before = text_of(console.get(ONE))
    assert "It has no key" in before and "<KEY>" in before
    answer = console.post(f"{ONE}key/", {"overlap": "7"})
    page = text_of(answer)
    key = page.split('id="new-key">')[1].split("<")[0]
    assert answer["Cache-Control"] == "no-store" and resolve_device("samui", "air-01", key) is not None
    assert f"Bearer {key}" in page and "samui/devices/air-01/up" in page and "PubSubClient" in page
    again = text_of(console.get(ONE))
    assert key not in again and key[:6] in again
    sent = Client().post(
        "/samui/api/v1/observations",
        {"pm25": 31.2},
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )
    assert sent.status_code in (200, 201), sent.content
    assert "31.2" in text_of(console.get(ONE))


def test_keys_change_with_an_overlap_and_end_at_once(console: Client, samui: Organisation) -> None:
    ctx, _ = lamp(samui)
    first = services.make_device_key(ctx, device="air-01")
    assert console.post(f"{ONE}key/", {"overlap": "1"}).status_code == 200
    assert resolve_device("samui", "air-01", first.key) is not None
    assert console.post(f"{ONE}key/", {"overlap": "400"}).status_code == 409
    assert console.post(f"{ONE}key/{first.id}/revoke/").status_code == 302
    assert resolve_device("samui", "air-01", first.key) is None
    assert console.post(f"{ONE}key/00000000-0000-0000-0000-000000000000/revoke/").status_code == 404
    console.post(f"{ONE}switch/", {"on": "0"})
    refused = console.post(f"{ONE}key/", {"overlap": "7"})
    assert refused.status_code == 409 and "disabled" in text_of(refused)


def test_a_command_goes_by_its_schema(console: Client, samui: Organisation) -> None:
    ctx, _ = lamp(samui)
    assert 'name="light-level"' in text_of(console.get(ONE))
    for wrong in ("", "150", "bright"):
        refused = console.post(f"{ONE}command/light/", {"light-level": wrong})
        assert refused.status_code == 422 and "does not fit" in text_of(refused), wrong
    assert console.post(f"{ONE}command/dance/", {}).status_code == 409
    assert queries.commands(ctx) == []
    assert console.post(f"{ONE}command/light/", {"light-level": "40"}).status_code == 302
    [sent] = queries.commands(ctx)
    assert (sent.name, sent.body, sent.state) == ("light", {"level": 40}, "WAITING")
    assert "Waiting" in text_of(console.get(ONE))
    assert console.post(f"{ONE}command/{sent.number}/cancel/").status_code == 302
    assert console.post(f"{ONE}command/{sent.number}/cancel/").status_code == 404


def test_schedules_by_clock_and_sun(console: Client, samui: Organisation) -> None:
    ctx, _ = lamp(samui)
    path = f"{LIST}schedules/"
    given = {"key": "night", "name_th": "กลางคืน", "name_en": "At night", "kind": "air-station",
             "at_1": "sunset-10m", "body_1": 'light {"level": 100}', "at_2": "23:00", "body_2": 'light {"level": 30}'}  # fmt: skip
    wrong = console.post(path, {**given, "at_1": "teatime"})
    assert wrong.status_code == 422 and "18:30" in text_of(wrong) and 'value="At night"' in text_of(wrong)
    unnamed = console.post(path, {**given, "name_th": " "})
    assert unnamed.status_code == 422 and "This is needed" in text_of(unnamed)
    assert console.post(path, {**given, "body_1": 'light {"level": 900}'}).status_code == 422
    assert console.post(path, given).status_code == 302
    [row] = queries.command_schedules(ctx)
    assert [entry["at"] for entry in row.entries] == ["sunset-10m", "23:00"]
    assert "At night" in text_of(console.get(path))
    assert (
        console.post(f"{path}night/remove/").status_code == 302
        and console.post(f"{path}night/remove/").status_code == 404
    )


def test_the_work_list_on_paper_and_as_a_file(console: Client, samui: Organisation) -> None:
    path = f"{LIST}work-list/"
    assert "Nothing needs a visit" in text_of(console.get(path))
    ctx, thing = lamp(samui)
    with act_in(ctx):
        Thing.objects.filter(pk=thing.pk).update(silent_since=ctx.now - timedelta(days=2), name_en="=cmd()")
    assert "Never spoke" in text_of(console.get(path))
    file = console.get(f"{path}?csv=1")
    lines = file.content.decode("utf-8-sig").splitlines()
    assert file["Content-Type"].startswith("text/csv") and len(lines) == 2 and "'=cmd()" in lines[1]


def test_a_device_is_added_to_a_new_or_a_known_station(console: Client, samui: Organisation) -> None:
    ctx, thing = lamp(samui)
    path = f"{LIST}new/"
    new = {
        "kind": "air-station",
        "key": "pier",
        "name_th": "ท่าเรือ",
        "name_en": "Pier",
        "lat": "9.53",
        "lon": "100.05",
        "slug": "air-02",
    }
    assert console.post(path, new)["Location"].endswith("/of/air-02/")
    assert "Pier" in text_of(console.get("/samui/staff/devices/of/air-02/"))
    assert console.post(path, {"thing": str(thing.number), "slug": "air-03"}).status_code == 302
    for wrong in ({**new, "key": "x", "slug": "Not This"}, {**new, "slug": "air-09"}, {**new, "key": "y", "lat": "north"},
                  {"thing": "999", "slug": "air-04"}):  # fmt: skip
        assert console.post(path, wrong).status_code == 422, wrong
    assert [row.slug for row in queries.devices(ctx)] == ["air-01", "air-02", "air-03"]


def test_feeds_are_listed_even_when_there_are_none(console: Client) -> None:
    assert "There are no feeds" in text_of(console.get(f"{LIST}feeds/"))
    assert console.post(f"{LIST}feeds/none/pull/").status_code == 404


def test_who_may_do_what(samui: Organisation, yala: Organisation) -> None:
    lamp(samui)
    officer, _ = at_the_console(samui, "officer")
    page = text_of(officer.get(ONE))
    assert "Make a new key" not in page and 'name="light-level"' in page
    for path in ("key/", "switch/"):
        assert officer.post(f"{ONE}{path}", {"overlap": "7"}).status_code == 403, path
    assert officer.get(f"{LIST}new/").status_code == 403
    mayor, _ = at_the_console(samui, "executive")
    assert mayor.post(f"{ONE}command/light/", {"light-level": "40"}).status_code == 403
    for path in (LIST, ONE, f"{LIST}work-list/", f"{LIST}feeds/", f"{LIST}schedules/"):
        nobody_else_gets_in(samui, yala, path, without="")


def test_a_neighbours_device_is_not_there(console: Client, yala: Organisation) -> None:
    lamp(yala)
    assert console.get(ONE).status_code == 404 and console.post(f"{ONE}key/", {"overlap": "7"}).status_code == 404


def test_in_thai_by_default(samui: Organisation) -> None:
    lamp(samui)
    client, _ = at_the_console(samui, "admin", language="th")
    page = text_of(client.get(ONE))
    assert "ส่งข้อมูลอย่างไร" in page and "How it sends" not in page
