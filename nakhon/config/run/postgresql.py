"""The PostgreSQL programs of this machine, and the configuration that a private cluster runs with."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

PORT = 5432
"""Names the socket file only: nothing listens on a network, so clusters never collide."""
OLDEST_SERVER = 14


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installed PostgreSQL: its major version and where its programs are."""

    version: int
    directory: Path

    def __getitem__(self, program: str) -> str:
        return str(self.directory / program)


def installed() -> list[Binaries]:
    """Every PostgreSQL server of this machine that has PostGIS, newest first (Debian's layout, then ``pg_config``'s)."""
    found = {}
    for directory in Path("/usr/lib/postgresql").glob("*/bin"):
        version = directory.parent.name
        if version.isdigit() and (directory / "postgres").exists():
            found[int(version)] = (directory, Path(f"/usr/share/postgresql/{version}/extension/postgis.control"))
    if not found and (tool := shutil.which("pg_config")):
        said = dict(
            line.split(" = ", 1)
            for line in subprocess.run([tool], capture_output=True, text=True, check=True).stdout.splitlines()
            if " = " in line
        )
        version = said.get("VERSION", "").removeprefix("PostgreSQL ").split(".")[0]
        if version.isdigit() and (Path(said["BINDIR"]) / "postgres").exists():
            found[int(version)] = (Path(said["BINDIR"]), Path(said["SHAREDIR"]) / "extension/postgis.control")
    return [
        Binaries(version, directory)
        for version, (directory, control) in sorted(found.items(), reverse=True)
        if version >= OLDEST_SERVER and control.exists()
    ]


def configuration(tag: str, socket_directory: Path, *, durable: bool) -> str:
    """``nakhon.conf``: modest in memory; an operator's own settings go into ``local.conf`` beside it, which is read after."""
    lines = [
        "# Written anew at every start. Put settings of your own into local.conf beside this file.",
        f"cluster_name = 'nakhon-{tag}'",
        "listen_addresses = ''",
        f"port = {PORT}",
        f"unix_socket_directories = '{socket_directory}'",
        "unix_socket_permissions = 0700",
        "password_encryption = 'scram-sha-256'",
        "max_connections = 60" if durable else "max_connections = 200",
        "max_locks_per_transaction = 256",
        f"shared_buffers = {os.environ.get('NAKHON_PG_SHARED_BUFFERS', '64MB' if durable else '128MB')}",
        "work_mem = 8MB",
        "maintenance_work_mem = 64MB",
        "max_wal_size = 1GB",
        "max_worker_processes = 4",
        "autovacuum_max_workers = 2",
        "random_page_cost = 1.1",
        "jit = off",
        "timezone = 'UTC'",
        "log_timezone = 'Asia/Bangkok'",
        "logging_collector = on",
        "log_directory = 'log'",
        "log_filename = 'postgresql-%a.log'",
        "log_truncate_on_rotation = on",
        "log_rotation_age = 1d",
        "log_rotation_size = 0",
        "log_min_duration_statement = 2s",
        "log_line_prefix = '%m [%p] %u@%d '",
    ]
    if not durable:
        lines += [
            "fsync = off",
            "synchronous_commit = off",
            "full_page_writes = off",
            "log_min_duration_statement = -1",
        ]
    return "\n".join(lines) + "\n"
