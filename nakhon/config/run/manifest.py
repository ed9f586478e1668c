"""What a backup says of itself: version, rows of every table, SHA-256 and size of every part."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from nakhon.config.run.envelope import damaged

NAME = "manifest.json"
DUMP = "database.dump"
SECRETS = "secrets.json"
FOLDERS = ("files", "keys")
DEMONSTRATION = ("demo-logins.txt", "demo-logins.json")
FORMAT = 1
_BLOCK = 1 << 20


@dataclass(slots=True)
class Part:
    """One file of the backup: bytes and SHA-256."""

    size: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """``rows`` maps each table of the schema to its number of rows, counted in the dump's own snapshot."""

    version: str
    made_at: str
    server: str
    rows: dict[str, int] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    format: int = FORMAT

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Manifest:
        """RunError (a damaged backup) when it cannot be a manifest of a known format."""
        try:
            value: dict[str, Any] = json.loads(content)
            parts = {name: Part(int(p["size"]), str(p["sha256"])) for name, p in value["parts"].items()}
            rows = {str(name): int(count) for name, count in value["rows"].items()}
            if value["format"] != FORMAT:
                raise damaged()
            return cls(str(value["version"]), str(value["made_at"]), str(value["server"]), rows, parts)
        except (KeyError, TypeError, ValueError):
            raise damaged() from None


class HashingReader:
    """Reads a file and keeps the SHA-256 of what went by."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._digest, self.size = source, hashlib.sha256(), 0

    def read(self, size: int = _BLOCK) -> bytes:
        data = self._source.read(size)
        self._digest.update(data)
        self.size += len(data)
        return data

    def part(self) -> Part:
        return Part(self.size, self._digest.hexdigest())


def measure(path: Path) -> Part:
    """Size and SHA-256 of a file, in constant memory."""
    with path.open("rb") as file:
        reader = HashingReader(file)
        while reader.read():
            pass
        return reader.part()


def tables(connection: psycopg.Connection[Any]) -> Iterator[str]:
    """Ordinary tables of schema ``public`` that no extension owns; a partitioned table is told by its partitions."""
    rows = connection.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid"
        " AND d.deptype = 'e') ORDER BY c.relname"
    ).fetchall()
    for row in rows:
        yield str(row[0])


def count_rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows of every table as the connection's snapshot sees them, row security never silently in the way."""
    connection.execute("SET LOCAL row_security = off")
    counted = {}
    for table in tables(connection):
        row = connection.execute(sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table))).fetchone()
        counted[table] = int(row[0]) if row else 0
    return counted
