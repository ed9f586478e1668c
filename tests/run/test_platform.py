"""The whole platform as an operator meets it: up, status, doctor, a taken port, processes killed while people use it, stop."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nakhon.config.run import process, supervisor
from nakhon.config.run.cluster import Cluster
from nakhon.config.run.home import REPOSITORY, Home, read_json
from nakhon.config.run.status import collect
from tests.platform import free_port, nakhon
from tests.run.conftest import discard

pytestmark = pytest.mark.slow

WRITER = """
import sys
from nakhon.config.run.django import setup
setup("app")
from django.db import OperationalError, InterfaceError, connection, transaction
from django.utils import timezone
from nakhon.kernel.models import Tenant
from nakhon.kernel.tasks import system_context
from nakhon.knowledge.text import Text
from nakhon.people.messages import Channel, Message, send

def tenant():
    while True:
        try:
            return Tenant.objects.get_or_create(slug="written", defaults={
                "name_th": "เมืองทดสอบ", "name_en": "Test city", "created_at": timezone.now()})[0]
        except (OperationalError, InterfaceError):
            connection.close()

city, number = tenant(), 0
while True:
    number += 1
    try:
        with transaction.atomic():
            body = Text(f"message {number}", f"message {number}")
            send(system_context(city, "test"), Message(Channel.EMAIL, "a@example.org", body, body), key=str(number))
        print(number, flush=True)  # acknowledged: from here on it must never be lost
    except (OperationalError, InterfaceError):
        connection.close()
