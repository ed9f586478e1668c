"""Questions about files: what there is, a link to one, its bytes. Openings of personal files are recorded."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from nakhon.kernel.audit import record
from nakhon.kernel.context import ActorKind, Context
from nakhon.kernel.errors import Forbidden, SignInRequired
from nakhon.kernel.files import keeping, links
from nakhon.kernel.files.errors import FileMissing, LinkInvalid, LinkNotYours, PurposeMissing
from nakhon.kernel.files.guards import may_see
from nakhon.kernel.files.models import Attachment
from nakhon.kernel.files.permissions import READ
from nakhon.kernel.files.types import BOUND, FileInfo, OpenedFile, Sensitivity, Variant
from nakhon.kernel.models import AuditEntry
from nakhon.kernel.verbs import query

LIFETIME = timedelta(minutes=15)
ONE_READING = timedelta(minutes=10)
"""A film is asked for in many parts: openings by one account within this time are one reading, and one entry."""


def _seen(ctx: Context, file_id: UUID) -> Attachment:
    row = keeping.living(file_id)
    if may_see(ctx, keeping.info_of(row)):
        return row
    if ctx.actor.kind is ActorKind.PUBLIC:
        raise SignInRequired
    raise Forbidden if ctx.actor.kind is ActorKind.STAFF else FileMissing


@query(READ)
def file_info(ctx: Context, *, file_id: UUID) -> FileInfo:
    """What a file is. Raises ``FileMissing``, ``SignInRequired``, ``Forbidden``."""
    return keeping.info_of(_seen(ctx, file_id))


@query(READ)
def files_of(ctx: Context, *, owner_type: str, owner_id: str) -> list[FileInfo]:
    """The files of a thing that the actor may see, oldest first."""
    rows = Attachment.objects.filter(owner_type=owner_type, owner_id=owner_id, deleted_at=None).order_by(
        "created_at", "pk"
    )
    return [info for row in rows if may_see(ctx, info := keeping.info_of(row))]


@query(READ)
def file_link(
    ctx: Context, *, file_id: UUID, variant: Variant = Variant.ORIGINAL, lifetime: timedelta = LIFETIME
) -> str:
    """A path that opens the file for ``lifetime`` (30 seconds to 7 days): for this account only when it is personal.

    A link to a SENSITIVE file needs ``ctx.purpose``, which is recorded. Raises ``FileMissing``, ``SignInRequired``,
    ``Forbidden``, ``PurposeMissing``.
    """
    row = _seen(ctx, file_id)
    info = keeping.info_of(row)
    if variant is not Variant.ORIGINAL and not info.is_image:
        raise FileMissing
    if info.sensitivity is Sensitivity.SENSITIVE and info.created_by != ctx.actor.id:
        if not ctx.purpose.strip():
            raise PurposeMissing
        record(ctx, "kernel.file.linked", row)
    audience = ctx.actor.id if info.sensitivity in BOUND else ""
    return links.make(ctx.tenant.id, row.pk, variant, audience, ctx.now, lifetime)


@query(READ)
def open_file(ctx: Context, *, file_id: UUID, variant: Variant = Variant.ORIGINAL) -> OpenedFile:
    """The bytes of a file that the actor may see. Raises ``FileMissing``, ``SignInRequired``, ``Forbidden``."""
    return _opened(ctx, _seen(ctx, file_id), variant)


@query(READ)
def open_link(ctx: Context, *, token: str) -> OpenedFile:
    """The bytes that a link opens. A link without an audience is itself the permission; one with an audience opens only
    for that account, and only while it may still see the file.

    Raises ``LinkInvalid``, ``LinkExpired``, ``LinkNotYours``, ``FileMissing``, ``Forbidden``.
    """
    claims = links.read(token, ctx.now)
    if claims.tenant_id != ctx.tenant.id:
        raise LinkInvalid
    if claims.audience and claims.audience != ctx.actor.id:
        raise LinkNotYours
    row = _seen(ctx, claims.file_id) if claims.audience else keeping.living(claims.file_id)
    if not claims.audience and Sensitivity(row.sensitivity) in BOUND:
        raise LinkInvalid
    return _opened(ctx, row, claims.variant)


def _opened(ctx: Context, row: Attachment, variant: Variant) -> OpenedFile:
    found = keeping.opened(row, variant)
    if found.info.sensitivity in BOUND and not _read_just_now(ctx, row):
        record(ctx, "kernel.file.opened", row, detail={"sensitivity": row.sensitivity})
    return found


def _read_just_now(ctx: Context, row: Attachment) -> bool:
    return bool(
        AuditEntry.objects.filter(
            object_type=row._meta.label_lower,
            object_id=str(row.pk),
            action="kernel.file.opened",
            actor_id=ctx.actor.id,
            at__gt=ctx.now - ONE_READING,
        ).exists()
    )
