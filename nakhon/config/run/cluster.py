"""The private PostgreSQL cluster of one home: made, started and stopped here, reached over a unix socket and nothing else.

PostgreSQL refuses to run as root, so root hands it to the ``postgres`` account; anybody else runs it as himself.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil
import psycopg

from nakhon.config.run import process
from nakhon.config.run.errors import RunError
from nakhon.config.run.home import Home
from nakhon.config.run.postgresql import OLDEST_SERVER, PORT, Binaries, configuration, installed
from nakhon.config.run.secrets import Secrets
from nakhon.knowledge.text import Text

SUPERUSER = "nakhon_super"
LONGEST_SOCKET_DIRECTORY = 85
"""A unix socket's path has at most 107 bytes (sun_path), of which ``/.s.PGSQL.5432`` takes 14."""
DAMAGED = Text(th="ฐานข้อมูลเริ่มทำงานไม่ได้", en="The database did not start")


@dataclass(frozen=True)
class Account:
    """The operating system's account that the database runs as, and how to start a program as it."""

    uid: int
    gid: int
    name: str

    @property
    def popen(self) -> dict[str, Any]:
        """Keyword arguments for ``subprocess`` that drop from root to this account; nothing when already there."""
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "HOME": "/"}
        if os.geteuid() != 0:
            return {"cwd": "/", "env": env}
        return {"cwd": "/", "env": env, "user": self.uid, "group": self.gid, "extra_groups": []}

    def can_reach(self, directory: Path) -> bool:
        """May this account pass through ``directory``? Asked of the kernel, not guessed from modes."""
        return subprocess.run(["test", "-x", str(directory)], check=False, **self.popen).returncode == 0


