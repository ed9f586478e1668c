"""The ingest process' figures for ``/metrics``: it writes them to a file in the home, the web process reads them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

NAME = "ingest.json"
STALE_SECONDS = 30.0

_COUNTERS = {
    "received": ("nakhon_mqtt_messages", "Messages received from devices"),
    "commit_rows": ("nakhon_mqtt_readings", "Readings committed"),
    "refused": ("nakhon_mqtt_refused", "Messages and readings that were refused"),
    "commit_retries": ("nakhon_mqtt_retries", "Commits tried again because the database was away"),
    "turned_away": ("nakhon_mqtt_turned_away", "Connections that were not let in"),
    "malformed": ("nakhon_mqtt_malformed", "Connections that spoke no lawful MQTT"),
    "commands": ("nakhon_mqtt_commands", "Commands that devices took"),
}
_GAUGES = {
    "connections": ("nakhon_mqtt_connections", "Open connections"),
    "commit_waiting": ("nakhon_mqtt_waiting", "Readings received and not yet committed"),
}


def read(run: Path) -> dict[str, Any]:
    """What the process last wrote of itself into the folder ``run``; empty when it is silent for half a minute."""
    try:
        found = json.loads((run / NAME).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and time.time() - found.get("at", 0) < STALE_SECONDS else {}


class MqttFigures:
    """A collector for Prometheus' client. ``nakhon_mqtt_up`` is 0 when the process is silent; the rest is then left out."""

    def __init__(self, run: Path) -> None:
        self._run = run

    def collect(self) -> Iterator[Metric]:
        found = read(self._run)
        yield GaugeMetricFamily("nakhon_mqtt_up", "1 when the ingest process gives signs of life", value=bool(found))
        if not found:
            return
        for key, (name, text) in _COUNTERS.items():
            yield CounterMetricFamily(name, text, value=found.get(key, 0))
        for key, (name, text) in _GAUGES.items():
            yield GaugeMetricFamily(name, text, value=found.get(key, 0))
