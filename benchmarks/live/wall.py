"""Keeps the wall of the control room open under a stream of readings and prints its heap and nodes at the start and the end.

    .venv/bin/python -m benchmarks.live.wall --minutes 30                       # a platform of its own, with its demonstration
    .venv/bin/python -m benchmarks.live.wall --minutes 5 --home ~/.nakhon --port 8000   # one that runs on this machine

Readings go the whole way: over HTTP with a device's key, through the database, to the page by server-sent events.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.platform import Platform, launch, sign_in_staff, started, visitor

CITY = "nakhonsawan"


@contextmanager
def platform_of(home: str, port: int) -> Iterator[Platform]:
    if not home:
        with started() as own:
            yield own
        return
    place = Path(home).expanduser()
    logins = {row["email"]: row for row in json.loads((place / "demo-logins.json").read_text())}
    yield Platform(f"http://127.0.0.1:{port}", place, logins)


def key_of_new_device(page: Page) -> str:
    """A device of our own at the first station of the wall, added as an administrator adds one; its key."""
    page.goto(f"/{CITY}/staff/control-room/")
    told = json.loads(str(page.locator("#wall-map-data").text_content()))
    page.goto(f"/{CITY}/staff/devices/new/")
    page.fill("input[name=thing]", str(told["pins"][0]["number"]))
    page.fill("input[name=slug]", f"wall-{int(time.time())}")
    page.click("main form button[type=submit]")
    page.click("section#keys form[action$='/key/'] button[type=submit]")
    return str(page.locator("#new-key").text_content())


def send(url: str, key: str, pause: float, stop: threading.Event, sent: list[int]) -> None:
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=10) as door:
        while not stop.wait(pause):
            answer = door.post(f"/{CITY}/api/v1/observations", json={"pm25": 15 + sent[0] % 40})
            if answer.is_success:
                sent[0] += 1


def size(browser: CDPSession) -> tuple[float, int]:
    browser.send("HeapProfiler.collectGarbage")
    found: dict[str, Any] = {one["name"]: one["value"] for one in browser.send("Performance.getMetrics")["metrics"]}
    return found["JSHeapUsedSize"] / 1e6, int(found["Nodes"])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--pause", type=float, default=0.2, help="seconds between two readings")
    asked.add_argument(
        "--home", default="", help="the home of a platform that runs; without it one of its own is started"
    )
    asked.add_argument("--port", type=int, default=8000)
    given = asked.parse_args()
    with platform_of(given.home, given.port) as platform, sync_playwright() as playwright:
        browser = launch(playwright)
        page = visitor(browser, platform).new_page()
        sign_in_staff(page, platform, CITY, "admin")
        key = key_of_new_device(page)
        page.goto(f"/{CITY}/staff/control-room/")
        page.wait_for_selector("[data-wall-live=yes]", timeout=20_000)
        stop, sent = threading.Event(), [0]
        sender = threading.Thread(target=send, args=(platform.url, key, given.pause, stop, sent), daemon=True)
        sender.start()
        measure = page.context.new_cdp_session(page)
        measure.send("Performance.enable")
        page.wait_for_timeout(20_000)  # the map and the first renewals are there
        first = size(measure)
        print(f"start: {first[0]:.1f} MB of heap, {first[1]} nodes, {sent[0]} readings sent", flush=True)
        end = time.monotonic() + given.minutes * 60
        while time.monotonic() < end:
            page.wait_for_timeout(min(60_000, max(1000, (end - time.monotonic()) * 1000)))
            heap, nodes = size(measure)
            print(f"       {heap:.1f} MB of heap, {nodes} nodes, {sent[0]} readings sent", flush=True)
        last = size(measure)
        live = page.locator("[data-wall-live]").get_attribute("data-wall-live")
        print(f"end:   {last[0]:.1f} MB of heap, {last[1]} nodes, {sent[0]} readings sent, live: {live}")
        print(f"growth: {last[0] - first[0]:+.1f} MB, {last[1] - first[1]:+d} nodes")
        stop.set()
        sender.join(5)
        browser.close()


if __name__ == "__main__":
    main()