def database_account() -> Account:
    """``postgres`` when root asks, else the asking user. RunError when root has no such account to drop to."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), pwd.getpwuid(os.geteuid()).pw_name)
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise RunError(
            Text(th="ไม่พบบัญชีผู้ใช้ postgres ของระบบปฏิบัติการ", en="This machine has no postgres account"),
            Text(th="ติดตั้ง PostgreSQL: make setup", en="Install PostgreSQL: make setup"),
        ) from None
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)


@dataclass(frozen=True)
class Cluster:
    """One home's cluster. ``durable=False`` trades safety against power cuts for speed: for tests only."""

    home: Home
    durable: bool = True
    account: Account = field(default_factory=database_account)

    @cached_property
    def base(self) -> Path:
        """Where the data lies: the home, or ``/var/lib/nakhon/<tag>`` when the database account cannot reach the home."""
        if self.home.pg.is_symlink():
            return self.home.pg.readlink().parent
        # A home that is not made yet will be as reachable as the folder that it is made in.
        place = next(path for path in (self.home.path, *self.home.path.parents) if path.exists())
        if self.account.can_reach(place):
            return self.home.path
        return Path("/var/lib/nakhon") / self.home.tag

    @property
    def data(self) -> Path:
        return self.base / "pg"

    @property
    def moved(self) -> bool:
        """True when the data had to live outside the home."""
        return self.base != self.home.path

    @property
    def socket_directory(self) -> Path:
        """Short enough for a unix socket, and this home's alone."""
        near = self.base / "run" / "db"
        if len(os.fsencode(near)) <= LONGEST_SOCKET_DIRECTORY:
            return near
        return Path("/tmp") / f"nakhon-{self.account.uid}-{self.home.tag}"  # noqa: S108 (its owner is checked, mode 0700)

    @property
    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    @cached_property
    def binaries(self) -> Binaries:
        """The programs that fit this cluster's data, else the newest installed. RunError when there are none."""
        choices = installed()
        if self.exists:
            wanted = int((self.data / "PG_VERSION").read_text())
            for choice in choices:
                if choice.version == wanted:
                    return choice
            raise RunError(
                Text(
                    th=f"ข้อมูลนี้สร้างด้วย PostgreSQL {wanted} แต่เครื่องนี้ไม่มีรุ่นดังกล่าว (พร้อม PostGIS)",
                    en=f"The data was made by PostgreSQL {wanted}, which this machine does not have (with PostGIS)",
                ),
                Text(
                    th=f"ติดตั้ง postgresql-{wanted}-postgis-3 หรือกู้คืนสำเนาสำรองลงในโฟลเดอร์ใหม่ด้วย nakhon restore",
                    en=f"Install postgresql-{wanted}-postgis-3, or restore a backup into a new home with nakhon restore",
                ),
            )
        if not choices:
            raise RunError(
                Text(
                    th=f"ไม่พบ PostgreSQL {OLDEST_SERVER} ขึ้นไปพร้อม PostGIS",
                    en=f"PostgreSQL {OLDEST_SERVER} or newer with PostGIS was not found",
                ),
                Text(th="ติดตั้งด้วย: make setup", en="Install it with: make setup"),
            )
        return choices[0]

    # -- life -----------------------------------------------------------------------------------------------------

    def running(self) -> process.Identity | None:
        """The postmaster of this very data directory, whoever started it; None when it does not run."""
        try:
            first = (self.data / "postmaster.pid").read_text().split("\n", 1)[0]
            pid = abs(int(first))
        except (OSError, ValueError):
            return None
        return process.identify(pid) if self._is_ours(pid) else None

    def _is_ours(self, pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == self.data.resolve() and any(
                word in str(Path(f"/proc/{pid}/exe").readlink()) for word in ("/postgres", "/postmaster")
            )
        except OSError:
            return False

    def leftovers(self) -> list[int]:
        """Processes that still work in the data directory, with or without their postmaster."""
        return [pid for pid in psutil.pids() if self._is_ours(pid)]

    def create(self) -> bool:
        """Make the cluster if there is none; True when it was made. A half-made one from a broken attempt is replaced."""
        self._refuse_orphan()
        if self.exists:
            return False
        self.home.create()
        binaries, secrets_of_home = self.binaries, _secrets(self.home)
        if self.moved:
            self._make_base()
        fresh = self.base / "pg.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        _give(fresh, self.account)
        with tempfile.NamedTemporaryFile("w", dir=fresh.parent, prefix=".first-", delete=False) as file:
            file.write(secrets_of_home.superuser_password + "\n")
        password = Path(file.name)
        _give(password, self.account)
        try:
            self._run(
                [
                    *(binaries["initdb"], "-D", str(fresh), "-U", SUPERUSER, f"--pwfile={password}"),
                    *("-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"),
                    *([] if self.durable else ["--no-sync"]),
                ],
                Text(th="สร้างฐานข้อมูลไม่สำเร็จ", en="The database could not be created"),
            )
        finally:
            password.unlink(missing_ok=True)
        (fresh / "pg_hba.conf").write_text(
            "# Everybody proves himself, over the unix socket only.\nlocal all all scram-sha-256\n"
        )
        with (fresh / "postgresql.conf").open("a") as file_:
            file_.write("\ninclude_if_exists = 'nakhon.conf'\ninclude_if_exists = 'local.conf'\n")
        (fresh / "local.conf").write_text("# Settings of your own; read after nakhon.conf and never overwritten.\n")
        _give(fresh / "local.conf", self.account)
        if self.moved and not self.home.pg.is_symlink():
            self.home.pg.symlink_to(self.data)
        fresh.rename(self.data)
        return True

    def _refuse_orphan(self) -> None:
        """Data outside the home that the home does not link to were left by an older home of this path."""
        if self.exists and self.moved and not self.home.pg.is_symlink():
            raise RunError(
                Text(
                    th=f"พบฐานข้อมูลเดิมของ {self.home.path} ที่ {self.base} ซึ่งโฟลเดอร์ข้อมูลถูกลบไปแล้ว",
                    en=f"{self.base} holds the database of an earlier {self.home.path}, whose home was removed",
                ),
                Text(
                    th=f"หากไม่ใช้แล้ว: rm -rf {self.base} หากยังใช้: กู้ secrets.json และ keys/ เดิมกลับมาก่อน",
                    en=f"If it is not needed: rm -rf {self.base}. If it is: first bring back its secrets.json and keys/",
                ),
            )

    def _make_base(self) -> None:
        self.base.mkdir(mode=0o711, parents=True, exist_ok=True)
        for directory in (self.base.parent, self.base):
            directory.chmod(0o711)
        (self.base / "run").mkdir(mode=0o711, exist_ok=True)
        (self.base / "home.txt").write_text(f"{self.home.path}\n")

    def start(self, *, timeout: float = 120.0) -> bool:
        """Start the postmaster and wait until it accepts connections; True when it was not running before.

        Idempotent and safe after a crash: PostgreSQL's own lock decides, a lock file left by a process that is provably not
        this cluster's is removed, and backends that outlived their postmaster are waited for.
        """
        self._refuse_orphan()
        pg_ctl = self.binaries["pg_ctl"]
        if self.running() and self._answers():
            return False
        if self._is_data_readable():
            self._settle()
        self._write_configuration()
        deadline = time.monotonic() + timeout
        while True:
            remaining = max(5, int(deadline - time.monotonic()))
            try:
                self._run(
                    [
                        *(pg_ctl, "start", "-D", str(self.data), "-w", "-s", "-t", str(remaining)),
                        *("-l", str(self.data / "startup.log")),
                    ],
                    DAMAGED,
                )
                return True
            except RunError as error:
                if self.running() and self._answers():
                    return True
                log = _tail(self.data / "startup.log") + self._server_log()
                busy = "shared memory block" in log or "already exists" in log or "is starting up" in log
                if not busy or time.monotonic() > deadline:
                    raise RunError(
                        DAMAGED,
                        Text(
                            th=f"อ่านสาเหตุใน {self.data}/startup.log และ {self.data}/log แล้วสั่ง nakhon doctor",
                            en=f"Read the cause in {self.data}/startup.log and {self.data}/log, then run nakhon doctor",
                        ),
                        detail=log or error.detail,
                    ) from error
                time.sleep(0.3)
                self._settle()

    def stop(self, *, timeout: float = 30.0) -> bool:
        """Stop it: open transactions are rolled back, nothing acknowledged is lost. True when it was running."""
        if self.running() is None:
            return False
        for mode, wait in (("fast", timeout), ("immediate", 15.0)):
            words = [
                self.binaries["pg_ctl"],
                "stop",
                "-D",
                str(self.data),
                "-m",
                mode,
                "-w",
                "-s",
                "-t",
                str(int(wait)),
            ]
            subprocess.run(words, check=False, capture_output=True, **self.account.popen)
            if self.running() is None:
                return True
        return process.end(self.running())

    def _settle(self) -> None:
        """Wait for orphaned backends, then take away a lock file whose pid now belongs to some other program."""
        lock = self.data / "postmaster.pid"
        deadline = time.monotonic() + 10
        while self.running() is None and self.leftovers() and time.monotonic() < deadline:
            time.sleep(0.1)
        if self.running() is None and not self.leftovers():
            # Also when the pid is the dead postmaster's own that nobody has waited for yet: PostgreSQL takes it for alive.
            lock.unlink(missing_ok=True)
            (self.socket_directory / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def _server_log(self) -> str:
        logs = sorted((self.data / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
        return _tail(logs[-1], 1500) if logs else ""

    def _is_data_readable(self) -> bool:
        return os.access(self.data, os.R_OK | os.X_OK)

    def _answers(self) -> bool:
        words = [self.binaries["pg_isready"], "-q", "-t", "3", "-h", str(self.socket_directory), "-p", str(PORT)]
        return subprocess.run(words, check=False, capture_output=True, **self.account.popen).returncode == 0

    def _write_configuration(self) -> None:
        self.socket_directory.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.socket_directory.mkdir(mode=0o700, exist_ok=True)
        status = self.socket_directory.lstat()
        if self.socket_directory.is_symlink() or status.st_uid not in (os.geteuid(), self.account.uid):
            raise RunError(
                Text(
                    th=f"โฟลเดอร์ {self.socket_directory} เป็นของผู้อื่น",
                    en=f"The directory {self.socket_directory} belongs to somebody else",
                ),
                Text(th="ลบหรือย้ายโฟลเดอร์นั้นก่อน", en="Remove or move that directory first"),
            )
        _give(self.socket_directory, self.account)
        self.socket_directory.chmod(0o700)
        target = self.data / "nakhon.conf"
        target.write_text(configuration(self.home.tag, self.socket_directory, durable=self.durable))
        for path in (target, self.data / "postgresql.conf", self.data / "pg_hba.conf"):
            _give(path, self.account)

    def _run(self, words: list[str], what: Text) -> None:
        done = subprocess.run(words, check=False, capture_output=True, text=True, **self.account.popen)
        if done.returncode:
            raise RunError(
                what,
                Text(th="ตรวจด้วย: nakhon doctor", en="Look closer with: nakhon doctor"),
                detail=done.stderr or done.stdout,
            )

    # -- ways in --------------------------------------------------------------------------------------------------

    def url(self, role: str, password: str, database: str) -> str:
        """A libpq URL over this cluster's socket."""
        from urllib.parse import quote

        return f"postgresql://{role}:{quote(password, safe='')}@{quote(str(self.socket_directory), safe='')}:{PORT}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        """A connection as the cluster's superuser, in autocommit."""
        password = _secrets(self.home).superuser_password
        return psycopg.connect(self.url(SUPERUSER, password, database), autocommit=True, connect_timeout=10)


def _secrets(home: Home) -> Secrets:
    from nakhon.config.run import secrets

    return secrets.load(home)


def _give(path: Path, account: Account) -> None:
    if os.geteuid() == 0:
        os.chown(path, account.uid, account.gid)


def _tail(path: Path, size: int = 4000) -> str:
    try:
        return path.read_text(errors="replace")[-size:]
    except OSError:
        return ""
