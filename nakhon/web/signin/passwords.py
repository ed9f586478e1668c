"""Refuses passwords that are long but easily guessed: a common word with a year, a key row, a repeated piece, the city's name."""

from __future__ import annotations

import itertools
import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from nakhon.knowledge.text import Text

_LEET = str.maketrans("@4831!05$7", "aaeeiiosst")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz", "ๆไำพะัีรนยบล", "ฟหกดเ้่าสวง")
_PLACES = (
    "nakhon", "thesaban", "tessaban", "municipality", "samui", "chiangrai", "chiangmai", "phitsanulok", "yala",
    "surat", "hatyai", "chumphon", "saensuk", "thailand", "bangkok", "smartcity", "admin", "officer", "password",
)  # fmt: skip

MESSAGES: dict[str, Text] = {
    "password_too_short": Text("รหัสผ่านต้องยาวอย่างน้อย 12 ตัวอักษร", "The password needs at least 12 characters"),
    "password_too_common": Text(
        "รหัสผ่านนี้เคยรั่วไหลและมีผู้ใช้กันมาก โปรดใช้คำอื่น", "That password is among those leaked and used most; choose another"
    ),
    "password_too_similar": Text(
        "รหัสผ่านคล้ายชื่อหรืออีเมลของคุณมากเกินไป", "The password is too much like your name or e-mail"
    ),
    "password_guessable": Text(
        "รหัสผ่านนี้เดาง่าย ลองใช้คำที่ไม่เกี่ยวกันสี่คำ",
        "That password is easy to guess; try four words that do not belong together",
    ),
}


def explain(problem: ValidationError) -> Text:
    """What is wrong with a refused password, one sentence each."""
    found = [MESSAGES[error.code] for error in problem.error_list if error.code in MESSAGES]
    found = found or [MESSAGES["password_guessable"]]
    return Text(" · ".join(text.th for text in found), " · ".join(text.en for text in found))


class GuessableValidator:
    """What is left of a password without its trimmings must still be long enough to mean something."""

    least = 6

    def __init__(self) -> None:
        self._common: set[str] = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ``ValidationError`` with code ``password_guessable``."""
        plain = password.lower()
        core = re.sub(r"[^a-z\u0e00-\u0e7f]", "", re.sub(r"[\d\W_]+$", "", plain).translate(_LEET))
        weak = (
            core in self._common
            or (bool(core) and self._without_places(core) < self.least and len(set(plain)) < 14)
            or len(set(plain)) < self.least
            or re.fullmatch(r"(.{1,6}?)\1{2,}.?", plain) is not None
            or self._walks(plain)
        )
        if weak:
            raise ValidationError(MESSAGES["password_guessable"].th, code="password_guessable")

    def get_help_text(self) -> str:
        return "หลีกเลี่ยงคำทั่วไปต่อท้ายด้วยปี แถวบนแป้นพิมพ์ หรือชื่อเมือง"

    def _without_places(self, core: str) -> int:
        for place in _PLACES:
            core = core.replace(place, "")
        return len(core)

    def _walks(self, plain: str) -> bool:
        """True when most of the password walks along a row of keys or the alphabet, either way."""
        pairs = list(itertools.pairwise(plain))
        both = [row + "\n" + row[::-1] for row in _ROWS]
        steps = sum(any(a + b in row for row in both) or a == b for a, b in pairs)
        return bool(pairs) and steps / len(pairs) > 0.7
