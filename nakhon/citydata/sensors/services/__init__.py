"""The verbs of the sensors."""

from nakhon.citydata.sensors.services.commands import (
    cancel_command,
    remove_command_schedule,
    save_command_schedule,
    send_command,
)
from nakhon.citydata.sensors.services.devices import (
    add_device,
    disable_device,
    enable_device,
    make_device_key,
    revoke_device_key,
)
from nakhon.citydata.sensors.services.feeds import pull_feed
from nakhon.citydata.sensors.services.things import add_thing, place_thing, remove_readings, retire_thing

__all__ = [
    "add_device",
    "add_thing",
    "cancel_command",
    "disable_device",
    "enable_device",
    "make_device_key",
    "place_thing",
    "pull_feed",
    "remove_command_schedule",
    "remove_readings",
    "retire_thing",
    "revoke_device_key",
    "save_command_schedule",
    "send_command",
]
