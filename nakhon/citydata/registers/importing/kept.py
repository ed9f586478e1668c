"""Files of imports and exports: in the vault of attachments while they live, and on the local disk while they are worked on.

What comes in was proved by ``reading``, what goes out was made by ``writing``; neither is sent through the sniffing of pictures and
letters that ``store_file`` is for.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from uuid import UUID

from django.conf import settings

from nakhon.kernel.context import Context
from nakhon.kernel.files import keeping, vault
from nakhon.kernel.files.guards import guard
from nakhon.kernel.files.models import Attachment
from nakhon.kernel.files.names import clean_name
from nakhon.kernel.files.types import FileInfo, Sensitivity
from nakhon.kernel.tenancy import new_id

IMPORT_OWNER, EXPORT_OWNER = "citydata.import", "citydata.export"


def folder_of(run_id: UUID) -> Path:
    """A folder of its own for a run, which nobody else can read. What is in it can be made anew."""
    folder = Path(settings.NAKHON_HOME) / "imports" / run_id.hex
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def forget_folder(run_id: UUID) -> None:
    """Remove a run's folder; harmless when it is gone."""
    shutil.rmtree(Path(settings.NAKHON_HOME) / "imports" / run_id.hex, ignore_errors=True)


def keep(
    ctx: Context, path: Path, *, name: str, media_type: str, sensitivity: Sensitivity, owner_type: str, owner_id: str
) -> Attachment:
    """Put a copy of the file at ``path`` into the vault and write down whose it is. Raises ``StorageDown``."""
    file_id = new_id()
    measured = vault.measured(path)
    row = Attachment(
        pk=file_id, name=clean_name(name), media_type=media_type, size=measured.size, sha256=measured.sha256,
        key=vault.key_of(ctx.tenant.id, file_id), sensitivity=sensitivity.value, owner_type=owner_type, owner_id=owner_id,
        created_by=ctx.actor.id, created_at=ctx.now,
    )  # fmt: skip
    twin = vault.staging() / f"{file_id.hex}.keep"
    try:
        try:
            os.link(path, twin)  # the vault takes what it is given away with it; the original stays
        except OSError:
            shutil.copyfile(path, twin)
        vault.put(twin, row.key)
    finally:
        twin.unlink(missing_ok=True)
    row.save(force_insert=True)
    return row


def fetch(row: Attachment, target: Path) -> Path:
    """The attachment's bytes at ``target``, which appears whole or not at all. Raises ``FileMissing``, ``StorageDown``."""
    if target.exists():
        return target
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    with part.open("wb") as file:
        for piece in vault.Source(row.key).read_range(0, row.size):
            file.write(piece)
    part.replace(target)
    return target


def discard(ctx: Context, row: Attachment) -> None:
    """Erase the bytes now."""
    row.deleted_at = row.deleted_at or ctx.now
    row.save(update_fields=["deleted_at"])
    keeping.erase(row, ctx)


def own_only(ctx: Context, file: FileInfo) -> bool | None:
    """Files of a run are for whoever began it; the verbs and queries of imports and exports ask for the rest."""
    if file.sensitivity is Sensitivity.PUBLIC:
        return True
    return bool(ctx.actor.id) and ctx.actor.id == file.created_by


guard(IMPORT_OWNER)(own_only)
guard(EXPORT_OWNER)(own_only)
