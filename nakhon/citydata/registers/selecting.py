"""A selection of records to be edited together: which they are, and what a change would make of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from nakhon.citydata.registers.errors import RecordInvalid
from nakhon.citydata.registers.finding import Box, ids_of, question
from nakhon.citydata.registers.models import Record, RecordStatus, Register
from nakhon.citydata.registers.rules.shape import Shape
from nakhon.citydata.registers.rules.values import Problems
from nakhon.citydata.registers.types import BulkPreview, Filter
from nakhon.citydata.registers.writing_records import Prepared, Refusal, canonical, opened, prepare
from nakhon.kernel.context import Context
from nakhon.knowledge.text import Text

MOST = 20_000
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Selection:
    """Ids of active records, by key; ``too_many`` when there are more than ``MOST``."""

    ids: list[UUID]
    too_many: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change makes of one record: a prepared row, why it is refused, or neither where nothing changes."""

    record: Record
    row: Prepared | None
    problems: Problems


def selected(
    ctx: Context,
    register: Register,
    shape: Shape,
    *,
    records: Iterable[UUID] | None,
    text: str = "",
    filters: Iterable[Filter] = (),
    bbox: Box | None = None,
) -> Selection:
    """The records named, or those that a search finds where none are named."""
    if records is not None:
        wanted = list(dict.fromkeys(records))
        rows = Record.objects.filter(register=register, pk__in=wanted[: MOST + 1], status=RecordStatus.ACTIVE)
        return Selection(list(rows.order_by("key").values_list("pk", flat=True)), len(wanted) > MOST)
    ids = ids_of(question(ctx, register, shape, text=text, filters=filters, bbox=bbox), MOST)
    return Selection(ids[:MOST], len(ids) > MOST)


def checked_change(shape: Shape, change: Mapping[str, Any]) -> dict[str, Any]:
    """The properties to set, None to empty one. Raises ``RecordInvalid`` for none, an unknown one, or the key."""
    if not change:
        raise RecordInvalid(fields={"change": Text("เลือกคุณสมบัติที่จะแก้ไข", "Choose what to change")})
    unknown = [name for name in change if name not in shape.properties]
    if unknown:
        raise RecordInvalid(
            fields={name: Text("ทะเบียนนี้ไม่มีคุณสมบัตินี้", "The register has no such property") for name in unknown}
        )
    if shape.body.key in change:
        raise RecordInvalid(
            fields={str(shape.body.key): Text("แก้รหัสหลายระเบียนพร้อมกันไม่ได้", "Keys cannot be changed for many at once")}
        )
    return dict(change)


def merged(row: Record, change: Mapping[str, Any]) -> dict[str, Any]:
    """A record's whole data with ``change`` laid over it; a property set to None is emptied."""
    whole = {**row.data, **opened(row.sealed), **change}
    return {name: value for name, value in whole.items() if value is not None}


def outcomes(shape: Shape, rows: Iterable[Record], change: Mapping[str, Any]) -> Iterable[Outcome]:
    """What ``change`` makes of each record."""
    for row in rows:
        made = prepare(shape, merged(row, change), None, row.key, moves=False)
        if isinstance(made, Refusal):
            yield Outcome(row, None, made.problems)
            continue
        before = prepare_as_is(shape, row)
        changes = made.data != before[0] or (made.sealed or "{}") != before[1]
        yield Outcome(row, msgspec.structs.replace(made, key=row.key) if changes else None, {})


def prepare_as_is(shape: Shape, row: Record) -> tuple[dict[str, Any], str]:
    """A record's open data and the JSON of what is sealed, to compare with."""
    return row.data, canonical(opened(row.sealed))


def preview_of(ctx: Context, shape: Shape, chosen: Selection, change: Mapping[str, Any]) -> BulkPreview:
    """Try the change on every record chosen, without writing."""
    wanted = checked_change(shape, change)
    changing, problems = 0, []
    for start in range(0, len(chosen.ids), 1000):
        rows = Record.objects.filter(pk__in=chosen.ids[start : start + 1000]).order_by("key").defer("terms")
        for one in outcomes(shape, rows, wanted):
            changing += one.row is not None
            if one.problems:
                problems.append((one.record.key, one.problems))
    return BulkPreview(len(chosen.ids), changing, problems[:SHOWN], chosen.too_many)
