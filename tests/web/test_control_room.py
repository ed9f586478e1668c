"""The wall of the control room: what it shows, to whom, that it renews itself, and that it does not grow."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from nakhon.citydata.sensors.models import Datastream, Thing
from nakhon.citydata.watches import services as watch_services
from nakhon.kernel.context import Context
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.sensors import stage as sensor_stage
from tests.citydata.watches import stage
from tests.platform import CHROMIUM, FLAGS, axe_violations
from tests.web.staff import at_the_console, console, nobody_else_gets_in, text_of

__all__ = ["console"]
PATH = "/samui/staff/control-room/"


def now_ctx(city: Organisation) -> Context:
    return make.ctx(city, "admin", now=timezone.now())


def dusty(city: Organisation, value: float = 80.0) -> tuple[Context, int]:
    """A station whose dust has just opened an alert; its context and the key of its stream."""
    ctx = now_ctx(city)
    [stream] = stage.stations(ctx, "market")
    stage.watch(ctx)
    stage.send(ctx, stream, [value], start=ctx.now - timedelta(minutes=2))
    stage.look(ctx)
    return ctx, stream


def number_of(ctx: Context, stream: int) -> int:
    with act_in(ctx):
        return int(Datastream.objects.get(pk=stream).number)


@pytest.mark.django_db
def test_the_wall_shows_alerts_values_and_their_numbers(console: Client, samui: Organisation) -> None:
    empty = text_of(console.get(PATH))
    assert "No alerts" in empty and "No station sends values yet" in empty
    ctx, stream = dusty(samui)
    page = text_of(console.get(PATH))
    assert "Too much dust" in page and "Station market" in page and "Not acknowledged" in page
    assert f'data-stream="{number_of(ctx, stream)}"' in page and "80" in page
    told = json.loads(page.split('id="wall-map-data" type="application/json">')[1].split("</script>")[0])
    assert [one["severity"] for one in told["alerts"]] == ["warning"] and told["alerts"][0]["open"] is True
    assert [round(pin["lat"], 1) for pin in told["pins"]] == [9.5]


@pytest.mark.django_db
def test_the_board_alone_renews_the_wall(console: Client, samui: Organisation) -> None:
    ctx, _ = dusty(samui)
    board = console.get(f"{PATH}board/")
    assert board.status_code == 200 and board["Cache-Control"] == "no-store"
    text = text_of(board)
    assert "<html" not in text and 'id="wall-alerts"' in text and "Too much dust" in text
    watch_services.end_alert(ctx, number=1, note="looked, a barbecue")
    calm = text_of(console.get(f"{PATH}board/"))
    assert "Too much dust" not in calm and "1 ended today" in calm


@pytest.mark.django_db
def test_cameras_that_are_silent_are_named(console: Client, samui: Organisation) -> None:
    ctx = now_ctx(samui)
    kind = sensor_stage.kind(ctx, key="camera")
    first, _ = sensor_stage.things(ctx, kind, 2)
    with act_in(ctx):
        Thing.objects.filter(pk=first.pk).update(silent_since=ctx.now - timedelta(hours=5))
    page = text_of(console.get(PATH))
    dead = page.split('class="wall-dead"')[1].split("</ul>")[0]
    assert "Station 0" in dead and "Station 1" not in dead
    with act_in(ctx):
        Thing.objects.filter(pk=first.pk).update(silent_since=None)
    assert "Every camera reports" in text_of(console.get(PATH))


@pytest.mark.django_db
def test_nobody_else_gets_in(samui: Organisation, yala: Organisation) -> None:
    for path in (PATH, f"{PATH}board/"):
        nobody_else_gets_in(samui, yala, path, without="")


@pytest.mark.django_db
def test_a_neighbours_alerts_stay_there(console: Client, yala: Organisation) -> None:
    dusty(yala)
    assert "Too much dust" not in text_of(console.get(PATH))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def wall(
    transactional_db: None, settings: Any, live_server: Any, chromium: Browser
) -> Iterator[tuple[Page, Context, int]]:
    """A page of an administrator's browser before it opens the wall, with one dusty station."""
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    settings.BASE_URL = live_server.url
    city = make.city("samui", "เทศบาลนครเกาะสมุย", "Koh Samui City Municipality")
    ctx, stream = dusty(city)
    client, _ = at_the_console(city, "admin")
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 800}, timezone_id="Asia/Bangkok",
        user_agent="Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0",
    )  # fmt: skip
    context.add_cookies(
        [{"name": name, "value": one.value, "url": live_server.url} for name, one in client.cookies.items()]
    )
    page = context.new_page()
    yield page, ctx, stream
    context.close()


