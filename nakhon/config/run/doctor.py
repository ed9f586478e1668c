"""``nakhon doctor``: each thing that must be true, looked at for real, with the exact command that mends it.

A check returns what it found and, when that is wrong, the mending command. Checks look; they start and change nothing.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg

from nakhon.config.run import prepare, process, roles, stamps, supervisor
from nakhon.config.run.environment import Environment, port_is_free, resolve
from nakhon.config.run.errors import RunError
from nakhon.config.run.home import Home, read_json
from nakhon.config.run.up import health, serves
from nakhon.knowledge.text import Text
from nakhon.standards.mqtt import figures

LEAST_FREE_BYTES = 1_000_000_000
EARLIEST_CLOCK = 2026
"""A clock before the year of this release is wrong: deadlines, sessions and one-time codes would all be."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's result; ``mend`` is empty when ``ok``."""

    key: str
    name: Text
    ok: bool
    found: Text
    mend: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "name": self.name.as_dict(),
            "ok": self.ok,
            "found": self.found.as_dict(),
            "mend": self.mend,
        }


Result = tuple[bool, Text, str]
OK = Text(th="ปกติ", en="good")


def examine(home: Home) -> list[Finding]:
    """All checks that make sense in the state the home is in; those of the database only when it answers."""
    findings = [_run(key, name, check) for key, name, check in _machine(home)]
    if not home.secrets_file.exists():
        findings.append(
            Finding(
                "home",
                Text(th="ระบบในโฟลเดอร์ข้อมูล", en="Platform in the home"),
                False,
                Text(th=f"ยังไม่มีใน {home.path}", en=f"none in {home.path} yet"),
                "nakhon up",
            )
        )
        return findings
    try:
        environment = resolve(home, create=False)
    except RunError as error:
        return [*findings, _refused("home", Text(th="โฟลเดอร์ข้อมูล", en="Home"), error)]
    findings += [_run(key, name, check) for key, name, check in _home(environment)]
    try:
        connection = psycopg.connect(environment.owner_url, autocommit=True, connect_timeout=5)
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        found = Text(th=f"เชื่อมต่อไม่ได้: {reason}", en=f"cannot be reached: {reason}")
        mend = "nakhon up" if not environment.managed else "check DATABASE_URL and the server, then: nakhon up"
        return [
            *findings,
            Finding("connection", Text(th="การเชื่อมต่อฐานข้อมูล", en="Database connection"), False, found, mend),
        ]
    with connection:
        findings += [_run(key, name, check) for key, name, check in _database(environment, connection)]
    return findings


def _run(key: str, name: Text, check: Callable[[], Result]) -> Finding:
    try:
        ok, found, mend = check()
    except RunError as error:
        return _refused(key, name, error)
    except (OSError, psycopg.Error) as error:
        return Finding(
            key, name, False, Text(th=f"ตรวจไม่ได้: {error}", en=f"could not be checked: {error}"), "nakhon up"
        )
    return Finding(key, name, ok, found, "" if ok else mend)


def _refused(key: str, name: Text, error: RunError) -> Finding:
    return Finding(key, name, False, error.what, error.remedy.en)


Check = tuple[str, Text, Callable[[], Result]]


# -- the machine and the checkout ---------------------------------------------------------------------------------------


def _machine(home: Home) -> Iterator[Check]:
    yield "python", Text(th="รุ่นของ Python", en="Python version"), _python
    yield "packages", Text(th="แพ็กเกจ Python", en="Python packages"), _packages
    yield "assets", Text(th="ไฟล์หน้าเว็บจาก npm", en="Browser assets from npm"), _assets
    yield "time-zone", Text(th="เขตเวลา", en="Time zone data"), _time_zone
    yield "clock", Text(th="นาฬิกา", en="Clock"), _clock
    yield "disk", Text(th="พื้นที่ดิสก์", en="Disk space"), lambda: _disk(home)


def _python() -> Result:
    version = ".".join(map(str, sys.version_info[:3]))
    return (3, 11) <= sys.version_info[:2] <= (3, 13), Text(th=version, en=version), "rm -rf .venv && make setup"


