"""The heat index and its bands; sound levels averaged by energy and held against the standards."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhon.knowledge.digits import NumberError
from nakhon.knowledge.heat import HeatError, heat_band, heat_index
from nakhon.knowledge.noise import NoiseError, check_day, check_nuisance, check_peak, leq

NOW = date(2026, 4, 10)


@pytest.mark.parametrize(
    ("celsius", "humidity", "expected"),
    [
        (25, 50, "24.9"),
        (32, 70, "40.4"),
        (35, 65, "47.6"),
        (38, 55, "51.6"),
        (40, 50, "54.8"),
    ],
)
def test_heat_index(celsius: float, humidity: float, expected: str) -> None:
    assert heat_index(celsius, humidity) == Decimal(expected)


@pytest.mark.parametrize(
    ("fahrenheit", "humidity", "chart"),
    [(80, 40, 80), (90, 50, 95), (90, 70, 105), (96, 65, 121), (100, 55, 124), (110, 40, 136)],
)
def test_the_printed_chart_of_the_weather_service_is_met(fahrenheit: float, humidity: float, chart: float) -> None:
    found = heat_index((fahrenheit - 32) * 5 / 9, humidity)
    assert float(found) * 9 / 5 + 32 == pytest.approx(chart, abs=1.0)


def test_dry_and_damp_air_are_adjusted() -> None:
    # Rothfusz alone gives 90.5 °F at 95 °F and 10 %, less 0.75 °F for dry air; 90.7 °F at 82 °F and 95 %, more 1.0 °F for damp air.
    dry = float(heat_index((95 - 32) * 5 / 9, 10)) * 9 / 5 + 32
    damp = float(heat_index((82 - 32) * 5 / 9, 95)) * 9 / 5 + 32
    assert dry == pytest.approx(_rothfusz_by_hand(95, 10) - 0.75, abs=0.1)
    assert damp == pytest.approx(_rothfusz_by_hand(82, 95) + 1.0, abs=0.1)


def _rothfusz_by_hand(t: float, r: float) -> float:
    return (
        -42.379 + 2.04901523 * t + 10.14333127 * r - 0.22475541 * t * r - 0.00683783 * t * t - 0.05481717 * r * r
        + 0.00122874 * t * t * r + 0.00085282 * t * r * r - 0.00000199 * t * t * r * r
    )  # fmt: skip


@pytest.mark.parametrize(("celsius", "humidity"), [(30, -1), (30, 101), (61, 50), (-51, 50)])
def test_impossible_air_is_refused(celsius: float, humidity: float) -> None:
    with pytest.raises(HeatError):
        heat_index(celsius, humidity)


def test_not_a_number_is_refused() -> None:
    with pytest.raises(NumberError):
        heat_index(float("nan"), 50)


@pytest.mark.parametrize(
    ("index", "code"),
    [
        (26.9, "normal"),
        (26.95, "caution"),
        (27.0, "caution"),
        (32.9, "caution"),
        (33.0, "warning"),
        (41.9, "warning"),
        (42.0, "danger"),
        (51.9, "danger"),
        (52.0, "extreme"),
        (70, "extreme"),
    ],
)
def test_public_health_bands(index: float, code: str) -> None:
    found = heat_band(index, NOW)
    assert found.code == code
    assert found.advice.th and found.advice.en


@pytest.mark.parametrize(
    ("levels", "durations", "expected"),
    [
        ([60, 70], None, "67.4"),
        ([70] * 24, None, "70.0"),
        ([60, 70], [1, 1], "67.4"),
        ([60, 70], [9, 1], "62.8"),
        ([55.55], None, "55.6"),
    ],
)
def test_levels_are_averaged_by_energy(levels: list[float], durations: list[float] | None, expected: str) -> None:
    assert leq(levels, durations) == Decimal(expected)


@given(st.lists(st.integers(30, 120), min_size=1, max_size=24))
def test_the_equivalent_level_is_at_least_the_plain_mean_and_at_most_the_loudest(levels: list[int]) -> None:
    assert sum(levels) / len(levels) - 0.06 <= float(leq(levels)) <= max(levels) + 0.05


@pytest.mark.parametrize(
    ("levels", "durations"), [([], None), ([60], [1, 2]), ([60], [0]), ([60, 70], [1, -1]), ([1000], None)]
)
def test_levels_that_cannot_be_averaged_are_refused(levels: list[float], durations: list[float] | None) -> None:
    with pytest.raises(NoiseError):
        leq(levels, durations)


def test_limits_are_kept_up_to_and_including_the_limit() -> None:
    assert check_day(70.0, NOW).within and check_day(70.04, NOW).within
    loud = check_day(72.3, NOW)
    assert (loud.within, loud.excess, loud.row_id) == (False, Decimal("2.3"), "noise.leq_24h@1997-03-12")
    assert loud.words.th == "เกินมาตรฐาน 2.3 เดซิเบลเอ"
    assert check_peak(115, NOW).within and not check_peak(115.1, NOW).within
    assert check_nuisance(65, 55, NOW).within
    nuisance = check_nuisance(65.1, 55, NOW)
    assert (nuisance.within, nuisance.level) == (False, Decimal("10.1"))
