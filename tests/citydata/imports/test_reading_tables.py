"""CSV and Excel as offices have them: letters, separators, headings; and what hostile files meet."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from nakhon.citydata.registers.reading import errors
from nakhon.citydata.registers.reading.opening import open_source
from nakhon.citydata.registers.reading.types import Format, Limits, ReadingOptions
from tests.citydata.imports import files

HEADS = ("รหัส", "ชื่อ", "กำลังไฟ", "ลองจิจูด", "ละติจูด")


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp874", "cp874"),
        ("tis-620", "cp874"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_in_every_usual_form(tmp_path: Path, written: str, found: str, delimiter: str) -> None:
    path = tmp_path / "lamps.csv"
    path.write_bytes(files.csv_text(delimiter).encode(written))
    source = open_source(path)
    assert (source.inspection.format, source.inspection.encoding) == (Format.CSV, found)
    assert source.inspection.delimiter == delimiter
    assert source.inspection.columns == HEADS
    rows = list(source.rows())
    assert [row.number for row in rows] == [2, 3]
    assert rows[1].values["ชื่อ"] == "โคมถนนชลประทาน"
    assert [row.number for row in source.rows()] == [2, 3]  # as often as asked


def test_western_letters_are_not_taken_for_thai(tmp_path: Path) -> None:
    path = tmp_path / "cafe.csv"
    path.write_bytes("name,owner\nCafé Soleil,Zoë Müller\nHôtel,Jürgen\n".encode("cp1252"))
    source = open_source(path)
    assert source.inspection.encoding == "cp1252"
    assert source.inspection.notes
    assert next(iter(source.rows())).values["name"] == "Café Soleil"


def test_unknown_letters_are_refused_and_a_choice_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "noise.csv"
    path.write_bytes(b"a,b\n\x81\x90\xdb\xfe\xff\x8f,\xdd\xfc\n")
    with pytest.raises(errors.EncodingUnknown):
        open_source(path)
    thai = tmp_path / "thai.csv"
    thai.write_bytes(files.csv_text().encode("cp874"))
    with pytest.raises(errors.EncodingUnknown):
        open_source(thai, ReadingOptions(encoding="utf-8"))
    with pytest.raises(errors.EncodingUnknown):
        open_source(thai, ReadingOptions(encoding="rot13"))
    assert open_source(thai, ReadingOptions(encoding="tis-620")).inspection.columns == HEADS


def test_title_rows_blank_rows_and_double_names(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("ทะเบียนโคมไฟ ปี 2566,,,\n,,,\nรหัส,ชื่อ,ชื่อ,\nA1,x,y,z\n,,,\nA2,x,,\n", "utf-8")
    source = open_source(path)
    assert source.inspection.columns == ("รหัส", "ชื่อ", "ชื่อ (2)")
    assert source.inspection.header_row == 3
    rows = list(source.rows())
    assert [(row.number, row.fault) for row in rows] == [(4, "columns"), (6, "")]
    assert rows[1].values == {"รหัส": "A2", "ชื่อ": "x"}


def test_quoted_cells_keep_lines_and_an_open_quote_is_one_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text('code,note\nA,"first, \nsecond ""x"""\nB,' + '"' + "y" * 200_000 + "\n", "utf-8")
    rows = list(open_source(path).rows())
    assert rows[0].values["note"] == 'first, \nsecond "x"'
    assert rows[-1].fault == "cell"


@pytest.mark.parametrize("content", [b"", b"  \r\n\r\n", b"\xef\xbb\xbf\r\n"])
def test_empty_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "e.csv"
    path.write_bytes(content)
    with pytest.raises(errors.NothingInside):
        open_source(path)


