"""Thai dictionary order, for lists that people read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

from nakhon.knowledge.digits import arabic_digits

T = TypeVar("T")

SortKey = tuple[str, tuple[int, ...], str]

_LEADING_VOWEL = re.compile("([เ-ไ])([ก-ฮ])")
_CARRIED = frozenset("ฯๆ\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e")
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff]")


def sort_key(text: str) -> SortKey:
    """A key that puts words in the order of a Thai dictionary; use it with ``sorted(names, key=sort_key)``.

    First by letters: a leading vowel (เ แ โ ใ ไ) counts after its consonant, and tone marks, ไม้ไต่คู้, การันต์, ๆ and ฯ do
    not count. Then by those marks, in the place where they stand. Then by the text itself, so that the order is total.
    Thai digits sort as Arabic ones, Latin letters before Thai and regardless of case. PostgreSQL's ``th-x-icu`` agrees.
    Source: Royal Society dictionary order; Unicode Collation Algorithm (UTS #10) for the levels.
    """
    plain = _INVISIBLE.sub("", arabic_digits(unicodedata.normalize("NFC", text))).replace("\u0e4d\u0e32", "\u0e33")
    letters: list[str] = []
    marks: list[int] = []
    for character in _LEADING_VOWEL.sub(r"\2\1", plain.casefold()):
        if character in _CARRIED:
            marks.append(ord(character))
        elif character.isalnum() or unicodedata.category(character) == "Mn" or character == "\u0e33":
            letters.append(character)
            marks.append(0)
    return "".join(letters), tuple(marks), text


def sort_thai(items: Iterable[T], key: Callable[[T], str]) -> list[T]:
    """``items`` in Thai dictionary order of ``key(item)``. Source: as ``sort_key``."""
    return sorted(items, key=lambda item: sort_key(key(item)))
