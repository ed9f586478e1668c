"""Facts that the solutions room announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nakhon.kernel.outbox import Fact


@dataclass(frozen=True)
class SolutionInstalled(Fact):
    """Installed for the first time, again, or in another version."""

    name: ClassVar[str] = "solutions.SolutionInstalled"
    solution: str
    version: str


@dataclass(frozen=True)
class SolutionRemoved(Fact):
    name: ClassVar[str] = "solutions.SolutionRemoved"
    solution: str
