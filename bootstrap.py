"""Set up what Nakhon needs on this machine, each thing only when it is missing and after saying why. Standard library only.

`python3 bootstrap.py` prepares to run the platform, `--test` to test it. Repeating it costs milliseconds: each part is
stamped with the hash of its lock file. It runs on an older Python too, and then finds or installs one that fits.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import ctypes.util
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VENV_STAMP = VENV / "nakhon-stamp.json"
NODE_STAMP = ROOT / "node_modules" / ".nakhon-stamp.json"
OLDEST, NEWEST = (3, 11), (3, 13)
OLDEST_POSTGRESQL = 14
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/nakhon.conf")


class Stop(Exception):
    """Set-up cannot go on: what happened and what to do, in Thai and English."""

    def __init__(self, th: str, en: str, th_do: str, en_do: str) -> None:
        super().__init__(en)
        self.lines = [f"✗ {th}", f"  {en}", f"  → {th_do}", f"  → {en_do}"]


def say(th: str, en: str) -> None:
    print(f"{th}\n{en}", flush=True)


def step(th: str, en: str) -> float:
    print(f"  … {th} · {en}", flush=True)
    return time.monotonic()


def done(began: float) -> None:
    print(f"    ✓ {time.monotonic() - began:.1f} s", flush=True)


def fingerprint(name: str) -> str:
    """SHA-256 of a file of the checkout; empty when there is none."""
    try:
        return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def read_stamp(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return {}


def write_stamp(path: Path, value: dict[str, Any]) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(value))
    fresh.replace(path)


# -- what this machine lacks ----------------------------------------------------------------------------------------------


def version_of(python: str | Path) -> tuple[int, int] | None:
    """(3, 11) for a usable interpreter, None for anything else."""
    try:
        out = subprocess.run(
            [python, "-c", "import sys; print(*sys.version_info[:2])"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
            cwd="/",
        ).stdout.split()
        return (int(out[0]), int(out[1]))
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError):
        return None


def find_python() -> tuple[str | None, tuple[int, int] | None]:
    """An interpreter that fits: this one, else any `python3.N` of the path, newest first."""
    names = [sys.executable] + [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    for name in names:
        path = shutil.which(name) or (name if Path(name).is_absolute() else None)
        if path and (found := version_of(path)) and OLDEST <= found <= NEWEST:
            return path, found
    return None, None


def can_make_venv(python: str) -> bool:
    """Debian's Python comes without `ensurepip` until python3-venv is installed."""
    words = [python, "-c", "import venv, ensurepip"]
    return subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def postgresql_with_postgis() -> tuple[int | None, int | None]:
    """Newest installed server version that has PostGIS, and the newest without it (None when there is none)."""
    servers = sorted(
        (
            int(m.group(1))
            for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")
            if (m := re.search(r"/postgresql/(\d+)/", str(path)))
        ),
        reverse=True,
    )
    servers = [version for version in servers if version >= OLDEST_POSTGRESQL]
    furnished = [v for v in servers if Path(f"/usr/share/postgresql/{v}/extension/postgis.control").exists()]
    return (furnished[0] if furnished else None), (servers[0] if servers else None)


def has_library(name: str) -> bool:
    return bool(ctypes.util.find_library(name) or any(Path("/usr/lib").glob(f"*/lib{name}.so*")))


def wanted_packages(for_tests: bool) -> dict[str, tuple[str, str]]:
    """Debian or Ubuntu packages that are missing, each with its reason in Thai and English."""
    wanted: dict[str, tuple[str, str]] = {}
    python, found = find_python()
    if python is None or found is None:
        wanted["python3.11"] = wanted["python3.11-venv"] = ("ภาษา Python 3.11", "Python 3.11, which runs the platform")
    elif version_of(PYTHON) is None and not can_make_venv(python):
        name = "python{}.{}-venv".format(*found)
        wanted[name] = ("สร้างพื้นที่แยกสำหรับแพ็กเกจ Python", "a separate place for Python packages")
    if os.environ.get("DATABASE_URL") and not for_tests:
        if not shutil.which("pg_dump"):
            wanted["postgresql-client"] = ("สำรองและกู้คืนฐานข้อมูล", "backup and restore of the database")
    else:
        furnished, bare = postgresql_with_postgis()
        why = ("ฐานข้อมูล PostgreSQL พร้อมแผนที่ PostGIS", "the PostgreSQL database with PostGIS for maps")
        if furnished is None and bare is not None:
            wanted[f"postgresql-{bare}-postgis-3"] = wanted[f"postgresql-{bare}-postgis-3-scripts"] = why
        elif furnished is None:
            wanted["postgresql"] = wanted["postgresql-postgis"] = wanted["postgresql-postgis-scripts"] = why
    if not (has_library("gdal") and has_library("geos_c")) and "postgresql-postgis" not in wanted:
        wanted["gdal-bin"] = ("อ่านข้อมูลแผนที่ (GDAL, GEOS)", "reading map data (GDAL, GEOS)")
    if not shutil.which("npm") and node_is_behind(for_tests):
        wanted["npm"] = (
            "ดาวน์โหลดแบบอักษรและไลบรารีแผนที่ของหน้าเว็บ",
            "fetching the typeface and map libraries of the pages",
        )
    if for_tests and not shutil.which("mosquitto_pub"):
        wanted["mosquitto-clients"] = (
            "ทดสอบประตู MQTT ด้วยโปรแกรมของผู้อื่น",
            "testing the MQTT door with a client that others wrote",
        )
    if for_tests and not any(map(shutil.which, BROWSERS)):
        wanted["chromium"] = ("ทดสอบหน้าเว็บจริงในเบราว์เซอร์", "testing the pages in a real browser")
    return wanted


