"""The work of imports: a chunk a job, each in one transaction with the place it has come to, so that nothing is done twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from nakhon.citydata.registers.events import ImportFinished
from nakhon.citydata.registers.importing import kept, looking
from nakhon.citydata.registers.importing.converting import Converted, Plan
from nakhon.citydata.registers.importing.services import STEP_JOB, UNDO_JOB, forget_file
from nakhon.citydata.registers.importing.spool import FRAME, Spool, hash_of
from nakhon.citydata.registers.importing.telling import notify
from nakhon.citydata.registers.importing.types import Outcome, Policy, Reason
from nakhon.citydata.registers.importing.undoing import undo_some
from nakhon.citydata.registers.models import BadRow, ImportRun, ImportState, Record, RecordStatus, VersionAct
from nakhon.citydata.registers.rules.shape import Shape, shape_of
from nakhon.citydata.registers.writing_records import set_status, write_prepared
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context, system_actor
from nakhon.kernel.errors import NakhonError
from nakhon.kernel.outbox import announce, enqueue, job
from nakhon.kernel.tasks import scheduled
from nakhon.knowledge.text import Text

CHUNK = 10 * FRAME
_RETIRE = 2000
_FINISH_JOB = "citydata.import.finish"
_FILE_KEPT = timedelta(days=30)
_GIVEN_UP = timedelta(days=7)
_WORDS = {Policy.ADD: "add", Policy.UPDATE: "update", Policy.UPSERT: "upsert", Policy.REPLACE: "upsert"}


@job(STEP_JOB)
def step(ctx: Context, *, run_id: str, cursor: int) -> None:
    """The chunk that begins at row ``cursor``, then the next one. Running it again does nothing."""
    seen = _waiting(run_id, cursor)
    if seen is None:
        return
    shape = shape_of(seen.register)
    plan = Plan(shape, seen.mapping, seen.options, seen.srid)
    spool = Spool(kept.folder_of(seen.pk))
    try:
        if not spool.is_there:
            spool.build(looking.source_of(seen), plan.key_of, looking.limits().rows)
        with transaction.atomic():
            run = _waiting(run_id, cursor, lock=True)
            if run is None:
                return
            _work(_as_sender(ctx, run), run, plan, spool)
    except NakhonError as error:
        _fail(ctx, run_id, error)


def _waiting(run_id: str, cursor: int, *, lock: bool = False) -> ImportRun | None:
    rows = ImportRun.objects.select_for_update(of=("self",)) if lock else ImportRun.objects.all()
    run = rows.select_related("register", "file").filter(pk=run_id, state=ImportState.RUNNING, cursor=cursor).first()
    return run if run is not None and not run.options.get("undoing") else None


def _as_sender(ctx: Context, run: ImportRun) -> Context:
    """The platform works, and the history names who sent the file."""
    return replace(ctx, actor=system_actor(run.created_label or "import"))


def _work(ctx: Context, run: ImportRun, plan: Plan, spool: Spool) -> None:
    rows = list(spool.rows(run.cursor, CHUNK))
    done = _store(ctx, run, plan, plan.convert(rows), spool.twice)
    _keep_bad(run, plan.shape, done.bad)
    run.rows_total = spool.total
    run.cursor += len(rows)
    run.rows_read = run.cursor
    run.rows_good += done.good
    run.rows_bad += len(done.bad)
    run.rows_added += done.added
    run.rows_changed += done.changed
    run.rows_same += done.same
    run.progress_at = ctx.now
    run.save()
    notify(ctx, run)
    if run.cursor < run.rows_total:
        enqueue(ctx, STEP_JOB, key=f"{run.pk}:{run.cursor}", run_id=str(run.pk), cursor=run.cursor)
    elif plan.policy is Policy.REPLACE:
        enqueue(ctx, _FINISH_JOB, key=f"{run.pk}:0", run_id=str(run.pk), turn=0)
    else:
        _finish(ctx, run)


def _store(ctx: Context, run: ImportRun, plan: Plan, rows: Sequence[Converted], twice: dict[int, int]) -> Outcome:
    done = Outcome()
    ready: list[Converted] = []
    for one in rows:
        if one.ready is None:
            done.bad.append((one.row, list(one.reasons)))
        elif one.ready.key and twice and (first := twice.get(hash_of(one.ready.key), one.row.number)) != one.row.number:
            done.bad.append((one.row, [_again(one.ready.key, first)]))
        else:
            ready.append(one)
    written = write_prepared(
        ctx, run.register, [one.ready for one in ready if one.ready is not None], import_run=run,
        policy=_WORDS[plan.policy], act=VersionAct.IMPORTED,
    )  # fmt: skip
    for place, text in written.refused:
        done.bad.append((ready[place].row, [Reason(text, "", "key")]))
    done.good = len(ready) - len(written.refused)
    done.added, done.changed, done.same = len(written.added), len(written.changed), written.same
    return done


def _again(key: str, first: int) -> Reason:
    return Reason(
        Text(
            f"รหัส “{key}” ซ้ำกับแถวที่ {first:,} ใช้รหัสละแถวเดียว",
            f"The key “{key}” stands in row {first:,} already: give each key one row",
        ),
        "",
        "key",
    )


def _keep_bad(run: ImportRun, shape: Shape, bad: Sequence[tuple[Any, list[Reason]]]) -> None:
    rows = []
    for row, reasons in bad:
        values = dict(row.values)
        if row.geometry is not None and (run.mapping.get("geometry") or {}).get("from") == "geometry":
            values["wkt"] = _wkt(row.geometry)
        hidden = bool(shape.protected)
        rows.append(
            BadRow(
                run=run, row=row.number, values={} if hidden else values,
                sealed=json.dumps(values, ensure_ascii=False) if hidden else None,
                reasons=[reason.as_dict() for reason in reasons],
            )
        )  # fmt: skip
    BadRow.objects.bulk_create(rows, batch_size=2000)


def _wkt(wkb: bytes) -> str:
    import shapely

    return str(shapely.to_wkt(shapely.from_wkb(wkb), rounding_precision=8))


@job(_FINISH_JOB)
def retire_missing(ctx: Context, *, run_id: str, turn: int) -> None:
    """Retire, some at a time, the records that a file which replaces the register does not name; then end the run."""
    import numpy

    run = (
        ImportRun.objects.select_for_update(of=("self",)).select_related("register", "file")
        .filter(pk=run_id, state=ImportState.RUNNING).first()
    )  # fmt: skip
    if run is None or run.options.get("undoing"):
        return
    ctx = _as_sender(ctx, run)
    plan = Plan(shape_of(run.register), run.mapping, run.options, run.srid)
    spool = Spool(kept.folder_of(run.pk))
    if not spool.is_there:
        spool.build(looking.source_of(run), plan.key_of, looking.limits().rows)
    named = spool.key_hashes()
    # A record that this run brought in has no key in the file where the register gives numbers.
    others = Record.objects.filter(register=run.register, status=RecordStatus.ACTIVE).exclude(
        pk__in=Record.objects.filter(import_run=run).values("pk")
    )
    missing: list[UUID] = []
    for pk, key in others.order_by("key").values_list("pk", "key").iterator(chunk_size=5000):
        place = int(numpy.searchsorted(named, numpy.uint64(hash_of(key)))) if len(named) else 0
        if place >= len(named) or int(named[place]) != hash_of(key):
            missing.append(pk)
            if len(missing) == _RETIRE:
                break
    if missing:
        locked = list(
            Record.objects.select_for_update(of=("self",))
            .filter(pk__in=missing, status=RecordStatus.ACTIVE).order_by("key")
        )  # fmt: skip
        set_status(ctx, run.register, locked, RecordStatus.RETIRED, VersionAct.IMPORTED, run.pk)
        run.rows_retired += len(locked)
        run.progress_at = ctx.now
        run.save(update_fields=["rows_retired", "progress_at"])
    if len(missing) == _RETIRE:
        enqueue(ctx, _FINISH_JOB, key=f"{run.pk}:{turn + 1}", run_id=str(run.pk), turn=turn + 1)
    else:
        _finish(ctx, run)


def _finish(ctx: Context, run: ImportRun) -> None:
    run.state, run.finished_at = ImportState.DONE, ctx.now
    run.save(update_fields=["state", "finished_at"])
    record(
        ctx, "citydata.import.finished", run,
        detail={"register": run.register.key, "added": run.rows_added, "changed": run.rows_changed, "bad": run.rows_bad,
                "retired": run.rows_retired},
    )  # fmt: skip
    _tell(ctx, run)


def _tell(ctx: Context, run: ImportRun) -> None:
    announce(ctx, ImportFinished(run.register.key, str(run.pk), run.state, run.rows_good, run.rows_bad))
    notify(ctx, run)
    transaction.on_commit(lambda: kept.forget_folder(run.pk))


def _fail(ctx: Context, run_id: str, error: NakhonError) -> None:
    """The file cannot be gone through: the run ends here, and says why. What earlier chunks brought in stays until undone."""
    run = ImportRun.objects.select_for_update(of=("self",)).select_related("register").get(pk=run_id)
    run.state, run.finished_at = ImportState.FAILED, ctx.now
    run.error = Text(f"{error.message.th} {error.remedy.th}", f"{error.message.en}. {error.remedy.en}").as_dict()
    run.save(update_fields=["state", "finished_at", "error"])
    record(ctx, "citydata.import.failed", run, detail={"reason": error.code})
    _tell(ctx, run)


@job(UNDO_JOB)
def undo(ctx: Context, *, run_id: str, turn: int) -> None:
    """Take back some of what a run did, then the rest."""
    run = (
        ImportRun.objects.select_for_update(of=("self",)).select_related("register")
        .filter(pk=run_id, state=ImportState.RUNNING).first()
    )  # fmt: skip
    if run is None or not run.options.get("undoing"):
        return
    ctx = _as_sender(ctx, run)
    more = undo_some(ctx, run)
    run.progress_at = ctx.now
    run.save(update_fields=["options", "progress_at"])
    notify(ctx, run)
    if more:
        enqueue(ctx, UNDO_JOB, key=f"{run.pk}:{turn + 1}", run_id=str(run.pk), turn=turn + 1)
        return
    run.state, run.finished_at = ImportState.UNDONE, ctx.now
    run.options = {key: value for key, value in run.options.items() if key not in ("undoing", "after")}
    run.save(update_fields=["state", "finished_at", "options"])
    record(ctx, "citydata.import.undone", run, detail={"undone": run.options["undone"], "kept": run.options["kept"]})
    _tell(ctx, run)


@scheduled("citydata.imports", "50 1 * * *", "ลบไฟล์นำเข้าที่ไม่ใช้แล้ว", "Erase files of imports that are over")
def forget_old_files(ctx: Context) -> None:
    """A run's file goes a month after its end; a run that was never confirmed is given up after a week."""
    for run in ImportRun.objects.select_related("register", "file").filter(
        state__in=(ImportState.UPLOADED, ImportState.PREVIEWED), created_at__lt=ctx.now - _GIVEN_UP
    ):
        run.state, run.finished_at = ImportState.CANCELLED, ctx.now
        run.save(update_fields=["state", "finished_at"])
        forget_file(ctx, run)
        record(ctx, "citydata.import.cancelled", run, detail={"given_up": True})
    for run in ImportRun.objects.select_related("file").filter(
        file__isnull=False, finished_at__lt=ctx.now - _FILE_KEPT
    ):
        forget_file(ctx, run)
        record(ctx, "citydata.import.file_erased", run)
