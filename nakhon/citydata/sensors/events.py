"""Facts that the sensors announce. Readings are none: they are too many, and are told by NOTIFY on ``nakhon_live``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nakhon.kernel.outbox import Fact


@dataclass(frozen=True)
class ThingSilent(Fact):
    """A thing owes readings for longer than its kind allows. ``since`` is its last sign of life, ISO 8601, or ""."""

    name: ClassVar[str] = "citydata.ThingSilent"
    thing_id: str
    number: int
    since: str


@dataclass(frozen=True)
class ThingHeard(Fact):
    """A thing that was silent speaks again. ``silent_since`` is ISO 8601."""

    name: ClassVar[str] = "citydata.ThingHeard"
    thing_id: str
    number: int
    silent_since: str


@dataclass(frozen=True)
class CommandFailed(Fact):
    """A command was refused by its device, failed, or was not answered in time; ``state`` says which."""

    name: ClassVar[str] = "citydata.CommandFailed"
    command_id: str
    number: int
    thing_id: str
    state: str