# -- Debian's packages ----------------------------------------------------------------------------------------------------


def install_packages(wanted: dict[str, tuple[str, str]]) -> None:
    """Say what and why, then let apt-get do it, with sudo when not root."""
    names = sorted(wanted)
    say(
        "จะติดตั้งแพ็กเกจที่ยังขาดของระบบปฏิบัติการ:", "These packages of the operating system are missing and will be installed:"
    )
    for name in names:
        print(f"    {name:<32} {wanted[name][0]} · {wanted[name][1]}")
    by_hand = "apt-get install --no-install-recommends " + " ".join(names)
    if not shutil.which("apt-get"):
        raise Stop(
            "เครื่องนี้ไม่มี apt-get",
            "This machine has no apt-get",
            f"ติดตั้งสิ่งที่เทียบเท่าเอง: {' '.join(names)}",
            f"Install the equivalents yourself: {' '.join(names)}",
        )
    prefix = []
    if os.geteuid() != 0:
        if not shutil.which("sudo"):
            raise Stop(
                "ต้องใช้สิทธิ์ root แต่ไม่มี sudo",
                "Root is needed and there is no sudo",
                f"ให้ผู้ดูแลเครื่องสั่ง: {by_hand}",
                f"Ask the administrator to run: {by_hand}",
            )
        prefix = ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
    env = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]
    if any(name.startswith("postgresql") for name in names):
        keep_system_cluster_away(prefix)
    began = step("ติดตั้งแพ็กเกจ", "Installing packages")
    install = [
        *prefix,
        *env,
        "apt-get",
        "install",
        "-y",
        "-q",
        "--no-install-recommends",
        "-o",
        "Dpkg::Use-Pty=0",
        "-o",
        "Acquire::Retries=3",
        *names,
    ]
    # Lists may be missing or older than what the mirror still holds: then one update and one more try.
    fresh = any(Path("/var/lib/apt/lists").glob("*_Packages*"))
    if fresh and quiet(install):
        done(began)
        return
    if not quiet([*prefix, *env, "apt-get", "update", "-q"]):
        raise Stop(
            "apt-get update ไม่สำเร็จ",
            "apt-get update did not succeed",
            "ตรวจเครือข่ายและ /etc/apt/sources.list แล้วสั่งใหม่",
            "Check the network and /etc/apt/sources.list, then run this again",
        )
    if not quiet(install):
        raise Stop(
            "ติดตั้งแพ็กเกจไม่สำเร็จ",
            "The packages could not be installed",
            f"ดูข้อความด้านบน แล้วลองเอง: {by_hand}",
            f"Read the messages above, then try: {by_hand}",
        )
    done(began)


def keep_system_cluster_away(prefix: list[str]) -> None:
    """Debian would start a database for the whole machine on port 5432; the platform needs only the programs."""
    if Path("/etc/postgresql-common/createcluster.conf").exists() or NO_CLUSTER.exists():
        return
    say(
        f"    ตั้งค่า {NO_CLUSTER} เพื่อไม่ให้เปิดฐานข้อมูลกลางของเครื่อง เพราะระบบใช้ฐานข้อมูลส่วนตัว",
        f"    {NO_CLUSTER} keeps Debian from starting a machine-wide database: the platform uses a private one",
    )
    script = f"mkdir -p {NO_CLUSTER.parent} && echo 'create_main_cluster = false' > {NO_CLUSTER}"
    subprocess.run([*prefix, "sh", "-c", script], check=True)


