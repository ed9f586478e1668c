"""Makes the three area files: ``python join.py FOLDER``, FOLDER holding the published boundaries (README.md names them).

Every area of the list of codes is there. A boundary is joined to its code by its Thai name inside its province and district,
else by its English name there; boundaries that are joined by no name are left out and listed in not-joined.csv.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from shapely import make_valid, set_precision
from shapely.geometry import MultiPolygon, Polygon, mapping, shape

from nakhon.knowledge.places import Place, PlaceLevel, districts, lookup, provinces, subdistricts

HERE = Path(__file__).resolve().parent
DIGITS = 5
"""About a metre. The outlines themselves are generalised far more than that."""
CUT = 16
NAMES = ("province", "district", "subdistrict")
LISTED: dict[str, Callable[[str], Sequence[Place]]] = {
    "province": lambda _: provinces(),
    "district": districts,
    "subdistrict": subdistricts,
}


def outlines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        found: list[dict[str, Any]] = json.load(file)["features"]
    return found


def spelled(name: str) -> str:
    """An English name as it is compared: without spaces, signs and capitals."""
    return "".join(letter for letter in name.lower() if letter.isalpha())


def only(places: Iterable[Place], fits: Callable[[Place], bool]) -> Place | None:
    """The one place that fits; None where several do, because then a name tells nothing."""
    found = [place for place in places if fits(place)]
    return found[0] if len(found) == 1 else None


def match(th: str, en: str, places: Sequence[Place]) -> tuple[Place | None, str]:
    """The place of that Thai name, else of that English name, and by which it was found."""
    if place := only(places, lambda one: one.name.th == th):
        return place, "th"
    # The source cuts Thai names of districts after 16 letters.
    if len(th) == CUT and (place := only(places, lambda one: one.name.th[:CUT] == th)):
        return place, "cut"
    if place := only(places, lambda one: spelled(one.name.en) == spelled(en)):
        return place, "en"
    return None, ""


def everywhere() -> dict[str, list[Place]]:
    """Every place of the three levels."""
    found: dict[str, list[Place]] = {name: [] for name in NAMES}
    found["province"] = list(provinces())
    for province in found["province"]:
        found["district"] += districts(province.code)
    for district in found["district"]:
        found["subdistrict"] += subdistricts(district.code)
    return found


def feature(place: Place, geometry: dict[str, Any] | None) -> dict[str, Any]:
    return {"type": "Feature", "properties": told(place), "geometry": geometry}


def told(place: Place) -> dict[str, str]:
    """The properties of an area in its register."""
    found = {"code": place.code, "name_th": place.name.th, "name_en": place.name.en}
    if place.level is PlaceLevel.SUBDISTRICT:
        found |= {"district_code": place.code[:4], "district_th": lookup(place.code[:4]).name.th}
        if place.postcodes:
            found["postcode"] = ", ".join(place.postcodes)
    if place.level is not PlaceLevel.PROVINCE:
        found["province_code"] = place.code[:2]
        found["province_th"] = lookup(place.code[:2]).name.th
    return found


def rounded(geometry: dict[str, Any]) -> dict[str, Any] | None:
    """The outline made valid and rounded to ``DIGITS``, areas only; None where generalising left no area of it."""
    found = set_precision(make_valid(shape(geometry)), 10**-DIGITS)
    parts = [part for part in getattr(found, "geoms", [found]) if isinstance(part, Polygon | MultiPolygon)]
    singles = [one for part in parts for one in getattr(part, "geoms", [part])]
    if not singles or all(one.is_empty for one in singles):
        return None
    whole = singles[0] if len(singles) == 1 else MultiPolygon(singles)

    def short(value: Any) -> Any:
        return round(value, DIGITS) if isinstance(value, float) else [short(one) for one in value]

    made = mapping(whole)
    return {"type": made["type"], "coordinates": short(made["coordinates"])}


def write(level: str, features: list[dict[str, Any]]) -> None:
    features.sort(key=lambda one: one["properties"]["code"])
    body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    # No time and no name in the head, so that the same sources give the same bytes.
    with (HERE / f"{level}.geojson.gz").open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, 0) as file:
        file.write(body.encode())


def main(folder: Path) -> None:
    """Join, write the files, and say how many were joined by what."""
    lost: list[list[str]] = []
    shapes: dict[str, dict[str, Any] | None] = {}
    how: dict[str, Counter[str]] = {level: Counter() for level in NAMES}
    # By both names, since two districts of one province may have one English name, and Thai ones are cut in one of the files.
    inside: dict[tuple[str, ...], Place] = {}
    taken: dict[str, tuple[str, ...]] = {}
    for level, depth in (("province", 1), ("district", 2), ("subdistrict", 3)):
        for one in outlines(folder / f"th_{level}.geojson.gz"):
            names = one["properties"]
            th = [names[f"ADM{step}_TH"] for step in range(1, depth + 1)]
            en = [names[f"ADM{step}_EN"] for step in range(1, depth + 1)]
            key = tuple(f"{one[:CUT]}/{other}" for one, other in zip(th, en, strict=True))
            above = inside.get(key[:-1])
            places = LISTED[level](above.code if above else "") if above or level == "province" else ()
            place, by = match(th[-1], en[-1], places)
            if place is not None and taken.setdefault(place.code, key) != key:
                place, by = None, "twice"
            how[level][by] += 1
            if place is None:
                lost.append([level, *th, *[""] * (3 - depth), en[-1]])
                continue
            inside[key] = place
            shapes[place.code] = rounded(one["geometry"])
    for level, places in everywhere().items():
        made = [feature(place, shapes.get(place.code)) for place in places]
        write(level, made)
        drawn = sum(one["geometry"] is not None for one in made)
        sys.stdout.write(f"{level}: {len(made)} codes, {drawn} with an outline; outlines joined {dict(how[level])}\n")
    with (HERE / "not-joined.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["level", "province_th", "district_th", "subdistrict_th", "name_en"])
        out.writerows(sorted(lost))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
