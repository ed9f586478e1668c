"""Trees of organisations and of units: an ancestor is never put below its own descendant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")


def would_circle(parents: Mapping[K, K | None], moved: K, below: K | None) -> bool:
    """True when ``below`` is ``moved`` itself or lies under it. ``parents`` gives each node's parent (None: a root)."""
    seen: set[K] = set()
    at = below
    while at is not None and at not in seen:
        if at == moved:
            return True
        seen.add(at)
        at = parents.get(at)
    return False


def ancestors(parents: Mapping[K, K | None], of: K) -> list[K]:
    """The nodes above ``of``, nearest first."""
    found: list[K] = []
    at = parents.get(of)
    while at is not None and at not in found:
        found.append(at)
        at = parents.get(at)
    return found
