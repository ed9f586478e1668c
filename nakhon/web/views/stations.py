"""The public pages of stations: the list with its map, one station with what its values mean, and its readings as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from nakhon.citydata.registers.queries import get_record
from nakhon.citydata.sensors import queries
from nakhon.citydata.sensors.types import KindRow, StreamRow, ThingDetail
from nakhon.kernel.errors import NakhonError
from nakhon.knowledge.air import POLLUTANTS
from nakhon.knowledge.air_levels import LEVELS
from nakhon.knowledge.text import Text
from nakhon.knowledge.water import PARAMETERS
from nakhon.web import trend
from nakhon.web.city_places import public_places
from nakhon.web.console import ctx_of, here, there, with_query
from nakhon.web.map_layers import ground_tiles
from nakhon.web.standing import AIR, HEAT, RIVER, WATER, Standing, air_level, gauge, in_order, standings, symbol

PAGE = 60
KIND_ICONS = {AIR: "wind", WATER: "droplets", RIVER: "waves", HEAT: "thermometer"}


def kind_choices(request: HttpRequest, kinds: Sequence[KindRow], chosen: str) -> list[dict[str, Any]]:
    """The kinds of stations as links, those that a page explains first, each with how many there are."""
    ordered = sorted(kinds, key=lambda kind: (kind.compute == "none", kind.name.th))
    return [
        {
            "key": kind.key,
            "label": kind.name,
            "icon": KIND_ICONS.get(kind.compute, "gauge"),
            "count": kind.things,
            "silent": kind.silent,
            "active": kind.key == chosen,
            "href": with_query(request, kind=kind.key, after=None),
        }
        for kind in ordered
        if kind.things
    ]


def pin(request: HttpRequest, one: Standing) -> dict[str, Any]:
    """A station as a map draws it: where, in which tone, with which words."""
    level = one.level.name if one.level is not None and one.fresh else None
    return {
        "number": one.thing.number,
        "lon": one.thing.lon,
        "lat": one.thing.lat,
        "name": one.thing.name,
        "tone": one.tone,
        "value": one.figure.shown if one.figure and one.fresh else "–",
        "unit": one.figure.unit if one.figure else "",
        "level": level,
        "href": here(request, "station", number=one.thing.number),
    }


def station_map(request: HttpRequest, stations: Sequence[Standing]) -> dict[str, Any]:
    """What ``stations-map.js`` draws: the pins, in the reader's language, and where to look when there are none."""
    language = ctx_of(request).language
    pins = [pin(request, one) for one in stations if one.thing.lon is not None]
    said = [{k: v.in_(language) if isinstance(v, Text) else v for k, v in one.items()} for one in pins]
    place = request.city.location  # type: ignore[attr-defined]
    return {
        "pins": said,
        "center": [place.x, place.y] if place else None,
        "language": language,
        "ground": ground_tiles(request) if pins else {},
    }


@require_GET
def stations(request: HttpRequest) -> HttpResponse:
    """Stations of one kind: each with its value of now, what that means and how long ago; the same on a map."""
    ctx = ctx_of(request)
    kinds = queries.sensor_kinds(ctx)
    shown = [kind for kind in kinds if kind.things]
    chosen = _kind(shown, request.GET.get("kind", ""))
    text = request.GET.get("q", "").strip()[:80]
    after = request.GET.get("after", "")
    found = queries.things(
        ctx, kind=chosen.key if chosen else "", text=text, after=int(after) if after.isdecimal() else 0, limit=PAGE + 1
    )
    more, rows = len(found) > PAGE, found[:PAGE]
    stand = standings(ctx, rows, {kind.key: kind for kind in kinds})
    return render(
        request,
        "stations/list.html",
        {
            "kinds": kind_choices(request, shown, chosen.key if chosen else ""),
            "kind": chosen,
            "kind_icon": KIND_ICONS.get(chosen.compute, "gauge") if chosen else "gauge",
            "stations": stand,
            "map": station_map(request, stand),
            "query": text,
            "scale": scale_of(chosen.compute if chosen else ""),
            "next": with_query(request, after=rows[-1].number) if more else "",
            "previous": with_query(request, after=None) if after else "",
            "basemap": settings.NAKHON_BASEMAP_STYLE,
            "nav": public_places(request, kinds),
        },
    )


