"""Where a city's public pages of data are: the links above them and on the city's home, only to those that have something to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from nakhon.citydata.registers.queries import registers
from nakhon.citydata.sensors.queries import sensor_kinds
from nakhon.citydata.sensors.types import KindRow
from nakhon.knowledge.text import Text
from nakhon.web.console import ctx_of, there
from nakhon.web.standing import AIR, RIVER, WATER


@dataclass(frozen=True, slots=True)
class Spot:
    """A public page: the name of its address, what it is called, what it shows. ``computes`` are the kinds of stations it needs."""

    route: str
    label: Text
    icon: str
    about: Text
    computes: tuple[str, ...] = ()
    stations: bool = False


PLACES: tuple[Spot, ...] = (
    Spot(
        "citymap",
        Text("แผนที่เมือง", "City map"),
        "map",
        Text("ทุกชั้นข้อมูลของเมืองในแผนที่เดียว", "All the city's layers on one map"),
    ),
    Spot(
        "air",
        Text("คุณภาพอากาศ", "Air quality"),
        "wind",
        Text("อากาศตอนนี้และควรทำอะไร", "The air now, and what to do"),
        (AIR,),
    ),
    Spot(
        "water",
        Text("น้ำ", "Water"),
        "droplets",
        Text("คุณภาพน้ำและระดับน้ำ", "Quality and level of the water"),
        (WATER, RIVER),
    ),
    Spot(
        "stations",
        Text("สถานีวัด", "Stations"),
        "gauge",
        Text("ค่าที่วัดได้ล่าสุดทุกสถานี", "The latest values of every station"),
        (),
        True,
    ),
    Spot(
        "data_catalogue",
        Text("ข้อมูลเปิด", "Open data"),
        "database",
        Text("ค้นหาและดาวน์โหลดข้อมูล", "Search and download data"),
    ),
)


def home_places(request: HttpRequest) -> list[dict[str, Any]]:
    """The same for the city's home, which asks what there is: nothing is offered that would be empty. Three queries."""
    ctx = ctx_of(request)
    placed = any(one.record_count and one.geometry != "none" for one in registers(ctx))
    return public_places(request, sensor_kinds(ctx), on_map=placed)


def public_places(request: HttpRequest, kinds: Sequence[KindRow], *, on_map: bool = True) -> list[dict[str, Any]]:
    """The pages that this city has something for, as ``{href, label, icon, about, active}``; the map only if ``on_map``."""
    computes = {kind.compute for kind in kinds if kind.things}
    found = []
    for place in PLACES:
        href = there(request, place.route)
        if place.route == "citymap" and not (on_map or computes):
            continue
        if not href or (place.computes and computes.isdisjoint(place.computes)) or (place.stations and not computes):
            continue
        found.append(
            {
                "href": href,
                "label": place.label,
                "icon": place.icon,
                "about": place.about,
                "active": request.path.startswith(href),
            }
        )
    return found
