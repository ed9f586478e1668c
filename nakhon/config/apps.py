"""Django wiring of the top storey: its management commands, and the freezing of the registries once all rooms are loaded."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "nakhon.config"
    label = "config"
