"""Turns a compiled definition into the shapes that pages and other rooms get, with what the actor may not see left out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from nakhon.citydata.registers.properties import Property
from nakhon.citydata.registers.rules.shape import Shape
from nakhon.citydata.registers.types import Choice, PropertyCard
from nakhon.knowledge.text import Text

PALETTE = ("blue", "orange", "green", "purple", "red", "sky", "brown", "pink", "lime", "yellow", "grey", "teal")
"""The order in which values without a colour of their own are given one."""


def property_card(shape: Shape, name: str) -> PropertyCard:
    found = shape.properties[name]
    values: list[Any] = list(found.enum or (found.items.enum if found.items else None) or [])
    return PropertyCard(
        name=name,
        title=found.name,
        type=found.type,
        format=found.format or "",
        unit=found.unit or "",
        description=_description(found),
        required=name in shape.body.record.required,
        sensitivity=found.sensitivity,
        protected=found.protected,
        searched=name in shape.searched,
        choices=tuple(Choice(value, shape.label(name, value)) for value in values),
        schema=found.schema_part(),
    )


def _description(found: Property) -> Text | None:
    if not found.description and not found.description_th:
        return None
    return Text(found.description_th or found.description or "", found.description or found.description_th or "")


def property_cards(shape: Shape, names: Collection[str]) -> tuple[PropertyCard, ...]:
    return tuple(property_card(shape, name) for name in shape.properties if name in names)


def legend_of(shape: Shape) -> list[tuple[Any, Text, str]]:
    """Each value of the property that colours the map, its label and the name of its colour."""
    style = shape.body.map
    if style is None or not style.by:
        return []
    found = shape.properties[style.by]
    values: list[Any] = list(found.enum or ([True, False] if found.type == "boolean" else style.values))
    spare = [name for name in PALETTE if name not in style.values.values() and name != style.color]
    rows: list[tuple[Any, Text, str]] = []
    given = 0
    for value in values:
        written = str(value).lower() if isinstance(value, bool) else str(value)
        color: str | None = style.values.get(written)
        if color is None:
            color, given = spare[given % len(spare)] if spare else style.color, given + 1
        rows.append((value, shape.label(style.by, value), color))
    return rows
