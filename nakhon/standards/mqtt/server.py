"""The MQTT server: listens, admits, keeps sessions, sends commands, and ends in order: what was taken is committed first."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import Counter, OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from nakhon.citydata.sensors.commands import Outgoing as CommandOut
from nakhon.knowledge.text import Text
from nakhon.standards.mqtt.commit import GroupCommit
from nakhon.standards.mqtt.connection import Connection
from nakhon.standards.mqtt.house import Guest, House
from nakhon.standards.mqtt.limits import Bucket, Failures, Limits
from nakhon.standards.mqtt.sessions import Outgoing, Sessions
from nakhon.standards.mqtt.topics import prefix_of
from nakhon.standards.mqtt.wire import Publish, Reason

log = logging.getLogger("nakhon.mqtt")

DRAIN_SECONDS = 10.0
COMMAND_SECONDS = 30.0
"""After so long without an acknowledgement a command that still waits may be sent anew."""


@dataclass(slots=True)
class Figures:
    """What happened since the start."""

    accepted: int = 0
    turned_away: int = 0
    malformed: int = 0
    received: int = 0
    slowed: int = 0
    refused: int = 0
    commands: int = 0


class Memory:
    """When messages without a time of their own came, so that a repetition gets the time of the first. Bounded."""

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._times: OrderedDict[str, datetime] = OrderedDict()

    def __contains__(self, marker: str) -> bool:
        return marker in self._times

    def put(self, marker: str, at: datetime) -> None:
        self._times[marker] = at
        self._times.move_to_end(marker)
        if len(self._times) > self._most:
            self._times.popitem(last=False)

    def time_of(self, marker: str, now: datetime) -> datetime:
        """When the message that is repeated first came; ``now`` when that is not known."""
        at = self._times.get(marker, now)
        self.put(marker, at)
        return at


class Server:
    """Made inside a running loop. ``start`` listens; ``stop`` ends in order. Everything runs in the loop's thread but ``ask``."""

    def __init__(self, house: House, *, limits: Limits | None = None, threads: int = 3, linger: float = 0.003) -> None:
        self.house = house
        self.loop = asyncio.get_running_loop()
        self.limits = limits or Limits()
        self.figures = Figures()
        self.sessions = Sessions()
        self.memory = Memory()
        self.failures = Failures(self.limits.failures, self.limits.failure_seconds)
        self.stopping = False
        self.commit = GroupCommit(house.store, threads=threads, linger=linger, on_room=self._room)
        self.ports: list[int] = []
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="house")
        self._connections: set[Connection] = set()
        self._open: dict[tuple[UUID, str], set[Connection]] = {}
        self._addresses: Counter[str] = Counter()
        self._buckets: dict[UUID, Bucket] = {}
        self._held: dict[UUID, set[Connection]] = {}
        self._refusals: dict[tuple[UUID, str], tuple[Guest, int, Text]] = {}
        self._sending: set[UUID] = set()
        self._listeners: list[asyncio.Server] = []
        self._ticker: asyncio.Task[None] | None = None

    # -- life -----------------------------------------------------------------------------------------------------------

    async def start(self, host: str, port: int, context: ssl.SSLContext | None = None) -> int:
        """Listen there (port 0: any free one); the port. ``OSError`` when it is taken."""
        listener = await self.loop.create_server(
            lambda: Connection(self),
            host,
            port,
            ssl=context,
            backlog=1024,
            ssl_handshake_timeout=self.limits.opening_seconds if context else None,
        )
        self._listeners.append(listener)
        self.ports.append(int(listener.sockets[0].getsockname()[1]))
        if self._ticker is None:
            self._ticker = self.loop.create_task(self._tick())
        return self.ports[-1]

    async def stop(self, patience: float = DRAIN_SECONDS) -> bool:
        """No more is taken; what was taken is committed and acknowledged; then everybody is told. True when all was stored."""
        self.stopping = True
        for listener in self._listeners:
            listener.close()
        for connection in list(self._connections):
            connection.hold("stopping")
        drained = await self.commit.drain(patience)
        await asyncio.sleep(0)
        for connection in list(self._connections):
            connection.close(Reason.SERVER_SHUTTING_DOWN)
        if self._ticker is not None:
            self._ticker.cancel()
        await self._flush_refusals()
        await asyncio.sleep(0.05)
        for connection in list(self._connections):
            connection.abort()
        self.commit.end()
        self._pool.shutdown(wait=False, cancel_futures=True)
        return drained

    async def _tick(self) -> None:
        turn = 0
        while True:
            await asyncio.sleep(1.0)
            turn += 1
            now = self.loop.time()
            for connection in list(self._connections):
                connection.tick(now)
            if turn % 2 == 0:
                await self._flush_refusals()
            if turn % 60 == 0:
                self.sessions.expire(now)

    def ask(self, question: Callable[..., Any], *words: Any) -> asyncio.Future[Any]:
        """Ask the house in a thread."""
        return self.loop.run_in_executor(self._pool, question, *words)

    @staticmethod
    def now() -> datetime:
        return datetime.now(UTC)

    # -- connections ----------------------------------------------------------------------------------------------------

    def admit(self, connection: Connection) -> bool:
        """Is there room for one more, from its address too?"""
        too_many = (
            self.stopping
            or len(self._connections) >= self.limits.connections
            or self._addresses[connection.address] >= self.limits.connections_of_address
        )
        self._connections.add(connection)
        self._addresses[connection.address] += 1
        if too_many:
            self.figures.turned_away += 1
        return not too_many

    def left(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._addresses[connection.address] -= 1
        if self._addresses[connection.address] <= 0:
            del self._addresses[connection.address]
        if connection.guest is not None:
            own = self._open.get(connection.guest.key)
            if own is not None:
                own.discard(connection)
                if not own:
                    del self._open[connection.guest.key]
            self._held.get(connection.guest.tenant, set()).discard(connection)

    def make_room(self, connection: Connection, guest: Guest, client_id: str) -> bool:
        """The newcomer takes over from a connection of the same client identifier (3.1.4-3); False when there are too many."""
        own = self._open.get(guest.key, set())
        for other in list(own):
            if client_id and other.client_id == client_id:
                if other.session is not None:
                    other.session.write = None
                other.close(
                    Reason.SESSION_TAKEN_OVER, Text("มีการเชื่อมต่อใหม่ด้วยชื่อเดียวกัน", "Taken over by a new connection")
                )
                own.discard(other)
        return len(own) < self.limits.connections_of_device

    def entered(self, connection: Connection) -> None:
        assert connection.guest is not None
        self.figures.accepted += 1
        self._open.setdefault(connection.guest.key, set()).add(connection)

    def city_bucket(self, connection: Connection) -> Bucket:
        assert connection.guest is not None
        tenant = connection.guest.tenant
        bucket = self._buckets.get(tenant)
        if bucket is None:
            bucket = self._buckets[tenant] = Bucket(self.limits.city_rate, self.loop.time())
        return bucket

    def hold_city(self, tenant: UUID) -> None:
        """The store lags behind: stop reading from this city's devices until there is room."""
        held = self._held.setdefault(tenant, set())
        for (owner, _), connections in self._open.items():
            if owner == tenant:
                for connection in connections:
                    connection.hold("commit")
                    held.add(connection)

    def _room(self, tenant: UUID) -> None:
        for connection in self._held.pop(tenant, set()):
            connection.release("commit")

    # -- messages -------------------------------------------------------------------------------------------------------

    def echo(self, connection: Connection, packet: Publish) -> None:
        """A stored message goes on to the device's own subscribers (a gateway beside it, say), and is kept when retained."""
        guest = connection.guest
        assert guest is not None
        if packet.retain:
            self.sessions.retain(guest.key, packet.topic, packet.payload, packet.qos)
        for session in self.sessions.of(guest.key):
            if session.held:
                own = session is connection.session
                session.offer(packet.topic, packet.payload, packet.qos, retain=packet.retain, own=own)

    def note_refusal(self, guest: Guest, reason: Text, amount: int = 1) -> None:
        """Kept visible on the device's page: how many were refused, and why the last one was."""
        self.figures.refused += amount
        _, count, _ = self._refusals.get(guest.key, (guest, 0, reason))
        self._refusals[guest.key] = (guest, count + amount, reason)

    async def _flush_refusals(self) -> None:
        noted, self._refusals = self._refusals, {}
        for guest, count, reason in noted.values():
            try:
                await self.ask(self.house.note_refusals, guest, count, reason)
            except Exception as error:
                log.warning("refusals could not be noted", extra={"error": str(error)})

    # -- commands -------------------------------------------------------------------------------------------------------

    def send_commands(self, guest: Guest) -> None:
        """Send what waits for this device, when it is here and listens."""
        topic = prefix_of(guest.city, guest.device) + "down"
        if not any(session.write is not None and session.held for session in self.sessions.of(guest.key)):
            return
        task = self.ask(self.house.waiting_commands, guest)

        def found(future: asyncio.Future[list[CommandOut]]) -> None:
            if future.exception() is not None:
                log.warning("commands could not be read", extra={"error": str(future.exception())})
                return
            for command in future.result():
                self._send(guest, topic, command)

        task.add_done_callback(found)

    def _send(self, guest: Guest, topic: str, command: CommandOut) -> None:
        """At QoS 1 a command counts as sent once the device has acknowledged it, else once it was written."""
        if command.id in self._sending:
            return

        def delivered() -> None:
            self.figures.commands += 1
            task = self.ask(self.house.command_sent, guest, command.id)
            task.add_done_callback(lambda future: self._was_sent(command.id, future))

        out = Outgoing(topic, msgspec.json.encode(command.as_json()), delivered=delivered)
        for session in self.sessions.of(guest.key):
            if session.write is not None and session.offer(topic, out.payload, 1, retain=False, own=False, found=out):
                self._sending.add(command.id)
                self.loop.call_later(COMMAND_SECONDS, self._sending.discard, command.id)
                return

    def _was_sent(self, command: UUID, future: asyncio.Future[Any]) -> None:
        self._sending.discard(command)
        if not future.cancelled() and future.exception() is not None:
            log.warning("a command's state could not be written", extra={"error": str(future.exception())})

    def wake(self, tenant: UUID, devices: tuple[int | str, ...] = ()) -> None:
        """There may be new commands in this city, for ``devices`` (none named: for any)."""
        for (owner, device), connections in list(self._open.items()):
            if owner == tenant and (not devices or device in devices):
                guest = next(iter(connections)).guest
                if guest is not None:
                    self.send_commands(guest)

    # -- figures --------------------------------------------------------------------------------------------------------

    def report(self) -> dict[str, Any]:
        """Numbers for status, doctor and metrics."""
        return {
            **asdict(self.figures),
            **{f"commit_{name}": value for name, value in asdict(self.commit.figures).items()},
            "connections": len(self._connections),
            "devices": len(self._open),
            "sessions": len(self.sessions),
        }
