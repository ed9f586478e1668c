"""How long until the first page, how long a repeated start takes, and how much memory the idle platform holds.

.venv/bin/python benchmarks/start/measure.py            # in a home of its own, beside any running copy
.venv/bin/python benchmarks/start/measure.py --clone    # a fresh clone: environment, packages and all
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {"first": 600.0, "again": 15.0, "memory": 1024.0}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clone", action="store_true", help="measure `git clone` and `make up` of a fresh clone")
    parser.add_argument("--repeat", type=int, default=3, help="how many repeated starts (default 3)")
    parser.add_argument(
        "--settle", type=float, default=30.0, help="seconds of idleness before memory is read (default 30)"
    )
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nakhon-bench-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        return measure(place, clone=wanted.clone, repeat=wanted.repeat, settle=wanted.settle)


def measure(place: Path, *, clone: bool, repeat: int, settle: float) -> int:
    port = free_port()
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("NAKHON_", "DATABASE_URL"))}
    env = clean | {"NAKHON_HOME": str(place / "home"), "NAKHON_PORT": str(port)}
    began = time.monotonic()
    tree = ROOT
    if clone:
        tree = place / "nakhon"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(tree)], check=True)
        run(["make", "up", "ARGS=--detach"], tree, env)
    nakhon = [str(tree / ".venv/bin/python"), "-m", "nakhon.config.cli"]
    try:
        if not clone:
            run([*nakhon, "up", "--detach"], tree, env)
        page(port)
        first = time.monotonic() - began
        time.sleep(settle)
        status = json.loads(run([*nakhon, "status", "--json"], tree, env))
        already = timed([*nakhon, "up", "--detach"], tree, env)
        again = []
        for _ in range(repeat):
            run([*nakhon, "stop"], tree, env)
            started = time.monotonic()
            run([*nakhon, "up", "--detach"], tree, env)
            page(port)
            again.append(time.monotonic() - started)
    finally:
        subprocess.run([*nakhon, "stop"], cwd=tree, env=env, check=False, capture_output=True)
    median, megabytes = statistics.median(again), status["pss"] / 1_048_576
    print(
        f"{'fresh clone' if clone else 'fresh home'} to first page   {first:7.1f} s   (target {TARGETS['first']:.0f} s)"
    )
    print(
        f"stopped, up, first page      {median:7.1f} s   (target {TARGETS['again']:.0f} s; {', '.join(f'{n:.1f}' for n in again)})"
    )
    print(f"up while running             {already:7.1f} s")
    print(
        f"idle memory, all processes   {megabytes:7.0f} MB  PSS (target {TARGETS['memory']:.0f} MB; RSS {status['rss'] / 1_048_576:.0f} MB)"
    )
    for name, part in status["processes"].items():
        print(f"  {name:<26} {part['pss'] / 1_048_576:7.0f} MB  in {part['processes']} process(es)")
    met = first <= TARGETS["first"] and median <= TARGETS["again"] and megabytes <= TARGETS["memory"]
    print("targets met" if met else "TARGETS MISSED")
    return 0 if met else 1


def run(words: list[str], tree: Path, env: dict[str, str]) -> str:
    done = subprocess.run(words, cwd=tree, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def timed(words: list[str], tree: Path, env: dict[str, str]) -> float:
    began = time.monotonic()
    run(words, tree, env)
    return time.monotonic() - began


def page(port: int) -> None:
    """The country's front page, whole."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
        assert answer.status == 200
        assert answer.read()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
