"""Django wiring of the doors for people."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The web doors; the label ``web`` is what commands and tests call it."""

    name = "nakhon.web"
    label = "web"
    verbose_name = "Web"
