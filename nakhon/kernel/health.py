"""Is the platform well? Real questions to every part it stands on, each within a time limit, without session or tenant.

``failing`` means that people cannot be served; ``degraded`` that they can, but somebody should look.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from nakhon.kernel.keys import keyring
from nakhon.knowledge.text import Text

PATIENCE = 2.0
"""Seconds that all checks together may take."""
STATEMENT_MILLISECONDS = 1000
HEARTBEAT_SECONDS = 60
QUEUE_SECONDS = 120
LITTLE_SPACE, NO_SPACE = 1_000_000_000, 200_000_000
STORAGE_CACHE_SECONDS = 30.0
"""A bucket is asked this seldom: the answer costs a journey over the network."""

log = logging.getLogger("nakhon.health")


class Status(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"
    FAILING = "failing"


_ORDER = (Status.OK, Status.DEGRADED, Status.FAILING)


@dataclass(frozen=True, slots=True)
class Check:
    """One part: its ``status``, what was found in both languages, and how many milliseconds the question took."""

    name: str
    status: Status
    detail: Text
    ms: float = 0.0

    def as_dict(self, *, details: bool) -> dict[str, Any]:
        shown: dict[str, Any] = {"name": self.name, "status": self.status.value}
        if details:
            shown |= {"detail_th": self.detail.th, "detail_en": self.detail.en, "ms": self.ms}
        return shown


@dataclass(frozen=True, slots=True)
class Report:
    checks: tuple[Check, ...]

    @property
    def status(self) -> Status:
        """The worst of all checks."""
        return max((check.status for check in self.checks), key=_ORDER.index)

    def demanding(self, *names: str) -> Report:
        """The same findings, where the checks named must be ok for anything but ``failing``."""
        return Report(
            tuple(
                Check(c.name, Status.FAILING, c.detail, c.ms) if c.name in names and c.status is not Status.OK else c
                for c in self.checks
            )
        )

    def as_dict(self, *, details: bool) -> dict[str, Any]:
        return {"status": self.status.value, "checks": [check.as_dict(details=details) for check in self.checks]}


Found = tuple[Status, Text]
DATABASE_CHECKS = ("database", "row_security", "migrations", "worker", "queue")


def _database() -> Iterator[Check]:
    """Everything that PostgreSQL is asked, over a connection of its own, as the role that serves people."""
    started = time.perf_counter()

    def done(name: str, status: Status, th: str, en: str) -> Check:
        nonlocal started
        check = Check(name, status, Text(th, en), _ms(started))
        started = time.perf_counter()
        return check

    with _connect() as asked:
        asked.execute("SELECT 1")
        yield done("database", Status.OK, "ฐานข้อมูลตอบ", "The database answers")
        row = asked.execute(
            "SELECT row_security_active('kernel_auditentry'::regclass), rolsuper OR rolbypassrls "
            "FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        if row is not None and row[0] and not row[1]:
            yield done("row_security", Status.OK, "การแยกข้อมูลระหว่างหน่วยงานทำงานอยู่", "Row security is in force")
        else:
            yield done(
                "row_security",
                Status.FAILING,
                "บัญชีฐานข้อมูลที่ใช้ข้ามการแยกข้อมูลระหว่างหน่วยงานได้",
                "The database role in use can bypass row security",
            )
        missing = _known_migrations() - {
            (app, name) for app, name in asked.execute("SELECT app, name FROM django_migrations").fetchall()
        }
        if missing:
            yield done(
                "migrations",
                Status.FAILING,
                f"โครงสร้างฐานข้อมูลขาด {len(missing)} ขั้น สั่ง nakhon up อีกครั้ง",
                f"{len(missing)} migrations are missing; run: nakhon up",
            )
        else:
            yield done("migrations", Status.OK, "โครงสร้างฐานข้อมูลเป็นปัจจุบัน", "The schema is up to date")
        yield done("worker", *_worker(asked))
        yield done("queue", *_queue(asked))


def _worker(asked: psycopg.Connection) -> tuple[Status, str, str]:
    row = asked.execute("SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers").fetchone()
    age = None if row is None or row[0] is None else float(row[0])
    if age is None:
        return Status.DEGRADED, "ตัวทำงานเบื้องหลังยังไม่เริ่ม", "No background worker has started"
    if age > HEARTBEAT_SECONDS:
        return (
            Status.DEGRADED,
            f"ตัวทำงานเบื้องหลังเงียบไป {age:.0f} วินาที",
            f"The background worker has been silent for {age:.0f} s",
        )
    return Status.OK, "ตัวทำงานเบื้องหลังทำงานอยู่", "The background worker is alive"


def _queue(asked: psycopg.Connection) -> tuple[Status, str, str]:
    row = asked.execute(
        "SELECT count(*), extract(epoch FROM now() - min(greatest(deferred.at, job.scheduled_at))) FROM procrastinate_jobs job "
        "LEFT JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events WHERE job_id = job.id "
        "AND type IN ('deferred', 'deferred_for_retry')) deferred ON true "
        "WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())"
    ).fetchone()
    waiting, oldest = (0, 0.0) if row is None else (int(row[0]), float(row[1] or 0))
    status = Status.DEGRADED if oldest > QUEUE_SECONDS else Status.OK
    return (
        status,
        f"งานรออยู่ {waiting} งาน นานสุด {oldest:.0f} วินาที",
        f"{waiting} jobs wait, the longest for {oldest:.0f} s",
    )


def _connect() -> psycopg.Connection:
    """A new connection: that one can be had is itself a part of being well. It never waits long for an answer."""
    options = dict(connection.get_connection_params())
    for ours in ("cursor_factory", "context", "prepare_threshold"):
        options.pop(ours, None)
    given = options.pop("options", "")
    asked = psycopg.connect(
        **options,
        connect_timeout=2,
        autocommit=True,
        options=f"{given} -c statement_timeout={STATEMENT_MILLISECONDS} -c lock_timeout={STATEMENT_MILLISECONDS}".strip(),
    )
    role = connection.settings_dict.get("OPTIONS", {}).get("assume_role")
    if role:
        asked.execute(psycopg.sql.SQL("SET ROLE {}").format(psycopg.sql.Identifier(role)))
    return asked


@lru_cache(maxsize=1)
def _known_migrations() -> frozenset[tuple[str, str]]:
    """What the code brings. A squashed migration that replaces others counts as applied with what it replaces."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(key for key, migration in loader.disk_migrations.items() if not migration.replaces)


