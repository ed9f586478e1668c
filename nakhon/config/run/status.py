"""``nakhon status``: what runs, how much memory it holds, how large the database is and how long the queue."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, LiteralString

import psycopg

from nakhon import __version__
from nakhon.config.run import process, supervisor
from nakhon.config.run.environment import Environment, local_url, resolve
from nakhon.config.run.home import Home, read_json
from nakhon.config.run.up import health, serves


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """One part of the platform with all its processes; memory in bytes."""

    pid: int
    processes: int
    rss: int
    pss: int
    restarts: int


@dataclass(slots=True)
class Status:
    """``state`` is running, degraded (serves, but look), unhealthy, partial (something runs without its supervisor) or
    stopped. Sizes are in bytes, ``uptime_seconds`` in seconds; a value that cannot be known now is None."""

    state: str
    version: str
    home: str
    url: str | None = None
    started_at: str | None = None
    uptime_seconds: float | None = None
    health: dict[str, Any] | None = None
    processes: dict[str, ProcessStatus] = field(default_factory=dict)
    rss: int = 0
    pss: int = 0
    database: str = "private"
    database_bytes: int | None = None
    queue: int | None = None
    dead_letters: int | None = None
    cities: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def collect(home: Home) -> Status:
    """Look, and change nothing."""
    status = Status(state="stopped", version=__version__, home=str(home.path))
    if not home.secrets_file.exists():
        return status
    environment = resolve(home, create=False)
    state = read_json(home.state_file)
    status.database = "managed" if environment.managed else "private"
    leader = supervisor.running(home)
    _add_processes(status, environment, state, leader)
    if leader is not None:
        status.url = state.get("url")
        status.started_at = state.get("started_at")
        if status.started_at:
            status.uptime_seconds = round(
                (datetime.now(UTC) - datetime.fromisoformat(status.started_at)).total_seconds(), 1
            )
        status.state = _judge(status, state)
    elif status.processes:
        status.state = "partial"
    _ask_database(status, environment)
    return status


def _add_processes(
    status: Status, environment: Environment, state: dict[str, Any], leader: process.Identity | None
) -> None:
    found = {"supervisor": leader} if leader else {}
    for name, value in state.get("processes", {}).items():
        who = process.Identity.from_dict(value)
        if who is not None and process.is_alive(who):
            found[name] = who
    cluster = environment.cluster
    if cluster is not None and cluster.exists and (postmaster := cluster.running()):
        found["database"] = postmaster
    families = {name: process.family(who.pid) for name, who in found.items()}
    below = {pid for name, pids in families.items() if name != "supervisor" for pid in pids}
    for name, pids in families.items():
        own = [pid for pid in pids if name != "supervisor" or pid not in below]
        used = process.memory(own)
        restarts = int(state.get("restarts", {}).get(name, 0))
        status.processes[name] = ProcessStatus(pids[0] if pids else 0, len(own), used.rss, used.pss, restarts)
    status.rss = sum(part.rss for part in status.processes.values())
    status.pss = sum(part.pss for part in status.processes.values())


def _judge(status: Status, state: dict[str, Any]) -> str:
    try:
        status.health = health(local_url(str(state.get("host")), int(state.get("port") or 0)), timeout=10)
    except (OSError, ValueError) as error:
        status.health = {"status": "unreachable", "detail": str(error)}
        return "unhealthy"
    if not serves(status.health):
        return "unhealthy"
    return "running" if status.health["status"] == "ok" else "degraded"


def _ask_database(status: Status, environment: Environment) -> None:
    """Counts over the owner's connection, which sees every city; what is not there yet stays None."""
    try:
        with psycopg.connect(environment.owner_url, autocommit=True, connect_timeout=5) as connection:

            def number(question: LiteralString) -> int | None:
                try:
                    row = connection.execute(question).fetchone()
                except psycopg.errors.UndefinedTable:
                    return None
                return int(row[0]) if row else None

            status.database_bytes = number("SELECT pg_database_size(current_database())")
            status.queue = number("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
            status.dead_letters = number("SELECT count(*) FROM kernel_work WHERE status = 'dead'")
            status.cities = number(
                "SELECT count(*) FROM people_organisation "
                "WHERE kind IN ('PAO', 'CITY_MUN', 'TOWN_MUN', 'SUB_MUN', 'SAO', 'BMA', 'PATTAYA')"
            )
    except psycopg.OperationalError:
        return
