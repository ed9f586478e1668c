"""The pages of watches: plain words, trials with their result, switching on and off with its safeguards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from nakhon.citydata.watches import queries, services, trials
from nakhon.knowledge.text import Text
from nakhon.people.models import Organisation
from nakhon.web.views.watches import months_of
from nakhon.web.watch_words import ending, lasted, lines, sentence, span
from tests.citydata.watches import stage
from tests.web.staff import at_the_console, console, nobody_else_gets_in, text_of
from tests.web.test_control_room import dusty, now_ctx

pytestmark = pytest.mark.django_db
__all__ = ["console"]
LIST, ONE = "/samui/staff/watches/", "/samui/staff/watches/dust/"
OFF = stage.DUST.replace("enabled: true", "enabled: false")


def tried(samui: Organisation, yaml: str = OFF) -> tuple[str, str]:
    """A finished trial over two days in which the dust was high twice; its id and page."""
    ctx = now_ctx(samui)
    [stream] = stage.stations(ctx, "market")
    stage.watch(ctx, yaml)
    values = [20.0] * 10 + [60.0] * 5 + [20.0] * 10 + [70.0] * 3 + [20.0] * 10
    stage.send(ctx, stream, values, start=ctx.now - timedelta(hours=len(values)))
    made = services.try_watch(ctx, watch="dust", since=ctx.now - timedelta(days=3))
    trials.run_trial(str(ctx.tenant.id), str(made.pk))
    assert queries.trial_card(ctx, trial_id=made.pk).state == "DONE"
    return str(made.pk), f"{ONE}trials/{made.pk}/"


@pytest.mark.parametrize(
    ("when", "more", "th", "en"),
    [
        ('average: 24h, condition: "value > 37.5"', "for: 1h", "ค่าเฉลี่ย 24 ชั่วโมง ของ “ฝุ่น” มากกว่า 37.5 µg/m³ ต่อเนื่อง 1 ชั่วโมง",
         "the 24 hour mean of “Dust” is above 37.5 µg/m³ for 1 hour"),
        ("silence: 3h", "", "ไม่ได้รับข้อมูลนานเกิน 3 ชั่วโมง", "nothing is heard for longer than 3 hours"),
        ('rate: per 1h, condition: "value >= 0.5"', "", "การเปลี่ยนแปลงของ “ฝุ่น”ใน 1 ชั่วโมง ตั้งแต่ 0.5 µg/m³",
         "the change of “Dust” in 1 hour is at least 0.5 µg/m³"),
        ('repetition: {count: 3, within: 24h}, condition: "value < 4"', "", "น้อยกว่า 4 µg/m³ ตั้งแต่ 3 ครั้งภายใน 24 ชั่วโมง",
         "is below 4 µg/m³ 3 times or more within 24 hours"),
        ('condition: "value > 3 && value < 9"', "", "ตรงตามเงื่อนไข value > 3 && value < 9", "meets value > 3 && value < 9"),
    ],
)  # fmt: skip
def test_a_watch_in_plain_words(samui: Organisation, when: str, more: str, th: str, en: str) -> None:
    ctx = now_ctx(samui)
    old = 'when: {sensor: air-station, property: pm25, condition: "value > 37.5"}'
    new = f"when: {{sensor: air-station, property: pm25, {when}}}\n{more}"
    stage.watch(ctx, OFF.replace(old, new))
    row = queries.watch_card(ctx, watch="dust")
    said = sentence(row, Text("สถานี", "Air station"), Text("ฝุ่น", "Dust"), "ug/m3")
    assert th in said.th and en in said.en


def test_when_it_ends_and_what_the_chart_marks(samui: Organisation) -> None:
    ctx = now_ctx(samui)
    stage.watch(ctx, OFF + 'clear: {condition: "value < 35", for: 30m}\n')
    row = queries.watch_card(ctx, watch="dust")
    assert ending(row, "ug/m3").en == "Ends when the value is below 35 µg/m³ for 30 minutes"
    assert [one["value"] for one in lines(row.body)] == [37.5, 35.0]
    assert span("1h").en == "1 hour" and lasted(90_060).th == "1 วัน 1 ชั่วโมง" and lasted(5).en == "under a minute"


def test_the_list_says_what_is_on_and_when_it_fired(console: Client, samui: Organisation) -> None:
    assert "There are no watches yet" in text_of(console.get(LIST))
    dusty(samui)
    page = text_of(console.get(LIST))
    assert "is above 37.5 µg/m³" in page and "never" not in page and ">On<" in page


def test_a_trial_shows_how_often_when_and_where(console: Client, samui: Organisation) -> None:
    _, path = tried(samui)
    page = text_of(console.get(path))
    assert "Would have fired (times)" in page and "Station market" in page and "8 hours" in page
    chart = page.split('id="watch-chart-data" type="application/json">')[1].split("</script>")[0]
    assert '"value": 37.5' in chart and chart.count("[") > 20
    assert "is-fired" in page
    assert console.get(path.replace("trials/", "trials/0")).status_code == 404
    assert console.get(f"{ONE}trials/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_the_calendar_has_a_row_for_each_month(samui: Organisation) -> None:
    ctx = now_ctx(samui)
    trial_id, _ = tried(samui)
    found = queries.trial_card(ctx, trial_id=trial_id)  # type: ignore[arg-type]
    months = months_of(found)
    assert 1 <= len(months) <= 2 and all(len(row["cells"]) == 31 for row in months)
    fired = {cell["day"] for row in months for cell in row["cells"] if cell["count"]}
    assert fired and all(isinstance(day, date) for day in fired)


def test_a_trial_is_asked_for_and_its_progress_shown(console: Client, samui: Organisation) -> None:
    ctx = now_ctx(samui)
    stage.watch(ctx, OFF)
    answer = console.post(f"{ONE}try/", {"days": "30"})
    assert answer.status_code == 302
    waiting = text_of(console.get(answer["Location"]))
    assert "every 2s" in waiting
    part = console.get(answer["Location"], headers={"HX-Request": "true"})
    assert "<html" not in text_of(part) and "HX-Refresh" not in part
    trials.run_trial(str(ctx.tenant.id), answer["Location"].rstrip("/").rsplit("/", 1)[1])
    done = console.get(answer["Location"], headers={"HX-Request": "true"})
    assert done["HX-Refresh"] == "true" and "There are no data in this period" in text_of(done)
    for wrong in ({"since": "not a day", "until": ""}, {"since": "", "until": ""}, {"since": "1/1/2500", "until": ""}):
        assert console.post(f"{ONE}try/", wrong).status_code == 422, wrong
    assert console.post(f"{ONE}try/", {"since": "1/1/2569", "until": "31/1/2569"}).status_code == 302


def test_it_is_switched_on_after_a_trial_or_with_a_reason(console: Client, samui: Organisation) -> None:
    ctx = now_ctx(samui)
    stage.watch(ctx, OFF)
    refused = console.post(f"{ONE}on/", {"untried_reason": ""})
    assert refused.status_code == 409 and "never tried on past data" in text_of(refused)
    short = console.post(f"{ONE}on/", {"untried_reason": "because"})
    assert short.status_code == 422 and "10 to 500 characters" in text_of(short)
    assert not queries.watch_card(ctx, watch="dust").enabled
    assert console.post(f"{ONE}on/", {"untried_reason": "the season begins tomorrow"}).status_code == 302
    page = text_of(console.get(ONE))
    assert "the season begins tomorrow" in page and "Switch it off" in page
    assert console.post(f"{ONE}on/", {"untried_reason": ""}).status_code == 409
    assert console.post(f"{ONE}off/").status_code == 302 and console.post(f"{ONE}off/").status_code == 409


def test_a_tried_watch_needs_no_reason(console: Client, samui: Organisation) -> None:
    tried(samui)
    assert "The present version was tried" in text_of(console.get(ONE))
    assert console.post(f"{ONE}on/").status_code == 302
    assert queries.watch_card(now_ctx(samui), watch="dust").enabled


def test_an_officer_tries_but_does_not_switch(samui: Organisation, yala: Organisation) -> None:
    stage.watch(now_ctx(samui), OFF)
    officer, _ = at_the_console(samui, "officer")
    page = text_of(officer.get(ONE))
    assert "Try it on past data" in page and "Switch it on" not in page
    assert officer.post(f"{ONE}on/", {"untried_reason": "the season begins"}).status_code == 403
    assert officer.post(f"{ONE}off/").status_code == 403
    assert officer.get(f"{LIST}new.yaml").status_code == 403
    assert officer.post(f"{ONE}try/", {"days": "7"}).status_code == 302
    nobody_else_gets_in(samui, yala, LIST, without="")
    nobody_else_gets_in(samui, yala, f"{ONE}try/", method="post", without="executive")


def test_the_template_is_a_sound_watch(console: Client, samui: Organisation) -> None:
    stage.stations(now_ctx(samui))
    answer = console.get(f"{LIST}new.yaml")
    assert answer["Content-Disposition"].endswith('filename="watch.yaml"')
    assert stage.body(answer.content.decode()).id == "my-watch"
    assert console.get("/samui/staff/watches/none/").status_code == 404