def _disk() -> Found:
    free = shutil.disk_usage(settings.NAKHON_HOME).free
    words = Text("พื้นที่ว่าง {gb} GB", "{gb} GB free").format(gb=f"{free / 1e9:.1f}")
    if free < NO_SPACE:
        return Status.FAILING, words
    return (Status.DEGRADED if free < LITTLE_SPACE else Status.OK), words


def _keys() -> Found:
    ring = keyring()
    if not (ring.field and ring.index and ring.audit):
        return Status.FAILING, Text("แฟ้มกุญแจไม่ครบ", "The key file is incomplete")
    return Status.OK, Text("อ่านกุญแจเข้ารหัสได้", "The keys can be read")


_storage_said: tuple[float, Found] | None = None


def _storage() -> Found:
    global _storage_said
    kept = storages["default"]
    if isinstance(kept, FileSystemStorage):
        return _disk_storage(Path(kept.location))
    now = time.monotonic()
    if _storage_said is None or now - _storage_said[0] > STORAGE_CACHE_SECONDS:
        kept.exists("nakhon-health-probe")
        _storage_said = (now, (Status.OK, Text("ที่เก็บไฟล์ตอบ", "The bucket answers")))
    return _storage_said[1]


def _disk_storage(folder: Path) -> Found:
    folder.mkdir(mode=0o700, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".probe-")
    try:
        os.write(handle, b"1")
    finally:
        os.close(handle)
        Path(name).unlink()
    return Status.OK, Text("เขียนไฟล์ได้", "Files can be written")


LOCAL: dict[str, tuple[Callable[[], Found], Text]] = {
    "disk": (_disk, Text("ตรวจพื้นที่ดิสก์ไม่ได้", "The disk's free space cannot be read")),
    "keys": (_keys, Text("อ่านกุญแจเข้ารหัสไม่ได้", "The keys cannot be read")),
    "storage": (_storage, Text("เขียนลงที่เก็บไฟล์ไม่ได้", "Files cannot be written")),
}


def _local(name: str) -> Check:
    ask, otherwise = LOCAL[name]
    started = time.perf_counter()
    try:
        status, words = ask()
    except Exception:
        log.warning("health check failed", exc_info=True, extra={"check": name})
        status, words = Status.FAILING, otherwise
    return Check(name, status, words, _ms(started))


def _all_of_the_database() -> list[Check]:
    found: list[Check] = []
    try:
        found.extend(_database())
    except Exception:
        log.warning("health check failed", exc_info=True, extra={"check": "database"})
        rest = DATABASE_CHECKS[len(found) :]
        sorry = Text("ฐานข้อมูลไม่ตอบ", "The database does not answer")
        found += [Check(name, Status.FAILING, sorry) for name in rest]
    return found


def _all_local() -> list[Check]:
    return [_local(name) for name in LOCAL]


def _ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)


class _Asker:
    """Asks in threads of its own, so that a part that hangs cannot hold up the answer, nor more than one thread each."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="health")
        self._running: dict[str, Future[list[Check]]] = {}
        self._lock = threading.Lock()

    def ask(self, parts: dict[str, Callable[[], list[Check]]], patience: float) -> dict[str, list[Check] | None]:
        """Each part's findings, or None for one that has not answered in time."""
        until = time.monotonic() + patience
        with self._lock:
            for name, part in parts.items():
                before = self._running.get(name)
                if before is None or before.done():
                    self._running[name] = self._pool.submit(part)
            futures = {name: self._running[name] for name in parts}
        return {name: self._wait(future, until) for name, future in futures.items()}

    @staticmethod
    def _wait(future: Future[list[Check]], until: float) -> list[Check] | None:
        try:
            return future.result(timeout=max(0.0, until - time.monotonic()))
        except TooSlow:
            return None


_asker = _Asker()


def examine(patience: float = PATIENCE) -> Report:
    """Ask every part. Returns within ``patience`` seconds, whatever hangs."""
    parts = {"database": _all_of_the_database, "local": _all_local}
    names: dict[str, Iterable[str]] = {"database": DATABASE_CHECKS, "local": LOCAL}
    sorry = Text("ไม่ตอบภายในเวลาที่กำหนด", "No answer in time")
    checks: list[Check] = []
    for part, found in _asker.ask(parts, patience).items():
        if found is None:
            found = [Check(name, Status.FAILING, sorry, round(patience * 1000, 1)) for name in names[part]]
        checks += found
    return Report(tuple(checks))
