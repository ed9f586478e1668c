"""The platform's secret keys: a ring that seals personal fields, one key for blind indexes and one for the audit chain.

They live in one file, ``keys.json``, readable by its owner only, outside the database and inside every backup. Losing it
means losing the sealed fields, so a missing file is an error and never silently replaced once data exist.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from nakhon.kernel.errors import Unavailable
from nakhon.knowledge.text import Text

KEY_BYTES = 32


class KeysMissing(Unavailable):
    code = "keys.missing"
    default_message = Text("ไม่พบกุญแจเข้ารหัสข้อมูลของระบบ", "The platform's encryption keys were not found")
    default_remedy = Text(
        "ตรวจสอบโฟลเดอร์ keys/ ในที่เก็บข้อมูลของระบบ หรือกู้คืนด้วย nakhon restore",
        "Check the keys/ folder of the platform's home, or recover it with: nakhon restore",
    )


@dataclass(frozen=True, slots=True)
class Keyring:
    """``field`` holds (key id, key) pairs, newest first: the first seals, all of them open."""

    field: tuple[tuple[str, bytes], ...]
    index: bytes
    audit: bytes


def keys_file() -> Path:
    return Path(settings.NAKHON_KEYS_DIR) / "keys.json"


def _write(ring: dict[str, object]) -> None:
    path = keys_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(ring, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).chmod(0o600)
    Path(temporary).replace(path)
    _read.cache_clear()
    _derived.cache_clear()


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def ensure_keys() -> bool:
    """Create the key file when there is none. Returns True when it was created."""
    if keys_file().exists():
        return False
    _write({"field": [{"id": secrets.token_hex(4), "key": _new_key()}], "index": _new_key(), "audit": _new_key()})
    return True


def add_field_key() -> str:
    """Put a new sealing key in front of the ring and return its id; older keys keep opening what they sealed."""
    ring = json.loads(keys_file().read_text(encoding="utf-8"))
    key_id = secrets.token_hex(4)
    ring["field"].insert(0, {"id": key_id, "key": _new_key()})
    _write(ring)
    return key_id


def retire_field_keys() -> int:
    """Drop all sealing keys but the newest, after everything was sealed anew. Returns how many were dropped."""
    ring = json.loads(keys_file().read_text(encoding="utf-8"))
    dropped = len(ring["field"]) - 1
    ring["field"] = ring["field"][:1]
    _write(ring)
    return dropped


def keyring() -> Keyring:
    """The keys from the file, read anew when the file was replaced, so that a rotation reaches every running process.

    Raises ``KeysMissing``.
    """
    path = keys_file()
    try:
        state = path.stat()
        return _read(path, (state.st_ino, state.st_mtime_ns, state.st_size))
    except FileNotFoundError:
        raise KeysMissing from None


@lru_cache(maxsize=2)
def _read(path: Path, state: tuple[int, int, int]) -> Keyring:
    ring = json.loads(path.read_text(encoding="utf-8"))
    return Keyring(
        field=tuple((row["id"], base64.b64decode(row["key"])) for row in ring["field"]),
        index=base64.b64decode(ring["index"]),
        audit=base64.b64decode(ring["audit"]),
    )


@lru_cache(maxsize=4096)
def _derived(key: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)


def tenant_key(key: bytes, purpose: str, tenant_id: UUID) -> bytes:
    """A key of its own for each tenant and purpose (HKDF-SHA256, RFC 5869), so that data cannot move between tenants."""
    return _derived(key, f"nakhon:{purpose}:{tenant_id}".encode())


def keyed_hash(key: bytes, *parts: bytes) -> bytes:
    """HMAC-SHA256 over the parts, each preceded by its length."""
    mac = hmac.HMAC(key, hashes.SHA256())
    for part in parts:
        mac.update(len(part).to_bytes(8, "big"))
        mac.update(part)
    return mac.finalize()
