"""The supervisor: starts web, ingest and worker, watches them and the database, brings back whatever dies, stops all in order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from nakhon.config.run import process
from nakhon.config.run.environment import Environment, resolve
from nakhon.config.run.errors import RunError
from nakhon.config.run.home import REPOSITORY, Home, read_json, write_private
from nakhon.config.run.logs import LogBook
from nakhon.knowledge.text import Text

TICK = 0.2
FIRST_WAIT, LONGEST_WAIT = 0.2, 10.0
LOOP_FAILURES, LOOP_SECONDS = 5, 60.0
GRACE = 20.0
LOCK = "supervisor.lock"
CHILDREN: dict[str, list[str]] = {
    "web": [sys.executable, "-m", "nakhon.config.run.web"],
    "ingest": [sys.executable, "-m", "nakhon.config.run.ingest"],
    "worker": [sys.executable, "-m", "nakhon.config.run.django", "work"],
}


@dataclass
class BackOff:
    """How long to wait before the next start: 0.2 s doubling to 10 s, forgotten after a minute of good health."""

    failures: deque[float] = field(default_factory=lambda: deque(maxlen=20))
    not_before: float = 0.0

    def failed(self, now: float) -> int:
        """Note a death; how many there were within the last minute."""
        self.failures.append(now)
        recent = sum(1 for at in self.failures if now - at < LOOP_SECONDS)
        self.not_before = now + min(LONGEST_WAIT, FIRST_WAIT * 2 ** (recent - 1))
        return recent


@dataclass
class Child:
    name: str
    words: list[str]
    back_off: BackOff = field(default_factory=BackOff)
    popen: subprocess.Popen[bytes] | None = None
    identity: process.Identity | None = None
    restarts: int = -1


class Supervisor:
    """Runs in the main thread of its process until SIGTERM or Ctrl-C; a second Ctrl-C does not wait for manners."""

    def __init__(self, environment: Environment, *, console: bool) -> None:
        self.environment = environment
        self.home = environment.home
        self.cluster = environment.cluster
        self.log = LogBook(self.home.log, console=console)
        self._children = [Child(name, words) for name, words in CHILDREN.items()]
        self._stopping = threading.Event()
        self._hurry = threading.Event()
        self._database = BackOff()
        self._reviving: threading.Thread | None = None
        self._database_restarts = 0
        self._started = datetime.now(UTC)

    def run(self, after_start: Callable[[], None] | None = None) -> int:
        """Supervise until told to stop. ``after_start`` runs beside it in a thread (it waits for health and tells)."""
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sign, self._on_signal)
        with self.home.lock(LOCK, wait=5):
            clear_leftovers(self.home)
            if self.cluster is not None:
                self.cluster.start()
            if after_start is not None:
                threading.Thread(target=after_start, name="announce", daemon=True).start()
            try:
                while not self._stopping.wait(TICK):
                    self._watch_database()
                    for child in self._children:
                        self._watch(child)
            finally:
                self._stop_all()
        return 0

    def stop(self) -> None:
        """Ask the loop to end; may be called from any thread."""
        self._stopping.set()

    def _on_signal(self, number: int, _frame: Any) -> None:
        if self._stopping.is_set() and number == signal.SIGINT:
            self._hurry.set()
        self._stopping.set()

    # -- children -----------------------------------------------------------------------------------------------------

    def _watch(self, child: Child) -> None:
        now = time.monotonic()
        if child.popen is None:
            if now >= child.back_off.not_before:
                self._start(child)
            return
        code = child.popen.poll()
        if code is None:
            return
        child.popen = child.identity = None
        self._report_death(child.name, _how(code), child.back_off.failed(now), child.back_off.not_before - now)
        self._save_state()

    def _start(self, child: Child) -> None:
        env = self.environment.child_env("app") | {"NAKHON_PARENT_PID": str(os.getpid()), "NAKHON_PROCESS": child.name}
        child.popen = subprocess.Popen(
            child.words,
            env=env,
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert child.popen.stdout is not None
        self.log.follow(child.name, child.popen.stdout)
        child.identity = process.identify(child.popen.pid)
        child.restarts += 1
        self.log.line("supervisor", f"{child.name} started, pid {child.popen.pid}")
        self._save_state()

    def _report_death(self, name: str, how: str, recent: int, wait: float) -> None:
        self.log.line("supervisor", f"{name} {how}; it is started again in {wait:.1f} s", level="warning")
        if recent >= LOOP_FAILURES and recent % LOOP_FAILURES == 0:
            self.log.line(
                "supervisor",
                f"{name} หยุดซ้ำ {recent} ครั้งในหนึ่งนาที ดูสาเหตุด้วย: nakhon doctor · "
                f"{name} stopped {recent} times within a minute; find out why with: nakhon doctor",
                level="error",
            )

    # -- database -----------------------------------------------------------------------------------------------------

    def _watch_database(self) -> None:
        if self.cluster is None or self.cluster.running() is not None:
            return
        if self._reviving is not None and self._reviving.is_alive():
            return
        now = time.monotonic()
        if now < self._database.not_before:
            return
        self._report_death("database", "stopped", self._database.failed(now), 0.0)
        self._reviving = threading.Thread(target=self._revive, name="revive-database", daemon=True)
        self._reviving.start()

    def _revive(self) -> None:
        assert self.cluster is not None
        try:
            self.cluster.start()
        except RunError as error:
            for line in error.lines():
                self.log.line("database", line, level="error")
            return
        self._database_restarts += 1
        self.log.line("supervisor", "database is back; PostgreSQL replayed its log, nothing committed was lost")
        self._save_state()

    # -- the end ------------------------------------------------------------------------------------------------------

    def _stop_all(self) -> None:
        """Web and ingest first, so that nobody is promised anything more; then the worker; the database last."""
        self.log.line("supervisor", "กำลังหยุดระบบ · stopping")
        for child in self._children:
            if child.popen is None:
                continue
            child.popen.terminate()
            deadline = time.monotonic() + GRACE
            while child.popen.poll() is None and time.monotonic() < deadline and not self._hurry.is_set():
                time.sleep(0.05)
            if child.popen.poll() is None:
                for pid in reversed(process.family(child.popen.pid)):
                    process.end(process.identify(pid), grace=0)
                child.popen.wait()
        if self._reviving is not None:
            self._reviving.join(timeout=30)
        if self.cluster is not None:
            self.cluster.stop(timeout=3 if self._hurry.is_set() else 30)
        self.home.state_file.unlink(missing_ok=True)
        self.log.line("supervisor", "หยุดแล้ว · stopped")

    def _save_state(self) -> None:
        state = {
            "supervisor": process.me().as_dict(),
            "host": self.environment.host,
            "port": self.environment.port,
            "mqtt_port": self.environment.mqtt_port,
            "url": self.environment.base_url,
            "started_at": self._started.isoformat(),
            "processes": {child.name: child.identity.as_dict() for child in self._children if child.identity},
            "restarts": {child.name: max(0, child.restarts) for child in self._children}
            | {"database": self._database_restarts},
        }
        write_private(self.home.state_file, json.dumps(state, indent=1))


def _how(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def running(home: Home) -> process.Identity | None:
    """The supervisor of ``home``, if it lives: the very process that wrote the state, not one that inherited its pid."""
    who = process.Identity.from_dict(read_json(home.state_file).get("supervisor"))
    return who if process.is_alive(who) else None


def clear_leftovers(home: Home) -> list[str]:
    """End web, ingest and worker processes that a killed supervisor left behind, only when proven to be this home's."""
    if running(home) is not None:
        return []
    ended = []
    for name, value in read_json(home.state_file).get("processes", {}).items():
        who = process.Identity.from_dict(value)
        if who is None or not process.is_alive(who):
            continue
        for pid in reversed(process.family(who.pid)):
            process.end(process.identify(pid))
        ended.append(name)
    return ended


