"""Reads YAML 1.2 strictly and keeps where everything stood: files, limits, one tree of values and marks per document.

Refused with a remedy: anything but UTF-8, more than 1 MB, tabs, duplicate keys, anchors, aliases, merge keys, tags,
numbers that could be meant otherwise. ``yes``, ``no``, ``on``, ``off`` and ``12:30`` are text, as YAML 1.2 has it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from nakhon.kernel.definitions.faults import DefinitionFault, Path, path_text
from nakhon.kernel.definitions.scalars import INVISIBLE, resolve
from nakhon.kernel.definitions.syntax import explain_syntax
from nakhon.knowledge.text import Text

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_FAULTS = 50

_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_KEY = re.compile(f"\\s*(?:- )?([\\w.{''.join(INVISIBLE)}-]+)\\s*:(?:\\s|$)")
_BLANKS = " " + "".join(INVISIBLE)
_BOM = b"\xef\xbb\xbf"
_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it came: its name (relative, for people) and its bytes."""

    name: str
    data: bytes


@dataclass(slots=True)
class RawDocument:
    """One YAML document: plain values, and for each path the line and column of its value and of its key (from 1).

    ``ends`` has the last line of each value, ``written`` the characters of scalars as they stand in the file.
    """

    file: str
    lines: list[str]
    value: Any = None
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    ends: dict[Path, int] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)

    def mark(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """Line and column of the value (or its key) at ``path``, or of the nearest thing around it."""
        if key and path in self.keys:
            return self.keys[path]
        while path not in self.values and path:
            path = path[:-1]
        return self.values.get(path, (1, 1))

    def excerpt(self, line: int) -> str:
        return self.lines[line - 1].rstrip("\r\n") if 0 < line <= len(self.lines) else ""

    def source(self, path: Path = ()) -> str:
        """The text of the value at ``path``, whole lines."""
        return "\n".join(self.lines[self.values[path][0] - 1 : self.ends[path]]).rstrip() + "\n"


class _Stop(Exception):
    """Reading of this file cannot go on; the fault was noted."""


class _Reader:
    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.lines = _LINE_BREAK.split(text)
        self.faults: list[DefinitionFault] = []

    def note(self, mark: tuple[int, int], path: Path, code: str, message: Text, remedy: Text) -> None:
        line, column = mark
        excerpt = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        self.faults.append(DefinitionFault(self.name, line, column, path_text(path), code, message, remedy, excerpt))
        if len(self.faults) >= MAX_FAULTS:
            raise _Stop

    def documents(self) -> list[RawDocument]:
        found: list[RawDocument] = []
        try:
            self._typing_accidents()
            if self.faults:
                return []
            events = yaml.parse(self.text, Loader=_LOADER)
            for event in events:
                if isinstance(event, yaml.DocumentStartEvent):
                    document = RawDocument(self.name, self.lines)
                    document.value = self._value(next(events), events, document, (), 0)
                    found.append(document)
        except _Stop:
            return []
        except yaml.YAMLError as error:
            line, column, code, message, remedy = explain_syntax(self._in_its_words(error), self.lines)
            self.note((line, column), (), code, message, remedy)
            return []
        return found

    def _in_its_words(self, error: yaml.YAMLError) -> yaml.YAMLError:
        """libyaml and PyYAML word the same mistake differently; people get the wording that is translated."""
        try:
            for _ in yaml.parse(self.text, Loader=yaml.Loader):
                pass
        except yaml.YAMLError as told:
            return told
        return error

    def _typing_accidents(self) -> None:
        """Things that a word processor or a chat puts into a file and that nobody sees."""
        for number, line in enumerate(self.lines, 1):
            if "\t" in line:
                self.note(
                    (number, line.index("\t") + 1),
                    (),
                    "yaml.tab",
                    Text("พบอักขระแท็บ (Tab)", "There is a tab character"),
                    Text(
                        'ใช้ช่องว่าง (space) แทนแท็บ โดยย่อหน้าครั้งละ 2 ช่อง หากต้องการแท็บในข้อความให้เขียน "\\t" ในเครื่องหมายคำพูด',
                        'Use spaces instead, two for each level; for a tab inside a text write "\\t" in double quotes',
                    ),
                )
            lead = line[: len(line) - len(line.lstrip(_BLANKS))]
            found = _KEY.match(line)
            key = found.group(1) if found else ""
            for character, name in INVISIBLE.items():
                where = (lead + key).find(character)
                if where >= 0:
                    column = line.find(character) + 1
                    self.note(
                        (number, column),
                        (),
                        "yaml.invisible",
                        Text(
                            f"มีอักขระที่มองไม่เห็น ({name}) อยู่ในย่อหน้าหรือชื่อช่อง",
                            f"An invisible character ({name}) stands in the indentation or a key",
                        ),
                        Text(
                            "ลบอักขระนั้นแล้วพิมพ์ช่องว่างใหม่ มักติดมาจากการคัดลอกจากเว็บ แชต หรือ Word",
                            "Delete it and type a plain space; it comes from copying out of a web page, a chat or Word",
                        ),
                    )
                    break

    def _value(self, event: Any, events: Iterator[Any], document: RawDocument, path: Path, depth: int) -> Any:
        mark = (event.start_mark.line + 1, event.start_mark.column + 1)
        document.values[path] = mark
        if depth > MAX_DEPTH:
            self.note(
                mark,
                path,
                "yaml.too_deep",
                Text(f"ข้อมูลซ้อนกันลึกเกิน {MAX_DEPTH} ชั้น", f"Values are nested more than {MAX_DEPTH} levels deep"),
                Text("จัดโครงสร้างไฟล์ให้ตื้นลง", "Make the file's structure flatter"),
            )
            raise _Stop
        self._refuse_tricks(event, mark, path)
        if isinstance(event, yaml.AliasEvent):
            return None
        if isinstance(event, yaml.ScalarEvent):
            end: Any = event.end_mark
            document.ends[path] = end.line + 1
            document.written[path] = str(event.value)
            return self._scalar(event, mark, path)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(child := next(events), yaml.SequenceEndEvent):
                items.append(self._value(child, events, document, (*path, len(items)), depth + 1))
            document.ends[path] = self._end(child, document, path, len(items))
            return items
        mapping: dict[str, Any] = {}
        while not isinstance(child := next(events), yaml.MappingEndEvent):
            self._pair(child, events, document, path, depth, mapping)
        document.ends[path] = self._end(child, document, path, len(mapping))
        return mapping

    def _end(self, event: Any, document: RawDocument, path: Path, children: int) -> int:
        line: int = event.end_mark.line
        if event.end_mark.column or (children == 0):
            line += 1
        return max(line, document.values[path][0])

    def _pair(
        self, event: Any, events: Iterator[Any], document: RawDocument, path: Path, depth: int, mapping: dict[str, Any]
    ) -> None:
        mark = (event.start_mark.line + 1, event.start_mark.column + 1)
        if not isinstance(event, yaml.ScalarEvent):
            self.note(
                mark,
                path,
                "yaml.key",
                Text(
                    "ชื่อช่องต้องเป็นข้อความสั้น ๆ ไม่ใช่รายการหรือโครงสร้างซ้อน",
                    "A key must be a short text, not a list or a mapping",
                ),
                Text(
                    "เขียนเป็น ชื่อ: ค่า เช่น name: … หากต้องการวงเล็บปีกกาในข้อความให้ใส่เครื่องหมายคำพูด",
                    "Write it as name: value; put braces or brackets that are part of a text in quotes",
                ),
            )
            raise _Stop
        self._refuse_tricks(event, mark, path)
        key = str(event.value)
        here: Path = (*path, key)
        if not event.style and key == "<<":
            self.note(
                mark,
                here,
                "yaml.merge",
                Text("ไม่รองรับการรวมข้อมูลด้วย <<", "Merging with << is not supported"),
                Text("เขียนค่าทุกช่องให้ครบในที่เดียว", "Write all the values out in place"),
            )
        elif not key.strip():
            self.note(
                mark,
                path,
                "yaml.key_empty",
                Text("มีค่าที่ไม่มีชื่อช่อง", "A value has no key"),
                Text("เติมชื่อช่องหน้าเครื่องหมาย : หรือลบบรรทัดนี้", "Write a key before the colon, or delete the line"),
            )
        elif key in mapping:
            first = document.keys[here][0]
            self.note(
                mark,
                here,
                "yaml.duplicate_key",
                Text(
                    f"ช่อง “{key}” ซ้ำ เขียนไว้แล้วที่บรรทัด {first}",
                    f"The key “{key}” is there twice; it was first written on line {first}",
                ),
                Text("เก็บไว้เพียงบรรทัดเดียว แล้วลบอีกบรรทัดหนึ่ง", "Keep one of the two lines and delete the other"),
            )
        value_event = next(events)
        if key in mapping:
            scratch = RawDocument(self.name, self.lines)
            self._value(value_event, events, scratch, here, depth + 1)
            return
        document.keys[here] = mark
        mapping[key] = self._value(value_event, events, document, here, depth + 1)

    def _refuse_tricks(self, event: Any, mark: tuple[int, int], path: Path) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self.note(
                mark,
                path,
                "yaml.anchor",
                Text("ไม่รองรับการอ้างซ้ำด้วย & และ *", "Anchors (&) and aliases (*) are not supported"),
                Text(
                    "เขียนค่าให้ครบทุกที่ หากเป็นข้อความที่ขึ้นต้นด้วย & หรือ * ให้ใส่ในเครื่องหมายคำพูด",
                    "Write the value out in each place; put a text that begins with & or * in quotes",
                ),
            )
        elif getattr(event, "tag", None):
            self.note(
                mark,
                path,
                "yaml.tag",
                Text(f"ไม่รองรับแท็ก {event.tag}", f"The tag {event.tag} is not supported"),
                Text(
                    "ลบแท็ก หากเป็นข้อความที่ขึ้นต้นด้วย ! ให้ใส่ในเครื่องหมายคำพูด",
                    "Remove the tag; put a text that begins with ! in quotes",
                ),
            )

    def _scalar(self, event: Any, mark: tuple[int, int], path: Path) -> Any:
        text = str(event.value)
        strange = next((c for c in text if (unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t")), None)
        if strange is not None:
            self.note(
                mark,
                path,
                "yaml.control",
                Text(
                    f"ข้อความมีอักขระควบคุม U+{ord(strange):04X}",
                    f"The text holds the control character U+{ord(strange):04X}",
                ),
                Text("ลบอักขระนั้นออกแล้วพิมพ์ใหม่", "Delete that character and type the text again"),
            )
            return None
        if event.style:
            return text
        if len(text) > 1 and text[0] in "“”‘’" and text[-1] in "“”‘’":
            self.note(
                mark,
                path,
                "yaml.curly_quotes",
                Text(
                    "ใช้เครื่องหมายคำพูดแบบโค้ง ซึ่งจะกลายเป็นส่วนหนึ่งของข้อความ",
                    "The quotes are curly and would become part of the text",
                ),
                Text('ใช้เครื่องหมายคำพูดตรง " แทน หรือไม่ต้องใส่', 'Use straight quotes (") or none'),
            )
            return None
        return self._plain(text, mark, path)

    def _plain(self, text: str, mark: tuple[int, int], path: Path) -> Any:
        value, doubt = resolve(text)
        if doubt is not None:
            self.note(mark, path, doubt.code, doubt.message, doubt.remedy)
        return value


def _whole_file(name: str, code: str, message: Text, remedy: Text, line: int = 0, column: int = 0) -> DefinitionFault:
    return DefinitionFault(name, line, column, "", code, message, remedy)


def decode(source: Source) -> tuple[str, DefinitionFault | None]:
    """The text of a file, or the fault that keeps it from being text."""
    if len(source.data) > MAX_BYTES:
        size = f"{len(source.data):,}"
        return "", _whole_file(
            source.name,
            "file.too_large",
            Text(
                f"ไฟล์ใหญ่ {size} ไบต์ เกินกำหนด {MAX_BYTES:,} ไบต์",
                f"The file has {size} bytes; the limit is {MAX_BYTES:,}",
            ),
            Text("แบ่งเป็นหลายไฟล์", "Split it into several files"),
        )
    data = source.data.removeprefix(_BOM)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:200]:
        return "", _whole_file(
            source.name,
            "file.encoding",
            Text("ไฟล์เป็น UTF-16 หรือไม่ใช่ไฟล์ข้อความ", "The file is UTF-16 or not a text file"),
            Text(
                "บันทึกไฟล์ใหม่เป็น UTF-8 (ใน Notepad: Save as, Encoding: UTF-8)",
                "Save it again as UTF-8 (in Notepad: Save as, Encoding: UTF-8)",
            ),
        )
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        begin = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[begin : error.start].decode("utf-8", "replace")) + 1
        return "", _whole_file(
            source.name,
            "file.encoding",
            Text(
                "ไฟล์ไม่ได้เข้ารหัสเป็น UTF-8 (อาจเป็น TIS-620 หรือ Windows-874)",
                "The file is not UTF-8 (it may be TIS-620 or Windows-874)",
            ),
            Text(
                "บันทึกไฟล์ใหม่เป็น UTF-8 (ใน Notepad: Save as, Encoding: UTF-8)",
                "Save it again as UTF-8 (in Notepad: Save as, Encoding: UTF-8)",
            ),
            line,
            column,
        )


def read(source: Source) -> tuple[list[RawDocument], list[DefinitionFault]]:
    """The YAML documents of a file and everything that is wrong with how it is written."""
    text, fault = decode(source)
    if fault is not None:
        return [], [fault]
    reader = _Reader(source.name, text)
    documents = reader.documents()
    if not documents and not reader.faults:
        return [], [
            _whole_file(
                source.name,
                "file.empty",
                Text("ไฟล์ว่าง ไม่มีคำนิยาม", "The file is empty: it holds no definition"),
                Text(
                    "เขียนคำนิยามอย่างน้อยหนึ่งรายการ (kind: … และ id: …) หรือลบไฟล์",
                    "Write at least one definition (kind: … and id: …), or delete the file",
                ),
            )
        ]
    return documents, reader.faults
