"""The record of processing activities (PDPA B.E. 2562 s.39): what libraries' tables hold, fixed texts, JSON and Excel."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from nakhon.kernel.personal import RETENTION_ENGLISH, Category, NotPersonal, Personal, RetentionAction, declare
from nakhon.knowledge.text import Text
from nakhon.people.models.persons import SERVICES
from nakhon.people.types import RopaRow

_STAFF = ("staff",)

declare(
    "people.user",
    {
        "email": Personal(Category.CONTACT, ("staff", "registry")),
        "phone": Personal(Category.CONTACT, ("staff", "registry")),
        "phone_verified": NotPersonal("whether, not what"),
        "display_name": Personal(Category.IDENTITY, ("staff", "registry")),
        "last_login": Personal(Category.ACTIVITY, _STAFF),
    },
)
declare("people.membership", {"user": Personal(Category.ACCOUNT, _STAFF), "title": Personal(Category.IDENTITY, _STAFF)})
declare(
    "people.organisation",
    {name: NotPersonal("an office's public record") for name in ("name_th", "name_en", "phone", "email", "location")},
)
declare("people.unit", {name: NotPersonal("an office's record") for name in ("name_th", "name_en", "phone", "email")})
declare("kernel.tenant", {name: NotPersonal("an organisation's name") for name in ("name_th", "name_en")})
declare(
    "kernel.auditentry",
    {
        "actor_kind": NotPersonal("citizen, staff or system"),
        "actor_id": Personal(Category.ACTIVITY, _STAFF),
        "actor_label": Personal(Category.ACTIVITY, _STAFF),
        "address": Personal(Category.ACTIVITY, _STAFF),
    },
)
declare(
    "kernel.event",
    {"name": NotPersonal("the name of a fact"), "actor_label": Personal(Category.ACTIVITY, _STAFF)},
)
declare("kernel.work", {"name": NotPersonal("the name of a job")})
declare(
    "account.emailaddress",
    {
        "user": Personal(Category.ACCOUNT, ("staff", "registry")),
        "email": Personal(Category.CONTACT, ("staff", "registry")),
    },
)
declare("account.emailconfirmation", {"email_address": Personal(Category.CONTACT, ("staff", "registry"))})
declare("socialaccount.socialapp", {"name": NotPersonal("the name of a provider")})
declare(
    "socialaccount.socialaccount",
    {
        "user": Personal(Category.ACCOUNT, ("staff", "registry")),
        "extra_data": Personal(Category.ACCOUNT, ("staff", "registry")),
        "uid": Personal(Category.ACCOUNT, ("staff", "registry")),
        "last_login": Personal(Category.ACTIVITY, _STAFF),
    },
)
declare("socialaccount.socialtoken", {"account": Personal(Category.ACCOUNT, ("staff", "registry"))})
declare("mfa.authenticator", {"user": Personal(Category.ACCOUNT, _STAFF), "data": Personal(Category.ACCOUNT, _STAFF)})
declare(
    "usersessions.usersession",
    {
        "user": Personal(Category.ACCOUNT, _STAFF),
        "ip": Personal(Category.ACTIVITY, _STAFF),
        "user_agent": Personal(Category.ACTIVITY, _STAFF),
    },
)
declare(
    "files.attachment",
    {"name": Personal(Category.CONTENT, SERVICES), "created_by": Personal(Category.ACTIVITY, _STAFF)},
)
declare("definitions.definitionversion", {"applied_by": Personal(Category.ACTIVITY, _STAFF)})

RIGHTS_AND_ACCESS = Text(
    "เจ้าของข้อมูลดูและทำสำเนาได้ทันทีที่หน้า “ข้อมูลของฉัน” สิทธิอื่นยื่นคำขอและได้คำตอบภายในกำหนด เจ้าหน้าที่เห็นแบบปกปิดและต้องระบุวัตถุประสงค์เมื่อเปิดดู",
    "The person sees and copies it at once under “My data”; other rights by request, answered in time. "
    "Staff see it masked and must state a purpose to reveal it.",
)
SECURITY_MEASURES: tuple[Text, ...] = (
    Text(
        "เข้ารหัสข้อมูลสำคัญด้วย AES-256-GCM กุญแจแยกตามหน่วยงานและเปลี่ยนได้",
        "Important fields are encrypted with AES-256-GCM under a rotatable key of each organisation",
    ),
    Text(
        "แยกข้อมูลแต่ละหน่วยงานสองชั้น ทั้งในโปรแกรมและในฐานข้อมูล (row-level security)",
        "Organisations are kept apart twice: in the program and by row-level security in the database",
    ),
    Text("กำหนดสิทธิตามบทบาทจากตารางเดียว", "Rights by role, from one permission table"),
    Text("เจ้าหน้าที่เข้าสู่ระบบด้วยการยืนยันตัวตนสองขั้น", "Staff sign in with two factors"),
    Text(
        "บันทึกการใช้งานทุกครั้งแบบเพิ่มได้อย่างเดียวและตรวจจับการแก้ไขได้",
        "Every use is recorded in a trail that only grows and shows tampering",
    ),
    Text("สำรองข้อมูลแบบเข้ารหัส", "Back-ups are encrypted"),
)

COLUMNS: tuple[Text, ...] = (
    Text("รหัส", "Code"),
    Text("วัตถุประสงค์", "Purpose"),
    Text("ฐานกฎหมาย", "Lawful basis"),
    Text("ฐานข้อมูลอ่อนไหว (มาตรา 26)", "Basis for sensitive data (s.26)"),
    Text("ข้อมูลที่เก็บรวบรวม", "Data collected"),
    Text("ช่องข้อมูลในระบบ", "Columns in the system"),
    Text("ผู้รับข้อมูล", "Recipients"),
    Text("ระยะเวลาเก็บ", "Retention"),
    Text("สิทธิ วิธีการ และเงื่อนไขการเข้าถึง", "Rights, methods and conditions of access"),
    Text("คำขอที่ปฏิเสธพร้อมเหตุผล", "Requests refused, with reasons"),
    Text("จำนวนบุคคล", "Persons"),
    Text("ประกาศฉบับที่", "Notice number"),
)


def months_text(months: int, action: str) -> Text:
    """A retention period in words, with what happens at its end."""
    years, rest = divmod(months, 12)
    th = " ".join(part for part in (f"{years} ปี" if years else "", f"{rest} เดือน" if rest else "") if part)
    en = " ".join(part for part in (f"{years} years" if years else "", f"{rest} months" if rest else "") if part)
    done_th, done_en = RetentionAction(action).label, RETENTION_ENGLISH[action].lower()
    return Text(f"{th} นับจากใช้ครั้งสุดท้าย แล้ว{done_th}", f"{en} after the last use, then {done_en}")


def as_json(rows: Iterable[RopaRow], controller: Text, contact: str) -> dict[str, Any]:
    """The record as data: both languages, one object per purpose."""
    return {
        "controller": {"name": controller.as_dict(), "contact": contact},
        "legal_basis": "พ.ร.บ. คุ้มครองข้อมูลส่วนบุคคล พ.ศ. 2562 มาตรา 39",
        "security_measures": [text.as_dict() for text in SECURITY_MEASURES],
        "activities": [
            {
                "code": row.code,
                "purpose": row.purpose.as_dict(),
                "lawful_basis": row.basis.as_dict(),
                "sensitive_basis": row.sensitive_basis.as_dict() if row.sensitive_basis else None,
                "categories": [text.as_dict() for text in row.categories],
                "columns": list(row.fields),
                "recipients": row.recipients.as_dict() if row.recipients else None,
                "retention": row.retention.as_dict(),
                "rights_and_access": row.rights_and_access.as_dict(),
                "refused": [{"number": number, "reason": reason.as_dict()} for number, reason in row.refused],
                "persons": row.persons,
                "notice": row.notice_number,
            }
            for row in rows
        ],
    }


def as_xlsx(rows: Iterable[RopaRow], controller: Text, contact: str, language: str) -> bytes:
    """The record as a workbook in one language: a sheet of activities and a sheet of measures."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = Text("รายการประมวลผล", "Processing").in_(language)
    sheet.append([Text("ผู้ควบคุมข้อมูลส่วนบุคคล", "Controller").in_(language), controller.in_(language), contact])
    sheet.append([column.in_(language) for column in COLUMNS])
    for row in rows:
        sheet.append(_cells(row, language))
    for cell in (*sheet[1], *sheet[2]):
        cell.font = Font(bold=True)
    for number, width in enumerate((14, 34, 26, 26, 34, 50, 34, 28, 40, 34, 10, 10), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "C3"
    measures = book.create_sheet(Text("มาตรการความปลอดภัย", "Security").in_(language))
    for text in SECURITY_MEASURES:
        measures.append([text.in_(language)])
    measures.column_dimensions["A"].width = 90
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cells(row: RopaRow, language: str) -> list[Any]:
    return [
        row.code,
        row.purpose.in_(language),
        row.basis.in_(language),
        row.sensitive_basis.in_(language) if row.sensitive_basis else "",
        "\n".join(text.in_(language) for text in row.categories),
        "\n".join(row.fields),
        row.recipients.in_(language) if row.recipients else "",
        row.retention.in_(language),
        row.rights_and_access.in_(language),
        "\n".join(f"{number}: {reason.in_(language)}" for number, reason in row.refused),
        row.persons,
        row.notice_number,
    ]
