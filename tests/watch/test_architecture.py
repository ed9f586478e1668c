"""The house stands as docs/map.md draws it: imports, model arrows, migrations, public doors."""

from __future__ import annotations

import ast
import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parents[2]
STOREYS = ["config", "web standards", "reactions", "care learning plans", "cases bookings", "revenue",
           "citydata channels solutions", "people", "kernel", "knowledge"]  # fmt: skip
HEIGHT = {room: -number for number, rooms in enumerate(STOREYS) for room in rooms.split()}
SIGN_IN = ("nakhon", "web", "signin")
"""Sign-in and its library work on the account itself, before anybody is an actor."""
SENDERS = {("nakhon", "people", "messages")}
"""Modules that call other machines: an SMS gateway speaks HTTP."""


def _room(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "nakhon" and len(parts) > 1 and parts[1] in HEIGHT else None


def test_imports_point_down() -> None:
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-2000:]


def test_every_room_has_its_storey() -> None:
    rooms = {path.name for path in (ROOT / "nakhon").iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert rooms <= set(HEIGHT), "a new room needs a storey: in pyproject.toml, docs/map.md and here"


def test_model_arrows_point_down() -> None:
    wrong = []
    for model in apps.get_models():
        room = _room(model.__module__)
        if room is None:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "remote_field", None) and field.remote_field.model  # type: ignore[union-attr]
            if not target or isinstance(target, str) or field.auto_created:
                continue
            other = _room(target.__module__)
            if other and other != room and HEIGHT[other] >= HEIGHT[room]:
                wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert wrong == []


def test_rooms_are_entered_by_their_doors() -> None:
    """A higher storey imports a room's services, queries and public shapes, never its tables or insides."""
    wrong = []
    for path in (ROOT / "nakhon").rglob("*.py"):
        here = path.relative_to(ROOT).with_suffix("").parts
        room = here[1] if len(here) > 2 else None
        if room is None or room in ("config", "kernel", "knowledge") or "migrations" in here:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            target = node.module.split(".")
            if target[0] != "nakhon" or len(target) < 3 or target[1] in (room, "kernel", "knowledge"):
                continue
            if here[:3] == SIGN_IN and {alias.name for alias in node.names} <= {"User", "Organisation"}:
                continue
            if target[1] in HEIGHT and "models" in target[2:]:
                wrong.append(f"{'/'.join(here)}:{node.lineno} imports {node.module}")
    assert wrong == []


HTTP = ("django.http", "django.shortcuts", "django.views", "ninja", "requests", "urllib.request")


def test_no_http_below_the_doors() -> None:
    """Rooms raise typed errors and know no request; only ``api.py``, the sign-in and the views speak HTTP."""
    wrong = []
    for path in (ROOT / "nakhon").rglob("*.py"):
        here = path.relative_to(ROOT).with_suffix("").parts
        if len(here) < 3 or here[1] in ("web", "standards", "config") or here[-1] == "api" or here[:3] in SENDERS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            wrong += [f"{'/'.join(here)} imports {name}" for name in names if name.startswith(HTTP)]
    assert wrong == []


def test_migrations_are_complete(db: None) -> None:
    out = io.StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=out, stderr=out)
    except SystemExit:
        pytest.fail("models changed without a migration:\n" + out.getvalue())


def test_our_migrations_are_reversible_or_say_why(db: None) -> None:
    loader = MigrationLoader(connection)
    wrong = []
    for (app, name), migration in loader.disk_migrations.items():
        if not type(migration).__module__.startswith("nakhon."):
            continue
        doc = sys.modules[type(migration).__module__].__doc__ or ""
        if not all(operation.reversible for operation in migration.operations) and "irreversible because" not in doc:
            wrong.append(f"{app}.{name}")
    assert wrong == []


@pytest.mark.parametrize("path", sorted((ROOT / "nakhon").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_opens_by_saying_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if "migrations" in path.parts or not text.strip():
        return
    assert ast.get_docstring(ast.parse(text)), "begin the file with a docstring of one to three lines"
    assert len(text.splitlines()) <= 500, "a file that outgrows a comfortable read becomes a package"
