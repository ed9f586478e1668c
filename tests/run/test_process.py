"""Processes are told apart by more than their pid, and children do not outlive their supervisor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

from nakhon.config.run import process
from nakhon.config.run.home import REPOSITORY


def test_a_process_is_itself_and_no_other() -> None:
    child = subprocess.Popen(["sleep", "60"])
    try:
        who = process.identify(child.pid)
        assert who is not None
        assert process.is_alive(who)
        assert process.Identity.from_dict(who.as_dict()) == who
        assert not process.is_alive(replace(who, started=who.started + 1)), "same pid, other start: a stranger"
        assert not process.is_alive(replace(who, boot="another boot"))
    finally:
        child.kill()
    # Not waited for yet: a zombie has ended.
    deadline = time.monotonic() + 5
    while process.is_alive(who) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not process.is_alive(who)
    child.wait()
    assert process.identify(child.pid) is None


def test_nonsense_in_the_state_file_is_nobody() -> None:
    assert process.Identity.from_dict(None) is None
    assert process.Identity.from_dict({"pid": "x"}) is None
    assert not process.is_alive(None)


def test_end_asks_first_and_then_insists() -> None:
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    assert process.end(process.identify(child.pid), grace=0.3)
    assert child.wait() == -signal.SIGKILL
    polite = subprocess.Popen(["sleep", "60"])
    assert process.end(process.identify(polite.pid))
    assert polite.wait() == -signal.SIGTERM


def test_a_child_ends_when_its_supervisor_is_killed() -> None:
    child = (
        "from nakhon.config.run import process; import os, time\n"
        "process.die_with_parent(); print(os.getpid(), flush=True); time.sleep(60)"
    )
    parent = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    killed = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, cwd=REPOSITORY)
    assert killed.stdout is not None
    orphan = process.identify(int(killed.stdout.readline()))
    assert orphan is not None
    killed.kill()
    killed.wait()
    deadline = time.monotonic() + 5
    while process.is_alive(orphan) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not process.is_alive(orphan)


def test_a_child_whose_parent_died_before_it_asked_does_not_start() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from nakhon.config.run import process; process.die_with_parent(); print('alive')"],
        env=os.environ | {"NAKHON_PARENT_PID": "1"},
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stdout == b""


def test_memory_counts_shared_pages_once() -> None:
    used = process.memory([os.getpid()])
    assert 0 < used.pss <= used.rss
    assert process.memory([2**22]) == process.Memory(0, 0)