def _packages() -> Result:
    if stamps.venv_in_step():
        return True, OK, ""
    return False, Text(th="ไม่ตรงกับ requirements", en="not in step with the requirements file"), "make setup"


def _assets() -> Result:
    if stamps.node_in_step():
        return True, OK, ""
    return False, Text(th="ไม่ตรงกับ package-lock.json", en="not in step with package-lock.json"), "make setup"


def _time_zone() -> Result:
    try:
        now = datetime.now(ZoneInfo("Asia/Bangkok"))
    except ZoneInfoNotFoundError:
        return False, Text(th="ไม่พบ Asia/Bangkok", en="Asia/Bangkok is not known"), "apt-get install tzdata"
    good = now.utcoffset() is not None and now.strftime("%z") == "+0700"
    return good, Text(th=f"{now:%H:%M} น. (UTC+7)", en=f"{now:%H:%M} (UTC+7)"), "apt-get install --reinstall tzdata"


def _clock() -> Result:
    year = time.gmtime().tm_year
    return (
        year >= EARLIEST_CLOCK,
        Text(th=f"พ.ศ. {year + 543}", en=f"the year {year}"),
        "timedatectl set-ntp true",
    )


def _disk(home: Home) -> Result:
    place = home.path if home.path.exists() else home.path.parent
    free = shutil.disk_usage(place).free
    text = Text(th=f"ว่าง {free / 1e9:.1f} GB", en=f"{free / 1e9:.1f} GB free")
    return (
        free >= LEAST_FREE_BYTES,
        text,
        f"free at least 1 GB where {place} lies; largest files: du -xah {place} | sort -h | tail",
    )


# -- the home -----------------------------------------------------------------------------------------------------------


def _home(environment: Environment) -> Iterator[Check]:
    home = environment.home
    yield "secrets", Text(th="ไฟล์รหัสลับ", en="Secrets file"), lambda: _private([home.secrets_file])
    yield "keys", Text(th="กุญแจเข้ารหัส", en="Encryption keys"), lambda: _keys(home)
    if home.demo_logins.exists():
        yield "demo-logins", Text(th="บัญชีสาธิต", en="Demonstration log-ins"), lambda: _private([home.demo_logins])
    yield "static", Text(th="ไฟล์หน้าเว็บ", en="Static files"), lambda: _static(environment)
    yield "supervisor", Text(th="ตัวควบคุมระบบ", en="Supervisor"), lambda: _supervisor(home)
    yield "port", Text(th="พอร์ตเว็บ", en="Web port"), lambda: _port(environment)
    yield "mqtt", Text(th="ประตู MQTT ของอุปกรณ์", en="MQTT door of devices"), lambda: _mqtt(environment)
    if environment.cluster is not None:
        yield "cluster", Text(th="ฐานข้อมูลส่วนตัว", en="Private database"), lambda: _cluster(environment)


def _private(paths: list[Path], *, at_most: int = 0o600) -> Result:
    for path in paths:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & ~at_most:
            found = Text(th=f"ผู้อื่นเข้าถึง {path} ได้ ({mode:o})", en=f"others may reach {path} ({mode:o})")
            return False, found, f"chmod {at_most:o} {path}"
        if path.stat().st_uid not in (os.geteuid(), 0):
            found = Text(th=f"{path} เป็นของผู้ใช้อื่น", en=f"{path} belongs to another user")
            return False, found, f"chown {os.geteuid()} {path}"
    return True, OK, ""


def _keys(home: Home) -> Result:
    directory = Path(os.environ.get("NAKHON_KEYS_DIR") or home.keys)
    files = sorted(path for path in directory.iterdir() if path.is_file()) if directory.is_dir() else []
    if not files:
        found = Text(th=f"ไม่มีกุญแจใน {directory}", en=f"no key in {directory}")
        return False, found, "nakhon restore FILE (or nakhon up, if no data were ever stored)"
    place = _private([directory], at_most=0o700)
    return place if not place[0] else _private(files)


