"""What a plain YAML scalar is: YAML 1.2's core schema, and a doubt where a number could be meant otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nakhon.knowledge.text import Text

INVISIBLE = {
    "\u00a0": "NO-BREAK SPACE",
    "\u200b": "ZERO WIDTH SPACE",
    "\u200c": "ZWNJ",
    "\u200d": "ZWJ",
    "\ufeff": "BOM",
}
NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
TRUE = re.compile(r"(?:true|True|TRUE)\Z")
FALSE = re.compile(r"(?:false|False|FALSE)\Z")
INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)?\.[0-9]+\Z|[-+]?(?:0|[1-9][0-9]*)\.\Z")
LEADING_ZERO = re.compile(r"[-+]?0[0-9]+(?:\.[0-9]*)?\Z")
OTHER_BASE = re.compile(r"0[xob][0-9a-fA-F]+\Z")
EXPONENT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+\Z")
NOT_A_NUMBER = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_MAX_DIGITS = 17


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a plain scalar is not taken."""

    code: str
    message: Text
    remedy: Text


def resolve(text: str) -> tuple[bool | int | float | str | None, Doubt | None]:
    """The value of a plain scalar. ``yes``, ``no``, ``on``, ``off``, ``12:30`` and days are text; a doubt comes with None."""
    if NULL.match(text):
        return None, None
    if TRUE.match(text) or FALSE.match(text):
        return bool(TRUE.match(text)), None
    if INTEGER.match(text) or DECIMAL.match(text):
        # a float keeps 17 digits; more would be changed silently
        if len(text.lstrip("+-").replace(".", "").strip("0")) > _MAX_DIGITS:
            long = Text(f"ตัวเลขยาวเกิน {_MAX_DIGITS} หลัก", f"The number has more than {_MAX_DIGITS} digits")
            return None, _doubt(text, "long_number", long)
        return (int(text) if INTEGER.match(text) else float(text)), None
    if LEADING_ZERO.match(text):
        lost = Text("ตัวเลขขึ้นต้นด้วย 0 เลข 0 ข้างหน้าจะหายไป", "The number begins with 0, which would be lost")
        return None, _doubt(text, "leading_zero", lost)
    if OTHER_BASE.match(text) or EXPONENT.match(text):
        either = Text(f"“{text}” อ่านได้ทั้งเป็นรหัสและเป็นตัวเลข", f"“{text}” could be a code or a number")
        return None, _doubt(text, "ambiguous_number", either)
    if NOT_A_NUMBER.match(text):
        return None, Doubt(
            "yaml.not_a_number",
            Text(f"“{text}” ไม่ใช่ตัวเลขที่ใช้ได้", f"“{text}” is not a number that can be used"),
            Text(
                "เขียนเป็นตัวเลขธรรมดา หรือลบช่องนี้หากไม่ทราบค่า", "Write a plain number, or delete the line if it is not known"
            ),
        )
    return text, None


def _doubt(text: str, code: str, message: Text) -> Doubt:
    return Doubt(
        f"yaml.{code}",
        message,
        Text(
            f'หากเป็นรหัสหรือหมายเลขโทรศัพท์ ให้ใส่เครื่องหมายคำพูด: "{text}" หากเป็นจำนวน ให้เขียนเป็นเลขฐานสิบธรรมดา',
            f'If it is a code or a phone number, put it in quotes: "{text}"; '
            "if it is an amount, write it as a plain decimal number",
        ),
    )
