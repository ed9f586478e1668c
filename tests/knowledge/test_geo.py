"""Distances and blurred positions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhon.knowledge.geo import GeoError, Position, distance_m, reduce_precision

THAILAND = st.builds(Position, st.floats(5.5, 20.5), st.floats(97.3, 105.7))


def test_the_worked_distance() -> None:
    assert round(distance_m(Position(16.4322, 102.8236), Position(16.4331, 102.8236)), 1) == 100.1


def test_far_and_near() -> None:
    assert distance_m(Position(0, 0), Position(0, 180)) == pytest.approx(math.pi * 6_371_008.8)
    assert distance_m(Position(13.7, 100.5), Position(13.7, 100.5)) == 0
    assert distance_m(Position(0, 179.9), Position(0, -179.9)) == pytest.approx(22239, rel=0.01)


@given(THAILAND, THAILAND, THAILAND)
def test_distance_is_a_metric(a: Position, b: Position, c: Position) -> None:
    assert distance_m(a, b) == pytest.approx(distance_m(b, a))
    assert distance_m(a, c) <= distance_m(a, b) + distance_m(b, c) + 1e-3


@given(THAILAND, st.sampled_from([10, 100, 500, 1000]))
def test_a_blurred_position_is_near_but_not_exact(place: Position, metres: int) -> None:
    blurred = reduce_precision(place, metres)
    assert distance_m(place, blurred) <= 0.75 * metres + 0.2
    assert reduce_precision(blurred, metres) == blurred


def test_neighbours_share_one_corner() -> None:
    homes = [Position(16.43220, 102.82360), Position(16.43225, 102.82365), Position(16.43215, 102.82355)]
    assert len({reduce_precision(home, 500) for home in homes}) == 1


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (-91, 0), (0, 181), (102.8, 16.4), (math.nan, 0), (0, math.inf)])
def test_impossible_positions_are_refused(lat: float, lon: float) -> None:
    with pytest.raises(GeoError):
        Position(lat, lon)


@pytest.mark.parametrize("metres", [0, -5, 100_001, math.nan])
def test_impossible_precisions_are_refused(metres: float) -> None:
    with pytest.raises(GeoError):
        reduce_precision(Position(16, 102), metres)
