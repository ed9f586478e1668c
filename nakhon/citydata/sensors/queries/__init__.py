"""Questions about the sensors."""

from nakhon.citydata.sensors.queries.history import series, stream_stats
from nakhon.citydata.sensors.queries.registry import (
    command_schedules,
    commands,
    device,
    devices,
    feeds,
    work_list,
)
from nakhon.citydata.sensors.queries.stations import latest, nearby, sensor_kinds, thing, things

__all__ = [
    "command_schedules",
    "commands",
    "device",
    "devices",
    "feeds",
    "latest",
    "nearby",
    "sensor_kinds",
    "series",
    "stream_stats",
    "thing",
    "things",
    "work_list",
]