def _kind(kinds: Sequence[KindRow], wanted: str) -> KindRow | None:
    named = next((kind for kind in kinds if kind.key == wanted), None)
    explained = sorted((kind for kind in kinds if kind.compute != "none"), key=lambda kind: kind.name.th)
    return named or next(iter([*explained, *kinds]), None)


def scale_of(compute: str) -> list[dict[str, Any]]:
    """The levels of a scale in order, for the legend: tone, name, range."""
    if compute == AIR:
        starts = [0, *((level.highest or 0) + 1 for level in LEVELS[:-1])]
        return [
            {
                "tone": f"air-{level.rank}",
                "code": level.code,
                "name": level.name,
                "range": f"{start}–{level.highest}" if level.highest is not None else f"{start}+",
            }
            for level, start in zip(LEVELS, starts, strict=True)
        ]
    return []


@require_GET
def station(request: HttpRequest, number: int) -> HttpResponse:
    """One station: now, what it means, how it went, how it is measured and by whom."""
    ctx = ctx_of(request)
    detail = queries.thing(ctx, number=number)
    kinds = {kind.key: kind for kind in queries.sensor_kinds(ctx)}
    stand = standings(ctx, [detail.row], kinds, {number: detail.properties})[0]
    streams = in_order(detail.row.streams)
    stream = _stream(request, streams, stand)
    span = trend.SPANS.get(request.GET.get("span", ""), trend.SPANS["24h"])
    page: dict[str, Any] = {
        "station": stand,
        "detail": detail,
        "streams": stream_choices(request, streams, stream),
        "stream": stream,
        "facts": facts_of(request, detail),
        "record_href": _record(request, detail),
        "map": station_map(request, [stand]),
        "scale": scale_of(detail.compute),
        "means": means_of(stand),
        "notes": notes_of(detail.compute),
        "nav": public_places(request, list(kinds.values())),
        "air_rows": air_rows(stand),
        "basemap": settings.NAKHON_BASEMAP_STYLE,
    }
    if stream is not None:
        page |= trend_of(request, stream, span, detail)
    if detail.row.lon is not None and detail.row.lat is not None:
        page["near"] = near_of(request, detail, kinds)
    return render(request, "stations/station.html", page)


def air_rows(stand: Standing) -> list[dict[str, Any]]:
    """Each pollutant's mean, how many hours it rests on, and its own index."""
    return [
        {
            "name": POLLUTANTS[one.pollutant],
            "mean": f"{one.index.concentration} {symbol(one.unit)}" if one.index else "–",
            "valid": one.window.valid,
            "hours": one.window.hours,
            "index": one.index.text if one.index else "",
        }
        for one in (stand.air.means if stand.air else ())
    ]


def near_of(request: HttpRequest, detail: ThingDetail, kinds: dict[str, KindRow]) -> list[Standing]:
    """Up to four stations of the same kind within 20 km, nearest first."""
    row = detail.row
    rows = queries.nearby(ctx_of(request), lon=row.lon or 0.0, lat=row.lat or 0.0, metres=20_000, limit=12)
    near = [one for one in rows if one.kind == row.kind and one.number != row.number][:4]
    return standings(ctx_of(request), near, kinds)


