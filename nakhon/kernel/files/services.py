"""The verbs of files: store, attach, remove. Rooms call them from their own verbs; there is no address that calls them."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.db import connection

from nakhon.kernel.audit import record
from nakhon.kernel.context import ActorKind, Context
from nakhon.kernel.errors import Conflict, Forbidden
from nakhon.kernel.files import keeping, vault
from nakhon.kernel.files.errors import FileMissing, StorageDown, TooManyFiles
from nakhon.kernel.files.models import Attachment
from nakhon.kernel.files.names import clean_name, with_ending
from nakhon.kernel.files.permissions import REMOVE_ANY, STORE
from nakhon.kernel.files.types import FileInfo, Policy, Sensitivity, Upload
from nakhon.kernel.limits import limit
from nakhon.kernel.outbox import enqueue
from nakhon.kernel.tenancy import new_id
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text

PREVIEW_JOB, ERASE_JOB = "files.previews", "files.erase"
GRACE = timedelta(days=30)
"""A removed file cannot be opened any more, but its bytes stay this long, in case it was removed by mistake."""


@verb(STORE)
def store_file(
    ctx: Context,
    *,
    stream: Upload,
    name: str,
    claimed_type: str = "",
    sensitivity: Sensitivity,
    policy: Policy,
) -> FileInfo:
    """Keep what is read from ``stream``, once it is known what it is and that ``policy`` accepts it.

    It belongs to nothing yet: ``attach_file`` must follow within a day. Raises ``FileTooLarge``, ``TooManyPixels``,
    ``EmptyFile``, ``TypeRefused``, ``Damaged``, ``Dangerous``, ``StorageDown``, ``TooMany``; then nothing is left behind.
    """
    if ctx.actor.kind is not ActorKind.SYSTEM:
        limit(ctx, "file.store.account" if ctx.actor.id else "file.store.public")
    shown = clean_name(name)
    with (
        vault.staged(stream, policy.max_bytes, shown) as sent,
        keeping.cleaned(sent, shown, claimed_type, policy) as clean,
    ):
        file_id = new_id()
        row = Attachment(
            pk=file_id,
            name=with_ending(shown, clean.media_type),
            media_type=clean.media_type,
            size=clean.staged.size,
            sha256=clean.staged.sha256,
            key=vault.key_of(ctx.tenant.id, file_id),
            width=clean.width,
            height=clean.height,
            sensitivity=sensitivity.value,
            created_by=ctx.actor.id,
            created_at=ctx.now,
        )
        try:
            vault.put(clean.staged.path, row.key)
            row.save(force_insert=True)
            info = keeping.info_of(row)
            if info.is_image:
                enqueue(ctx, PREVIEW_JOB, key=str(file_id), file_id=str(file_id))
            record(
                ctx,
                "kernel.file.stored",
                row,
                detail={"media_type": row.media_type, "size": row.size, "sensitivity": row.sensitivity},
            )
        except BaseException:
            with suppress(StorageDown, FileMissing):
                vault.delete(row.key)
            raise
    return info


@verb(STORE)
def attach_file(
    ctx: Context, *, file_id: UUID, owner_type: str, owner_id: str, policy: Policy | None = None
) -> FileInfo:
    """Say what a stored file belongs to (``owner_type`` is "room.subject"). Whoever sent it may, and staff.

    Raises ``FileMissing`` (also for a file that somebody else sent), ``Conflict`` when it belongs to another thing,
    ``TooManyFiles`` when the thing has ``policy.max_count`` already.
    """
    if not owner_type or not owner_id:
        raise ValueError("A file is attached to something")
    _queue_up(ctx, owner_type, owner_id)
    row = Attachment.objects.select_for_update().filter(pk=file_id, deleted_at=None).first()
    if row is None or not (row.created_by == ctx.actor.id or _works_here(ctx)):
        raise FileMissing
    if row.owner_id and (row.owner_type, row.owner_id) != (owner_type, owner_id):
        raise Conflict(
            Text("ไฟล์นี้แนบอยู่กับรายการอื่นแล้ว", "This file belongs to something else already"),
            Text("ส่งไฟล์ใหม่อีกครั้ง", "Send the file again"),
        )
    if not row.owner_id:
        here = Attachment.objects.filter(owner_type=owner_type, owner_id=owner_id, deleted_at=None).count()
        if policy is not None and here >= policy.max_count:
            raise TooManyFiles(row.name, policy.max_count)
        row.owner_type, row.owner_id = owner_type, owner_id
        row.save(update_fields=["owner_type", "owner_id"])
    record(ctx, "kernel.file.attached", row, detail={"owner_type": owner_type, "owner_id": owner_id})
    return keeping.info_of(row)


@verb(STORE)
def remove_file(ctx: Context, *, file_id: UUID, at_once: bool = False) -> None:
    """Close a file to everybody; its bytes are erased after ``GRACE``, or right away with ``at_once`` (PDPA s.33).

    Whoever sent it may, and who holds ``kernel.file.remove_any``. Repeating it is harmless. Raises ``FileMissing``,
    ``Forbidden``.
    """
    row = Attachment.objects.select_for_update().filter(pk=file_id, erased_at=None).first()
    if row is None:
        raise FileMissing
    own = bool(ctx.actor.id) and row.created_by == ctx.actor.id
    if not own and not ctx.may(REMOVE_ANY):
        raise Forbidden if _works_here(ctx) else FileMissing
    if row.deleted_at is None:
        row.deleted_at = ctx.now
        row.save(update_fields=["deleted_at"])
    due_at = ctx.now if at_once else ctx.now + GRACE
    enqueue(ctx, ERASE_JOB, key=f"{file_id}:{'now' if at_once else 'later'}", due_at=due_at, file_id=str(file_id))
    record(ctx, "kernel.file.removed", row, detail={"at_once": at_once})


def _works_here(ctx: Context) -> bool:
    return ctx.actor.kind in (ActorKind.STAFF, ActorKind.SYSTEM)


def _queue_up(ctx: Context, owner_type: str, owner_id: str) -> None:
    """One at a time for each owner until the transaction ends, so that two cannot both be the last that fits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"file:{ctx.tenant.id}:{owner_type}:{owner_id}"]
        )
