"""Names of people: the prefix kept apart from the name, how to address somebody, and how to mask a name."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Language, Text


class PersonNameError(KnowledgeError):
    """A written name in which no first name can be found."""


class PrefixKind(StrEnum):
    """What a prefix says about how somebody is addressed."""

    CIVIL = "CIVIL"
    CHILD = "CHILD"
    HONORIFIC = "HONORIFIC"
    PROFESSION = "PROFESSION"
    ACADEMIC = "ACADEMIC"
    RANK = "RANK"
    ROYAL = "ROYAL"
    CLERGY = "CLERGY"


@dataclass(frozen=True, slots=True)
class Prefix:
    """A title before a Thai name. ``doubtful`` ones also begin ordinary first names, so a joined one needs a look."""

    th: str
    short: str
    en: str
    kind: PrefixKind
    gender: str
    doubtful: bool


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in parts. ``prefix`` is in full form, or empty. ``certain`` is False where a person should check the split."""

    prefix: str
    first: str
    middle: str
    last: str
    certain: bool = True


_SPACES = re.compile(r"\s+")
_STARTS_NAME = re.compile(r"[ก-ฮเ-ไA-Za-z]\S")
_ENGLISH_PREFIX = re.compile(r"^(Mr|Mrs|Ms|Miss|Dr|Prof)\b\.?(?:\s+|$)", re.IGNORECASE)
_MASK = "***"


@cache
def prefixes() -> tuple[Prefix, ...]:
    """Every known prefix, longest first.

    Source: Prime Minister's Office and Royal Society abbreviations of ranks and titles; Name Title Act for women B.E. 2551;
    kept as data in ``data/name-prefixes.csv``.
    """
    text = files("nakhon.knowledge").joinpath("data/name-prefixes.csv").read_text(encoding="utf-8")
    rows = [
        Prefix(
            row["th"], row["short"], row["en"], PrefixKind(row["kind"]), row["gender"], row["attached"] == "doubtful"
        )
        for row in csv.DictReader(text.splitlines())
    ]
    return tuple(sorted(rows, key=lambda prefix: -len(prefix.th)))


def find_prefix(written: str) -> Prefix | None:
    """The prefix written as ``written``, in full or abbreviated; None if it is not known. Source: as ``prefixes``."""
    key = _compact(written)
    return next((p for p in prefixes() if key and key in (p.th, _compact(p.short))), None)


def split_name(written: str) -> PersonName:
    """Split a written full name: prefix (joined or not), first name, middle names, last name.

    Several prefixes in a row are kept together (``ผศ.ดร.``). A prefix joined to what cannot begin a syllable is part of the
    name: นายิกา has none. Raises ``PersonNameError`` when nothing is left for a first name. Source: Thai usage.
    """
    rest = _SPACES.sub(" ", unicodedata.normalize("NFC", written)).strip()
    found: list[str] = []
    certain = True
    if english := _ENGLISH_PREFIX.match(rest):
        title = english.group(1).capitalize()
        found.append(title if title == "Miss" else f"{title}.")
        rest = rest[english.end() :]
    while taken := _take_prefix(rest):
        prefix, rest, joined = taken
        certain = certain and not (joined and prefix.doubtful)
        found.append(prefix.th)
        # Nothing follows นาย, นาง or ด.ช. but the name, even when that name is also a rank.
        if prefix.kind in (PrefixKind.CIVIL, PrefixKind.CHILD):
            break
    parts = rest.split(" ") if rest else []
    if not parts:
        raise PersonNameError(
            "names.empty",
            Text("ไม่พบชื่อตัว", "There is no first name"),
            Text(
                "กรอกคำนำหน้า ชื่อตัว และนามสกุล เช่น นายสมชาย ใจดี",
                "Enter title, first name and last name, such as นายสมชาย ใจดี",
            ),
        )
    last = parts[-1] if len(parts) > 1 else ""
    middle = parts[1:-1]
    # ณ and สกุล particles belong to the last name: "ณ เชียงใหม่" is one name of two words.
    if middle and middle[-1] == "ณ":
        last, middle = f"ณ {last}", middle[:-1]
    return PersonName(" ".join(found), parts[0], " ".join(middle), last, certain and not middle)


def full_name(name: PersonName) -> str:
    """As documents write it: the prefix joined to the first name, then the rest, ``นายสมชาย ใจดี``. Source: Thai usage."""
    gap = " " if name.prefix and (name.prefix.isascii() or name.first[:1].isascii()) else ""
    return " ".join(part for part in (name.prefix + gap + name.first, name.middle, name.last) if part)


def formal_address(name: PersonName, language: Language = "th") -> str:
    """How a letter begins: ``เรียน นายสมชาย ใจดี``; to monks ``นมัสการ``. English: ``Dear Mr. สมชาย ใจดี``.

    Source: Prime Minister's Office Regulation on Saraban B.E. 2526, forms of address.
    """
    prefix = _known(name)
    if language == "en":
        english = name.prefix if name.prefix.isascii() else prefix.en if prefix else ""
        title = f"{english} " if english else ""
        return f"Dear {title}{' '.join(part for part in (name.first, name.middle, name.last) if part)}"
    return f"{'นมัสการ' if prefix and prefix.kind is PrefixKind.CLERGY else 'เรียน'} {full_name(name)}"


def friendly_address(name: PersonName, language: Language = "th") -> str:
    """How a message greets somebody, by first name: ``คุณสมชาย`` / ``Khun สมชาย``; a child ``น้อง``; monks and
    royal titles keep their own prefix. Source: Thai usage, people are addressed by first name.
    """
    prefix = _known(name)
    if prefix and prefix.kind in (PrefixKind.CLERGY, PrefixKind.ROYAL):
        return f"{prefix.en} {name.first}" if language == "en" else prefix.th + name.first
    child = prefix is not None and prefix.kind is PrefixKind.CHILD
    if language == "en":
        return f"Nong {name.first}" if child else f"Khun {name.first}"
    return ("น้อง" if child else "คุณ") + name.first


def mask_name(name: PersonName) -> str:
    """First and last name with all but their beginning hidden: ``สม*** ใจ***``. The number of stars says nothing.

    Source: data minimisation, PDPA B.E. 2562 s.22; the form used on public lists.
    """
    return " ".join(_mask(part) for part in (name.first, name.last) if part)


def _mask(word: str) -> str:
    end = 2
    while end < len(word) and unicodedata.category(word[end]) == "Mn":
        end += 1
    # A name as short as what would be shown is shown only by its first letter.
    shown = word[:end] if len(word) > end else word[:1]
    return shown + _MASK


def _compact(text: str) -> str:
    return text.replace(" ", "").replace("\u200b", "")


def _known(name: PersonName) -> Prefix | None:
    return next((prefix for prefix in prefixes() if name.prefix and name.prefix.startswith(prefix.th)), None)


def _take_prefix(text: str) -> tuple[Prefix, str, bool] | None:
    best: tuple[Prefix, str, bool] | None = None
    for prefix in prefixes():
        for form in (prefix.th, prefix.short, _compact(prefix.short)):
            if not form or not text.startswith(form):
                continue
            rest = text[len(form) :]
            joined = bool(rest) and not rest.startswith(" ")
            if joined and not _STARTS_NAME.match(rest):
                continue
            if best is None or len(rest) < len(best[1]):
                best = (prefix, rest, joined and form == prefix.th)
    if best is None:
        return None
    return best[0], best[1].lstrip(), best[2]