def told(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def reading(number: int, at: Any, value: float) -> str:
    stream = {"value": value, "time": at.isoformat(), "unit": "ug/m3", "code": "pm25", "quality": 0}
    return told("obs", {"streams": {str(number): stream}})


def served(page: Page, bodies: Iterator[str]) -> None:
    """The stream's address answers with these events, one body for each time that the page connects; then never again."""

    def answer(route: Route) -> None:
        body = next(bodies, None)
        if body is None:
            route.abort()
        else:
            route.fulfill(status=200, headers={"content-type": "text/event-stream"}, body="retry: 10\n\n" + body)

    page.route("**/live/stream**", answer)


@pytest.mark.browser
def test_values_and_alerts_arrive_without_reloading(wall: tuple[Page, Context, int]) -> None:
    page, ctx, stream = wall
    number = number_of(ctx, stream)
    errors: list[str] = []
    page.on("pageerror", lambda problem: errors.append(str(problem)))
    events = told("state", {"live": True}) + reading(number, ctx.now, 91.25) + told("alert", {"ids": ["1"]})
    served(page, iter([events + told("end", {})]))
    page.goto(PATH)
    page.evaluate("window.sameDocument = true")
    tile = page.locator(f'[data-stream="{number}"]')
    expect(tile.locator("[data-value]")).to_contain_text("91.3")
    expect(page.locator("[data-wall-live]")).to_have_attribute("data-wall-live", "no", timeout=10_000)
    expect(page.locator("[data-live-text]")).to_contain_text("Not live since")
    watch_services.end_alert(ctx, number=1, note="calm again")
    page.unroute("**/live/stream**")
    served(page, iter([told("state", {"live": True}) + told("alert", {"ids": ["1"]})] * 20))
    expect(page.locator("#wall-alerts")).to_contain_text("No alerts", timeout=15_000)
    assert page.evaluate("window.sameDocument") is True and errors == []
    assert "B.E. 2" in str(page.locator("[data-wall-clock]").text_content())


@pytest.mark.browser
def test_thousands_of_events_leave_the_wall_as_large_as_it_was(wall: tuple[Page, Context, int]) -> None:
    page, ctx, stream = wall
    number = number_of(ctx, stream)
    rounds, each = 6, 1000

    def bodies() -> Iterator[str]:
        for turn in range(rounds):
            start = ctx.now + timedelta(seconds=turn * each)
            rows = (reading(number, start + timedelta(seconds=i), 20 + (i * 7) % 60) for i in range(each))
            # Each connection ends as the server ends it, so that the page comes back at once.
            yield told("state", {"live": True}) + "".join(rows) + told("alert", {"ids": []}) + told("end", {})

    served(page, bodies())
    page.goto(PATH)
    browser = page.context.new_cdp_session(page)
    browser.send("Performance.enable")

    def size() -> tuple[float, float]:
        browser.send("HeapProfiler.collectGarbage")
        found = {one["name"]: one["value"] for one in browser.send("Performance.getMetrics")["metrics"]}
        return found["JSHeapUsedSize"], found["Nodes"]

    value = page.locator(f'[data-stream="{number}"] [data-value]')
    expect(value).to_have_text("53.0", timeout=15_000)
    page.wait_for_timeout(500)
    heap, nodes = size()
    done = "[data-wall-live=no]"
    page.wait_for_selector(done, timeout=30_000)
    page.wait_for_timeout(1200)
    later_heap, later_nodes = size()
    assert page.evaluate("document.querySelectorAll('[data-line]').length") == 1
    drawn = str(page.locator("[data-line]").get_attribute("d"))
    assert drawn.count("L") == 119, "the line keeps its last 120 points"
    assert later_nodes <= nodes + 60, (nodes, later_nodes)
    assert later_heap <= heap + 1_500_000, (heap, later_heap)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["th", "en"])
def test_the_wall_is_accessible_and_dark_until_chosen_otherwise(wall: tuple[Page, Context, int], language: str) -> None:
    page, _, _ = wall
    served(page, iter([]))
    page.goto(PATH)
    page.context.clear_cookies(name="nakhon_language")
    page.context.add_cookies([{"name": "nakhon_language", "value": language, "url": page.url.split("/samui")[0]}])
    page.goto(PATH)
    assert page.locator("html").get_attribute("lang") == language
    assert axe_violations(page) == []
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.locator("[data-wall-scheme]").click()
    light = page.evaluate(ground)
    assert sum(map(int, dark[4:-1].split(","))) < 120 < 600 < sum(map(int, light[4:-1].split(",")))
    assert axe_violations(page) == []
