"""A file of JSON that is refused before its parts lie too deep in each other: a small file of brackets would fill the memory."""

from __future__ import annotations

from typing import BinaryIO

from nakhon.citydata.registers.reading.errors import Unreadable
from nakhon.knowledge.text import Text

DEEPEST = 100
"""Far more than any feature needs: a collection of polygons lies ten deep."""


class ShallowJson:
    """Reads as ``file`` does and raises ``Unreadable`` at the first block in which arrays and objects lie deeper than ``deepest``."""

    def __init__(self, file: BinaryIO, deepest: int = DEEPEST) -> None:
        self._file, self._deepest = file, deepest
        self._depth, self._quoted, self._escaped = 0, False, False

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._follow(block)
        return block

    def _follow(self, block: bytes) -> None:
        import numpy

        if not block:
            return
        plain = b"_" + block[1:] if self._escaped else block
        plain = plain.replace(b"\\\\", b"__").replace(b'\\"', b"__")
        self._escaped = plain.endswith(b"\\")
        signs = numpy.frombuffer(plain, dtype=numpy.uint8)
        inside = (numpy.cumsum(signs == ord('"')) + self._quoted) % 2 == 1
        steps = ((signs == ord("[")) | (signs == ord("{"))).astype(numpy.int32)
        steps -= (signs == ord("]")) | (signs == ord("}"))
        steps[inside] = 0
        depths = numpy.cumsum(steps) + self._depth
        if int(depths.max()) > self._deepest:
            raise Unreadable(
                Text(
                    f"ข้อมูลในไฟล์ซ้อนกันลึกเกิน {self._deepest} ชั้น",
                    f"Parts of the file lie more than {self._deepest} deep in each other",
                )
            )
        self._depth, self._quoted = int(depths[-1]), bool(inside[-1])
