"""What changed between two bodies, path by path, and how to show it: for a terminal, as JSON, as data for a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from nakhon.kernel.definitions.faults import Path, path_text
from nakhon.kernel.definitions.writing import to_yaml

Mark = Literal["added", "removed", "changed"]
_SHOWN = 12
_NAMES = ("id", "key", "code", "date")


@dataclass(frozen=True, slots=True)
class Change:
    """One changed path: ``old`` and ``new`` are JSON values; the one that is missing is None."""

    path: str
    mark: Mark
    old: Any
    new: Any

    def as_data(self) -> dict[str, Any]:
        return {"path": self.path, "mark": self.mark, "old": self.old, "new": self.new}

    @property
    def old_text(self) -> str:
        return value_text(self.old)

    @property
    def new_text(self) -> str:
        return value_text(self.new)


def value_text(value: Any) -> str:
    """A JSON value for reading: texts as they are, nothing as a dash, groups and lists as the first lines of their YAML."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=False)
    lines = to_yaml(_told(value)).rstrip().split("\n")
    rest = len(lines) - _SHOWN
    return "\n".join(lines[:_SHOWN]) + (f"\n… (+{rest})" if rest > 0 else "")


def _told(value: Any) -> Any:
    """Without what is empty anyway."""
    if isinstance(value, dict):
        return {k: _told(v) for k, v in value.items() if v not in (None, [], {})}
    return [_told(item) for item in value] if isinstance(value, list) else value


def _name_of(item: Any) -> Any:
    if isinstance(item, dict):
        return next((item[name] for name in _NAMES if isinstance(item.get(name), str)), None)
    return None


def _lists(path: Path, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    names_old, names_new = [_name_of(item) for item in old], [_name_of(item) for item in new]
    named = None not in (*names_old, *names_new) and len({*names_old}) == len(old) and len({*names_new}) == len(new)
    left = names_old if named else [json.dumps(item, sort_keys=True) for item in old]
    right = names_new if named else [json.dumps(item, sort_keys=True) for item in new]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                yield from _differences((*path, j), old[i], new[j])
            continue
        pairs = min(i2 - i1, j2 - j1) if not named else 0
        for offset in range(pairs):
            yield from _differences((*path, j1 + offset), old[i1 + offset], new[j1 + offset])
        for i in range(i1 + pairs, i2):
            yield Change(path_text((*path, i)), "removed", old[i], None)
        for j in range(j1 + pairs, j2):
            yield Change(path_text((*path, j)), "added", None, new[j])


def _differences(path: Path, old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            if key not in new:
                yield Change(path_text((*path, key)), "removed", old[key], None)
            elif key not in old:
                yield Change(path_text((*path, key)), "added", None, new[key])
            else:
                yield from _differences((*path, key), old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list):
        yield from _lists(path, old, new)
    elif old != new or type(old) is not type(new):
        yield Change(path_text(path), "changed", old, new)


def differences(old: Any, new: Any) -> tuple[Change, ...]:
    """Every path at which ``old`` and ``new`` differ, in reading order. Equal values give nothing."""
    return tuple(_differences((), old, new))
