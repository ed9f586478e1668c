"""CSV and Excel for people: titles as headings, dates in both eras where asked, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nakhon.citydata.registers.writing.errors import TooManyRows
from nakhon.citydata.registers.writing.types import Row, Table, Written
from nakhon.knowledge.dates import BANGKOK, be_year
from nakhon.knowledge.text import Text

EXCEL_ROWS = 1_048_575
"""ECMA-376: 1,048,576 rows, less the heading."""
_EXCEL_CELL = 32_767
_ACTING = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"^[+-]?\d[\d,]*(\.\d+)?$")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_BATCH = 2000
_KEY = {"key": "key", "th": "รหัสระเบียน", "en": "Record key"}
_PLACE = {
    "x": {"key": "longitude", "th": "ลองจิจูด", "en": "Longitude"},
    "y": {"key": "latitude", "th": "ละติจูด", "en": "Latitude"},
    "wkt": {"key": "wkt", "th": "รูปทรง (WKT)", "en": "Shape (WKT)"},
}
_BE = {"key": "_be", "th": " (พ.ศ.)", "en": " (B.E.)"}


def guarded(text: str) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_ACTING) and not _NUMBER.match(text) else text


def headings(table: Table) -> list[str]:
    """The names of the columns, in order."""
    style = table.headings
    names = [_KEY[style]] if table.key_column else []
    for column in table.columns:
        names.append(column.heading(style))
        if table.be_dates and column.kind in ("date", "date-time"):
            names.append(column.heading(style) + _BE[style])
    if table.geometry == "Point":
        names += [_PLACE["x"][style], _PLACE["y"][style]]
    elif table.geometry != "none":
        names += [_PLACE["x"][style], _PLACE["y"][style], _PLACE["wkt"][style]]
    return names


def cells(table: Table) -> Iterator[list[Any]]:
    """The cells of each row beside ``headings``: numbers and booleans as they are, dates as ISO 8601 text."""
    batch: list[Row] = []
    for row in table.rows():
        batch.append(row)
        if len(batch) == _BATCH:
            yield from _cells_of(table, batch)
            batch = []
    if batch:
        yield from _cells_of(table, batch)


def _cells_of(table: Table, rows: Sequence[Row]) -> Iterable[list[Any]]:
    places = _places(rows, table.geometry) if table.geometry != "none" else None
    for index, row in enumerate(rows):
        made: list[Any] = [row.key] if table.key_column else []
        for column in table.columns:
            value = row.data.get(column.key)
            made.append(_cell(value))
            if table.be_dates and column.kind in ("date", "date-time"):
                made.append(_buddhist(value))
        if places is not None:
            made += places[index]
        yield made


def _cell(value: Any) -> Any:
    if isinstance(value, list | dict):
        if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
            return "; ".join(map(str, value))
        return json.dumps(value, ensure_ascii=False)
    return value


def _buddhist(value: Any) -> str:
    """15/01/2569, or 15/01/2569 15:30 in Bangkok's time."""
    if not isinstance(value, str) or not value:
        return ""
    try:
        if "T" in value:
            moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
            local = moment.astimezone(BANGKOK) if moment.tzinfo else moment
            return f"{local:%d/%m}/{be_year(local.date())} {local:%H:%M}"
        day = date.fromisoformat(value)
    except ValueError:
        return ""
    return f"{day:%d/%m}/{be_year(day)}"


def _places(rows: Sequence[Row], geometry: str) -> list[list[Any]]:
    import shapely

    shapes = shapely.from_wkb([row.geometry for row in rows])
    inside = shapes if geometry == "Point" else shapely.point_on_surface(shapes)
    xs, ys = shapely.get_x(inside).round(7).tolist(), shapely.get_y(inside).round(7).tolist()
    pairs: list[list[Any]] = [[x, y] if x == x else [None, None] for x, y in zip(xs, ys, strict=True)]
    if geometry != "Point":
        for pair, text in zip(pairs, shapely.to_wkt(shapes, rounding_precision=7, trim=True), strict=True):
            pair.append(text)
    return pairs


def write_csv(table: Table, path: Path) -> Written:
    """UTF-8 with a byte-order mark (spreadsheets need it for Thai), CRLF, all of RFC 4180."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        return _to_csv(table, file)


def _to_csv(table: Table, file: io.TextIOBase | Any) -> Written:
    writer, count = csv.writer(file, lineterminator="\r\n"), 0
    writer.writerow([guarded(name) for name in headings(table)])
    for row in cells(table):
        writer.writerow([_text(cell) for cell in row])
        count += 1
    return Written(count)


def _text(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "ใช่" if cell else "ไม่ใช่"
    return guarded(cell) if isinstance(cell, str) else cell


def write_excel(table: Table, path: Path) -> Written:
    """One sheet, written row by row; text is stored as text, so that nothing in it is ever a formula."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\']", " ", table.title.in_(table.headings))[:31] or "data")
    sheet.freeze_panes = "A2"

    def cell(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(sheet, _NOT_XML.sub("", value)[:_EXCEL_CELL])
        made.data_type = "s"
        made.quotePrefix = value.startswith(_ACTING)
        return made

    bold = []
    for name in headings(table):
        made = cell(name)
        made.font = Font(bold=True)
        bold.append(made)
    sheet.append(bold)
    count = cut = 0
    for row in cells(table):
        count += 1
        if count > EXCEL_ROWS:
            raise TooManyRows(EXCEL_ROWS)
        cut += any(isinstance(value, str) and len(value) > _EXCEL_CELL for value in row)
        sheet.append([cell(value) for value in row])
    book.save(path)
    notes = (
        Text(
            f"ข้อความใน {cut:,} แถวยาวเกินที่ Excel รับได้จึงถูกตัด",
            f"Texts of {cut:,} rows are longer than Excel takes and were cut",
        ),
    )
    return Written(count, notes if cut else ())