def trend_of(request: HttpRequest, stream: StreamRow, span: trend.Span, detail: ThingDetail) -> dict[str, Any]:
    """The chart, the table and the figures of a stream over a span."""
    ctx = ctx_of(request)
    since, until = trend.bounds(span, ctx.now)
    found = queries.series(ctx, datastream=stream.number, since=since, until=until, grain=span.grain)
    stats = queries.stream_stats(ctx, datastream=stream.number, since=since, until=until)
    lines = trend.lines_for(stream, ctx.now, detail.properties)
    file = f"{here(request, 'station_file', number=detail.row.number)}?stream={stream.number}&span={span.code}"
    return {
        "span": span,
        "spans": [
            {"href": with_query(request, span=one.code) + "#trend", "label": one.name, "active": one is span}
            for one in trend.SPANS.values()
        ],
        "chart": trend.chart_of(found, span, lines, ctx.language, ctx.now),
        "each": trend.each(stream, span),
        "rows": trend.rows_of(found, span),
        "lines": lines,
        "stats": {
            "mean": trend.amount(stats.mean, stream),
            "least": trend.amount(stats.min, stream),
            "greatest": trend.amount(stats.max, stream),
            "share": round(stats.share * 100) if stats.share is not None else None,
            "count": stats.count,
        },
        "unit": symbol(stream.unit),
        "file": file,
        "raw_file": f"{file}&raw=1",
    }


def stream_choices(
    request: HttpRequest, streams: Sequence[StreamRow], chosen: StreamRow | None
) -> list[dict[str, Any]]:
    return [
        {"href": with_query(request, stream=one.number) + "#trend", "label": one.name, "active": one is chosen}
        for one in streams
    ]


def _stream(request: HttpRequest, streams: Sequence[StreamRow], stand: Standing) -> StreamRow | None:
    """The stream that the reader asked for, or the one that says most about the station."""
    wanted = request.GET.get("stream", "")
    named = next((one for one in streams if str(one.number) == wanted), None)
    if named is not None:
        return named
    chief = {AIR: "pm25", WATER: "do"}.get(stand.compute, "")
    level = gauge(streams) if stand.compute == RIVER else None
    return level or next((one for one in streams if one.observed == chief), None) or next(iter(streams), None)


def means_of(stand: Standing) -> dict[str, Any] | None:
    """What the value means for people: for the public, and where the rule tells it, for those at risk."""
    if stand.level is None or not stand.fresh:
        return None
    found: dict[str, Any] = {"level": stand.level}
    if stand.air is not None and stand.air.quality is not None:
        found["main"] = stand.air.quality.main_name
        found["estimate_level"] = air_level(stand.air.estimate_index.level) if stand.air.estimate_index else None
    if stand.surface is not None:
        found["class"] = stand.surface.name
        found["deciding"] = [PARAMETERS[code][0] for code in stand.surface.deciding]
        found["missing"] = [PARAMETERS[code][0] for code in stand.surface.missing]
    return found


_NOTES: dict[str, list[Text]] = {
    AIR: [
        Text(
            "AQI คำนวณตามประกาศกรมควบคุมมลพิษ พ.ศ. 2566 จากค่าเฉลี่ยย้อนหลัง: ฝุ่น 24 ชั่วโมง, O₃ และ CO 8 ชั่วโมง, NO₂ และ SO₂ 1 ชั่วโมง "
            "ใช้ค่าที่สูงที่สุดของสารมลพิษทุกชนิดที่สถานีวัด",
            "The AQI follows the Pollution Control Department's notice of B.E. 2566, from running means: 24 hours for particles, "
            "8 for O₃ and CO, 1 for NO₂ and SO₂. The highest of the pollutants that the station measures counts.",
        ),
        Text(
            "ต้องมีข้อมูลอย่างน้อย 75% ของชั่วโมง (18 จาก 24) หากน้อยกว่านั้นจะไม่แสดง AQI",
            "At least 75% of the hours must have been measured (18 of 24); with fewer, no AQI is shown.",
        ),
    ],
    WATER: [
        Text(
            "ประเภทแหล่งน้ำตามประกาศคณะกรรมการสิ่งแวดล้อมแห่งชาติ ฉบับที่ 8 (พ.ศ. 2537) ประเมินจากค่าที่สถานีนี้วัดเท่านั้น "
            "จึงเป็นการประเมินเบื้องต้น ไม่ใช่การจัดประเภทอย่างเป็นทางการ",
            "Class of surface water by National Environment Board notice 8 (B.E. 2537), judged only by what this station measures: "
            "an indication, not the official class of the water body.",
        )
    ],
    RIVER: [
        Text(
            "เทียบระดับน้ำกับท้องน้ำและตลิ่ง ตามเกณฑ์ของคลังข้อมูลน้ำแห่งชาติ หากสถานีกำหนดระดับเตือนภัยไว้จะใช้ระดับนั้น",
            "The level is compared with bed and bank on the scale of the National Hydroinformatics Data Center; "
            "the station's own warning levels take precedence where it has them.",
        )
    ],
    HEAT: [
        Text(
            "ดัชนีความร้อนคำนวณจากอุณหภูมิและความชื้นในร่ม กลางแดดอาจรู้สึกร้อนกว่านี้ได้ถึง 8 °C ระดับตามเกณฑ์กรมอนามัย",
            "The heat index comes from temperature and humidity in the shade; in full sun it may feel up to 8 °C hotter. "
            "Levels follow the Department of Health.",
        )
    ],
}