def test_too_many_columns_and_too_large(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{i}" for i in range(600)) + "\n", "utf-8")
    with pytest.raises(errors.TooMuch):
        open_source(path)
    with pytest.raises(errors.TooMuch):
        open_source(path, ReadingOptions(limits=Limits(size=100)))


@pytest.mark.parametrize(
    "head", [b"<html><body>", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1", b"SQLite format 3\0" + b"\0" * 200]
)
def test_other_kinds_of_file_are_refused_by_name(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(head)
    with pytest.raises(errors.FormatUnknown) as caught:
        open_source(path)
    assert caught.value.remedy.th and caught.value.remedy.en


def test_workbook_with_title_and_merged_heading(tmp_path: Path) -> None:
    path = files.workbook(
        tmp_path / "lamps.xlsx",
        [
            ["ทะเบียนโคมไฟถนน"],
            ["รหัส", "พิกัด", None, "ติดตั้ง"],
            [None, "ลองจิจูด", "ละติจูด", None],
            ["SL-001", 99.9601, 9.5357, date(2020, 3, 1)],
            [None, None, None, None],
            ["SL-002", 100.0, 9.5, datetime(2021, 1, 2, 8, 30)],
        ],
        merges=["A1:D1", "B2:C2", "A2:A3", "D2:D3"],
    )
    source = open_source(path)
    assert source.inspection.format is Format.EXCEL
    assert source.inspection.columns == ("รหัส", "พิกัด ลองจิจูด", "พิกัด ละติจูด", "ติดตั้ง")
    assert (source.inspection.header_row, source.inspection.header_rows) == (2, 2)
    rows = list(source.rows())
    assert [row.number for row in rows] == [4, 6]
    assert rows[0].values == {"รหัส": "SL-001", "พิกัด ลองจิจูด": 99.9601, "พิกัด ละติจูด": 9.5357, "ติดตั้ง": "2020-03-01"}
    assert rows[1].values["ติดตั้ง"] == "2021-01-02T08:30:00"
    assert rows[1].values["พิกัด ลองจิจูด"] == 100


def test_workbook_sheets_are_chosen_by_name(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "ปก"
    book.create_sheet("ข้อมูล").append(["code", "name"])
    book["ข้อมูล"].append(["A", "x"])
    book.create_sheet("ซ่อน").sheet_state = "hidden"
    path = tmp_path / "b.xlsx"
    book.save(path)
    source = open_source(path)
    assert [layer.name for layer in source.inspection.layers] == ["ปก", "ข้อมูล"]
    assert source.inspection.layer == "ข้อมูล"
    with pytest.raises(errors.LayerMissing) as caught:
        open_source(path, ReadingOptions(layer="ซ่อน"))
    assert "ข้อมูล" in caught.value.remedy.th


def test_formulas_give_their_value_or_are_refused(tmp_path: Path) -> None:
    path = files.workbook(tmp_path / "f.xlsx", [["code", "watts"], ["A", "=20*5"]])
    with pytest.raises(errors.Unreadable) as caught:
        open_source(path)
    assert "B2" in caught.value.message.en
    counted = files.with_part(
        path, tmp_path / "g.xlsx", "xl/worksheets/sheet1.xml",
        lambda data: data.replace(b"<f>20*5</f><v />", b"<f>20*5</f><v>100</v>").replace(b"<f>20*5</f><v/>", b"<f>20*5</f><v>100</v>"),
    )  # fmt: skip
    assert next(iter(open_source(counted).rows())).values["watts"] == 100


def test_entities_in_a_workbook_are_refused(tmp_path: Path) -> None:
    good = files.workbook(tmp_path / "good.xlsx", [["code"], ["A"]])
    assert list(open_source(good).rows())
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    for declared in (
        lambda data: data.replace(b"<worksheet", bomb + b"<worksheet", 1),
        lambda data: b"<!--" + b"x" * 50_000 + b"-->" + bomb + data,
        lambda data: data.decode("utf-8").encode("utf-16"),
    ):
        bad = files.with_part(good, tmp_path / "bad.xlsx", "xl/worksheets/sheet1.xml", declared)
        with pytest.raises(errors.Harmful):
            open_source(bad)


def test_archive_bombs_paths_links_and_nested_archives(tmp_path: Path) -> None:
    def refused(entries: dict[str, bytes], limits: Limits | None = None) -> None:
        path = files.zip_of(tmp_path / "z.zip", {"a.shp": b"x", **entries})
        with pytest.raises((errors.Harmful, errors.TooMuch)):
            open_source(path, ReadingOptions(limits=limits or Limits()))

    refused({"big.dbf": b"\0" * 30_000_000})
    refused({"../../etc/passwd": b"x"})
    refused({"/etc/passwd": b"x"})
    refused({"c:\\windows\\x": b"x"})
    refused({"inner.zip": b"x"})
    refused({f"f{i}": b"" for i in range(2100)})
    link = tmp_path / "l.zip"
    with zipfile.ZipFile(link, "w") as archive:
        archive.writestr("a.shp", b"x")
        entry = zipfile.ZipInfo("a.dbf")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(errors.Harmful):
        open_source(link)


def test_an_archive_that_lies_about_its_size_is_stopped(tmp_path: Path) -> None:
    good = files.shapefile(tmp_path)
    data = bytearray(good.read_bytes())
    with zipfile.ZipFile(good) as archive:
        real = archive.getinfo("lamps.dbf").file_size
    for mark, field in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = 0
        while (place := data.find(mark, place)) >= 0:
            if int.from_bytes(data[place + field : place + field + 4], "little") == real:
                data[place + field : place + field + 4] = (10).to_bytes(4, "little")
            place += 4
    lying = tmp_path / "lying.zip"
    lying.write_bytes(bytes(data))
    with pytest.raises((errors.Harmful, errors.Unreadable)):
        list(open_source(lying).rows())