def stop(home: Home, *, timeout: float = 90.0) -> bool:
    """Stop everything of ``home``, whether its supervisor lives or not. True when anything was running."""
    supervisor = running(home)
    if supervisor is not None:
        os.kill(supervisor.pid, signal.SIGTERM)
        deadline = time.monotonic() + timeout
        while process.is_alive(supervisor) and time.monotonic() < deadline:
            time.sleep(0.05)
        if process.is_alive(supervisor):
            raise RunError(
                Text(th="ระบบไม่หยุดภายในเวลาที่กำหนด", en="The platform did not stop in time"),
                Text(th=f"ดู {home.log}/supervisor.log", en=f"Look at {home.log}/supervisor.log"),
            )
    found = supervisor is not None or bool(clear_leftovers(home))
    environment = resolve(home, create=False) if home.secrets_file.exists() else None
    if environment is not None and environment.cluster is not None:
        found = environment.cluster.stop() or found
    home.state_file.unlink(missing_ok=True)
    return found


def main() -> None:
    """``python -m nakhon.config.run.supervisor PORT``: supervise in the background; the home comes from ``NAKHON_HOME``."""
    os.umask(0o077)
    environment = resolve(create=False, port=int(sys.argv[1]))
    raise SystemExit(Supervisor(environment, console=False).run())


if __name__ == "__main__":
    main()