def _static(environment: Environment) -> Result:
    if prepare.static_is_current(environment):
        return True, OK, ""
    return (
        False,
        Text(th="ยังไม่ได้สร้างหรือเก่ากว่าต้นฉบับ", en="not built, or older than their sources"),
        "nakhon stop; nakhon up",
    )


def _supervisor(home: Home) -> Result:
    if (who := supervisor.running(home)) is not None:
        return True, Text(th=f"pid {who.pid}", en=f"pid {who.pid}"), ""
    left = [
        name
        for name, value in read_json(home.state_file).get("processes", {}).items()
        if process.is_alive(process.Identity.from_dict(value))
    ]
    if left:
        what = ", ".join(left)
        return False, Text(th=f"หยุดไป แต่ยังเหลือ {what}", en=f"gone, but {what} still run"), "nakhon up"
    return False, Text(th="ระบบไม่ได้ทำงาน", en="the platform is not running"), "nakhon up"


def _port(environment: Environment) -> Result:
    number = environment.port
    if supervisor.running(environment.home) is not None:
        try:
            said = health(f"http://{_local(environment)}", timeout=10)
        except OSError as error:
            found = Text(th=f"เว็บไม่ตอบที่พอร์ต {number}: {error}", en=f"no answer on port {number}: {error}")
            return False, found, f"read {environment.home.log}/web.log, then: nakhon stop; nakhon up"
        bad = [row for row in said.get("checks", []) if row.get("status") != "ok"]
        found = Text(
            th="; ".join([f"ตอบที่พอร์ต {number}", *(str(row.get("detail_th")) for row in bad)]),
            en="; ".join([f"answers on port {number}", *(str(row.get("detail_en")) for row in bad)]),
        )
        return serves(said) and not bad, found, f"read {environment.home.log}/web.log and worker.log"
    if port_is_free(environment.host, number):
        return True, Text(th=f"{number} ว่าง", en=f"{number} is free"), ""
    found = Text(th=f"{number} มีโปรแกรมอื่นใช้", en=f"{number} is taken by another program")
    return False, found, f"nakhon up --port {number + 1}"


def _mqtt(environment: Environment) -> Result:
    number = environment.mqtt_port
    if supervisor.running(environment.home) is None:
        if port_is_free(environment.mqtt_host, number):
            return True, Text(th=f"{number} ว่าง", en=f"{number} is free"), ""
        found = Text(th=f"{number} มีโปรแกรมอื่นใช้", en=f"{number} is taken by another program")
        return False, found, f"NAKHON_MQTT_PORT={number + 1} nakhon up"
    said = figures.read(environment.home.run)
    if not said:
        found = Text(th=f"ไม่มีสัญญาณจากพอร์ต {number}", en=f"no sign of life from port {number}")
        return False, found, f"read {environment.home.log}/ingest.log, then: nakhon stop; nakhon up"
    safe = Text("เข้ารหัส TLS", "TLS") if said.get("tls") else Text("ไม่เข้ารหัส", "no TLS")
    here, waiting = said.get("connections", 0), said.get("commit_waiting", 0)
    text = Text(
        th=f"พอร์ต {said['port']} ({safe.th}) เชื่อมต่ออยู่ {here} รอบันทึก {waiting}",
        en=f"port {said['port']} ({safe.en}), {here} connected, {waiting} readings waiting",
    )
    return True, text, ""


def _local(environment: Environment) -> str:
    from nakhon.config.run.environment import local_url

    return local_url(environment.host, environment.port).removeprefix("http://")


def _cluster(environment: Environment) -> Result:
    cluster = environment.cluster
    assert cluster is not None
    if not cluster.exists:
        return False, Text(th="ยังไม่ได้สร้าง", en="not created yet"), "nakhon up"
    version = cluster.binaries.version
    if cluster.running() is None:
        found = Text(th=f"PostgreSQL {version} ไม่ได้ทำงาน", en=f"PostgreSQL {version} is not running")
        return False, found, "nakhon up"
    return True, Text(th=f"PostgreSQL {version} ที่ {cluster.data}", en=f"PostgreSQL {version} in {cluster.data}"), ""


