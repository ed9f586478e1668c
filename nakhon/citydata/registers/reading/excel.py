"""Workbooks (.xlsx): values as they were last shown, sheet by sheet, without holding the sheet in memory."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from nakhon.citydata.registers.reading.archives import looked_through, refuse_entities
from nakhon.citydata.registers.reading.errors import LayerMissing, NothingInside, TooMuch, Unreadable
from nakhon.citydata.registers.reading.headings import LOOK, find_heading
from nakhon.citydata.registers.reading.types import Format, Inspection, Layer, ReadingOptions, SourceRow
from nakhon.knowledge.text import Text

MOST_ROWS = 1_048_576
"""The rows that a sheet can have (ECMA-376); a row number beyond it is a trap."""
_FORMULAS_LOOKED_AT = 200


class ExcelSource:
    """A sheet of a workbook. Raises ``Unreadable``, ``Harmful``, ``TooMuch``, ``LayerMissing``, ``NothingInside``."""

    def __init__(self, path: Path, options: ReadingOptions) -> None:
        self._path, self._limits = path, options.limits
        refuse_entities(path, looked_through(path, options.limits))
        with self._open() as book:
            names = tuple(s.title for s in book.worksheets if s.sheet_state == "visible")
        if not names:
            raise NothingInside
        if options.layer and options.layer not in names:
            raise LayerMissing(options.layer, names)
        self._sheet = options.layer or self._first_filled(names)
        first = list(itertools.islice(self._cells(), LOOK))
        heading = find_heading(first, options.header_row - 1 if options.header_row else None, options.header_rows)
        if not heading.names:
            raise NothingInside
        self._skip = heading.row + heading.depth
        self._refuse_uncalculated()
        self.inspection = Inspection(
            format=Format.EXCEL,
            columns=heading.names,
            layers=tuple(Layer(name) for name in names),
            layer=self._sheet,
            header_row=heading.row + 1,
            header_rows=heading.depth,
        )

    def rows(self) -> Iterator[SourceRow]:
        names = self.inspection.columns
        wide = len(names)
        for number, cells in enumerate(self._cells(), start=1):
            if number <= self._skip:
                continue
            values = {n: _plain(c) for n, c in zip(names, cells, strict=False) if c is not None and c != ""}
            if not values:
                continue
            fault = "columns" if any(c not in (None, "") for c in cells[wide:]) else ""
            yield SourceRow(number, values, None, fault)

    @contextmanager
    def _open(self, *, data_only: bool = True) -> Iterator[Any]:
        """The workbook, by its bytes and not by its name. Raises ``Unreadable`` for all that openpyxl makes of broken parts."""
        import openpyxl

        with self._path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that are of no concern here
            try:
                book = openpyxl.load_workbook(file, read_only=True, data_only=data_only, keep_links=False)
            except Exception as error:
                raise Unreadable from error
            with closing(book):
                yield book

    def _cells(self, *, data_only: bool = True, sheet: str = "") -> Iterator[tuple[Any, ...]]:
        with self._open(data_only=data_only) as book:
            found = book[sheet or self._sheet]
            found.reset_dimensions()  # what the sheet declares of its own size need not be true
            rows = found.iter_rows(values_only=True)
            for count in itertools.count(1):
                try:
                    row = next(rows, None)
                except Exception as error:
                    raise Unreadable from error
                if row is None:
                    return
                self._check_row(count, row)
                yield row

    def _check_row(self, count: int, row: tuple[Any, ...]) -> None:
        if count > MOST_ROWS:
            raise TooMuch
        most = self._limits.columns
        if len(row) > most and any(cell is not None for cell in row[most:]):
            raise TooMuch(
                Text(f"แผ่นงานมีเกิน {most:,} คอลัมน์", f"The sheet has more than {most:,} columns"),
                Text("ลบคอลัมน์ที่ไม่ใช้แล้วส่งอีกครั้ง", "Remove the columns that are not needed and send it again"),
            )

    def _first_filled(self, names: tuple[str, ...]) -> str:
        for name in names:
            if any(any(c is not None for c in row) for row in itertools.islice(self._cells(sheet=name), LOOK)):
                return name
        return names[0]

    def _refuse_uncalculated(self) -> None:
        """A formula whose value was never calculated would come in empty without a word."""
        shown, written = self._cells(), self._cells(data_only=False)
        for row, (values, formulas) in enumerate(
            itertools.islice(zip(shown, written, strict=False), _FORMULAS_LOOKED_AT), 1
        ):
            for column, (value, formula) in enumerate(zip(values, formulas, strict=False), 1):
                if value is None and isinstance(formula, str) and formula.startswith("=") and row > self._skip:
                    place = f"{_letters(column)}{row}"
                    raise Unreadable(
                        Text(f"ช่อง {place} เป็นสูตรที่ยังไม่ได้คำนวณค่า", f"Cell {place} is a formula without a value"),
                        Text(
                            "เปิดด้วย Excel หรือ LibreOffice ให้คำนวณ บันทึก แล้วส่งอีกครั้ง",
                            "Open it in Excel or LibreOffice so that it is calculated, save it and send it again",
                        ),
                    )


def _letters(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def _plain(cell: Any) -> Any:
    """JSON's values: dates as ISO 8601, whole numbers without a fraction (a sheet keeps all numbers as fractions)."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return cell if isinstance(cell, str | int | float | bool) else str(cell)
