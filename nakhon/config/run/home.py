"""Where one copy of the platform keeps everything that is its own (``NAKHON_HOME``), and the file modes it needs."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nakhon.config.run.errors import RunError
from nakhon.knowledge.text import Text

REPOSITORY = Path(__file__).resolve().parents[3]
"""The checkout that this code runs from."""


@dataclass(frozen=True, slots=True)
class Home:
    """One copy's directory. Everything that must not collide with another copy is keyed by ``tag``."""

    path: Path

    @classmethod
    def locate(cls, path: str | os.PathLike[str] | None = None) -> Home:
        """``path``, else ``NAKHON_HOME``, else ``var/`` of the checkout; always absolute, never a symbolic link's name."""
        chosen = Path(path or os.environ.get("NAKHON_HOME") or REPOSITORY / "var")
        return cls(chosen.expanduser().resolve())

    @property
    def tag(self) -> str:
        """Ten hexadecimal digits that stand for this home's path."""
        return hashlib.sha256(os.fsencode(self.path)).hexdigest()[:10]

    @property
    def pg(self) -> Path:
        return self.path / "pg"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def files(self) -> Path:
        return self.path / "files"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def static(self) -> Path:
        return self.path / "static"

    @property
    def secrets_file(self) -> Path:
        return self.path / "secrets.json"

    @property
    def demo_logins(self) -> Path:
        return self.path / "demo-logins.txt"

    @property
    def state_file(self) -> Path:
        return self.run / "state.json"

    def create(self) -> None:
        """Make the directories. Files, keys and logs are the owner's alone; the home itself may be passed through.

        The home is not closed to others when root owns it, because the database account must reach ``pg/`` through it.
        """
        try:
            self.path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
            for directory, mode in ((self.run, 0o711), (self.log, 0o700), (self.files, 0o700), (self.keys, 0o700)):
                if not directory.is_dir():
                    directory.mkdir(mode=mode)
                    directory.chmod(mode)
            self.static.mkdir(exist_ok=True)
        except OSError as error:
            raise RunError(
                Text(th=f"สร้างโฟลเดอร์ข้อมูล {self.path} ไม่ได้", en=f"The data folder {self.path} cannot be made"),
                Text(
                    th="ตรวจสิทธิ์ของโฟลเดอร์ หรือกำหนด NAKHON_HOME ให้ชี้ไปยังโฟลเดอร์ที่เขียนได้",
                    en="Check the folder's permissions, or point NAKHON_HOME to a folder that you may write to",
                ),
                detail=str(error),
            ) from error

    def is_empty(self) -> bool:
        """True when nothing lives here yet: no database, no secrets, no key, no attachment."""
        if not self.path.exists():
            return True
        if self.secrets_file.exists() or self.pg.exists():
            return False
        return not any(any(d.iterdir()) for d in (self.files, self.keys) if d.is_dir())

    @contextmanager
    def lock(self, name: str = "lock", *, wait: float = 60.0) -> Iterator[None]:
        """Hold ``run/<name>`` so that two commands never change one home together; waits at most ``wait`` seconds."""
        self.run.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.run / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            deadline = time.monotonic() + wait
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise RunError(
                            Text(
                                th=f"มีคำสั่ง nakhon อื่นกำลังทำงานกับ {self.path} อยู่",
                                en=f"Another nakhon command is working on {self.path}",
                            ),
                            Text(
                                th="รอให้คำสั่งนั้นเสร็จแล้วสั่งใหม่อีกครั้ง",
                                en="Wait until it has finished, then run this command again",
                            ),
                        ) from None
                    time.sleep(0.1)
            yield
        finally:
            os.close(handle)


def write_private(path: Path, content: str | bytes, *, mode: int = 0o600) -> None:
    """Write ``content`` so that a reader sees the old file or the whole new one, and nobody else can read either."""
    data = content.encode() if isinstance(content, str) else content
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict[str, Any]:
    """The object in ``path``, or an empty one when the file is missing or was cut short."""
    try:
        value = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return value if isinstance(value, dict) else {}