"""


@pytest.fixture(scope="module")
def running(ground: Path) -> Iterator[Home]:
    """A platform without demonstration, started in the background as an operator does."""
    home = Home.locate(ground / "platform" / "home")
    home.path.parent.mkdir(mode=0o755)
    try:
        nakhon(home.path, "up", "--detach", "--no-demo", "--port", str(free_port()))
        yield home
    finally:
        nakhon(home.path, "stop", check=False)
        discard(home)


def wait(what: str, is_true: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:.0f} s for: {what}")
        time.sleep(0.1)


def part(home: Home, name: str) -> process.Identity | None:
    if name == "database":
        return Cluster(home).running()
    return process.Identity.from_dict(read_json(home.state_file).get("processes", {}).get(name))


def state(home: Home) -> str:
    return collect(home).state


def test_status_as_json(running: Home) -> None:
    said = json.loads(nakhon(running.path, "status", "--json").stdout)
    assert said["state"] == "running"
    assert set(said["processes"]) == {"supervisor", "web", "ingest", "worker", "database"}
    for one in said["processes"].values():
        assert set(one) == {"pid", "processes", "rss", "pss", "restarts"}
        assert 0 < one["pss"] <= one["rss"]
    assert said["rss"] == sum(one["rss"] for one in said["processes"].values())
    assert said["url"].startswith("http://127.0.0.1:")
    assert said["health"]["status"] == "ok"
    assert said["database_bytes"] > 1_000_000
    assert said["uptime_seconds"] > 0
    for counted in ("queue", "dead_letters", "cities"):
        assert isinstance(said[counted], int)


def test_idle_memory_stays_below_one_gigabyte(running: Home) -> None:
    assert collect(running).pss < 1_000_000_000


def test_up_again_says_that_it_runs_and_changes_nothing(running: Home) -> None:
    before = part(running, "web")
    again = nakhon(running.path, "up", "--detach")
    assert "already running" in again.stdout
    assert "ทำงานอยู่แล้ว" in again.stdout
    assert part(running, "web") == before


def test_doctor_finds_nothing_then_names_what_was_broken_and_the_command_that_mends_it(running: Home) -> None:
    healthy = {
        row["key"]: row for row in json.loads(nakhon(running.path, "doctor", "--json", check=False).stdout)["checks"]
    }
    wrong = [row for key, row in healthy.items() if not row["ok"] and key not in ("packages", "assets")]
    assert wrong == []
    assert {
        "cluster",
        "roles",
        "extensions",
        "migrations",
        "worker",
        "secrets",
        "keys",
        "port",
        "mqtt",
    } <= healthy.keys()
    running.secrets_file.chmod(0o644)
    broken = nakhon(running.path, "doctor", "--json", check=False)
    assert broken.returncode == 1
    row = next(row for row in json.loads(broken.stdout)["checks"] if row["key"] == "secrets")
    assert row["ok"] is False
    assert row["mend"] == f"chmod 600 {running.secrets_file}"
    assert row["found"]["th"] and row["found"]["en"]
    subprocess.run(row["mend"].split(), check=True)
    assert stat.S_IMODE(running.secrets_file.stat().st_mode) == 0o600
    mended = json.loads(nakhon(running.path, "doctor", "--json", check=False).stdout)["checks"]
    assert next(row for row in mended if row["key"] == "secrets")["ok"] is True


def test_doctor_names_a_role_that_could_bypass_row_security(running: Home) -> None:
    with Cluster(running).connect() as connection:
        connection.execute("ALTER ROLE nakhon_app BYPASSRLS")
        try:
            said = json.loads(nakhon(running.path, "doctor", "--json", check=False).stdout)["checks"]
        finally:
            connection.execute("ALTER ROLE nakhon_app NOBYPASSRLS")
    row = next(row for row in said if row["key"] == "roles")
    assert row["ok"] is False
    assert "bypassrls" in row["found"]["en"]
    assert row["mend"]


def test_a_port_asked_for_but_taken_is_refused_with_another(ground: Path) -> None:
    home = ground / "taken"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        refused = nakhon(home, "up", "--detach", "--port", str(number), check=False)
    assert refused.returncode == 1
    assert f"Port {number} is taken" in refused.stderr
    assert f"พอร์ต {number}" in refused.stderr
    assert f"--port {number + 1}" in refused.stderr
    assert nakhon(home, "status", check=False).returncode == 3


@pytest.mark.parametrize("name", ["web", "ingest", "worker", "database"])
def test_what_is_killed_comes_back_by_itself(running: Home, name: str) -> None:
    before = part(running, name)
    assert before is not None
    os.kill(before.pid, signal.SIGKILL)
    wait(f"{name} to end", lambda: not process.is_alive(before))
    wait(f"another {name}", lambda: part(running, name) not in (None, before))
    wait("health", lambda: state(running) == "running")


def test_nothing_acknowledged_is_lost_whatever_is_killed(running: Home) -> None:
    """Somebody writes without pause while web, worker, postmaster and at last the supervisor get SIGKILL."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("NAKHON_", "DJANGO_", "DATABASE_URL"))}
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER],
        cwd=REPOSITORY,
        env=clean | {"NAKHON_HOME": str(running.path), "DJANGO_SETTINGS_MODULE": "nakhon.config.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    try:
        acknowledged = [int(writer.stdout.readline())]
        for name in ("worker", "database", "web", "worker", "database"):
            victim = part(running, name)
            if victim is not None and process.is_alive(victim):
                os.kill(victim.pid, signal.SIGKILL)
            wait(f"{name} to come back", lambda name=name, victim=victim: part(running, name) not in (None, victim))
            time.sleep(0.5)
        leader = supervisor.running(running)
        assert leader is not None
        web = part(running, "web")
        os.kill(leader.pid, signal.SIGKILL)
        postmaster = part(running, "database")
        assert postmaster is not None
        os.kill(postmaster.pid, signal.SIGKILL)
        wait("web to follow its supervisor", lambda: not process.is_alive(web))
        assert nakhon(running.path, "status", check=False).returncode == 3
    finally:
        writer.kill()
    out, err = writer.communicate()
    assert "Traceback" not in err, err
    acknowledged += [int(line) for line in out.split()]
    assert len(acknowledged) > 20
    up = nakhon(running.path, "up", "--detach", "--no-demo")
    assert "Ready" in up.stdout
    outbox = running.path / "outbox"

    def delivered() -> set[int]:
        return {int(path.read_text().rsplit(None, 1)[1]) for path in outbox.glob("*.txt")}

    # Work that a killed worker had begun is taken up when its heartbeat is 30 s old, at the next full minute.
    wait("every acknowledged message", lambda: set(acknowledged) <= delivered(), seconds=150)
    with Cluster(running).connect("nakhon") as connection:
        row = connection.execute(
            "SELECT count(*) FROM kernel_work WHERE status = 'done' AND name = 'people.message'"
        ).fetchone()
    assert row is not None
    assert row[0] >= len(acknowledged)


def test_ctrl_c_stops_everything_in_the_foreground(ground: Path) -> None:
    """The foreground `up` shows readable logs and leaves no process behind."""
    place = ground / "foreground"
    place.mkdir(mode=0o755)
    home = Home.locate(place / "home")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("NAKHON_", "DJANGO_", "DATABASE_URL"))}
    words = [sys.executable, "-m", "nakhon.config.cli", "up", "--no-demo", "--port", str(free_port())]
    up = subprocess.Popen(
        words,
        cwd=REPOSITORY,
        env=clean | {"NAKHON_HOME": str(home.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert up.stdout is not None
    said = ""
    try:
        while "Press Ctrl-C" not in said:
            line = up.stdout.readline()
            assert line, said
            said += line
        parts = [part(home, name) for name in ("web", "worker", "database")]
        assert all(map(process.is_alive, parts))
        up.send_signal(signal.SIGINT)
        rest, _ = up.communicate(timeout=60)
        assert up.returncode == 0
        assert "stopped" in rest
        assert "web        │" in said + rest
        assert not any(map(process.is_alive, parts))
        assert Cluster(home).leftovers() == []
        records = [json.loads(line) for line in (home.log / "supervisor.log").read_text().splitlines()]
        assert records and all({"timestamp", "process", "message"} <= record.keys() for record in records)
    finally:
        if up.poll() is None:
            up.kill()
        nakhon(home.path, "stop", check=False)
        discard(home)


def test_stop_ends_all_and_says_so_once(running: Home) -> None:
    parts = [part(running, name) for name in ("web", "worker", "database")]
    assert "Stopped" in nakhon(running.path, "stop").stdout
    assert not any(map(process.is_alive, parts))
    assert nakhon(running.path, "status", check=False).returncode == 3
    assert "not running" in nakhon(running.path, "stop").stdout
