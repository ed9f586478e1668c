"""Group commit: messages of all connections gather for a few milliseconds, are stored together, and only then acknowledged.

While the database cannot be reached nothing is acknowledged and nothing is lost: the same rows, with the same times, are
tried again until they are in. A message that the store cannot take for another reason is found by halving its batch.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from nakhon.knowledge.text import Text

log = logging.getLogger("nakhon.mqtt")

FAILED = Text(
    "ระบบบันทึกค่านี้ไม่ได้ ผู้ดูแลระบบดูสาเหตุได้ในบันทึก", "This value could not be stored; the administrator finds why in the log"
)
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0

Store = Callable[[UUID, Sequence[Any]], Sequence[tuple[int, Text]]]
"""Stores rows of one tenant and commits; gives the index and reason of each row that it refused. Runs in a thread."""
Done = Callable[[list[Text]], None]
"""Called in the loop's thread after the commit, with the reasons of the message's rows that were refused."""


class Unreachable(Exception):
    """The store cannot be reached now; the same rows are tried again."""


@dataclass(slots=True)
class _Message:
    rows: Sequence[Any]
    done: Done


@dataclass(slots=True)
class _Lane:
    """What waits of one tenant. One transaction at a time: rows keep their order, and roll-ups are not fought over."""

    tenant: UUID
    waiting: deque[_Message] = field(default_factory=deque)
    busy: bool = False
    rows: int = 0


@dataclass(slots=True)
class Figures:
    commits: int = 0
    rows: int = 0
    refused: int = 0
    retries: int = 0
    waiting: int = 0


class GroupCommit:
    """``linger`` in seconds, ``most`` rows in one transaction, ``full`` rows of one tenant after which senders are held."""

    def __init__(
        self,
        store: Store,
        *,
        threads: int = 3,
        linger: float = 0.003,
        most: int = 2000,
        full: int = 20_000,
        on_room: Callable[[UUID], None] = lambda tenant: None,
    ) -> None:
        self.figures = Figures()
        self._store = store
        self._linger, self._most, self._full = linger, most, full
        self._on_room = on_room
        self._lanes: dict[UUID, _Lane] = {}
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="commit")
        self._loop = asyncio.get_running_loop()
        self._ended = False

    def submit(self, tenant: UUID, rows: Sequence[Any], done: Done) -> None:
        """Take one message; ``done`` is called once its rows are committed or refused."""
        lane = self._lanes.get(tenant)
        if lane is None:
            lane = self._lanes[tenant] = _Lane(tenant)
        lane.waiting.append(_Message(rows, done))
        lane.rows += len(rows)
        self.figures.waiting += len(rows)
        if not lane.busy:
            lane.busy = True
            self._loop.call_later(self._linger, self._begin, lane)

    def is_full(self, tenant: UUID) -> bool:
        """Should senders of this tenant be held for now?"""
        lane = self._lanes.get(tenant)
        return lane is not None and lane.rows >= self._full

    async def drain(self, patience: float) -> bool:
        """Wait until everything taken is committed. False when some is not after ``patience`` seconds."""
        until = self._loop.time() + patience
        while self._lanes and self._loop.time() < until:
            await asyncio.sleep(0.01)
        return not self._lanes

    def end(self) -> None:
        self._ended = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self, lane: _Lane) -> None:
        if self._ended:
            return
        batch = [lane.waiting.popleft()]
        size = len(batch[0].rows)
        while lane.waiting and size + len(lane.waiting[0].rows) <= self._most:
            batch.append(lane.waiting.popleft())
            size += len(batch[-1].rows)
        task = self._loop.create_task(self._commit(lane, batch, size))
        task.add_done_callback(_must_not_fail)

    async def _commit(self, lane: _Lane, batch: list[_Message], size: int) -> None:
        outcomes = await self._stored(lane.tenant, batch)
        was_full = lane.rows >= self._full
        lane.rows -= size
        self.figures.waiting -= size
        for message, reasons in zip(batch, outcomes, strict=True):
            self.figures.refused += len(reasons)
            try:
                message.done(reasons)
            except Exception:
                log.exception("after the commit")
        if was_full and lane.rows < self._full:
            self._on_room(lane.tenant)
        if lane.waiting:
            self._loop.call_later(self._linger, self._begin, lane)
        else:
            lane.busy = False
            del self._lanes[lane.tenant]

    async def _stored(self, tenant: UUID, batch: list[_Message]) -> list[list[Text]]:
        """The reasons for each message, after the commit; tries again for as long as the store cannot be reached."""
        rows = [row for message in batch for row in message.rows]
        pause = FIRST_PAUSE
        while True:
            try:
                refused = await self._loop.run_in_executor(self._pool, self._store, tenant, rows)
            except Unreachable as error:
                self.figures.retries += 1
                log.warning(
                    "the database cannot be reached; nothing is acknowledged until it can", extra={"error": str(error)}
                )
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
            except Exception:
                if len(batch) == 1:
                    log.exception("a message that cannot be stored", extra={"tenant": str(tenant)})
                    return [[FAILED]]
                half = len(batch) // 2
                return await self._stored(tenant, batch[:half]) + await self._stored(tenant, batch[half:])
            else:
                self.figures.commits += 1
                self.figures.rows += len(rows)
                return _by_message(batch, refused)


def _by_message(batch: list[_Message], refused: Sequence[tuple[int, Text]]) -> list[list[Text]]:
    found: list[list[Text]] = [[] for _ in batch]
    if not refused:
        return found
    reasons = dict(refused)
    index = 0
    for place, message in enumerate(batch):
        for _ in message.rows:
            if index in reasons:
                found[place].append(reasons[index])
            index += 1
    return found


def _must_not_fail(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("the group commit stopped", exc_info=error)
