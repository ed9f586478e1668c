"""Thai and Arabic numerals both ways, and numbers written with thousands separators."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal

from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text

THAI_DIGITS = "๐๑๒๓๔๕๖๗๘๙"
# Longer than any amount that a person means; it keeps a hostile text from costing time.
_LONGEST_NUMBER = 40
_TO_THAI = str.maketrans("0123456789", THAI_DIGITS)
_TO_ARABIC = str.maketrans(THAI_DIGITS, "0123456789")

# What offices write in a cell that holds no value, compared without spaces, points and case.
MISSING_WORDS = frozenset({
    "", "-", "--", "---", ".", "ไม่มี", "ไม่มีข้อมูล", "ไม่มีค่า", "ไม่ระบุ", "ไม่ทราบ", "ไม่ได้ตรวจ", "ไม่ได้ตรวจวัด", "ว่าง",
    "na", "n/a", "#n/a", "nan", "null", "none", "nodata",
})  # fmt: skip
_DASHES = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-"})
_SPACES = re.compile(r"[\s\u200b\ufeff]+")
_BELOW_DETECTION = re.compile(r"^(<|≤|&lt;|น้อยกว่า)\s*=?\s*[\d.,]|^(nd|lod|loq|ตรวจไม่พบ|ไม่พบ)$", re.IGNORECASE)
# A number as the code takes it: floats come from sensors.
Number = int | float | Decimal


class NumberError(KnowledgeError):
    """A value that is not a finite number."""


def thai_digits(text: str) -> str:
    """``text`` with 0-9 replaced by ๐-๙ and everything else left as it is.

    Source: Unicode block Thai, U+0E50 to U+0E59. Thai digits are for official documents only.
    """
    return text.translate(_TO_THAI)


def arabic_digits(text: str) -> str:
    """``text`` with ๐-๙ replaced by 0-9: use it on everything a person types. Source: Unicode, U+0E50 to U+0E59."""
    return text.translate(_TO_ARABIC)


def parse_number(text: str) -> Decimal:
    """The number in ``text``: Thai or Arabic digits, commas between thousands, an optional sign, an optional fraction.

    Raises ``NumberError`` for anything else, so that "1,2,3" or "12 บาท" is never half read.
    Source: Thai practice, comma for thousands and a point for the fraction.
    """
    cleaned = arabic_digits(text).strip()
    body = cleaned[1:] if cleaned[:1] in {"-", "+"} else cleaned
    whole, point, fraction = body.partition(".")
    groups = whole.split(",")
    grouped_well = len(groups) == 1 or (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))
    plain = "".join(groups)
    readable = len(cleaned) <= _LONGEST_NUMBER and plain.isascii() and plain.isdigit() and grouped_well
    if not readable or (point and not (fraction.isascii() and fraction.isdigit())):
        raise NumberError(
            "digits.number",
            Text("ตัวเลขนี้อ่านไม่ได้", "This is not a number that can be read"),
            Text(
                "กรอกเฉพาะตัวเลข คั่นหลักพันด้วยจุลภาค เช่น 1,508.00",
                "Enter digits only, with commas between thousands, for example 1,508.00",
            ),
        )
    return Decimal(("-" if cleaned.startswith("-") else "") + plain + point + fraction)


def read_number(text: str) -> Decimal | None:
    """The number in a cell of an office's table, or None where the cell says that there is none ("", "-", "ไม่มี", "n/a").

    Beyond ``parse_number``: spaces around, typographic minus signs, and parentheses for a negative amount.
    "<0.5" and "ND" are refused (``digits.below_detection``): below the limit of detection is neither zero nor missing.
    Raises ``NumberError``. Source: practice of Thai offices' tables; parentheses as in Thai public accounts.
    """
    cleaned = _SPACES.sub(" ", arabic_digits(text).translate(_DASHES)).strip()
    word = cleaned.replace(" ", "").lower()
    if word in MISSING_WORDS or word.rstrip(".") in MISSING_WORDS or word.replace(".", "") in MISSING_WORDS:
        return None
    if _BELOW_DETECTION.match(word):
        raise NumberError(
            "digits.below_detection",
            Text(
                "ค่านี้ต่ำกว่าที่เครื่องตรวจวัดได้ จึงไม่ใช่ตัวเลข",
                "This value is below the limit of detection, so it is not a number",
            ),
            Text(
                "กรอกค่าต่ำสุดที่ตรวจวัดได้ไว้อีกคอลัมน์ แล้วเว้นช่องนี้ว่าง",
                "Write the limit of detection in a column of its own and leave this cell empty",
            ),
        )
    if cleaned.startswith("(") and cleaned.endswith(")"):
        return parse_number("-" + cleaned[1:-1].strip())
    return parse_number(cleaned[:1] + cleaned[1:].lstrip() if cleaned[:1] in {"-", "+"} else cleaned)


def exact(value: Number) -> Decimal:
    """``value`` as the decimal that a person would write: 15.05 stays 15.05, so that half-up rounding is true.

    Raises ``NumberError`` for infinity, not-a-number, and for True or False. Source: IEEE 754 shortest decimal of a float.
    """
    number = Decimal("NaN") if isinstance(value, bool) else Decimal(str(value))
    if not number.is_finite():
        raise NumberError(
            "digits.finite",
            Text("ค่านี้ไม่ใช่ตัวเลข", "This value is not a finite number"),
            Text(
                "ตรวจสอบค่าที่เครื่องวัดส่งมา หรือเว้นว่างเมื่อไม่มีค่า",
                "Check what the sensor sent, or leave it out when there is none",
            ),
        )
    return number


def format_number(value: int | Decimal, *, decimals: int = 0, thai: bool = False) -> str:
    """``value`` rounded half up to ``decimals`` places, with commas between thousands, in Thai digits if ``thai``.

    Raises ``NumberError`` for infinity and not-a-number. Floats are not taken: they cannot hold 0.10.
    Source: half-up rounding is the practice of Thai public accounts.
    """
    number = Decimal(value)
    if not number.is_finite():
        raise NumberError(
            "digits.finite",
            Text("ค่านี้ไม่ใช่ตัวเลขที่แสดงได้", "This value is not a finite number"),
            Text("ตรวจสอบค่าที่นำมาคำนวณ", "Check the values that it was computed from"),
        )
    rounded = round_half_up(number, decimals)
    written = f"{rounded:,.{decimals}f}"
    return thai_digits(written) if thai else written


def round_half_up(number: Decimal, decimals: int) -> Decimal:
    """``number`` rounded half up (away from zero) to ``decimals`` places; a zero never keeps a minus sign.

    Source: the practice of Thai public accounts.
    """
    # The default context holds 28 digits, too few for a national budget in satang multiplied out; size it to the number.
    context = Context(prec=max(28, number.adjusted() + decimals + 2), rounding=ROUND_HALF_UP)
    rounded = number.quantize(Decimal(1).scaleb(-decimals), context=context)
    return rounded.copy_abs() if rounded.is_zero() else rounded
