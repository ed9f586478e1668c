"""How a run is told: to a caller as ``ImportInfo``, to open pages as a hint."""

from __future__ import annotations

from nakhon.citydata.registers.importing.types import ImportInfo
from nakhon.citydata.registers.models import ImportRun, ImportState
from nakhon.kernel import live
from nakhon.kernel.context import Context
from nakhon.knowledge.text import Text


def info_of(run: ImportRun) -> ImportInfo:
    rate = left = None
    if run.started_at and run.progress_at and run.rows_read:
        seconds = (run.progress_at - run.started_at).total_seconds()
        rate = run.rows_read / seconds if seconds > 0 else None
    if rate and run.rows_total is not None and run.state == ImportState.RUNNING:
        left = round((run.rows_total - run.rows_read) / rate)
    return ImportInfo(
        id=run.pk, register=run.register.key, file_name=run.file_name, format=run.format, encoding=run.encoding,
        layer=run.layer, srid=run.srid, mapping=run.mapping, options=run.options, found=run.preview, state=run.state,
        rows_total=run.rows_total, rows_read=run.rows_read, rows_good=run.rows_good, rows_bad=run.rows_bad,
        rows_added=run.rows_added, rows_changed=run.rows_changed, rows_same=run.rows_same, rows_retired=run.rows_retired,
        error=Text(run.error["th"], run.error["en"]) if run.error else None, created_at=run.created_at,
        created_by=run.created_by, created_label=run.created_label, started_at=run.started_at,
        finished_at=run.finished_at, rate=rate, seconds_left=left,
    )  # fmt: skip


def notify(ctx: Context, run: ImportRun) -> None:
    """Hint to whoever looks at the run now; heard when the transaction is committed."""
    live.tell(ctx.tenant.id, "import", [run.pk])
