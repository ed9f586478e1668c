"""The city's map for everybody: its layers, stations and alerts, a search, a card for what was touched, and the same as lists."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.http import require_GET, require_safe

from nakhon.citydata.registers import queries as registers
from nakhon.citydata.registers.types import PropertyCard, RecordCard, RecordRow, RegisterCard
from nakhon.citydata.sensors import queries as sensors
from nakhon.citydata.sensors.types import KindRow
from nakhon.citydata.watches.queries.public import alerts_in_force
from nakhon.kernel.context import ActorKind
from nakhon.knowledge.digits import arabic_digits
from nakhon.web.city_places import public_places
from nakhon.web.console import ctx_of, here, there, with_query
from nakhon.web.map_layers import attribution, bounds_of, ground_of, grouped, layer_config, shown_at_first, tiles_of
from nakhon.web.property_words import said, title_of
from nakhon.web.standing import standings
from nakhon.web.views.stations import air_rows, kind_choices, means_of, pin

TILE_SECONDS = 300
PINS, FOUND_EACH, LIST = 1000, 5, 50


@require_GET
def citymap(request: HttpRequest) -> HttpResponse:
    """The map itself, with the list of its layers; without scripts the list leads to every layer as a page."""
    ctx = ctx_of(request)
    layers = registers.map_layers(ctx)
    kinds = [kind for kind in sensors.sensor_kinds(ctx) if kind.things and pinned(kind)]
    ground, place = ground_of(layers), request.city.location  # type: ignore[attr-defined]
    shown = shown_at_first(layers, ground)
    config = {
        "layers": [
            layer_config(request, layer, shown=layer.register in shown, ground=ground)
            for layer in layers
            if layer.count
        ],
        "bounds": bounds_of(ctx, layers, ground),
        "center": [place.x, place.y] if place else None,
        "pins": here(request, "map_pins") if kinds else "",
        "card": here(request, "map_record", register="_", key="_").removesuffix("_/_/"),
        "station": here(request, "map_station", number=0).removesuffix("0/"),
        "find": here(request, "map_find"),
        "language": ctx.language,
        "city": here(request, "home"),
    }
    page = {
        "nav": public_places(request, kinds),
        "groups": grouped(request, [layer for layer in layers if layer.count], shown),
        "kinds": kind_choices(request, kinds, ""),
        "layers": layers,
        "config": config,
        "basemap": settings.NAKHON_BASEMAP_STYLE,
    }
    return render(request, "citymap/map.html", page)


def pinned(kind: KindRow) -> bool:
    """Stations stand on the map by themselves; things that are the assets of a register are on it as that register."""
    return kind.compute != "none" or not (kind.body.get("things") or {}).get("register")


@require_safe
def tile(request: HttpRequest, register: str, z: int, x: int, y: int) -> HttpResponse:
    """A vector tile with an ETag; open data may be kept for five minutes by anybody, anything else by nobody."""
    ctx = ctx_of(request)
    body = registers.tile(ctx, register=register, z=z, x=x, y=y)
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        answer = HttpResponse(status=304)
    elif not body:
        answer = HttpResponse(status=204)
    else:
        packed = len(body) > 800 and "gzip" in request.headers.get("Accept-Encoding", "")
        answer = HttpResponse(
            gzip.compress(body, 5, mtime=0) if packed else body, content_type="application/vnd.mapbox-vector-tile"
        )
        if packed:
            answer["Content-Encoding"] = "gzip"
    answer["ETag"] = tag
    # What staff see may be more than what the public sees: it stays out of shared caches.
    public = ctx.actor.kind is ActorKind.PUBLIC
    answer["Cache-Control"] = f"public, max-age={TILE_SECONDS}" if public else "private, no-store"
    patch_vary_headers(answer, ("Accept-Encoding", "Cookie"))
    return answer


@require_GET
def pins(request: HttpRequest) -> JsonResponse:
    """Stations with their values of now and the alerts in force, for the map to draw anew."""
    ctx = ctx_of(request)
    kinds = sensors.sensor_kinds(ctx)
    wanted = [kind for kind in kinds if kind.things and pinned(kind)]
    rows = [row for kind in wanted for row in sensors.things(ctx, kind=kind.key, limit=PINS)][:PINS]
    stand = standings(ctx, rows, {kind.key: kind for kind in kinds})
    alerts = alerts_in_force(ctx)
    alarmed = {one.thing_number: one.severity for one in reversed(alerts)}
    found = [
        pin(request, one) | {"kind": one.thing.kind, "alert": alarmed.get(one.thing.number, "")}
        for one in stand
        if one.thing.lon is not None
    ]
    answer = JsonResponse(
        {
            "pins": [_in_language(one, ctx.language) for one in found],
            "alerts": [
                {
                    "number": one.number, "severity": one.severity, "text": one.text.in_(ctx.language),
                    "thing": one.thing.in_(ctx.language), "station": one.thing_number, "place": one.place,
                }
                for one in alerts
            ],
        }
    )  # fmt: skip
    answer["Cache-Control"] = "no-store"
    return answer


def _in_language(one: dict[str, Any], language: str) -> dict[str, Any]:
    return {key: value.in_(language) if hasattr(value, "in_") else value for key, value in one.items()}


@require_GET
def map_station(request: HttpRequest, number: int) -> HttpResponse:
    """The card of a station that was touched on the map."""
    ctx = ctx_of(request)
    detail = sensors.thing(ctx, number=number)
    kinds = {kind.key: kind for kind in sensors.sensor_kinds(ctx)}
    stand = standings(ctx, [detail.row], kinds, {number: detail.properties})[0]
    alerts = alerts_in_force(ctx, thing=number)
    page = {"station": stand, "means": means_of(stand), "air_rows": air_rows(stand), "alerts": alerts}
    return render(request, "citymap/station_card.html", page)


def _record(request: HttpRequest, register: str, key: str) -> tuple[RecordCard, RegisterCard, dict[str, Any]]:
    ctx = ctx_of(request)
    card = registers.get_record(ctx, register=register, key=key)
    own = registers.register_named(ctx, key=register)
    page = {
        "record": card,
        "title": title_of(card.title, own.title_property, card.data, ctx.language),
        "register": own,
        "properties": said(own.properties, card.data),
        "href": here(request, "public_record", register=register, key=key),
        "list_href": here(request, "map_list", register=register),
        "map_href": f"{here(request, 'citymap')}?feature={register}:{key}",
    }
    return card, own, page


@require_GET
def map_record(request: HttpRequest, register: str, key: str) -> HttpResponse:
    """The card of a record that was touched on the map."""
    _, _, page = _record(request, register, key)
    return render(request, "citymap/record_card.html", page)


@require_GET
def public_record(request: HttpRequest, register: str, key: str) -> HttpResponse:
    """A record's own page: its properties, its place, whose data it is, and where it can be downloaded."""
    ctx = ctx_of(request)
    card, _own, page = _record(request, register, key)
    language = ctx.language
    page |= {
        "nav": public_places(request, sensors.sensor_kinds(ctx)),
        "things": sensors.things(ctx, register=register, record=card.id, limit=5),
        "dataset_href": there(request, "dataset", key=register),
        "staff": ctx.actor.kind is ActorKind.STAFF,
        "basemap": settings.NAKHON_BASEMAP_STYLE,
    }
    if card.geometry is not None:
        layer = registers.map_layer(ctx, register=register)
        page["attribution"] = attribution(layer)
        page["map"] = {
            "feature": card.geometry,
            "color": layer.color,
            "name": card.title,
            "language": language,
            "roads": "",
            "tiles": tiles_of(request, register),
            "key": register,
        }
    return render(request, "citymap/record.html", page)


