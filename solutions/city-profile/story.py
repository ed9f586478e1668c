"""A city appears to the public on the day it joins, tells its own project later, and can withdraw and come back."""

from __future__ import annotations

from nakhon.people.city.queries import city_profile, profile_summaries
from nakhon.solutions.story import Stage

OWN = """
kind: organisation-profile
id: profile
vision: {th: เมืองน่าอยู่ริมทะเล, en: A liveable city by the sea}
population: 50000
area_km2: 20
project:
  title: {th: ร้องทุกข์ออนไลน์, en: Online complaints}
  domains: [GOV, LIV]
  sdgs: [11]
"""


def story(stage: Stage) -> None:
    everybody = stage.ctx()
    assert city_profile(everybody) is None

    # the administrator installs it; the directory knows the telephone, the vision is filled in
    plan = stage.install(
        "city-profile", vision_th="เมืองน่าอยู่", vision_en="A liveable city", population="12,345", area_km2=5
    )
    assert [(entry.action, entry.name) for entry in plan.entries] == [("created", "organisation-profile/profile")]

    # the public sees it; what nobody filled in is not there
    shown = city_profile(everybody)
    assert shown is not None
    assert shown["vision"] == {"th": "เมืองน่าอยู่", "en": "A liveable city"}
    assert (shown["population"], shown["density"], shown["project"]) == (12345, 2469.0, None)
    (line,) = [row for row in profile_summaries() if row.slug == everybody.tenant.slug]
    assert (line.population, line.domains) == (12345, ())

    # a year later the city writes its own record, with its outstanding project
    changed = stage.define(OWN)
    assert "project" in [change.path for change in changed.entries[0].changes]
    shown = city_profile(everybody)
    assert shown is not None and shown["project"]["title_en"] == "Online complaints"
    (line,) = [row for row in profile_summaries() if row.slug == everybody.tenant.slug]
    assert line.domains == ("GOV", "LIV") and line.project is not None

    # it withdraws its page, and comes back with what it had filled in
    stage.remove("city-profile")
    assert city_profile(everybody) is None
    stage.install("city-profile")
    shown = city_profile(everybody)
    assert shown is not None and shown["population"] == 12345
