"""A file's rows laid out so that a worker can go on at any of them: the same file always gives the same layout.

Each row's key is hashed on the way, so that a key given twice is seen over the whole file, and at the end it is known which
records the file does not name.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from nakhon.citydata.registers.reading.errors import TooMuch
from nakhon.citydata.registers.reading.types import Source, SourceRow
from nakhon.knowledge.text import Text

FRAME = 500
"""Rows a frame; a chunk of work is a whole number of frames."""
_LENGTH = struct.Struct("<I")
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[SourceRow])


def hash_of(key: str) -> int:
    """Eight bytes that stand for a key; two of a million keys share one with a chance below one in ten million."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")


class Spool:
    """The rows of one run on the local disk. ``build`` once; then ``rows(at, count)`` from any multiple of ``FRAME``."""

    def __init__(self, folder: Path) -> None:
        self._rows, self._index, self._keys = folder / "rows", folder / "index.json", folder / "keys"
        self._told: dict[str, Any] | None = None

    @property
    def is_there(self) -> bool:
        return self._index.exists()

    def build(self, source: Source, key_of: Callable[[SourceRow], str], most: int) -> None:
        """Read the whole ``source``. Raises what it raises, and ``TooMuch``; then nothing is left behind that counts."""
        offsets: list[int] = []
        keys = array("Q")
        first: array[int] = array("Q")
        count = 0
        part = self._rows.with_name(f"rows.{os.getpid()}.part")
        with part.open("wb") as file:
            frame: list[SourceRow] = []
            for row in source.rows():
                frame.append(row)
                if key := key_of(row):
                    keys.append(hash_of(key))
                    first.append(row.number)
                if len(frame) == FRAME:
                    count += self._put(file, frame, offsets)
                    frame = []
                    if count > most:
                        raise TooMuch(
                            Text(f"ไฟล์มีเกิน {most:,} แถว", f"The file has more than {most:,} rows"),
                        )
            if frame:
                count += self._put(file, frame, offsets)
        part.replace(self._rows)
        twice = _twice(keys, first)
        if keys:
            keys_part = self._keys.with_name(f"keys.{os.getpid()}.part")
            keys_part.write_bytes(keys.tobytes())
            keys_part.replace(self._keys)
        index_part = self._index.with_name(f"index.{os.getpid()}.part")
        index_part.write_text(json.dumps({"rows": count, "offsets": offsets, "twice": twice}), "utf-8")
        index_part.replace(self._index)

    @staticmethod
    def _put(file: Any, frame: list[SourceRow], offsets: list[int]) -> int:
        offsets.append(file.tell())
        data = _encoder.encode(frame)
        file.write(_LENGTH.pack(len(data)))
        file.write(data)
        return len(frame)

    def _load(self) -> dict[str, Any]:
        if self._told is None:
            self._told = json.loads(self._index.read_text("utf-8"))
        return self._told

    @property
    def total(self) -> int:
        return int(self._load()["rows"])

    @property
    def twice(self) -> dict[int, int]:
        """The hashes of keys that stand in several rows, each with the number of the first of these rows."""
        return {int(key): number for key, number in self._load()["twice"].items()}

    def rows(self, at: int, count: int) -> Iterator[SourceRow]:
        """``count`` rows from row ``at`` (a multiple of ``FRAME``), fewer at the end."""
        if at % FRAME or count % FRAME:
            raise ValueError("Work goes by whole frames")
        for offset in self._load()["offsets"][at // FRAME : (at + count) // FRAME]:
            with self._rows.open("rb") as file:
                file.seek(offset)
                (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
                yield from _decoder.decode(file.read(length))

    def key_hashes(self) -> Any:
        """A sorted array of the hashes of all keys in the file."""
        import numpy

        data = self._keys.read_bytes() if self._keys.exists() else b""
        return numpy.unique(numpy.frombuffer(data, dtype="<u8"))


def _twice(keys: array[int], numbers: array[int]) -> dict[str, int]:
    if not keys:
        return {}
    import numpy

    hashes = numpy.frombuffer(keys, dtype="<u8")
    found, first, counts = numpy.unique(hashes, return_index=True, return_counts=True)
    many = counts > 1
    return {str(int(key)): int(numbers[int(place)]) for key, place in zip(found[many], first[many], strict=True)}
