"""Questions about registers: which there are for the actor, and how one is made."""

from __future__ import annotations

from typing import Any

from nakhon.citydata.registers.access import (
    find_register,
    is_staff,
    may_approve,
    may_edit,
    may_see,
    sees_exact,
    shown_properties,
)
from nakhon.citydata.registers.models import Register
from nakhon.citydata.registers.permissions import CHANGE_DECIDE, RECORD_EDIT, REGISTER_SEE
from nakhon.citydata.registers.rules.cards import property_cards
from nakhon.citydata.registers.rules.metadata import dataset_fields
from nakhon.citydata.registers.rules.shape import Shape, shape_of
from nakhon.citydata.registers.types import RegisterCard
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import query


@query(REGISTER_SEE)
def registers(ctx: Context, *, with_closed: bool = False) -> list[RegisterCard]:
    """The registers that the actor may see, by Thai name; closed ones only for staff who ask. One query."""
    rows = Register.objects.order_by("name_th")
    if not (with_closed and is_staff(ctx)):
        rows = rows.filter(active=True)
    return [_card(ctx, row, shape) for row in rows if may_see(ctx, shape := shape_of(row))]


@query(REGISTER_SEE)
def register_named(ctx: Context, *, key: str) -> RegisterCard:
    """One register by its key. Raises ``RegisterNotFound``, or for staff ``RegisterClosed`` or ``RegisterInactive``."""
    register, shape = find_register(ctx, key)
    return _card(ctx, register, shape)


@query(REGISTER_SEE)
def register_metadata(ctx: Context, *, key: str) -> dict[str, Any]:
    """The fourteen catalogue items of a register in the field names of the national CKAN extension; blank where untold."""
    _, shape = find_register(ctx, key)
    return dataset_fields(shape.body, ctx.tenant.name)


@query(REGISTER_SEE)
def register_schema(ctx: Context, *, key: str) -> dict[str, Any]:
    """The JSON Schema of the register's records: of the properties that the actor sees, with titles in both languages."""
    _, shape = find_register(ctx, key)
    names = shown_properties(ctx, shape)
    schema = shape.body.record.json_schema()
    schema["title"] = shape.body.name.en
    schema["properties"] = {
        name: {
            **schema["properties"][name],
            "title": shape.properties[name].title,
            "x-title-th": shape.properties[name].th,
        }
        for name in names
    }
    schema["required"] = [name for name in schema["required"] if name in names]
    return schema


def _card(ctx: Context, register: Register, shape: Shape) -> RegisterCard:
    shown = shown_properties(ctx, shape)
    body = shape.body
    # Only staff learn that there are protected properties, and what they are called.
    known = (*shown, *shape.protected) if is_staff(ctx) else shown
    dumped = body.model_dump(mode="json")
    columns = [name for name in body.list.columns if name in known]
    return RegisterCard(
        id=register.pk,
        key=register.key,
        name=register.name,
        about=body.about.text if body.about else None,
        geometry=body.geometry,
        geometry_required=body.geometry_required,
        sensitivity=body.sensitivity,
        key_property=body.key or "",
        title_property=body.title or "",
        record_count=register.record_count,
        changed_at=register.changed_at,
        version=register.version,
        active=register.active,
        changes=body.changes,
        may_edit=ctx.may(RECORD_EDIT) and may_edit(ctx, shape),
        may_approve=ctx.may(CHANGE_DECIDE) and may_approve(ctx, shape),
        hides_places=not sees_exact(ctx, shape),
        is_open=body.sensitivity == "open" and shape.is_open_to_outsiders,
        properties=property_cards(shape, known),
        columns=tuple(columns or list(shown)[:6]),
        filters=tuple(name for name in body.list.filters if name in shown),
        sort=body.list.sort or "key",
        map=dumped["map"],
        metadata=dumped["metadata"],
        seers=tuple(sorted(body.seers)),
    )