# -- inside the database --------------------------------------------------------------------------------------------------


def _database(environment: Environment, connection: roles.Connection) -> Iterator[Check]:
    yield "roles", Text(th="การแยกข้อมูลระหว่างเมือง", en="Separation of cities"), lambda: _roles(environment, connection)
    yield (
        "extensions",
        Text(th="ส่วนขยายฐานข้อมูล", en="Database extensions"),
        lambda: _extensions(environment, connection),
    )
    yield "migrations", Text(th="โครงสร้างฐานข้อมูล", en="Schema"), lambda: _migrations(environment)
    yield "dead-letters", Text(th="งานที่ล้มเหลวถาวร", en="Dead letters"), lambda: _dead_letters(connection)
    yield "worker", Text(th="งานเบื้องหลัง", en="Worker"), lambda: _worker(environment, connection)


def _roles(environment: Environment, connection: roles.Connection) -> Result:
    flaws = roles.bypasses(connection, environment.app_role)
    if flaws:
        what, role = ", ".join(flaws), environment.app_role
        found = Text(
            th=f"บทบาท {role} ข้ามการแยกข้อมูลได้ ({what})", en=f"the role {role} is not bound by row security ({what})"
        )
        mend = f"ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS;" if environment.managed else "nakhon stop; nakhon up"
        return False, found, mend
    try:
        psycopg.connect(environment.app_url, connect_timeout=5).close()
    except psycopg.Error as error:
        found = Text(th=f"บทบาทของเว็บเข้าไม่ได้: {error}", en=f"the web's role cannot log in: {error}")
        return False, found, "nakhon stop; nakhon up"
    return (
        True,
        Text(
            th=f"{environment.app_role} ถูกจำกัดด้วย row security", en=f"{environment.app_role} is bound by row security"
        ),
        "",
    )


def _extensions(environment: Environment, connection: roles.Connection) -> Result:
    have = {str(row[0]) for row in connection.execute("SELECT extname FROM pg_extension").fetchall()}
    missing = [name for name in roles.EXTENSIONS if name not in have]
    if not missing:
        return True, OK, ""
    names = ", ".join(missing)
    mend = "nakhon stop; nakhon up" if not environment.managed else "; ".join(f"CREATE EXTENSION {n}" for n in missing)
    return False, Text(th=f"ขาด {names}", en=f"missing: {names}"), mend


def _migrations(environment: Environment) -> Result:
    try:
        prepare.manage(environment, ["migrate", "--check"], role="owner")
    except RunError:
        stamp = environment.home.run / prepare.SCHEMA_STAMP
        found = Text(th="ยังปรับไม่ครบ", en="there are migrations to apply")
        return False, found, f"rm -f {stamp}; nakhon stop; nakhon up"
    return True, OK, ""


def _dead_letters(connection: roles.Connection) -> Result:
    row = connection.execute("SELECT count(*) FROM kernel_work WHERE status = 'dead'").fetchone()
    count = int(row[0]) if row else 0
    found = Text(th=f"{count} งาน", en=f"{count} piece(s) of work")
    return count == 0, found, "open the console, page Background work, read the error and replay them"


def _worker(environment: Environment, connection: roles.Connection) -> Result:
    row = connection.execute(
        "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"
    ).fetchone()
    age = float(row[0]) if row and row[0] is not None else None
    if age is None or age > 60:
        ago = "-" if age is None else f"{age:.0f} s"
        found = Text(th=f"ไม่มีสัญญาณ ({ago})", en=f"no heartbeat ({ago})")
        return False, found, f"read {environment.home.log}/worker.log, then: nakhon stop; nakhon up"
    return True, Text(th=f"ส่งสัญญาณเมื่อ {age:.0f} วินาทีก่อน", en=f"heartbeat {age:.0f} s ago"), ""
