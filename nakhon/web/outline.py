"""Turns a long printed list into something a person can take in: headings, numbered items and the points under them.

Reports print everything as one list of lines, with the structure left in the numbering ("ยุทธศาสตร์ที่ 1", "2.", "- (1)").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_HEADING = re.compile(r"^(ยุทธศาสตร์|ขั้นตอน|กลยุทธ์|ระยะ|แผนงาน|มิติ)ที่\s*\d+")
_NUMBERED = re.compile(r"^(\d{1,2})[.)]\s+(?!\d)(.+)$", re.S)
_POINT = re.compile(r"^(?:[-–•]\s*)?\((\d{1,2})\)\s*(.+)$", re.S)
_DASH = re.compile(r"^[-–•]\s*(?:(\d{1,2})[.)]\s*)?(.+)$", re.S)
_SHORT = 60


@dataclass(slots=True)
class Item:
    """One statement, its printed number if it had one, and the points under it."""

    text: str
    number: str = ""
    points: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """A heading ("" for what comes before any heading), a sentence that leads in, and its items."""

    title: str = ""
    intro: str = ""
    items: list[Item] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.items)


def outline(lines: Iterable[str]) -> list[Section]:
    """The sections of a printed list, in order; every line is kept, none is reworded.

    A line is a heading when it says so ("ขั้นตอนที่ 2 ..."), when it ends with a colon, or when it is short, bears no
    number and the next line is numbered. A line that ends with "ดังนี้" leads in.
    """
    texts = [line.strip() for line in lines if line.strip()]
    sections: list[Section] = [Section()]
    for at, text in enumerate(texts):
        following = texts[at + 1] if at + 1 < len(texts) else ""
        current = sections[-1]
        if _is_heading(text, following):
            sections.append(Section(title=text.rstrip(" :")))
        elif found := _NUMBERED.match(text):
            current.items.append(Item(found[2].strip(), found[1]))
        elif found := _POINT.match(text):
            _add_point(current, found[2].strip(), found[1])
        elif found := _DASH.match(text):
            _add_point(current, found[2].strip(), found[1] or "")
        elif text.endswith("ดังนี้") and not current.items and not current.intro:
            current.intro = text
        else:
            current.items.append(Item(text))
    return [section for section in sections if section.title or section.intro or section.items]


def _is_heading(text: str, following: str) -> bool:
    if _HEADING.match(text):
        return True
    if len(text) > _SHORT or text.endswith("ดังนี้") or _NUMBERED.match(text) or _POINT.match(text) or _DASH.match(text):
        return False
    if text.endswith(":") or (text.startswith("ด้าน") and bool(following)):
        return True
    starts_list = re.match(r"^(?:1[.)]\s|[-–•]?\s*\(1\)|[-–•]\s*1[.)])", following)
    return bool(starts_list)


def _add_point(section: Section, text: str, number: str) -> None:
    """A point goes under the item before it; where there is none it is an item itself."""
    if section.items and not (number and section.items[-1].number and not section.items[-1].points and number != "1"):
        section.items[-1].points.append(text)
    else:
        section.items.append(Item(text, number))
