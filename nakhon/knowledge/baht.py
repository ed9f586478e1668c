"""Money: whole satang for sums, baht for people, and the amount in Thai words that receipts must carry."""

from __future__ import annotations

from decimal import Decimal
from typing import NewType

from nakhon.knowledge.digits import NumberError, format_number, parse_number, round_half_up, thai_digits
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text

Satang = NewType("Satang", int)
"""An amount of money in whole satang (1 baht = 100 satang). Sums of money are kept in this, never in float."""

_DIGIT_WORDS = ("", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACE_WORDS = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")


class MoneyError(KnowledgeError):
    """An amount that cannot be taken as money."""


def to_satang(baht: Decimal | int | str) -> Satang:
    """Baht to whole satang, rounded half up. Text may have Thai digits and commas. Floats and NaN raise ``MoneyError``.

    Source: Currency Act B.E. 2501 (1 baht = 100 satang); half-up is the practice of public accounts.
    """
    sign, digits, _ = round_half_up(_decimal(baht), 2).as_tuple()
    amount = int("".join(map(str, digits)))
    return Satang(-amount if sign else amount)


def to_baht(amount: Satang) -> Decimal:
    """Satang to baht with exactly two decimals. Source: Currency Act B.E. 2501."""
    whole, part = divmod(abs(amount), 100)
    return Decimal(f"{'-' if amount < 0 else ''}{whole}.{part:02d}")


def format_baht(amount: Satang, *, thai: bool = False) -> Text:
    """``1,508.00 บาท`` / ``THB 1,508.00``; Thai digits in the Thai form if ``thai``. Source: office practice; ISO 4217."""
    whole, part = divmod(abs(amount), 100)
    sign = "-" if amount < 0 else ""
    written = f"{sign}{format_number(whole)}.{part:02d}"
    return Text(f"{thai_digits(written) if thai else written} บาท", f"THB {written}")


def baht_in_words(baht: Decimal | int | str) -> str:
    """The amount in Thai words as receipts and vouchers require: 121.50 is หนึ่งร้อยยี่สิบเอ็ดบาทห้าสิบสตางค์.

    Rounded half up to satang first. Whole baht end in ถ้วน; below one baht only satang are said; negative begins with ลบ.
    Raises ``MoneyError`` for floats and NaN. Source: Royal Society reading of numbers; Ministry of Interior receipt forms.
    """
    return satang_in_words(to_satang(baht))


def satang_in_words(amount: Satang) -> str:
    """As ``baht_in_words``, from whole satang. Source: as ``baht_in_words``."""
    whole, part = divmod(abs(amount), 100)
    sign = "ลบ" if amount < 0 else ""
    if part == 0:
        return f"{sign}{number_in_words(whole)}บาทถ้วน"
    baht = f"{number_in_words(whole)}บาท" if whole else ""
    return f"{sign}{baht}{number_in_words(part)}สตางค์"


def number_in_words(number: int) -> str:
    """A whole number in Thai words; every six digits are joined by ล้าน. Negative begins with ลบ.

    A final 1 is เอ็ด after any higher digit (101 is หนึ่งร้อยเอ็ด). Source: Royal Society of Thailand, reading of numbers.
    """
    if number < 0:
        return "ลบ" + number_in_words(-number)
    if number == 0:
        return "ศูนย์"
    millions, rest = divmod(number, 1_000_000)
    front = number_in_words(millions) + "ล้าน" if millions else ""
    return front + _below_million(rest, follows=bool(millions))


def _below_million(number: int, *, follows: bool) -> str:
    words = []
    digits = str(number) if number else ""
    for index, character in enumerate(digits):
        digit, place = int(character), len(digits) - index - 1
        if digit == 0:
            continue
        if place == 1 and digit == 1:
            words.append("สิบ")
        elif place == 1 and digit == 2:
            words.append("ยี่สิบ")
        elif place == 0 and digit == 1 and (follows or number > 1):
            words.append("เอ็ด")
        else:
            words.append(_DIGIT_WORDS[digit] + _PLACE_WORDS[place])
    return "".join(words)


def _decimal(value: Decimal | int | str) -> Decimal:
    if isinstance(value, bool | float):
        raise MoneyError(
            "baht.float",
            Text("จำนวนเงินต้องไม่เป็นเลขทศนิยมแบบลอยตัว", "Money cannot be a binary floating-point number"),
            Text("ส่งเป็น Decimal จำนวนเต็ม หรือข้อความ", "Pass a Decimal, a whole number or text"),
        )
    try:
        number = parse_number(value) if isinstance(value, str) else Decimal(value)
    except NumberError:
        number = Decimal("NaN")
    if not number.is_finite():
        raise MoneyError(
            "baht.not_money",
            Text("จำนวนเงินนี้อ่านไม่ได้", "This amount cannot be read"),
            Text("กรอกเป็นตัวเลข เช่น 1,508.00", "Enter it in figures, for example 1,508.00"),
        )
    return number
