"""Files as Thai offices and map makers published them, read whole; skipped where they are not at hand."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import shapely

from nakhon.citydata.registers.importing import places
from nakhon.citydata.registers.importing.mapping import suggest_geometry
from nakhon.citydata.registers.importing.values import BadValue, converter_of
from nakhon.citydata.registers.reading.opening import open_source

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


def _file(tmp_path: Path, name: str) -> Path:
    source = SHARED / name
    if not source.exists():
        pytest.skip(f"{name} is not at hand")
    target = tmp_path / "file"
    data = source.read_bytes()
    target.write_bytes(gzip.decompress(data) if name.endswith(".gz") else data)
    return target


def test_road_accidents_of_three_years(tmp_path: Path) -> None:
    source = open_source(_file(tmp_path, "accidents/thai_road_accident_2019_2021.csv.gz"))
    rows = list(source.rows())
    assert len(rows) == 60_703 and not any(row.fault for row in rows)
    where = suggest_geometry(source.inspection.columns, [row.values for row in rows[:200]], has_geometry=False)
    assert where is not None and (where.x, where.y) == ("longitude", "latitude")
    moved = places.to_wgs84([places.wkb_of(row.values, None, where) for row in rows], 4326)
    assert sum(wkb is None for wkb in moved) == 170  # as the publisher's own count of missing places
    moment = converter_of({"type": "string", "format": "date-time"})
    assert all(moment(row.values["incident_datetime"]).endswith("+07:00") for row in rows[:2000])


def test_waste_by_municipality(tmp_path: Path) -> None:
    source = open_source(_file(tmp_path, "waste/phuket_waste_generated.csv"))
    assert {"ปี", "อปท.", "จำนวน"} <= set(source.inspection.columns)
    rows = list(source.rows())
    assert len(rows) == 110
    amount, refused = converter_of({"type": "number"}), 0
    for row in rows:
        try:
            assert amount(row.values.get("จำนวน")) is None or amount(row.values["จำนวน"]) >= 0
        except BadValue:
            refused += 1
    assert refused < 11


@pytest.mark.parametrize(
    ("name", "count", "kind"), [("hatyai_osm_pois", 691, "Point"), ("hatyai_osm_roads", 20_634, "LineString")]
)
def test_maps_of_hat_yai(tmp_path: Path, name: str, count: int, kind: str) -> None:
    source = open_source(_file(tmp_path, f"gis/{name}.geojson.gz"))
    rows = list(source.rows())
    assert len(rows) == count and not any(row.fault for row in rows)
    assert {shapely.from_wkb(row.geometry).geom_type for row in rows[:500]} == {kind}