def quiet(words: list[str]) -> bool:
    """Run a program, showing what it printed only when it fails. True when it succeeded."""
    ran = subprocess.run(
        words,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if ran.returncode:
        print("\n".join("    " + line for line in ran.stdout.splitlines()[-25:]), flush=True)
    return ran.returncode == 0


# -- Python and the browser's packages ------------------------------------------------------------------------------------


def ensure_venv(for_tests: bool) -> None:
    """A virtual environment with exactly the packages of the lock file; its hashes are checked by pip."""
    python, _ = find_python()
    runtime, test = fingerprint("requirements.txt"), fingerprint("requirements-test.txt")
    stamp = read_stamp(VENV_STAMP)
    have = version_of(PYTHON)
    if have is None or not OLDEST <= have <= NEWEST:
        began = step("สร้างพื้นที่ Python (.venv)", "Creating the Python environment (.venv)")
        # A broken or moved environment is replaced; nothing but installed packages lives in it.
        stamp = {}
        if not quiet([str(python), "-m", "venv", "--clear", str(VENV)]):
            raise Stop(
                "สร้าง .venv ไม่สำเร็จ",
                "The .venv could not be created",
                "อ่านข้อความด้านบนแล้วสั่งใหม่",
                "Read the messages above and run this again",
            )
        done(began)
    if stamp.get("runtime") != runtime or (for_tests and stamp.get("test") != test):
        name = "requirements-test.txt" if for_tests else "requirements.txt"
        began = step(f"ติดตั้งแพ็กเกจ Python ตาม {name}", f"Installing the Python packages of {name}")
        pip = [
            str(PYTHON),
            "-m",
            "pip",
            "install",
            "--require-hashes",
            "--only-binary=:all:",
            "--no-input",
            "-q",
            "--disable-pip-version-check",
            "-r",
            str(ROOT / name),
        ]
        if not quiet(pip):
            raise Stop(
                "ติดตั้งแพ็กเกจ Python ไม่สำเร็จ",
                "The Python packages could not be installed",
                "ตรวจเครือข่ายหรือค่าของ pip (pip config list) แล้วสั่งใหม่ ส่วนที่ดาวน์โหลดแล้วจะไม่โหลดซ้ำ",
                "Check the network or pip's configuration (pip config list), then run this again; nothing is fetched twice",
            )
        done(began)
        stamp = {"runtime": runtime, "test": test if for_tests else stamp.get("test", "")}
    link_checkout()
    write_stamp(VENV_STAMP, stamp)


def link_checkout() -> None:
    """Make the environment import this checkout, and give it the command `nakhon`; needs no network and no build."""
    packages = next((VENV / "lib").glob("python3.*/site-packages"))
    script = VENV / "bin" / "nakhon"
    text = f"#!{PYTHON}\nimport sys\n\nfrom nakhon.config.cli import main\n\nsys.exit(main(prog_name='nakhon'))\n"
    for path, content in ((packages / "nakhon-checkout.pth", f"{ROOT}\n"), (script, text)):
        if not path.exists() or path.read_text() != content:
            path.write_text(content)
    script.chmod(0o755)


def node_is_behind(for_tests: bool) -> bool:
    lock = fingerprint("package-lock.json")
    stamp = read_stamp(NODE_STAMP)
    return bool(lock) and (stamp.get("lock") != lock or (for_tests and not stamp.get("test")))


def ensure_node_modules(for_tests: bool) -> None:
    """The browser's libraries, exactly as locked; no package's install script is ever run."""
    if not node_is_behind(for_tests):
        return
    began = step("ติดตั้งไลบรารีของหน้าเว็บ (npm)", "Installing the pages' libraries (npm)")
    words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"] + ([] if for_tests else ["--omit=dev"])
    if not quiet(words):
        raise Stop(
            "ติดตั้งไลบรารีของหน้าเว็บไม่สำเร็จ",
            "The pages' libraries could not be installed",
            "ตรวจเครือข่ายหรือค่าของ npm (npm config list) แล้วสั่งใหม่",
            "Check the network or npm's configuration (npm config list), then run this again",
        )
    write_stamp(NODE_STAMP, {"lock": fingerprint("package-lock.json"), "test": for_tests})
    done(began)


def main() -> int:
    parser = argparse.ArgumentParser(description="เตรียมเครื่องสำหรับนคร · Set up this machine for Nakhon")
    parser.add_argument("--test", action="store_true", help="พร้อมสำหรับการทดสอบด้วย · for testing, too")
    for_tests = parser.parse_args().test
    try:
        wanted = wanted_packages(for_tests)
        if wanted:
            install_packages(wanted)
        if find_python()[0] is None:
            raise Stop(
                "ไม่พบ Python 3.11 ถึง 3.13",
                "Python 3.11 to 3.13 was not found",
                "ติดตั้ง Python 3.11 แล้วสั่ง: make PYTHON=python3.11 up",
                "Install Python 3.11, then run: make PYTHON=python3.11 up",
            )
        ensure_venv(for_tests)
        ensure_node_modules(for_tests)
    except Stop as stop:
        print("\n".join(stop.lines), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
