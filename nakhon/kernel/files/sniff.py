"""What a file really is, found from its bytes and proved by its structure; neither its name nor the sender is believed."""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import puremagic

from nakhon.kernel.files import media
from nakhon.kernel.files import types as t
from nakhon.kernel.files.errors import Damaged, Dangerous, TypeRefused
from nakhon.knowledge.text import Text

HEAD = 4096
LARGEST_JSON = 30 * t.MB
MOST_ENTRIES, MOST_UNPACKED, MOST_RATIO = 10_000, 500 * t.MB, 200
"""An archive that unpacks to more than this is a bomb, or of no use here."""

_HEIC = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_ACTING = (
    ".exe",
    ".dll",
    ".scr",
    ".com",
    ".bat",
    ".cmd",
    ".ps1",
    ".vbs",
    ".js",
    ".jse",
    ".wsf",
    ".hta",
    ".msi",
    ".jar",
    ".lnk",
    ".apk",
)
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|\?xml|!--)", re.IGNORECASE)
_TIS620 = re.compile(rb"[\t\n\r\x20-\x7e\x80\x85\x91-\x97\xa0-\xda\xdf-\xfb]*")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_OOXML = {
    "wordprocessingml.document.main+xml": (t.DOCX, "word/document.xml"),
    "spreadsheetml.sheet.main+xml": (t.XLSX, "xl/workbook.xml"),
    "presentationml.presentation.main+xml": (t.PPTX, "ppt/presentation.xml"),
}

HEIC_FOUND = Text(
    "ภาพ HEIC ของไอโฟน โปรดตั้งกล้องเป็น “เข้ากันได้มากที่สุด” หรือส่งเป็น JPEG",
    "an iPhone HEIC image; set the camera to “Most Compatible” or send a JPEG",
)
OLD_OFFICE = Text(
    "เอกสาร Office รุ่นเก่า โปรดบันทึกเป็น .docx หรือ .xlsx", "an old Office document; save it as .docx or .xlsx"
)


def sniff(path: Path, name: str, claimed_type: str, accepted: frozenset[str]) -> str:
    """The media type of the file at ``path``, one of ``accepted``.

    ``claimed_type`` and the ending of ``name`` only choose between kinds of plain text, which are equally harmless.
    Raises ``TypeRefused``, ``Damaged`` or ``Dangerous``, naming ``name``. Images are proved afterwards, by decoding them.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    found = _of_head(head)
    if found is None:
        found = _text(path, head, name, claimed_type, accepted)
    elif found in _PROOFS:
        found = _PROOFS[found](path, name, accepted)
    if found not in t.IMAGE_TYPES and not _is_archive(found) and zipfile.is_zipfile(path):
        raise Dangerous(name, Text("มีไฟล์อื่นซ่อนอยู่ข้างใน", "another file is hidden inside it"))
    if found not in accepted:
        raise TypeRefused(name, accepted, t.TYPE_WORDS.get(found))
    return found


def _is_archive(found: str) -> bool:
    return found in (t.DOCX, t.XLSX, t.PPTX, t.ODT, t.ODS, t.ODP, t.ZIP)


def _of_head(head: bytes) -> str | None:
    """The kind that the first bytes announce, or None for text and everything that is not known here."""
    if head.startswith(b"\xff\xd8\xff"):
        return t.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return t.PNG
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return t.GIF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return t.WEBP
    if head.startswith(b"%PDF-"):
        return t.PDF
    if head.startswith(b"PK\x03\x04"):
        return t.ZIP
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12])
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return t.WEBM
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] >= b"\xe0" and (head[1] >> 1) & 3 == 1):
        return t.MP3
    return None


def _of_brand(brand: bytes) -> str | None:
    if brand in (b"avif", b"avis"):
        return t.AVIF
    if brand in _HEIC:
        return None
    return t.M4A if brand in (b"M4A ", b"M4B ") else t.MP4


def _pdf(path: Path, name: str, accepted: frozenset[str]) -> str:
    """ISO 32000: the header at the very beginning, ``startxref`` and ``%%EOF`` at the very end, nothing after it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(1024)
        file.seek(max(0, size - 4096))
        tail = file.read()
    if not re.match(rb"%PDF-[12]\.\d", head) or b"startxref" not in tail or b"%%EOF" not in tail:
        raise Damaged(name)
    if tail.rpartition(b"%%EOF")[2].strip(b"\0 \t\r\n\f"):
        raise Dangerous(name, Text("มีข้อมูลอื่นต่อท้าย", "something else follows its end"))
    if _MARKUP.search(head.partition(b"obj")[0]):
        raise Dangerous(name, Text("มีหน้าเว็บซ่อนอยู่ข้างใน", "a web page is hidden inside it"))
    return t.PDF


def _zip(path: Path, name: str, accepted: frozenset[str]) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            _check_archive(path, archive, name)
            return _office(archive, name) or _open_document(archive, name) or t.ZIP
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError, EOFError, OSError, RuntimeError):
        raise Damaged(name) from None


