"""The room's generated reference pages: the permission table and the declared personal data. Tests keep them true.

Write them anew with ``python -m nakhon.config.run.django document_people``.
"""

from __future__ import annotations

from pathlib import Path

from django.apps import apps

from nakhon.kernel.permissions import table
from nakhon.kernel.personal import Personal, declarations, retention_subjects, sources
from nakhon.kernel.sealed import sealed_fields
from nakhon.knowledge.duties import LawfulBasis
from nakhon.people.processing import months_text
from nakhon.people.roles import ROLES
from nakhon.people.services.purposes import typical_purposes

DOCS = Path(__file__).resolve().parents[2] / "docs" / "reference"
_MADE = (
    "<!-- Made by `python -m nakhon.config.run.django document_people`; a test keeps it true. Do not edit by hand. -->"
)


def permissions_page() -> str:
    """docs/reference/permissions.md: who may do what, a row per permission."""
    roles = list(ROLES)
    lines = [
        "# ตารางสิทธิ์ · The permission table",
        "",
        _MADE,
        "",
        "One table says who may do what. Each room registers its rows in its `permissions.py`; every verb and query names one.",
        "The platform itself (`system`: set-up, worker, schedule) may do everything within the organisation it acts for.",
        "",
        "| role | ไทย | English |",
        "|---|---|---|",
        *(f"| `{code}` | {text.th} | {text.en} |" for code, text in ROLES.items()),
    ]
    rooms: dict[str, list[str]] = {}
    for row in sorted(table().values(), key=lambda row: row.code):
        marks = " | ".join("yes" if role in row.roles else "" for role in roles)
        rooms.setdefault(row.room, []).append(f"| `{row.code}` | {row.text.th} · {row.text.en} | {marks} |")
    for room, rows in sorted(rooms.items()):
        heads = " | ".join(f"`{role}`" for role in roles)
        lines += ["", f"## {room}", "", f"| permission | what | {heads} |", "|---|---|" + "---|" * len(roles), *rows]
    return "\n".join(lines) + "\n"


def processing_page() -> str:
    """docs/reference/processing.md: typical purposes, declared columns, what each room shows, erases and forgets."""
    lines = [
        "# ข้อมูลส่วนบุคคลในระบบ · Personal data in the platform",
        "",
        _MADE,
        "",
        "The record of processing activities of a city (PDPA B.E. 2562 s.39) is at `/<city>/staff/processing/`: a page, JSON and",
        "Excel. It is made from the purposes that the city declares and from what each column of each table declares below.",
        "",
        "## วัตถุประสงค์ของเทศบาลทั่วไป · Purposes of a typical municipality",
        "",
        "A city adopts these with the verb `adopt_typical_purposes` and changes them with `define_purpose`. Confirm bases and",
        "periods with the city's data protection officer.",
        "",
        "| code | ไทย · English | basis | s.26 | kept |",
        "|---|---|---|---|---|",
    ]
    for row in typical_purposes():
        kept = months_text(row["retention_months"], row["retention_action"]).en
        basis = LawfulBasis(row["basis"]).label.en
        sensitive = f"`{row['sensitive_basis']}`" if row.get("sensitive_basis") else ""
        lines.append(
            f"| `{row['code']}` | {row['name']['th']} · {row['name']['en']} | {basis} | {sensitive} | {kept} |"
        )
    lines += ["", "## ช่องข้อมูล · Columns", "", "| column | category | purposes | sealed |", "|---|---|---|---|"]
    for label, columns in sorted(declarations().items()):
        sealed = {column.name for column in sealed_fields(apps.get_model(label))}
        for name, about in sorted(columns.items()):
            if isinstance(about, Personal):
                purposes = ", ".join(about.purposes)
                mark = "yes" if name in sealed else ""
                lines.append(f"| `{label}.{name}` | {about.category.text.en} | {purposes} | {mark} |")
    lines += ["", "## ช่องที่ไม่ใช่ข้อมูลส่วนบุคคล · Columns that only look personal", "", "| column | why not |", "|---|---|"]
    for label, columns in sorted(declarations().items()):
        for name, about in sorted(columns.items()):
            if not isinstance(about, Personal):
                lines.append(f"| `{label}.{name}` | {about.reason} |")
    lines += ["", "## แหล่งข้อมูลของ “ข้อมูลของฉัน” · Sources of “My data”", ""]
    lines += [f"- `{source.code}`: {source.text.th} · {source.text.en}" for source in sources()]
    lines += ["", "## สิ่งที่ลืมเมื่อครบกำหนด · What is forgotten in time", ""]
    lines += [f"- `{code}`: {subject.text.th} · {subject.text.en}" for code, subject in retention_subjects().items()]
    return "\n".join(lines) + "\n"


PAGES = {"permissions.md": permissions_page, "processing.md": processing_page}
