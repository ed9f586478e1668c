"""Tables of the sensors, after the model of OGC SensorThings API 1.1."""

from nakhon.citydata.sensors.models.devices import Command, CommandState, Device, DeviceKey, DeviceStatus, Schedule
from nakhon.citydata.sensors.models.feeds import Feed
from nakhon.citydata.sensors.models.observations import (
    ArchivedDay,
    Grain,
    LatestObservation,
    Observation,
    Quality,
    Rollup,
)
from nakhon.citydata.sensors.models.things import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    Numbering,
    ObservedProperty,
    Sensor,
    SensorKind,
    Thing,
)

__all__ = [
    "ArchivedDay",
    "Command",
    "CommandState",
    "Datastream",
    "Device",
    "DeviceKey",
    "DeviceStatus",
    "FeatureOfInterest",
    "Feed",
    "Grain",
    "HistoricalLocation",
    "LatestObservation",
    "Location",
    "Numbering",
    "Observation",
    "ObservedProperty",
    "Quality",
    "Rollup",
    "Schedule",
    "Sensor",
    "SensorKind",
    "Thing",
]
