"""What the city's map is told of its layers, in the reader's language: groups, colours, legends, whose data each is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from nakhon.citydata.registers import queries as registers
from nakhon.citydata.registers.types import Layer
from nakhon.kernel.context import Context
from nakhon.knowledge.text import Text
from nakhon.web.console import here
from nakhon.web.property_words import english_twin

BOUNDARY = ("city-boundary", "boundary", "municipality")
"""Registers of which the first that the city has is drawn as its line."""
ROADS = ("roads", "road", "osm-road", "osm-roads")
"""Registers of which the first that the city has is drawn as ground, below everything."""
OTHERS = Text("อื่น ๆ", "Others")
AREAS = frozenset({"Polygon"})
FIRST_SHOWN, MANY = 8, 100_000


def ground_of(layers: Sequence[Layer]) -> dict[str, str]:
    """The keys of the registers that serve as ground: ``boundary`` and ``roads``, "" where the city has none."""
    return _ground([layer.register for layer in layers])


def ground_tiles(request: HttpRequest) -> dict[str, dict[str, str]]:
    """The ground of a small map: for ``boundary`` and ``roads`` the register and the address of its tiles. One query."""
    open_ones = [one.key for one in registers.registers(request.ctx) if one.is_open and one.record_count]  # type: ignore[attr-defined]
    return {name: {"key": key, "tiles": tiles_of(request, key)} for name, key in _ground(open_ones).items() if key}


def _ground(keys: Sequence[str]) -> dict[str, str]:
    return {
        "boundary": next((key for key in BOUNDARY if key in keys), ""),
        "roads": next((key for key in ROADS if key in keys), ""),
    }


def tiles_of(request: HttpRequest, register: str) -> str:
    """The address of a register's tiles with its places left to fill in."""
    return here(request, "map_tile", register=register, z=0, x=0, y=0).replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")


def layer_config(request: HttpRequest, layer: Layer, *, shown: bool, ground: dict[str, str]) -> dict[str, Any]:
    """A layer as ``citymap.js`` draws it and lists it."""
    language = request.ctx.language  # type: ignore[attr-defined]
    place = next((name for name, key in ground.items() if key == layer.register), "")
    return {
        "key": layer.register,
        "name": layer.name.in_(language),
        "group": (layer.group or OTHERS).in_(language),
        "geometry": layer.geometry,
        "color": layer.color,
        "by": layer.by,
        "legend": [[_word(value), label.in_(language), color] for value, label, color in layer.legend],
        "label": english_twin(layer.label, [card.name for card in layer.properties])
        if language == "en"
        else layer.label,
        "minZoom": layer.min_zoom,
        "tiles": tiles_of(request, layer.register),
        "bounds": layer.bounds,
        "shown": shown,
        "ground": place,
        "attribution": attribution(layer).in_(language),
        "guarded": layer.sensitivity != "open",
    }


def _word(value: Any) -> str:
    """A value as the map's expressions compare it, which is as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def attribution(layer: Layer) -> Text:
    """Whose data it is and under which licence; the city's own where the definition tells nothing."""
    name = layer.attribution
    licence = f" · {layer.license_id}" if layer.license_id else ""
    if name is None:
        return Text(f"เทศบาล{licence}", f"The municipality{licence}")
    return Text(f"{name.th}{licence}", f"{name.en}{licence}")


def shown_at_first(layers: Sequence[Layer], ground: dict[str, str]) -> set[str]:
    """The layers that are on when nobody has chosen: the ground, and the first open ones that are not areas or very many."""
    base = {key for key in ground.values() if key}
    rest = [
        layer.register
        for layer in layers
        if layer.register not in base and layer.sensitivity == "open" and layer.count and layer.count <= MANY
    ]
    points = [one.register for one in layers if one.register in rest and one.geometry not in AREAS]
    return base | set((points or rest)[:FIRST_SHOWN])


def grouped(request: HttpRequest, layers: Sequence[Layer], shown: set[str]) -> list[dict[str, Any]]:
    """The layers by group, each with what its entry in the list shows; a group stands where its first layer does."""
    groups: dict[str, dict[str, Any]] = {}
    for layer in layers:
        name = layer.group or OTHERS
        group = groups.setdefault(name.th, {"name": name, "layers": []})
        group["layers"].append(
            {
                "layer": layer,
                "shown": layer.register in shown,
                "href": here(request, "map_list", register=layer.register),
                "attribution": attribution(layer),
                "locked": layer.sensitivity != "open",
            }
        )
    last = [group for group in groups.values() if group["name"] == OTHERS]
    return [*(group for group in groups.values() if group["name"] != OTHERS), *last]


def bounds_of(
    ctx: Context, layers: Sequence[Layer], ground: dict[str, str]
) -> tuple[float, float, float, float] | None:
    """Where the map looks at first: the city's line where there is one, else all that its own layers cover."""
    boundary = next((one.bounds for one in layers if one.register == ground["boundary"]), None)
    if boundary is not None:
        return boundary
    boxes = [one.bounds for one in layers if one.bounds is not None and one.geometry not in AREAS]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)
