"""Questions about imports: how a run stands, what its rows would become, which were refused and why."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from nakhon.citydata.registers.access import find_register, require_edit
from nakhon.citydata.registers.importing import looking
from nakhon.citydata.registers.importing.converting import Converted, Plan
from nakhon.citydata.registers.importing.errors import BadRowsClosed, ImportStateWrong, MappingRefused
from nakhon.citydata.registers.importing.telling import info_of
from nakhon.citydata.registers.importing.types import (
    BadRowInfo,
    ImportInfo,
    Policy,
    Preview,
    PreviewRow,
    ProblemCount,
    Reason,
)
from nakhon.citydata.registers.models import BadRow, ImportRun, ImportState, Record
from nakhon.citydata.registers.permissions import IMPORT_RUN
from nakhon.citydata.registers.rules.shape import Shape
from nakhon.citydata.registers.writing.tables import guarded
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.sealed import MASK
from nakhon.kernel.verbs import query
from nakhon.knowledge.text import Text

SHOWN, SAMPLED, POINTS = 50, 1000, 500
_BATCH = 250
_SAMPLE_ROWS = 50
_MOST_PROBLEMS = 200
_BLAME = {"th": ("แถวที่", "ต้องแก้ไข"), "en": ("Row", "To mend")}


@query(IMPORT_RUN)
def import_run(ctx: Context, *, run_id: UUID) -> ImportInfo:
    """How a run stands. Raises ``ImportNotFound``, ``RegisterClosed``."""
    run, shape = looking.open_run(ctx, run_id)
    require_edit(ctx, shape)
    return info_of(run)


@query(IMPORT_RUN)
def import_runs(ctx: Context, *, register: str, limit: int = 50) -> list[ImportInfo]:
    """The runs of a register, newest first. Raises ``RegisterNotFound``, ``RegisterClosed``."""
    where, shape = find_register(ctx, register, closed=True)
    require_edit(ctx, shape)
    rows = ImportRun.objects.select_related("register").filter(register=where).order_by("-created_at", "-pk")
    return [info_of(run) for run in rows[: max(1, min(limit, 200))]]


@query(IMPORT_RUN)
def import_samples(ctx: Context, *, run_id: UUID, most: int = 3) -> dict[str, list[str]]:
    """The first few values of each column of a run's file, to know the columns by. Nothing of a register with protected properties.

    Raises ``ImportNotFound``, ``RegisterClosed``, and what opening the file raises.
    """
    run, shape = looking.open_run(ctx, run_id)
    require_edit(ctx, shape)
    found: dict[str, list[str]] = {name: [] for name in run.preview.get("columns", ())}
    if shape.protected:
        return found
    for row in itertools.islice(looking.source_of(run).rows(), _SAMPLE_ROWS):
        for name, seen in found.items():
            value = row.values.get(name)
            if value not in (None, "") and len(seen) < most and str(value)[:60] not in seen:
                seen.append(str(value)[:60])
    return found


@query(IMPORT_RUN)
def import_preview(ctx: Context, *, run_id: UUID, rows: int = SHOWN, sample: int = SAMPLED) -> Preview:
    """The first rows as they would be stored by the present mapping, and the problems of a larger sample, counted.

    Raises ``ImportNotFound``, ``ImportStateWrong`` once the run has begun, ``MappingRefused`` while a mapping cannot work.
    """
    run, shape = looking.open_run(ctx, run_id)
    require_edit(ctx, shape)
    if run.state not in (ImportState.UPLOADED, ImportState.PREVIEWED):
        raise ImportStateWrong
    plan = Plan(shape, run.mapping, run.options, run.srid)
    if plan.where is not None and run.srid is None:
        raise MappingRefused(fields={"srid": Text("เลือกระบบพิกัดของไฟล์", "Choose the coordinate system of the file")})
    found = list(_converted(run, plan, max(rows, sample)))
    refused = _refused_by_key(run, plan, found)
    counts: dict[tuple[str, str, str], ProblemCount] = {}
    points: list[tuple[float, float]] = []
    good = 0
    for one in found:
        reasons = (*one.reasons, *refused.get(one.row.number, ()))
        good += not reasons
        for reason in reasons:
            _count(counts, reason, one.row.number)
        if one.place is not None and not reasons and len(points) < POINTS:
            points.append(one.place)
    mapped = set(plan.columns.values())
    return Preview(
        rows=tuple(_shown(shape, plan, one, refused) for one in found[:rows]),
        sampled=len(found),
        good=good,
        problems=tuple(sorted(counts.values(), key=lambda one: (-one.rows, one.first))),
        points=() if shape.hides_places else tuple(points),
        missing=tuple(shape.name_of(name) for name in shape.body.record.required if name not in plan.columns),
        unmapped=tuple(
            name for name in run.preview.get("columns", ()) if name not in mapped and not _is_place(plan, name)
        ),
    )


def _is_place(plan: Plan, column: str) -> bool:
    return plan.where is not None and column in (plan.where.x, plan.where.y)


def _converted(run: ImportRun, plan: Plan, most: int) -> Iterator[Converted]:
    rows = itertools.islice(looking.source_of(run).rows(), most)
    while batch := list(itertools.islice(rows, _BATCH)):
        yield from plan.convert(batch)


def _count(counts: dict[tuple[str, str, str], ProblemCount], reason: Reason, number: int) -> None:
    """Reasons of one column and property are one kind, told by the first; a value in them would make each row its own."""
    kind = (reason.column, reason.property, "" if reason.column or reason.property else reason.text.en)
    there = counts.get(kind)
    if there is not None:
        counts[kind] = ProblemCount(there.column, there.property, there.text, there.rows + 1, there.first)
    elif len(counts) < _MOST_PROBLEMS:
        counts[kind] = ProblemCount(reason.column, reason.property, reason.text, 1, number)


def _refused_by_key(run: ImportRun, plan: Plan, found: list[Converted]) -> dict[int, tuple[Reason, ...]]:
    """Rows that the policy will refuse, because their key is known or is not, or stands in the sample already."""
    first: dict[str, int] = {}
    wrong: dict[int, tuple[Reason, ...]] = {}
    keys = {one.ready.key for one in found if one.ready is not None and one.ready.key}
    known = (
        set(Record.objects.filter(register=run.register, key__in=keys).values_list("key", flat=True)) if keys else set()
    )
    for one in found:
        key = one.ready.key if one.ready is not None else ""
        if not key:
            continue
        if first.setdefault(key, one.row.number) != one.row.number:
            text = Text(f"รหัส “{key}” ซ้ำกับแถวที่ {first[key]:,}", f"The key “{key}” stands in row {first[key]:,} already")
        elif key in known and plan.policy is Policy.ADD:
            text = Text(f"มีระเบียนรหัส “{key}” แล้ว", f"A record “{key}” is there already")
        elif key not in known and plan.policy is Policy.UPDATE:
            text = Text(f"ไม่มีระเบียนรหัส “{key}” ให้แก้ไข", f"There is no record “{key}” to change")
        else:
            continue
        wrong[one.row.number] = (Reason(text, "", "key"),)
    return wrong


def _shown(shape: Shape, plan: Plan, one: Converted, refused: dict[int, tuple[Reason, ...]]) -> PreviewRow:
    values: dict[str, Any] = {}
    for name, column in plan.columns.items():
        if name in shape.protected:
            values[name] = MASK if one.row.values.get(column) not in (None, "") else None
        elif one.ready is not None:
            values[name] = one.ready.data.get(name)
        else:
            values[name] = one.row.values.get(column)
    reasons = (*one.reasons, *refused.get(one.row.number, ()))
    return PreviewRow(
        number=one.row.number,
        key=one.ready.key if one.ready is not None else "",
        values=values,
        place=None if shape.hides_places else one.place,
        problems=tuple(reason.told() for reason in reasons),
        warnings=one.ready.warnings if one.ready is not None else (),
    )


@query(IMPORT_RUN)
def bad_rows(ctx: Context, *, run_id: UUID, after: int = 0, limit: int = 100) -> list[BadRowInfo]:
    """The refused rows in the order of the file, from the one after row ``after``. Raises ``ImportNotFound``."""
    run, shape = looking.open_run(ctx, run_id)
    require_edit(ctx, shape)
    rows = BadRow.objects.filter(run=run, row__gt=after).order_by("row")[: max(1, min(limit, 1000))]
    return [BadRowInfo(row.row, row.values, tuple(_reason(one) for one in row.reasons)) for row in rows]


def _reason(said: dict[str, str]) -> Text:
    return Reason(Text(said["th"], said["en"]), said.get("column", "")).told()


@query(IMPORT_RUN)
def bad_rows_file(ctx: Context, *, run_id: UUID) -> bytes:
    """The refused rows as CSV (UTF-8 with a byte-order mark) with the columns of the file, the row's number and what to mend: to be
    corrected and sent again. Of a register with protected properties only who imported them gets it, and that is recorded.

    Raises ``ImportNotFound``, ``BadRowsClosed``.
    """
    run, shape = looking.open_run(ctx, run_id)
    require_edit(ctx, shape)
    if shape.protected:
        if run.created_by != ctx.actor.id:
            raise BadRowsClosed
        record(ctx, "citydata.import.bad_rows", run, detail={"rows": run.rows_bad})
    names = list(run.preview.get("columns", ()))
    if (run.mapping.get("geometry") or {}).get("from") == "geometry":
        names.append("wkt")
    blame = _BLAME["en" if ctx.language == "en" else "th"]
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([guarded(name) for name in (*names, *blame)])
    for row in BadRow.objects.filter(run=run).order_by("row").iterator(chunk_size=2000):
        values = json.loads(row.sealed.reveal()) if row.sealed is not None else row.values
        told = "; ".join(_reason(one).in_(ctx.language) for one in row.reasons)
        writer.writerow([*(_cell(values.get(name)) for name in names), row.row, guarded(told)])
    return file.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return guarded(value) if isinstance(value, str) else value
