"""The command line: every command is found, speaks both languages, fails plainly, and stands in the documentation."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner

from nakhon.config.cli import main
from nakhon.config.run import document
from nakhon.config.run.home import REPOSITORY, Home

CONTEXT = click.Context(main, info_name="nakhon")
OPERATOR = {"up", "stop", "status", "doctor", "backup", "restore"}


def test_the_operators_verbs_are_there() -> None:
    assert set(main.list_commands(CONTEXT)) >= OPERATOR


@pytest.mark.parametrize("name", sorted(main.list_commands(CONTEXT)))
def test_each_command_explains_itself_in_both_languages(name: str) -> None:
    command = main.get_command(CONTEXT, name)
    assert command is not None
    words = (command.help or "") + (command.short_help or "")
    assert re.search("[ก-๙]", words), f"{name} has no Thai"
    assert re.search("[A-Za-z]{3}", words), f"{name} has no English"


def test_an_unknown_command_is_refused() -> None:
    ran = CliRunner().invoke(main, ["fly"])
    assert ran.exit_code == 2
    assert "fly" in ran.output


def test_a_failure_is_a_message_not_a_traceback(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAKHON_HOME", str(home.path))
    monkeypatch.setenv("NAKHON_BACKUP_PASSPHRASE", "long enough for a city")
    ran = CliRunner().invoke(main, ["backup", str(home.path.parent / "x")])
    assert ran.exit_code == 1
    assert "nakhon up" in ran.output
    assert "ยังไม่มีระบบ" in ran.output
    assert "Traceback" not in ran.output
    assert not home.path.exists()


def test_a_backup_without_a_passphrase_says_where_to_give_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAKHON_HOME", str(home.path))
    ran = CliRunner().invoke(main, ["backup", "x"])
    assert ran.exit_code == 1
    assert "--passphrase-file" in ran.output


def test_the_page_of_commands_is_true() -> None:
    """When this fails: ``.venv/bin/python -m nakhon.config.run.document``."""
    assert document.TARGET.read_text(encoding="utf-8") == document.text()


def test_every_setting_of_running_the_platform_is_on_the_page() -> None:
    page = document.HEAD
    folder = REPOSITORY / "nakhon" / "config" / "run"
    named = {
        name
        for path in folder.glob("*.py")
        for name in re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', path.read_text())
    }
    internal = {"NAKHON_PARENT_PID", "NAKHON_OWNER_DATABASE_URL", "NAKHON_APP_ROLE", "PATH", "PYTHONPATH"}
    elsewhere = {"NAKHON_SECRET_KEY", "NAKHON_KEYS_DIR", "NAKHON_ALLOWED_HOSTS", "DJANGO_SETTINGS_MODULE"}
    missing = [name for name in sorted(named - internal - elsewhere) if f"`{name}`" not in page]
    assert missing == []


def test_every_make_target_is_explained() -> None:
    text = (REPOSITORY / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.+)$", text, re.M)
    assert targets is not None
    for name in targets[1].split():
        assert re.search(rf"^{name}:.*## .*[ก-๙].* · ", text, re.M), name
