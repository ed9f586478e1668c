"""The stream itself, as raw ASGI: a ticket at the door, events, a heartbeat, and an end after some minutes."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from nakhon.web.live.hub import Client, Hub
from nakhon.web.live.sources import SOURCES
from nakhon.web.live.tickets import reader_of

log = logging.getLogger("nakhon.live")

LIFE = 300.0
"""Seconds after which a stream ends; the page gets a new ticket, and so its rights are looked at anew."""
HEARTBEAT = 15.0
PATIENCE = 20.0
"""Seconds that one write may take before the reader is given up."""
MOST, MOST_OF_ADDRESS = 2000, 100

_PATH = re.compile(r"/(?:([a-z0-9-]{1,40})/)?live/stream")
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_NO_TICKET = (403, "บัตรผ่านหมดอายุ เปิดหน้าใหม่อีกครั้ง", "The ticket is not valid any more; load the page again")
_FULL = (503, "มีผู้ดูข้อมูลสดเต็มแล้ว หน้าเว็บจะลองใหม่เอง", "Too many look at live data now; the page tries again by itself")
_METHOD = (405, "ใช้ได้เฉพาะการอ่าน (GET)", "Only GET is answered here")

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def is_stream(path: str) -> bool:
    """Is this the address of a stream? Everything else below ``live/`` is Django's."""
    return path.endswith("/live/stream") and _PATH.fullmatch(path) is not None


def event(name: str, data: Any) -> bytes:
    """One server-sent event (HTML Standard, 9.2)."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


class Streams:
    """ASGI 3, for one process."""

    def __init__(self, *, life: float = LIFE, heartbeat: float = HEARTBEAT, beat: float = 1.0) -> None:
        self._life, self._heartbeat, self._beat = life, heartbeat, beat
        self._hub: Hub | None = None
        self._addresses: Counter[str] = Counter()

    @property
    def readers(self) -> int:
        return 0 if self._hub is None else self._hub.readers

    async def stop(self) -> None:
        if self._hub is not None:
            await self._hub.stop()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET",):
            return await _refuse(send, *_METHOD)
        match = _PATH.fullmatch(scope["path"])
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
        reader = reader_of(asked)
        city = (match[1] if match else None) or settings.NAKHON_CITY
        if reader is None or reader.city != city:
            return await _refuse(send, *_NO_TICKET)
        address = _address(scope)
        if self.readers >= MOST or self._addresses[address] >= MOST_OF_ADDRESS:
            return await _refuse(send, *_FULL)
        if self._hub is None:
            self._hub = Hub(SOURCES, beat=self._beat)
        self._addresses[address] += 1
        client = self._hub.join(reader)
        gone = asyncio.create_task(_until_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await self._run(client, gone, send)
        except (TimeoutError, OSError, RuntimeError):
            pass  # the reader is gone or does not read
        finally:
            gone.cancel()
            self._hub.leave(client)
            self._addresses[address] -= 1
            if self._addresses[address] <= 0:
                del self._addresses[address]
        return None

    async def _run(self, client: Client, gone: asyncio.Task[None], send: Send) -> None:
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._life
        await _write(send, b"retry: 3000\n\n")
        while not gone.done() and not client.lost and (left := ends - loop.time()) > 0:
            getting = asyncio.ensure_future(client.queue.get())
            try:
                await asyncio.wait(
                    {getting, gone}, timeout=min(left, self._heartbeat), return_when=asyncio.FIRST_COMPLETED
                )
                if getting.done():
                    await _write(send, event(*getting.result()))
                elif not gone.done():
                    await _write(send, b": \n\n")
            finally:
                getting.cancel()
        if not gone.done():
            if not client.lost:
                await _write(send, event("end", {}))
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _write(send: Send, data: bytes) -> None:
    await asyncio.wait_for(send({"type": "http.response.body", "body": data, "more_body": True}), PATIENCE)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _address(scope: MutableMapping[str, Any]) -> str:
    """Where the reader is; a proxy's word counts only under ``NAKHON_TRUST_PROXY``, as everywhere."""
    if settings.NAKHON_TRUST_PROXY:
        said = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        if said:
            return str(said[-1].decode("latin-1").rsplit(",", 1)[-1].strip())
    return str((scope.get("client") or ("",))[0])


async def _refuse(send: Send, status: int, th: str, en: str) -> None:
    """A problem document (RFC 9457) in both languages."""
    said = {"type": "about:blank", "status": status, "title": th, "title_en": en}
    about = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
    if status == 503:
        about.append((b"retry-after", b"15"))
    await send({"type": "http.response.start", "status": status, "headers": about})
    await send({"type": "http.response.body", "body": json.dumps(said, ensure_ascii=False).encode()})
