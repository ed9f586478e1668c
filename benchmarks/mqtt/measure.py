"""Measures the MQTT door on a platform of its own: QoS 1 acknowledged after commit, beside raw COPY and beside Mosquitto.

``.venv/bin/python benchmarks/mqtt/measure.py [--seconds 5] [--repeat 3]``. Everything runs on the loopback address and ends by
itself. Mosquitto's figure (it acknowledges without storing) is taken when the program is installed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402

from benchmarks.mqtt.load import Talker, load, talkers_of  # noqa: E402
from nakhon.config.run import roles, secrets  # noqa: E402
from nakhon.config.run.cluster import Cluster  # noqa: E402
from nakhon.config.run.home import Home, read_json  # noqa: E402
from nakhon.config.run.process import family, memory  # noqa: E402
from tests.platform import free_port, nakhon  # noqa: E402

START = datetime(2026, 1, 1, tzinfo=UTC)
CONNECTIONS, WINDOW = 16, 20


def stage_of(home: Path, amount: int) -> dict[str, Any]:
    """Devices on the platform of ``home``."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("NAKHON_", "DJANGO_", "DATABASE_URL"))
    }
    run = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks/mqtt/stage.py"), str(amount)],
        env=clean | {"NAKHON_HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise SystemExit(run.stderr)
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def owner_url(home: Path) -> str:
    """The private cluster's own account, whatever this shell's variables say."""
    found = Home.locate(home)
    return Cluster(found).url(roles.OWNER, secrets.load(found, create=False).owner_password, roles.DATABASE)


def with_time(turn: int) -> Any:
    """Payloads whose times never repeat within a run."""

    def body(device: int, n: int) -> bytes:
        at = START + timedelta(days=turn, milliseconds=n)
        return b'{"t":"%s","pm25":%.1f}' % (at.isoformat().encode(), 20 + n % 10)

    return body


def raw_copy(home: Path, seconds: float, batch: int = 1000) -> float:
    """Rows a second of the same shape by COPY into a plain table, a transaction for each ``batch``."""
    with psycopg.connect(owner_url(home), autocommit=True) as db:
        db.execute(
            "CREATE TABLE IF NOT EXISTS raw_copy (t uuid, d bigint, at timestamptz, result float8, got timestamptz)"
        )
        until, rows, began = time.monotonic() + seconds, 0, time.monotonic()
        while time.monotonic() < until:
            with db.transaction(), db.cursor() as cursor, cursor.copy("COPY raw_copy FROM STDIN") as copy:
                for n in range(batch):
                    at = START + timedelta(milliseconds=rows + n)
                    copy.write_row(("01a20554-3192-74bc-9732-50e235f5b02b", n % 16, at, 20.5, at))
            rows += batch
        taken = time.monotonic() - began
        db.execute("DROP TABLE raw_copy")
    return rows / taken


def mosquitto(seconds: float) -> float | None:
    """Acknowledged messages a second by Mosquitto, which keeps nothing."""
    program = shutil.which("mosquitto") or shutil.which("/usr/sbin/mosquitto")
    if program is None:
        return None
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "mosquitto.conf"
        settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        broker = subprocess.Popen([program, "-c", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(0.7)
            body = with_time(0)
            talkers = [
                Talker(port, "", "", f"m/{i}/up", lambda n, i=i: body(i, n), client_id=f"m{i}", window=WINDOW)  # type: ignore[misc]
                for i in range(CONNECTIONS)
            ]
            return load(talkers, most=10**9, seconds=seconds)
        finally:
            broker.terminate()
            broker.wait(10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nakhon-mqtt-") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        limits = {"NAKHON_MQTT_DEVICE_RATE": "100000", "NAKHON_MQTT_CITY_RATE": "1000000"}
        try:
            nakhon(
                home,
                "up",
                "--detach",
                "--no-demo",
                "--port",
                str(free_port()),
                NAKHON_MQTT_PORT=str(free_port()),
                **limits,
            )
            state = read_json(Home.locate(home).state_file)
            port = int(state["mqtt_port"])
            stage = stage_of(home, CONNECTIONS)
            idle = memory(family(state["processes"]["ingest"]["pid"]))
            print(f"load average {os.getloadavg()}, ingest process idle: PSS {idle.pss / 1e6:.0f} MB")
            stored, copied = [], []
            for turn in range(asked.repeat):
                copied.append(raw_copy(home, asked.seconds))
                talkers = talkers_of(stage, port, with_time(turn), window=WINDOW)
                stored.append(load(talkers, most=10**9, seconds=asked.seconds))
                slowest = max(talker.slowest for talker in talkers) * 1000
                print(
                    f"  stored and acknowledged {stored[-1]:,.0f}/s (slowest {slowest:.0f} ms); COPY {copied[-1]:,.0f}/s"
                )
            one = talkers_of({**stage, "devices": stage["devices"][:1]}, port, with_time(40), window=1)
            print(f"one connection, one message at a time: {load(one, most=10**9, seconds=asked.seconds):,.0f}/s")
            used = memory(family(state["processes"]["ingest"]["pid"]))
            with psycopg.connect(owner_url(home)) as db:
                count = db.execute("SELECT count(*) FROM citydata_sensors_observation").fetchone()
            ours, floor = statistics.median(stored), statistics.median(copied)
            print(
                f"QoS 1, {CONNECTIONS} connections, window {WINDOW}: {ours:,.0f}/s stored; {ours / floor:.2f} of raw COPY"
            )
            print(
                f"rows in the table: {count[0] if count else 0:,}; ingest process after it: PSS {used.pss / 1e6:.0f} MB"
            )
        finally:
            nakhon(home, "stop", check=False)
    if (theirs := mosquitto(asked.seconds)) is not None:
        print(f"Mosquitto, which stores nothing: {theirs:,.0f}/s; ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
