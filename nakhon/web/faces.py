"""How an organisation shows itself on a page: names, colour, contact; what every frame and list needs of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nakhon.knowledge.places import lookup
from nakhon.knowledge.text import Text

NOWHERE = Text("ประเทศไทย", "Thailand")


@dataclass(frozen=True, slots=True)
class Face:
    """An organisation on a page. ``lat``/``lon`` are WGS 84 degrees or None."""

    slug: str
    name: Text
    kind: Text
    province: Text
    hue: int
    phones: tuple[str, ...]
    website: str
    lat: float | None
    lon: float | None


@lru_cache(maxsize=128)
def province_name(code: str) -> Text:
    """The province's name by its two digits; "ประเทศไทย" where none is given."""
    if not code:
        return NOWHERE
    return lookup(code).name


def face(organisation: Any) -> Face:
    """The face of a record of the directory (``people.queries.organisations``)."""
    place = organisation.location
    return Face(
        slug=organisation.tenant.slug,
        name=organisation.name,
        kind=organisation.kind_text,
        province=province_name(organisation.province_code),
        hue=organisation.hue,
        phones=tuple(number.strip() for number in organisation.phone.split(",") if number.strip()),
        website=organisation.website,
        lat=place.y if place else None,
        lon=place.x if place else None,
    )
