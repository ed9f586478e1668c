"""Tables of text: CSV with any usual separator, quoting and encoding."""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nakhon.citydata.registers.reading import encodings
from nakhon.citydata.registers.reading.errors import FormatUnknown, NothingInside, TooMuch
from nakhon.citydata.registers.reading.headings import LOOK, find_heading
from nakhon.citydata.registers.reading.types import Format, Inspection, ReadingOptions, SourceRow
from nakhon.knowledge.text import Text

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 200


class CsvSource:
    """A CSV file. Raises ``EncodingUnknown``, ``FormatUnknown`` (a program, not a table), ``NothingInside``, ``TooMuch``."""

    def __init__(self, path: Path, options: ReadingOptions) -> None:
        self._path, self._limits = path, options.limits
        notes: tuple[Text, ...] = ()
        if options.encoding:
            self._encoding = encodings.checked(path, options.encoding)
        else:
            self._encoding, notes = encodings.detect(path)
        self._delimiter = options.delimiter if options.delimiter in DELIMITERS else self._find_delimiter()
        first = [cells for cells, _ in itertools.islice(self._records(), LOOK)]
        heading = find_heading(first, options.header_row - 1 if options.header_row else None, options.header_rows)
        if not heading.names:
            raise NothingInside
        if any("\x00" in name for name in heading.names):
            raise FormatUnknown
        if len(heading.names) > self._limits.columns:
            raise TooMuch(
                Text(
                    f"ไฟล์มี {len(heading.names):,} คอลัมน์ รับได้ไม่เกิน {self._limits.columns:,}",
                    f"The file has {len(heading.names):,} columns; at most {self._limits.columns:,} are taken",
                ),
                Text("ลบคอลัมน์ที่ไม่ใช้แล้วส่งอีกครั้ง", "Remove the columns that are not needed and send it again"),
            )
        self._skip = heading.row + heading.depth
        self.inspection = Inspection(
            format=Format.CSV,
            columns=heading.names,
            encoding=self._encoding,
            delimiter=self._delimiter,
            header_row=heading.row + 1,
            header_rows=heading.depth,
            notes=notes,
        )

    def rows(self) -> Iterator[SourceRow]:
        names = self.inspection.columns
        wide = len(names)
        for number, (cells, fault) in enumerate(self._records(), start=1):
            if number <= self._skip or not (fault or any(cell.strip() for cell in cells)):
                continue
            if not fault and len(cells) > wide:
                fault = "columns" if any(cell.strip() for cell in cells[wide:]) else ""
            values = {name: cell for name, cell in zip(names, cells, strict=False) if cell}
            yield SourceRow(number, values, None, fault)

    def _records(self) -> Iterator[tuple[list[str], str]]:
        """The cells of each record, or what is wrong with it; one bad record does not end the file."""
        with self._path.open(encoding=self._encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self._delimiter)
            while True:
                try:
                    yield next(reader), ""
                except StopIteration:
                    return
                except csv.Error as error:
                    yield [], "cell" if "field larger" in str(error) else "record"

    def _find_delimiter(self) -> str:
        """The separator by which most sample lines have the same number of cells, and more than one."""
        with self._path.open(encoding=self._encoding, newline="") as file:
            lines = [line[:20_000] for line in itertools.islice(iter(lambda: file.readline(20_000), ""), _SAMPLE)]
        best, best_score = ",", 0.0
        for delimiter in DELIMITERS:
            counts: Counter[int] = Counter()
            with suppress(csv.Error):  # an endless cell: what came before it tells enough
                for cells in csv.reader(lines, delimiter=delimiter):
                    counts[len(cells)] += bool(cells)
            counts += Counter()
            if not counts:
                continue
            width, often = max(counts.items(), key=lambda pair: (pair[1] * (pair[0] > 1), pair[0]))
            score = often / sum(counts.values()) * (width > 1) + min(width, 50) / 1000
            if score > best_score:
                best, best_score = delimiter, score
        return best
