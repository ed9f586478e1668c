"""Every page of the running platform, met as its readers meet it: on a phone in Thai, on a desktop in English, in the dark.

The crawl starts at the first pages and follows the links, one page for each address pattern. On each it expects: an answer,
nothing loaded from another host, no script error, no serious finding of axe, no sideways scrolling on a phone, a title and a
heading, the page's language declared.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.platform import Platform, axe_violations, sign_in_citizen, sign_in_staff, visitor
from tests.watch.addresses import Address, every_address

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CITY = "samui"
READERS = ["public", "citizen", "admin", "officer", "dpo", "mayor"]
LOOKS = {"th-phone": {"phone": True, "language": "th"}, "en-desktop-dark": {"language": "en", "dark": True}}
SHOTS = os.environ.get("NAKHON_SCREENSHOTS", "")
"""A folder: every page met is then kept there as a picture, to be looked at."""
NOT_PAGES = re.compile(
    r"/(api/v1|files|healthz|metrics|signout|export|download)|\.(json|xlsx|zip|csv|txt|yaml)$|/download/|/oidc/"
)
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KINDS = {"uuid": _UUID, "int": r"\d+", "slug": r"[-\w]+", "str": r"[^/]+", "path": r".+", "only_city": ""}


def _pattern(address: Address) -> re.Pattern[str]:
    route = re.escape("/" + address.route)
    for name, kind in address.parameters:
        written = re.escape(f"<{kind}:{name}>")
        expression = CITY if name == "city" else _KINDS[kind]
        route = route.replace(written, expression).replace(re.escape(f"<{name}>"), expression)
    return re.compile(f"^{route}$")


ADDRESSES = [(address, _pattern(address)) for address in every_address()]


def _address_of(path: str) -> Address | None:
    return next((address for address, pattern in ADDRESSES if pattern.match(path)), None)


def _links(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    return found


def _roots(reader: str) -> list[str]:
    if reader == "public":
        return [
            "/",
            f"/{CITY}/",
            "/style/",
            "/signin/",
            f"/{CITY}/signin/",
            f"/{CITY}/staff/signin/",
            "/problems/not_found",
        ]
    if reader == "citizen":
        return [f"/{CITY}/me/", f"/{CITY}/account/"]
    return [f"/{CITY}/staff/", f"/{CITY}/account/"]


def _crawl(page: Page, platform: Platform, reader: str) -> Iterator[tuple[str, Address]]:
    """Visit one page for each address pattern; yields its path and pattern when it stands loaded in ``page``."""
    waiting, seen = _roots(reader), set()
    while waiting:
        path = waiting.pop(0)
        address = _address_of(urlsplit(path).path)
        if address is None or address.route in seen or NOT_PAGES.search(urlsplit(path).path):
            continue
        seen.add(address.route)
        answer = page.goto(path, wait_until="load")
        assert answer is not None
        expected = {200} if "problems" not in path else {200, 404}
        assert answer.status in expected, f"{reader}: {path} answered {answer.status}"
        landed = _address_of(urlsplit(page.url).path)
        if landed is not None and landed.route != address.route:
            if landed.route in seen:
                continue
            seen.add(landed.route)
        yield path, address
        mine = [href for href in _links(page) if href.startswith(platform.url)]
        waiting += [href.removeprefix(platform.url).split("#")[0] for href in mine]


def _faults(page: Page, *, phone: bool, language: str) -> list[str]:
    faults = [line for line in axe_violations(page) if line.startswith(("critical", "serious", "moderate"))]
    if page.evaluate("document.documentElement.lang") != language:
        faults.append("the page does not declare its language")
    if not page.title().strip() or page.locator("h1").count() != 1:
        faults.append(f"a page has a title and one h1, this has {page.locator('h1').count()}")
    if phone and page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
        faults.append("it scrolls sideways on a phone")
    return faults


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("reader", READERS)
def test_every_page_is_sound(platform: Platform, browser: Browser, reader: str, look: str) -> None:
    context = visitor(browser, platform, **LOOKS[look])  # type: ignore[arg-type]
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    if reader == "citizen":
        sign_in_citizen(page, platform, CITY)
    elif reader != "public":
        sign_in_staff(page, platform, CITY, reader)
    errors.clear()
    faults: dict[str, list[str]] = {}
    met: list[str] = []
    for number, (path, address) in enumerate(_crawl(page, platform, reader)):
        met.append(address.route)
        found = _faults(page, phone=bool(LOOKS[look].get("phone")), language=str(LOOKS[look]["language"]))
        found += [
            f"script error: {error}" for error in errors if "404 (Not Found)" not in error or "problems" not in path
        ]
        errors.clear()
        if found:
            faults[path] = found
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            name = re.sub(r"[^a-z0-9]+", "-", path.split("?")[0].lower()).strip("-") or "front"
            page.screenshot(path=f"{SHOTS}/{reader}-{look}-{number:02d}-{name[:60]}.png", full_page=True)
    strangers = context.strangers  # type: ignore[attr-defined]
    context.close()
    assert strangers == [], f"loaded from other hosts: {strangers[:3]}"
    assert faults == {}, "\n".join(f"{path}: {fault}" for path, found in faults.items() for fault in found)
    assert len(met) >= {"public": 6, "citizen": 4}.get(reader, 5), met
