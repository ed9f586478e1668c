"""The city's data for everybody: the catalogue with its facets, a dataset with its description, preview and downloads; and for staff
what each description still lacks."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from nakhon.citydata.catalog import queries as catalog
from nakhon.citydata.catalog.errors import DatasetNotFound
from nakhon.citydata.catalog.types import DatasetRow
from nakhon.citydata.registers import queries as registers
from nakhon.citydata.registers.exporting.queries import export_file, export_run
from nakhon.citydata.registers.exporting.services import begin_export
from nakhon.citydata.sensors.queries import sensor_kinds, things
from nakhon.kernel.errors import NakhonError
from nakhon.knowledge.datacatalog import MANDATORY_ITEMS
from nakhon.knowledge.text import Text
from nakhon.web.city_places import public_places
from nakhon.web.console import ctx_of, here, there, whole, with_query
from nakhon.web.map_layers import tiles_of
from nakhon.web.property_words import value_text
from nakhon.web.views.exports import sent, shown

ORIGINS = {
    "register": Text("ทะเบียน", "Register"),
    "sensor": Text("ค่าจากสถานีวัด", "Readings of stations"),
    "dataset": Text("ไฟล์", "Files"),
}
FORMAT_CODES = {
    "CSV": "csv",
    "XLSX": "xlsx",
    "Parquet": "parquet",
    "GeoJSON": "geojson",
    "GPKG": "gpkg",
    "SHP": "shp",
    "JSON": "json",
}
FORMAT_USES = {
    "CSV": Text("ตาราง เปิดได้ทุกโปรแกรม", "A table, for any program"),
    "XLSX": Text("เปิดด้วย Excel", "Opens in Excel"),
    "Parquet": Text("สำหรับงานวิเคราะห์ข้อมูล", "For data analysis"),
    "GeoJSON": Text("แผนที่บนเว็บ", "Maps on the web"),
    "GPKG": Text("เปิดด้วย QGIS", "Opens in QGIS"),
    "SHP": Text("โปรแกรม GIS ทั่วไป", "Any GIS program"),
    "JSON": Text("สำหรับนักพัฒนา", "For developers"),
}
LICENCES = {
    "cc0": Text("ใช้ได้ทุกอย่างโดยไม่มีเงื่อนไข", "Use it for anything, without conditions"),
    "cc-by-igo": Text("ใช้และดัดแปลงได้ โดยอ้างอิงแหล่งที่มา", "Use and change it, naming the source"),
    "cc-by": Text("ใช้และดัดแปลงได้ โดยอ้างอิงแหล่งที่มา", "Use and change it, naming the source"),
    "odbl": Text("ใช้ได้โดยอ้างอิงแหล่งที่มา และเผยแพร่ฐานข้อมูลที่ดัดแปลงด้วยสัญญาเดียวกัน",
                 "Use it naming the source; share a changed database under the same licence"),
}  # fmt: skip
PER = 20
SAMPLE = 500
Facet = tuple[str, Text, Callable[[DatasetRow], tuple[str, ...]]]


def _frequency(row: DatasetRow) -> str:
    unit, every = row.fields.get("update_frequency_unit") or "", row.fields.get("update_frequency_interval")
    if not unit:
        return ""
    return f"ทุก {every} {unit}" if every and int(every) > 1 else str(unit)


FACETS: tuple[Facet, ...] = (
    ("theme", Text("หมวด", "Theme"), lambda row: (row.theme,) if row.theme else ()),
    ("format", Text("รูปแบบไฟล์", "Format"), lambda row: row.formats),
    ("frequency", Text("ความถี่ที่ปรับปรุง", "Updated"), lambda row: (said,) if (said := _frequency(row)) else ()),
    (
        "area",
        Text("พื้นที่", "Area"),
        lambda row: (str(row.fields["geo_coverage"]),) if row.fields.get("geo_coverage") else (),
    ),
    ("origin", Text("ชนิดข้อมูล", "Kind"), lambda row: (row.origin,)),
)


@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    text = request.GET.get("q", "").strip()[:200]
    every = catalog.datasets(ctx, text=text, limit=1000).rows
    chosen = {name: request.GET.getlist(name) for name, _, _ in FACETS}
    found = [
        row
        for row in every
        if all(not chosen[name] or not set(chosen[name]).isdisjoint(values(row)) for name, _, values in FACETS)
    ]
    if request.GET.get("sort") == "new":
        found.sort(key=lambda row: row.changed_at, reverse=True)
    written = request.GET.get("from", "0")
    start = int(written) if written.isdigit() and len(written) < 6 else 0
    page = {
        "nav": public_places(request, sensor_kinds(ctx)),
        "query": text,
        "rows": [
            {"row": row, "href": _href(request, row), "kind": ORIGINS[row.origin]} for row in found[start : start + PER]
        ],
        "total": len(found),
        "every": len(every),
        "facets": [
            one for one in (_facet(name, label, values, every, chosen[name]) for name, label, values in FACETS) if one
        ],
        "chosen": any(chosen.values()),
        "newest": request.GET.get("sort") == "new",
        "next": with_query(request, **{"from": start + PER}) if start + PER < len(found) else "",
        "previous": with_query(request, **{"from": max(0, start - PER) or None}) if start else "",
    }
    return render(request, "data/catalogue.html", page)


def _facet(
    name: str,
    label: Text,
    values: Callable[[DatasetRow], tuple[str, ...]],
    rows: tuple[DatasetRow, ...],
    chosen: list[str],
) -> dict[str, Any] | None:
    counts = Counter(value for row in rows for value in values(row))
    if len(counts) < 2 and not chosen:
        return None
    words = ORIGINS if name == "origin" else {}
    options = [
        (value, words.get(value, Text(value, value)), number, value in chosen)
        for value, number in counts.most_common(12)
    ]
    return {"name": name, "label": label, "options": options, "open": bool(chosen)}


def _href(request: HttpRequest, row: DatasetRow) -> str:
    """A register's dataset has the register's own key as its address; the others say what they are."""
    return here(request, "dataset", key=row.source_key if row.origin == "register" else row.key)


def _key(key: str) -> str:
    return key if key.partition(".")[0] in ORIGINS and "." in key else f"register.{key}"


@require_GET
def dataset(request: HttpRequest, key: str) -> HttpResponse:
    return _dataset_page(request, catalog.dataset(ctx_of(request), key=_key(key)))


def _dataset_page(request: HttpRequest, row: DatasetRow, refusal: Text | None = None) -> HttpResponse:
    ctx = ctx_of(request)
    preview = catalog.dataset_preview(ctx, key=row.key)
    cards = {}
    if row.origin == "register":
        cards = {
            one.name: one for one in registers.register_named(ctx, key=row.source_key).properties if not one.protected
        }
    own = here(request, "dataset", key=row.source_key if row.origin == "register" else row.key)
    page = {
        "nav": public_places(request, sensor_kinds(ctx)),
        "row": row,
        "kind": ORIGINS[row.origin],
        "preview": preview,
        "table": [
            [_cell(cards, column.name, one.get(column.name)) for column in preview.columns] for one in preview.rows
        ],
        "columns": [(column, cards.get(column.name)) for column in preview.columns],
        "items": _items(row),
        "downloads": [_download(request, row, one) for one in row.distributions],
        "licence": next((words for code, words in LICENCES.items() if _plain(row.license_id).startswith(code)), None),
        "attribution": row.attribution or ctx.tenant.name,
        "frequency": _frequency(row),
        "refusal": refusal,
        "map": _map(request, row, preview.extent),
        "map_href": there(request, "map_list", register=row.source_key)
        if row.origin == "register" and row.has_map
        else "",
        "api": request.build_absolute_uri(f"{own}download/csv/") if row.origin != "dataset" else "",
        "basemap": settings.NAKHON_BASEMAP_STYLE,
        "register": {"name": row.title},
    }
    return render(request, "data/dataset.html", page, status=422 if refusal else 200)


def _plain(licence: str) -> str:
    return licence.lower().replace(" ", "-").replace("_", "-")


def _cell(cards: dict[str, Any], name: str, value: Any) -> Any:
    if value in (None, "", []):
        return None
    return value_text(cards[name], value) if name in cards else value


def _items(row: DatasetRow) -> list[dict[str, Any]]:
    """The fourteen items in their order; what nobody told is said to be missing."""
    missing = {item.number for item in row.missing}
    found = []
    for item in MANDATORY_ITEMS:
        values = [row.fields.get(name) for name in item.fields]
        text = " ".join(
            ", ".join(map(str, one)) if isinstance(one, list | tuple) else str(one) for one in values if one
        )
        if item.number == 9:
            text = _frequency(row)
        english = {2: row.title.en, 3: row.fields.get("owner_org_en"), 7: row.fields.get("notes_en")}.get(item.number)
        found.append(
            {
                "name": item.name,
                "value": Text(text or "–", str(english or text or "–")),
                "missing": item.number in missing,
                "number": item.number,
            }
        )
    return found


def _download(request: HttpRequest, row: DatasetRow, one: Any) -> dict[str, Any]:
    if one.url:
        href = one.url
    elif one.file_id:
        href = here(request, "dataset_file", key=row.key, file_id=one.file_id)
    else:
        code = FORMAT_CODES.get(one.format, one.format.lower())
        key = row.source_key if row.origin == "register" else row.key
        href = here(request, "dataset_download", key=key, ending=code)
    return {"one": one, "href": href, "outside": bool(one.url), "use": FORMAT_USES.get(one.format)}


def _map(request: HttpRequest, row: DatasetRow, extent: Any) -> dict[str, Any] | None:
    if row.origin != "register" or not extent or not row.is_open:
        return None
    layer = registers.map_layer(ctx_of(request), register=row.source_key)
    sample: list[Any] = []
    if layer.geometry == "Point" and layer.min_zoom > 0:
        # From afar the tiles of such a register are empty: some of its points tell where it lies.
        found = registers.features(ctx_of(request), register=row.source_key, limit=SAMPLE, sort="changed_at")[
            "features"
        ]
        sample = [
            one["geometry"]["coordinates"] for one in found if one["geometry"] and one["geometry"]["type"] == "Point"
        ]
    return {
        "mode": "list", "key": row.source_key, "color": layer.color, "language": ctx_of(request).language, "points": [],
        "tiles": tiles_of(request, row.source_key), "extent": list(extent), "strong": True,
        "sample": sample,
    }  # fmt: skip


@require_GET
def dataset_download(request: HttpRequest, key: str, ending: str) -> HttpResponseBase:
    """The whole dataset as a file; a large one is made first, on a page that says how far it is."""
    ctx = ctx_of(request)
    row = _row(request, _key(key))
    if row.origin == "sensor":
        catalog.note_dataset_download(ctx, key=row.key)
        return _stations_file(request, row, ending)
    if row.origin != "register":
        raise DatasetNotFound
    try:
        run = begin_export(ctx, register=row.source_key, format=ending)
    except NakhonError as error:
        return _dataset_page(request, row, whole(error))
    catalog.note_dataset_download(ctx, key=row.key)
    if run.state == "DONE":
        return sent(export_file(ctx, run_id=run.id))
    return redirect(here(request, "dataset_waiting", key=row.source_key, run_id=run.id))


def _row(request: HttpRequest, key: str) -> DatasetRow:
    """A dataset without counting a view."""
    rows = catalog.datasets(ctx_of(request), limit=1000).rows
    found = next((row for row in rows if row.key == key), None)
    if found is None:
        raise DatasetNotFound
    return found


@require_GET
def dataset_waiting(request: HttpRequest, key: str, run_id: UUID) -> HttpResponse:
    """A large file on its way; the page asks again by itself and then offers it."""
    row = _row(request, _key(key))
    page = {"row": row, "one": shown(export_run(ctx_of(request), run_id=run_id)), "key": key}
    template = "data/_waiting.html" if request.headers.get("HX-Request") else "data/waiting.html"
    return render(request, template, page)


@require_GET
def dataset_made(request: HttpRequest, key: str, run_id: UUID) -> HttpResponseBase:
    return sent(export_file(ctx_of(request), run_id=run_id))


@require_GET
def dataset_file(request: HttpRequest, key: str, file_id: UUID) -> HttpResponseBase:
    return sent(catalog.open_dataset_file(ctx_of(request), key=_key(key), file_id=file_id))


_STATION_COLUMNS = ("number", "name", "latitude", "longitude", "property", "property_name", "unit", "time", "value")


def _stations_file(request: HttpRequest, row: DatasetRow, ending: str) -> HttpResponse:
    """The latest value of every stream of the kind's stations, as CSV or JSON."""
    ctx = ctx_of(request)
    if ending not in ("csv", "json"):
        raise Http404
    rows = [
        {
            "number": thing.number, "name": thing.name.in_(ctx.language), "latitude": thing.lat, "longitude": thing.lon,
            "property": stream.code, "property_name": stream.name.in_(ctx.language), "unit": stream.unit,
            "time": stream.time.isoformat() if stream.time else None,
            "value": stream.result if stream.result is not None else stream.value,
        }
        for thing in things(ctx, kind=row.source_key, limit=1000)
        for stream in thing.streams
    ]  # fmt: skip
    if ending == "json":
        body, kind = json.dumps(rows, ensure_ascii=False).encode(), "application/json"
    else:
        text = io.StringIO()
        writer = csv.DictWriter(text, _STATION_COLUMNS, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        body, kind = text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8"
    answer = HttpResponse(body, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{row.source_key}-latest.{ending}"'
    return answer


@require_GET
def datasets_staff(request: HttpRequest) -> HttpResponse:
    """What each dataset's description still lacks before it can stand in the national catalogue."""
    ctx = ctx_of(request)
    rows = catalog.datasets(ctx, limit=1000).rows
    listed = [
        {
            "row": row,
            "href": _href(request, row),
            "kind": ORIGINS[row.origin],
            "done": len(MANDATORY_ITEMS) - len(row.missing),
        }
        for row in sorted(rows, key=lambda row: -len(row.missing))
    ]
    page = {
        "rows": listed, "all": len(MANDATORY_ITEMS), "ready": sum(row.publishable for row in rows), "total": len(rows),
        "definitions": there(request, "definitions") if ctx.may("definitions.read") else "",
    }  # fmt: skip
    return render(request, "console/datasets/list.html", page)


public_urls: list[URLPattern] = [
    path("data/", catalogue, name="data_catalogue"),
    path("data/<str:key>/", dataset, name="dataset"),
    path("data/<str:key>/download/<slug:ending>/", dataset_download, name="dataset_download"),
    path("data/<str:key>/download/files/<uuid:file_id>/", dataset_file, name="dataset_file"),
    path("data/<str:key>/waiting/<uuid:run_id>/", dataset_waiting, name="dataset_waiting"),
    path("data/<str:key>/waiting/<uuid:run_id>/download/", dataset_made, name="dataset_made"),
]
staff_urls: list[URLPattern] = [path("datasets/", datasets_staff, name="datasets_staff")]
