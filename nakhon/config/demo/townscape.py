"""Draws a demonstration town inside a real outline: ring and radial roads, lamps, plots, houses, people in need of care.

The same seed gives the same town. Nothing in it is real: every record says that it is a demonstration.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from nakhon.config.demo.filling import Row, features

if TYPE_CHECKING:
    from shapely.geometry import Point, Polygon

_METRES = 111_320.0
"""Metres of a degree of latitude; of longitude, times the cosine of the latitude. Good enough to draw a town."""

RING, PLOT = 160.0, 34.0
"""Metres between rings, and the width of a plot along its ring."""
LAMPS_EVERY = 45.0
COMMUNITIES = 24
DEMO = "demonstration"


def outline(subdistrict: str) -> dict[str, Any]:
    """The GeoJSON outline of a subdistrict in the reference areas."""
    found = features("reference-areas/data/subdistrict.geojson.gz")
    shape: dict[str, Any] = next(row.geometry for row in found if row.data["code"] == subdistrict)
    return shape


@dataclass(frozen=True)
class Plot:
    """A plot of land: four corners, its middle, the house on it, its community, what it is used for."""

    number: int
    corners: Polygon
    middle: Point
    community: str
    use: str


@dataclass
class Town:
    """A town inside the outline of ``subdistrict``, with codes that begin with ``prefix``."""

    subdistrict: str
    prefix: str
    seed: int = 2566
    _dice: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311

    # -- the ground ---------------------------------------------------------------------------------------------------------

    @cached_property
    def outline(self) -> Polygon:
        from shapely.geometry import shape

        found = shape(outline(self.subdistrict))
        polygon: Polygon = found if found.geom_type == "Polygon" else max(found.geoms, key=lambda one: one.area)
        return polygon

    @cached_property
    def centre(self) -> tuple[float, float]:
        point = self.outline.representative_point()
        return point.x, point.y

    def at(self, east: float, north: float) -> tuple[float, float]:
        """Longitude and latitude of a place so many metres from the centre."""
        lon, lat = self.centre
        return lon + east / (_METRES * math.cos(math.radians(lat))), lat + north / _METRES

    def polar(self, radius: float, angle: float) -> tuple[float, float]:
        return self.at(radius * math.sin(angle), radius * math.cos(angle))

    @cached_property
    def reach(self) -> float:
        """Metres from the centre to the farthest corner."""
        lon, lat = self.centre
        shrink = math.cos(math.radians(lat))
        return max(math.hypot((x - lon) * shrink, y - lat) * _METRES for x, y in self.outline.exterior.coords)

    @property
    def rings(self) -> range:
        return range(1, int(self.reach / RING) + 1)

    def metres(self, line: Any) -> float:
        """The length of a line in degrees, in metres."""
        shrink = math.cos(math.radians(self.centre[1]))
        points = list(line.coords)
        return sum(math.hypot((bx - ax) * shrink, by - ay) * _METRES for (ax, ay), (bx, by) in pairwise(points))

    def area(self, polygon: Any) -> float:
        """The area of a polygon in degrees, in square metres."""
        return float(polygon.area) * _METRES * _METRES * math.cos(math.radians(self.centre[1]))

    # -- roads, lamps, cameras ----------------------------------------------------------------------------------------------

    @cached_property
    def lines(self) -> list[tuple[str, str, Any]]:
        """Roads inside the outline: class, name, line. Rings round the centre, and radials that cross them."""
        from shapely.geometry import LineString

        drawn = []
        for ring in self.rings:
            steps = 24 + 8 * ring
            line = LineString([self.polar(ring * RING, 2 * math.pi * step / steps) for step in range(steps + 1)])
            drawn.append(("main" if ring % 4 == 0 else "street", f"ถนนวงแหวนสาธิต {ring}", line))
        for spoke in range(16):
            line = LineString([self.polar(r, math.pi * spoke / 8) for r in (RING, self.reach)])
            drawn.append(("main" if spoke % 4 == 0 else "lane", f"ถนนรัศมีสาธิต {spoke + 1}", line))
        found = []
        for kind, name, line in drawn:
            inside = line.intersection(self.outline)
            parts = [part for part in getattr(inside, "geoms", [inside]) if part.geom_type == "LineString"]
            found += [(kind, name, part) for part in parts if self.metres(part) > 20]
        return found

    def roads(self) -> Iterator[Row]:
        for number, (kind, name, line) in enumerate(self.lines, 1):
            yield Row(
                {
                    "code": f"{self.prefix}-R{number:03d}", "name": name, "class": kind,
                    "length_m": round(self.metres(line), 1), "width_m": {"main": 12.0, "street": 8.0, "lane": 5.0}[kind],
                    "source": DEMO,
                },
                _lines(line),
            )  # fmt: skip

    def lamps(self) -> Iterator[Row]:
        number = 0
        for kind, _, line in self.lines:
            length = self.metres(line)
            for step in range(int(length / LAMPS_EVERY)):
                point = line.interpolate(step * LAMPS_EVERY / length, normalized=True)
                number += 1
                led = number % 3 != 0
                yield Row(
                    {
                        "code": f"{self.prefix}-L{number:04d}",
                        "watts": (100 if led else 250) if kind == "main" else (40 if led else 110),
                        "lamp": "led" if led else "sodium",
                        "state": "faulty" if number % 37 == 0 else "working",
                        "community": self.community_of(point),
                        "source": DEMO,
                    },
                    _point(point),
                )

    def cameras(self) -> Iterator[Row]:
        from shapely.geometry import Point

        number = 0
        for ring in self.rings:
            for spoke in range(0, 16, 2):
                point = Point(self.polar(ring * RING, math.pi * spoke / 8))
                if not self.outline.contains(point):
                    continue
                number += 1
                yield Row(
                    {
                        "code": f"{self.prefix}-C{number:03d}",
                        "name": f"กล้องสาธิต แยกวงแหวน {ring} รัศมี {spoke + 1}",
                        "state": "faulty" if number % 19 == 0 else "working",
                        "installed_on": f"{2019 + number % 5}-{1 + number % 12:02d}-15",
                        # Addresses set aside for documentation. Source: RFC 5737.
                        "address": f"192.0.2.{number % 254 + 1}",
                        "source": DEMO,
                    },
                    _point(point),
                )

    # -- communities --------------------------------------------------------------------------------------------------------

    @cached_property
    def quarters(self) -> list[tuple[str, Any]]:
        """Communities as the parts of the outline nearest to one of 24 points."""
        from shapely import MultiPoint, voronoi_polygons

        dice = random.Random(self.seed + 1)  # noqa: S311
        seeds: list[Any] = []
        west, south, east, north = self.outline.bounds
        from shapely.geometry import Point

        while len(seeds) < COMMUNITIES:
            point = Point(dice.uniform(west, east), dice.uniform(south, north))
            if self.outline.contains(point) and all(point.distance(other) > 0.0035 for other in seeds):
                seeds.append(point)
        cells = voronoi_polygons(MultiPoint(seeds), extend_to=self.outline)
        parts = [cell.intersection(self.outline) for cell in cells.geoms]
        parts.sort(key=lambda part: (-part.centroid.y, part.centroid.x))
        return [(f"ชุมชนสาธิต {number}", part) for number, part in enumerate(parts, 1)]

    def community_of(self, point: Any) -> str:
        index = self._tree.query(point, predicate="intersects")
        return self.quarters[min(index)][0] if len(index) else self.quarters[0][0]

    @cached_property
    def _tree(self) -> Any:
        from shapely import STRtree

        return STRtree([part for _, part in self.quarters])

    def communities(self) -> Iterator[Row]:
        homes: dict[str, list[int]] = {}
        for row in self.households():
            homes.setdefault(str(row.data["community"]), []).append(int(row.data["residents"]))
        for number, (name, part) in enumerate(self.quarters, 1):
            there = homes.get(name, [])
            data = {
                "code": f"{self.prefix}-M{number:02d}",
                "name": name,
                "households": len(there),
                "population": sum(there),
            }
            yield Row({**data, "formed_on": f"{2000 + number}-01-01", "source": DEMO}, _areas(part))

    # -- plots, buildings, homes, signs -------------------------------------------------------------------------------------

    @cached_property
    def plots(self) -> list[Plot]:
        """Plots on the outer side of every second ring, as long as they lie wholly inside."""
        from shapely.geometry import Polygon

        dice = random.Random(self.seed + 2)  # noqa: S311
        found: list[Plot] = []
        for ring in range(1, len(self.rings), 2):
            near, far = ring * RING + 12, ring * RING + 60
            count = int(2 * math.pi * near / PLOT)
            for step in range(count):
                one, other = 2 * math.pi * step / count, 2 * math.pi * (step + 0.94) / count
                corners = [(near, one), (far, one), (far, other), (near, other)]
                shape = Polygon([self.polar(radius, angle) for radius, angle in corners])
                if not self.outline.contains(shape) or dice.random() < 0.25:
                    continue
                use = dice.choices(("residence", "trade", "farm", "vacant"), (70, 14, 6, 10))[0]
                found.append(Plot(len(found) + 1, shape, shape.centroid, self.community_of(shape.centroid), use))
        return found

    def parcels(self) -> Iterator[Row]:
        for plot in self.plots:
            area = self.area(plot.corners)
            yield Row(
                {
                    "code": f"{self.prefix}-P{plot.number:04d}", "deed_no": f"สาธิต {plot.number:05d}", "use": plot.use,
                    "area_m2": round(area, 1), "value_baht": round(area * 2500), "community": plot.community,
                    "owner": f"เจ้าของสาธิต {plot.number}", "source": DEMO,
                },
                _areas(plot.corners),
            )  # fmt: skip

    def buildings(self) -> Iterator[Row]:
        from shapely.affinity import scale

        for plot in self.plots:
            if plot.use == "vacant":
                continue
            shape = scale(plot.corners, 0.6, 0.6)
            floors = 1 + plot.number % 3
            yield Row(
                {
                    "code": f"{self.prefix}-B{plot.number:04d}", "parcel": f"{self.prefix}-P{plot.number:04d}", "use": plot.use,
                    "floors": floors, "floor_m2": round(self.area(shape) * floors, 1), "source": DEMO,
                },
                _areas(shape),
            )  # fmt: skip

    @property
    def homes(self) -> list[Plot]:
        return [plot for plot in self.plots if plot.use == "residence"]

    def households(self) -> Iterator[Row]:
        for plot in self.homes:
            data = {
                "code": f"{self.prefix}-H{plot.number:04d}",
                "house_no": f"{plot.number}/สาธิต",
                "community": plot.community,
            }
            yield Row({**data, "residents": 1 + plot.number * 7 % 6, "source": DEMO}, _point(plot.middle))

    def signs(self) -> Iterator[Row]:
        for plot in self.plots:
            if plot.use == "trade":
                kind = ("thai", "mixed", "mixed", "foreign")[plot.number % 4]
                yield Row(
                    {
                        "code": f"{self.prefix}-S{plot.number:04d}", "text": f"ร้านสาธิต {plot.number}", "letters": kind,
                        "area_cm2": 5000 + plot.number % 9 * 2500, "parcel": f"{self.prefix}-P{plot.number:04d}",
                        "owner": f"เจ้าของสาธิต {plot.number}", "source": DEMO,
                    },
                    _point(plot.middle),
                )  # fmt: skip

    # -- the ground's height ------------------------------------------------------------------------------------------------

    def levels(self) -> Iterator[Row]:
        """Points 200 m apart on an invented ground that falls to the north-west, as land by a river does."""
        from shapely.geometry import Point

        steps, number = int(self.reach / 200), 0
        for north in range(-steps, steps + 1):
            for east in range(-steps, steps + 1):
                point = Point(self.at(east * 200, north * 200))
                if not self.outline.contains(point):
                    continue
                number += 1
                height = 14 + 0.9 * (east - north) * 200 / 1000 + 1.6 * math.sin(east / 3) * math.cos(north / 4)
                zone = "low" if height < 13 else "middle" if height < 15.5 else "high"
                data = {"code": f"{self.prefix}-E{number:03d}", "height_m": round(height, 2), "zone": zone}
                yield Row({**data, "surveyed_on": "2023-02-08", "source": DEMO}, _point(point))

    # -- people in need of care: invented, and in closed registers even so ----------------------------------------------------

    def elders(self) -> Iterator[Row]:
        for number, plot in self._some(4):
            yield self._person("D", number, plot, {
                "lives": ("family", "family", "couple", "alone")[number % 4], "name": f"ผู้สูงอายุสาธิต {number}",
                "birth_year": 1935 + number % 25, "phone": "000-000-0000",
                "care": ("วัดความดันทุกเดือน", "พาไปพบแพทย์", "อาหารกลางวัน")[number % 3],
            })  # fmt: skip

    def disabled(self) -> Iterator[Row]:
        kinds = ("moving", "seeing", "hearing", "moving", "intellectual", "mental", "autism", "learning")
        for number, plot in self._some(11):
            yield self._person("F", number, plot, {
                "name": f"คนพิการสาธิต {number}", "phone": "000-000-0000", "disability": kinds[number % 8],
            })  # fmt: skip

    def newborns(self) -> Iterator[Row]:
        for number, plot in self._some(17):
            born = f"2023-{1 + number % 12:02d}-{1 + number % 28:02d}"
            yield self._person("N", number, plot, {
                "guardian": f"ผู้ปกครองสาธิต {number}", "phone": "000-000-0000", "born_on": born,
            })  # fmt: skip

    def patients(self) -> Iterator[Row]:
        for number, plot in self._some(29):
            yield self._person("T", number, plot, {
                "name": f"ผู้ป่วยสาธิต {number}", "phone": "000-000-0000", "condition": "ภาวะสาธิต",
            })  # fmt: skip

    def _some(self, every: int) -> Iterable[tuple[int, Plot]]:
        return enumerate(self.homes[::every], 1)

    def _person(self, letter: str, number: int, plot: Plot, more: dict[str, Any]) -> Row:
        data = {"code": f"{self.prefix}-{letter}{number:03d}", "community": plot.community, **more, "source": DEMO}
        return Row(data, _point(plot.middle))


def _pair(x: float, y: float) -> list[float]:
    return [round(x, 6), round(y, 6)]


def _point(point: Any) -> dict[str, Any]:
    return {"type": "Point", "coordinates": _pair(point.x, point.y)}


def _lines(line: Any) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [_pair(x, y) for x, y in line.coords]}


def _areas(shape: Any) -> dict[str, Any]:
    parts = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]
    rings = [[[_pair(x, y) for x, y in ring.coords] for ring in (part.exterior, *part.interiors)] for part in parts]
    return (
        {"type": "Polygon", "coordinates": rings[0]}
        if len(rings) == 1
        else {"type": "MultiPolygon", "coordinates": rings}
    )
