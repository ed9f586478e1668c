"""A value on a scale of named bands: rain, river level, oxygen in water, heat. The limits are rows; the words come from here."""

from __future__ import annotations

from dataclasses import dataclass

from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a scale. ``severity`` is 0 where nothing need be done, and rises; ``advice`` is what to do, in plain words."""

    code: str
    name: Text
    severity: int
    advice: Text
