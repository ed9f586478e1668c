"""Public shapes of the solutions room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nakhon.kernel.definitions.faults import DefinitionFault
from nakhon.kernel.definitions.planning import Plan
from nakhon.knowledge.text import Text
from nakhon.solutions.manifest import Manifest


class State(StrEnum):
    """Where a solution stands in an organisation."""

    AVAILABLE = "available"
    INSTALLED = "installed"
    OUTDATED = "outdated"
    REMOVED = "removed"
    FAULTY = "faulty"

    @property
    def text(self) -> Text:
        return _STATES[self]


_STATES = {
    State.AVAILABLE: Text("ยังไม่ติดตั้ง", "Not installed"),
    State.INSTALLED: Text("ติดตั้งแล้ว", "Installed"),
    State.OUTDATED: Text("มีรุ่นใหม่", "A new version is there"),
    State.REMOVED: Text("นำออกแล้ว", "Removed"),
    State.FAULTY: Text("ไฟล์มีข้อผิดพลาด", "Its files are faulty"),
}


@dataclass(frozen=True, slots=True)
class SolutionLine:
    """A solution in the list. ``version`` is what the catalogue offers, ``installed_version`` what is in force."""

    id: str
    name: Text
    summary: Text
    state: State
    version: str
    installed_version: str
    domains: tuple[str, ...]
    sdgs: tuple[int, ...]
    first_built_by: Text
    installed_at: datetime | None = None
    installed_by: str = ""
    faults: tuple[DefinitionFault, ...] = ()
    in_catalogue: bool = True


@dataclass(frozen=True, slots=True)
class SolutionPlan:
    """What installing or removing would do."""

    manifest: Manifest
    plan: Plan
    values: dict[str, str | int | float]

    @property
    def hash(self) -> str:
        return self.plan.hash
