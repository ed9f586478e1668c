"""What a file is, is read from its bytes: every kind that is accepted, and every trick that is not."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from nakhon.kernel.files import types as t
from nakhon.kernel.files.errors import Damaged, Dangerous, TypeRefused
from nakhon.kernel.files.names import LONGEST, clean_name, with_ending
from nakhon.kernel.files.sniff import sniff
from tests.kernel import samples as s

EVERYTHING = frozenset(t.EXTENSIONS)
THAI = "หมายเลข,ชื่อถนน\n1,ถนนรอบเกาะ\n"


def found(path: Path, content: bytes, name: str = "x", claimed: str = "", accepted: frozenset[str] = EVERYTHING) -> str:
    target = path / "sent"
    target.write_bytes(content)
    return sniff(target, name, claimed, accepted)


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (s.jpeg(), "a.png", t.JPEG),
        (s.saved(s.picture(), "PNG"), "a", t.PNG),
        (s.saved(s.picture(), "WEBP"), "a.jpg", t.WEBP),
        (s.gif_that_moves(), "a.jpg", t.GIF),
        (s.saved(s.picture(), "AVIF"), "a.jpg", t.AVIF),
        (s.PDF, "a.exe", t.PDF),
        (s.docx(), "a.zip", t.DOCX),
        (s.xlsx(), "a.txt", t.XLSX),
        (s.odt(), "a", t.ODT),
        (s.archive({"roads.shp": b"1", "roads.dbf": b"2"}), "roads.zip", t.ZIP),
        (s.mp4(), "a.mp4", t.MP4),
        (s.mp4(b"qt  "), "a.mov", t.MP4),
        (s.mp4(b"M4A "), "a.m4a", t.M4A),
        (s.WEBM, "a", t.WEBM),
        (s.mp3(), "a", t.MP3),
        ("สวัสดี\n".encode(), "a.txt", t.TEXT),
        ("สวัสดี\n".encode("utf-8-sig"), "a.txt", t.TEXT),
        (THAI.encode("tis-620"), "ถนน.csv", t.CSV),
        (THAI.encode(), "ถนน.csv", t.CSV),
        (b'{"a": [1]}', "a.json", t.JSON),
        (b'{"type": "FeatureCollection", "features": []}', "a.geojson", t.GEOJSON),
    ],
)
def test_each_kind_is_known_by_its_bytes(tmp_path: Path, content: bytes, name: str, expected: str) -> None:
    assert found(tmp_path, content, name) == expected


@pytest.mark.parametrize(
    ("content", "name", "claimed"),
    [
        (b"<!DOCTYPE html><html></html>", "photo.jpg", "image/jpeg"),
        (b"  \n<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "mark.png", "image/png"),
        (b"<?xml version='1.0'?><svg/>", "a.txt", "text/plain"),
        (b"hello <script>alert(1)</script>", "a.txt", "text/plain"),
        (b"\xef\xbb\xbf<html>", "a.csv", "text/csv"),
        (b"#!/bin/sh\nrm -rf /\n", "a.txt", "text/plain"),
        (s.PDF + b"<html><script>1</script>", "a.pdf", "application/pdf"),
        (s.PDF.replace(b"%\xe2\xe3\xcf\xd3", b"<html><body>"), "a.pdf", "application/pdf"),
        (s.PDF[:-6] + s.archive({"a": b"b"}, comment=b"startxref\n1\n%%EOF\n"), "a.pdf", ""),
        (s.docx({"word/vbaProject.bin": b"x"}), "a.docx", t.DOCX),
        (s.docx({"word/activeX/activeX1.xml": b"x"}), "a.docx", t.DOCX),
        (s.docx(declared="wordprocessingml.document.macroEnabled.main+xml"), "a.docx", t.DOCX),
        (s.odt({"Basic/script-lc.xml": b"x"}), "a.odt", ""),
        (b"MZ" + s.docx(), "a.docx", t.DOCX),
        (s.docx() + b"MZ trailing", "a.docx", t.DOCX),
        (s.archive({"a.txt": b"1"}, comment=b"more"), "a.zip", ""),
        (s.archive({"../../etc/passwd": b"1"}), "a.zip", ""),
        (s.archive({"/etc/passwd": b"1"}), "a.zip", ""),
        (s.archive({"setup.EXE": b"1"}), "a.zip", ""),
        (s.archive({"bomb": b"\0" * 30_000_000}), "a.zip", ""),
        (b"plain text first\n" + s.archive({"a": b"b"}, compressed=False), "a.txt", "text/plain"),
    ],
)
def test_what_could_act_or_hides_something_is_refused(tmp_path: Path, content: bytes, name: str, claimed: str) -> None:
    with pytest.raises((Dangerous, TypeRefused)) as refused:
        found(tmp_path, content, name, claimed)
    assert name in refused.value.message.th
    assert name in refused.value.message.en


def test_a_locked_archive_is_refused(tmp_path: Path) -> None:
    content = bytearray(s.archive({"a.txt": b"1"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    with pytest.raises(Dangerous, match="password"):
        found(tmp_path, bytes(content))


@pytest.mark.parametrize(
    "content",
    [
        s.PDF[:-20],
        b"%PDF-9.9 nothing",
        s.docx()[:-30],
        s.archive({"[Content_Types].xml": b"<Types/>"}),
        s.archive({"mimetype": b"application/x-unknown"}),
        s.mp4()[:-10],
        s.mp4() + b"extra",
        s.box(b"ftyp", b"isom") + s.box(b"mdat", b"1"),
        b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 400,
    ],
)
def test_what_is_cut_or_broken_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises((Damaged, TypeRefused)):
        found(tmp_path, content, "ไฟล์")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (s.HEIC, "HEIC"),
        (s.OLD_DOC, ".docx"),
        (s.PROGRAM, "program"),
        (s.MATROSKA, "Matroska"),
        ("ก,ข".encode("utf-16"), "UTF-16"),
        (b"Rar!\x1a\x07\x00" + b"\0" * 99, "RAR"),
    ],
)
def test_a_refusal_says_what_it_looks_like_and_what_is_accepted(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(TypeRefused) as refused:
        found(tmp_path, content, "IMG_0001.HEIC", accepted=t.IMAGE_TYPES)
    assert said.lower() in refused.value.message.en.lower()
    assert "JPEG images" in refused.value.remedy.en
    assert "ภาพ JPEG" in refused.value.remedy.th


@pytest.mark.parametrize("content", [b"\0\1\2", b"ok\0no", b"bell \x07", b"\xff\xfe\x00", bytes(range(256))])
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(TypeRefused):
        found(tmp_path, content, "a.txt", "text/plain")


def test_the_policy_decides_what_is_accepted(tmp_path: Path) -> None:
    assert found(tmp_path, s.PDF, accepted=frozenset({t.PDF})) == t.PDF
    with pytest.raises(TypeRefused):
        found(tmp_path, s.PDF, accepted=t.IMAGE_TYPES)
    with pytest.raises(TypeRefused):
        found(tmp_path, s.jpeg(), "a.pdf", t.PDF, frozenset({t.PDF}))
    assert found(tmp_path, b"a;b\n1;2\n", "a.txt", accepted=frozenset({t.CSV})) == t.CSV
    with pytest.raises(Damaged):
        found(tmp_path, b'{"a": ', "a.json", accepted=frozenset({t.JSON}))
    with pytest.raises(Damaged):
        found(tmp_path, json.dumps([0] * 3).encode()[:-1] + b"," * 3, "a.json", accepted=frozenset({t.JSON}))
    with pytest.raises(ValueError, match="recognise"):
        t.Policy(frozenset({"application/x-magic"}))
    with pytest.raises(ValueError, match="positive"):
        t.Policy(frozenset({t.PDF}), max_count=0)


def test_an_archive_may_not_lie_about_its_size(tmp_path: Path) -> None:
    content = s.archive({f"{number}": b"" for number in range(10_001)})
    with pytest.raises(Dangerous):
        found(tmp_path, content)
    assert zipfile.is_zipfile(tmp_path / "sent")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("รายงาน ก.พ. 2569.pdf", "รายงาน ก.พ. 2569.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\สมชาย\\ภาพ.jpg", "ภาพ.jpg"),
        ("a\0b\r\nSet-Cookie: x.jpg", "ab Set-Cookie_ x.jpg"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('a"b<c>|?*.txt', "a_b_c____.txt"),
        ("  .hidden. ", "hidden"),
        ("", "file"),
        ("...", "file"),
        ("cafe\u0301.txt", "café.txt"),
    ],
)
def test_names_are_made_harmless(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_long_names_keep_their_ending_and_endings_tell_the_truth() -> None:
    assert clean_name("ก" * 400 + ".pdf").endswith("ก.pdf")
    assert len(clean_name("ก" * 400 + ".pdf")) == LONGEST
    assert len(clean_name("ก" * 400)) == LONGEST
    assert with_ending("ภาพ.HEIC", t.JPEG) == "ภาพ.jpg"
    assert with_ending("photo.JPEG", t.JPEG) == "photo.JPEG"
    assert with_ending("report.exe", t.PDF) == "report.exe.pdf"
    assert with_ending("ฉบับที่ 1.2", t.PDF) == "ฉบับที่ 1.2.pdf"
    assert with_ending("moving.gif", t.WEBP) == "moving.webp"
