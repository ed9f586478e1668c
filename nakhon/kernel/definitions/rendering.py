"""Shows a plan and a history on a terminal: what is created, changed and removed, path by path, old beside new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nakhon.kernel.definitions.difference import Change
from nakhon.kernel.definitions.models import Act
from nakhon.kernel.definitions.planning import RELEASED, UNCHANGED, Entry, Plan
from nakhon.knowledge.text import Text

_COLOURS = {
    "created": "32",
    "restored": "32",
    "added": "32",
    "changed": "33",
    "removed": "31",
    RELEASED: "36",
    "warning": "35",
}
_SIGNS = {"created": "+", "restored": "+", "changed": "~", "removed": "-", RELEASED: "=", UNCHANGED: " ", "added": "+"}
_LONG = 70


def _paint(text: str, name: str, colour: bool) -> str:
    return f"\x1b[{_COLOURS[name]}m{text}\x1b[0m" if colour and name in _COLOURS else text


def _change_lines(change: Change, colour: bool) -> Iterable[str]:
    old, new = change.old_text, change.new_text
    head = f"      {_paint(_SIGNS.get(change.mark, '~'), change.mark, colour)} {change.path}"
    if change.mark == "changed" and len(old) + len(new) <= _LONG and "\n" not in old + new:
        yield f"{head}: {_paint(old, 'removed', colour)} → {_paint(new, 'created', colour)}"
        return
    if change.mark != "changed" and len(old if change.mark == "removed" else new) <= _LONG:
        yield f"{head}: {_paint(old if change.mark == 'removed' else new, change.mark, colour)}"
        return
    yield f"{head}:"
    for mark, text in (("removed", old), ("added", new)):
        if change.mark in ("changed", mark):
            yield from (_paint(f"          {_SIGNS[mark]} {line}", mark, colour) for line in text.splitlines() or [""])


def _entry_lines(entry: Entry, language: str, colour: bool) -> Iterable[str]:
    sign = _SIGNS[entry.action]
    place = f"  ({entry.file}:{entry.line})" if entry.file and entry.action != UNCHANGED else ""
    yield _paint(f"  {sign} {entry.action_text.in_(language)}  {entry.name}", entry.action, colour) + place
    if entry.warning is not None:
        yield _paint(f"      ! {entry.warning.in_(language)}", "warning", colour)
    for change in entry.changes:
        yield from _change_lines(change, colour)


def summary(plan: Plan) -> Text:
    """The plan in one sentence."""
    if plan.is_empty:
        return Text(
            f"ไม่มีสิ่งใดเปลี่ยนแปลง ({len(plan.entries)} รายการคงเดิม)", f"Nothing changes ({len(plan.entries)} unchanged)"
        )
    created, changed = plan.count(Act.CREATED, Act.RESTORED), plan.count(Act.CHANGED)
    removed, kept, same = plan.count(Act.REMOVED), plan.count(RELEASED), plan.count(UNCHANGED)
    th = f"เพิ่ม {created} แก้ไข {changed} นำออก {removed} คงเดิม {same}"
    en = f"{created} to create, {changed} to change, {removed} to remove, {same} unchanged"
    if kept:
        th, en = f"{th} คงไว้เป็นของหน่วยงาน {kept}", f"{en}, {kept} kept as its own"
    return Text(th, en)


def render_plan(plan: Plan, *, language: str = "th", colour: bool = False, unchanged: bool = False) -> str:
    """The plan for a terminal. ``unchanged`` lists what stays as well."""
    head = Text(f"แผนสำหรับ {plan.tenant}", f"Plan for {plan.tenant}").in_(language)
    if plan.solution:
        head += f": {plan.solution} {plan.solution_version}".rstrip()
    lines = [head, ""]
    for entry in plan.entries:
        if unchanged or entry.action != UNCHANGED:
            lines += _entry_lines(entry, language, colour)
    if len(lines) > 2:
        lines.append("")
    lines.append(summary(plan).in_(language))
    return "\n".join(lines)


def render_changes(changes: Sequence[Change], *, colour: bool = False) -> str:
    """Changed paths alone, as a history shows them."""
    return "\n".join(line for change in changes for line in _change_lines(change, colour))
