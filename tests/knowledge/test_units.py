"""Units of measurement: spellings, conversions, and the refusal of what does not measure the same thing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhon.knowledge.digits import NumberError
from nakhon.knowledge.units import UNITS, Dimension, UnitsError, compatible, convert, unit


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("ug/m3", "ug/m3"),
        ("µg/m³", "ug/m3"),
        ("μg/m³", "ug/m3"),
        ("°C", "Cel"),
        ("degF", "[degF]"),
        ("°", "deg"),
        ("kWh", "kW.h"),
        ("dB(A)", "dB[SPL]{A}"),
        ("NTU", "{NTU}"),
        ("ppb", "[ppb]"),
        ("pH", "[pH]"),
        ("MPN/100 mL", "{MPN}/dL"),
        ("m³/s", "m3/s"),
        (" กก. ", "kg"),
        ("1", "1"),
    ],
)
def test_units_are_found_by_code_symbol_and_spelling(written: str, code: str) -> None:
    assert unit(written).code == code


@pytest.mark.parametrize("written", ["", "furlong", "MS/CM", "ug"])
def test_unknown_units_are_refused(written: str) -> None:
    with pytest.raises(UnitsError) as refused:
        unit(written)
    assert refused.value.code == "units.unknown"


def test_every_spelling_names_one_unit() -> None:
    assert len({one.code for one in UNITS}) == len(UNITS)
    spellings: dict[str, str] = {}
    for one in UNITS:
        for written in {one.code, one.symbol, *one.aliases} - {""}:
            assert spellings.setdefault(written, one.code) == one.code
            assert unit(written) is one
    assert all(dimension.label.th and dimension.label.en for dimension in Dimension)
    assert {one.dimension for one in UNITS} == set(Dimension)


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (25, "Cel", "[degF]", "77"),
        (-40, "[degF]", "Cel", "-40"),
        (0, "Cel", "K", "273.15"),
        (36, "km/h", "m/s", "10"),
        (1, "mg/m3", "ug/m3", "1000"),
        (1.5, "m", "cm", "150"),
        (1, "mS/cm", "uS/cm", "1000"),
        (1, "S/m", "mS/cm", "10"),
        (2, "MW.h", "kW.h", "2000"),
        (3.6, "MJ", "kW.h", "1"),
        (1, "atm", "hPa", "1013.25"),
        (48, "/d", "/h", "2"),
        (86400, "m3/d", "m3/s", "1"),
        (1, "[kn_i]", "km/h", "1.852"),
        (0.05, "[ppm]", "[ppb]", "50"),
        (7, "[pH]", "[pH]", "7"),
    ],
)
def test_conversions(value: float, source: str, target: str, expected: str) -> None:
    assert convert(value, source, target) == Decimal(expected)


@pytest.mark.parametrize(
    ("substance", "ppb", "ug_m3"), [("so2", 300, 780), ("no2", 170, 320), ("o3", 100, 200), ("co", 30000, 34200)]
)
def test_gases_agree_with_the_pairs_printed_in_the_thai_standards(substance: str, ppb: int, ug_m3: int) -> None:
    # NEB notices print both units, rounded: SO2 0.30 ppm = 780, NO2 0.17 ppm = 320, O3 0.10 ppm = 200 µg/m³, CO 30 ppm = 34.2 mg/m³.
    assert float(convert(ppb, "[ppb]", "ug/m3", substance=substance)) == pytest.approx(ug_m3, rel=0.02)
    assert float(convert(ug_m3, "ug/m3", "[ppb]", substance=substance)) == pytest.approx(ppb, rel=0.02)


@pytest.mark.parametrize(
    ("source", "target", "substance", "code"),
    [
        ("ug/m3", "[ppb]", None, "units.substance"),
        ("ug/m3", "[ppb]", "pm25", "units.gas"),
        ("Cel", "m", None, "units.incompatible"),
        ("kW", "kW.h", None, "units.incompatible"),
        ("dB(A)", "%", None, "units.incompatible"),
        ("1", "%", None, "units.incompatible"),
    ],
)
def test_what_does_not_convert_is_refused(source: str, target: str, substance: str | None, code: str) -> None:
    with pytest.raises(UnitsError) as refused:
        convert(1, source, target, substance=substance)
    assert refused.value.code == code
    assert refused.value.message.th and refused.value.remedy.en


def test_not_a_number_is_refused() -> None:
    with pytest.raises(NumberError):
        convert(float("nan"), "m", "cm")


def test_units_that_can_be_chosen_for_a_column() -> None:
    assert [one.code for one in compatible("kW")] == ["W", "kW", "MW"]
    assert "[ppb]" not in {one.code for one in compatible("ug/m3")}
    assert {"[ppb]", "mg/m3"} <= {one.code for one in compatible("ug/m3", substance="o3")}
    with pytest.raises(UnitsError):
        compatible("ug/m3", substance="gold")


PAIRS = [(one.code, other.code) for one in UNITS for other in compatible(one.code)]


@given(st.sampled_from(PAIRS), st.decimals(min_value=-1000, max_value=1000, places=3))
def test_there_and_back_gives_the_same_value(pair: tuple[str, str], value: Decimal) -> None:
    one, other = pair
    assert abs(convert(convert(value, one, other), other, one) - value) < Decimal("1e-15")
