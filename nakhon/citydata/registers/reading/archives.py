"""Archives from strangers: looked through before anything is unpacked, and unpacked under names of our own."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

from nakhon.citydata.registers.reading.errors import Harmful, TooMuch, Unreadable
from nakhon.citydata.registers.reading.types import Limits
from nakhon.knowledge.text import Text

_NESTED = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".zst")
_ROOT = re.compile(rb"<[A-Za-z_]")
_DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_PROLOG = 64 * 1024


def looked_through(path: Path, limits: Limits) -> list[zipfile.ZipInfo]:
    """The entries of the archive at ``path``, once its size, paths and contents are harmless.

    Raises ``Unreadable``, ``Harmful`` or ``TooMuch``. Sizes are those that the archive declares; ``unpack`` holds it to them.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, UnicodeDecodeError, NotImplementedError):
        raise Unreadable from None
    if len(entries) > limits.entries:
        raise TooMuch(
            Text(
                f"ไฟล์บีบอัดมีไฟล์ข้างในเกิน {limits.entries:,} ไฟล์",
                f"The archive holds more than {limits.entries:,} files",
            )
        )
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked or total > limits.ratio * max(path.stat().st_size, 4096):
        raise Harmful(Text("เมื่อคลายไฟล์แล้วมีขนาดใหญ่ผิดปกติ", "The archive unpacks to an abnormal size"))
    for entry in entries:
        _check_entry(entry)
    return [entry for entry in entries if not entry.is_dir()]


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename.replace("\\", "/")
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in name:
        raise Harmful(Text("ไฟล์บีบอัดมีที่อยู่ไฟล์ที่ไม่ปลอดภัย", "A path inside the archive is unsafe"))
    if (entry.external_attr >> 16) & 0o170000 == 0o120000:
        raise Harmful(Text("ไฟล์บีบอัดมีลิงก์ไปนอกไฟล์", "The archive holds a link that leads out of it"))
    if entry.flag_bits & 0x1:
        raise Unreadable(
            Text("ไฟล์บีบอัดมีรหัสผ่าน", "The archive is locked with a password"),
            Text("บีบอัดใหม่โดยไม่ใส่รหัสผ่าน", "Pack it again without a password"),
        )
    if name.lower().endswith(_NESTED):
        raise Harmful(
            Text("มีไฟล์บีบอัดซ้อนอยู่ข้างใน", "There is another archive inside the archive"),
            Text("คลายไฟล์ก่อน แล้วบีบอัดใหม่เพียงชั้นเดียว", "Unpack it and pack it again in one layer"),
        )


def unpack(path: Path, wanted: Iterable[tuple[zipfile.ZipInfo, str]], folder: Path, limits: Limits) -> None:
    """Write entries into ``folder`` under the plain names given beside them. Raises ``Unreadable`` or ``Harmful``."""
    left = limits.unpacked
    try:
        with zipfile.ZipFile(path) as archive:
            for entry, name in wanted:
                with archive.open(entry) as source, (folder / name).open("wb") as target:
                    shutil.copyfileobj(_Bounded(source, min(left, entry.file_size)), target, 1024 * 1024)
                left -= entry.file_size
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError):
        raise Unreadable from None


class _Bounded:
    """Reads no more than was declared, whatever the archive goes on to give."""

    def __init__(self, source: object, most: int) -> None:
        self._source, self._left = source, most

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._source.read(size)  # type: ignore[attr-defined]
        self._left -= len(data)
        if self._left < 0:
            raise Harmful(Text("เมื่อคลายไฟล์แล้วมีขนาดใหญ่ผิดปกติ", "The archive unpacks to an abnormal size"))
        return data


def refuse_entities(path: Path, entries: Iterable[zipfile.ZipInfo]) -> None:
    """Raise ``Harmful`` for an XML part with a document type or entities: a workbook never needs one.

    Parts in other encodings than UTF-8, where a declaration could hide, are refused alike.
    """
    with zipfile.ZipFile(path) as archive:
        for entry in entries:
            if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                continue
            with archive.open(entry) as part:
                head = part.read(_PROLOG)
            root = _ROOT.search(head)
            prolog = head[: root.start()] if root else head
            hidden = b"\0" in head[:64] or head[:2] in (b"\xff\xfe", b"\xfe\xff")
            if hidden or _DECLARATION.search(prolog) or (root is None and len(head) == _PROLOG):
                raise Harmful(
                    Text("แฟ้มงานมีคำสั่ง XML ที่ไม่ปลอดภัย", "The workbook holds unsafe XML declarations"),
                )
