"""An MQTT client that publishes as fast as its window allows and counts acknowledgements. Loopback only, bounded in time.

``load(...)`` is used by ``measure.py`` and by the fault test, which also wants to know which messages were acknowledged.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Talker:
    """One connection. ``body`` gives the payload of message ``n``; messages are numbered from 0.

    After a broken connection it comes back, and sends what was not acknowledged again, marked as a repetition.
    """

    port: int
    user: str
    key: str
    topic: str
    body: Callable[[int], bytes]
    client_id: str = "load"
    window: int = 20
    qos: int = 1
    acknowledged: list[int] = field(default_factory=list)
    sent: int = 0
    broken: int = 0
    slowest: float = 0.0
    keep: bool = False
    count: int = 0
    _open: dict[int, tuple[int, float]] = field(default_factory=dict)

    async def run(self, most: int, until: float) -> None:
        """Until ``most`` messages are acknowledged or ``time.monotonic()`` reaches ``until``."""
        while self.count < most and time.monotonic() < until:
            try:
                await self._connected(most, until)
            except (TimeoutError, OSError, asyncio.IncompleteReadError):
                self.broken += 1
                await asyncio.sleep(0.2)

    async def _connected(self, most: int, until: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(self._connect())
            answer = await asyncio.wait_for(reader.readexactly(4), 10)
            if answer[3]:
                raise ConnectionRefusedError(f"refused with code {answer[3]}")
            writer.write(b"".join(self._message(n, pid, True) for pid, (n, _) in self._open.items()))
            buffer = b""
            while self.count < most and time.monotonic() < until:
                room = self.window - len(self._open)
                if room > 0 and self.sent < most:
                    writer.write(b"".join(self._next() for _ in range(min(room, most - self.sent))))
                    await writer.drain()
                if self.qos == 0:
                    self.count = self.sent
                    await asyncio.sleep(0)
                    continue
                data = await asyncio.wait_for(reader.read(65536), 15)
                if not data:
                    raise ConnectionResetError
                buffer = self._hear(buffer + data)
            writer.write(b"\xe0\x00")
            await writer.drain()
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _hear(self, data: bytes) -> bytes:
        place, now = 0, time.monotonic()
        while len(data) - place >= 4:
            if data[place] == 0x40 and data[place + 1] == 2:
                number, at = self._open.pop(data[place + 2] << 8 | data[place + 3], (-1, now))
                if number >= 0:
                    self.count += 1
                    self.slowest = max(self.slowest, now - at)
                    if self.keep:
                        self.acknowledged.append(number)
                place += 4
            else:
                place += 2 + data[place + 1]
        return data[place:]

    def _next(self) -> bytes:
        number = self.sent
        self.sent += 1
        pid = number % 65535 + 1
        if self.qos:
            self._open[pid] = (number, time.monotonic())
        return self._message(number, pid, False)

    def _message(self, number: int, pid: int, again: bool) -> bytes:
        topic = self.topic.encode()
        body = struct.pack("!H", len(topic)) + topic
        if self.qos:
            body += struct.pack("!H", pid)
        body += self.body(number)
        return bytes([0x30 | self.qos << 1 | again << 3]) + _length(len(body)) + body

    def _connect(self) -> bytes:
        parts = [self.client_id.encode()]
        flags = 2
        if self.user:
            parts += [self.user.encode(), self.key.encode()]
            flags |= 0xC0
        tail = b"".join(struct.pack("!H", len(part)) + part for part in parts)
        body = b"\x00\x04MQTT\x04" + bytes([flags]) + b"\x00\x3c" + tail
        return b"\x10" + _length(len(body)) + body


def _length(value: int) -> bytes:
    out = bytearray()
    while True:
        value, low = divmod(value, 128)
        out.append(low | (128 if value else 0))
        if not value:
            return bytes(out)


def load(talkers: list[Talker], *, most: int, seconds: float) -> float:
    """Let all talk at once; acknowledged messages a second, over all."""

    async def run() -> float:
        started = time.monotonic()
        await asyncio.gather(*(talker.run(most, started + seconds) for talker in talkers))
        return time.monotonic() - started

    import uvloop

    taken = uvloop.run(run())
    return sum(talker.count for talker in talkers) / taken


def talkers_of(stage: dict[str, Any], port: int, body: Callable[[int, int], bytes], **more: Any) -> list[Talker]:
    """One talker for each device of ``stage``; ``body(device, n)``."""
    return [
        Talker(
            port,
            f"{stage['city']}/{device['slug']}",
            device["key"],
            f"{stage['city']}/devices/{device['slug']}/up",
            lambda n, index=index: body(index, n),  # type: ignore[misc]
            client_id=f"load-{index}",
            **more,
        )
        for index, device in enumerate(stage["devices"])
    ]
