"""First pages: the country's, a city's, the citizen's and the officer's, and the living style page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from nakhon.knowledge.collation import sort_key
from nakhon.knowledge.text import Text
from nakhon.people.city.queries import ProfileSummary, city_profile, profile_summaries
from nakhon.web.attention import waiting
from nakhon.web.city_places import home_places
from nakhon.web.faces import NOWHERE, face
from nakhon.web.navigation import CONSOLE, PORTAL, links
from nakhon.web.style_guide import context as style_guide
from nakhon.web.templatetags.nakhon_city import short_name


def _card(summary: ProfileSummary) -> dict[str, Any]:
    return {
        "slug": summary.slug,
        "name": summary.name,
        "province": summary.province or NOWHERE,
        "region": summary.region or NOWHERE,
        "population": summary.population,
        "hue": summary.hue,
        "project_title": summary.project,
        "href": reverse("city:home", kwargs={"city": summary.slug}),
    }


def _point(summary: ProfileSummary) -> dict[str, Any]:
    return {
        "id": summary.slug,
        "lon": summary.lon,
        "lat": summary.lat,
        "label": summary.name,
        "href": reverse("city:home", kwargs={"city": summary.slug}),
        "hue": summary.hue,
    }


def country(request: HttpRequest) -> HttpResponse:
    """The platform's front page: every local government on it, as a list and on the map."""
    language = request.LANGUAGE_CODE
    # By the names as shown: a leading "Town municipality of" would hide the order of the alphabet.
    summaries = sorted(profile_summaries(), key=lambda one: sort_key(short_name(one.name, language)))
    people = sum(summary.population or 0 for summary in summaries)
    provinces = {summary.province.th for summary in summaries if summary.province}
    goals = {goal for summary in summaries for goal in summary.sdgs}
    facts = [
        {"label": Text("เมืองบนแพลตฟอร์ม", "Cities on the platform"), "value": len(summaries)},
        {"label": Text("จังหวัด", "Provinces"), "value": len(provinces)},
        {"label": Text("ประชากรรวม (คน)", "People living there"), "value": people},
        {"label": Text("เป้าหมาย SDGs ที่โครงการตอบ", "SDGs that the projects serve"), "value": len(goals)},
    ]
    page = {
        "cities": [_card(summary) for summary in summaries],
        "facts": facts if summaries else [],
        "map_config": {"points": [_point(summary) for summary in summaries if summary.lon is not None]},
    }
    return render(request, "country/home.html", page)


def city(request: HttpRequest) -> HttpResponse:
    """A city's public home, made from its own record."""
    profile = city_profile(request.ctx) or {}  # type: ignore[attr-defined]
    own = face(request.city)  # type: ignore[attr-defined]
    shown = {name: getattr(own, name) for name in ("slug", "name", "kind", "province", "hue", "phones", "website")}
    shown |= {name: value for name, value in profile.items() if value not in (None, "", []) and name != "project"}
    places = home_places(request)
    page = {"city": SimpleNamespace(**shown), "project": profile.get("project"), "services": places, "nav": places}
    return render(request, "city/home.html", page)


def portal(request: HttpRequest) -> HttpResponse:
    """The citizen's first page: what can be done here."""
    ctx = request.ctx  # type: ignore[attr-defined]
    places = [entry for entry in links(PORTAL, ctx, request) if not entry["active"]]
    return render(request, "portal/home.html", {"places": places})


def staff(request: HttpRequest) -> HttpResponse:
    """The officer's first page: where the work is."""
    ctx = request.ctx  # type: ignore[attr-defined]
    places = [entry for entry in links(CONSOLE, ctx, request) if not entry["active"]]
    return render(request, "console/home.html", {"places": places, "waiting": waiting(ctx)})


def accessibility(request: HttpRequest) -> HttpResponse:
    """What this site does so that everybody can use it, and whom to tell where it fails."""
    return render(request, "city/accessibility.html", {})


def style(request: HttpRequest) -> HttpResponse:
    """The living style page: every component in every state."""
    return render(request, "style/index.html", style_guide(request))


country_urls: list[URLPattern] = [
    *([] if settings.NAKHON_CITY else [path("", country, name="country")]),
    path("style/", style, name="style"),
]
public_urls: list[URLPattern] = [
    path("", city, name="home"),
    path("accessibility/", accessibility, name="accessibility"),
]
citizen_urls: list[URLPattern] = [path("", portal, name="portal_home")]
staff_urls: list[URLPattern] = [path("", staff, name="staff_home")]
