"""Makes unit definitions true through the room's own verbs, so that each change is audited and announced as any other."""

from __future__ import annotations

from typing import Any

from nakhon.kernel.context import Context
from nakhon.kernel.definitions.planning import keys_in_force
from nakhon.knowledge.text import Text
from nakhon.people.city.office import UnitDefinition
from nakhon.people.models import MembershipUnit, Unit
from nakhon.people.services.units import close_unit, create_unit, edit_unit, move_unit, reopen_unit


def apply_unit(ctx: Context, body: UnitDefinition) -> None:
    """Create the unit, or edit, move and open it again as needed."""
    there = {unit.code: unit for unit in Unit.objects.filter(code__in=[body.id, body.parent])}
    parent = there[body.parent].pk if body.parent else None
    fields: dict[str, Any] = {
        "kind": body.level, "name_th": body.name.th, "name_en": body.name.en,
        "phone": body.phone or "", "email": body.email or "", "position": body.position,
    }  # fmt: skip
    unit = there.get(body.id)
    if unit is None:
        create_unit(ctx, code=body.id, parent_id=parent, **fields)
        return
    if unit.parent_id != parent:
        move_unit(ctx, unit_id=unit.pk, parent_id=parent)
    if unit.closed_at is not None:
        reopen_unit(ctx, unit_id=unit.pk)
    if any(getattr(unit, name) != value for name, value in fields.items()):
        edit_unit(ctx, unit_id=unit.pk, **fields)


def remove_unit(ctx: Context, key: str) -> None:
    """Close the unit; it keeps its history and opens again when it is defined again."""
    unit = Unit.objects.filter(code=key, closed_at=None).first()
    if unit is not None:
        close_unit(ctx, unit_id=unit.pk)


def unit_holds(ctx: Context, key: str) -> Text | None:
    """Staff who work in the unit, and open parts that somebody made by hand."""
    places = MembershipUnit.objects.filter(unit__code=key, membership__ended_at=None).count()
    if places:
        return Text(f"มีบุคลากร {places} คนอยู่ใน {key}", f"{places} member(s) of staff work in {key}")
    defined = keys_in_force("unit")
    parts = [
        code
        for code in Unit.objects.filter(parent__code=key, closed_at=None).values_list("code", flat=True)
        if code not in defined
    ]
    if parts:
        return Text(
            f"มีหน่วยย่อยที่สร้างเองอยู่ใต้ {key}: {', '.join(parts)}", f"Units made by hand lie below {key}: {', '.join(parts)}"
        )
    return None
