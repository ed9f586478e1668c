"""Django wiring of the top storey: its management commands, and the figures of processes that the web process tells of."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "nakhon.config"
    label = "config"

    def ready(self) -> None:
        from nakhon.kernel import metrics
        from nakhon.standards.mqtt.figures import MqttFigures

        metrics.add_collector(MqttFigures(Path(settings.NAKHON_HOME) / "run"))
