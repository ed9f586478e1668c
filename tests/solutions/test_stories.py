"""Every solution of the catalogue is well formed and plays its acceptance story."""

from __future__ import annotations

import runpy

import pytest

from nakhon.kernel.audit import verify
from nakhon.kernel.definitions.faults import render_faults
from nakhon.people.models import Organisation
from nakhon.solutions.packs import catalogue, check_pack, files_at
from tests.solutions.stage import City


@pytest.mark.parametrize("solution", catalogue())
def test_it_is_well_formed(solution: str) -> None:
    pack, faults = check_pack(files_at(catalogue()[solution]), folder=solution)
    assert pack is not None, render_faults(faults, language="en")


@pytest.mark.parametrize("solution", catalogue())
def test_its_story(solution: str, samui: Organisation) -> None:
    city = City(samui)
    story = runpy.run_path(str(catalogue()[solution] / "story.py"))["story"]
    story(city)
    assert list(verify(city.ctx())) == []
