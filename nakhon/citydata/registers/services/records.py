"""Verbs on records: add, edit, edit many, retire and restore. A record is never deleted; each revision is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from nakhon.citydata.registers.access import find_register, require_edit
from nakhon.citydata.registers.errors import (
    KeyTaken,
    RecordConflict,
    RecordInvalid,
    RecordNotFound,
    RecordRetired,
    TooManyRecords,
)
from nakhon.citydata.registers.events import RecordAdded, RecordChanged, RecordsChanged
from nakhon.citydata.registers.events import RecordRetired as RecordRetiredFact
from nakhon.citydata.registers.finding import Box
from nakhon.citydata.registers.models import Record, RecordStatus, RecordVersion, Register, VersionAct
from nakhon.citydata.registers.permissions import RECORD_EDIT
from nakhon.citydata.registers.queries.records import record_card
from nakhon.citydata.registers.rules.shape import Shape
from nakhon.citydata.registers.selecting import checked_change, merged, outcomes, selected
from nakhon.citydata.registers.types import UNCHANGED, Filter, RecordCard, Unchanged
from nakhon.citydata.registers.writing_records import Prepared, Refusal, opened, prepare, set_status, write_prepared
from nakhon.kernel.audit import record as note
from nakhon.kernel.context import Context
from nakhon.kernel.outbox import announce
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text

STEP = 1000


@verb(RECORD_EDIT)
def add_record(
    ctx: Context, *, register: str, data: Mapping[str, Any], geometry: Any = None, key: str = ""
) -> RecordCard:
    """Add a record. ``geometry`` is GeoJSON or None; ``key`` only where no property is the key (without: the next number).

    Raises ``RecordInvalid`` by property, ``KeyTaken``, ``NeedsApproval`` or ``RegisterClosed``.
    """
    found, shape = find_register(ctx, register, lock=True)
    require_edit(ctx, shape)
    return store_new(ctx, found, shape, data, geometry, key)


def store_new(
    ctx: Context, register: Register, shape: Shape, data: Mapping[str, Any], geometry: Any, key: str
) -> RecordCard:
    """Check, store, record and announce a new record, within a verb that has asked for the right."""
    made = ready(prepare(shape, data, geometry, key))
    written = write_prepared(ctx, register, [made], policy="add")
    if written.refused:
        raise KeyTaken(fields={shape.body.key or "key": KeyTaken.default_message})
    row = Record.objects.get(pk=written.added[0])
    note(ctx, "citydata.record.added", row, detail={"register": shape.id, "key": row.key, "fields": sorted(data)})
    announce(ctx, RecordAdded(shape.id, str(row.pk), row.key))
    return record_card(ctx, shape, row)


def ready(made: Prepared | Refusal) -> Prepared:
    """A prepared record; raises ``RecordInvalid`` with every fault."""
    if isinstance(made, Refusal):
        raise RecordInvalid(fields=made.problems)
    return made


def locked_record(register: Register, record: UUID) -> Record:
    row: Record | None = Record.objects.select_for_update(of=("self",)).filter(pk=record, register=register).first()
    if row is None:
        raise RecordNotFound
    return row


@verb(RECORD_EDIT)
def edit_record(
    ctx: Context,
    *,
    register: str,
    record: UUID,
    revision: int,
    data: Mapping[str, Any],
    geometry: Any = UNCHANGED,
) -> RecordCard:
    """Change properties of a record: those left out of ``data`` stay, None empties one; the place stays unless given.

    ``revision`` is the one that was shown. Raises ``RecordConflict`` (with the record as it is and what was sent) when it
    moved on, ``RecordInvalid``, ``RecordRetired``, ``KeyTaken``, ``NeedsApproval`` or ``RegisterClosed``.
    """
    found, shape = find_register(ctx, register, lock=True)
    require_edit(ctx, shape)
    row = locked_record(found, record)
    if row.revision != revision:
        sent = dict(data) if geometry is UNCHANGED else {**data, "geometry": geometry}
        raise RecordConflict(record_card(ctx, shape, row), sent)
    return store_edit(ctx, found, shape, row, data, geometry)


def store_edit(
    ctx: Context,
    register: Register,
    shape: Shape,
    row: Record,
    data: Mapping[str, Any],
    geometry: Any | Unchanged,
    act: str = VersionAct.EDITED,
) -> RecordCard:
    """Check, store, record and announce a change to a locked record, within a verb that has asked for the right."""
    if row.status == RecordStatus.RETIRED:
        raise RecordRetired
    moves = geometry is not UNCHANGED
    whole = merged(row, data)
    made = ready(prepare(shape, whole, geometry if moves else None, row.key, moves=moves))
    fields = sorted(name for name in data if data[name] != {**row.data, **opened(row.sealed)}.get(name))
    if made.key != row.key:
        if Record.objects.filter(register=register, key=made.key).exists():
            raise KeyTaken(fields={shape.body.key or "key": KeyTaken.default_message})
        # The key is how the writing core finds the record, so it is changed first, in the same transaction.
        Record.objects.filter(pk=row.pk).update(key=made.key)
    before = row.revision
    written = write_prepared(ctx, register, [made], policy="update", act=act)
    row = Record.objects.get(pk=row.pk)
    if written.changed and moves:
        fields.append("geometry")
    detail = {"register": shape.id, "key": row.key, "fields": fields, "revision": row.revision}
    note(ctx, "citydata.record.edited", row, detail=detail)
    if row.revision != before:
        announce(ctx, RecordChanged(shape.id, str(row.pk), row.key, row.revision, fields))
    return record_card(ctx, shape, row)


@verb(RECORD_EDIT)
def bulk_edit_records(
    ctx: Context,
    *,
    register: str,
    change: Mapping[str, Any],
    records: Iterable[UUID] | None = None,
    text: str = "",
    filters: Iterable[Filter] = (),
    bbox: Box | None = None,
) -> int:
    """Set properties of many records at once, all or none; returns how many changed. Either ``records`` or a search names them.

    Raises ``TooManyRecords`` above 20,000, ``RecordInvalid`` (naming the first records that refuse it), ``NeedsApproval``.
    """
    found, shape = find_register(ctx, register, lock=True)
    require_edit(ctx, shape)
    wanted = checked_change(shape, change)
    chosen = selected(ctx, found, shape, records=records, text=text, filters=filters, bbox=bbox)
    if chosen.too_many:
        raise TooManyRecords
    changed = 0
    for start in range(0, len(chosen.ids), STEP):
        rows = (
            Record.objects.select_for_update(of=("self",))
            .filter(pk__in=chosen.ids[start : start + STEP])
            .order_by("key")
        )
        results = list(outcomes(shape, rows, wanted))
        wrong = [one for one in results if one.problems]
        if wrong:
            raise _refused_many(wrong[0].record.key, wrong[0].problems, len(wrong))
        rows_made = [one.row for one in results if one.row is not None]
        changed += len(write_prepared(ctx, found, rows_made, policy="update").changed)
    fields = sorted(wanted)
    note(ctx, "citydata.records.edited", found, detail={"register": shape.id, "count": changed, "fields": fields})
    if changed:
        announce(ctx, RecordsChanged(shape.id, changed, fields))
    return changed


def _refused_many(key: str, problems: Mapping[str, Text], count: int) -> RecordInvalid:
    return RecordInvalid(
        Text(
            f"แก้พร้อมกันไม่ได้ มีอย่างน้อย {count:,} ระเบียนที่ค่าใหม่ใช้ไม่ได้ เช่น {key}",
            f"They cannot be changed together: at least {count:,} records refuse the new value, such as {key}",
        ),
        Text(
            "ยังไม่มีระเบียนใดถูกเปลี่ยน แก้ค่าหรือเลือกระเบียนใหม่", "Nothing was changed: mend the value or choose other records"
        ),
        fields=problems,
    )


@verb(RECORD_EDIT)
def retire_record(ctx: Context, *, register: str, record: UUID, revision: int, reason: str = "") -> RecordCard:
    """Take a record out of use; it keeps its history and can be restored. Raises ``RecordConflict`` or ``RecordRetired``."""
    found, shape = find_register(ctx, register, lock=True)
    require_edit(ctx, shape)
    row = locked_record(found, record)
    if row.revision != revision:
        raise RecordConflict(record_card(ctx, shape, row), {})
    return store_retired(ctx, found, shape, row, reason)


def store_retired(ctx: Context, register: Register, shape: Shape, row: Record, reason: str) -> RecordCard:
    if row.status == RecordStatus.RETIRED:
        raise RecordRetired
    set_status(ctx, register, [row], RecordStatus.RETIRED, VersionAct.RETIRED)
    detail = {"register": shape.id, "key": row.key, "reason": reason.strip()[:300]}
    note(ctx, "citydata.record.retired", row, detail=detail)
    announce(ctx, RecordRetiredFact(shape.id, str(row.pk), row.key))
    return record_card(ctx, shape, Record.objects.get(pk=row.pk))


@verb(RECORD_EDIT)
def restore_record(ctx: Context, *, register: str, record: UUID, revision: int) -> RecordCard:
    """Make a record what it was in ``revision``, as a new revision; a retired record comes back into use.

    Raises ``RecordNotFound`` (no such revision) or ``RecordInvalid`` where today's definition refuses what it was.
    """
    found, shape = find_register(ctx, register, lock=True)
    require_edit(ctx, shape)
    row = locked_record(found, record)
    older = RecordVersion.objects.filter(record=row, revision=revision).first()
    if older is None and revision != row.revision:
        raise RecordNotFound(Text("ไม่พบรุ่นนี้ของระเบียน", "The record has no such revision"))
    step = older or row
    whole = {**step.data, **opened(step.sealed)}
    made = ready(prepare(shape, whole, step.geometry, row.key))
    if made.key != row.key:
        if Record.objects.filter(register=found, key=made.key).exists():
            raise KeyTaken(fields={shape.body.key or "key": KeyTaken.default_message})
        Record.objects.filter(pk=row.pk).update(key=made.key)
    write_prepared(ctx, found, [made], policy="update", act=VersionAct.RESTORED)
    row = Record.objects.get(pk=row.pk)
    detail = {"register": shape.id, "key": row.key, "from": revision, "revision": row.revision}
    note(ctx, "citydata.record.restored", row, detail=detail)
    announce(ctx, RecordChanged(shape.id, str(row.pk), row.key, row.revision, sorted(whole)))
    return record_card(ctx, shape, row)
