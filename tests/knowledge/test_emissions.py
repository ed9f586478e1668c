"""Emission factors of the day, methane from landfills over the years, composting and what it avoids."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhon.knowledge.emissions import (
    ESTIMATE_LABEL,
    EmissionFactor,
    EmissionsError,
    WasteModel,
    anaerobic_digestion,
    avoided_by_composting,
    composting,
    emission_factor,
    emission_factors,
    emissions_of,
    food_waste_model,
    landfill_methane,
    landfill_ultimate,
    read_factors,
)

NOW = date(2026, 5, 15)
GRID = "electricity.grid.scope2"


def test_electricity_of_may_2569_and_of_june_2568() -> None:
    assert emissions_of(20_000, GRID, NOW).kg_co2e == 9_500
    assert emissions_of(20_000, "electricity.grid.scope3", NOW).kg_co2e == 1_624
    earlier = emissions_of(20_000, GRID, date(2025, 6, 15))
    assert (earlier.kg_co2e, earlier.factor_ids) == (Decimal("9998"), ("electricity.grid.scope2@2022-01-01",))
    assert earlier.label is ESTIMATE_LABEL and "T-VER" in earlier.label.th


@pytest.mark.parametrize(
    ("on", "value"),
    [("2025-12-31", "0.4999"), ("2026-01-01", "0.4750"), ("2026-03-31", "0.4750"), ("2030-01-01", "0.4750")],
)
def test_the_factor_of_the_day(on: str, value: str) -> None:
    assert emission_factor(GRID, date.fromisoformat(on)).value == Decimal(value)


@pytest.mark.parametrize("on", ["2026-01-01", "2026-03-31"])
def test_the_earlier_factor_within_the_transition_window(on: str) -> None:
    assert emission_factor(GRID, date.fromisoformat(on), earlier=True).value == Decimal("0.4999")


@pytest.mark.parametrize(
    ("code", "on", "earlier"),
    [
        (GRID, "2026-04-01", True),
        (GRID, "2025-12-31", True),
        (GRID, "2010-01-01", False),
        ("electricity.grid.scope3", "2025-06-01", False),
        ("nothing", "2026-05-01", False),
    ],
)
def test_no_factor_is_an_error(code: str, on: str, earlier: bool) -> None:
    with pytest.raises(EmissionsError) as refused:
        emission_factor(code, date.fromisoformat(on), earlier=earlier)
    assert refused.value.code == "emissions.none"


def row(**changes: object) -> dict[str, object]:
    return {
        "code": "water.tap", "value": "0.5", "unit": "kgCO2e/m3", "scope": 3, "gwp_set": "AR5", "effective_from": date(2025, 1, 1),
        "effective_to": None, "transition_to": None, "source": "City's own study", "confirm": True, **changes,
    }  # fmt: skip


def test_a_citys_own_rows() -> None:
    rows = read_factors([row()])
    assert emissions_of(10, "water.tap", NOW, rows=rows).kg_co2e == 5
    with pytest.raises(EmissionsError) as refused:
        emission_factor("water.tap", NOW, rows=(*rows, *read_factors([row(effective_from=date(2026, 1, 1))])))
    assert refused.value.code == "emissions.overlap" and "water.tap@2026-01-01" in refused.value.remedy.th


@pytest.mark.parametrize(
    "change",
    [
        {"value": "much"},
        {"value": "NaN"},
        {"effective_from": "2025"},
        {"effective_to": date(2024, 1, 1)},
        {"transition_to": date(2026, 1, 1)},
        {"scope": 4},
        {"unit": " "},
        {"extra": 1},
    ],
)
def test_rows_that_cannot_be_read_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(EmissionsError) as refused:
        read_factors([row(**change)])
    assert refused.value.code in {"emissions.row", "emissions.fields"}


@pytest.mark.parametrize(("quantity", "code"), [(-1, GRID), (1, "waste.docf")])
def test_quantities_and_factors_that_give_no_emission_are_refused(quantity: float, code: str) -> None:
    with pytest.raises(EmissionsError) as refused:
        emissions_of(quantity, code, NOW)
    assert refused.value.code == "emissions.figures"


def test_first_order_decay_of_a_hundred_tonnes_of_food_waste() -> None:
    found = landfill_methane([100], food_waste_model(NOW), years=5)
    assert [round(value, 3) for value in found] == [
        Decimal(text) for text in ("0.000", "1.648", "1.105", "0.741", "0.496")
    ]


def test_deposits_of_several_years_add_up_and_shift() -> None:
    model = food_waste_model(NOW)
    one, two = landfill_methane([100], model, years=4), landfill_methane([100, 50], model, years=4)
    assert abs(two[2] - (one[2] + one[1] / 2)) < Decimal("1e-12")
    assert landfill_methane([], model, years=3) == (0, 0, 0)


def test_in_the_end_the_whole_potential_is_emitted() -> None:
    model = food_waste_model(NOW)
    total = sum(landfill_methane([1], model, years=80))
    assert float(total) == pytest.approx(float(model.ultimate_ch4), rel=1e-9)
    assert round(model.ultimate_ch4, 9) == Decimal("0.05")


def test_oxidation_and_recovery_lessen_what_is_emitted() -> None:
    covered = food_waste_model(NOW, covered=True)
    plain = landfill_methane([100], food_waste_model(NOW), years=3)
    assert abs(landfill_methane([100], covered, years=3)[1] - plain[1] * Decimal("0.9")) < Decimal("1e-12")
    caught = landfill_methane([100], covered, years=3, recovered_t=[0, 1])
    assert abs(caught[1] - (plain[1] - 1) * Decimal("0.9")) < Decimal("1e-12")
    with pytest.raises(EmissionsError):
        landfill_methane([100], covered, years=3, recovered_t=[0, 2])


@pytest.mark.parametrize(("deposits", "years"), [([-1], 5), ([1], 0)])
def test_deposits_that_cannot_be_are_refused(deposits: list[int], years: int) -> None:
    with pytest.raises(EmissionsError):
        landfill_methane(deposits, food_waste_model(NOW), years=years)


@pytest.mark.parametrize(
    ("site", "kg_ch4", "tonnes"),
    [("managed_anaerobic", 50, "1.40"), ("deep_unmanaged", 40, "1.12"), ("shallow_unmanaged", 20, "0.56")],
)
def test_the_ultimate_methane_of_a_tonne(site: str, kg_ch4: int, tonnes: str) -> None:
    model = food_waste_model(NOW, site=site)
    assert round(model.ultimate_ch4 * 1000, 6) == kg_ch4
    assert round(landfill_ultimate(1, model, NOW).tonnes_co2e, 6) == Decimal(tonnes)


def test_the_refinement_of_2019() -> None:
    assert round(food_waste_model(NOW, highly_degradable=True).ultimate_ch4, 6) == Decimal("0.07")
    with pytest.raises(EmissionsError):
        food_waste_model(NOW, site="volcano")
    with pytest.raises(EmissionsError):
        food_waste_model(date(2018, 1, 1), highly_degradable=True)


@pytest.mark.parametrize("change", [{"doc": Decimal(2)}, {"k": Decimal(0)}, {"ox": Decimal(-1)}])
def test_models_that_cannot_be_are_refused(change: dict[str, Decimal]) -> None:
    good = {"doc": Decimal("0.15"), "docf": Decimal("0.5"), "mcf": Decimal(1), "k": Decimal("0.4")}
    assert WasteModel(**good).ultimate_ch4 > 0
    with pytest.raises(EmissionsError):
        WasteModel(**{**good, **change})


def test_composting_and_what_it_avoids() -> None:
    assert composting(1, NOW).kg_co2e == Decimal("175.6")
    assert anaerobic_digestion(1, NOW).kg_co2e == Decimal("22.4")
    found = avoided_by_composting(100, food_waste_model(NOW), NOW)
    assert round(found.tonnes_co2e, 2) == Decimal("122.44")
    assert found.label.en == "An estimate, not a registered T-VER credit"
    assert {"gwp.ch4@2014-01-01", "waste.composting.n2o@2006-01-01"} <= set(found.factor_ids)
    for refuse in (lambda: composting(-1, NOW), lambda: landfill_ultimate(-1, food_waste_model(NOW), NOW)):
        with pytest.raises(EmissionsError):
            refuse()


@given(st.integers(0, 10_000))
def test_avoidance_grows_with_the_waste(tonnes: int) -> None:
    model = food_waste_model(NOW)
    assert abs(avoided_by_composting(tonnes, model, NOW).kg_co2e - tonnes * Decimal("1224.4")) < Decimal("1e-6")


def test_the_rows_are_sound() -> None:
    rows = emission_factors()
    assert len({one.id for one in rows}) == len(rows)
    for one in rows:
        for other in rows:
            if one is not other and one.code == other.code:
                assert not (one.in_force(other.effective_from) and other.effective_from >= one.effective_from)
    assert isinstance(rows[0], EmissionFactor)
