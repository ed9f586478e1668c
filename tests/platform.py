"""The whole platform, started as a user starts it, with its demonstration: for stories, pages and accessibility."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = next(
    (
        path
        for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
        if Path(path).exists()
    ),
    "/usr/bin/chromium",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Platform:
    """A running platform: its address, its home, and the demonstration's log-ins by e-mail."""

    url: str
    home: Path
    logins: dict[str, dict[str, str]]

    def login(self, city: str, role: str) -> dict[str, str]:
        return next(row for row in self.logins.values() if row["city"] == city and row["role"] == role)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def nakhon(home: Path, *words: str, check: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the ``nakhon`` command for a home of its own, free of this process's settings."""
    clean = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("NAKHON_", "DJANGO_", "DATABASE_URL", "PYTEST_"))
    }
    run = subprocess.run(
        [sys.executable, "-m", "nakhon.config.cli", *words],
        cwd=ROOT,
        env=clean | {"NAKHON_HOME": str(home)} | more,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    if check and run.returncode:
        raise AssertionError(f"nakhon {' '.join(words)} ended with {run.returncode}:\n{run.stdout}\n{run.stderr}")
    return run


@contextmanager
def started(**settings: str) -> Iterator[Platform]:
    """A platform of its own under a temporary home; stopped and removed at the end."""
    with tempfile.TemporaryDirectory(prefix="nakhon-platform-") as folder:
        Path(folder).chmod(0o755)  # else root's database account could not reach it, and the data would lie elsewhere
        home, port = Path(folder) / "home", free_port()
        try:
            nakhon(home, "up", "--detach", "--port", str(port), **settings)
            logins = {row["email"]: row for row in json.loads((home / "demo-logins.json").read_text())}
            yield Platform(f"http://127.0.0.1:{port}", home, logins)
        finally:
            nakhon(home, "stop", check=False)


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def visitor(
    browser: Browser, platform: Platform, *, phone: bool = False, language: str = "th", dark: bool = False
) -> BrowserContext:
    """A fresh browser on a phone or a desktop, reading Thai or English, that notes each request to another host."""
    context = browser.new_context(
        viewport=PHONE if phone else DESKTOP,
        is_mobile=phone,
        has_touch=phone,
        locale="th-TH",
        timezone_id="Asia/Bangkok",
        color_scheme="dark" if dark else "light",
        base_url=platform.url,
    )
    context.add_cookies([{"name": "nakhon_language", "value": language, "url": platform.url}])
    context.strangers = []  # type: ignore[attr-defined]

    def note(request: Any) -> None:
        if not request.url.startswith((platform.url, "data:", "blob:")):
            context.strangers.append(request.url)  # type: ignore[attr-defined]

    context.on("request", note)
    return context


def sign_in_staff(page: Page, platform: Platform, city: str, role: str) -> None:
    """Through the real pages: e-mail, password, then the code that the authenticator would show."""
    login = platform.login(city, role)
    page.goto(f"/{city}/staff/signin/")
    page.fill("input[name=email]", login["email"])
    page.fill("input[name=password]", login["password"])
    page.click("main button[type=submit]")
    page.fill("input[name=code]", totp_code(login["totp_secret"]))
    page.click("main button[type=submit]")
    page.wait_for_url(f"**/{city}/staff/**")


def totp_code(secret: str) -> str:
    """The six digits of RFC 6238 for now; waits when the current ones are about to end."""
    import base64
    import hashlib
    import hmac
    import struct

    if time.time() % 30 > 27:
        time.sleep(3.5)
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time() // 30)), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def axe_violations(page: Page, *, ignore: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds at WCAG 2.1 AA and best practice, as one line each; empty when it finds nothing."""
    source = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
    found = page.evaluate(
        "() => axe.run(document, {resultTypes: ['violations'], "
        "runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})"
    )
    return [
        f"{row['impact']}: {row['id']}: {row['help']} ({row['nodes'][0]['target']})"
        for row in found["violations"]
        if row["id"] not in ignore
    ]


def sign_in_citizen(page: Page, platform: Platform, city: str, email: str = "") -> None:
    """Through the real pages: an e-mail address, the one-time code that was sent to it, then a name on the first visit."""
    email = email or f"{secrets.token_hex(6)}@citizen.example"
    before = set((platform.home / "outbox").glob("*.txt")) if (platform.home / "outbox").exists() else set()
    page.goto(f"/{city}/signin/")
    page.fill("input[name=contact]", email)
    page.click("main button[type=submit]")
    page.fill("input[name=code]", _code_sent(platform, email, before))
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    if "/signin/finish" in page.url:
        page.fill("input[name=name]", "สมศรี สาธิต")
        page.check("input[name=notice]")
        page.click("main button[type=submit]")
    page.wait_for_url(f"**/{city}/me/**")


def _code_sent(platform: Platform, email: str, before: set[Path]) -> str:
    import re

    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for path in sorted(set((platform.home / "outbox").glob("*.txt")) - before):
            text = path.read_text(encoding="utf-8")
            found = re.search(r"\b(\d{6})\b", text)
            if email in text and found:
                return found[1]
        time.sleep(0.1)
    raise AssertionError("no code was sent within 20 seconds")