def notes_of(compute: str) -> list[Text]:
    """How the level is found, in plain words."""
    return _NOTES.get(compute, [])


def told(value: Any) -> Text | str | None:
    """A property of a thing as words: ``{th, en}`` in both languages, plain text as it is, anything else not at all."""
    if isinstance(value, dict) and value.get("th"):
        return Text(str(value["th"]), str(value.get("en") or value["th"]))
    return str(value) if isinstance(value, str) and value.strip() else None


_FACTS: list[tuple[str, Text]] = [
    ("owner", Text("เจ้าของสถานี", "Owner")),
    ("sensor", Text("เครื่องวัด", "Instrument")),
    ("source", Text("ที่มาของข้อมูล", "Source of the data")),
    ("licence", Text("สัญญาอนุญาต", "Licence")),
    ("note", Text("หมายเหตุ", "Note")),
]


def facts_of(request: HttpRequest, detail: ThingDetail) -> list[tuple[Text, Any]]:
    """Who owns the station, what measures, whose data it is; the city where nothing is told of an owner."""
    city = request.city  # type: ignore[attr-defined]
    facts: list[tuple[Text, Any]] = []
    for name, label in _FACTS:
        said = told(detail.properties.get(name)) or told(detail.metadata.get(name))
        if said is None and name == "owner":
            said = city.name
        if said is not None:
            facts.append((label, said))
    return facts


def _record(request: HttpRequest, detail: ThingDetail) -> str:
    """The public page of the asset that the station is, if the reader may see it."""
    row = detail.row
    if not row.register or row.record is None:
        return ""
    try:
        card = get_record(ctx_of(request), register=row.register, record_id=row.record)
    except NakhonError:
        return ""
    return there(request, "public_record", register=row.register, key=card.key)


@require_GET
def station_file(request: HttpRequest, number: int) -> HttpResponseBase:
    """A stream of the station over a span as CSV: its buckets, or with ``raw`` its single readings."""
    ctx = ctx_of(request)
    detail = queries.thing(ctx, number=number)
    streams = [*in_order(detail.row.streams), *(one for one in detail.row.streams if one.role)]
    wanted = request.GET.get("stream", "")
    stream = next((one for one in streams if str(one.number) == wanted), None) or next(iter(streams), None)
    span = trend.SPANS.get(request.GET.get("span", ""), trend.SPANS["24h"])
    if stream is None:
        return HttpResponse("", content_type="text/csv; charset=utf-8")
    raw = bool(request.GET.get("raw"))
    since, until = trend.bounds(span, ctx.now)
    found = queries.series(
        ctx, datastream=stream.number, since=since, until=until, grain="raw" if raw else span.grain, limit=50_000
    )
    body = trend.raw_file_of(found) if raw else trend.file_of(found)
    answer = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    name = f"{ctx.tenant.slug}-station-{number}-{stream.code}-{span.code}{'-raw' if raw else ''}.csv"
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


public_urls: list[URLPattern] = [
    path("stations/", stations, name="stations"),
    path("stations/<int:number>/", station, name="station"),
    path("stations/<int:number>/data.csv", station_file, name="station_file"),
]
