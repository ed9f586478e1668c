"""Positions on the Earth: distance in metres, and a position made less precise before it is published."""

from __future__ import annotations

import math
from dataclasses import dataclass

from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text

# Mean Earth radius R1 in metres. Source: IUGG, from the WGS 84 ellipsoid; a physical constant, not a legal figure.
EARTH_RADIUS_M = 6_371_008.8
_METRES_PER_DEGREE = math.pi * EARTH_RADIUS_M / 180


class GeoError(KnowledgeError):
    """A latitude, longitude or precision that does not exist."""


@dataclass(frozen=True, slots=True)
class Position:
    """WGS 84 degrees. Raises ``GeoError`` outside -90..90 and -180..180, or for not-a-number. Source: EPSG:4326."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        # Written so that NaN fails as well.
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise GeoError(
                "geo.range",
                Text("พิกัดไม่มีอยู่จริง", "There is no such position"),
                Text(
                    "ละติจูดอยู่ระหว่าง -90 ถึง 90 ลองจิจูดอยู่ระหว่าง -180 ถึง 180 ตรวจว่าสลับกันหรือไม่",
                    "Latitude is -90 to 90, longitude -180 to 180: check whether they were swapped",
                ),
            )


def distance_m(one: Position, other: Position) -> float:
    """Great-circle distance in metres by the haversine formula; within 0.5 % of the ellipsoid.

    Source: haversine formula on the mean Earth radius 6,371,008.8 m (IUGG).
    """
    lat_1, lat_2 = math.radians(one.latitude), math.radians(other.latitude)
    half_lat = (lat_2 - lat_1) / 2
    half_lon = math.radians(other.longitude - one.longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


def reduce_precision(position: Position, metres: float) -> Position:
    """``position`` moved to the nearest corner of a fixed grid about ``metres`` wide, so that a home cannot be picked out.

    The same place always gives the same corner, so that repeated publication reveals nothing more; the result lies within
    0.75 x ``metres``. Raises ``GeoError`` unless 1 <= metres <= 100,000.
    Source: data minimisation, PDPA B.E. 2562 s.22.
    """
    if not 1 <= metres <= 100_000:
        raise GeoError(
            "geo.precision",
            Text("ความละเอียดต้องอยู่ระหว่าง 1 ถึง 100,000 เมตร", "The precision must be from 1 to 100,000 metres"),
            Text("เลือกระยะในช่วงนี้ เช่น 500", "Choose a distance in that range, for example 500"),
        )
    step = metres / _METRES_PER_DEGREE
    latitude = max(-90.0, min(90.0, round(position.latitude / step) * step))
    # Degrees of longitude shrink towards the poles; the step uses the row's own latitude, so a row shares one grid.
    width = step / max(math.cos(math.radians(latitude)), 1e-6)
    longitude = max(-180.0, min(180.0, round(position.longitude / width) * width))
    return Position(round(latitude, 6), round(longitude, 6))
