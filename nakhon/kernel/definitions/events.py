"""Facts that the store of definitions announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nakhon.kernel.outbox import Fact


@dataclass(frozen=True)
class DefinitionsApplied(Fact):
    """Definitions were changed together; the lists hold "kind/key"."""

    name: ClassVar[str] = "definitions.DefinitionsApplied"
    solution: str
    created: list[str]
    changed: list[str]
    removed: list[str]
