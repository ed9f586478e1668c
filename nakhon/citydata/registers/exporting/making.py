"""Makes the file of an export: what the asker may see, a few thousand records at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import connection

from nakhon.citydata.registers.access import shown_properties
from nakhon.citydata.registers.exporting.types import ExportInfo
from nakhon.citydata.registers.finding import Question, question
from nakhon.citydata.registers.importing import kept
from nakhon.citydata.registers.models import ExportRun, ExportState
from nakhon.citydata.registers.rules.shape import Shape
from nakhon.citydata.registers.types import Filter
from nakhon.citydata.registers.writing.types import ENDINGS, MEDIA_TYPES, Column, ExportFormat, Row, Table
from nakhon.citydata.registers.writing.writing import write
from nakhon.kernel.context import Actor, ActorKind, Context
from nakhon.kernel.files.types import Sensitivity
from nakhon.knowledge.text import Text

LIFETIME = timedelta(days=7)
_PAGE = 5000


def info_of(run: ExportRun) -> ExportInfo:
    return ExportInfo(
        id=run.pk, register=run.register.key, format=run.format, state=run.state, rows=run.rows,
        rows_total=run.rows_total, name=run.file.name if run.file else "", size=run.file.size if run.file else None,
        notes=tuple(Text(note["th"], note["en"]) for note in run.options.get("notes", ())),
        error=Text(run.error["th"], run.error["en"]) if run.error else None, created_at=run.created_at,
        finished_at=run.finished_at, expires_at=run.expires_at,
    )  # fmt: skip


def asker_of(ctx: Context) -> dict[str, Any]:
    """Who asks, written down so that the background gives no more than the asker may see."""
    return {"kind": ctx.actor.kind.value, "id": ctx.actor.id, "roles": sorted(ctx.actor.roles), "purpose": ctx.purpose}


def as_asker(ctx: Context, run: ExportRun) -> Context:
    said = run.options["asker"]
    actor = Actor(ActorKind(said["kind"]), said["id"], run.created_label, frozenset(said["roles"]))
    return replace(ctx, actor=actor, purpose=said["purpose"])


def asked(ctx: Context, run: ExportRun, shape: Shape) -> Question | None:
    chosen = run.chosen
    filters = [Filter(one["name"], one["op"], one.get("value")) for one in chosen.get("filters", ())]
    return question(ctx, run.register, shape, text=chosen.get("text", ""), filters=filters, bbox=chosen.get("bbox"))


def make(ctx: Context, run: ExportRun, shape: Shape) -> None:
    """Write the file of ``run`` for its asker and keep it. Raises ``NoPlaces``, ``TooManyRows``, ``FilterRefused``."""
    ctx = as_asker(ctx, run)
    found = asked(ctx, run, shape)
    form = ExportFormat(run.format)
    path = kept.folder_of(run.pk) / f"{run.register.key}{ENDINGS[form]}"
    try:
        table = table_of(ctx, run, shape, found)
        written = write(form, table, path)
        file = kept.keep(
            ctx, path, name=path.name, media_type=MEDIA_TYPES[form], sensitivity=_sensitivity(ctx),
            owner_type=kept.EXPORT_OWNER, owner_id=str(run.pk),
        )  # fmt: skip
    finally:
        kept.forget_folder(run.pk)
    run.file, run.rows, run.state = file, written.rows, ExportState.DONE
    run.finished_at, run.expires_at = ctx.now, ctx.now + LIFETIME
    run.options = {**run.options, "notes": [note.as_dict() for note in written.notes]}
    run.save()


def _sensitivity(ctx: Context) -> Sensitivity:
    return Sensitivity.PUBLIC if ctx.actor.kind is ActorKind.PUBLIC else Sensitivity.INTERNAL


def table_of(ctx: Context, run: ExportRun, shape: Shape, found: Question | None) -> Table:
    """The records as a table for ``writing``: in the order of their keys, with the columns that were chosen and are shown."""
    shown = shown_properties(ctx, shape)
    names = [name for name in (run.columns or shown) if name in shown]
    schemas = shape.body.record.model_dump(mode="json")["properties"]
    return Table(
        name=run.register.key.replace("-", "_"),
        title=run.register.name,
        columns=tuple(Column.of(name, schemas[name]) for name in names),
        rows=lambda: _rows(found, names),
        geometry=shape.body.geometry if not shape.hides_places or _is_exact(found) else "Point",
        headings=run.options.get("headings", "th"),
        be_dates=bool(run.options.get("be_dates")),
        key_column=shape.body.key is None or shape.body.key not in names,
    )


def _is_exact(found: Question | None) -> bool:
    return found is not None and found.place == "geometry"


def _rows(found: Question | None, names: list[str]) -> Iterator[Row]:
    """By key, a page at a time, so that neither memory nor a cursor grows with the register."""
    if found is None:
        return
    # ``place`` is one of two names of columns, and ``where`` is made of placeholders.
    sql = (
        f"SELECT r.key, r.data, ST_AsBinary(ST_Force2D(r.{found.place}), 'NDR') FROM citydata_registers_record r "  # noqa: S608
        f"WHERE {found.where} AND r.key > %s ORDER BY r.key LIMIT %s"
    )
    after = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [*found.values, after, _PAGE])
            page = cursor.fetchall()
        for key, data, wkb in page:
            values = json.loads(data) if isinstance(data, str) else data
            yield Row(key, {name: values[name] for name in names if name in values}, bytes(wkb) if wkb else None)
        if len(page) < _PAGE:
            return
        after = page[-1][0]
