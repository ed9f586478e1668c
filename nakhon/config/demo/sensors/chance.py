"""Chance that can be repeated: numbers that follow from words alone, and curves that wander smoothly between them."""

from __future__ import annotations

import math
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b

from nakhon.knowledge.dates import in_bangkok


@lru_cache(maxsize=65_536)
def share(*words: object) -> float:
    """A number from 0 up to 1 that belongs to these words."""
    digest = blake2b("|".join(map(str, words)).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def smooth(name: str, at: datetime, hours: float) -> float:
    """From -1 to 1, wandering: a new target every so many hours, softly approached."""
    place = at.timestamp() / 3600 / hours
    step = math.floor(place)
    part = place - step
    part = part * part * (3 - 2 * part)
    return 2 * (share(name, step) * (1 - part) + share(name, step + 1) * part) - 1


def swing(at: datetime, top_hour: float, cycle: float = 24) -> float:
    """From -1 to 1 with the hour of the day in Bangkok, highest at ``top_hour``."""
    local = in_bangkok(at)
    return math.cos((local.hour + local.minute / 60 - top_hour) / cycle * 2 * math.pi)


def season(at: datetime, top_day: int, width: float) -> float:
    """From 0 to 1 with the day of the year, a hill around ``top_day`` (1 is New Year) of about ``width`` days to each side."""
    day = in_bangkok(at).timetuple().tm_yday
    apart = abs(day - top_day)
    return math.exp(-((min(apart, 365 - apart) / width) ** 2))
