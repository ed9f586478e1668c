"""One listener, many readers: gathers hints for a second, asks once for each group of equal rights, and hands out the answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from django.db import close_old_connections, connection

from nakhon.kernel import live
from nakhon.web.live.tickets import Reader

log = logging.getLogger("nakhon.live")

BEAT = 1.0
"""Seconds between two turns: nobody is told more often."""
MOST_IDS = 1000
"""Ids of one kind that are remembered for a city within a turn; beyond it readers are told to look at everything."""
QUEUE = 8
"""Turns that a reader may lag behind before it is let go."""

Source = Callable[[Reader, tuple[int | str, ...]], Mapping[str, Any] | None]
"""What readers of these rights are told about these ids ("" none: too many to name); None when they may see nothing."""
Event = tuple[str, Mapping[str, Any]]


class Client:
    """One open stream. ``queue`` is bounded; ``lost`` is set when the reader was too slow to be kept."""

    __slots__ = ("lost", "queue", "reader")

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.queue: asyncio.Queue[Event] = asyncio.Queue(QUEUE)
        self.lost = False

    def offer(self, event: Event) -> None:
        try:
            self.queue.put_nowait(event)
        except asyncio.QueueFull:
            self.lost = True


class Hub:
    """Made inside a running loop. It listens only while somebody looks, so that idle platforms hold no connection."""

    def __init__(self, sources: Mapping[str, Source], *, beat: float = BEAT) -> None:
        self._sources, self._beat = sources, beat
        self._clients: dict[UUID, dict[Reader, set[Client]]] = {}
        self._pending: dict[UUID, dict[str, set[int | str] | None]] = {}
        self._listening: asyncio.Task[None] | None = None
        self._turning: asyncio.Task[None] | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="live")
        self.fresh = False
        self._lost = False

    @property
    def readers(self) -> int:
        return sum(len(clients) for groups in self._clients.values() for clients in groups.values())

    def join(self, reader: Reader) -> Client:
        client = Client(reader)
        self._clients.setdefault(reader.tenant, {}).setdefault(reader, set()).add(client)
        if self._listening is None:
            self._listening = asyncio.create_task(live.listen(self._hear, connected=self._connected))
            self._turning = asyncio.create_task(self._turns())
        client.offer(("state", {"live": self.fresh}))
        return client

    def leave(self, client: Client) -> None:
        groups = self._clients.get(client.reader.tenant, {})
        clients = groups.get(client.reader)
        if clients is not None:
            clients.discard(client)
            if not clients:
                del groups[client.reader]
            if not groups:
                self._clients.pop(client.reader.tenant, None)
                self._pending.pop(client.reader.tenant, None)
        if not self._clients:
            self._rest()

    async def stop(self) -> None:
        self._clients.clear()
        self._rest()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _rest(self) -> None:
        for task in (self._listening, self._turning):
            if task is not None:
                task.cancel()
        self._listening = self._turning = None
        self.fresh = self._lost = False
        self._pool.submit(connection.close)

    def _connected(self, good: bool) -> None:
        """A lost connection may have lost hints: readers are told, and look at everything when it is back."""
        self.fresh = good
        for groups in self._clients.values():
            for clients in groups.values():
                for client in clients:
                    client.offer(("state", {"live": good}))
        if good and self._lost:
            for tenant in self._clients:
                self._pending[tenant] = dict.fromkeys(self._sources)
        self._lost = not good

    def _hear(self, hint: live.Hint) -> None:
        if hint.tenant not in self._clients or hint.kind not in self._sources:
            return
        kinds = self._pending.setdefault(hint.tenant, {})
        ids = kinds.setdefault(hint.kind, set())
        if ids is None:
            return
        ids.update(hint.ids)
        if not hint.ids or len(ids) > MOST_IDS:
            kinds[hint.kind] = None

    async def _turns(self) -> None:
        while True:
            await asyncio.sleep(self._beat)
            pending, self._pending = self._pending, {}
            for tenant, kinds in pending.items():
                for reader, clients in list(self._clients.get(tenant, {}).items()):
                    for kind, ids in kinds.items():
                        await self._tell(kind, reader, tuple(ids or ()), clients)

    async def _tell(self, kind: str, reader: Reader, ids: tuple[int | str, ...], clients: set[Client]) -> None:
        try:
            said = await asyncio.get_running_loop().run_in_executor(self._pool, self._ask, kind, reader, ids)
        except Exception:
            log.exception("a live page was not told", extra={"kind": kind})
            return
        if said is not None:
            for client in clients:
                client.offer((kind, said))

    def _ask(self, kind: str, reader: Reader, ids: tuple[int | str, ...]) -> Mapping[str, Any] | None:
        close_old_connections()
        return self._sources[kind](reader, ids)
