"""What the processes say: readable on the console with one colour each, and as JSON lines in rotated files under ``log/``."""

from __future__ import annotations

import json
import logging.handlers
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import click

KEEP_BYTES, KEEP_FILES = 10_000_000, 5
_COLOURS = {"web": "cyan", "worker": "magenta", "database": "blue", "supervisor": "green"}
_HIDDEN = {"timestamp", "process", "level", "message", "event", "logger"}
_ZONE = ZoneInfo("Asia/Bangkok")


class LogBook:
    """One file per process, and the console when a person watches. Safe to write to from many threads."""

    def __init__(self, directory: Path, *, console: bool) -> None:
        self._directory = directory
        self._console = console
        self._colour = sys.stdout.isatty()
        self._lock = threading.Lock()
        self._files: dict[str, logging.handlers.RotatingFileHandler] = {}

    def follow(self, name: str, stream: IO[bytes]) -> threading.Thread:
        """Write down every line of ``stream`` until it ends, in a thread of its own."""

        def pump() -> None:
            with stream:
                for raw in stream:
                    self.line(name, raw.decode(errors="replace").rstrip())

        thread = threading.Thread(target=pump, name=f"log-{name}", daemon=True)
        thread.start()
        return thread

    def line(self, name: str, text: str, *, level: str = "info") -> None:
        """One line of process ``name``: plain text, or a JSON object, whose own time and level are kept."""
        if not text:
            return
        record = self._record(name, text, level)
        with self._lock:
            self._file(name).emit(_plain(json.dumps(record, ensure_ascii=False, default=str)))
            if self._console:
                try:
                    click.echo(self._readable(record), color=self._colour)
                except OSError:
                    self._console = False

    def _record(self, name: str, text: str, level: str) -> dict[str, Any]:
        record: dict[str, Any] = {"timestamp": datetime.now(_ZONE).isoformat(timespec="milliseconds"), "process": name}
        if text.startswith("{"):
            try:
                said = json.loads(text)
            except json.JSONDecodeError:
                said = None
            if isinstance(said, dict):
                return record | {"level": level} | said
        return record | {"level": level, "message": text}

    def _file(self, name: str) -> logging.handlers.RotatingFileHandler:
        if name not in self._files:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._files[name] = logging.handlers.RotatingFileHandler(
                self._directory / f"{name}.log", maxBytes=KEEP_BYTES, backupCount=KEEP_FILES, encoding="utf-8"
            )
        return self._files[name]

    @staticmethod
    def _readable(record: dict[str, Any]) -> str:
        name, level = str(record["process"]), str(record.get("level", "info")).lower()
        clock = datetime.now(_ZONE).strftime("%H:%M:%S")
        more = " ".join(f"{key}={value}" for key, value in record.items() if key not in _HIDDEN)
        text = str(record.get("message") or record.get("event") or "")
        mark = {"error": "✗ ", "critical": "✗ ", "warning": "! "}.get(level, "")
        colour = {"error": "red", "critical": "red", "warning": "yellow"}.get(level)
        return (
            click.style(f"{clock} {name:<10} │ ", fg=_COLOURS.get(name, "white"))
            + click.style(f"{mark}{text}", fg=colour)
            + (click.style(f"  {more}", dim=True) if more else "")
        )


def _plain(text: str) -> logging.LogRecord:
    return logging.LogRecord("nakhon", logging.INFO, "", 0, text, None, None)


def tail(path: Path, lines: int = 12) -> str:
    """The last messages of one of our JSON log files, as plain text."""
    try:
        rows = path.read_text(errors="replace").splitlines()[-lines:]
    except OSError:
        return ""
    said = []
    for row in rows:
        try:
            record = json.loads(row)
            said.append(str(record.get("message") or record.get("event") or row))
        except (json.JSONDecodeError, AttributeError):
            said.append(row)
    return "\n".join(said)
