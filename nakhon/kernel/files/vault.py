"""Where bytes lie: a way in that leaves nothing behind when it fails, and a way out that reads only what is asked for.

The same for the home's disk and for a bucket that speaks S3; a key holds nothing that a sender chose.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage, storages

from nakhon.kernel.files.errors import EmptyFile, FileMissing, FileTooLarge, StorageDown
from nakhon.kernel.files.types import Upload

PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes on their way in, in a file that nobody else can read."""

    path: Path
    size: int
    sha256: str


def staging() -> Path:
    folder = Path(settings.NAKHON_HOME) / "staging"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def key_of(tenant_id: UUID, file_id: UUID) -> str:
    """Sharded by the random end of the id; each tenant has a folder of its own."""
    name = file_id.hex
    return f"{tenant_id.hex}/{name[-2:]}/{name[-4:-2]}/{name}"


@contextmanager
def temporary() -> Iterator[Path]:
    """A path of our own for a while; what is still there at the end is removed."""
    handle, name = tempfile.mkstemp(dir=staging())
    os.close(handle)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def staged(stream: Upload, limit: int, name: str) -> Iterator[Staged]:
    """``stream`` written down and hashed as it comes. Raises ``FileTooLarge`` at the first byte too many, ``EmptyFile``."""
    with temporary() as path:
        digest, size = hashlib.sha256(), 0
        try:
            with path.open("wb") as file:
                while piece := stream.read(PIECE):
                    size += len(piece)
                    if size > limit:
                        raise FileTooLarge(name, limit)
                    digest.update(piece)
                    file.write(piece)
        except OSError as error:
            raise StorageDown from error
        if size == 0:
            raise EmptyFile(name)
        yield Staged(path, size, digest.hexdigest())


def measured(path: Path) -> Staged:
    """Size and hash of a file as it lies there now."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return Staged(path, path.stat().st_size, digest.hexdigest())


class _Movable(File):
    """Lets the disk storage rename the staged file into its place, in one step, instead of copying it."""

    def temporary_file_path(self) -> str:
        return str(self.file.name)  # type: ignore[union-attr]


@contextmanager
def _answering() -> Iterator[None]:
    """Storage that fails to answer becomes ``StorageDown``; a file that is not there ``FileMissing``."""
    try:
        yield
    except FileNotFoundError:
        raise FileMissing from None
    except OSError as error:
        raise StorageDown from error
    except Exception as error:
        boto = sys.modules.get("botocore.exceptions")
        if boto is None or not isinstance(error, boto.ClientError | boto.BotoCoreError):
            raise
        status = getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPStatusCode")
        raise (FileMissing if status == 404 else StorageDown) from error


def put(path: Path, key: str) -> None:
    """Keep the file at ``path`` under ``key``: wholly or not at all, and on the disk before this returns."""
    with _answering():
        with path.open("rb") as file:
            os.fsync(file.fileno())
            kept = default_storage.save(key, _Movable(file))
        if kept != key:
            default_storage.delete(kept)
            raise StorageDown
        if is_local():
            _sync_folder(Path(default_storage.path(key)).parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_local() -> bool:
    return isinstance(storages["default"], FileSystemStorage)


def open_key(key: str) -> BinaryIO:
    with _answering():
        return default_storage.open(key, "rb")  # type: ignore[return-value]


def size_of(key: str) -> int:
    with _answering():
        return int(default_storage.size(key))


def exists(key: str) -> bool:
    with _answering():
        return bool(default_storage.exists(key))


def delete(key: str) -> None:
    """Remove ``key``; nothing happens when it is not there."""
    with _answering():
        default_storage.delete(key)


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes under a key, to be read in part."""

    key: str

    def read_range(self, start: int, length: int) -> Iterator[bytes]:
        """``length`` bytes from ``start``, in pieces of 64 KiB. From a bucket only these travel. Raises before the first
        piece when the bytes are not there."""
        if length <= 0:
            return iter(())
        return self._from_disk(start, length) if is_local() else self._from_bucket(start, length)

    def _from_disk(self, start: int, length: int) -> Iterator[bytes]:
        file = open_key(self.key)

        def pieces() -> Iterator[bytes]:
            with file:
                file.seek(start)
                left = length
                while left > 0 and (piece := file.read(min(PIECE, left))):
                    left -= len(piece)
                    yield piece

        return pieces()

    def _from_bucket(self, start: int, length: int) -> Iterator[bytes]:
        storage: Any = default_storage
        prefix = storage.location.strip("/")
        name = f"{prefix}/{self.key}" if prefix else self.key
        with _answering():
            found = storage.bucket.Object(name).get(Range=f"bytes={start}-{start + length - 1}")
        pieces: Iterator[bytes] = found["Body"].iter_chunks(PIECE)
        return pieces


def keys_of(tenant_id: UUID) -> Iterator[tuple[str, datetime]]:
    """Every key of a tenant, with the time it was written."""
    yield from _walk(tenant_id.hex)


def _walk(folder: str) -> Iterator[tuple[str, datetime]]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        if name:
            key = f"{folder}/{name}"
            yield key, default_storage.get_modified_time(key)
    for name in folders:
        yield from _walk(f"{folder}/{name}")
