"""The work of exports: large files in the background, and the end of every file's week."""

from __future__ import annotations

from django.db import transaction

from nakhon.citydata.registers.exporting import making
from nakhon.citydata.registers.exporting.services import MAKE_JOB
from nakhon.citydata.registers.importing import kept
from nakhon.citydata.registers.models import ExportRun, ExportState
from nakhon.citydata.registers.rules.shape import shape_of
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import NakhonError
from nakhon.kernel.outbox import job
from nakhon.kernel.tasks import scheduled
from nakhon.knowledge.text import Text


@job(MAKE_JOB)
def make_file(ctx: Context, *, run_id: str) -> None:
    """Make the file of an export. Running it again does nothing."""
    run = (
        ExportRun.objects.select_for_update(of=("self",)).select_related("register")
        .filter(pk=run_id, state=ExportState.WAITING).first()
    )  # fmt: skip
    if run is None:
        return
    try:
        with transaction.atomic():
            making.make(ctx, run, shape_of(run.register))
    except NakhonError as error:
        run.state, run.finished_at, run.file = ExportState.FAILED, ctx.now, None
        run.error = Text(f"{error.message.th} {error.remedy.th}", f"{error.message.en}. {error.remedy.en}").as_dict()
        run.save()


@scheduled("citydata.exports", "10 2 * * *", "ลบไฟล์ส่งออกที่หมดอายุ", "Erase exports whose time is over")
def expire(ctx: Context) -> None:
    for run in ExportRun.objects.select_related("file").filter(state=ExportState.DONE, expires_at__lte=ctx.now):
        file, run.file, run.state = run.file, None, ExportState.EXPIRED
        run.save(update_fields=["file", "state"])
        if file is not None:
            kept.discard(ctx, file)
        record(ctx, "citydata.export.expired", run)
