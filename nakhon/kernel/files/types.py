"""Public shapes of files: how sensitive one is, what a place accepts, what is handed out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from nakhon.knowledge.text import Text


class Sensitivity(StrEnum):
    """Who may see a file unless its owner's guard says otherwise: everybody; staff; those who work with the person's data
    and who sent it; those allowed to see sensitive data (PDPA s.26), for a purpose that is written down."""

    PUBLIC = "PUBLIC"
    INTERNAL = "INTERNAL"
    PERSONAL = "PERSONAL"
    SENSITIVE = "SENSITIVE"


BOUND = frozenset({Sensitivity.PERSONAL, Sensitivity.SENSITIVE})
"""Links to these open for nobody but whom they were made for, and each opening is recorded."""


class Variant(StrEnum):
    """The file itself, or a preview (WebP) whose longer side has at most so many pixels."""

    ORIGINAL = "original"
    SMALL = "320"
    LARGE = "1280"


PREVIEWS = (Variant.SMALL, Variant.LARGE)

JPEG, PNG, WEBP, GIF, AVIF = "image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODP = "application/vnd.oasis.opendocument.presentation"
TEXT, CSV, JSON, GEOJSON = "text/plain", "text/csv", "application/json", "application/geo+json"
ZIP = "application/zip"
MP4, WEBM, M4A, MP3 = "video/mp4", "video/webm", "audio/mp4", "audio/mpeg"

IMAGE_TYPES = frozenset({JPEG, PNG, WEBP, GIF, AVIF})
DOCUMENT_TYPES = frozenset({PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, TEXT, CSV})
TABLE_TYPES = frozenset({CSV, XLSX, JSON, GEOJSON, TEXT})
MEDIA_TYPES = frozenset({MP4, WEBM, M4A, MP3})

EXTENSIONS: dict[str, tuple[str, ...]] = {
    JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    PNG: (".png",),
    WEBP: (".webp",),
    GIF: (".gif",),
    AVIF: (".avif",),
    PDF: (".pdf",),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    PPTX: (".pptx",),
    ODT: (".odt",),
    ODS: (".ods",),
    ODP: (".odp",),
    TEXT: (".txt", ".text", ".log", ".md"),
    CSV: (".csv",),
    JSON: (".json",),
    GEOJSON: (".geojson",),
    ZIP: (".zip",),
    MP4: (".mp4", ".m4v", ".mov"),
    WEBM: (".webm",),
    M4A: (".m4a",),
    MP3: (".mp3",),
}
"""The endings a stored name may have; the first is given to a name that has another."""

TYPE_WORDS: dict[str, Text] = {
    JPEG: Text("ภาพ JPEG", "JPEG images"),
    PNG: Text("ภาพ PNG", "PNG images"),
    WEBP: Text("ภาพ WebP", "WebP images"),
    GIF: Text("ภาพ GIF", "GIF images"),
    AVIF: Text("ภาพ AVIF", "AVIF images"),
    PDF: Text("PDF", "PDF"),
    DOCX: Text("Word (.docx)", "Word (.docx)"),
    XLSX: Text("Excel (.xlsx)", "Excel (.xlsx)"),
    PPTX: Text("PowerPoint (.pptx)", "PowerPoint (.pptx)"),
    ODT: Text("OpenDocument (.odt)", "OpenDocument (.odt)"),
    ODS: Text("OpenDocument (.ods)", "OpenDocument (.ods)"),
    ODP: Text("OpenDocument (.odp)", "OpenDocument (.odp)"),
    TEXT: Text("ข้อความ (.txt)", "plain text (.txt)"),
    CSV: Text("ตาราง CSV", "CSV tables"),
    JSON: Text("JSON", "JSON"),
    GEOJSON: Text("GeoJSON", "GeoJSON"),
    ZIP: Text("ZIP", "ZIP"),
    MP4: Text("วิดีโอ MP4", "MP4 video"),
    WEBM: Text("วิดีโอ WebM", "WebM video"),
    M4A: Text("เสียง M4A", "M4A audio"),
    MP3: Text("เสียง MP3", "MP3 audio"),
}

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Policy:
    """What a place accepts: media types, bytes a file, pixels an image (all frames together count at most four times
    that), files a thing."""

    types: frozenset[str]
    max_bytes: int = 20 * MB
    max_pixels: int = 50_000_000
    max_count: int = 10

    def __post_init__(self) -> None:
        if unknown := self.types - EXTENSIONS.keys():
            raise ValueError(f"A policy names types that nobody can recognise: {sorted(unknown)}")
        if min(self.max_bytes, self.max_pixels, self.max_count) < 1:
            raise ValueError("A policy's limits are positive")


PHOTOS = Policy(IMAGE_TYPES, max_bytes=15 * MB, max_count=5)
DOCUMENTS = Policy(DOCUMENT_TYPES | IMAGE_TYPES, max_bytes=25 * MB, max_count=20)
EVIDENCE = Policy(IMAGE_TYPES | MEDIA_TYPES | {PDF}, max_bytes=100 * MB, max_count=10)
TABLES = Policy(TABLE_TYPES | {ZIP}, max_bytes=50 * MB, max_count=1)


class Upload(Protocol):
    """What a file is read from: Django's ``UploadedFile``, an open file, ``io.BytesIO``."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file as others see it. ``size`` in bytes; ``width`` and ``height`` in pixels, of images only."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    sensitivity: Sensitivity
    created_at: datetime
    created_by: str
    owner_type: str = ""
    owner_id: str = ""
    width: int | None = None
    height: int | None = None

    @property
    def is_image(self) -> bool:
        return self.media_type in IMAGE_TYPES


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file or its preview, ready to be sent: ``chunks(start, length)`` reads a part of it."""

    info: FileInfo
    variant: Variant
    media_type: str
    name: str
    size: int
    etag: str
    source: Any

    def chunks(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start``, ``length`` of them (to the end when None), in pieces of 64 KiB."""
        wanted = self.size - start if length is None else length
        return iter(self.source.read_range(start, wanted))

    def read(self) -> bytes:
        return b"".join(self.chunks())


Stream = BinaryIO | Upload
