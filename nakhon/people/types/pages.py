"""One part of a long list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a long list. ``after`` is the key of the next part, "" at the end: pages by key stay fast however deep."""

    rows: Sequence[T]
    after: str = ""
