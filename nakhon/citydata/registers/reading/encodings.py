"""Which letters a text file is written in: by its mark, by trying, and by how Thai letters follow each other."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from nakhon.citydata.registers.reading.errors import EncodingUnknown
from nakhon.knowledge.text import Text

PIECE = 1024 * 1024
KNOWN = {"utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp874", "tis-620", "iso8859-11", "cp1252"}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# TIS 620-2533: consonants A1-CE; what is written above or below one: D1, D4-DA, E7-EE.
_MARK_AFTER_CONSONANT = re.compile(rb"[\xa1-\xce][\xd1\xd4-\xda\xe7-\xee]+")
_ANY_MARK = re.compile(rb"[\xd1\xd4-\xda\xe7-\xee]+")
_CONSONANT = re.compile(rb"[\xa1-\xce]")
_HIGH = re.compile(rb"[\x80-\xff]")
_NOT_TIS = re.compile(rb"[\x81-\x84\x86-\x90\x98-\x9f\xdb-\xde\xfc-\xff]")
_TWICE = re.compile("à¸[\u0080-\u00bf\u2018-\u203a\u0152-\u0178]|เธ[\u0e00-\u0e7f]เธ")

TWICE_ENCODED = Text(
    "ตัวอักษรดูเหมือนถูกแปลงรหัสซ้ำ (เช่น “à¸” หรือ “เธ” เรียงกัน) โปรดส่งออกใหม่จากต้นทางเป็น UTF-8",
    "The letters look as if they were converted twice (“à¸”): export them from the source again as UTF-8",
)
GUESSED_WESTERN = Text(
    "อ่านเป็นอักษรยุโรป (Windows-1252) เพราะไม่พบอักษรไทย โปรดตรวจตัวอย่างข้างล่าง",
    "Read as western letters (Windows-1252), because no Thai was found: check the sample below",
)


def detect(path: Path) -> tuple[str, tuple[Text, ...]]:
    """The Python codec that reads the whole file at ``path``, with notes for a person. Raises ``EncodingUnknown``.

    UTF-8 is proved over the whole file; TIS-620 is believed when nine of ten marks above or below stand on a consonant.
    """
    with path.open("rb") as file:
        head = file.read(PIECE)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return _proved(path, name), ()
    if (wide := _wide(head)) is not None:
        return _proved(path, wide), ()
    if _decodes(path, "utf-8"):
        twice = len(_TWICE.findall(head[:65536].decode("utf-8", "ignore"))) > 5
        return "utf-8", (TWICE_ENCODED,) if twice else ()
    if looks_thai(head) and not _has(path, _NOT_TIS):
        return "cp874", ()
    if not _thai_marks(head) and _decodes(path, "cp1252"):
        return "cp1252", (GUESSED_WESTERN,)
    raise EncodingUnknown


def checked(path: Path, name: str) -> str:
    """``name`` (an encoding that a person chose) when it is one of ``KNOWN`` and reads the whole file, else raises."""
    if name.lower() not in KNOWN:
        raise EncodingUnknown
    return _proved(path, {"tis-620": "cp874", "iso8859-11": "cp874"}.get(name.lower(), name.lower()))


def looks_thai(data: bytes) -> bool:
    """True when ``data`` reads as TIS-620 or Windows-874. Source: TIS 620-2533, marks stand on consonants."""
    marks = _ANY_MARK.findall(data)
    if not marks:
        high = len(_HIGH.findall(data))
        return high > 0 and len(_CONSONANT.findall(data)) >= 0.6 * high
    return len(_MARK_AFTER_CONSONANT.findall(data)) >= 0.9 * len(marks)


def _thai_marks(data: bytes) -> bool:
    return bool(_MARK_AFTER_CONSONANT.search(data))


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of plain text is 00, or 0E for Thai."""
    if len(head) < 4 or b"\0" not in head:
        return None
    if _wide_share(head[1:4096:2]) > 0.8:
        return "utf-16-le"
    return "utf-16-be" if _wide_share(head[0:4096:2]) > 0.8 else None


def _wide_share(part: bytes) -> float:
    return sum(byte in (0, 0x0E) for byte in part) / len(part)


def _proved(path: Path, name: str) -> str:
    if not _decodes(path, name):
        raise EncodingUnknown
    return name


def _decodes(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    with path.open("rb") as file:
        try:
            while piece := file.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", True)
        except UnicodeError:
            return False
    return True


def _has(path: Path, pattern: re.Pattern[bytes]) -> bool:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            if pattern.search(piece):
                return True
    return False
