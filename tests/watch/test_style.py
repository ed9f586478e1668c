"""What ``make check`` checks, as tests: so that nothing lands unformatted, untyped or with a lock that names a registry."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(BIN / words[0]), *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", [("ruff", "check", "."), ("ruff", "format", "--check", ".")], ids=["lint", "format"])
def test_ruff_finds_nothing(words: tuple[str, ...]) -> None:
    run = _run(*words)
    assert run.returncode == 0, run.stdout[-3000:]


@pytest.mark.slow
def test_mypy_finds_nothing() -> None:
    run = _run("mypy")
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt", "package-lock.json"])
def test_locks_name_no_registry(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(
        r"https?://(?!\S*(opencollective|github\.com/sponsors|github\.com/\S+\?sponsor))\S*(registry|pypi|index|simple)",
        text,
    )
    assert '"resolved"' not in text


def test_every_requirement_is_hashed() -> None:
    for name in ("requirements.txt", "requirements-test.txt"):
        rows = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text(encoding="utf-8").strip())
        assert [row for row in rows if "--hash=sha256:" not in row] == []


def test_the_lock_of_what_runs_is_part_of_the_lock_of_what_tests() -> None:
    pins = [
        set(re.findall(r"^([a-z0-9][\w.-]*==\S+)", (ROOT / name).read_text(encoding="utf-8"), re.M))
        for name in ("requirements.txt", "requirements-test.txt")
    ]
    assert pins[0] <= pins[1]
