"""The verb that opens protected properties: for a declared purpose and a reason, one entry in the trail each time."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from nakhon.citydata.registers.access import find_register, is_trusted
from nakhon.citydata.registers.errors import RecordInvalid, RegisterClosed
from nakhon.citydata.registers.permissions import RECORD_REVEAL
from nakhon.citydata.registers.services.records import locked_record
from nakhon.citydata.registers.types import Revealed
from nakhon.citydata.registers.writing_records import opened
from nakhon.kernel.audit import record as note
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text
from nakhon.people.standing import checked_reason, purpose_by_code


@verb(RECORD_REVEAL)
def reveal_record(
    ctx: Context, *, register: str, record: UUID, fields: Iterable[str], purpose: str, reason: str
) -> Revealed:
    """The named protected properties of one record in clear, for once.

    ``purpose`` is the code of a declared purpose, ``reason`` a few words. A sensitive property, and any property of a register
    that guards its places, is for the definition's ``precise`` roles. Recorded: who, why, which record and properties, never a
    value. Raises ``PurposeUnknown``, ``Invalid``, ``RecordNotFound`` or ``RegisterClosed``.
    """
    found, shape = find_register(ctx, register)
    wanted = [name for name in dict.fromkeys(fields) if name in shape.protected]
    if not wanted:
        raise RecordInvalid(fields={"fields": Text("เลือกข้อมูลที่ต้องการเปิดดู", "Choose what to reveal")})
    if (shape.sensitive.intersection(wanted) or shape.body.sensitivity == "sensitive") and not is_trusted(ctx, shape):
        raise RegisterClosed
    declared = purpose_by_code(purpose)
    why = checked_reason(reason)
    row = locked_record(found, record)
    values = opened(row.sealed)
    detail = {"register": shape.id, "key": row.key, "fields": wanted, "reason": why}
    note(ctx.for_purpose(declared.code), "citydata.record.revealed", row, detail=detail)
    return Revealed(row.pk, row.key, {name: values[name] for name in wanted if name in values}, declared.name)
