"""The map and the stations in Chromium: the map draws, finds, shows and remembers; values renew themselves without a reload."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.platform import Platform, axe_violations, visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CITY = "nakhonsawan"
NO_WEBGL = """
    const own = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind === "webgl2" ? null : own.call(this, kind, ...more);
    };
"""


@pytest.fixture(params=[False, True], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, platform: Platform) -> Iterator[Page]:
    context = visitor(browser, platform, phone=request.param, language="en")
    shown = context.new_page()
    complaints: list[str] = []
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    yield shown
    assert complaints == []
    assert context.strangers == []  # type: ignore[attr-defined]
    context.close()


def drawn(page: Page) -> None:
    page.wait_for_selector(".citymap.is-live", timeout=30_000)
    loaded = "document.querySelector('[data-citymap]').nakhonMap.areTilesLoaded()"
    for _ in range(100):
        if page.evaluate(loaded):
            return
        page.wait_for_timeout(200)
    raise AssertionError("the tiles of the map did not come")


def test_a_station_is_found_by_keyboard_opened_and_kept_in_the_address(page: Page) -> None:
    page.goto(f"/{CITY}/map/")
    drawn(page)
    pin = page.locator(".value-pin").first
    expect(pin).to_be_attached(timeout=15_000)
    name = str(pin.get_attribute("aria-label")).split(",")[0]
    page.get_by_role("combobox").fill(name)
    link = page.locator("[data-found] a[data-station]").first
    expect(link).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-found] a").first).to_be_focused()
    link.focus()
    page.keyboard.press("Enter")
    card = page.locator("[data-card]")
    expect(card.get_by_role("heading")).to_be_focused()
    expect(page).to_have_url(re.compile(r"feature=station:\d+"))
    assert axe_violations(page) == []
    shared = page.url
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.goto(shared)
    expect(page.locator("[data-card]")).to_be_visible(timeout=15_000)


def test_a_layer_is_switched_off_in_the_drawing_and_in_the_address(page: Page) -> None:
    page.goto(f"/{CITY}/map/")
    drawn(page)
    config = json.loads(page.locator("#citymap-config").text_content() or "{}")
    layer = next(one for one in config["layers"] if one["shown"])
    box = page.locator(f"[data-layer='{layer['key']}']")
    box.evaluate("box => box.click()")
    state = (
        f"document.querySelector('[data-citymap]').nakhonMap.getLayoutProperty('own-{layer['key']}-dot', 'visibility')"
    )
    assert page.evaluate(state) == "none"
    assert layer["key"] not in re.search(r"layers=([^&]*)", page.url)[1].split(",")  # type: ignore[index]
    page.reload()
    drawn(page)
    assert page.evaluate(state) == "none", "the address keeps what was chosen"


def test_without_webgl_the_lists_are_there(page: Page) -> None:
    page.add_init_script(NO_WEBGL)
    page.goto(f"/{CITY}/map/")
    expect(page.locator(".citymap-stage .map-note")).to_be_attached()
    page.locator(".layer-list").first.evaluate("link => link.click()")
    expect(page.locator("h1")).to_be_visible()


def test_a_station_draws_its_trend_and_stays_live(page: Page) -> None:
    page.goto(f"/{CITY}/air/")
    page.locator(".station-card a.cover").first.click()
    page.wait_for_selector("[data-trend].is-live", timeout=20_000)
    expect(page.locator("[data-live-on]")).to_be_visible(timeout=20_000)
    # What is on the page is put wrong; asked to renew itself, the page takes what is true from the server.
    page.evaluate("document.querySelector('#live-now .now-value .num').textContent = '-1'")
    page.evaluate("document.dispatchEvent(new Event('nakhon:renew'))")
    expect(page.locator("#live-now .now-value .num")).not_to_have_text("-1", timeout=15_000)
