"""The control room: one wall of alerts, stations, latest values and cameras that keeps itself up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from nakhon.citydata.sensors import queries as sensors
from nakhon.citydata.sensors.queries.many import buckets_of_many
from nakhon.citydata.sensors.types import KindRow, StreamRow, ThingRow
from nakhon.citydata.watches import queries as watches
from nakhon.citydata.watches.permissions import ALERT_READ
from nakhon.citydata.watches.types import AlertRow
from nakhon.kernel.context import Context
from nakhon.knowledge.digits import format_number
from nakhon.knowledge.text import Text
from nakhon.web.alert_words import SEVERITIES, STATES, by_need
from nakhon.web.console import ctx_of, here, there
from nakhon.web.standing import AIR, RIVER, WATER, Standing, gauge, in_order, standings, symbol
from nakhon.web.standing import shown as amount
from nakhon.web.views.stations import KIND_ICONS, pin
from nakhon.web.watch_words import lasted

MOST_ALERTS, MOST_TILES, MOST_CAMERAS = 30, 12, 40
MOST_STATIONS, MOST_DOTS = 120, 300
"""A wall stays open for days: what it may hold is bounded here, and its script keeps to it."""
CAMERAS = frozenset({"camera", "cctv"})
HISTORY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Tile:
    """A station with the value that is followed: ``stream`` renews itself, ``points`` are its last day by the hour."""

    station: Standing
    icon: str
    stream: StreamRow | None
    shown: str
    unit: str
    points: list[list[float]]

    @property
    def decimals(self) -> int:
        return self.stream.decimals if self.stream is not None and self.stream.decimals is not None else 1


@require_GET
def control_room(request: HttpRequest) -> HttpResponse:
    """The wall, complete without a script; with one it renews itself."""
    page = _board(request) | {
        "basemap": settings.NAKHON_BASEMAP_STYLE,
        "board_href": here(request, "control_room_board"),
    }
    return render(request, "console/control_room/wall.html", page)


@require_GET
def control_room_board(request: HttpRequest) -> HttpResponse:
    """The parts of the wall that change, for its script."""
    answer = render(request, "console/control_room/_board.html", _board(request))
    answer["Cache-Control"] = "no-store"
    return answer


def _board(request: HttpRequest) -> dict[str, Any]:
    ctx = ctx_of(request)
    ctx.require(ALERT_READ)
    alerts = by_need(list(watches.alert_list(ctx, state="LIVE", limit=200).rows))
    counts = watches.alert_counts(ctx)
    kinds = [kind for kind in sensors.sensor_kinds(ctx) if kind.things and kind.active]
    cameras = [kind for kind in kinds if _is_camera(kind)]
    stands = _stations(ctx, [kind for kind in kinds if not _is_camera(kind)])
    tiles = _tiles(ctx, stands)
    told = {one.station.thing.kind for one in tiles}
    counted = [kind for kind in kinds if kind.key not in told or kind.things > MOST_TILES]
    silent = _silent(ctx, kinds)
    dead = [one for one in silent if one.kind in {kind.key for kind in cameras}]
    return {
        "alerts": [alert_line(request, one) for one in alerts[:MOST_ALERTS]],
        "alerts_left": max(0, counts.open + counts.acknowledged - min(len(alerts), MOST_ALERTS)),
        "counts": counts,
        "severities": [
            {"code": code, "name": name, "icon": icon, "count": counts.by_severity[code]}
            for code, (name, _, icon) in SEVERITIES.items()
        ],
        "tiles": tiles,
        "kinds": sorted(counted, key=lambda kind: -kind.things)[: MOST_TILES - len(tiles)],
        "stations": sum(kind.things for kind in kinds),
        "stations_silent": sum(kind.silent for kind in kinds),
        "cameras": sum(kind.things for kind in cameras),
        "cameras_dead": sum(kind.silent for kind in cameras),
        "dead": dead[:MOST_CAMERAS],
        "dead_left": max(0, sum(kind.silent for kind in cameras) - min(len(dead), MOST_CAMERAS)),
        "map": wall_map(request, stands, silent, alerts[:MOST_ALERTS]),
        "now": ctx.now,
    }


def _is_camera(kind: KindRow) -> bool:
    return kind.key in CAMERAS or (kind.body.get("things") or {}).get("register") in CAMERAS


def _stations(ctx: Context, kinds: Sequence[KindRow]) -> list[Standing]:
    """Stations whose values a page explains, and those of kinds with few things; thousands of lamps are told by their count."""
    shown = [kind for kind in kinds if kind.compute != "none" or kind.things <= MOST_TILES]
    rows = [row for kind in shown for row in sensors.things(ctx, kind=kind.key, limit=MOST_STATIONS)]
    return standings(ctx, rows[:MOST_STATIONS], {kind.key: kind for kind in kinds})


def _silent(ctx: Context, kinds: Sequence[KindRow]) -> list[ThingRow]:
    """Things that say nothing, those silent longest first; only kinds that have such are asked for."""
    rows = [
        row for kind in kinds if kind.silent for row in sensors.things(ctx, kind=kind.key, silent=True, limit=MOST_DOTS)
    ]
    return sorted(rows, key=lambda row: row.silent_since or ctx.now)[:MOST_DOTS]


def _tiles(ctx: Context, stands: Sequence[Standing]) -> list[Tile]:
    """The stations that matter most now: the worst level first, then those that are fresh."""
    order = sorted(stands, key=lambda one: (not one.fresh, -(one.level.rank if one.level else -1), one.thing.number))
    chosen = [(one, chief(one)) for one in order[:MOST_TILES]]
    wanted = [stream.id for _, stream in chosen if stream is not None]
    since, until = ctx.now - HISTORY, ctx.now + timedelta(hours=1)
    past = buckets_of_many(ctx, streams=wanted, since=since, until=until, grain="1h") if wanted else {}
    return [
        Tile(
            one, KIND_ICONS.get(one.compute, "gauge"), stream,
            amount(stream, stream.result, stream.value) if stream else "–", symbol(stream.unit) if stream else "",
            [[int(at.time.timestamp() * 1000), round(at.result, 4)] for at in past.get(stream.id, []) if at.result is not None]
            if stream else [],
        )
        for one, stream in chosen
    ]  # fmt: skip


def chief(stand: Standing) -> StreamRow | None:
    """The stream of a station that says most about it."""
    streams = in_order(stand.thing.streams)
    wanted = {AIR: "pm25", WATER: "do"}.get(stand.compute, "")
    level = gauge(streams) if stand.compute == RIVER else None
    return level or next((one for one in streams if one.observed == wanted), None) or next(iter(streams), None)


def alert_line(request: HttpRequest, row: AlertRow) -> dict[str, Any]:
    """An alert with its words, colour and address. The value of a silence is how long it has been."""
    name, kind, icon = SEVERITIES[row.severity]
    state, state_kind, state_icon = STATES[row.state]
    value: Text | str = ""
    if row.value is not None and row.values.get("measure") == "silence":
        value = lasted(row.value)
    elif row.value is not None:
        value = f"{format_number(Decimal(repr(row.value)), decimals=1)} {symbol(row.unit_of_value)}".strip()
    return {
        "row": row, "severity": name, "kind": kind, "icon": icon, "state": state, "state_kind": state_kind,
        "state_icon": state_icon, "href": there(request, "alert", number=row.number), "value": value,
    }  # fmt: skip


def wall_map(
    request: HttpRequest, stands: Sequence[Standing], silent: Sequence[ThingRow], alerts: Sequence[AlertRow]
) -> dict[str, Any]:
    """What ``wall-map.js`` draws: values, silent things, alerts; in the reader's language."""
    language = ctx_of(request).language
    place = request.city.location  # type: ignore[attr-defined]

    def plain(one: dict[str, Any]) -> dict[str, Any]:
        return {key: value.in_(language) if isinstance(value, Text) else value for key, value in one.items()}

    return {
        "pins": [plain(pin(request, one)) for one in stands if one.thing.lon is not None],
        "silent": [[one.lon, one.lat] for one in silent if one.lon is not None],
        "alerts": [
            {
                "number": one.number, "lon": one.place[0], "lat": one.place[1], "severity": one.severity,
                "open": one.state == "OPEN", "href": there(request, "alert", number=one.number),
                "label": f"{SEVERITIES[one.severity][0].in_(language)}: {one.text.in_(language)} · {one.thing.in_(language)}",
            }
            for one in alerts if one.place
        ],
        "center": [place.x, place.y] if place else None,
        "language": language,
    }  # fmt: skip


staff_urls: list[URLPattern] = [
    path("control-room/", control_room, name="control_room"),
    path("control-room/board/", control_room_board, name="control_room_board"),
]
