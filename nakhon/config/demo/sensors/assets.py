"""Cameras and lamps of Samui: as many as the report tells, strung along the island's real outline at places that are made up."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, LineString, Point

from nakhon.config.demo.sensors.chance import share
from nakhon.config.demo.sensors.shapes import SOLUTIONS, Life, Row, Series, point
from nakhon.knowledge.dates import BANGKOK, be_year, in_bangkok
from nakhon.knowledge.digits import round_half_up
from nakhon.knowledge.emissions import ESTIMATE_LABEL, emission_factor
from nakhon.knowledge.lighting import EQUIVALENT_NOTE, Lamps, saving, sodium_equivalent

# Source of the numbers, the budget and the days: DLA, Local Smart City Report 2566.
SMALL, LARGE, CAMERAS = 3801, 972, 1044
SMALL_WATTS, LARGE_WATTS = 30, 130
LOT = {
    "code": "SAMUI-2562",
    "name_th": "ระบบกล้องวงจรปิดและไฟถนน LED Smart Street Lighting",
    "name_en": "Camera network and LED Smart Street Lighting",
    "budget": 263_662_500,
    "fund": "เงินสะสม เทศบาลนครเกาะสมุย ปี 2562",
    "begun_on": "2019-10-21",
    "done_on": "2020-07-22",
    "cameras": CAMERAS,
    "lamps_30w": SMALL,
    "lamps_130w": LARGE,
    "source": "DLA, Local Smart City Report 2566",
}
LANES = 84
HOURS_A_NIGHT, BAHT_PER_KWH = 11.5, 4.2
"""Assumed for the demonstration; a city writes its own."""
_METRE = 1 / 110_600
_RING_METRES, _LANE_METRES = 420, 1450
_DIRECTIONS = (20, 110, 200, 290)


def _ground() -> tuple[GEOSGeometry, list[tuple[str, GEOSGeometry]]]:
    """The island, and its subdistricts by Thai name."""
    found = json.loads((SOLUTIONS / "city-assets/demo/samui.geojson").read_text(encoding="utf-8"))["features"]
    shapes = [(one["properties"], GEOSGeometry(json.dumps(one["geometry"]), srid=4326)) for one in found]
    island = next(shape for told, shape in shapes if told["what"] == "island")
    return island, [(told["name_th"], shape) for told, shape in shapes if told["what"] == "subdistrict"]


def _ring(island: GEOSGeometry) -> LineString:
    """A road around the island, some hundred metres from the sea."""
    inside: Any = island.buffer(-_RING_METRES * _METRE)
    parts: list[Any] = list(inside) if inside.geom_type == "MultiPolygon" else [inside]
    return LineString(max(parts, key=lambda part: part.area).exterior_ring.coords, srid=4326)


def _inland(ring: LineString, island: GEOSGeometry, place: float) -> LineString:
    """A lane from the ring towards the middle, no longer than there is land."""
    start, centre = ring.interpolate_normalized(place), island.centroid
    share_of_way = min(0.8, _LANE_METRES * _METRE / start.distance(centre))
    while True:
        end = (start.x + (centre.x - start.x) * share_of_way, start.y + (centre.y - start.y) * share_of_way)
        lane = LineString((start.x, start.y), end, srid=4326)
        if island.contains(lane):
            return lane
        share_of_way *= 0.7


def rows(now: datetime) -> Mapping[str, Sequence[Row]]:
    island, subdistricts = _ground()
    ring = _ring(island)
    lanes = [_inland(ring, island, (number + 0.5) / LANES) for number in range(LANES)]

    def where(spot: Point) -> str:
        return min(subdistricts, key=lambda named: named[1].distance(spot))[0]

    common = {"installed_on": LOT["done_on"], "lot": LOT["code"], "demonstration": True}
    lamps, cameras = [], []
    for number in range(LARGE):
        spot = ring.interpolate_normalized((number + 0.5) / LARGE)
        lamps.append(Row(
            {"code": f"DEMO-L130-{number + 1:04d}", "watts": LARGE_WATTS, "lamp_type": "led", "pole_height": 9,
             "road": "ถนนรอบเกาะ (แนวสาธิต)", "subdistrict": where(spot), **common},
            point(spot.x, spot.y),
        ))  # fmt: skip
    for number in range(SMALL):
        lane = number % LANES
        of_lane = (SMALL - lane - 1) // LANES + 1
        spot = lanes[lane].interpolate_normalized((number // LANES + 0.5) / of_lane)
        lamps.append(Row(
            {"code": f"DEMO-L30-{number + 1:04d}", "watts": SMALL_WATTS, "lamp_type": "led", "pole_height": 6,
             "road": f"ซอยสาธิต {lane + 1}", "subdistrict": where(spot), **common},
            point(spot.x, spot.y),
        ))  # fmt: skip
    poles = CAMERAS // len(_DIRECTIONS)
    for number in range(CAMERAS):
        pole, corner = divmod(number, len(_DIRECTIONS))
        spot = ring.interpolate_normalized((pole + 0.25) / poles)
        chance = share("camera", pole, corner)
        cameras.append(Row(
            {"code": f"DEMO-C-{number + 1:04d}", "camera_type": "ptz" if chance < 0.12 else "plate" if chance < 0.2 else "fixed",
             "spot": f"จุดติดตั้งสาธิต {pole + 1}", "subdistrict": where(spot), "facing": _DIRECTIONS[corner],
             "fibre_node": f"DEMO-NODE-{pole // 12 + 1:02d}", **common},
            point(spot.x, spot.y),
        ))  # fmt: skip
    return {
        "asset-lot": [Row(LOT)], "street-lamp": lamps, "camera": cameras, "lighting-energy": energy(now),
    }  # fmt: skip


def energy(now: datetime) -> list[Row]:
    """What the lamps of each size use in the present year, against the sodium lamps that such LEDs commonly replace."""
    first = date(in_bangkok(now).year, 1, 1)
    year = be_year(first)
    factor = emission_factor("electricity.grid.scope2", first)
    found = []
    for watts, count in ((SMALL_WATTS, SMALL), (LARGE_WATTS, LARGE)):
        sodium = sodium_equivalent(watts, first)
        assert sodium is not None, watts
        saved = saving(
            Lamps(count, sodium.watts, sodium.ballast_percent), Lamps(count, watts), hours_per_night=HOURS_A_NIGHT,
            baht_per_kwh=BAHT_PER_KWH, factor=factor, investment_baht=0,
        )  # fmt: skip
        figures = {
            "kwh_before": saved.kwh_before, "kwh_after": saved.kwh_after, "kwh_saved": saved.kwh,
            "baht_saved": saved.baht, "kg_co2e_saved": saved.kg_co2e,
        }  # fmt: skip
        found.append(Row({
            "code": f"DEMO-{year}-{watts}W", "year": year, "watts": watts, "lamps": count, "sodium_watts": sodium.watts,
            "hours_per_night": HOURS_A_NIGHT, "baht_per_kwh": BAHT_PER_KWH, "factor": saved.factor_id,
            "note": f"{EQUIVALENT_NOTE.th} · {ESTIMATE_LABEL.th}", "demonstration": True,
            **{name: float(round_half_up(value, 0)) for name, value in figures.items()},
        }))  # fmt: skip
    return found


def out_of_order(key: str, at: datetime) -> str:
    """How an asset fails on a day: "" (it does not), "silent" or "dark". Each fails once in some years, for up to nine days."""
    number, day = divmod(in_bangkok(at).date().toordinal(), 30)
    if share(key, "fails", number) >= 0.02:
        return ""
    begins = int(21 * share(key, "begins", number))
    if not begins <= day <= begins + int(9 * share(key, "lasts", number)):
        return ""
    return "silent" if share(key, "how", number) < 0.4 else "dark"


def online(key: str, data: Mapping[str, Any], at: datetime) -> float | None:
    return None if out_of_order(key, at) else 1.0


def power(key: str, data: Mapping[str, Any], at: datetime) -> float | None:
    """Full in the evening, dimmed after midnight, nothing by day."""
    fault = out_of_order(key, at)
    if fault == "silent":
        return None
    hour, watts = in_bangkok(at).hour, float(data.get("watts", SMALL_WATTS))
    if fault == "dark" or 6 < hour < 18:
        return 0.0
    return round(watts * (1.0 if hour >= 18 else 0.6))


def lit_hours(key: str, data: Mapping[str, Any], at: datetime) -> float | None:
    """Of the night that ended this morning."""
    fault = out_of_order(key, at - timedelta(hours=12))
    if fault == "silent":
        return None
    if fault == "dark":
        return 0.0 if share(key, at.date()) < 0.7 else round(4 * share(key, "some", at.date()), 1)
    evening = datetime.combine(in_bangkok(at).date() - timedelta(days=1), time(18, 15), BANGKOK)
    return round((at - evening).total_seconds() / 3600 - 0.5 - 0.2 * share("night", at.date()), 1)


_ENTRIES = (
    {"at": "sunset", "command": "light", "body": {"level": 100}},
    {"at": "23:00", "command": "light", "body": {"level": 60}},
    {"at": "sunrise", "command": "light", "body": {"level": 0}},
)
_COMMANDED = tuple(f"DEMO-L130-{number:04d}" for number in range(1, 7))

LIFE = Life(
    slug="samui",
    solution="city-assets",
    rows=rows,
    series=(
        Series("camera", "online", timedelta(hours=1), timedelta(hours=12), timedelta(hours=12), online),
        Series("street-lamp", "power", timedelta(hours=6), timedelta(hours=7), timedelta(hours=7), power, timedelta(hours=1)),
        Series(
            "street-lamp", "lit_hours", timedelta(days=1), timedelta(days=4), timedelta(days=4), lit_hours, timedelta(hours=6.5)
        ),
    ),
    watches=("camera-silent", "lamp-out"),
    schedule={
        "key": "demo-evening", "name_th": "ไฟถนนยามค่ำ (สาธิต)", "name_en": "Street lights in the evening (demonstration)",
        "kind": "street-lamp", "entries": _ENTRIES,
    },
    commanded=_COMMANDED,
    later=True,
    counts={"asset-lot": 1, "street-lamp": SMALL + LARGE, "camera": CAMERAS, "lighting-energy": 2},
)  # fmt: skip
