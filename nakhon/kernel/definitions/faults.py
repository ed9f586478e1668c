"""What is wrong with a definition: where (file, line, column, path), what, and what to do, in Thai and English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len

from nakhon.kernel.errors import Invalid
from nakhon.knowledge.text import Text

SHOWN = 100
"""How many faults are shown at once; the rest is counted."""

_EXCERPT = 160
_RED, _CYAN, _BOLD, _GREEN, _RESET = "\x1b[31m", "\x1b[36m", "\x1b[1m", "\x1b[32m", "\x1b[0m"

Path = tuple[str | int, ...]


def path_text(path: Path) -> str:
    """A path as people write it: ``("form", "items", 0)`` is ``form.items[0]``."""
    shown = ""
    for part in path:
        shown += f"[{part}]" if isinstance(part, int) else (f".{part}" if shown else str(part))
    return shown


@dataclass(frozen=True, slots=True)
class DefinitionFault:
    """One thing that is wrong. ``line`` and ``column`` count from 1 in characters; 0 means the file as a whole.

    ``path`` is the place inside the document ("form.required[0]"), ``excerpt`` the offending line as written.
    """

    file: str
    line: int
    column: int
    path: str
    code: str
    message: Text
    remedy: Text
    excerpt: str = ""

    @property
    def place(self) -> str:
        """``file:line:column``, as editors and terminals make it a link."""
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"

    def as_data(self) -> dict[str, Any]:
        """The fault as JSON values."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "path": self.path,
            "code": self.code,
            "message": self.message.as_dict(),
            "remedy": self.remedy.as_dict(),
            "excerpt": self.excerpt,
        }


def in_order(faults: Iterable[DefinitionFault]) -> list[DefinitionFault]:
    """Faults by file, line and column; the same fault said twice is kept once."""
    return sorted(dict.fromkeys(faults), key=lambda fault: (fault.file, fault.line, fault.column, fault.code))


def caret(fault: DefinitionFault) -> tuple[str, str]:
    """The offending line, shortened around the place, and a line with a caret under it.

    Thai vowels and tone marks take no width of their own, so the caret is placed by terminal cells, not characters.
    """
    text = fault.excerpt.replace("\t", "→")
    at = min(max(fault.column - 1, 0), len(text))
    if len(text) > _EXCERPT:
        start = max(0, at - _EXCERPT // 2)
        text, at = ("…" if start else "") + text[start : start + _EXCERPT] + "…", at - start + (1 if start else 0)
    return text, " " * cell_len(text[:at]) + "^"


def render_faults(faults: Sequence[DefinitionFault], *, language: str = "th", colour: bool = False) -> str:
    """The faults for a terminal: place, message, the line with a caret, the remedy; a count at the end."""
    bold, red, cyan, green, reset = (_BOLD, _RED, _CYAN, _GREEN, _RESET) if colour else ("",) * 5
    labels = Text("วิธีแก้", "Remedy")
    at = Text("ที่", "at")
    blocks: list[str] = []
    for fault in faults[:SHOWN]:
        lines = [f"{bold}{fault.place}{reset}" + (f"  ({at.in_(language)} {fault.path})" if fault.path else "")]
        lines.append(f"  {red}{fault.message.in_(language)}{reset}")
        if fault.excerpt.strip():
            text, mark = caret(fault)
            gutter = f"{fault.line:>5} | "
            lines += [f"{cyan}{gutter}{reset}{text}", f"{cyan}{' ' * len(gutter)}{reset}{red}{mark}{reset}"]
        lines.append(f"  {green}{labels.in_(language)}:{reset} {fault.remedy.in_(language)}")
        blocks.append("\n".join(lines))
    if not blocks:
        return ""
    files = len({fault.file for fault in faults})
    count = Text(f"พบข้อผิดพลาด {len(faults)} จุด ใน {files} ไฟล์", f"{len(faults)} fault(s) in {files} file(s)")
    if len(faults) > SHOWN:
        blocks.append(Text(f"… และอีก {len(faults) - SHOWN} จุด", f"… and {len(faults) - SHOWN} more").in_(language))
    return "\n\n".join(blocks) + f"\n\n{bold}{count.in_(language)}{reset}"


class FaultyDefinitions(Invalid):
    """Definitions were refused whole; ``faults`` says everything that is wrong with them."""

    code = "definitions.faulty"
    default_remedy = Text(
        "แก้ไฟล์ตามบรรทัดที่ระบุแล้วส่งอีกครั้ง ยังไม่มีสิ่งใดถูกเปลี่ยน",
        "Mend the files at the lines named and send again; nothing was changed",
    )

    def __init__(self, faults: Iterable[DefinitionFault]) -> None:
        self.faults = in_order(faults)
        first = self.faults[0]
        more = len(self.faults) - 1
        th, en = f"{first.place}: {first.message.th}", f"{first.place}: {first.message.en}"
        if more:
            th, en = f"{th} (และอีก {more} จุด)", f"{en} (and {more} more)"
        super().__init__(Text(th, en))
