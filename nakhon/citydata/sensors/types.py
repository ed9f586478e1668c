"""Public shapes of the sensors: what questions answer with. Numbers are those of SensorThings within the city."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from nakhon.knowledge.text import Text

GrainName = Literal["raw", "15m", "1h", "1d"]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A device's new key. ``key`` is shown once; afterwards only ``prefix`` is known."""

    id: UUID
    device: str
    prefix: str
    key: str


@dataclass(frozen=True, slots=True)
class StreamRow:
    """A stream with its latest reading; ``time`` is None while it never spoke. ``unit`` is a UCUM code. ``id`` is the
    stream's key for ``ingest.Reading`` and in NOTIFY; ``number`` its name in addresses. ``every`` in seconds."""

    id: int
    number: int
    code: str
    observed: str
    name: Text
    unit: str
    decimals: int | None
    every: int | None
    aggregate: str
    role: str
    active: bool
    time: datetime | None
    received_at: datetime | None
    result: float | None
    value: Any
    quality: int


@dataclass(frozen=True, slots=True)
class ThingRow:
    """A thing with its place (WGS 84) and its streams. ``metres`` is set by ``nearby``."""

    id: UUID
    number: int
    key: str
    kind: str
    kind_name: Text
    name: Text
    lon: float | None
    lat: float | None
    register: str
    record: UUID | None
    active: bool
    silent_since: datetime | None
    streams: tuple[StreamRow, ...]
    metres: float | None = None

    def stream(self, code: str) -> StreamRow | None:
        return next((row for row in self.streams if row.code == code), None)

    @property
    def heard_at(self) -> datetime | None:
        """When anything was last received of it."""
        return max((row.received_at for row in self.streams if row.received_at), default=None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing stood from ``since`` on."""

    since: datetime
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class ThingDetail:
    """A thing with what its page needs. ``compute`` names what the page explains, ``commands`` what it obeys."""

    row: ThingRow
    about: Text | None
    properties: Mapping[str, Any]
    compute: str
    silence: str | None
    commands: Mapping[str, Any]
    metadata: Mapping[str, Any]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of thing, how many there are, how many are silent."""

    key: str
    name: Text
    things: int
    silent: int
    active: bool
    compute: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Point:
    """A reading, or a bucket that begins at ``time``. Of a bucket: ``result`` is the mean of the good readings (their sum
    where the stream is summed up so), ``count`` all readings, ``good`` those that count. Of a reading ``count`` is 1."""

    time: datetime
    result: float | None
    quality: int = 0
    value: Any = None
    count: int = 1
    good: int = 1
    sum: float | None = None
    min: float | None = None
    max: float | None = None
    first: float | None = None
    last: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Readings of a stream by time. ``more`` says that the limit cut it off."""

    stream: StreamRow
    grain: GrainName
    points: tuple[Point, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class StreamStats:
    """What a stream measured within a time: over good readings; ``share`` of the readings that were due, if that is known."""

    count: int
    good: int
    mean: float | None
    min: float | None
    max: float | None
    first_at: datetime | None
    last_at: datetime | None
    share: float | None


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A device's key as people see it."""

    id: UUID
    prefix: str
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def in_force(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device with its health. ``battery`` in the unit of its stream; ``refused`` counts messages not taken."""

    id: UUID
    slug: str
    about: str
    status: str
    thing: int
    thing_name: Text
    kind: str
    lon: float | None
    lat: float | None
    last_seen: datetime | None
    battery: float | None
    silent_since: datetime | None
    refused: int
    refused_at: datetime | None
    refused_reason: Text | None
    keys: tuple[KeyRow, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A thing that needs somebody: why, and since when."""

    thing: ThingRow
    reason: Literal["silent", "never", "battery", "suspect"]
    since: datetime | None
    figure: float | None = None


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command and what became of it."""

    id: UUID
    number: int
    device: str
    thing: int
    name: str
    body: Any
    state: str
    made_at: datetime
    made_by: str
    sent_at: datetime | None
    ended_at: datetime | None
    expires_at: datetime
    result: Any


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """Commands by the clock; ``next_at`` is the next of them."""

    key: str
    name: Text
    kind: str
    things: tuple[str, ...]
    entries: tuple[Mapping[str, Any], ...]
    enabled: bool
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed and how it goes. ``outcome`` holds ``status`` (ok, unchanged, failed), counts and a message in both languages."""

    key: str
    name: Text
    url: str
    sensor: str
    licence: str
    active: bool
    pulled_at: datetime | None
    good_at: datetime | None
    next_at: datetime
    failures: int
    outcome: Mapping[str, Any]
