"""The pages of alerts: the list by need, one alert with its story, and what can be done with it, each refusal beside its success."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from nakhon.citydata.watches import queries
from nakhon.people import services as people
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.watches import stage
from tests.web.staff import at_the_console, console, nobody_else_gets_in, text_of
from tests.web.test_control_room import dusty, now_ctx

pytestmark = pytest.mark.django_db
__all__ = ["console"]
LIST, ONE = "/samui/staff/alerts/", "/samui/staff/alerts/1/"
FLOOD = """\
kind: watch
id: very-dusty
name: {th: ฝุ่นวิกฤต, en: Very dusty}
when: {sensor: air-station, property: pm25, condition: "value > 75"}
then: [{alert: {severity: critical, text: {th: ฝุ่นวิกฤต, en: Dangerous dust}}}]
enabled: true
"""


def test_the_gravest_that_nobody_has_taken_comes_first(console: Client, samui: Organisation) -> None:
    assert "All is calm" in text_of(console.get(LIST))
    ctx, stream = dusty(samui)
    stage.watch(ctx, FLOOD)
    stage.send(ctx, stream, [90.0], start=ctx.now - timedelta(minutes=1))
    stage.look(ctx)
    page = text_of(console.get(LIST))
    assert page.index("Dangerous dust") < page.index("Too much dust")
    console.post("/samui/staff/alerts/2/acknowledge/", {"take-note": ""})
    page = text_of(console.get(LIST))
    assert page.index("Too much dust") < page.index("Dangerous dust"), "what somebody has taken steps back"
    only = text_of(console.get(f"{LIST}?severity=critical"))
    assert "Dangerous dust" in only and "Too much dust" not in only
    assert "Dangerous dust" not in text_of(console.get(f"{LIST}?state=OPEN"))
    assert "No alert matches" in text_of(console.get(f"{LIST}?state=ENDED"))
    assert "Too much dust" in text_of(console.get(f"{LIST}?state=nonsense&severity=nonsense"))


def test_one_alert_tells_value_place_watch_and_owner(console: Client, samui: Organisation) -> None:
    dusty(samui)
    page = text_of(console.get(ONE))
    for said in (
        "Too much dust",
        "Station market",
        "80.0 µg/m³",
        "The condition began to hold",
        "environment",
        "9.50000",
    ):
        assert said in page, said
    assert console.get("/samui/staff/alerts/99/").status_code == 404


def test_it_is_acknowledged_once_with_a_note(console: Client, samui: Organisation) -> None:
    dusty(samui)
    assert console.post(f"{ONE}acknowledge/", {"take-note": "a crew is on its way"}).status_code == 302
    page = text_of(console.get(ONE))
    assert "a crew is on its way" in page and "สมชาย ใจดี" in page
    again = console.post(f"{ONE}acknowledge/", {"take-note": ""})
    assert again.status_code == 409 and "has acknowledged it already" in text_of(again)


def test_it_ends_only_with_words(console: Client, samui: Organisation) -> None:
    ctx, _ = dusty(samui)
    refused = console.post(f"{ONE}end/", {"end-note": "  "})
    assert refused.status_code == 422 and "Write what was done or found" in text_of(refused)
    assert console.post(f"{ONE}end/", {"end-note": "a barbecue next door"}).status_code == 302
    assert queries.alert_card(ctx, number=1).end_reason == "person"
    page = text_of(console.get(ONE))
    assert "a barbecue next door" in page and "Ended by a member of staff" in page and "Assign" not in page
    again = console.post(f"{ONE}end/", {"end-note": "once more"})
    assert again.status_code == 409 and "has ended" in text_of(again)


def test_it_is_given_to_a_unit_that_exists(console: Client, samui: Organisation) -> None:
    ctx, _ = dusty(samui)
    people.create_unit(
        make.ctx(samui, "admin"), code="works", kind="DIVISION", name_th="กองช่าง", name_en="Works", parent_id=None
    )
    refused = console.post(f"{ONE}assign/", {"unit": "nobody", "member_id": "not-an-id"})
    assert refused.status_code == 422 and "no such unit" in text_of(refused) and "no such member" in text_of(refused)
    assert console.post(f"{ONE}assign/", {"unit": "works", "member_id": ""}).status_code == 302
    assert queries.alert_card(ctx, number=1).unit == "works" and "Works" in text_of(console.get(ONE))


def test_who_only_looks_may_not_act(samui: Organisation, yala: Organisation) -> None:
    dusty(samui)
    mayor, _ = at_the_console(samui, "executive")
    page = text_of(mayor.get(ONE))
    assert "Too much dust" in page and "Acknowledge</span>" not in page
    for act in ("acknowledge", "assign", "end"):
        assert mayor.post(f"{ONE}{act}/", {"end-note": "x", "unit": ""}).status_code == 403, act
    nobody_else_gets_in(samui, yala, LIST, without="")
    nobody_else_gets_in(samui, yala, f"{ONE}end/", method="post", without="executive")


def test_a_neighbours_alert_is_not_there(console: Client, yala: Organisation) -> None:
    dusty(yala)
    assert console.get(ONE).status_code == 404
    assert console.post(f"{ONE}acknowledge/").status_code == 404


def test_in_thai_by_default(samui: Organisation) -> None:
    dusty(samui)
    client, _ = at_the_console(samui, "officer", language="th")
    page = text_of(client.get(ONE))
    assert "ฝุ่นเกิน" in page and "รับทราบ" in page and "Acknowledge" not in page


def test_a_silence_tells_how_long(console: Client, samui: Organisation) -> None:
    ctx = now_ctx(samui)
    [stream] = stage.stations(ctx, "market")
    silence = FLOOD.replace("id: very-dusty", "id: quiet").replace('condition: "value > 75"', "silence: 3h")
    stage.watch(ctx, silence)
    stage.send(ctx, stream, [10.0], start=ctx.now - timedelta(hours=5))
    stage.look(ctx)
    stage.look(ctx, ctx.now + timedelta(minutes=1))
    assert "Silent for, when it opened" in text_of(console.get(ONE))
