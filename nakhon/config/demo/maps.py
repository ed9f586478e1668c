"""Which city of the demonstration gets which map, reference areas, water points and open data, and with which records."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from nakhon.config.demo import report_tables
from nakhon.config.demo.filling import Load, Row, carry_out, features, fill, forget_files
from nakhon.config.demo.organisations import organisations
from nakhon.config.demo.records import context_of
from nakhon.config.demo.townscape import DEMO, Town
from nakhon.kernel.context import Context

COUNTRY = "dla"
"""The organisation that holds the areas of the whole country and the report's open data."""

LABEL_TH = "ข้อมูลสาธิต สร้างขึ้นทั้งหมด ไม่ใช่ข้อมูลจริงของเมือง"
LABEL_EN = "Demonstration data, wholly invented, not the city's records"
_LABEL = {"attribution_th": LABEL_TH, "attribution_en": LABEL_EN}
_OPENSTREETMAP = {
    "source": "OpenStreetMap", "attribution_th": "© ผู้ร่วมสร้าง OpenStreetMap (ODbL 1.0)",
    "attribution_en": "© OpenStreetMap contributors (ODbL 1.0)", "data_licence": "Open Data Commons Open Database License 1.0",
}  # fmt: skip
LEVELS = ("province", "district", "subdistrict")


def load(slug: str, now: datetime) -> None:
    """Install what the organisation is to have and fill what is empty; nothing else is touched."""
    carry_out(context_of(slug, now), loads_of(slug))


def fill_later(ctx: Context, register: str) -> None:
    """Fill one of the large registers of the city of ``ctx``; the worker's part of ``load``."""
    for one in loads_of(ctx.tenant.slug):
        if register in one.registers:
            fill(ctx, register, one.registers[register])
    # A worker lives long; what was read is not needed again.
    forget_files()


def loads_of(slug: str) -> Iterator[Load]:
    """What an organisation of the demonstration gets."""
    code = next((str(row.get("province", "")) for row in organisations() if row["slug"] == slug), "")
    whole = slug == COUNTRY
    yield Load(
        "reference-areas",
        registers={level: partial(areas, level, "" if whole else code) for level in LEVELS},
        later=frozenset({"subdistrict"} if whole else ()),
    )
    yield from _OWN.get(slug, lambda: ())()


def areas(level: str, province: str) -> Iterator[Row]:
    """The areas of a level inside a province, or all with no province."""
    for row in features(f"reference-areas/data/{level}.geojson.gz"):
        if str(row.data["code"]).startswith(province):
            yield row


def _country() -> Iterable[Load]:
    yield Load("open-data", {"data_licence": "Creative Commons Attributions"}, {
        "smart-city-area": report_tables.areas, "smart-city-award": report_tables.awards,
        "smart-city-progress": report_tables.progress,
    })  # fmt: skip


def _yala() -> Iterable[Load]:
    town = Town("950101", "YA")
    yield Load("street-map", {"source": LABEL_TH, "data_licence": "Open Data Common", **_LABEL}, {"road": town.roads})
    # An officer may open the welfare layers, coarse; only the data-protection officer sees places exactly; nobody the patients.
    yield Load("city-map", {**_LABEL, "welfare_role": "officer", "welfare_precise": "dpo"}, {
        "community": town.communities, "household": town.households, "lamp-position": town.lamps,
        "camera-position": town.cameras, "parcel": town.parcels, "building": town.buildings, "sign": town.signs,
        "elevation-point": town.levels, "elder": town.elders, "disabled-person": town.disabled,
        "newborn": town.newborns, "patient": town.patients,
    })  # fmt: skip


def _openstreetmap(city: str) -> Iterable[Load]:
    yield Load("street-map", _OPENSTREETMAP, {
        "road": partial(features, f"street-map/demo/{city}-roads.geojson.gz"),
        "place": partial(features, f"street-map/demo/{city}-places.geojson.gz"),
    }, later=frozenset({"road", "place"}))  # fmt: skip


def _nakhonsi() -> Iterable[Load]:
    yield Load(
        "drinking-water-points", _LABEL, {"drinking-water-point": water_points, "drinking-water-test": water_tests}
    )


_OWN: dict[str, Callable[[], Iterable[Load]]] = {
    COUNTRY: _country,
    "yala": _yala,
    "chiangmai": partial(_openstreetmap, "chiangmai"),
    "hatyai": partial(_openstreetmap, "hatyai"),
    "nakhonsi": _nakhonsi,
}

# -- drinking water -----------------------------------------------------------------------------------------------------------

_KINDS = ("refill", "refill", "fountain", "machine", "less-sugar")
_WORDS = {"refill": "จุดเติมน้ำสาธิต", "fountain": "ก๊อกน้ำดื่มสาธิต", "machine": "ตู้น้ำดื่มสาธิต", "less-sugar": "ร้านหวานน้อยสาธิต"}
_HOURS = {
    "refill": "08.30-16.30 น. วันราชการ",
    "fountain": "ตลอดวัน",
    "machine": "ตลอดวัน",
    "less-sugar": "09.00-18.00 น.",
}
POINTS = 40


def water_points() -> Iterator[Row]:
    """Forty invented points inside the three subdistricts of the old town."""
    from shapely.geometry import Point

    dice = random.Random(2566)  # noqa: S311
    quarters = [Town(code, "NS").outline for code in ("800101", "800102", "800103")]
    for number in range(1, POINTS + 1):
        quarter = quarters[number % 3]
        west, south, east, north = quarter.bounds
        while not quarter.contains(point := Point(dice.uniform(west, east), dice.uniform(south, north))):
            continue
        kind = _KINDS[number % len(_KINDS)]
        data: dict[str, Any] = {
            "code": f"NS-W{number:02d}", "name": f"{_WORDS[kind]} {number}", "kind": kind, "quality": _quality(number, kind),
            "hours": _HOURS[kind], "step_free": number % 4 != 0, "keeper": "หน่วยงานสาธิต", "source": DEMO,
        }  # fmt: skip
        if kind != "less-sugar":
            data |= {"tested_on": f"2023-{_last_test(number):02d}-10", "price_baht": 1.0 if kind == "machine" else 0.0}
        yield Row(data, {"type": "Point", "coordinates": [round(point.x, 6), round(point.y, 6)]})


def _last_test(number: int) -> int:
    return 6 if number % 9 == 0 else 11


def _quality(number: int, kind: str) -> str:
    if kind == "less-sugar":
        return "none"
    if number % 9 == 0:
        return "due"
    return "failed" if number == 17 else "passed"


def water_tests() -> Iterator[Row]:
    """Two tests of each point that gives water; the last one agrees with what the point shows."""
    for number in range(1, POINTS + 1):
        if _KINDS[number % len(_KINDS)] == "less-sugar":
            continue
        for month in (3, _last_test(number)):
            failed = number == 17 and month != 3
            yield Row({
                "code": f"NS-T{number:02d}-{month:02d}", "point": f"NS-W{number:02d}", "tested_on": f"2023-{month:02d}-10",
                "ph": round(6.8 + number % 7 / 10, 1), "turbidity": 7.5 if failed else round(0.4 + number % 5 / 10, 1),
                "chlorine": 0.0 if failed else 0.3, "coliform": failed, "result": "failed" if failed else "passed", "source": DEMO,
            })  # fmt: skip
