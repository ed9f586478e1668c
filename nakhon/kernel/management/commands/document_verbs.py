"""``document_verbs``: write docs/reference/verbs.md, the list of every verb and query, from the doors themselves."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import nakhon
from nakhon.kernel import permissions
from nakhon.kernel.verbs import Door, doors

PAGE = Path(nakhon.__file__).resolve().parents[1] / "docs" / "reference" / "verbs.md"
DOOR_FILES = frozenset({"services", "queries"})
HEAD = """# Verbs and queries · คำสั่งและคำถามของระบบ

ทุกการเปลี่ยนแปลงข้อมูลผ่านคำสั่ง (verb) และทุกการอ่านผ่านคำถาม (query) ในตารางนี้เท่านั้น แต่ละรายการระบุสิทธิ์ที่ต้องมี
หน้านี้สร้างจากโค้ดด้วย `.venv/bin/python -m nakhon.config.run.django document_verbs` โปรดอย่าแก้ด้วยมือ

Everything that changes data is a verb, and everything that reads it is a query, each with the permission it requires.
This page is made from the code by `.venv/bin/python -m nakhon.config.run.django document_verbs`; do not edit it by hand.
Who holds a permission is in [permissions](permissions.md).
"""


def load_doors() -> list[Door]:
    """Every verb and query of the platform, by name. Imports each room's door files, whether or not Django had."""
    for module in pkgutil.walk_packages(nakhon.__path__, "nakhon."):
        if DOOR_FILES.intersection(module.name.split(".")[2:]):
            import_module(module.name)
    own = [door for door in doors().values() if door.function.__module__.startswith("nakhon.")]
    return sorted(own, key=lambda door: door.name)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("``", "`")


def _arguments(door: Door) -> str:
    """The names that a caller gives after ``ctx``; those that may be left out are followed by ``?``."""
    names = list(inspect.signature(door.function).parameters.values())[1:]
    shown = []
    for one in names:
        star = "*" if one.kind is one.VAR_POSITIONAL else "**" if one.kind is one.VAR_KEYWORD else ""
        shown.append(f"{star}{one.name}{'' if one.default is one.empty else '?'}")
    return ", ".join(["ctx", *shown])


def _room_title(room: str) -> str:
    plate = inspect.getdoc(import_module(f"nakhon.{room}")) or room
    return plate.split("\n\n", 1)[0].split("\n", 1)[0].rstrip(".")


def render(found: list[Door]) -> str:
    """The whole page as Markdown."""
    rows = permissions.table()
    parts = [HEAD]
    for room in sorted({door.room for door in found}):
        here = [door for door in found if door.room == room]
        verbs = sum(door.kind == "verb" for door in here)
        parts.append(f"\n## {room}\n\n{_room_title(room)}\n\n{verbs} verbs, {len(here) - verbs} queries.\n")
        parts.append("| name | kind | permission | what it does |\n|---|---|---|---|")
        for door in sorted(here, key=lambda one: (one.kind != "verb", one.name)):
            text = rows[door.permission].text
            name = f"`{door.name.split('.', 1)[1]}`<br>`({_arguments(door)})`"
            allowed = f"`{door.permission}`<br>{_cell(text.th)} · {_cell(text.en)}"
            parts.append(f"| {name} | {door.kind} | {allowed} | {_cell(door.summary)} |")
    return "\n".join(parts) + "\n"


class Command(BaseCommand):
    help = "Write docs/reference/verbs.md from the doors of all rooms"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only say whether the page is true; exit code 1 if not"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = load_doors()
        page = render(found)
        if options["check"]:
            if not PAGE.is_file() or PAGE.read_text("utf-8") != page:
                raise CommandError(
                    "docs/reference/verbs.md ไม่ตรงกับโค้ด ให้รัน: .venv/bin/python -m nakhon.config.run.django document_verbs / "
                    "docs/reference/verbs.md is not what the code says; run: .venv/bin/python -m nakhon.config.run.django document_verbs"
                )
            return
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page, "utf-8")
        self.stdout.write(f"{PAGE}: {len(found)} doors")
