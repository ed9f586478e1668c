"""What a proposed change holds, and whether it still fits the record that it was made from."""

from __future__ import annotations

from typing import Any

from nakhon.citydata.registers.models import ChangeRequest, Record, RecordVersion
from nakhon.citydata.registers.writing_records import opened


def wanted_of(row: ChangeRequest) -> dict[str, Any]:
    """The properties that the change sets, protected ones in clear; None empties one."""
    return {**row.data, **opened(row.sealed)}


def _whole(step: Record | RecordVersion) -> dict[str, Any]:
    return {**step.data, **opened(step.sealed)}


def is_outdated(row: ChangeRequest) -> bool:
    """True when what the change touches was changed after it was proposed; other properties may have changed."""
    record = row.record
    if record is None or record.revision == row.revision:
        return False
    base = RecordVersion.objects.filter(record=record, revision=row.revision).first()
    if base is None or base.status != record.status:
        return True
    old, new = _whole(base), _whole(record)
    if any(old.get(name) != new.get(name) for name in wanted_of(row)):
        return True
    return row.moves and base.geometry != record.geometry
