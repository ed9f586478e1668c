"""The Thai air quality index: the tables of 2566 and before, rounding, levels, sufficient hours, NowCast."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhon.knowledge.air import (
    NOWCAST_LABEL,
    POLLUTANTS,
    AirError,
    air_quality,
    aqi_table,
    level_of,
    nowcast,
    rolling_means,
    sub_index,
    window_mean,
)
from nakhon.knowledge.air_levels import LEVELS
from nakhon.knowledge.digits import NumberError
from nakhon.knowledge.legal import NoRuleInForce, overlaps, packaged_rows
from nakhon.knowledge.units import UnitsError

NOW = date(2026, 4, 10)
BEFORE = date(2022, 4, 10)


@pytest.mark.parametrize(
    ("pollutant", "concentration", "shown"),
    [
        ("pm25", 12, "20"),
        ("pm25", 15.0, "25"),
        ("pm25", 15.05, "26"),
        ("pm25", 20, "38"),
        ("pm25", 25.0, "50"),
        ("pm25", 30, "70"),
        ("pm25", 37.5, "100"),
        ("pm25", 50, "134"),
        ("pm25", 75, "200"),
        ("pm25", 80, "201+"),
        ("pm10", 60, "33"),
        ("pm10", 150, "150"),
        ("o3", 60, "74"),
        ("no2", 80, "36"),
        ("co", 5.0, "32"),
        ("pm25", 0, "0"),
        ("so2", 400, "200"),
        ("so2", 401, "201+"),
        ("o3", 120.4, "200"),
        ("o3", 120.5, "201+"),
    ],
)
def test_sub_indices_of_the_table_of_2566(pollutant: str, concentration: float, shown: str) -> None:
    assert sub_index(pollutant, concentration, NOW).text == shown


def test_a_concentration_is_rounded_before_the_table_is_read() -> None:
    found = sub_index("pm25", 15.05, NOW)
    assert (found.concentration, found.unit) == (Decimal("15.1"), "ug/m3")


def test_a_station_tells_the_main_pollutant_and_the_table_used() -> None:
    found = air_quality({"pm25": 30, "pm10": 60, "o3": 60}, NOW)
    assert (found.value, found.text, found.main) == (74, "74", "o3")
    assert found.level.code == "moderate"
    assert [(one.pollutant, one.value) for one in found.sub_indices] == [("pm25", 70), ("pm10", 33), ("o3", 74)]
    assert found.main_name.en == "Ozone (O₃)"
    assert found.row_id.startswith("air.aqi@2023")


def test_above_the_table_nothing_is_extrapolated_and_the_worst_leads() -> None:
    found = air_quality({"pm25": 80, "pm10": 600, "o3": 60}, NOW)
    assert (found.text, found.open_ended, found.main) == ("201+", True, "pm10")
    assert found.sub_indices[1].concentration == Decimal(600)
    assert air_quality({"pm25": 9000}, NOW).value == 201


def test_the_table_of_the_day_is_used() -> None:
    assert sub_index("pm25", 25, BEFORE).value == 25
    assert sub_index("pm25", 50, BEFORE).value == 100
    assert sub_index("pm25", 90, BEFORE).text == "200"
    assert sub_index("pm25", 91, BEFORE).text == "201+"
    assert sub_index("pm25", 37.4, BEFORE).value == 50
    assert sub_index("pm10", 60, BEFORE).value == 33
    with pytest.raises(NoRuleInForce):
        sub_index("pm25", 25, date(2017, 1, 1))
    rows = packaged_rows("air-quality")
    assert overlaps(rows) == () and all(row.confirm for row in rows)


def test_gases_in_other_units_are_converted_first() -> None:
    # 60 ppb of ozone at 25 °C and 1 atm are 117.7 µg/m³.
    assert sub_index("o3", 117.7, NOW, unit="ug/m3").value == 74
    assert sub_index("co", 5000, NOW, unit="[ppb]").value == 32
    assert sub_index("pm25", 0.03, NOW, unit="mg/m3").value == 70
    with pytest.raises(UnitsError):
        sub_index("pm25", 30, NOW, unit="[ppb]")


@pytest.mark.parametrize(
    ("pollutant", "concentration", "error"),
    [
        ("pm1", 12, AirError),
        ("PM25", 12, AirError),
        ("pm25", -0.1, AirError),
        ("pm25", float("nan"), NumberError),
        ("pm25", float("inf"), NumberError),
    ],
)
def test_what_the_index_does_not_take_is_refused(pollutant: str, concentration: float, error: type[Exception]) -> None:
    with pytest.raises(error):
        sub_index(pollutant, concentration, NOW)


def test_a_station_without_readings_has_no_index() -> None:
    with pytest.raises(AirError) as refused:
        air_quality({}, NOW)
    assert refused.value.code == "air.nothing"


@given(st.sampled_from(list(POLLUTANTS)), st.decimals(0, 500, places=3), st.decimals(0, 500, places=3))
def test_more_pollution_never_gives_a_lower_index(pollutant: str, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert sub_index(pollutant, low, NOW).value <= sub_index(pollutant, high, NOW).value <= 201


@pytest.mark.parametrize("pollutant", list(POLLUTANTS))
@pytest.mark.parametrize("on", [NOW, BEFORE])
def test_every_band_begins_and_ends_at_its_index(pollutant: str, on: date) -> None:
    table = aqi_table(pollutant, on)
    assert table.hours == {"pm25": 24, "pm10": 24, "o3": 8, "co": 8, "no2": 1, "so2": 1}[pollutant]
    step = Decimal(1).scaleb(-table.decimals)
    for upper, index in zip(table.upper, table.index, strict=True):
        assert sub_index(pollutant, upper, on).value == index
        assert sub_index(pollutant, upper + step, on).value == index + 1


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0, "very_good"),
        (25, "very_good"),
        (26, "good"),
        (50, "good"),
        (51, "moderate"),
        (100, "moderate"),
        (101, "unhealthy_sensitive"),
        (200, "unhealthy_sensitive"),
        (201, "unhealthy"),
    ],
)
def test_levels(value: int, code: str) -> None:
    assert level_of(value).code == code


def test_no_level_below_zero() -> None:
    with pytest.raises(AirError):
        level_of(-1)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.code)
def test_levels_can_be_read_without_colour_and_on_their_colour(level) -> None:
    light, dark = sorted((_luminance(level.hex), _luminance(level.ink)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
    assert level.name.th in level.accessible.th and f"{level.rank} of 5" in level.accessible.en
    assert level.general.th and level.sensitive.en


def test_a_day_needs_eighteen_hours_and_eight_hours_need_six() -> None:
    full = window_mean([30] * 18 + [None] * 6, hours=24, on=NOW)
    assert (full.value, full.valid, full.needed, full.sufficient) == (Decimal(30), 18, 18, True)
    short = window_mean([30] * 17 + [None] * 7, hours=24, on=NOW)
    assert (short.value, short.sufficient) == (None, False)
    assert window_mean([40] * 6, hours=8, on=NOW).value == 40
    assert window_mean([40] * 5, hours=8, on=NOW).value is None
    assert window_mean([7], hours=1, on=NOW).value == 7
    assert window_mean([None], hours=1, on=NOW).value is None


@pytest.mark.parametrize(("hourly", "code"), [([1] * 9, "air.window"), ([1, -2, 3], "air.negative")])
def test_windows_that_cannot_be_are_refused(hourly: list[int], code: str) -> None:
    with pytest.raises(AirError) as refused:
        window_mean(hourly, hours=8, on=NOW)
    assert refused.value.code == code


def test_rolling_means_begin_when_enough_hours_are_there() -> None:
    means = rolling_means([10] * 24 + [34] * 24, hours=24, on=NOW)
    assert [one.value for one in means[:17]] == [None] * 17
    assert means[17].value == 10 and means[23].value == 10
    assert means[35].value == 22 and means[47].value == 34


def test_nowcast_follows_a_change_faster_than_the_mean() -> None:
    hours = [50, 45, 40, 42, 38, 36, 35, 30, 28, 25, 24, 20]
    found = nowcast(hours)
    assert found is not None
    assert (found.value, found.weight) == (Decimal("46.1"), Decimal("0.5"))
    mean = window_mean(hours, hours=12, on=NOW).value
    assert mean is not None and round(mean, 1) == Decimal("34.4")
    assert found.label is NOWCAST_LABEL and "US EPA" in found.label.th


def test_nowcast_weighs_steady_air_alike_and_keeps_the_place_of_missing_hours() -> None:
    steady = nowcast([20] * 12)
    assert steady is not None and (steady.value, steady.weight) == (Decimal("20.0"), Decimal(1))
    gap = nowcast([40, None, 20])
    # w = 0.5: (40 + 0.25 x 20) / (1 + 0.25).
    assert gap is not None and gap.value == Decimal("36.0")
    clean = nowcast([0, 0, 0])
    assert clean is not None and clean.value == 0
    longer = nowcast([20] * 12 + [500] * 6)
    assert longer is not None and longer.value == 20


def test_nowcast_needs_two_of_the_newest_three_hours() -> None:
    assert nowcast([30, None, None, 30, 30]) is None
    assert nowcast([]) is None
    assert nowcast([None, 30, 30]) is not None
    with pytest.raises(AirError):
        nowcast([30, -1, 30])
