"""The city's air and water for everybody: how it is now, what to do, how the day and the year went, and how it is computed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median_low
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from nakhon.citydata.sensors import queries
from nakhon.citydata.sensors.queries.many import buckets_of_many
from nakhon.citydata.sensors.types import KindRow, StreamRow
from nakhon.citydata.watches.queries.public import AlertInForce, alerts_in_force
from nakhon.knowledge.air import aqi_table
from nakhon.knowledge.air_levels import LEVELS
from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.legal import packaged_rows, select
from nakhon.knowledge.text import Text
from nakhon.knowledge.water import SURFACE_CLASSES
from nakhon.web.air_days import DAYS, WEEKDAYS, by_month, counts_of, months_of, weeks_of, worst_days
from nakhon.web.air_index import hourly_of, index_of_hours, this_hour
from nakhon.web.city_places import public_places
from nakhon.web.console import ctx_of, here, with_query
from nakhon.web.standing import AIR, RIVER, WATER, Standing, standings
from nakhon.web.views.stations import scale_of, station_map

MOST = 300
ALERT_KINDS = {"critical": "danger", "warning": "warning", "watch": "info", "info": "info"}


def _stations(request: HttpRequest, kinds: Sequence[KindRow], *computes: str) -> list[Standing]:
    wanted = [kind for kind in kinds if kind.compute in computes and kind.things]
    rows = [row for kind in wanted for row in queries.things(ctx_of(request), kind=kind.key, limit=MOST)]
    return standings(ctx_of(request), rows, {kind.key: kind for kind in kinds})


def alerts_of(request: HttpRequest, kinds: Sequence[KindRow]) -> list[dict[str, Any]]:
    """The alerts in force at stations of these kinds, with the address of each station."""
    keys = tuple(kind.key for kind in kinds)
    found: list[AlertInForce] = alerts_in_force(ctx_of(request), sensors=keys) if keys else []
    return [
        {"alert": one, "kind": ALERT_KINDS[one.severity], "href": here(request, "station", number=one.thing_number)}
        for one in found
    ]


@require_GET
def air(request: HttpRequest) -> HttpResponse:
    """The city's air: the worst and the median station, advice, today by the hour, the last year by the day."""
    ctx = ctx_of(request)
    kinds = queries.sensor_kinds(ctx)
    own = [kind for kind in kinds if kind.compute == AIR]
    found = _stations(request, kinds, AIR)
    measured = sorted((one for one in found if one.air and one.air.quality and one.fresh), key=_index)
    middle = median_low([_index(one) for one in measured]) if measured else None
    scope = next((one for one in found if str(one.thing.number) == request.GET.get("station", "")), None)
    streams = [
        row
        for one in ([scope] if scope else found)
        for row in one.thing.streams
        if row.observed == "pm25" and row.active
    ]
    today = in_bangkok(ctx.now).date()
    page: dict[str, Any] = {
        "nav": public_places(request, kinds),
        "stations": sorted(found, key=lambda one: (one.level is None, -_index(one))),
        "worst": measured[-1] if measured else None,
        "middle": next((one for one in measured if _index(one) == middle), None),
        "measured": len(measured),
        "scope": scope,
        "scopes": scopes_of(request, found, scope),
        "scale": scale_of(AIR),
        "map": station_map(request, found),
        "basemap": settings.NAKHON_BASEMAP_STYLE,
        "alerts": alerts_of(request, own),
        "rule": select(packaged_rows("air-quality"), "air.aqi", today),
        "bands": bands_of(today),
        "today": today,
    }  # fmt: skip
    if streams:
        page |= {"hours": hours_of(request, streams), **year_of(request, streams)}
    return render(request, "air/air.html", page)


def scopes_of(request: HttpRequest, found: Sequence[Standing], scope: Standing | None) -> list[dict[str, Any]]:
    """Links to the hours and days of all stations together, or of one."""
    whole = Text("ทุกสถานี (แย่ที่สุด)", "All stations (the worst)")
    links = [{"href": with_query(request, station=None) + "#hours", "label": whole, "active": scope is None}]
    return links + [
        {
            "href": with_query(request, station=one.thing.number) + "#hours",
            "label": one.thing.name,
            "active": one is scope,
        }
        for one in found
    ]


def _index(one: Standing) -> int:
    return one.air.quality.value if one.air and one.air.quality else -1


