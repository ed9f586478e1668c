"""docs/reference/settings.md names every variable that the code reads, and none that it does not."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference/settings.md"
NAME = re.compile(r"NAKHON_[A-Z0-9_]+|DATABASE_URL")


def _read_by(path: Path) -> set[str]:
    """The variables that a file names as a whole string; what a module lists as its own names in ``__all__`` is not read."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    exported = {
        id(constant)
        for node in tree.body
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "__all__" for target in node.targets)
        for constant in ast.walk(node.value)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in exported
        and NAME.fullmatch(node.value)
    }


READ = {name for path in (ROOT / "nakhon").rglob("*.py") for name in _read_by(path)} | {"NAKHON_TEST_SUFFIX"}
ROWS = [line.split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
NAMED = {name for row in ROWS for name in NAME.findall(row[1])}


def test_there_is_something_to_compare() -> None:
    assert len(READ) > 30
    assert {"DATABASE_URL", "NAKHON_HOME", "NAKHON_S3_BUCKET"} <= READ


def test_every_variable_is_documented() -> None:
    assert not READ - NAMED, "add a row to docs/reference/settings.md"


def test_nothing_is_documented_that_nobody_reads() -> None:
    assert not NAMED - READ, "take the row out of docs/reference/settings.md"


def test_every_row_says_it_in_both_languages() -> None:
    for row in ROWS:
        if not NAME.search(row[1]):
            continue
        meaning = row[3].strip()
        choices_only = re.fullmatch(r"(`\w+`(, )?)+", meaning)
        assert choices_only or re.search(r"[ก-๙].* · .*[a-z]", meaning), f"{row[1].strip()} needs Thai · English"


def test_every_limit_has_its_default_here() -> None:
    from nakhon.kernel.limits import DEFAULTS

    said = {row[1].strip(" `"): row[2].strip() for row in ROWS if not NAME.search(row[1])}
    units = {60: "1 m", 600: "10 m", 900: "15 m", 3600: "1 h"}
    assert said == {name: f"{row.amount} / {units[int(row.per.total_seconds())]}" for name, row in DEFAULTS.items()}
