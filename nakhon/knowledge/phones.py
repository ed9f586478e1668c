"""Thai telephone numbers: reading, E.164, PromptPay form, national display, short numbers and masks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

import phonenumbers

from nakhon.knowledge.digits import arabic_digits
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text


class PhoneError(KnowledgeError):
    """A telephone number that cannot be called, or that cannot serve the use asked for."""


class PhoneKind(StrEnum):
    """Source: NBTC numbering plan."""

    MOBILE = "MOBILE"
    FIXED = "FIXED"
    """Fixed lines, and the 060 and 068 numbers of internet telephony."""
    SERVICE = "SERVICE"
    """Toll-free 1800 and premium 1900 numbers."""
    SHORT = "SHORT"
    FOREIGN = "FOREIGN"


# Numbers that a city's pages name. Source: NBTC short-code register and the agencies' own announcements.
SHORT_NUMBERS: dict[str, Text] = {
    "191": Text("แจ้งเหตุด่วนเหตุร้าย ตำรวจ", "Police emergency"),
    "199": Text("แจ้งเหตุเพลิงไหม้และกู้ภัย", "Fire and rescue"),
    "1111": Text("ศูนย์บริการข้อมูลภาครัฐเพื่อประชาชน", "Government contact centre"),
    "1129": Text("การไฟฟ้าส่วนภูมิภาค", "Provincial Electricity Authority"),
    "1130": Text("การไฟฟ้านครหลวง", "Metropolitan Electricity Authority"),
    "1155": Text("ตำรวจท่องเที่ยว", "Tourist police"),
    "1300": Text("ศูนย์ช่วยเหลือสังคม", "Social assistance centre"),
    "1323": Text("สายด่วนสุขภาพจิต", "Mental health hotline"),
    "1567": Text("ศูนย์ดำรงธรรม", "Damrongdhama complaint centre"),
    "1646": Text("ศูนย์เอราวัณ การแพทย์ฉุกเฉินกรุงเทพมหานคร", "Erawan emergency medical centre, Bangkok"),
    "1662": Text("การประปาส่วนภูมิภาค", "Provincial Waterworks Authority"),
    "1669": Text("การแพทย์ฉุกเฉิน", "Emergency medical services"),
    "1784": Text("สายด่วนนิรภัย กรมป้องกันและบรรเทาสาธารณภัย", "Disaster prevention and mitigation hotline"),
}

_THAILAND = 66
_SHORT = re.compile(r"^1\d{2,3}$")
_EXTENSION = re.compile(r"\s*(?:ต่อ|ext\.?|extension|x|#)\s*(\d{1,6})\s*$", re.IGNORECASE)
_ALLOWED = re.compile(r"^\+?[\d\s().\-/]+$")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that can be called. ``national`` is digits only, as dialled in Thailand; kept out of ``repr``, so of logs."""

    kind: PhoneKind
    e164: str = field(repr=False)
    national: str = field(repr=False)
    extension: str = field(default="", repr=False)

    @property
    def display(self) -> Text:
        """``081-234-5678``, ``02-123-4567 ต่อ 12``, ``053-123-456`` or ``1669``. Source: usual Thai grouping."""
        written = self._grouped()
        if not self.extension:
            return Text(written, written)
        return Text(f"{written} ต่อ {self.extension}", f"{written} ext. {self.extension}")

    @property
    def masked(self) -> str:
        """``081-xxx-5678`` for a mobile number, otherwise the last three digits; public numbers stay whole."""
        if self.kind in (PhoneKind.SHORT, PhoneKind.SERVICE):
            return self._grouped()
        if self.kind is PhoneKind.MOBILE:
            return f"{self.national[:3]}-xxx-{self.national[-4:]}"
        return f"xxx-xxx-{self.national[-3:]}"

    @property
    def promptpay(self) -> str:
        """``0066`` and the nine digits after the leading 0: 13 characters. Raises ``PhoneError`` unless it is a mobile number.

        Source: Thai QR payment standard, PromptPay proxy type 01.
        """
        if self.kind is not PhoneKind.MOBILE:
            raise PhoneError(
                "phones.promptpay",
                Text("พร้อมเพย์ผูกได้กับเบอร์มือถือไทยเท่านั้น", "Only a Thai mobile number can be a PromptPay number"),
                Text("ใช้เบอร์มือถือ 10 หลักที่ขึ้นต้นด้วย 06 08 หรือ 09", "Use a 10-digit mobile number beginning 06, 08 or 09"),
            )
        return "0066" + self.national[1:]

    def _grouped(self) -> str:
        number = self.national
        if self.kind is PhoneKind.SHORT:
            return number
        if self.kind is PhoneKind.FOREIGN:
            international = phonenumbers.PhoneNumberFormat.INTERNATIONAL
            return phonenumbers.format_number(phonenumbers.parse(self.e164), international)
        if self.kind is PhoneKind.SERVICE:
            return f"{number[:4]}-{number[4:7]}-{number[7:]}"
        # Greater Bangkok is 02 and seven digits; every other area code has three digits, as mobile prefixes have.
        area = 2 if number.startswith("02") else 3
        return f"{number[:area]}-{number[area : area + 3]}-{number[area + 3 :]}"


