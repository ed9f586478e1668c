"""Reads what a person entered, value by value, and tells everything that is wrong at once, per field and in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from nakhon.kernel.errors import Invalid
from nakhon.knowledge.dates import ReadDate, parse
from nakhon.knowledge.digits import arabic_digits
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.phones import parse_phone
from nakhon.knowledge.text import Text

T = TypeVar("T")

REQUIRED = Text("ต้องกรอกช่องนี้", "This field is required")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$")
# Control and direction characters hide what a text really says; new lines and tabs are kept apart.
_INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def told(error: KnowledgeError) -> Text:
    """What is wrong and what to do, as one sentence for a field."""
    return Text(f"{error.message.th} {error.remedy.th}", f"{error.message.en}. {error.remedy.en}")


def is_email(text: str) -> bool:
    """Whether ``text`` is an e-mail address and nothing else."""
    return _EMAIL.match(text) is not None


_OFFICE_PHONE = re.compile(
    r"(?=(?:\D*\d){3})(?:[\d\s+()\-–.,/;#]|ต่อ|ถึง|และ|โทรสาร|โทร|ext|fax|to|and|or|หรือ)+", re.IGNORECASE
)


class Intake:
    """Collects problems by field name; ``done()`` raises ``Invalid`` with all of them when there is any."""

    def __init__(self) -> None:
        self.problems: dict[str, Text] = {}

    def wrong(self, name: str, th: str, en: str) -> None:
        """Note a problem, unless the field has one already."""
        self.problems.setdefault(name, Text(th, en))

    def text(
        self, name: str, value: str | None, *, required: bool = False, most: int = 200, lines: bool = False
    ) -> str:
        """``value`` without invisible characters and surplus space; at most ``most`` characters."""
        clean = _INVISIBLE.sub("", value or "")
        clean = clean.strip() if lines else " ".join(clean.split())
        if required and not clean:
            self.problems.setdefault(name, REQUIRED)
        if len(clean) > most:
            self.wrong(
                name,
                f"ยาวเกินไป: {len(clean)} ตัวอักษร กรอกได้ไม่เกิน {most}",
                f"Too long: {len(clean)} characters, at most {most}",
            )
        return clean

    def choice(self, name: str, value: str | None, allowed: Collection[str], *, required: bool = True) -> str:
        clean = (value or "").strip()
        if not clean and not required:
            return ""
        if not clean:
            self.problems.setdefault(name, REQUIRED)
        elif clean not in allowed:
            self.wrong(name, "เลือกจากรายการที่มีให้", "Choose one from the list")
        return clean

    def whole(self, name: str, value: str | int | None, *, least: int, most: int, required: bool = False) -> int | None:
        clean = arabic_digits(str(value if value is not None else "")).strip().replace(",", "")
        if not clean:
            if required:
                self.problems.setdefault(name, REQUIRED)
            return None
        if not re.fullmatch(r"-?\d{1,12}", clean) or not least <= int(clean) <= most:
            self.wrong(name, f"กรอกจำนวนเต็มตั้งแต่ {least} ถึง {most}", f"Enter a whole number from {least} to {most}")
            return None
        return int(clean)

    def email(self, name: str, value: str | None, *, required: bool = False) -> str:
        """An e-mail address with its domain in lower case, or ""."""
        clean = self.text(name, value, required=required, most=254)
        if clean and not _EMAIL.match(clean):
            self.wrong(
                name, "อีเมลไม่ถูกรูปแบบ เช่น somchai@example.com", "Not an e-mail address, such as somchai@example.com"
            )
            return clean
        local, at, domain = clean.rpartition("@")
        return f"{local}{at}{domain.lower()}"

    def phone(self, name: str, value: str | None, *, required: bool = False) -> str:
        """A number that can be called, as E.164, or ""; a short number has no such form and is refused."""
        clean = self.text(name, value, required=required, most=60)
        if not clean:
            return ""
        found = self.read(name, clean, parse_phone)
        if found is not None and not found.e164:
            self.wrong(name, "กรอกหมายเลขเต็ม ไม่ใช่หมายเลขสั้น", "Enter a full number, not a short one")
        return found.e164 if found is not None else clean

    def office_phone(self, name: str, value: str | None) -> str:
        """Telephone numbers as an office prints them ("0 7742 1421-5 ต่อ 12, 1669"), or ""; a text without a number is refused."""
        clean = self.text(name, value, most=100)
        if clean and not _OFFICE_PHONE.fullmatch(arabic_digits(clean)):
            self.wrong(
                name,
                "กรอกหมายเลขโทรศัพท์ เช่น 077-421421 ต่อ 12",
                "Enter a telephone number, such as 077-421421 ext. 12",
            )
        return clean

    def date(self, name: str, value: str | None, *, required: bool = False) -> ReadDate | None:
        """A date in any of its written forms, which may be known only to the month or the year."""
        clean = self.text(name, value, required=required, most=60)
        return self.read(name, clean, parse) if clean else None

    def read(self, name: str, value: str, reader: Callable[[str], T]) -> T | None:
        """What ``reader`` makes of ``value``; its ``KnowledgeError`` becomes the field's problem."""
        try:
            return reader(value)
        except KnowledgeError as error:
            self.problems.setdefault(name, told(error))
            return None

    def merge(self, problems: Mapping[str, Text]) -> None:
        for name, text in problems.items():
            self.problems.setdefault(name, text)

    def done(self) -> None:
        if self.problems:
            raise Invalid(fields=self.problems)
