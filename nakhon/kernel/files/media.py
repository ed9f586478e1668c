"""Sound and moving pictures: proof that a file is one, and removal of where and with what it was taken."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nakhon.kernel.files.types import M4A, MP4

_TOLD = frozenset({b"udta", b"meta", b"uuid", b"XMP_"})
"""Boxes that tell place, owner and camera (3GPP TS 26.244 ``loci``, Apple's ``©xyz`` and ``mdta`` keys, Adobe's XMP)."""
_INSIDE = frozenset({b"moov", b"trak"})


@dataclass(frozen=True, slots=True)
class Box:
    """A box of ISO/IEC 14496-12: ``kind``, where it starts, how long it is with its header, how long its header is."""

    kind: bytes
    start: int
    size: int
    header: int


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes between two offsets. ``ValueError`` when they do not fill that space exactly."""
    while start < end:
        file.seek(start)
        head = file.read(16)
        if len(head) < 8:
            raise ValueError("cut short")
        size, kind, header = int.from_bytes(head[:4], "big"), head[4:8], 8
        if size == 1:
            size, header = int.from_bytes(head[8:16], "big"), 16
        elif size == 0:
            size = end - start
        if size < header or start + size > end:
            raise ValueError("a box is longer than what holds it")
        yield Box(kind, start, size, header)
        start += size


def prove_iso(path: Path) -> str | None:
    """``video/mp4`` or ``audio/mp4`` when boxes fill the file exactly and describe a film; None otherwise."""
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            found = list(boxes(file, 0, size))
            kinds = [box.kind for box in found]
            if kinds[:1] != [b"ftyp"] or b"moov" not in kinds or not {b"mdat", b"moof"} & set(kinds):
                return None
            file.seek(8)
            return M4A if file.read(4) in (b"M4A ", b"M4B ") else MP4
    except ValueError:
        return None


def forget_place(path: Path) -> int:
    """Turn every box that tells place or camera into empty space, in place, so that no offset changes.

    Returns how many there were. ``path`` must have been proved by ``prove_iso``.
    """
    with path.open("r+b") as file:
        count = _forget(file, 0, path.stat().st_size)
        file.flush()
        os.fsync(file.fileno())
    return count


def _forget(file: BinaryIO, start: int, end: int) -> int:
    count = 0
    for box in list(boxes(file, start, end)):
        if box.kind in _TOLD:
            file.seek(box.start + 4)
            file.write(b"free")
            _blank(file, box.start + box.header, box.size - box.header)
            count += 1
        elif box.kind in _INSIDE:
            count += _forget(file, box.start + box.header, box.start + box.size)
    return count


def _blank(file: BinaryIO, start: int, size: int) -> None:
    file.seek(start)
    while size > 0:
        size -= file.write(b"\0" * min(size, 65536))


_BITRATES = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _frame_length(head: bytes) -> int | None:
    """Bytes of the MPEG audio layer III frame that begins with ``head`` (ISO/IEC 11172-3), None when it is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0 or (head[1] >> 1) & 3 != 1:
        return None
    version, bitrate, rate = (head[1] >> 3) & 3, head[2] >> 4, (head[2] >> 2) & 3
    if version == 1 or not 0 < bitrate < 15 or rate == 3:
        return None
    kilobits = _BITRATES[0 if version == 3 else 1][bitrate]
    return (144 if version == 3 else 72) * kilobits * 1000 // _RATES[version][rate] + ((head[2] >> 1) & 1)


def prove_mp3(path: Path) -> bool:
    """True when, after an ID3v2 tag that may be there, three frames follow one another."""
    with path.open("rb") as file:
        head = file.read(10)
        at = 0
        if head[:3] == b"ID3" and len(head) == 10:
            at = 10 + ((head[6] & 127) << 21 | (head[7] & 127) << 14 | (head[8] & 127) << 7 | (head[9] & 127))
        for _ in range(3):
            file.seek(at)
            length = _frame_length(file.read(4))
            if length is None:
                return False
            at += length
    return True
