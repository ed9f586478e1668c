"""Water: classes of surface water, the index, rivers against their banks, rain and oxygen in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhon.knowledge.digits import NumberError
from nakhon.knowledge.legal import NoRuleInForce, overlaps, packaged_rows, read_rows
from nakhon.knowledge.water import (
    SURFACE_CLASSES,
    WQI_NOTE,
    WaterError,
    oxygen_band,
    percentile,
    rain_band,
    river_level,
    surface_class,
    surface_class_of_set,
    water_quality_index,
    wqi_band,
)

NOW = date(2026, 4, 10)
CLEAN = {"do": 6.2, "bod": 1.2, "tcb": 3000, "fcb": 800, "nh3_n": 0.2, "ph": 7}


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (CLEAN, 2),
        ({"do": 4.5, "bod": 1.9, "tcb": 15000, "fcb": 3500, "nh3_n": 0.3}, 3),
        ({"do": 4.5, "bod": 2.5, "tcb": 15000, "fcb": 3500, "nh3_n": 0.3}, 4),
        ({"do": 5, "bod": 1.8, "nh3_n": 0.7}, 5),
        ({"do": 1.5}, 5),
        ({**CLEAN, "do": 6.0, "bod": 1.5, "tcb": 5000, "fcb": 1000}, 2),
        ({**CLEAN, "do": 5.99}, 3),
        ({**CLEAN, "tcb": 20001}, 4),
        ({**CLEAN, "ph": 9.1}, 5),
        ({**CLEAN, "ph": 4.9}, 5),
        ({**CLEAN, "no3_n": 5.1}, 5),
        ({**CLEAN, "bod": 4.1}, 5),
    ],
)
def test_the_class_of_a_sample(sample: dict[str, float], expected: int) -> None:
    assert surface_class(sample, NOW).value == expected


def test_a_class_tells_what_decided_and_what_is_missing() -> None:
    found = surface_class({"do": 4.5, "bod": 2.5, "tcb": 15000, "fcb": 3500, "nh3_n": 0.3}, NOW)
    assert (found.deciding, found.missing, found.complete) == (("bod",), ("ph", "no3_n"), False)
    assert found.row_id.startswith("water.surface_classes@") and found.name == SURFACE_CLASSES[4]
    full = surface_class({**CLEAN, "no3_n": 1}, NOW)
    assert full.complete and full.deciding == ()
    assert 1 not in SURFACE_CLASSES


@pytest.mark.parametrize(
    ("sample", "code"),
    [
        ({}, "water.nothing"),
        ({"do": -1}, "water.negative"),
        ({"ph": 14.1}, "water.ph"),
        ({"oxygen": 5}, "water.parameter"),
    ],
)
def test_samples_that_cannot_be_judged_are_refused(sample: dict[str, float], code: str) -> None:
    with pytest.raises(WaterError) as refused:
        surface_class(sample, NOW)
    assert refused.value.code == code


def test_not_a_number_is_refused() -> None:
    with pytest.raises(NumberError):
        surface_class({"do": float("nan")}, NOW)


def test_a_set_is_judged_by_its_worse_end() -> None:
    samples = [{"do": do, "bod": bod} for do, bod in [(8, 1.0), (7, 1.1), (6.5, 1.2), (6.1, 1.3), (3.0, 9.0)]]
    # 20th percentile of DO: 3.0 + 0.8 x 3.1 = 5.48; 80th of BOD: 1.3 + 0.2 x 7.7 = 2.84.
    found = surface_class_of_set(samples, NOW)
    assert found.value == 4 and found.deciding == ("bod",)
    assert surface_class_of_set([{"do": 5.48}], NOW).value == 3
    assert surface_class_of_set(samples[:4], NOW).value == 2
    acid = [{**CLEAN, "ph": ph} for ph in (4.0, 4.5, 7, 7, 7)]
    assert surface_class_of_set(acid, NOW).value == 5
    with pytest.raises(WaterError):
        surface_class_of_set([], NOW)


def test_percentiles_lie_between_samples() -> None:
    assert percentile([1, 2, 3, 4, 5], 20) == Decimal("1.8")
    assert percentile([5, 4, 3, 2, 1], 80) == Decimal("4.2")
    assert percentile([7], 80) == 7
    assert percentile([1, 3], 0) == 1 and percentile([1, 3], 100) == 3
    for values, percent in (([], 20), ([1], 101), ([1], -1)):
        with pytest.raises(WaterError):
            percentile(values, percent)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30), st.integers(0, 100))
def test_a_percentile_lies_within_its_values(values: list[int], percent: int) -> None:
    assert min(values) <= percentile(values, percent) <= max(values)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (100, "very_good"),
        (91, "very_good"),
        (90, "good"),
        (71, "good"),
        (70, "fair"),
        (61, "fair"),
        (60, "poor"),
        (31, "poor"),
        (30, "very_poor"),
        (0, "very_poor"),
    ],
)
def test_bands_of_the_water_quality_index(value: int, code: str) -> None:
    assert wqi_band(value, NOW).code == code


@pytest.mark.parametrize("value", [-1, 101])
def test_no_index_beyond_a_hundred(value: int) -> None:
    with pytest.raises(WaterError):
        wqi_band(value, NOW)


def test_the_index_is_the_mean_of_the_scores_and_says_that_it_is_not_verified() -> None:
    limits = {"do": 6.0, "bod": 1.5, "tcb": 5000, "fcb": 1000, "nh3_n": 0.22}
    found = water_quality_index(limits, NOW)
    assert (found.value, found.band.code, found.note) == (71, "good", WQI_NOTE)
    assert set(found.scores) == set(limits)
    # DO 5.0 scores 66, the others 71: mean 70.
    assert water_quality_index({**limits, "do": 5.0}, NOW).value == 70
    assert water_quality_index({"do": 0, "bod": 99, "tcb": 1e9, "fcb": 1e9, "nh3_n": 99}, NOW).value == 0
    assert water_quality_index({"do": 9, "bod": 0, "tcb": 0, "fcb": 0, "nh3_n": 0, "ph": 7}, NOW).value == 100
    with pytest.raises(WaterError) as refused:
        water_quality_index({"do": 6.0, "bod": 1.5}, NOW)
    assert refused.value.code == "water.incomplete" and "TCB" in refused.value.remedy.th


def test_the_curves_are_rows_that_a_city_can_replace() -> None:
    (row,) = [row for row in packaged_rows("environment") if row.key == "water.wqi_curves"]
    assert "Not verified" in row.source and row.confirm
    flat = {code: [[0, 50], [10, 50]] for code in ("do", "bod", "tcb", "fcb", "nh3_n")}
    own = read_rows([
        {"key": "water.wqi_curves", "value": flat, "unit": "score", "effective_from": date(2026, 1, 1), "effective_to": None,
         "legal_basis": "PCD", "source": "letter", "confirm": False},
    ])  # fmt: skip
    bands = tuple(row for row in packaged_rows("environment") if row.key == "water.wqi_bands")
    sample = {"do": 6, "bod": 1, "tcb": 1, "fcb": 1, "nh3_n": 0}
    assert water_quality_index(sample, NOW, rows=(*own, *bands)).value == 50
    with pytest.raises(NoRuleInForce):
        water_quality_index(sample, date(2025, 1, 1), rows=(*own, *bands))


@pytest.mark.parametrize(
    ("level", "percent", "code"),
    [
        (104.0, "80.0", "high"),
        (105.2, "104.0", "overflow"),
        (105.0, "100.0", "high"),
        (100.5, "10.0", "very_low"),
        (100.51, "10.2", "low"),
        (101.5, "30.0", "low"),
        (103.5, "70.0", "normal"),
        (103.51, "70.2", "high"),
        (99.0, "-20.0", "very_low"),
    ],
)
def test_rivers_against_their_banks(level: float, percent: str, code: str) -> None:
    found = river_level(level, bed=100.0, bank=105.0, on=NOW)
    assert (found.percent, found.band.code, found.by_station) == (Decimal(percent), code, False)


@pytest.mark.parametrize(
    ("level", "code", "by_station"),
    [
        (104.0, "normal", True),
        (104.5, "warning", True),
        (104.8, "critical", True),
        (105.2, "overflow", False),
        (100.2, "very_low", False),
    ],
)
def test_a_stations_own_levels_decide(level: float, code: str, by_station: bool) -> None:
    found = river_level(level, bed=100, bank=105, warning=104.5, critical=104.8, on=NOW)
    assert (found.band.code, found.by_station) == (code, by_station)


@pytest.mark.parametrize(
    "levels", [{"bed": 105, "bank": 105}, {"bed": 106, "bank": 105}, {"bed": 1, "bank": 5, "warning": 4, "critical": 4}]
)
def test_reference_levels_in_the_wrong_order_are_refused(levels: dict[str, float]) -> None:
    with pytest.raises(WaterError) as refused:
        river_level(3, on=NOW, **levels)
    assert refused.value.code == "water.levels"


@pytest.mark.parametrize(
    ("mm", "code"),
    [
        (0, "none"),
        (0.04, "none"),
        (0.1, "light"),
        (10.0, "light"),
        (10.04, "light"),
        (10.05, "moderate"),
        (35.0, "moderate"),
        (35.1, "heavy"),
        (90.0, "heavy"),
        (90.1, "very_heavy"),
    ],
)
def test_rain_of_a_day(mm: float, code: str) -> None:
    assert rain_band(mm, NOW).code == code


def test_rain_below_zero_is_refused() -> None:
    with pytest.raises(WaterError):
        rain_band(-0.1, NOW)


@pytest.mark.parametrize(
    ("do", "code"),
    [(6, "good"), (5.9, "fair"), (4, "fair"), (3.9, "low"), (2, "low"), (1.9, "very_low"), (0, "very_low")],
)
def test_oxygen_in_words(do: float, code: str) -> None:
    assert oxygen_band(do, NOW).code == code


def test_oxygen_below_zero_is_refused() -> None:
    with pytest.raises(WaterError):
        oxygen_band(-1, NOW)


def test_the_rows_are_sound() -> None:
    rows = packaged_rows("environment")
    assert overlaps(rows) == () and len({row.id for row in rows}) == len(rows)
    assert all(row.unit and row.source for row in rows)
