"""The entry point of the web server: live streams are answered here, everything else goes to Django through a thread pool.

Streams stay open for minutes and would each hold a thread; pages wait for the database and need one.
"""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nakhon.config.settings")

from nakhon.config.bridge import Bridge, Receive, Scope, Send
from nakhon.config.wsgi import application as django_application
from nakhon.web.live.stream import Streams, is_stream


def threads() -> int:
    """How many requests Django answers at once: ``NAKHON_WEB_THREADS``, else 2 a core and one, at most 8."""
    return int(os.environ.get("NAKHON_WEB_THREADS") or min(8, 2 * (os.cpu_count() or 1) + 1))


class Application:
    """ASGI 3."""

    def __init__(self) -> None:
        self._pages = Bridge(django_application, threads=threads())
        self._streams = Streams()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            answer = self._streams if is_stream(scope["path"]) else self._pages
            await answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self._streams.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


application = Application()