def _check_archive(path: Path, archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    with path.open("rb") as file:
        file.seek(-22, os.SEEK_END)
        ends_cleanly = file.read(4) == b"PK\x05\x06"
    if not entries or min(entry.header_offset for entry in entries) or not ends_cleanly or archive.comment:
        raise Dangerous(name, Text("มีข้อมูลอื่นปนอยู่กับไฟล์บีบอัด", "something else is mixed into the archive"))
    unpacked = sum(entry.file_size for entry in entries)
    if (
        len(entries) > MOST_ENTRIES
        or unpacked > MOST_UNPACKED
        or unpacked > MOST_RATIO * max(path.stat().st_size, 4096)
    ):
        raise Dangerous(name, Text("เมื่อคลายแล้วมีขนาดใหญ่ผิดปกติ", "it unpacks to an abnormal size"))
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if entry.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            raise Dangerous(name, Text("มีที่อยู่ไฟล์ที่ไม่ปลอดภัย", "a path inside it is unsafe"))
        if entry.flag_bits & 0x1:
            raise Dangerous(name, Text("มีรหัสผ่าน จึงตรวจไม่ได้", "it is locked with a password and cannot be checked"))
        if entry.filename.lower().endswith(_ACTING):
            raise Dangerous(name, Text("มีโปรแกรมอยู่ข้างใน", "there is a program inside it"))


def _office(archive: zipfile.ZipFile, name: str) -> str | None:
    """ECMA-376: the main part's content type says which kind of document it is."""
    names = set(archive.namelist())
    if "[Content_Types].xml" not in names:
        return None
    with archive.open("[Content_Types].xml") as file:
        declared = file.read(2 * t.MB).decode("utf-8")
    lowered = {entry.lower() for entry in names}
    acts = "macroenabled" in declared.lower() or any(e.endswith("vbaproject.bin") or "/activex/" in e for e in lowered)
    if acts:
        raise Dangerous(name, Text("มีมาโคร", "it holds macros"))
    for kind, (media_type, part) in _OOXML.items():
        if kind in declared and part in names:
            return media_type
    raise Damaged(name)


def _open_document(archive: zipfile.ZipFile, name: str) -> str | None:
    """OASIS OpenDocument: the first entry, not compressed, is called ``mimetype`` and holds the type."""
    first = archive.infolist()[0]
    if first.filename != "mimetype":
        return None
    with archive.open(first) as file:
        declared = file.read(200).decode("ascii", "replace").strip()
    if declared not in (t.ODT, t.ODS, t.ODP) or "content.xml" not in archive.namelist():
        raise Damaged(name)
    if any(entry.startswith(("Basic/", "Scripts/")) for entry in archive.namelist()):
        raise Dangerous(name, Text("มีมาโคร", "it holds macros"))
    return declared


def _moving(path: Path, name: str, accepted: frozenset[str]) -> str:
    found = media.prove_iso(path)
    if found is None:
        raise Damaged(name)
    return found


def _webm(path: Path, name: str, accepted: frozenset[str]) -> str:
    with path.open("rb") as file:
        head = file.read(128)
    if b"\x42\x82\x84webm" not in head:
        raise TypeRefused(name, accepted, Text("วิดีโอ Matroska", "a Matroska video"))
    return t.WEBM


def _mp3(path: Path, name: str, accepted: frozenset[str]) -> str:
    if not media.prove_mp3(path):
        raise Damaged(name)
    return t.MP3


_PROOFS: dict[str, Callable[[Path, str, frozenset[str]], str]] = {
    t.PDF: _pdf,
    t.ZIP: _zip,
    t.MP4: _moving,
    t.M4A: _moving,
    t.WEBM: _webm,
    t.MP3: _mp3,
}


def _text(path: Path, head: bytes, name: str, claimed_type: str, accepted: frozenset[str]) -> str:
    """Plain text in UTF-8 or TIS-620 (Windows 874): no control characters, no markup that a browser might run."""
    text = _decoded(path) if head and b"\0" not in head else None
    if text is None:
        raise TypeRefused(name, accepted, _guess(head))
    start = text[:HEAD].lstrip("\ufeff \t\r\n").encode()
    if start.startswith(b"<") or _MARKUP.search(start):
        raise Dangerous(
            name, Text("เป็นหน้าเว็บหรือภาพ SVG ซึ่งอาจมีสคริปต์", "it is a web page or an SVG image, which may hold scripts")
        )
    if start.startswith(b"#!"):
        raise Dangerous(name, Text("เป็นสคริปต์", "it is a script"))
    return _kind_of_text(text, name.lower(), claimed_type, accepted)


def _decoded(path: Path) -> str | None:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if not _TIS620.fullmatch(data):
            return None
        text = data.decode("cp874", "replace")
    return None if _CONTROLS.search(text) else text


def _kind_of_text(text: str, name: str, claimed_type: str, accepted: frozenset[str]) -> str:
    says_json = name.endswith((".json", ".geojson")) or "json" in claimed_type
    if accepted & {t.JSON, t.GEOJSON} and (says_json or text.lstrip()[:1] in ("{", "[")) and len(text) <= LARGEST_JSON:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            if says_json:
                raise Damaged(name) from None
        else:
            is_map = isinstance(value, dict) and value.get("type") in ("FeatureCollection", "Feature")
            return t.GEOJSON if is_map and t.GEOJSON in accepted else t.JSON
    says_csv = name.endswith(".csv") or claimed_type in ("text/csv", "application/vnd.ms-excel")
    return t.CSV if t.CSV in accepted and (says_csv or t.TEXT not in accepted) else t.TEXT


def _guess(head: bytes) -> Text | None:
    """What bytes that are refused look like, for the message only: these are guesses."""
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return HEIC_FOUND
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return OLD_OFFICE
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Text("ข้อความ UTF-16 โปรดบันทึกเป็น UTF-8", "text in UTF-16; save it as UTF-8")
    if head.startswith((b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")):
        return Text("โปรแกรม", "a program")
    try:
        names = [found.name for found in puremagic.magic_string(head) if found.name and found.confidence >= 0.5]
    except (puremagic.PureError, ValueError):
        return None
    return Text(names[0], names[0]) if names else None
