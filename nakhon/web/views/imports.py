"""Imports of files: send one, say which column is which, see what will become of it, let it run, read the report, undo it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nakhon.citydata.registers import queries
from nakhon.citydata.registers.importing import queries as asked
from nakhon.citydata.registers.importing import services
from nakhon.citydata.registers.importing.errors import ImportNotFound
from nakhon.citydata.registers.importing.types import KEY, POLICY_WORDS, ImportInfo, Policy
from nakhon.citydata.registers.permissions import IMPORT_RUN
from nakhon.citydata.registers.types import RegisterCard
from nakhon.kernel.errors import Forbidden, Invalid, NakhonError
from nakhon.knowledge.coordinates import SYSTEMS
from nakhon.knowledge.text import Text
from nakhon.web.console import ctx_of, here, told, whole
from nakhon.web.property_words import value_text
from nakhon.web.register_gate import of_register

ACCEPTED = ".csv,.xlsx,.geojson,.json,.gpkg,.zip"
STEPS = [
    Text("ส่งไฟล์", "Send"),
    Text("จับคู่คอลัมน์", "Match columns"),
    Text("ตรวจตัวอย่าง", "Preview"),
    Text("นำเข้า", "Import"),
]
STATES = {
    "UPLOADED": (Text("รอจับคู่คอลัมน์", "Columns to be matched"), "warning"),
    "PREVIEWED": (Text("รอยืนยัน", "To be confirmed"), "warning"),
    "RUNNING": (Text("กำลังทำงาน", "Working"), "info"),
    "PAUSED": (Text("พักไว้", "Paused"), "neutral"),
    "DONE": (Text("เสร็จแล้ว", "Done"), "success"),
    "CANCELLED": (Text("ยกเลิกแล้ว", "Cancelled"), "neutral"),
    "FAILED": (Text("ไม่สำเร็จ", "Failed"), "danger"),
    "UNDONE": (Text("ถอนแล้ว", "Undone"), "neutral"),
}
SHOWN_BAD, EACH = 50, 10


@never_cache
@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """The latest imports of every register that the reader may write in, and where to begin one."""
    ctx = ctx_of(request)
    ctx.require(IMPORT_RUN)
    writable = [card for card in queries.registers(ctx) if card.may_edit]
    rows = []
    for card in writable:
        try:
            rows += [(card, run) for run in asked.import_runs(ctx, register=card.key, limit=EACH)]
        except Forbidden:
            continue
    rows.sort(key=lambda pair: pair[1].created_at, reverse=True)
    page = {"rows": [_listed(card, run) for card, run in rows[:SHOWN_BAD]], "registers": writable}
    return render(request, "console/imports/list.html", page)


def _listed(card: RegisterCard, run: ImportInfo) -> dict[str, Any]:
    words, kind = STATES[run.state]
    return {"register": card, "run": run, "words": words, "kind": kind}


@require_http_methods(["GET", "POST"])
@of_register
def import_new(request: HttpRequest, card: RegisterCard) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(IMPORT_RUN)
    refusal = None
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            refusal = Text("เลือกไฟล์ก่อน", "Choose a file first")
        else:
            try:
                run = services.begin_import(ctx, register=card.key, stream=file, name=str(file.name))
            except Forbidden:
                raise
            except NakhonError as error:
                refusal = whole(error)
            else:
                return redirect(here(request, "import_mapping", register=card.key, run_id=run.id))
    runs = [_listed(card, run) for run in asked.import_runs(ctx, register=card.key, limit=EACH)]
    page = {
        "register": card, "refusal": refusal, "accepted": ACCEPTED, "runs": runs, "most": settings.NAKHON_MAX_UPLOAD_MB,
        "steps": STEPS, "protected": any(one.protected for one in card.properties),
    }  # fmt: skip
    return render(request, "console/imports/new.html", page, status=422 if refusal else 200)


@require_GET
@of_register
def import_template(request: HttpRequest, card: RegisterCard, ending: str) -> HttpResponse:
    """An empty file with the right headings, in the reader's language."""
    ctx = ctx_of(request)
    ctx.require(IMPORT_RUN)
    headings = [] if card.key_property else [Text("รหัสระเบียน", "Record key").in_(ctx.language)]
    headings += [one.title.in_(ctx.language) for one in card.properties]
    if card.geometry == "Point":
        headings += [Text("ละติจูด", "Latitude").in_(ctx.language), Text("ลองจิจูด", "Longitude").in_(ctx.language)]
    elif card.geometry != "none":
        headings.append("WKT")
    if ending == "xlsx":
        body, kind = _workbook(headings), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerow(headings)
        body, kind = text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8"
    answer = HttpResponse(body, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{card.key}-template.{ending}"'
    return answer


def _workbook(headings: list[str]) -> bytes:
    # The library is large: only who asks for a workbook pays for it.
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    cells = []
    for number, words in enumerate(headings, start=1):
        cell = WriteOnlyCell(sheet, words)
        cell.font = Font(bold=True)
        cells.append(cell)
        sheet.column_dimensions[get_column_letter(number)].width = max(14, len(words) + 4)
    sheet.freeze_panes = "A2"
    sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@require_http_methods(["GET", "POST"])
@of_register
def import_mapping(request: HttpRequest, card: RegisterCard, run_id: UUID) -> HttpResponse:
    """Which column is which property, where places come from and in which system, what to do with known keys."""
    ctx = ctx_of(request)
    run = _run(request, card, run_id)
    if run.state not in ("UPLOADED", "PREVIEWED"):
        return redirect(here(request, "import_run", register=card.key, run_id=run_id))
    errors: dict[str, Text] = {}
    given = request.POST
    if request.method == "POST":
        srid, swapped = _system(given.get("system", ""))
        names = [one.name for one in card.properties] + ([KEY] if not card.key_property else [])
        columns = {name: given.get(f"c.{name}", "") for name in names if given.get(f"c.{name}")}
        reading = {"layer": given.get("layer", "")} if given.get("layer") and given.get("layer") != run.layer else None
        try:
            services.map_import(
                ctx, run_id=run_id, columns=columns, geometry=_geometry(given), srid=srid, swapped=swapped,
                policy=given.get("policy", Policy.ADD), reading=reading,
            )  # fmt: skip
        except Invalid as error:
            errors = dict(error.fields) or {"": whole(error)}
            run = _as_given(run, columns, given, srid, swapped=swapped)
        except Forbidden:
            raise
        except NakhonError as error:
            errors = {"": whole(error)}
        else:
            follow = "import_mapping" if reading else "import_preview"
            return redirect(here(request, follow, register=card.key, run_id=run_id))
    page = _mapping_page(request, card, run, errors)
    return render(request, "console/imports/mapping.html", page, status=422 if errors else 200)


def _run(request: HttpRequest, card: RegisterCard, run_id: UUID) -> ImportInfo:
    run = asked.import_run(ctx_of(request), run_id=run_id)
    if run.register != card.key:
        raise ImportNotFound
    return run


def _as_given(run: ImportInfo, columns: dict[str, str], given: Any, srid: int | None, *, swapped: bool) -> ImportInfo:
    """The run with what was chosen in the form, so that nothing is lost by a refusal."""
    mapping = {"columns": columns, "geometry": _geometry(given)}
    options = {**run.options, "policy": given.get("policy", Policy.ADD), "swapped": swapped}
    return replace(run, mapping=mapping, srid=srid, options=options)


def _system(written: str) -> tuple[int | None, bool]:
    """``32647`` or ``4326x``, of which the latter has its columns swapped."""
    number = written.removesuffix("x")
    return (int(number) if number.isdigit() and len(number) < 7 else None), written.endswith("x")


def _geometry(given: Any) -> dict[str, str] | None:
    kind = given.get("from", "")
    if kind not in ("geometry", "columns", "pair", "wkt"):
        return None
    x = given.get("x", "") if kind == "columns" else given.get("one", "")
    return {"from": kind, "x": "" if kind == "geometry" else x, "y": given.get("y", "") if kind == "columns" else ""}


def _mapping_page(request: HttpRequest, card: RegisterCard, run: ImportInfo, errors: dict[str, Text]) -> dict[str, Any]:
    found = run.found
    suggested = {one["property"]: one for one in found.get("suggestions", [])}
    chosen = run.mapping.get("columns", {})
    first = run.state == "UPLOADED" and not errors
    samples = _samples(request, run)
    rows = []
    keyed = [(KEY, Text("รหัสระเบียน", "Record key"), False, "")] if not card.key_property else []
    listed = [
        *keyed,
        *((one.name, one.title, one.required or one.name == card.key_property, one.unit) for one in card.properties),
    ]
    for name, title, need, unit in listed:
        offer = suggested.get(name)
        column = chosen.get(name, "")
        if not column and first and offer:
            column = offer["column"]
        state = ""
        if offer and offer["column"] == column:
            state = "sure" if offer["sure"] else "likely"
        rows.append(
            {
                "name": name, "title": title, "need": need, "unit": unit, "column": column, "state": state,
                "why": Text(**offer["why"]) if offer and state == "likely" else None, "error": errors.get(name),
                "samples": samples.get(column, []),
            }
        )  # fmt: skip
    where = run.mapping.get("geometry") or (found.get("geometry") if first else None) or {}
    used = {row["column"] for row in rows} | {where.get("x"), where.get("y")}
    return {
        "register": card, "run": run, "rows": rows, "columns": found.get("columns", []), "steps": STEPS,
        "samples": samples, "where": where, "systems": _systems(run, request), "layers": found.get("layers", []),
        "policies": [(one.value, words, run.options.get("policy", "add") == one.value) for one, words in POLICY_WORDS.items()],
        "errors": errors, "general": [text for name, text in errors.items() if name in ("", "columns")],
        "policy_error": errors.get("policy"), "place_error": errors.get("geometry"), "system_error": errors.get("srid"),
        "notes": [Text(**note) for note in found.get("notes", [])], "has_places": card.geometry != "none",
        "unused": [one for one in found.get("columns", []) if one not in used],
    }  # fmt: skip


def _systems(run: ImportInfo, request: HttpRequest) -> list[dict[str, Any]]:
    """The coordinate systems: those the numbers may be in first, marked as such."""
    swapped = bool(run.options.get("swapped"))
    now = f"{run.srid}{'x' if swapped else ''}" if run.srid else ""
    likely = run.found.get("systems", [])
    rows, seen = [], set()
    for one in likely:
        code = f"{one['epsg']}{'x' if one['swapped'] else ''}"
        seen.add(code)
        notes = [Text(**note) for note in one.get("notes", [])]
        rows.append({"code": code, "name": Text(**one["name"]), "likely": True, "chosen": code == now, "notes": notes})
    for system in SYSTEMS:
        code = f"{system.epsg}{'x' if system.swapped else ''}"
        if code not in seen:
            rows.append({"code": code, "name": system.name, "likely": False, "chosen": code == now, "notes": []})
    if now and now not in {row["code"] for row in rows}:
        name = Text(f"EPSG:{run.srid}", f"EPSG:{run.srid}")
        rows.insert(0, {"code": now, "name": name, "likely": True, "chosen": True, "notes": []})
    return rows


def _samples(request: HttpRequest, run: ImportInfo) -> dict[str, list[str]]:
    """The first values of each column."""
    return asked.import_samples(ctx_of(request), run_id=run.id)


@require_GET
@of_register
def import_preview(request: HttpRequest, card: RegisterCard, run_id: UUID) -> HttpResponse:
    """The first rows as they would be, the problems of a larger sample, and the first points on a map."""
    run = _run(request, card, run_id)
    if run.state not in ("UPLOADED", "PREVIEWED"):
        return redirect(here(request, "import_run", register=card.key, run_id=run_id))
    try:
        preview = asked.import_preview(ctx_of(request), run_id=run_id)
    except Invalid:
        return redirect(here(request, "import_mapping", register=card.key, run_id=run_id))
    names = [name for name in run.mapping.get("columns", {}) if name != KEY]
    columns = [one for one in card.properties if one.name in names]
    rows = [
        {
            "row": row,
            "cells": [_cell(one, row.values.get(one.name)) for one in columns],
        }
        for row in preview.rows
    ]
    place = request.city.location  # type: ignore[attr-defined]
    system = next((one for one in _systems(run, request) if one["chosen"]), None)
    page = {
        "register": card, "run": run, "preview": preview, "columns": columns, "rows": rows, "steps": STEPS,
        "bad": preview.sampled - preview.good, "system": system, "policy": POLICY_WORDS[Policy(run.options.get("policy", "add"))],
        "basemap": settings.NAKHON_BASEMAP_STYLE, "replaces": run.options.get("policy") == Policy.REPLACE,
        "map": {
            "mode": "list", "key": card.key, "color": "blue", "language": ctx_of(request).language, "tiles": "",
            "center": [place.x, place.y] if place else None,
            "points": _points(preview.points),
        } if preview.points else None,
    }  # fmt: skip
    return render(request, "console/imports/preview.html", page)


def _points(found: Any) -> list[dict[str, Any]]:
    """The first places as points of the map; their numbers are those of a list that begins at one."""
    return [
        {"id": str(number), "lon": lon, "lat": lat, "title": str(number), "href": "#rows"}
        for number, (lon, lat) in enumerate(found[:200], start=1)
    ]


def _cell(card: Any, value: Any) -> Text | None:
    return None if value in (None, "", []) else value_text(card, value)


@require_POST
@of_register
def import_act(request: HttpRequest, card: RegisterCard, run_id: UUID) -> HttpResponse:
    """Confirms, cancels or undoes."""
    ctx, act = ctx_of(request), request.POST.get("act", "")
    verbs = {"confirm": services.confirm_import, "cancel": services.cancel_import, "undo": services.undo_import}
    try:
        _run(request, card, run_id)
        if act in verbs:
            verbs[act](ctx, run_id=run_id)
    except Forbidden:
        raise
    except NakhonError as error:
        return _run_page(request, card, asked.import_run(ctx, run_id=run_id), refusal=whole(error))
    if act == "cancel":
        told(request, "หยุดการนำเข้าแล้ว", "The import was stopped")
    return redirect(here(request, "import_run", register=card.key, run_id=run_id))


@require_GET
@of_register
def import_run(request: HttpRequest, card: RegisterCard, run_id: UUID) -> HttpResponse:
    """How a run stands, and its report when it is over."""
    run = _run(request, card, run_id)
    if run.state in ("UPLOADED", "PREVIEWED"):
        step = "import_mapping" if run.state == "UPLOADED" else "import_preview"
        return redirect(here(request, step, register=card.key, run_id=run_id))
    return _run_page(request, card, run)


def _run_page(request: HttpRequest, card: RegisterCard, run: ImportInfo, refusal: Text | None = None) -> HttpResponse:
    page = {**_standing(request, card, run), "refusal": refusal, "steps": STEPS}
    return render(request, "console/imports/run.html", page, status=409 if refusal else 200)


def _standing(request: HttpRequest, card: RegisterCard, run: ImportInfo) -> dict[str, Any]:
    words, kind = STATES[run.state]
    bad = asked.bad_rows(ctx_of(request), run_id=run.id, limit=SHOWN_BAD) if run.rows_bad else []
    return {
        "register": card, "run": run, "words": words, "kind": kind, "working": run.state == "RUNNING", "bad_rows": bad,
        "undoing": bool(run.options.get("undoing")) and run.state == "RUNNING",
        "share": round((run.share or 0) * 100, 1),
        "may_undo": run.state in ("DONE", "CANCELLED", "FAILED") and run.rows_good > 0,
        "kept": run.options.get("kept") or 0, "more_bad": run.rows_bad > len(bad),
    }  # fmt: skip


@require_GET
@of_register
def import_progress(request: HttpRequest, card: RegisterCard, run_id: UUID) -> HttpResponse:
    """The part of the page that moves; it stops asking when the run is over."""
    run = _run(request, card, run_id)
    return render(request, "console/imports/_standing.html", _standing(request, card, run))


@require_GET
@of_register
def import_bad_rows(request: HttpRequest, card: RegisterCard, run_id: UUID) -> HttpResponse:
    """The refused rows as a file to be mended and sent again."""
    _run(request, card, run_id)
    answer = HttpResponse(asked.bad_rows_file(ctx_of(request), run_id=run_id), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{card.key}-to-mend.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


_OF, _ONE = "registers/<slug:register>/imports/", "registers/<slug:register>/imports/<uuid:run_id>/"
staff_urls: list[URLPattern] = [
    path("imports/", imports, name="imports"),
    path(_OF, import_new, name="import_new"),
    path(f"{_OF}download/template.<slug:ending>", import_template, name="import_template"),
    path(_ONE, import_run, name="import_run"),
    path(f"{_ONE}mapping/", import_mapping, name="import_mapping"),
    path(f"{_ONE}preview/", import_preview, name="import_preview"),
    path(f"{_ONE}act/", import_act, name="import_act"),
    path(f"{_ONE}progress/", import_progress, name="import_progress"),
    path(f"{_ONE}download/bad-rows.csv", import_bad_rows, name="import_bad_rows"),
]
