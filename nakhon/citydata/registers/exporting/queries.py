"""Questions about exports."""

from __future__ import annotations

from uuid import UUID

from nakhon.citydata.registers.access import find_register
from nakhon.citydata.registers.exporting import making
from nakhon.citydata.registers.exporting.types import ExportInfo
from nakhon.citydata.registers.importing.errors import ExportNotFound
from nakhon.citydata.registers.models import ExportRun, ExportState
from nakhon.citydata.registers.permissions import EXPORT_RUN
from nakhon.kernel.context import ActorKind, Context
from nakhon.kernel.files import keeping
from nakhon.kernel.files.types import OpenedFile, Variant
from nakhon.kernel.verbs import query


def _own(ctx: Context, run_id: UUID) -> ExportRun:
    """The run, for who asked for it; a run of the public for everybody who has its id."""
    run: ExportRun | None = ExportRun.objects.select_related("register", "file").filter(pk=run_id).first()
    if run is None or not (
        run.options["asker"]["kind"] == ActorKind.PUBLIC or (ctx.actor.id and run.created_by == ctx.actor.id)
    ):
        raise ExportNotFound
    find_register(ctx, run.register.key)
    return run


@query(EXPORT_RUN)
def export_run(ctx: Context, *, run_id: UUID) -> ExportInfo:
    """How an export stands. Raises ``ExportNotFound`` also for somebody else's."""
    return making.info_of(_own(ctx, run_id))


@query(EXPORT_RUN)
def export_runs(ctx: Context, *, register: str, limit: int = 20) -> list[ExportInfo]:
    """The asker's own exports of a register, newest first; none for the public."""
    where, _ = find_register(ctx, register)
    if not ctx.actor.id:
        return []
    rows = ExportRun.objects.select_related("register", "file").filter(register=where, created_by=ctx.actor.id)
    return [making.info_of(run) for run in rows.order_by("-created_at", "-pk")[: max(1, min(limit, 100))]]


@query(EXPORT_RUN)
def export_file(ctx: Context, *, run_id: UUID) -> OpenedFile:
    """The bytes of an export that is done. Raises ``ExportNotFound``, also when its week is over."""
    run = _own(ctx, run_id)
    over = run.expires_at is not None and run.expires_at <= ctx.now
    if run.state != ExportState.DONE or run.file is None or over:
        raise ExportNotFound
    return keeping.opened(run.file, Variant.ORIGINAL)
