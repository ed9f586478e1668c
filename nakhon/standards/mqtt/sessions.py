"""What outlives a connection: subscriptions, messages not yet acknowledged by the device, and values that were retained.

Sessions live in memory and end with the process. Commands do not depend on them: those that were not acknowledged are
in the database, and are sent again to whoever subscribes.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from nakhon.standards.mqtt.topics import matches
from nakhon.standards.mqtt.wire import Subscription

QUEUE = 200
"""Messages kept for a device that is away or slow; then the oldest goes."""
SUBSCRIPTIONS = 50
RETAINED = 64
"""Topics of one device of which the last retained value is kept."""
RETAINED_BYTES = 4096
AWAY = 86_400
"""Seconds that the session of an absent device is kept at most."""

DeviceKey = tuple[UUID, str]


@dataclass(slots=True)
class Outgoing:
    """A message to a device. ``delivered`` is called when the device has acknowledged it (at QoS 0: when it was written)."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    delivered: Callable[[], None] | None = None
    expires_at: float | None = None
    identifiers: tuple[int, ...] = ()
    packet_id: int = 0


@dataclass(slots=True)
class Held:
    """One subscription with the number that the client gave it (MQTT 5), 0 for none."""

    wanted: Subscription
    number: int = 0


@dataclass(slots=True)
class Session:
    """The state of one client identifier of one device. ``write`` is set while it is connected."""

    device: DeviceKey
    client_id: str
    expiry: float = 0.0
    ends_at: float | None = None
    held: dict[str, Held] = field(default_factory=dict)
    received: set[int] = field(default_factory=set)
    """Packet identifiers of QoS 2 that were stored and not yet released."""
    inflight: OrderedDict[int, Outgoing] = field(default_factory=OrderedDict)
    queue: deque[Outgoing] = field(default_factory=deque)
    window: int = 20
    dropped: int = 0
    write: Callable[[Outgoing, bool], None] | None = None
    _last: int = 0

    def offer(
        self, topic: str, payload: bytes, qos: int, *, retain: bool, own: bool, found: Outgoing | None = None
    ) -> bool:
        """Deliver a message if a subscription matches. ``own``: this very session published it. True when one matched."""
        best = -1
        numbers: list[int] = []
        kept = False
        for name, held in self.held.items():
            if not matches(name, topic) or (own and held.wanted.no_local):
                continue
            best = max(best, min(qos, held.wanted.qos))
            kept = kept or held.wanted.retain_as_published
            if held.number:
                numbers.append(held.number)
        if best < 0:
            return False
        out = found or Outgoing(topic, payload)
        out.qos, out.retain, out.identifiers = best, retain and kept, tuple(numbers)
        self.send(out)
        return True

    def send(self, out: Outgoing) -> None:
        if self.write is None and out.qos == 0:
            return
        if self.write is None or len(self.inflight) >= self.window or self.queue:
            if len(self.queue) >= QUEUE:
                self.queue.popleft()
                self.dropped += 1
            self.queue.append(out)
            return
        self._write(out)

    def _write(self, out: Outgoing) -> None:
        assert self.write is not None
        if out.qos:
            out.packet_id = self._next()
            self.inflight[out.packet_id] = out
        self.write(out, False)
        if not out.qos and out.delivered is not None:
            out.delivered()

    def acknowledged(self, packet_id: int) -> None:
        out = self.inflight.pop(packet_id, None)
        if out is not None and out.delivered is not None:
            out.delivered()
        self.pump()

    def pump(self) -> None:
        """Send what waits, as far as the window reaches."""
        while self.write is not None and self.queue and len(self.inflight) < self.window:
            self._write(self.queue.popleft())

    def resume(self) -> None:
        """After a reconnection: what was not acknowledged goes again, marked as a repetition, then what waits."""
        assert self.write is not None
        for out in self.inflight.values():
            self.write(out, True)
        self.pump()

    def _next(self) -> int:
        while True:
            self._last = self._last % 65535 + 1
            if self._last not in self.inflight:
                return self._last


class Sessions:
    """All sessions, by device and client identifier, and the retained values of each device."""

    def __init__(self) -> None:
        self._all: dict[DeviceKey, dict[str, Session]] = {}
        self._retained: dict[DeviceKey, OrderedDict[str, tuple[bytes, int]]] = {}

    def take(self, device: DeviceKey, client_id: str, *, clean: bool) -> tuple[Session, bool]:
        """The session to use, and whether it was there before."""
        own = self._all.setdefault(device, {})
        found = own.get(client_id)
        if found is not None and not clean:
            found.ends_at = None
            return found, True
        own[client_id] = Session(device, client_id)
        return own[client_id], False

    def forget(self, session: Session) -> None:
        own = self._all.get(session.device, {})
        if own.get(session.client_id) is session:
            del own[session.client_id]
            if not own:
                self._all.pop(session.device, None)

    def of(self, device: DeviceKey) -> list[Session]:
        return list(self._all.get(device, {}).values())

    def retain(self, device: DeviceKey, topic: str, payload: bytes, qos: int) -> None:
        """Keep the last value of a topic; an empty one removes it."""
        kept = self._retained.setdefault(device, OrderedDict())
        kept.pop(topic, None)
        if payload and len(payload) <= RETAINED_BYTES:
            kept[topic] = (payload, qos)
            if len(kept) > RETAINED:
                kept.popitem(last=False)
        if not kept:
            del self._retained[device]

    def retained(self, device: DeviceKey, name: str) -> Iterator[tuple[str, bytes, int]]:
        for topic, (payload, qos) in self._retained.get(device, {}).items():
            if matches(name, topic):
                yield topic, payload, qos

    def expire(self, now: float) -> None:
        """Forget the sessions whose time is over."""
        over = [
            session
            for own in self._all.values()
            for session in own.values()
            if session.ends_at is not None and session.ends_at <= now
        ]
        for session in over:
            self.forget(session)

    def __len__(self) -> int:
        return sum(len(own) for own in self._all.values())
