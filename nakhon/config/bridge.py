"""Carries requests from the asynchronous server to Django's WSGI application in a bounded pool of threads, and answers back.

A finished page costs one way to a thread and one back; a stream is sent in pieces, no faster than the reader takes them; an
upload is read as it comes, never gathered; one that breaks off is an error, never a shorter file.
"""

from __future__ import annotations

import asyncio
import contextvars
import io
import logging
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

log = logging.getLogger("nakhon.web")

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

PIECE = 65_536
PIECE_SECONDS = 0.2
SMALL = 262_144
"""A file of at most so many bytes is sent as one piece."""
BUSY = "ระบบมีผู้ใช้มากในขณะนี้ ลองใหม่ในอีกสักครู่ · The platform is busy now; try again in a moment\n".encode()
BROKEN = "เกิดข้อผิดพลาด · Something went wrong\n".encode()


class Upload(io.RawIOBase):
    """``wsgi.input``: takes from the server what is asked for. ``OSError`` when the sender goes away before the end."""

    def __init__(self, loop: asyncio.AbstractEventLoop, receive: Receive) -> None:
        self._loop, self._receive = loop, receive
        self._left = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if not self._left and not self._ended:
            self._left = self._more()
        size = min(len(into), len(self._left))
        into[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

    def _more(self) -> bytes:
        while True:
            message = asyncio.run_coroutine_threadsafe(_awaited(self._receive), self._loop).result()
            if message["type"] == "http.disconnect":
                raise OSError("the sender went away before the end")
            self._ended = not message.get("more_body", False)
            found: bytes = message.get("body", b"")
            if found or self._ended:
                return found


async def _awaited(receive: Receive) -> Message:
    return await receive()


class Bridge:
    """An ASGI application over a WSGI one. ``waiting``: requests that may wait for a thread before more are turned away."""

    def __init__(self, application: Callable[..., Iterable[bytes]], *, threads: int, waiting: int = 200) -> None:
        self._application = application
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="django")
        self._most = threads + waiting
        self._now = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._now >= self._most:
            await _plain(send, 503, BUSY, [(b"retry-after", b"2")])
            return
        self._now += 1
        started = [False]
        try:
            loop = asyncio.get_running_loop()
            context = contextvars.copy_context()
            done = await loop.run_in_executor(
                self._pool, context.run, self._answer, scope, receive, send, loop, started
            )
            if done is not None:
                status, headers, body = done
                started[0] = True
                await send({"type": "http.response.start", "status": status, "headers": headers})
                await send({"type": "http.response.body", "body": body})
        except Exception:
            log.exception("a request was not answered")
            if started[0]:
                raise
            await _plain(send, 500, BROKEN, [])
        finally:
            self._now -= 1

    def _answer(
        self, scope: Scope, receive: Receive, send: Send, loop: asyncio.AbstractEventLoop, started: list[bool]
    ) -> tuple[int, Headers, bytes] | None:
        """In a thread of the pool: the whole answer, or None when it was streamed."""
        said: list[tuple[int, Headers]] = []

        def start_response(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], None]:
            named = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            said[:] = [(int(status[:3]), named)]
            return lambda data: None

        upload = io.BufferedReader(Upload(loop, receive), PIECE)
        answer = self._application(environ_of(scope, upload), start_response)
        try:
            if not getattr(answer, "streaming", True) or _is_small(said):
                return (*said[0], b"".join(answer))
            started[0] = True
            self._stream(answer, said[0], receive, send, loop)
            return None
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()

    def _stream(
        self,
        answer: Iterable[bytes],
        head: tuple[int, Headers],
        receive: Receive,
        send: Send,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """Pieces of 64 KB, or what there is after a fifth of a second; ends early when the reader has gone."""
        gone = asyncio.run_coroutine_threadsafe(_until_gone(receive), loop)

        def say(message: Message) -> None:
            asyncio.run_coroutine_threadsafe(_sent(send, message), loop).result()

        try:
            say({"type": "http.response.start", "status": head[0], "headers": head[1]})
            gathered: list[bytes] = []
            size, last = 0, time.monotonic()
            for chunk in answer:
                gathered.append(chunk)
                size += len(chunk)
                if size >= PIECE or time.monotonic() - last > PIECE_SECONDS:
                    if gone.done():
                        return
                    say({"type": "http.response.body", "body": b"".join(gathered), "more_body": True})
                    gathered.clear()
                    size, last = 0, time.monotonic()
            say({"type": "http.response.body", "body": b"".join(gathered), "more_body": False})
        finally:
            gone.cancel()


def _is_small(said: list[tuple[int, Headers]]) -> bool:
    """Does the answer itself say that it is small?"""
    lengths = [value for name, value in said[0][1] if name == b"content-length"] if said else []
    return len(lengths) == 1 and lengths[0].isdigit() and int(lengths[0]) <= SMALL


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _sent(send: Send, message: Message) -> None:
    await send(message)


async def _plain(send: Send, status: int, body: bytes, headers: Headers) -> None:
    about = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": about})
    await send({"type": "http.response.body", "body": body})


def environ_of(scope: Scope, upload: Any) -> dict[str, Any]:
    """PEP 3333's environment. Header names with an underscore are left out: they would pass for others (X_Forwarded_For)."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1] or 80),
        "REMOTE_ADDR": str(client[0]),
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": upload,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw, value in scope["headers"]:
        if b"_" in raw:
            continue
        name = raw.decode("latin-1").upper().replace("-", "_")
        if name not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            name = f"HTTP_{name}"
        text = value.decode("latin-1")
        if name in environ:
            text = environ[name] + ("; " if name == "HTTP_COOKIE" else ",") + text
        environ[name] = text
    return environ
