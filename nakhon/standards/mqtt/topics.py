"""Which topics there are, who may use them, and when a topic filter matches (MQTT 5.0, section 4.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_OBSERVATIONS = re.compile(r"Datastreams\((\d{1,9})\)")
LONGEST = 300
"""Characters of a topic or a filter; ours are far shorter."""
RESERVED = frozenset({"up", "down", "ack"})


class Kind(StrEnum):
    UP = "up"
    PROPERTY = "property"
    OBSERVATION = "observation"
    ACK = "ack"


@dataclass(frozen=True, slots=True)
class Place:
    """What a publication to a topic means: ``code`` is the property's code, ``number`` the datastream's number."""

    kind: Kind
    code: str = ""
    number: int = 0


def prefix_of(city: str, device: str) -> str:
    return f"{city}/devices/{device}/"


def place_of(topic: str, city: str, device: str) -> Place | None:
    """What ``device`` of ``city`` says by publishing to ``topic``; None for a topic that it may not publish to."""
    if len(topic) > LONGEST:
        return None
    prefix = prefix_of(city, device)
    if topic.startswith(prefix):
        last = topic[len(prefix) :]
        if last == "up":
            return Place(Kind.UP)
        if last == "ack":
            return Place(Kind.ACK)
        if last and "/" not in last and last not in RESERVED:
            return Place(Kind.PROPERTY, code=last)
        return None
    parts = topic.split("/")
    if len(parts) == 4 and parts[0] == city and parts[1] == "v1.1" and parts[3] == "Observations":
        found = _OBSERVATIONS.fullmatch(parts[2])
        if found:
            return Place(Kind.OBSERVATION, number=int(found[1]))
    return None


def filter_is_valid(name: str) -> bool:
    """A wildcard stands alone on its level, and ``#`` only on the last one."""
    levels = name.split("/")
    return (
        bool(name)
        and all(level in ("+", "#") or not ("+" in level or "#" in level) for level in levels)
        and "#" not in levels[:-1]
    )


def may_subscribe(name: str, city: str, device: str) -> bool:
    """Only below the device's own prefix, which must be written out: no wildcard reaches over to a neighbour."""
    prefix = prefix_of(city, device)
    return len(name) <= LONGEST and name.startswith(prefix) and len(name) > len(prefix)


def matches(name: str, topic: str) -> bool:
    """Does the filter ``name`` match ``topic``?"""
    if name == topic:
        return True
    if topic.startswith("$") and name[:1] in ("+", "#"):
        return False
    wanted, levels = name.split("/"), topic.split("/")
    for place, level in enumerate(wanted):
        if level == "#":
            return True
        if place >= len(levels) or level not in ("+", levels[place]):
            return False
    return len(wanted) == len(levels)