def hours_of(request: HttpRequest, streams: Sequence[StreamRow]) -> list[dict[str, Any]]:
    """Today's hours so far: the highest index of the PM2.5 means of the 24 hours that end with each, and the hour's own PM2.5."""
    ctx = ctx_of(request)
    midnight = in_bangkok(ctx.now).replace(hour=0, minute=0, second=0, microsecond=0)
    end = this_hour(ctx.now)
    hours = [midnight + timedelta(hours=at) for at in range(int((end - midnight) / timedelta(hours=1)) + 1)]
    ids = [one.id for one in streams]
    buckets = buckets_of_many(
        ctx, streams=ids, since=midnight - timedelta(hours=24), until=end + timedelta(hours=1), grain="1h"
    )
    rows = []
    told = []
    for stream in streams:
        values = hourly_of(buckets.get(stream.id, []), "pm25", stream.unit, midnight.date())
        told.append((dict(index_of_hours(values, "pm25", hours)), values))
    for at in hours:
        found = [index for indexes, _ in told if (index := indexes[at]) is not None]
        single = [values[at] for _, values in told if at in values]
        top = max(found, key=lambda index: index.value, default=None)
        rows.append(
            {
                "hour": f"{in_bangkok(at):%H}",
                "index": top,
                "tone": f"air-{top.level.rank}" if top else "none",
                "pm25": max(single, default=None),
            }
        )
    return rows


def year_of(request: HttpRequest, streams: Sequence[StreamRow]) -> dict[str, Any]:
    """The year until yesterday as a calendar, its counts and its table."""
    ctx = ctx_of(request)
    midnight = in_bangkok(ctx.now).replace(hour=0, minute=0, second=0, microsecond=0)
    ids = [one.id for one in streams]
    buckets = buckets_of_many(ctx, streams=ids, since=midnight - timedelta(days=DAYS), until=midnight, grain="1d")
    days = worst_days(streams, buckets, midnight.date() - timedelta(days=1))
    measured = [one for one in days if one.index is not None]
    return {
        "weeks": list(zip(WEEKDAYS, weeks_of(days), strict=True)),
        "months": months_of(days),
        "counts": counts_of(days),
        "by_month": by_month(days),
        "year_days": len(measured),
        "over": sum(1 for one in measured if one.index and one.index.value > 100),
        "worst_day": max(measured, key=lambda one: one.index.value if one.index else -1, default=None),
        "first_day": days[0].day,
        "last_day": days[-1].day,
    }


def bands_of(today: date) -> list[dict[str, Any]]:
    """The bands of PM2.5 of the index in force: concentrations and index side by side."""
    table = aqi_table("pm25", today)
    step = 1 / 10**table.decimals
    rows: list[dict[str, Any]] = []
    low, start = 0.0, 0
    for upper, index in zip(table.upper, table.index, strict=True):
        rows.append({"name": LEVELS[len(rows)].name, "pm25": f"{low:.1f}–{upper}", "index": f"{start}–{index}"})
        low, start = float(upper) + step, index + 1
    rows.append({"name": LEVELS[-1].name, "pm25": f"> {table.upper[-1]}", "index": f"{start}+"})
    return rows


@require_GET
def water(request: HttpRequest) -> HttpResponse:
    """The city's water: how high it stands against the banks, and how clean it is."""
    ctx = ctx_of(request)
    kinds = queries.sensor_kinds(ctx)
    found = _stations(request, kinds, WATER, RIVER)
    grave = sorted(found, key=lambda one: (not one.fresh, -(one.level.rank if one.level else -1)))
    page = {
        "nav": public_places(request, kinds),
        "levels": [one for one in grave if one.compute == RIVER],
        "quality": [one for one in grave if one.compute == WATER],
        "classes": [{"number": number, "name": name, "tone": f"band-{number - 2}"} for number, name in SURFACE_CLASSES.items()],
        "alerts": alerts_of(request, [kind for kind in kinds if kind.compute in (WATER, RIVER)]),
        "map": station_map(request, found),
        "basemap": settings.NAKHON_BASEMAP_STYLE,
    }  # fmt: skip
    return render(request, "air/water.html", page)


public_urls: list[URLPattern] = [path("air/", air, name="air"), path("water/", water, name="water")]