@require_GET
def map_find(request: HttpRequest) -> HttpResponse:
    """What the words of ``q`` find: stations by name, records of every layer by their words, a few of each."""
    ctx = ctx_of(request)
    text = arabic_digits(request.GET.get("q", "")).strip()[:80]
    groups: list[dict[str, Any]] = []
    if len(text) >= 2:
        stations = [one for one in sensors.things(ctx, text=text, limit=FOUND_EACH) if one.lon is not None]
        for layer in registers.map_layers(ctx):
            # Looking into a guarded register is an act that is recorded: nobody does it by typing into a public map.
            if not layer.count or layer.sensitivity != "open":
                continue
            rows = registers.find_records(ctx, register=layer.register, text=text, limit=FOUND_EACH).rows
            if rows:
                groups.append({"layer": layer, "rows": [_found(row, ctx.language) for row in rows]})
        return render(request, "citymap/found.html", {"query": text, "groups": groups, "stations": stations})
    return render(request, "citymap/found.html", {"query": text, "groups": [], "stations": []})


def _found(row: RecordRow, language: str) -> dict[str, Any]:
    """A record among what was found, by the name that a reader of this language knows."""
    english = row.data.get("name_en") if language == "en" else None
    return {"key": row.key, "title": str(english or row.title), "point": row.point}


@require_GET
def map_list(request: HttpRequest, register: str) -> HttpResponse:
    """A layer as a list: the same records as on the map, page by page, with a search; works without a map."""
    ctx = ctx_of(request)
    own = registers.register_named(ctx, key=register)
    text = request.GET.get("q", "").strip()[:80]
    bbox = _box(request.GET.get("box", ""))
    page = registers.find_records(
        ctx, register=register, text=text, bbox=bbox, after=request.GET.get("after", ""), sort=own.sort, limit=LIST
    )
    columns = [card for name in own.columns if (card := own.property(name)) is not None and not card.protected]
    title = own.title_property or own.key_property
    shown = [card for card in columns if card.name != title]
    context = {
        "nav": public_places(request, sensors.sensor_kinds(ctx)),
        "register": own,
        "columns": shown,
        "rows": [_list_row(request, own, shown, row) for row in page.rows],
        "query": text,
        "next": with_query(request, after=page.after) if page.after else "",
        "previous": with_query(request, after=None) if "after" in request.GET else "",
        "map_href": here(request, "citymap"),
    }
    return render(request, "citymap/list.html", context)


def _list_row(
    request: HttpRequest, own: RegisterCard, columns: Sequence[PropertyCard], row: RecordRow
) -> dict[str, Any]:
    language = ctx_of(request).language
    words = {one.name: one for one in said(columns, row.data)}
    return {
        "key": row.key,
        "title": title_of(row.title, own.title_property, row.data, language),
        "point": row.point,
        "href": here(request, "public_record", register=own.key, key=row.key),
        "values": [(card, words.get(card.name)) for card in columns],
    }


def _box(written: str) -> tuple[float, float, float, float] | None:
    try:
        west, south, east, north = (float(part) for part in written.split(","))
    except ValueError:
        return None
    return (west, south, east, north) if -180 <= west < east <= 180 and -90 <= south < north <= 90 else None


public_urls: list[URLPattern] = [
    path("map/", citymap, name="citymap"),
    path("map/tiles/<slug:register>/<int:z>/<int:x>/<int:y>.mvt", tile, name="map_tile"),
    path("map/stations.json", pins, name="map_pins"),
    path("map/find/", map_find, name="map_find"),
    path("map/station/<int:number>/", map_station, name="map_station"),
    path("map/record/<slug:register>/<str:key>/", map_record, name="map_record"),
    path("map/list/<slug:register>/", map_list, name="map_list"),
    path("data/<slug:register>/<str:key>/", public_record, name="public_record"),
]
