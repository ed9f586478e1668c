"""The design system in a real browser: the face loads, the policy holds, axe finds nothing, and the small scripts do their work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.platform import ROOT, Platform, visitor

pytestmark = pytest.mark.browser

NO_WEBGL = """
    const own = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind === "webgl2" ? null : own.call(this, kind, ...more);
    };
"""
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def _watch(page: Page) -> list[str]:
    """Everything the browser complains about, the content security policy's refusals among them."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


@pytest.fixture
def page(browser: Browser, platform: Platform) -> Iterator[Page]:
    context = visitor(browser, platform)
    yield context.new_page()
    context.close()


def _violations(page: Page) -> list[str]:
    # Handed over through the debugger: the pages' own policy would refuse a script of a test.
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']} ({one['impact']}): {[node['target'] for node in one['nodes']][:4]}" for one in found["violations"]
    ]


@pytest.mark.parametrize("address", ["/", "/style/", "/samui/", "/surat/"])
@pytest.mark.parametrize(
    ("language", "dark", "phone"), [("th", False, True), ("en", True, False), ("th", True, False), ("en", False, True)]
)
def test_axe_finds_nothing_and_nothing_is_refused_or_strange(
    browser: Browser, platform: Platform, address: str, language: str, dark: bool, phone: bool
) -> None:
    context = visitor(browser, platform, phone=phone, language=language, dark=dark)
    shown = context.new_page()
    complaints = _watch(shown)
    shown.goto(address)
    shown.wait_for_load_state("networkidle")
    assert _violations(shown) == []
    assert complaints == []
    assert context.strangers == []  # type: ignore[attr-defined]
    assert shown.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
    assert shown.evaluate("document.documentElement.lang") == language
    context.close()


def test_axe_would_find_a_nameless_button(page: Page) -> None:
    page.goto("/style/")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any(one.startswith("button-name") for one in _violations(page))


def test_the_thai_face_really_draws_the_text(page: Page) -> None:
    page.goto("/style/")
    page.evaluate("document.fonts.ready.then(() => true)")
    loaded = page.evaluate("[...document.fonts].filter(face => face.status === 'loaded').map(face => face.weight)")
    assert {"400", "600"} <= set(loaded)
    # Glyphs of the face that was painted, as the browser's own inspector reports them, not the name in the style sheet.
    inspector = page.context.new_cdp_session(page)
    inspector.send("DOM.enable")
    inspector.send("CSS.enable")
    root = inspector.send("DOM.getDocument")["root"]["nodeId"]
    for selector in ("h1", "main p", ".btn"):
        node = inspector.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        fonts = inspector.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        assert fonts and all(
            font["familyName"].startswith("IBM Plex Sans Thai Looped") and font["isCustomFont"] for font in fonts
        ), fonts


def test_the_choice_of_dark_is_kept_and_follows_the_device_again(page: Page) -> None:
    page.goto("/style/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="มืด").first.click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    page.goto("/samui/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.get_by_role("button", name="ตามอุปกรณ์").first.click()
    assert page.evaluate("document.documentElement.dataset.theme") is None


def test_a_dialog_opens_closes_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/style/")
    opener = page.get_by_role("button", name="เปิดกล่องโต้ตอบ")
    opener.click()
    expect(page.get_by_role("dialog", name="ปิดเรื่องนี้หรือไม่")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_a_code_may_be_typed_in_thai_digits_and_pasted_with_spaces(page: Page) -> None:
    page.goto("/style/")
    code = page.locator("[data-otp]").first
    code.fill("๑๒๓ 456 789")
    expect(code).to_have_value("123456")
    code.fill("ab")
    expect(code).to_have_value("")


def test_a_password_can_be_shown_and_hidden(page: Page) -> None:
    page.goto("/style/")
    box = page.locator("[data-password]").first
    field, button = box.locator("input"), box.locator("[data-password-toggle]")
    field.fill("secret")
    button.click()
    expect(field).to_have_attribute("type", "text")
    button.click()
    expect(field).to_have_attribute("type", "password")


def test_choosing_rows_offers_what_can_be_done_and_choosing_none_takes_it_away(page: Page) -> None:
    page.goto("/style/")
    frame = page.locator("[data-table]").first
    bulk = frame.locator("[data-bulk]")
    expect(bulk).to_be_hidden()
    frame.locator("[data-select-all]").check(force=True)
    expect(bulk).to_be_visible()
    expect(frame.locator("[data-bulk-count]")).to_have_text("3")
    frame.locator("[data-select-all]").uncheck(force=True)
    expect(bulk).to_be_hidden()


def test_the_map_is_drawn_and_its_cities_are_links(page: Page) -> None:
    complaints = _watch(page)
    page.goto("/")
    page.wait_for_selector(".map-frame.is-live", timeout=60_000)
    markers = page.locator(".map-marker")
    assert markers.count() == 12
    assert page.locator(".map-marker[href='/nan/'] .tag").text_content() == "น่าน"
    assert complaints == []


def test_without_scripts_the_map_is_a_still_picture_and_the_list_is_whole(browser: Browser, platform: Platform) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=platform.url)
    shown = context.new_page()
    shown.goto("/")
    assert shown.locator(".map-static .dot").count() == 12
    assert shown.locator(".city-card a.cover").count() == 12
    context.close()


def test_where_webgl_is_missing_the_map_says_so(browser: Browser, platform: Platform) -> None:
    context = visitor(browser, platform)
    shown = context.new_page()
    shown.add_init_script(NO_WEBGL)
    shown.goto("/")
    expect(shown.locator(".map-note")).to_contain_text("ภาพนิ่ง")
    expect(shown.locator(".map-static")).to_be_visible()
    context.close()


def test_a_chart_is_drawn_within_the_policy(page: Page) -> None:
    complaints = _watch(page)
    page.goto("/style/")
    page.locator("[data-chart='sample-bar']").scroll_into_view_if_needed()
    page.wait_for_selector("[data-chart='sample-bar'].is-live", timeout=30_000)
    page.locator("#sample-bar canvas").hover()
    assert complaints == []
