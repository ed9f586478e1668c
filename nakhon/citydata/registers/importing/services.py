"""The verbs of imports: begin, map, confirm, cancel, undo. The work itself is done in the background by ``tasks``."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from nakhon.citydata.registers.access import find_register, require_edit
from nakhon.citydata.registers.importing import kept, looking
from nakhon.citydata.registers.importing.errors import ImportBusy, ImportStateWrong
from nakhon.citydata.registers.importing.telling import info_of, notify
from nakhon.citydata.registers.importing.types import ImportInfo, Policy
from nakhon.citydata.registers.models import ImportRun, ImportState, Register
from nakhon.citydata.registers.permissions import IMPORT_RUN
from nakhon.citydata.registers.reading.errors import TooMuch
from nakhon.citydata.registers.reading.opening import open_source
from nakhon.citydata.registers.reading.types import MB, ReadingOptions
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.files.types import Sensitivity, Upload
from nakhon.kernel.limits import limit
from nakhon.kernel.outbox import enqueue
from nakhon.kernel.tenancy import new_id
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text

STEP_JOB, UNDO_JOB = "citydata.import.step", "citydata.import.undo"
_MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "shp": "application/zip",
}
_BEFORE = (ImportState.UPLOADED, ImportState.PREVIEWED)
_PIECE = 256 * 1024


@verb(IMPORT_RUN)
def begin_import(ctx: Context, *, register: str, stream: Upload, name: str) -> ImportInfo:
    """Take a file for ``register``: keep it, look what it holds, and suggest which column is which property.

    Raises what ``find_register``, ``require_edit`` and ``open_source`` raise, ``TooMany``; then nothing is kept.
    """
    where, shape = find_register(ctx, register)
    require_edit(ctx, shape)
    limit(ctx, "file.store.account")
    run_id = new_id()
    path = kept.folder_of(run_id) / "source"
    try:
        _receive(stream, path)
        source = open_source(path, ReadingOptions(limits=looking.limits()))
        look = looking.look(source, shape)
        file = kept.keep(
            ctx, path, name=name, media_type=_MEDIA_TYPES[source.inspection.format.value],
            sensitivity=Sensitivity.INTERNAL, owner_type=kept.IMPORT_OWNER, owner_id=str(run_id),
        )  # fmt: skip
        run = ImportRun(
            pk=run_id, register=where, file=file, file_name=file.name, format=source.inspection.format.value,
            encoding=source.inspection.encoding, layer=source.inspection.layer, srid=look.srid, mapping=look.mapping,
            options={"policy": Policy.ADD.value}, preview=look.found, state=ImportState.UPLOADED, created_at=ctx.now,
            created_by=ctx.actor.id, created_label=ctx.actor.trail_label,
        )  # fmt: skip
        run.save(force_insert=True)
    except BaseException:
        kept.forget_folder(run_id)
        raise
    record(ctx, "citydata.import.begun", run, detail={"register": register, "format": run.format, "size": file.size})
    return info_of(run)


def _receive(stream: Upload, path: Path) -> None:
    most, size = settings.NAKHON_MAX_UPLOAD_MB, 0
    with path.open("wb") as file:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > most * MB:
                raise TooMuch(Text(f"ไฟล์ใหญ่เกิน {most:,} MB", f"The file is larger than {most:,} MB"))
            file.write(piece)


@verb(IMPORT_RUN)
def map_import(
    ctx: Context,
    *,
    run_id: UUID,
    columns: Mapping[str, str],
    geometry: Mapping[str, str] | None = None,
    srid: int | None = None,
    swapped: bool = False,
    policy: str = Policy.ADD,
    reading: Mapping[str, Any] | None = None,
) -> ImportInfo:
    """Say which column is which property (``columns``: property to column), where the place is, in which system, and what to do
    with known keys (``policy``).

    ``geometry`` is ``{"from": "geometry"}``, ``{"from": "columns", "x": ..., "y": ...}``, ``{"from": "pair"|"wkt", "x": ...}`` or None.
    ``reading`` corrects how the file is read (encoding, delimiter, layer, header_row, header_rows): then the file is looked at anew,
    and the suggestions are given again in place of ``columns`` that no longer exist.
    Raises ``ImportNotFound``, ``ImportStateWrong``, ``MappingRefused`` naming each fault.
    """
    run, shape = looking.open_run(ctx, run_id, lock=True)
    require_edit(ctx, shape)
    if run.state not in _BEFORE:
        raise ImportStateWrong
    options = {**run.options, "policy": str(policy), "swapped": bool(swapped)}
    if reading is not None:
        options = {**options, **{key: reading[key] for key in looking.READING if key in reading}}
        source = open_source(looking.local_file(run), ReadingOptions.of(options, looking.limits()))
        look = looking.look(source, shape)
        run.encoding, run.layer, run.preview = source.inspection.encoding, source.inspection.layer, look.found
        columns = {name: one for name, one in columns.items() if one in look.found["columns"]} or look.mapping[
            "columns"
        ]
    mapping: dict[str, Any] = {"columns": {name: one for name, one in columns.items() if one}, "geometry": geometry}
    looking.check_mapping(run, shape, mapping, srid, str(policy))
    run.mapping, run.srid, run.options, run.state = mapping, srid, options, ImportState.PREVIEWED
    run.save(update_fields=["mapping", "srid", "options", "state", "encoding", "layer", "preview"])
    record(ctx, "citydata.import.mapped", run, detail={"properties": sorted(mapping["columns"]), "policy": str(policy)})
    return info_of(run)


@verb(IMPORT_RUN)
def confirm_import(ctx: Context, *, run_id: UUID) -> ImportInfo:
    """Begin the work on a run whose preview was looked at. It goes on in the background, in chunks.

    Raises ``ImportNotFound``, ``ImportStateWrong``, ``ImportBusy`` while another import works on the register.
    """
    run, shape = looking.open_run(ctx, run_id, lock=True)
    require_edit(ctx, shape)
    if run.state != ImportState.PREVIEWED:
        raise ImportStateWrong(
            remedy=Text(
                "จับคู่คอลัมน์และดูตัวอย่างก่อน แล้วจึงยืนยัน", "Map the columns and look at the preview first, then confirm"
            )
        )
    _alone(run)
    run.state, run.started_at, run.progress_at = ImportState.RUNNING, ctx.now, ctx.now
    run.save(update_fields=["state", "started_at", "progress_at"])
    enqueue(ctx, STEP_JOB, key=f"{run.pk}:0", run_id=str(run.pk), cursor=0)
    record(
        ctx, "citydata.import.confirmed", run, detail={"register": run.register.key, "policy": run.options["policy"]}
    )
    notify(ctx, run)
    return info_of(run)


@verb(IMPORT_RUN)
def cancel_import(ctx: Context, *, run_id: UUID) -> ImportInfo:
    """Stop a run. What its finished chunks brought in stays until it is undone. Repeating it is harmless.

    Raises ``ImportNotFound``, ``ImportStateWrong`` for one that is done.
    """
    run, shape = looking.open_run(ctx, run_id, lock=True)
    require_edit(ctx, shape)
    if run.state in (ImportState.DONE, ImportState.UNDONE, ImportState.FAILED) or run.options.get("undoing"):
        raise ImportStateWrong
    if run.state != ImportState.CANCELLED:
        run.state, run.finished_at = ImportState.CANCELLED, ctx.now
        run.save(update_fields=["state", "finished_at"])
        transaction.on_commit(lambda: kept.forget_folder(run.pk))
    record(ctx, "citydata.import.cancelled", run, detail={"read": run.rows_read})
    notify(ctx, run)
    return info_of(run)


@verb(IMPORT_RUN)
def undo_import(ctx: Context, *, run_id: UUID) -> ImportInfo:
    """Take back what a run did: records that it changed or retired are as before, records that it added are retired.

    What somebody changed afterwards stays as it is and is counted in ``options["kept"]``. Works in the background.
    Raises ``ImportNotFound``, ``ImportStateWrong``, ``ImportBusy``.
    """
    run, shape = looking.open_run(ctx, run_id, lock=True)
    require_edit(ctx, shape)
    if run.state not in (ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED) or not run.rows_good:
        raise ImportStateWrong
    _alone(run)
    run.state, run.progress_at = ImportState.RUNNING, ctx.now
    run.options = {**run.options, "undoing": True, "undone": 0, "kept": 0, "after": ""}
    run.save(update_fields=["state", "options", "progress_at"])
    enqueue(ctx, UNDO_JOB, key=f"{run.pk}:0", run_id=str(run.pk), turn=0)
    record(ctx, "citydata.import.undo", run, detail={"register": run.register.key})
    notify(ctx, run)
    return info_of(run)


def _alone(run: ImportRun) -> None:
    """One import at a time works on a register: the register's row is the queue."""
    Register.objects.select_for_update(of=("self",)).get(pk=run.register_id)
    if ImportRun.objects.filter(register_id=run.register_id, state=ImportState.RUNNING).exclude(pk=run.pk).exists():
        raise ImportBusy


def forget_file(ctx: Context, run: ImportRun) -> None:
    """Erase a run's file; what it brought in stays."""
    if run.file is not None:
        kept.discard(ctx, run.file)
        run.file = None
        run.save(update_fields=["file"])
    shutil.rmtree(kept.folder_of(run.pk), ignore_errors=True)
