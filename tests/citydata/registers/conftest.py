"""A city whose registers are defined."""

from __future__ import annotations

import pytest

from nakhon.people.models import Organisation
from tests.citydata.registers.stage import ELDERS, LAMPS, WORKS, ZONES, define


@pytest.fixture
def city(samui: Organisation) -> Organisation:
    define(samui, LAMPS, WORKS, ELDERS, ZONES)
    return samui
