"""Background work of files: previews, erasing, and sweeping up what nobody attached or a crash left behind."""

from __future__ import annotations

import logging
from datetime import timedelta

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.files import keeping, vault
from nakhon.kernel.files.models import Attachment
from nakhon.kernel.files.services import ERASE_JOB, PREVIEW_JOB
from nakhon.kernel.files.types import PREVIEWS
from nakhon.kernel.outbox import job
from nakhon.kernel.tasks import scheduled

log = logging.getLogger("nakhon.files")

UNATTACHED = timedelta(days=1)


@job(PREVIEW_JOB)
def make_previews(ctx: Context, *, file_id: str) -> None:
    """Both previews of an image; nothing when it was removed meanwhile. Safe to run twice."""
    row = Attachment.objects.filter(pk=file_id, deleted_at=None).first()
    if row is None:
        return
    for variant in PREVIEWS:
        keeping.make_preview(row.key, variant)
    Attachment.objects.filter(pk=row.pk).update(previewed_at=ctx.now)


@job(ERASE_JOB)
def erase_bytes(ctx: Context, *, file_id: str) -> None:
    """Erase a removed file's bytes and name. Safe to run twice."""
    row = Attachment.objects.select_for_update().filter(pk=file_id, erased_at=None).exclude(deleted_at=None).first()
    if row is not None:
        keeping.erase(row, ctx)
        record(ctx, "kernel.file.erased", row)


@scheduled(
    "files.sweep", "23 2 * * *", "ลบไฟล์ที่ส่งมาแต่ไม่ได้แนบกับรายการใด", "Erase files that were sent but never attached"
)
def sweep_unattached(ctx: Context) -> None:
    """What was stored and not attached within a day was given up by its sender."""
    for row in Attachment.objects.filter(owner_id="", erased_at=None, created_at__lt=ctx.now - UNATTACHED):
        row.deleted_at = row.deleted_at or ctx.now
        row.save(update_fields=["deleted_at"])
        keeping.erase(row, ctx)
        record(ctx, "kernel.file.erased", row, detail={"unattached": True})
    keeping.sweep_staging((ctx.now - UNATTACHED).timestamp())


@scheduled("files.orphans", "41 1 * * 0", "ลบข้อมูลไฟล์ที่ไม่มีในทะเบียน", "Erase bytes that no record knows")
def sweep_orphans(ctx: Context) -> None:
    """Bytes whose transaction was rolled back, or whose process was killed, a day ago or more."""
    known = set(Attachment.objects.filter(erased_at=None).values_list("key", flat=True))
    for key, written in vault.keys_of(ctx.tenant.id):
        if key.split(".")[0] not in known and written < ctx.now - UNATTACHED:
            vault.delete(key)
            log.info("orphan erased", extra={"tenant": ctx.tenant.slug})
