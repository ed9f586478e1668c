"""Between the verbs and the bytes: from something sent to something clean and kept; previews; erasing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import UnidentifiedImageError

from nakhon.kernel.context import Context
from nakhon.kernel.files import images, media, sniff, vault
from nakhon.kernel.files import types as t
from nakhon.kernel.files.errors import FileMissing
from nakhon.kernel.files.models import Attachment


@dataclass(frozen=True, slots=True)
class Clean:
    """A file as it will be kept."""

    staged: vault.Staged
    media_type: str
    width: int | None = None
    height: int | None = None


@contextmanager
def cleaned(sent: vault.Staged, name: str, claimed_type: str, policy: t.Policy) -> Iterator[Clean]:
    """Find out what ``sent`` is and bring it into the form that is kept. Raises what ``sniff`` and ``images`` raise."""
    found = sniff.sniff(sent.path, name, claimed_type, policy.types)
    if found in t.IMAGE_TYPES:
        with vault.temporary() as path:
            with path.open("wb") as target:
                made = images.reencode(sent.path, target, found, name, policy.max_pixels)
            yield Clean(vault.measured(path), made.media_type, made.width, made.height)
        return
    if found in (t.MP4, t.M4A) and media.forget_place(sent.path):
        yield Clean(vault.measured(sent.path), found)
        return
    yield Clean(sent, found)


def info_of(row: Attachment) -> t.FileInfo:
    return t.FileInfo(
        id=row.pk,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        sensitivity=t.Sensitivity(row.sensitivity),
        created_at=row.created_at,
        created_by=row.created_by,
        owner_type=row.owner_type,
        owner_id=row.owner_id,
        width=row.width,
        height=row.height,
    )


def living(file_id: object) -> Attachment:
    """The row of a file that was not removed. Raises ``FileMissing``. The tenant must be open."""
    row: Attachment | None = Attachment.objects.filter(pk=file_id, deleted_at=None).first()
    if row is None:
        raise FileMissing
    return row


def preview_key(key: str, variant: t.Variant) -> str:
    return f"{key}.{variant.value}"


def make_preview(key: str, variant: t.Variant) -> str:
    """Make the preview unless it is there, and return its key. Raises ``FileMissing`` when the image is gone or unreadable."""
    wanted = preview_key(key, variant)
    if vault.exists(wanted):
        return wanted
    with vault.open_key(key) as source, vault.temporary() as path:
        with path.open("wb") as target:
            try:
                images.preview(source, target, int(variant.value))
            except UnidentifiedImageError:
                raise FileMissing from None
        vault.put(path, wanted)
    return wanted


def opened(row: Attachment, variant: t.Variant) -> t.OpenedFile:
    """The file or its preview, which is made now when the background has not come to it yet."""
    info = info_of(row)
    if variant is t.Variant.ORIGINAL:
        return t.OpenedFile(
            info, variant, row.media_type, row.name, row.size, f'"{row.sha256[:32]}"', vault.Source(row.key)
        )
    if not info.is_image:
        raise FileMissing
    key = make_preview(row.key, variant)
    return t.OpenedFile(
        info,
        variant,
        t.WEBP,
        f"{Path(row.name).stem}-{variant.value}.webp",
        vault.size_of(key),
        f'"{row.sha256[:32]}-{variant.value}"',
        vault.Source(key),
    )


def erase(row: Attachment, ctx: Context) -> None:
    """Remove the bytes and the name; that there was a file, and when it went, stays."""
    for variant in t.PREVIEWS:
        vault.delete(preview_key(row.key, variant))
    vault.delete(row.key)
    row.erased_at, row.name = ctx.now, ""
    row.save(update_fields=["erased_at", "name"])


def sweep_staging(older_than: float) -> int:
    """Remove what a killed process left on its way in, last touched before ``older_than`` (seconds since 1970)."""
    count = 0
    prefix = tempfile.gettempprefix()
    for path in vault.staging().iterdir():
        if path.is_file() and path.name.startswith(prefix) and path.stat().st_mtime < older_than:
            path.unlink(missing_ok=True)
            count += 1
    return count
