"""Processes told apart beyond doubt: a pid alone may belong to somebody else after a restart of the machine."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psutil

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Identity:
    """A process as nobody can imitate it: pid, start time in clock ticks since boot, and which boot."""

    pid: int
    started: int
    boot: str

    def as_dict(self) -> dict[str, Any]:
        return {"pid": self.pid, "started": self.started, "boot": self.boot}

    @classmethod
    def from_dict(cls, value: Any) -> Identity | None:
        """Read back what ``as_dict`` wrote; None for anything else."""
        try:
            return cls(int(value["pid"]), int(value["started"]), str(value["boot"]))
        except (KeyError, TypeError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes resident (RSS counts shared pages in every process, PSS shares them out)."""

    rss: int
    pss: int


@cache
def boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def identify(pid: int) -> Identity | None:
    """Who runs under ``pid`` now; None when nobody does. A zombie has ended and counts as nobody."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    if fields[0] in "ZX":
        return None
    return Identity(pid, int(fields[19]), boot_id())


def is_alive(who: Identity | None) -> bool:
    """True while exactly this process still runs."""
    return who is not None and identify(who.pid) == who


def me() -> Identity:
    """This very process."""
    found = identify(os.getpid())
    assert found is not None
    return found


def command(pid: int) -> list[str]:
    """The words that the process was started with; empty when it is gone or not ours to read."""
    try:
        return [os.fsdecode(word) for word in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") if word]
    except OSError:
        return []


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent dies, even by SIGKILL, so that no orphan keeps the port.

    ``NAKHON_PARENT_PID`` names the parent that must still be there: it may have died before the kernel was asked.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    expected = os.environ.get("NAKHON_PARENT_PID")
    if expected and os.getppid() != int(expected):
        raise SystemExit(1)


def family(pid: int) -> list[int]:
    """``pid`` and everything below it, parents first."""
    try:
        root = psutil.Process(pid)
        return [pid, *(child.pid for child in root.children(recursive=True))]
    except psutil.Error:
        return []


def memory(pids: Iterable[int]) -> Memory:
    """RSS and PSS of all ``pids`` together, in bytes; a process that may not be read counts its RSS for both."""
    rss = pss = 0
    for pid in pids:
        try:
            info = psutil.Process(pid).memory_info().rss
        except psutil.Error:
            continue
        rss += info
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            pss += next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
        except (OSError, StopIteration):
            pss += info
    return Memory(rss, pss)


def end(who: Identity | None, *, grace: float = 10.0) -> bool:
    """SIGTERM, then SIGKILL after ``grace`` seconds, to this process only. True when it has gone."""
    for sign, wait in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
        if who is None or not is_alive(who):
            return True
        try:
            os.kill(who.pid, sign)
        except ProcessLookupError:
            return True
        deadline = time.monotonic() + wait
        while is_alive(who) and time.monotonic() < deadline:
            time.sleep(0.05)
    return not is_alive(who)
