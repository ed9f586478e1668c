"""``document_people``: writes docs/reference/permissions.md and processing.md from what the rooms registered."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from nakhon.people.document import DOCS, PAGES


class Command(BaseCommand):
    help = "Write the permission table and the personal data of every table into docs/reference"

    def handle(self, *args: Any, **options: Any) -> None:
        for name, page in PAGES.items():
            (DOCS / name).write_text(page(), encoding="utf-8")
            self.stdout.write(str(DOCS / name))
