"""Thai and Arabic numerals both ways, and numbers written with thousands separators."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text

THAI_DIGITS = "๐๑๒๓๔๕๖๗๘๙"
# Longer than any amount that a person means; it keeps a hostile text from costing time.
_LONGEST_NUMBER = 40
_TO_THAI = str.maketrans("0123456789", THAI_DIGITS)
_TO_ARABIC = str.maketrans(THAI_DIGITS, "0123456789")


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
