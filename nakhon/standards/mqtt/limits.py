"""How much one device, one city and one network address may ask of the door. Too fast is slowed down, never thrown away."""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name, "") or default)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, seconds, and numbers of connections or messages a second."""

    connections: int = 5000
    connections_of_address: int = 500
    connections_of_device: int = 4
    opening_seconds: float = 10.0
    """Until CONNECT is whole, and until a packet that was begun is whole."""
    packet_seconds: float = 30.0
    connect_bytes: int = 8192
    packet_bytes: int = 262_144
    receive_maximum: int = 200
    keep_alive: int = 600
    """The longest silence in seconds that a client of MQTT 5 is granted; one of 3.1.1 that names none is held to twice it."""
    device_rate: int = 200
    city_rate: int = 20_000
    write_bytes: int = 1_000_000
    write_seconds: float = 30.0
    failures: int = 20
    failure_seconds: float = 300.0
    recheck_seconds: float = 60.0

    @classmethod
    def from_environment(cls) -> Limits:
        return cls(
            connections=_number("NAKHON_MQTT_CONNECTIONS", 5000),
            packet_bytes=_number("NAKHON_MQTT_PACKET_BYTES", 262_144),
            device_rate=_number("NAKHON_MQTT_DEVICE_RATE", 200),
            city_rate=_number("NAKHON_MQTT_CITY_RATE", 20_000),
        )


class Bucket:
    """A token bucket: ``rate`` a second, with ten seconds' worth in reserve."""

    __slots__ = ("_at", "_left", "rate")

    def __init__(self, rate: float, now: float) -> None:
        self.rate = rate
        self._left = rate * 10
        self._at = now

    def take(self, amount: int, now: float) -> float:
        """Use ``amount``; how many seconds the sender must now be held, 0 when it need not."""
        self._left = min(self.rate * 10, self._left + (now - self._at) * self.rate) - amount
        self._at = now
        return 0.0 if self._left >= 0 else -self._left / self.rate


class Failures:
    """Wrong keys by network address, so that guessing ends soon. At most 10,000 addresses are remembered."""

    def __init__(self, most: int, within: float) -> None:
        self._most, self._within = most, within
        self._seen: OrderedDict[str, list[float]] = OrderedDict()

    def note(self, address: str, now: float) -> None:
        times = [at for at in self._seen.pop(address, []) if now - at < self._within]
        self._seen[address] = [*times[-self._most :], now]
        while len(self._seen) > 10_000:
            self._seen.popitem(last=False)

    def too_many(self, address: str, now: float) -> bool:
        return sum(1 for at in self._seen.get(address, ()) if now - at < self._within) >= self._most
