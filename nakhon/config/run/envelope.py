"""The encrypted file of a backup: a stream sealed in chunks with AES-256-GCM under a key that scrypt makes of a passphrase.

Layout: a header (magic, scrypt's cost, salt, nonce prefix, chunk size), then chunks. Each chunk's nonce is prefix (7 bytes),
counter (4) and a last-chunk mark (1), the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár (2015): a chunk
that was changed, left out, repeated, moved or cut off at the end does not open. The header is authenticated with each.
"""

from __future__ import annotations

import os
import struct
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from nakhon.config.run.errors import RunError
from nakhon.knowledge.text import Text

MAGIC = b"NAKHONBACKUP\x01"
_HEADER = struct.Struct(f">{len(MAGIC)}sBBB16s7sI")
COST_LOG2, BLOCK, PARALLEL = 17, 8, 1
"""128 MiB and about half a second for each guess (OWASP Password Storage Cheat Sheet: scrypt N=2^17, r=8, p=1)."""
CHUNK = 1 << 20
TAG = 16
_MOST_COST = 20
_MOST_CHUNK = 1 << 24


class Sealer:
    """A file to write plain bytes into; what reaches ``target`` is sealed. Only ``close`` writes the end mark."""

    def __init__(self, target: IO[bytes], passphrase: str) -> None:
        salt, self._prefix = os.urandom(16), os.urandom(7)
        self._header = _HEADER.pack(MAGIC, COST_LOG2, BLOCK, PARALLEL, salt, self._prefix, CHUNK)
        self._cipher = AESGCM(_key(passphrase, salt, COST_LOG2, BLOCK, PARALLEL))
        self._target, self._counter, self._pending = target, 0, bytearray()
        target.write(self._header)

    def write(self, data: bytes) -> int:
        self._pending += data
        # One byte more than a chunk must be there, so that the last chunk is known when it is sealed.
        while len(self._pending) > CHUNK:
            self._seal(bytes(self._pending[:CHUNK]), last=False)
            del self._pending[:CHUNK]
        return len(data)

    def close(self) -> None:
        self._seal(bytes(self._pending), last=True)
        self._pending.clear()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._counter, last)
        self._target.write(self._cipher.encrypt(nonce, plain, self._header))
        self._counter += 1


class Opener:
    """A file to read the plain bytes from. Every byte that ``read`` gives was authenticated first."""

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        header = source.read(_HEADER.size)
        if len(header) < _HEADER.size or not header.startswith(MAGIC):
            raise RunError(
                Text(th="ไฟล์นี้ไม่ใช่สำเนาสำรองของนคร", en="This file is not a backup made by Nakhon"),
                Text(th="เลือกไฟล์ที่สร้างด้วย nakhon backup", en="Choose a file that nakhon backup made"),
            )
        _, cost, block, parallel, salt, self._prefix, self._chunk = _HEADER.unpack(header)
        if cost > _MOST_COST or block > 32 or parallel > 16 or not 0 < self._chunk <= _MOST_CHUNK:
            raise damaged()
        self._header = header
        self._cipher = AESGCM(_key(passphrase, salt, cost, block, parallel))
        self._source, self._counter, self._plain, self._ended = source, 0, b"", False
        self._next = source.read(self._chunk + TAG)

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes (all with -1); empty only at the authenticated end. RunError for a damaged file."""
        while not self._ended and (size < 0 or len(self._plain) < size):
            self._plain += self._open()
        cut = len(self._plain) if size < 0 else size
        given, self._plain = self._plain[:cut], self._plain[cut:]
        return given

    def _open(self) -> bytes:
        sealed, self._next = self._next, self._source.read(self._chunk + TAG)
        last = not self._next
        try:
            plain = self._cipher.decrypt(_nonce(self._prefix, self._counter, last), sealed, self._header)
        except InvalidTag:
            raise (_locked() if self._counter == 0 else damaged()) from None
        self._counter += 1
        self._ended = last
        return plain


def _key(passphrase: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=1 << cost, r=block, p=parallel).derive(passphrase.encode())


def _nonce(prefix: bytes, counter: int, last: bool) -> bytes:
    return prefix + counter.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


def damaged() -> RunError:
    """The file was changed or cut off after it was made."""
    return RunError(
        Text(th="ไฟล์สำเนาสำรองเสียหายหรือไม่ครบ", en="The backup file is damaged or incomplete"),
        Text(
            th="คัดลอกไฟล์จากต้นทางใหม่ หรือใช้สำเนาสำรองฉบับอื่น ยังไม่มีข้อมูลใดถูกเปลี่ยน",
            en="Copy the file anew, or use another backup; nothing has been changed",
        ),
    )


def _locked() -> RunError:
    return RunError(
        Text(
            th="รหัสผ่านของสำเนาสำรองไม่ถูกต้อง หรือไฟล์เสียหายตั้งแต่ต้น",
            en="The passphrase is wrong, or the file is damaged at its beginning",
        ),
        Text(
            th="ตรวจรหัสผ่านแล้วลองใหม่ ยังไม่มีข้อมูลใดถูกเปลี่ยน",
            en="Check the passphrase and try again; nothing has been changed",
        ),
    )
