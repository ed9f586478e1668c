"""The addresses for people: the country's pages, a city's public pages, the citizen's portal, the staff console."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.urls import URLPattern, URLResolver, include, path

from nakhon.web.live.views import public_urls as live_urls
from nakhon.web.signin import urls as signin

VIEWS = [
    "home",
    "directory",
    "units",
    "members",
    "persons",
    "households",
    "consents",
    "rights",
    "processing",
    "audit",
    "outbox",
    "solutions",
    "definitions",
    "stations",
    "air",
    "citymap",
    "control_room",
    "alerts",
    "watches",
    "records",
    "record_edit",
    "exports",
    "changes",
    "imports",
    "datasets",
    "devices",
]
"""Modules of ``nakhon.web.views`` whose ``country_urls``, ``public_urls``, ``citizen_urls`` and ``staff_urls`` are served."""

_modules = [import_module(f"nakhon.web.views.{name}") for name in VIEWS]


def _gather(name: str) -> list[Any]:
    return [pattern for module in _modules for pattern in getattr(module, name, [])]


city_urls: list[URLPattern | URLResolver] = [
    *_gather("public_urls"),
    *live_urls,
    *signin.city_urls,
    path("staff/", include(signin.staff_urls)),
    path("me/", include(_gather("citizen_urls")), {"door": "citizen"}),
    path("staff/", include(_gather("staff_urls")), {"door": "staff"}),
]

country_urls: list[URLPattern | URLResolver] = [*_gather("country_urls"), *signin.country_urls]
