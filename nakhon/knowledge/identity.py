"""Thai national ID and juristic (tax) ID numbers: reading, check digit, class, format and mask."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from nakhon.knowledge.digits import arabic_digits
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text


class IdentityError(KnowledgeError):
    """A number that cannot be what it says it is. Its message never repeats the number."""


class IdType(StrEnum):
    """What a person can show. Source: municipal practice; NONE because a person without papers still needs care."""

    NATIONAL_ID = "NATIONAL_ID"
    PINK_CARD = "PINK_CARD"
    PASSPORT = "PASSPORT"
    NONE = "NONE"

    @property
    def label(self) -> Text:
        return _ID_TYPE_LABELS[self]


_ID_TYPE_LABELS = {
    IdType.NATIONAL_ID: Text("บัตรประจำตัวประชาชน", "National ID card"),
    IdType.PINK_CARD: Text(
        "บัตรประจำตัวคนซึ่งไม่มีสัญชาติไทย (บัตรสีชมพู)", "Card for a person without Thai nationality (pink card)"
    ),
    IdType.PASSPORT: Text("หนังสือเดินทาง", "Passport"),
    IdType.NONE: Text("ไม่มีเอกสารแสดงตน", "No identity document"),
}

# First digit of the number. Source: Department of Provincial Administration (DOPA), civil registration practice.
_PERSON_CLASSES: dict[str, Text] = {
    "0": Text(
        "บุคคลที่ไม่มีสถานะทางทะเบียนหรือไม่มีสัญชาติไทย", "Person without registration status, or without Thai nationality"
    ),
    "1": Text(
        "เกิดตั้งแต่ 1 มกราคม 2527 และแจ้งเกิดภายในกำหนด", "Born on or after 1 January 2527 (1984), registered in time"
    ),
    "2": Text("เกิดตั้งแต่ 1 มกราคม 2527 และแจ้งเกิดเกินกำหนด", "Born on or after 1 January 2527 (1984), registered late"),
    "3": Text("มีชื่อในทะเบียนบ้านก่อน 31 พฤษภาคม 2527", "In a house register before 31 May 2527 (1984)"),
    "4": Text("แจ้งย้ายเข้าก่อนได้รับเลขประจำตัวประชาชน", "Moved house before a number was first given"),
    "5": Text(
        "เพิ่มชื่อในทะเบียนบ้านกรณีตกสำรวจหรือกรณีอื่น", "Added to a house register after being missed, or in a special case"
    ),
    "6": Text("เข้าเมืองโดยไม่ชอบด้วยกฎหมายหรืออยู่ชั่วคราว", "Entered without permission, or staying temporarily"),
    "7": Text("บุตรของบุคคลประเภท 6 ที่เกิดในประเทศไทย", "Child, born in Thailand, of a person of class 6"),
    "8": Text("คนต่างด้าวที่เข้าเมืองโดยชอบหรือได้รับสัญชาติไทย", "Lawful alien resident, or naturalised"),
}

_SEPARATORS = re.compile(r"[\s\u200b-\u200d\u00a0\-\u2010-\u2015\u2212]")


@dataclass(frozen=True, slots=True)
class NationalId:
    """A national ID that passed its check digit. ``digits`` is kept out of ``repr`` so that it cannot reach a log.

    ``repeated_digits`` asks staff to look: the number is arithmetically right but looks invented.
    """

    digits: str = field(repr=False)
    repeated_digits: bool = False

    @property
    def person_class(self) -> int:
        """First digit, 0 to 8. Source: DOPA."""
        return int(self.digits[0])

    @property
    def class_meaning(self) -> Text:
        """What the first digit says. Source: DOPA civil registration practice."""
        return _PERSON_CLASSES[self.digits[0]]

    @property
    def formatted(self) -> str:
        """As printed on the card, ``1-2345-67890-12-1``: for official documents only."""
        return format_id(self.digits)

    @property
    def masked(self) -> str:
        """``x-xxxx-xxxxx-12-1``: what screens show unless a purpose was recorded."""
        return mask_id(self.digits)


@dataclass(frozen=True, slots=True)
class TaxId:
    """A 13-digit taxpayer number: a person's national ID, or a juristic person's number, which begins with 0."""

    digits: str = field(repr=False)

    @property
    def is_juristic(self) -> bool:
        """Whether it belongs to a company, partnership, association or government body. Source: Revenue Department."""
        return self.digits[0] == "0"

    @property
    def is_government(self) -> bool:
        """Whether it is of a government body or a local administrative organisation. Source: prefix 0994."""
        return self.digits.startswith("0994")

    @property
    def formatted(self) -> str:
        return format_id(self.digits)

    @property
    def masked(self) -> str:
        return mask_id(self.digits)


def normalise_id(text: str) -> str:
    """``text`` with Thai digits made Arabic, and hyphens, spaces and invisible marks removed. Nothing is checked.

    Source: Thai digits and the printed form ``1-2345-67890-12-1`` are both in daily use.
    """
    return _SEPARATORS.sub("", arabic_digits(text))


def check_digit(first_twelve: str) -> int:
    """The thirteenth digit: ``(11 - (sum of d[i] * (14 - i), i = 1..12) mod 11) mod 10``. Source: DOPA's algorithm.

    Raises ``IdentityError`` unless ``first_twelve`` is twelve ASCII digits.
    """
    if len(first_twelve) != 12 or not (first_twelve.isascii() and first_twelve.isdigit()):
        raise _not_digits(12)
    total = sum(int(digit) * (13 - index) for index, digit in enumerate(first_twelve))
    return (11 - total % 11) % 10


def parse_national_id(text: str) -> NationalId:
    """Read a national ID in any of its written forms. Classes 0 to 8 are all accepted: each is a resident to be served.

    Raises ``IdentityError``: ``identity.length``, ``identity.charset``, ``identity.first_digit`` (9 is not issued) or
    ``identity.check_digit``. Source: DOPA's algorithm and classes.
    """
    digits = _thirteen_digits(text)
    if digits[0] == "9":
        raise IdentityError(
            "identity.first_digit",
            Text("ไม่มีเลขประจำตัวประชาชนที่ขึ้นต้นด้วย 9", "No national ID begins with 9"),
            Text("ตรวจสอบเลขหลักแรกกับบัตรอีกครั้ง", "Compare the first digit with the card"),
        )
    return NationalId(digits, repeated_digits=len(set(digits[:12])) == 1)


def parse_tax_id(text: str) -> TaxId:
    """Read a taxpayer number: juristic (first digit 0) or a person's national ID; both share one check digit.

    Raises ``IdentityError`` as ``parse_national_id`` does. Source: Revenue Department, 13-digit taxpayer number.
    """
    return TaxId(parse_national_id(text).digits)


def format_id(digits: str) -> str:
    """Thirteen digits as printed, ``1-2345-67890-12-1``. Raises ``IdentityError`` if they are not thirteen. Source: DOPA."""
    _require(digits, 13)
    return f"{digits[0]}-{digits[1:5]}-{digits[5:10]}-{digits[10:12]}-{digits[12]}"


def mask_id(digits: str) -> str:
    """Thirteen digits with all but the last three hidden, ``x-xxxx-xxxxx-12-1``.

    Raises ``IdentityError`` if they are not thirteen. Source: data minimisation, PDPA B.E. 2562 s.22.
    """
    _require(digits, 13)
    return f"x-xxxx-xxxxx-{digits[10:12]}-{digits[12]}"


def parse_house_registration_id(text: str) -> str:
    """The 11 digits of a house registration number (รหัสประจำบ้าน), kept as text because it may begin with 0.

    Only its length is checked: DOPA does not publish its check digit. Raises ``IdentityError``.
    Source: Civil Registration Act B.E. 2534, house register.
    """
    digits = normalise_id(text)
    _require(digits, 11)
    return digits


def format_house_registration_id(digits: str) -> str:
    """Eleven digits as printed in the house register, ``1234-567890-1``. Raises ``IdentityError``. Source: DOPA."""
    _require(digits, 11)
    return f"{digits[:4]}-{digits[4:10]}-{digits[10]}"


def _thirteen_digits(text: str) -> str:
    digits = normalise_id(text)
    _require(digits, 13)
    if check_digit(digits[:12]) != int(digits[12]):
        raise IdentityError(
            "identity.check_digit",
            Text("เลขประจำตัว 13 หลักไม่ถูกต้อง", "The 13-digit number is not valid"),
            Text(
                "มีตัวเลขผิดอย่างน้อยหนึ่งหลัก โปรดตรวจสอบกับบัตรหรือเอกสารอีกครั้ง",
                "At least one digit is wrong: compare it with the card or document",
            ),
        )
    return digits


def _require(digits: str, length: int) -> None:
    if not (digits.isascii() and digits.isdigit()):
        raise _not_digits(length)
    if len(digits) != length:
        raise IdentityError(
            "identity.length",
            Text(
                f"ต้องมีตัวเลข {length} หลัก แต่ได้รับ {len(digits)} หลัก",
                f"It must have {length} digits, but {len(digits)} were given",
            ),
            Text("ตรวจสอบว่าพิมพ์ครบและไม่เกิน", "Check that none is missing and none is extra"),
        )


def _not_digits(length: int) -> IdentityError:
    return IdentityError(
        "identity.charset",
        Text("มีอักขระที่ไม่ใช่ตัวเลข หรือยังไม่ได้กรอก", "It is empty, or has something other than digits"),
        Text(f"กรอกเฉพาะตัวเลข {length} หลัก จะมีขีดคั่นหรือไม่ก็ได้", f"Enter {length} digits; hyphens are optional"),
    )
