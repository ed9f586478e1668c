"""A deployment for one city: the doors stand at the root, and no page asks for the city."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ASK = """
import django, json
django.setup()
from django.urls import reverse, resolve
names = ["signin", "staff_signin", "second_factor", "account"]
print(json.dumps({
    "made": {name: reverse(f"city:{name}", kwargs={"city": "samui"}) for name in names},
    "found": {path: resolve(path).view_name for path in ["/signin/", "/staff/signin/", "/signin/oidc/line/callback/"]},
}))
"""


def ask(city: str) -> dict[str, dict[str, str]]:
    environment = {**os.environ, "NAKHON_CITY": city, "DJANGO_SETTINGS_MODULE": "nakhon.config.settings"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK], env=environment, capture_output=True, text=True, timeout=120,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, dict[str, str]] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def test_one_city_has_its_doors_at_the_root() -> None:
    answer = ask("samui")
    assert answer["made"] == {
        "signin": "/signin/",
        "staff_signin": "/staff/signin/",
        "second_factor": "/signin/second-factor/",
        "account": "/account/",
    }
    assert answer["found"] == {
        "/signin/": "city:signin",
        "/staff/signin/": "city:staff_signin",
        "/signin/oidc/line/callback/": "openid_connect_callback",
    }


def test_many_cities_are_asked_for() -> None:
    answer = ask("")
    assert answer["made"]["signin"] == "/samui/signin/"
    assert answer["found"]["/signin/"] == "signin_cities"
