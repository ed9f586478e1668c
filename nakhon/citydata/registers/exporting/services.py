"""The verb of exports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nakhon.citydata.registers.access import find_register, shown_properties
from nakhon.citydata.registers.exporting import making
from nakhon.citydata.registers.exporting.types import ExportInfo
from nakhon.citydata.registers.finding import Box, count_of
from nakhon.citydata.registers.importing.errors import ExportTooLarge
from nakhon.citydata.registers.models import ExportRun, ExportState
from nakhon.citydata.registers.permissions import EXPORT_RUN
from nakhon.citydata.registers.types import Filter
from nakhon.citydata.registers.writing.errors import NoPlaces, TooManyRows
from nakhon.citydata.registers.writing.tables import EXCEL_ROWS
from nakhon.citydata.registers.writing.types import FORMAT_WORDS, ExportFormat
from nakhon.kernel.audit import record
from nakhon.kernel.context import ActorKind, Context
from nakhon.kernel.errors import Invalid
from nakhon.kernel.limits import limit
from nakhon.kernel.outbox import enqueue
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text

MAKE_JOB = "citydata.export.make"
AT_ONCE, FOR_PUBLIC = 5_000, 100_000
"""Rows that are written while the asker waits, and the most that somebody who has not signed in may ask for."""
_MAPS = (ExportFormat.GEOJSON, ExportFormat.GEOPACKAGE, ExportFormat.SHAPEFILE)


@verb(EXPORT_RUN)
def begin_export(
    ctx: Context,
    *,
    register: str,
    format: str,
    text: str = "",
    filters: Iterable[Filter] = (),
    bbox: Box | None = None,
    columns: Sequence[str] = (),
    headings: str = "",
    be_dates: bool = False,
) -> ExportInfo:
    """Ask for the records found by ``text``, ``filters`` and ``bbox`` as a file: csv, xlsx, geojson, gpkg, shp or parquet.

    Up to 5,000 rows are ready when this returns; more come in the background. ``columns`` limits the properties; ``headings``
    of CSV and Excel are th, en or key (the language of ``ctx`` when empty); ``be_dates`` adds dates in the Buddhist era.
    Raises ``RegisterNotFound``, ``FilterRefused``, ``Invalid``, ``NoPlaces``, ``TooManyRows``, ``ExportTooLarge``, ``TooMany``.
    """
    where, shape = find_register(ctx, register)
    limit(ctx, "file.store.account" if ctx.actor.id else "file.store.public")
    form = _format_of(format)
    style = headings or ("en" if ctx.language == "en" else "th")
    if style not in ("th", "en", "key"):
        raise Invalid(fields={"headings": Text("เลือก th, en หรือ key", "Choose th, en or key")})
    shown = shown_properties(ctx, shape)
    if unknown := [name for name in columns if name not in shown]:
        words = Text(f"ส่งออก “{unknown[0]}” ไม่ได้", f"“{unknown[0]}” cannot be exported")
        raise Invalid(fields={"columns": words})
    if form in _MAPS and shape.body.geometry == "none":
        raise NoPlaces
    run = ExportRun(
        register=where, format=form.value, columns=list(columns), created_at=ctx.now, created_by=ctx.actor.id,
        created_label=ctx.actor.trail_label, state=ExportState.WAITING,
        chosen={
            "text": text, "bbox": list(bbox) if bbox is not None else None,
            "filters": [{"name": one.name, "op": one.op, "value": _plain(one.value)} for one in filters],
        },
        options={"headings": style, "be_dates": bool(be_dates), "asker": making.asker_of(ctx)},
    )  # fmt: skip
    run.rows_total = count_of(making.asked(ctx, run, shape))
    if form is ExportFormat.EXCEL and run.rows_total > EXCEL_ROWS:
        raise TooManyRows(EXCEL_ROWS)
    if ctx.actor.kind is ActorKind.PUBLIC and run.rows_total > FOR_PUBLIC:
        raise ExportTooLarge
    run.save(force_insert=True)
    if run.rows_total <= AT_ONCE:
        making.make(ctx, run, shape)
    else:
        enqueue(ctx, MAKE_JOB, key=str(run.pk), run_id=str(run.pk))
    record(
        ctx, "citydata.export.begun", run, detail={"register": register, "format": run.format, "rows": run.rows_total}
    )
    return making.info_of(run)


def _format_of(name: str) -> ExportFormat:
    try:
        return ExportFormat(name)
    except ValueError:
        words = ", ".join(one.value for one in FORMAT_WORDS)
        raise Invalid(fields={"format": Text(f"เลือกจาก {words}", f"Choose one of {words}")}) from None


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple | set | frozenset) else value
