"""Django wiring of the doors for people."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The web doors; the label ``web`` is what commands and tests call it."""

    name = "nakhon.web"
    label = "web"
    verbose_name = "Web"

    def ready(self) -> None:
        from nakhon.web.signin import permissions, queries, services  # noqa: F401  (registers rows, doors and jobs)
