"""What the data-subject desk writes by e-mail, in Thai and English. Numbers, days and links only: never a personal value.

An e-mail lies open on its way and in the mailbox, so names, kinds of data and answers stay behind the sign-in (PDPA s.37 (1)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from nakhon.knowledge.dates import format_long, format_moment
from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and body, in both languages; no markup."""

    subject: Text
    body: Text


@dataclass(frozen=True, slots=True)
class Due:
    """Something with a clock: its number, the page where it is worked on, what is to be done by when, and whether it is late."""

    number: str
    address: str
    text: Text
    is_late: bool


def request_received(city: Text, number: str, due_on: date, address: str) -> Letter:
    day = format_long(due_on)
    return _letter(
        Text(f"คำขอใช้สิทธิใหม่ {number}", f"New rights request {number}"),
        Text(
            f"{city.th}ได้รับคำขอใช้สิทธิของเจ้าของข้อมูลส่วนบุคคล เลขที่ {number} ต้องตอบภายในวันที่ {day.th}",
            f"{city.en} has received the data subject's request {number}. It must be answered by {day.en}.",
        ),
        *_open(address),
    )


def breach_reported(city: Text, number: str, deadline: datetime, address: str) -> Letter:
    moment = format_moment(deadline)
    return _letter(
        Text(f"ด่วน: แจ้งเหตุข้อมูลรั่วไหล {number}", f"Urgent: data breach {number} was reported"),
        Text(
            f"มีผู้แจ้งเหตุข้อมูลส่วนบุคคลรั่วไหลของ{city.th} เลขที่ {number} หากต้องแจ้ง สคส. ต้องแจ้งภายใน {moment.th} โดยนับรวมวันหยุด",
            f"Personal data breach {number} was reported at {city.en}. If the regulator must be notified, the deadline is "
            f"{moment.en}; holidays count.",
        ),
        *_open(address),
    )


def deadlines(city: Text, items: Sequence[Due]) -> Letter:
    """One reminder of everything that is due soon or late, the late ones first."""
    late = sum(item.is_late for item in items)
    lines = sorted(items, key=lambda item: not item.is_late)
    return _letter(
        Text(
            f"เตือนกำหนดเวลา: {len(items)} เรื่อง" + (f" เลยกำหนดแล้ว {late} เรื่อง" if late else ""),
            f"Deadlines: {len(items)} due" + (f", {late} of them late" if late else ""),
        ),
        Text(
            f"งานคุ้มครองข้อมูลส่วนบุคคลของ{city.th}ที่ใกล้ครบกำหนดหรือเลยกำหนดแล้ว",
            f"What is due soon, or late, at the data protection desk of {city.en}:",
        ),
        *(
            Text(f"{item.number}: {item.text.th}\n{item.address}", f"{item.number}: {item.text.en}\n{item.address}")
            for item in lines
        ),
        Text("ระบบเตือนวันละครั้งจนกว่าจะดำเนินการเสร็จ", "You are reminded once a day until they are done."),
    )


def request_answered(city: Text, number: str, address: str) -> Letter:
    """To the requester. ``address`` is "" for somebody who has no account to read the answer with."""
    where = (
        (Text("อ่านคำตอบได้หลังเข้าสู่ระบบที่", "Sign in to read the answer:"), Text(address, address))
        if address
        else (
            Text(
                f"สอบถามรายละเอียดได้ที่{city.th} โดยแจ้งเลขที่คำขอและยืนยันตัวตน",
                f"To learn the details, contact {city.en} with the number of the request and proof of who you are.",
            ),
        )
    )
    return _letter(
        Text(f"คำขอใช้สิทธิเลขที่ {number} ได้รับคำตอบแล้ว", f"Your request {number} has been answered"),
        Text(
            f"{city.th}ตอบคำขอใช้สิทธิในข้อมูลส่วนบุคคลของคุณ เลขที่ {number} แล้ว",
            f"{city.en} has answered your request {number} about your personal data.",
        ),
        *where,
    )


def _open(address: str) -> tuple[Text, ...]:
    return (
        Text("เปิดดูและดำเนินการได้ที่", "Open it here:"),
        Text(address, address),
        Text(
            "เพื่อความปลอดภัย อีเมลนี้ไม่มีรายละเอียดของเรื่อง", "To keep it safe, this e-mail says nothing of the matter itself."
        ),
    )


def _letter(subject: Text, *paragraphs: Text) -> Letter:
    return Letter(subject, Text("\n\n".join(p.th for p in paragraphs), "\n\n".join(p.en for p in paragraphs)))
