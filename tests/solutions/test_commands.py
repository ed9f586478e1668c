"""The commands definitions and solution: what they print, in both languages, and their exit codes 0, 1 and 2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from nakhon.config.cli import main
from nakhon.kernel.models import AuditEntry
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from nakhon.solutions.packs import check_pack, files_at
from tests import make

UNITS = "kind: unit\nitems:\n  - {id: works, level: DIVISION, name: {th: กองช่าง, en: Works}}\n"


def run(*arguments: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=answer)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "units.yaml"
    found.write_text(UNITS, encoding="utf-8")
    return found


def test_lint_says_where_and_what_to_do(file: Path) -> None:
    good = run("definitions", "lint", file)
    assert (good.exit_code, good.output) == (0, "ถูกต้อง: 1 คำนิยาม\n")
    file.write_text(UNITS.replace("level", "levle"), encoding="utf-8")
    wrong = run("definitions", "lint", file)
    assert wrong.exit_code == 1
    assert f"{file}:3:17" in wrong.output and "หมายถึง “level” หรือไม่" in wrong.output and "^" in wrong.output
    assert "Did you mean “level”?" in run("definitions", "lint", file, "--language", "en").output
    data = json.loads(run("definitions", "lint", file, "--json").stdout)
    assert data["ok"] is False and data["faults"][0]["line"] == 3 and data["faults"][0]["remedy"]["th"]


def test_wrong_use_is_2(file: Path, tmp_path: Path, samui: Organisation) -> None:
    assert run("definitions", "lint", tmp_path / "none.yaml").exit_code == 2
    assert run("definitions", "lint").exit_code == 2
    unknown = run("definitions", "plan", file, "--city", "samiu")
    assert unknown.exit_code == 2 and "samui" in unknown.output
    assert run("solution", "apply", "municipal-ofice", "--city", "samui").exit_code == 2
    assert run("definitions", "history", "unit-works", "--city", "samui").exit_code == 2


def test_plan_apply_history_export(file: Path, tmp_path: Path, samui: Organisation) -> None:
    plan = run("definitions", "plan", file, "--city", "samui", "--language", "en")
    assert plan.exit_code == 0 and "+ create  unit/works" in plan.output and "1 to create" in plan.output
    assert json.loads(run("definitions", "plan", file, "--city", "samui", "--json").stdout)["counts"]["created"] == 1

    unconfirmed = run("definitions", "apply", file, "--city", "samui")
    assert unconfirmed.exit_code == 1 and "--yes" in unconfirmed.output
    applied = run("definitions", "apply", file, "--city", "samui", "--yes")
    assert applied.exit_code == 0 and "ใช้แผนเรียบร้อยแล้ว" in applied.output
    again = run("definitions", "apply", file, "--city", "samui")
    assert again.exit_code == 0 and "ไม่มีสิ่งใดเปลี่ยนแปลง" in again.output
    with act_in(make.ctx(samui)):
        assert (
            AuditEntry.objects.filter(
                action="definitions.set.applied", actor_label__startswith="command line ("
            ).count()
            == 1
        )

    history = run("definitions", "history", "unit/works", "--city", "samui", "--language", "en")
    assert history.exit_code == 0 and history.output.startswith("v1  ") and "create" in history.output
    out = tmp_path / "out"
    exported = run("definitions", "export", "--city", "samui", "--out", out)
    assert exported.exit_code == 0 and (out / "units/works.yaml").is_file()
    assert "ไม่มีสิ่งใดเปลี่ยนแปลง" in run("definitions", "plan", out, "--city", "samui").output

    removed = run("definitions", "apply", out, "--city", "samui", "--remove", "unit/none")
    assert removed.exit_code == 2 and "unit/none" in removed.output


def test_a_faulty_file_is_refused_and_nothing_is_applied(file: Path, samui: Organisation) -> None:
    file.write_text(
        UNITS + "  - {id: lights, level: SECTION, parent: wroks, name: {th: ไฟ, en: L}}\n", encoding="utf-8"
    )
    refused = run("definitions", "apply", file, "--city", "samui", "--yes")
    assert refused.exit_code == 1 and "หมายถึง “works” หรือไม่" in refused.output
    assert run("definitions", "history", "unit/works", "--city", "samui").exit_code == 2


def test_solutions_from_list_to_removal(tmp_path: Path, samui: Organisation) -> None:
    offered = run("solution", "list")
    assert offered.exit_code == 0 and "municipal-office  1.0.0" in offered.output
    assert run("solution", "lint", "municipal-office").exit_code == 0
    states: Any = {
        row["id"]: row["state"] for row in json.loads(run("solution", "list", "--city", "samui", "--json").stdout)
    }
    assert states["city-profile"] == "available"

    missing = run("solution", "apply", "city-profile", "--city", "samui", "--yes")
    assert missing.exit_code == 1 and "vision_th" in missing.output and "วิสัยทัศน์" in missing.output
    values = ["--set", "vision_th=น่าอยู่", "--set", "vision_en=Liveable", "--set", "population=1,234"]
    assert run("solution", "apply", "city-profile", "--city", "samui", "--set", "vision_th").exit_code == 2
    applied = run("solution", "apply", "city-profile", "--city", "samui", "--yes", "--language", "en", *values)
    assert applied.exit_code == 0 and "Installed city-profile 1.0.0" in applied.output
    assert "[ติดตั้งแล้ว]" in run("solution", "list", "--city", "samui").output

    archive = tmp_path / "profile.zip"
    assert run("solution", "export", "city-profile", "--city", "samui", "--out", archive).exit_code == 0
    pack, faults = check_pack(files_at(archive))
    assert pack is not None and not faults
    folder = tmp_path / "out"
    assert run("solution", "export", "city-profile", "--city", "samui", "--out", folder).exit_code == 0
    assert run("solution", "lint", folder / "city-profile").exit_code == 0
    assert "ไม่มีสิ่งใดเปลี่ยนแปลง" in run("solution", "plan", folder / "city-profile", "--city", "samui").output

    assert run("solution", "remove", "city-profile", "--city", "samui").exit_code == 1
    removed = run("solution", "remove", "city-profile", "--city", "samui", "--yes")
    assert removed.exit_code == 0 and "นำ city-profile ออกแล้ว" in removed.output
    assert run("solution", "remove", "city-profile", "--city", "samui", "--yes").exit_code == 2


def test_a_faulty_solution_shows_every_fault(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    folder.mkdir()
    (folder / "solution.yaml").write_text("id: trial\nname: ทดสอบ\n", encoding="utf-8")
    (folder / "a.yaml").write_text("a:\tb\n", encoding="utf-8")
    wrong = run("solution", "lint", folder)
    assert wrong.exit_code == 1 and "solution.yaml:2:7" in wrong.output and "a.yaml:1:3" in wrong.output
    assert run("solution", "lint", tmp_path / "nothing").exit_code == 2


def test_schema_writes_and_checks(tmp_path: Path) -> None:
    assert run("definitions", "schema", "--out", tmp_path, "--check").exit_code == 1
    assert run("definitions", "schema", "--out", tmp_path / "schemas").exit_code == 0
    assert (tmp_path / "schemas/unit.json").is_file() and (tmp_path / "definitions/unit.md").is_file()
    assert run("definitions", "schema", "--out", tmp_path, "--check").exit_code == 0
