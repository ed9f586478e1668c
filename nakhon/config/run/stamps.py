"""Is what was installed still what the lock files ask for? ``bootstrap.py`` writes the stamps that are compared here."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from nakhon.config.run.home import REPOSITORY, read_json

VENV_STAMP = "nakhon-stamp.json"
NODE_STAMP = REPOSITORY / "node_modules" / ".nakhon-stamp.json"


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's content; empty when there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def venv_in_step() -> bool:
    """Was this interpreter's environment installed from today's requirements.txt?"""
    return bool(read_json(Path(sys.prefix) / VENV_STAMP).get("runtime") == fingerprint(REPOSITORY / "requirements.txt"))


def node_in_step() -> bool:
    """Were the browser assets installed from today's package-lock.json?"""
    lock = REPOSITORY / "package-lock.json"
    return not lock.exists() or read_json(NODE_STAMP).get("lock") == fingerprint(lock)
