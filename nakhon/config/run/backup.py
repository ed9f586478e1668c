"""``nakhon backup``: database, attachments, keys and secrets of a home in one encrypted file, counted and hashed.

The dump is taken in one snapshot by the schema's owner, with row security off: a table that the owner may not see whole
stops the backup instead of leaving rows out. Memory stays constant whatever the size.
"""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

import psycopg

from nakhon import __version__
from nakhon.config.run import manifest as manifests
from nakhon.config.run.envelope import Sealer
from nakhon.config.run.environment import Environment, resolve
from nakhon.config.run.errors import RunError
from nakhon.config.run.home import Home
from nakhon.config.run.manifest import DEMONSTRATION, DUMP, FOLDERS, NAME, SECRETS, HashingReader, Manifest
from nakhon.config.run.postgresql import installed
from nakhon.config.run.progress import Note, Steps
from nakhon.knowledge.text import Text

SHORTEST_PASSPHRASE = 12


def create(home: Home, target: Path, passphrase: str) -> Manifest:
    """Write the backup to ``target`` (mode 0600, whole or not at all). Starts the private cluster for the time if needed.

    RunError: no platform here, ``target`` exists, a passphrase shorter than 12 characters, the dump fails.
    """
    check_passphrase(passphrase)
    if target.exists():
        raise RunError(
            Text(th=f"มีไฟล์ {target} อยู่แล้ว", en=f"{target} exists already"),
            Text(th="ตั้งชื่อไฟล์อื่น หรือย้ายไฟล์เดิมก่อน", en="Choose another name, or move the old file away first"),
        )
    environment = resolve(home, create=False)
    steps = Steps()
    with home.lock("backup.lock"), database_running(environment), tempfile.TemporaryDirectory(dir=home.run) as place:
        dump = Path(place) / DUMP
        with steps.step(Text(th="ถ่ายสำเนาฐานข้อมูล", en="Dumping the database")) as note:
            manifest = dump_database(environment, dump, note)
        with steps.step(Text(th="เข้ารหัสและเขียนไฟล์", en="Encrypting and writing")) as note:
            _write(home, dump, manifest, target, passphrase, note)
    return manifest


def check_passphrase(passphrase: str) -> None:
    """RunError when it is too short to protect a city's data."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise RunError(
            Text(
                th=f"รหัสผ่านของสำเนาสำรองต้องยาวอย่างน้อย {SHORTEST_PASSPHRASE} ตัวอักษร",
                en=f"The backup's passphrase needs at least {SHORTEST_PASSPHRASE} characters",
            ),
            Text(
                th="ใช้วลีหลายคำที่จำได้ และเก็บไว้แยกจากไฟล์สำเนา",
                en="Use a phrase of several words, and keep it apart from the file",
            ),
        )


@contextmanager
def database_running(environment: Environment) -> Iterator[None]:
    """The database is up inside; a private cluster that was down before is stopped again after."""
    cluster = environment.cluster
    started = cluster.start() if cluster is not None else False
    try:
        yield
    finally:
        if started and cluster is not None:
            cluster.stop()


def dump_database(environment: Environment, target: Path, note: Note) -> Manifest:
    """``pg_dump`` in its custom format, with the rows counted in the very same snapshot."""
    with psycopg.connect(environment.owner_url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot(), current_setting('server_version')").fetchone()
        assert row is not None
        try:
            rows = manifests.count_rows(connection)
        except psycopg.errors.InsufficientPrivilege as error:
            raise RunError(
                Text(th="เจ้าของฐานข้อมูลอ่านได้ไม่ครบทุกแถว", en="The database's owner may not read every row"),
                Text(
                    th="สั่งที่ฐานข้อมูล: ALTER ROLE <เจ้าของ> BYPASSRLS; แล้วสำรองใหม่",
                    en="Run at the server: ALTER ROLE <owner> BYPASSRLS; then back up again",
                ),
                detail=str(error),
            ) from error
        note(f"{sum(rows.values())} rows")
        run_client(
            environment,
            "pg_dump",
            ["--format=custom", "--schema=public", "--no-owner", "--no-privileges", f"--snapshot={row[0]}"],
            output=target,
        )
        return Manifest(__version__, datetime.now(UTC).isoformat(timespec="seconds"), str(row[1]), rows)


def run_client(environment: Environment, program: str, words: list[str], *, output: Path | None = None) -> str:
    """Run one of PostgreSQL's programs as the schema's owner, the password never on the command line. Returns its output."""
    cluster = environment.cluster
    if cluster is not None:
        path = cluster.binaries[program]
    else:
        found = [choice[program] for choice in installed()]
        path = found[0] if found else program
    parts = psycopg.conninfo.conninfo_to_dict(environment.owner_url)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    names |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PGCONNECT_TIMEOUT": "15"}
    env |= {names[key]: str(value) for key, value in parts.items() if key in names and value is not None}
    try:
        if output is not None:
            with output.open("wb") as file:
                ran = subprocess.run([path, *words], env=env, stdout=file, stderr=subprocess.PIPE, check=False)
        else:
            ran = subprocess.run([path, *words], env=env, capture_output=True, check=False)
    except FileNotFoundError:
        raise RunError(
            Text(th=f"ไม่พบโปรแกรม {program}", en=f"The program {program} was not found"),
            Text(th="ติดตั้งด้วย: make setup", en="Install it with: make setup"),
        ) from None
    if ran.returncode:
        raise RunError(
            Text(th=f"{program} ไม่สำเร็จ", en=f"{program} did not succeed"),
            Text(th="อ่านสาเหตุด้านล่าง แล้วตรวจด้วย nakhon doctor", en="Read the cause below, then try nakhon doctor"),
            detail=ran.stderr.decode(errors="replace"),
        )
    return (ran.stdout or b"").decode(errors="replace")


def _write(home: Home, dump: Path, manifest: Manifest, target: Path, passphrase: str, note: Note) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            sealer = Sealer(file, passphrase)
            with tarfile.open(fileobj=cast(IO[bytes], sealer), mode="w|", format=tarfile.PAX_FORMAT) as archive:
                for inside, path in _sources(home, dump):
                    note(inside)
                    manifest.parts[inside] = _add(archive, inside, path)
                # Last, because only now every part is hashed; the seal's end mark follows it.
                content = manifest.to_json()
                archive.addfile(_entry(NAME, len(content)), io.BytesIO(content))
            sealer.close()
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _sources(home: Home, dump: Path) -> Iterator[tuple[str, Path]]:
    """Secrets and keys first: they are small and nothing opens without them."""
    yield SECRETS, home.secrets_file
    for name in DEMONSTRATION:
        if (home.path / name).is_file():
            yield name, home.path / name
    for folder in reversed(FOLDERS):
        root = Path(os.environ.get("NAKHON_KEYS_DIR") or home.keys) if folder == "keys" else home.files
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield f"{folder}/{path.relative_to(root)}", path
    yield DUMP, dump


def _add(archive: tarfile.TarFile, inside: str, path: Path) -> manifests.Part:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        reader = HashingReader(_Exactly(file.read, size))  # type: ignore[arg-type]
        archive.addfile(_entry(inside, size), reader)
        return reader.part()


class _Exactly:
    """The first ``size`` bytes: a file that grows while it is read must not upset the archive."""

    def __init__(self, read: Callable[[int], bytes], size: int) -> None:
        self._read, self._left = read, size

    def read(self, size: int) -> bytes:
        data = self._read(min(size, self._left))
        self._left -= len(data)
        return data


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry
