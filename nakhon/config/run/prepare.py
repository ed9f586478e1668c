"""What must be true before the platform serves anybody: database, schema, demonstration, static files."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from nakhon.config.run import roles, secrets
from nakhon.config.run.environment import Environment, Role
from nakhon.config.run.errors import RunError
from nakhon.config.run.home import REPOSITORY, write_private
from nakhon.config.run.progress import Note, Steps
from nakhon.config.run.stamps import fingerprint
from nakhon.knowledge.text import Text

DEMO_STAMP, STATIC_STAMP, SCHEMA_STAMP = "demo.stamp", "static.stamp", "schema.stamp"


def prepare_all(environment: Environment, steps: Steps, *, demo: bool, again: bool = False) -> None:
    """Bring the home to where web and worker can start. Repeating it is safe; what is already true costs little."""
    prepare_database(environment, steps)
    migrate(environment, steps)
    stamp = environment.home.run / DEMO_STAMP
    if demo and (again or not stamp.exists()):
        with steps.step(Text(th="นำเข้าข้อมูลสาธิต", en="Loading the demonstration")) as note:
            manage(environment, ["load_demo"], role="app", note=note)
            write_private(stamp, "loaded\n")
    collect_static(environment, steps)


def prepare_database(environment: Environment, steps: Steps) -> None:
    """Start the private cluster (made on the first call) with its roles, or check the managed server."""
    home, cluster = environment.home, environment.cluster
    kept = secrets.load(home)
    if cluster is None:
        with steps.step(Text(th="ตรวจฐานข้อมูลที่กำหนดไว้", en="Checking the managed database")):
            given = bool(os.environ.get("NAKHON_APP_DATABASE_URL"))
            roles.prepare_managed(environment.owner_url, environment.app_role, kept.app_password, app_url_given=given)
        return
    if not cluster.exists:
        with steps.step(Text(th="สร้างฐานข้อมูลส่วนตัว", en="Creating a private database")):
            cluster.create()
            # What was true of another database is not true of this one.
            for stamp in (DEMO_STAMP, SCHEMA_STAMP):
                (home.run / stamp).unlink(missing_ok=True)
        if cluster.moved:
            steps.note(
                Text(
                    th=f"บัญชี {cluster.account.name} เข้าถึง {home.path} ไม่ได้ ข้อมูลฐานข้อมูลจึงอยู่ที่ {cluster.data}",
                    en=f"The account {cluster.account.name} cannot reach {home.path}, so the database lies in {cluster.data}",
                )
            )
    with steps.step(Text(th="เริ่มฐานข้อมูล", en="Starting the database")):
        cluster.start()
        roles.prepare_private(cluster, kept)


def migrate(environment: Environment, steps: Steps) -> None:
    """Bring the schema and the rights in it up to date; skipped when this very code did it for this cluster before.

    ``/healthz`` compares the database with the code's migrations all the same, so a skip that is wrong does not stay unseen.
    """
    stamp, now = environment.home.run / SCHEMA_STAMP, _schema_fingerprint()
    if not environment.managed and stamp.exists() and stamp.read_text() == now:
        return
    with steps.step(Text(th="ปรับโครงสร้างฐานข้อมูล", en="Bringing the schema up to date")) as note:
        manage(environment, ["migrate", "--noinput"], role="owner", note=note)
        write_private(stamp, now)


def _schema_fingerprint() -> str:
    """Changes with any migration, model, the command that migrates, or a package that may bring migrations of its own."""
    digest = hashlib.sha256()
    package = REPOSITORY / "nakhon"
    sources = {*package.glob("**/migrations/*.py"), *package.glob("**/models.py"), *package.glob("**/models/*.py")}
    sources |= {*package.glob("**/management/commands/migrate.py"), REPOSITORY / "requirements.txt"}
    for path in sorted(sources):
        digest.update(f"{path.relative_to(REPOSITORY)} {fingerprint(path)}\n".encode())
    return digest.hexdigest()


def collect_static(environment: Environment, steps: Steps) -> None:
    """Build the static files when a source of them changed since the last time."""
    if static_is_current(environment) and any(environment.home.static.iterdir()):
        return
    with steps.step(Text(th="เตรียมไฟล์หน้าเว็บ", en="Building the static files")) as note:
        manage(environment, ["vendor_assets"], role="app", note=note)
        manage(environment, ["collectstatic", "--noinput", "--clear", "-v", "0"], role="app", note=note)
        # Only now: the libraries that vendor_assets brought are sources, too.
        write_private(environment.home.run / STATIC_STAMP, _static_fingerprint())


def static_is_current(environment: Environment) -> bool:
    stamp = environment.home.run / STATIC_STAMP
    return stamp.exists() and stamp.read_text() == _static_fingerprint()


def _static_fingerprint() -> str:
    """Changes when a file that is served, or a package that brings some, changes."""
    digest = hashlib.sha256()
    for path in _static_sources():
        status = path.stat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _static_sources() -> Iterator[Path]:
    for folder in sorted((REPOSITORY / "nakhon").glob("*/static")):
        yield from sorted(path for path in folder.rglob("*") if path.is_file())
    yield from (path for name in ("requirements.txt", "package-lock.json") if (path := REPOSITORY / name).exists())


def manage(environment: Environment, words: list[str], *, role: Role, note: Note = lambda _: None) -> str:
    """Run a management command in a process of its own, showing its last line as it goes; returns what it printed.

    RunError with the end of its output when it fails; all of it is in ``log/prepare.log``.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "nakhon.config.run.django", *words],
        env=environment.child_env(role) | {"NAKHON_PARENT_PID": str(os.getpid())},
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: list[str] = []
    assert child.stdout is not None
    with (environment.home.log / "prepare.log").open("a") as log:
        for line in child.stdout:
            said.append(line)
            log.write(line)
            if line.strip():
                note(line.strip())
    if child.wait():
        raise RunError(
            Text(th=f"คำสั่ง {words[0]} ไม่สำเร็จ", en=f"{words[0]} did not succeed"),
            Text(
                th=f"อ่านรายละเอียดด้านล่างหรือใน {environment.home.log}/prepare.log แล้วสั่งซ้ำได้อย่างปลอดภัย",
                en=f"Read the detail below or in {environment.home.log}/prepare.log; repeating the command is safe",
            ),
            detail="".join(said[-30:]),
        )
    return "".join(said)
