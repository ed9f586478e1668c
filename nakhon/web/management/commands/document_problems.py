"""``document_problems``: write docs/reference/problems.md, the list of every code, from the failures themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import nakhon
from nakhon.web.problem_pages import explained

PAGE = Path(nakhon.__file__).resolve().parents[1] / "docs" / "reference" / "problems.md"

_HEAD = """# รหัสข้อผิดพลาด · Problems

ทุกความล้มเหลวกลายเป็นหน้าเว็บ หรือเป็น `application/problem+json` (RFC 9457) สำหรับโปรแกรม ซึ่งมี `type`, `title`, `status`, `detail`,
`instance` (รหัสคำขอ) และเพิ่ม `code`, `remedy`, `messages` และ `remedies` ทั้งสองภาษา, `errors` ต่อช่อง, `request_id`, `retry_after`

Every failure becomes a page or, for programs (under `/api/`, or when JSON is accepted and HTML is not), an
`application/problem+json` document of RFC 9457 with `type`, `title`, `status`, `detail` and `instance` (the request's number); beside
them `code`, `remedy`, `messages` and `remedies` (both languages), `errors` (`field`, `pointer`, `detail`, `messages`), `request_id` and
`retry_after`. `detail` is in the language of `?lang=`, the cookie, or `Accept-Language`. `/problems/<code>` explains each. A rule of
`knowledge` keeps its own code (such as `identity.check_digit`) and has the type `/problems/invalid`.

This page is written from the code: `.venv/bin/python -m nakhon.config.run.django document_problems`.

| code | HTTP | เกิดอะไรขึ้น · what happened | ควรทำอย่างไร · what to do |
|---|---|---|---|
"""


def page() -> str:
    """The page as it should be now."""
    rows = (
        f"| `{row.code}` | {row.status} | {row.message.th} · {row.message.en} | {row.remedy.th} · {row.remedy.en} |"
        for row in explained()
    )
    return _HEAD + "\n".join(rows) + "\n"


class Command(BaseCommand):
    help = "Write docs/reference/problems.md from the failures of all rooms"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Only say whether it is up to date")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = page()
        if not options["check"]:
            PAGE.write_text(wanted, encoding="utf-8")
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
            raise CommandError(
                "docs/reference/problems.md ไม่ตรงกับโค้ด ให้รัน: .venv/bin/python -m nakhon.config.run.django document_problems / "
                "docs/reference/problems.md is not what the code says; run: "
                ".venv/bin/python -m nakhon.config.run.django document_problems"
            )
