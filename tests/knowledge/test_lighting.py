"""Street lighting: energy, saving, payback, uptime and sodium equivalents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from nakhon.knowledge.emissions import emission_factor
from nakhon.knowledge.lighting import Lamps, LightingError, annual_energy, saving, sodium_equivalent, uptime_percent

NOW = date(2026, 5, 15)
SODIUM, LED = Lamps(1000, 250, 10), Lamps(1000, 100, 5)
FACTOR = emission_factor("electricity.grid.scope2", NOW)


def test_energy_of_a_year() -> None:
    assert annual_energy(SODIUM, 11.5) == Decimal("1154312.5")
    assert annual_energy(LED, 11.5) == Decimal("440737.5")
    assert annual_energy(Lamps(1, 100), 10, nights=100) == 100


def test_changing_a_thousand_lamps() -> None:
    found = saving(SODIUM, LED, hours_per_night=11.5, baht_per_kwh=4.20, factor=FACTOR, investment_baht=6500 * 1000)
    assert (found.kwh, found.baht) == (713_575, 2_997_015)
    assert (found.tonnes_co2e, found.payback_years) == (Decimal("338.95"), Decimal("2.17"))
    assert found.factor_id == "electricity.grid.scope2@2026-01-01"


def test_a_change_that_saves_nothing_never_pays_back() -> None:
    found = saving(LED, SODIUM, hours_per_night=11.5, baht_per_kwh=4.20, factor=FACTOR, investment_baht=1)
    assert found.kwh == -713_575 and found.payback_years is None


@pytest.mark.parametrize(("count", "watts", "ballast"), [(-1, 100, 0), (1, -100, 0), (1, 100, -1)])
def test_lamps_that_cannot_be_are_refused(count: int, watts: float, ballast: float) -> None:
    with pytest.raises(LightingError):
        Lamps(count, watts, ballast)


@pytest.mark.parametrize(("hours", "nights"), [(25, 365), (-1, 365), (11, 367), (11, -1)])
def test_nights_that_cannot_be_are_refused(hours: float, nights: int) -> None:
    with pytest.raises(LightingError):
        annual_energy(LED, hours, nights)


def test_a_factor_of_something_else_and_a_negative_price_are_refused() -> None:
    for price, factor in ((4.2, emission_factor("gwp.ch4", NOW)), (-1, FACTOR)):
        with pytest.raises(LightingError):
            saving(SODIUM, LED, hours_per_night=11, baht_per_kwh=price, factor=factor, investment_baht=1)


def test_uptime() -> None:
    assert uptime_percent(1000, 25) == Decimal("97.50")
    assert uptime_percent(3, 1) == Decimal("66.67")
    assert uptime_percent(10, 0) == 100
    for due, out in ((10, 11), (0, 0), (10, -1)):
        with pytest.raises(LightingError):
            uptime_percent(due, out)


@pytest.mark.parametrize(("led", "sodium"), [(30, 70), (39.4, 70), (50, 100), (60, 150), (100, 250), (180, 400)])
def test_sodium_lamps_that_leds_replace(led: float, sodium: int) -> None:
    found = sodium_equivalent(led, NOW)
    assert found is not None and found.watts == sodium and found.ballast_percent > 0
    assert "design" in found.note.en


def test_leds_outside_the_table() -> None:
    assert sodium_equivalent(5, NOW) is None and sodium_equivalent(500, NOW) is None
    with pytest.raises(LightingError):
        sodium_equivalent(-1, NOW)
