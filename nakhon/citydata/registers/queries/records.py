"""Questions about records: find, open one, its history, counts by a property, and what an edit of many would do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from nakhon.citydata.registers.access import (
    find_register,
    is_staff,
    require_edit,
    sees_exact,
    shown_properties,
    visible,
)
from nakhon.citydata.registers.errors import FilterRefused, RecordNotFound
from nakhon.citydata.registers.finding import Box, Found, count_of, page_of, question
from nakhon.citydata.registers.models import ChangeRequest, ChangeState, Record, RecordStatus, RecordVersion
from nakhon.citydata.registers.permissions import HISTORY_SEE, RECORD_EDIT, REGISTER_SEE
from nakhon.citydata.registers.rules.shape import Shape
from nakhon.citydata.registers.selecting import preview_of, selected
from nakhon.citydata.registers.types import (
    BulkPreview,
    Filter,
    Page,
    RecordCard,
    RecordRow,
    ValueCount,
    VersionRow,
)
from nakhon.citydata.registers.watching import note_list, note_record
from nakhon.citydata.registers.writing_records import opened
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import query
from nakhon.knowledge.text import Text

MOST_ROWS, MOST_VALUES, MOST_VERSIONS = 1000, 200, 500


@query(REGISTER_SEE)
def find_records(
    ctx: Context,
    *,
    register: str,
    text: str = "",
    filters: Iterable[Filter] = (),
    bbox: Box | None = None,
    sort: str | None = None,
    after: str = "",
    limit: int = 50,
    status: str = "ACTIVE",
) -> Page[RecordRow]:
    """Records of a register, a page at a time; what is left out does not limit. At most 1,000 rows, two queries.

    ``text`` finds Thai words inside sentences; ``bbox`` is west, south, east, north in degrees; ``sort`` a property, ``key``
    or ``changed_at``, with ``-`` before it for the greatest first; ``status`` ACTIVE, RETIRED or "" for both (staff).
    Raises ``RegisterNotFound``, ``RegisterClosed`` or ``FilterRefused``. Looking into a guarded register is recorded.
    """
    found, shape = find_register(ctx, register)
    chosen = list(filters)
    asked = question(ctx, found, shape, text=text, filters=chosen, bbox=bbox, status=_status(ctx, status))
    limit = max(1, min(limit, MOST_ROWS))
    rows, more = page_of(ctx, shape, asked, sort=sort, after=after, limit=limit) if asked else ([], "")
    note_list(
        ctx, shape, found, {"shown": len(rows), "filters": sorted({one.name for one in chosen}), "words": bool(text)}
    )
    return Page([record_row(ctx, shape, row) for row in rows], more)


def _status(ctx: Context, status: str) -> str:
    if status not in ("", *RecordStatus.values):
        raise FilterRefused(fields={"status": Text("เลือก ACTIVE หรือ RETIRED", "Choose ACTIVE or RETIRED")})
    return status if is_staff(ctx) else RecordStatus.ACTIVE.value


@query(REGISTER_SEE)
def count_records(
    ctx: Context,
    *,
    register: str,
    text: str = "",
    filters: Iterable[Filter] = (),
    bbox: Box | None = None,
    status: str = "ACTIVE",
) -> int:
    """How many records ``find_records`` would find in all."""
    found, shape = find_register(ctx, register)
    return count_of(question(ctx, found, shape, text=text, filters=filters, bbox=bbox, status=_status(ctx, status)))


def record_row(ctx: Context, shape: Shape, row: Found) -> RecordRow:
    data = visible(ctx, shape, row.data)
    return RecordRow(
        id=row.id,
        key=row.key,
        title=shape.title(data, row.key),
        data=data,
        # Which of the protected properties hold something is not opened for a list: staff see that some do.
        masked=tuple(sorted(shape.protected)) if row.has_sealed and is_staff(ctx) else (),
        point=_point(row.place),
        status=row.status,
        revision=row.revision,
        changed_at=row.changed_at,
    )


def _point(wkt: str | None) -> tuple[float, float] | None:
    if not wkt or "(" not in wkt:
        return None
    lon, lat = wkt[wkt.index("(") + 1 : -1].split()[:2]
    return float(lon), float(lat)


@query(REGISTER_SEE)
def get_record(ctx: Context, *, register: str, key: str = "", record_id: UUID | None = None) -> RecordCard:
    """One record by its key or its id. Raises ``RecordNotFound``; opening one of a guarded register is recorded.

    Retired records are for staff only.
    """
    found, shape = find_register(ctx, register)
    row = Record.objects.filter(register=found, **({"pk": record_id} if record_id else {"key": key})).first()
    if row is None or (row.status == RecordStatus.RETIRED and not is_staff(ctx)):
        raise RecordNotFound
    note_record(ctx, shape, row, "viewed")
    return record_card(ctx, shape, row)


def record_card(ctx: Context, shape: Shape, row: Record) -> RecordCard:
    """A record as the actor may see it."""
    staff, exact = is_staff(ctx), sees_exact(ctx, shape)
    data = visible(ctx, shape, row.data)
    place = row.geometry if exact else row.coarse
    waiting = ChangeRequest.objects.filter(record=row, state=ChangeState.WAITING).count() if staff else 0
    return RecordCard(
        id=row.pk,
        register=shape.id,
        key=row.key,
        title=shape.title(data, row.key),
        data=data,
        masked=tuple(sorted(opened(row.sealed))) if staff else (),
        geometry=json.loads(place.json) if place is not None else None,
        is_coarse=not exact,
        status=row.status,
        revision=row.revision,
        made_at=row.made_at,
        changed_at=row.changed_at,
        made_by=row.made_by if staff else "",
        changed_by=row.changed_by if staff else "",
        waiting=waiting,
    )


@query(HISTORY_SEE)
def record_history(ctx: Context, *, register: str, record_id: UUID) -> list[VersionRow]:
    """Every revision of a record, newest first, with what each changed. Two queries; recorded in a guarded register.

    Raises ``RecordNotFound``. A protected property is told to have changed, never its value.
    """
    found, shape = find_register(ctx, register, closed=True)
    row = Record.objects.filter(register=found, pk=record_id).first()
    if row is None:
        raise RecordNotFound
    note_record(ctx, shape, row, "history_viewed")
    older = list(RecordVersion.objects.filter(record=row).order_by("revision")[:MOST_VERSIONS])
    return _told(ctx, shape, row, older)


def _told(ctx: Context, shape: Shape, row: Record, older: Sequence[RecordVersion]) -> list[VersionRow]:
    exact = sees_exact(ctx, shape)
    steps: list[Record | RecordVersion] = [*older, row]
    told: list[VersionRow] = []
    for index, step in enumerate(steps):
        before = steps[index - 1] if index else None
        # A version is ended by the act that made the next one.
        act = before.act if isinstance(before, RecordVersion) else "CREATED"
        since, by = (
            (step.since, step.since_by) if isinstance(step, RecordVersion) else (step.changed_at, step.changed_by)
        )
        changes = _changes(ctx, shape, before, step)
        moved = before is not None and _ewkb(before) != _ewkb(step)
        shown = step.geometry if exact else None
        told.append(
            VersionRow(
                revision=step.revision,
                act=act,
                at=since,
                by=by,
                status=step.status,
                data=visible(ctx, shape, step.data),
                changes=changes,
                moved=moved,
                geometry=json.loads(shown.json) if shown is not None else None,
            )
        )
    return told[::-1]


def _ewkb(step: Record | RecordVersion) -> str:
    return step.geometry.hexewkb.decode() if step.geometry is not None else ""


def _changes(
    ctx: Context, shape: Shape, before: Record | RecordVersion | None, step: Record | RecordVersion
) -> dict[str, tuple[Any, Any]]:
    if before is None:
        return {}
    old, new = visible(ctx, shape, before.data), visible(ctx, shape, step.data)
    found = {name: (old.get(name), new.get(name)) for name in {**old, **new} if old.get(name) != new.get(name)}
    hidden = (opened(before.sealed), opened(step.sealed))
    found |= {n: (None, None) for n in sorted({*hidden[0], *hidden[1]}) if hidden[0].get(n) != hidden[1].get(n)}
    return found


@query(REGISTER_SEE)
def record_counts(
    ctx: Context,
    *,
    register: str,
    by: str,
    text: str = "",
    filters: Iterable[Filter] = (),
    bbox: Box | None = None,
) -> list[ValueCount]:
    """How many active records have each value of a property, the most first, at most 200 values. One query.

    A property of many values counts a record once for each. Raises ``FilterRefused`` for one that the actor does not see.
    """
    found, shape = find_register(ctx, register)
    if by not in shown_properties(ctx, shape):
        raise FilterRefused(fields={"by": Text(f"นับตาม “{by}” ไม่ได้", f"Records cannot be counted by “{by}”")})
    asked = question(ctx, found, shape, text=text, filters=filters, bbox=bbox)
    if asked is None:
        return []
    many = shape.properties[by].type == "array"
    value = "e" if many else "r.data -> %s"
    source = " LEFT JOIN LATERAL jsonb_array_elements(r.data -> %s) e ON true" if many else ""
    sql = (
        f"SELECT {value} AS v, count(*) FROM citydata_registers_record r{source} WHERE {asked.where} "  # noqa: S608
        "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [by, *asked.values, MOST_VALUES])
        rows = cursor.fetchall()
    read = [(json.loads(raw) if isinstance(raw, str) else raw, number) for raw, number in rows]
    return [ValueCount(v, shape.label(by, v) if v is not None else Text("ไม่ระบุ", "Not given"), n) for v, n in read]


@query(RECORD_EDIT)
def bulk_preview(
    ctx: Context,
    *,
    register: str,
    change: Mapping[str, Any],
    records: Iterable[UUID] | None = None,
    text: str = "",
    filters: Iterable[Filter] = (),
    bbox: Box | None = None,
) -> BulkPreview:
    """What ``bulk_edit_records`` with the same arguments would do: how many it changes, and which it cannot, and why."""
    found, shape = find_register(ctx, register)
    require_edit(ctx, shape)
    chosen = selected(ctx, found, shape, records=records, text=text, filters=filters, bbox=bbox)
    return preview_of(ctx, shape, chosen, change)
