"""Where the heading of an office's table is: below a title, in one row or in two with merged cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from nakhon.knowledge.digits import arabic_digits

LOOK = 30
_NUMBER = re.compile(r"^[+-]?[\d,]*\.?\d+%?$")
_DATE = re.compile(r"^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}")


@dataclass(frozen=True, slots=True)
class Heading:
    """``row`` counts from 0; ``depth`` is 1 or 2 rows; ``names`` are unique."""

    row: int
    depth: int
    names: tuple[str, ...]


def find_heading(rows: Sequence[Sequence[Any]], row: int | None = None, depth: int = 0) -> Heading:
    """The heading among the first rows of a table. ``row`` and ``depth`` are taken as told where they are given.

    It is the first row that is nearly as wide as the table and holds words only. Two rows are one heading where the upper
    one has gaps (merged cells) that the lower one fills.
    """
    looked = [_trimmed(found) for found in rows[:LOOK]]
    if not looked:
        return Heading(0, 1, ())
    place = row if row is not None else _first_heading(looked)
    if place >= len(looked):
        return Heading(place, 1, ())
    deep = depth or (2 if place + 2 < len(looked) and _is_merged(looked[place], looked[place + 1]) else 1)
    upper = looked[place]
    if deep == 2 and place + 1 < len(looked):
        return Heading(place, 2, unique(_joined(upper, looked[place + 1])))
    return Heading(place, 1, unique([_word(cell) for cell in upper]))


def _first_heading(rows: Sequence[Sequence[Any]]) -> int:
    width = max((sum(not _blank(cell) for cell in row) for row in rows), default=0)
    for index, row in enumerate(rows):
        filled = [cell for cell in row if not _blank(cell)]
        wide = len(filled) >= (max(2, 0.6 * width) if width > 1 else 1)
        if wide and all(_is_words(cell) for cell in filled):
            return index
    return next((index for index, row in enumerate(rows) if row), 0)


def _is_merged(upper: Sequence[Any], lower: Sequence[Any]) -> bool:
    gap = [_blank(upper[i]) if i < len(upper) else True for i in range(max(len(upper), len(lower)))]
    filled = [i for i, cell in enumerate(lower) if not _blank(cell)]
    if not filled or not any(gap[i] for i in filled):
        return False
    in_group = [gap[i] or (i + 1 < len(gap) and gap[i + 1]) for i in filled]
    return all(in_group) and all(_is_words(lower[i]) for i in filled)


def _joined(upper: Sequence[Any], lower: Sequence[Any]) -> list[str]:
    names, group = [], ""
    for i in range(max(len(upper), len(lower))):
        above = _word(upper[i]) if i < len(upper) else ""
        below = _word(lower[i]) if i < len(lower) else ""
        group = above or group
        names.append(f"{group} {below}".strip() if below else above)
    return names


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Every column gets a name of its own: "" becomes "คอลัมน์ 3", the second "ชื่อ" becomes "ชื่อ (2)"."""
    found: list[str] = []
    taken: set[str] = set()
    for place, name in enumerate(names, start=1):
        base = name or f"คอลัมน์ {place}"
        chosen, count = base, 1
        while chosen in taken:
            count += 1
            chosen = f"{base} ({count})"
        taken.add(chosen)
        found.append(chosen)
    return tuple(found)


def _trimmed(row: Sequence[Any]) -> list[Any]:
    cells = list(row)
    while cells and _blank(cells[-1]):
        cells.pop()
    return cells


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _word(cell: Any) -> str:
    return "" if cell is None else " ".join(str(cell).replace("\ufeff", "").split())


def _is_words(cell: Any) -> bool:
    if isinstance(cell, bool | int | float | date | datetime | time):
        return False
    text = arabic_digits(str(cell)).strip()
    return not (_NUMBER.match(text) or _DATE.match(text))
