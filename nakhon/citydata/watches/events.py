"""Facts that watches announce. Ids are text; no fact carries a personal value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nakhon.kernel.outbox import Fact


@dataclass(frozen=True)
class AlertOpened(Fact):
    """``thing`` is the number of the thing; ``unit`` the code of the unit that owns the alert, or empty."""

    name: ClassVar[str] = "citydata.AlertOpened"
    alert_id: str
    number: int
    watch: str
    severity: str
    thing: int
    unit: str = ""


@dataclass(frozen=True)
class AlertAcknowledged(Fact):
    name: ClassVar[str] = "citydata.AlertAcknowledged"
    alert_id: str
    number: int
    watch: str


@dataclass(frozen=True)
class AlertAssigned(Fact):
    """``unit`` is a unit's code, ``member`` the id of a membership; either may be empty."""

    name: ClassVar[str] = "citydata.AlertAssigned"
    alert_id: str
    number: int
    unit: str
    member: str


@dataclass(frozen=True)
class AlertEnded(Fact):
    """``reason`` is clear (the data say so), person, switched_off or withdrawn."""

    name: ClassVar[str] = "citydata.AlertEnded"
    alert_id: str
    number: int
    watch: str
    reason: str


@dataclass(frozen=True)
class WatchSwitched(Fact):
    name: ClassVar[str] = "citydata.WatchSwitched"
    watch: str
    on: bool


@dataclass(frozen=True)
class TrialFinished(Fact):
    name: ClassVar[str] = "citydata.TrialFinished"
    trial_id: str
    watch: str
    state: str