def parse_phone(text: str) -> Phone:
    """Read a telephone number as people in Thailand write it; a number beginning with + may be of any country.

    Raises ``PhoneError``: ``phones.charset`` or ``phones.invalid``. Short numbers have no E.164 form: theirs is empty.
    Source: NBTC numbering plan, through the metadata of libphonenumber (Apache-2.0); ITU-T E.164.
    """
    cleaned = _DASHES.sub("-", arabic_digits(text)).replace("\u00a0", " ").strip()
    extension = ""
    if found := _EXTENSION.search(cleaned):
        cleaned, extension = cleaned[: found.start()].strip(), found.group(1)
    if len(cleaned) > 40 or not _ALLOWED.match(cleaned):
        raise PhoneError(
            "phones.charset",
            Text(
                "หมายเลขโทรศัพท์มีอักขระที่ไม่ใช่ตัวเลข หรือยังไม่ได้กรอก",
                "The telephone number is empty or has other characters than digits",
            ),
            Text("กรอกเฉพาะตัวเลข เช่น 081-234-5678", "Enter digits, for example 081-234-5678"),
        )
    digits = re.sub(r"\D", "", cleaned)
    if _SHORT.match(digits) and not cleaned.startswith("+"):
        return Phone(PhoneKind.SHORT, "", digits)
    return _parse_long(cleaned, extension)


def _parse_long(cleaned: str, extension: str) -> Phone:
    # 00 is how many people dial abroad; the PromptPay form 0066 then reads back as the same number.
    cleaned = "+" + cleaned[2:] if cleaned.startswith("00") else cleaned
    try:
        number = phonenumbers.parse(cleaned, "TH")
    except phonenumbers.NumberParseException:
        raise _invalid() from None
    if not phonenumbers.is_valid_number(number):
        raise _invalid()
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.country_code != _THAILAND:
        return Phone(PhoneKind.FOREIGN, e164, e164[1:], extension)
    significant = phonenumbers.national_significant_number(number)
    # 1800 and 1900 numbers are dialled without a leading 0.
    if significant.startswith("1"):
        return Phone(PhoneKind.SERVICE, e164, significant, extension)
    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    return Phone(PhoneKind.MOBILE if mobile else PhoneKind.FIXED, e164, "0" + significant, extension)


def _invalid() -> PhoneError:
    return PhoneError(
        "phones.invalid",
        Text("ไม่มีหมายเลขโทรศัพท์นี้", "There is no such telephone number"),
        Text(
            "มือถือต้องมี 10 หลัก เช่น 081-234-5678 โทรศัพท์บ้าน 9 หลัก เช่น 02-123-4567",
            "A mobile number has 10 digits, such as 081-234-5678; a fixed line has 9, such as 02-123-4567",
        ),
    )
