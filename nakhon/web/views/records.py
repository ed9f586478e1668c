"""The city's registers for staff: which there are, one as a table with its map, a record with its history, and the purpose asked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nakhon.citydata.registers import queries, services
from nakhon.citydata.registers.exporting.queries import export_runs
from nakhon.citydata.registers.permissions import HISTORY_SEE, IMPORT_RUN, RECORD_REVEAL
from nakhon.citydata.registers.types import RecordCard, RecordRow, RegisterCard
from nakhon.citydata.registers.writing.types import FORMAT_WORDS
from nakhon.citydata.sensors.queries import things
from nakhon.kernel.errors import Forbidden, Invalid, NakhonError
from nakhon.knowledge.text import Text
from nakhon.people.permissions import PURPOSE_EDIT
from nakhon.people.queries import purposes
from nakhon.people.roles import ROLES
from nakhon.web.asking import Ask, ask, ask_choice, ask_several
from nakhon.web.console import ctx_of, here, there, told, whole, with_query
from nakhon.web.map_layers import tiles_of
from nakhon.web.property_words import said, value_text
from nakhon.web.register_gate import GUARDED, SENSITIVITY, leave_purpose, of_register, state_purpose
from nakhon.web.register_search import STATUSES, Search, cells, search_of

PAGE = 50
ACTS = {
    "CREATED": (Text("เพิ่มระเบียน", "Added"), "plus"),
    "EDITED": (Text("แก้ไข", "Edited"), "pencil"),
    "RETIRED": (Text("เลิกใช้", "Retired"), "archive"),
    "RESTORED": (Text("นำกลับ", "Restored"), "rotate-ccw"),
    "IMPORTED": (Text("นำเข้าจากไฟล์", "Imported from a file"), "upload"),
    "UNDONE": (Text("ถอนการนำเข้า", "Import undone"), "undo"),
}
SHAPES = {
    "none": Text("ไม่มีตำแหน่ง", "No places"),
    "Point": Text("จุด", "Points"),
    "LineString": Text("เส้น", "Lines"),
    "Polygon": Text("พื้นที่", "Areas"),
    "any": Text("จุด เส้น หรือพื้นที่", "Points, lines or areas"),
}


def seers_of(card: RegisterCard) -> Text:
    """Who may see a register, in words."""
    if "public" in card.seers:
        return Text("ทุกคน", "Everybody")
    if not card.seers:
        return Text("ยังไม่เปิดให้ใคร", "Nobody yet")
    names = [name for code, name in ROLES.items() if code in card.seers]
    if len(names) > 5:
        return Text("เจ้าหน้าที่ทุกคน", "All staff")
    return Text(" · ".join(name.th for name in names), " · ".join(name.en for name in names))


@require_GET
def registers(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    text = request.GET.get("q", "").strip()
    found = queries.registers(ctx)
    wanted = text.lower()
    cards = [
        {
            "card": one,
            "sensitivity": SENSITIVITY[one.sensitivity],
            "seers": seers_of(one),
            "shape": SHAPES[one.geometry],
        }
        for one in found
        if wanted in f"{one.name.th} {one.name.en} {one.key} {one.about.th if one.about else ''}".lower()
    ]
    page = {
        "cards": cards, "query": text, "total": len(found), "records": sum(one.record_count for one in found),
        "waiting": len(queries.changes_waiting(ctx, limit=100).rows), "may_import": ctx.may(IMPORT_RUN),
    }  # fmt: skip
    return render(request, "console/registers/list.html", page)


@require_GET
@of_register
def register(request: HttpRequest, card: RegisterCard) -> HttpResponse:
    ctx = ctx_of(request)
    search = search_of(request, card)
    refusal = None
    status = "" if search.status == "ALL" else search.status
    try:
        page = queries.find_records(
            ctx, register=card.key, **search.given(), sort=search.sort, status=status,
            after=request.GET.get("after", ""), limit=PAGE,
        )  # fmt: skip
        total = card.record_count
        if search.narrowed:
            total = queries.count_records(ctx, register=card.key, **search.given(), status=status)
    except NakhonError as error:
        if isinstance(error, Forbidden):
            raise
        refusal, total = error, 0
        page = queries.find_records(ctx, register=card.key, limit=1).__class__([], "")
    return render(request, "console/registers/register.html", _list_page(request, card, search, page, total, refusal))


def _list_page(
    request: HttpRequest, card: RegisterCard, search: Search, page: Any, total: int, refusal: NakhonError | None
) -> dict[str, Any]:
    ctx = ctx_of(request)
    named = card.title_property or card.key_property
    columns = [one for one in search.columns if one.name != named]
    title = card.property(named) if named else None
    rows = [_row(request, card, columns, row) for row in page.rows]
    return {
        "register": card,
        "sensitivity": SENSITIVITY[card.sensitivity],
        "search": search,
        "statuses": [(code, words, code == search.status) for code, words in STATUSES.items()],
        "title_column": title.title if title else Text("ระเบียน", "Record"),
        "title_sort": _sort_link(request, search.sort, named or "key"),
        "columns": [
            {"card": one, "sort": None if one.protected or one.type == "array" else _sort_link(request, search.sort, one.name)}
            for one in columns
        ],
        "choices": [(one, one in search.columns) for one in card.properties],
        "changed_sort": _sort_link(request, search.sort, "changed_at"),
        "rows": rows,
        "total": total,
        "next": with_query(request, after=page.after) if page.after else "",
        "previous": with_query(request, after=None) if "after" in request.GET else "",
        "refusal": whole(refusal) if refusal else None,
        "formats": [
            (one.value, words) for one, words in FORMAT_WORDS.items()
            if card.geometry != "none" or one.value in ("csv", "xlsx", "parquet")
        ],
        "needs_approval": card.changes == "approval" and not card.may_approve,
        "may_add": card.may_edit or (card.changes == "approval" and card.may_approve),
        "may_bulk": card.may_edit and (card.changes != "approval" or card.may_approve),
        "may_import": ctx.may(IMPORT_RUN) and card.may_edit,
        "map": _map_of(request, card, rows) if card.geometry != "none" else None,
        "basemap": settings.NAKHON_BASEMAP_STYLE,
        "guarded": card.sensitivity in GUARDED,
        "purpose": ctx.purpose,
        "exports": bool(export_runs(ctx, register=card.key, limit=1)),
        "all_query": urlencode([(key, value) for key, values in request.GET.lists() for value in values if key != "after"]),
    }  # fmt: skip


def _row(request: HttpRequest, card: RegisterCard, columns: Any, row: RecordRow) -> dict[str, Any]:
    return {
        "row": row,
        "href": here(request, "record", register=card.key, record_id=row.id),
        "cells": cells(columns, row.data, row.masked),
        "retired": row.status == "RETIRED",
    }


def _sort_link(request: HttpRequest, now: str, name: str) -> dict[str, str]:
    up, down = now == name, now == f"-{name}"
    return {
        "href": with_query(request, sort=f"-{name}" if up else name, after=None),
        "aria": "ascending" if up else "descending" if down else "none",
        "icon": "arrow-up" if up else "arrow-down" if down else "arrow-up-down",
    }


def _map_of(request: HttpRequest, card: RegisterCard, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The rows of this page as points; an open register is drawn whole and faintly behind them."""
    place = request.city.location  # type: ignore[attr-defined]
    return {
        "mode": "list",
        "key": card.key,
        "color": (card.map or {}).get("color") or "teal",
        "language": ctx_of(request).language,
        "center": [place.x, place.y] if place else None,
        "tiles": tiles_of(request, card.key) if card.sensitivity not in GUARDED else "",
        "coarse": card.hides_places,
        "points": [
            {
                "id": str(one["row"].id),
                "lon": one["row"].point[0],
                "lat": one["row"].point[1],
                "title": one["row"].title,
                "href": one["href"],
            }
            for one in rows
            if one["row"].point
        ],
    }


def _pin(one: dict[str, Any]) -> dict[str, Any]:
    row = one["row"]
    return {"id": str(row.id), "lon": row.point[0], "lat": row.point[1], "title": row.title, "href": one["href"]}


class PurposeForm(Ask):
    purpose = ask_choice(Text("วัตถุประสงค์ที่เปิดดู", "Why you open it"), [], need=True, radio=True)


@require_http_methods(["GET", "POST"])
def register_purpose(request: HttpRequest, register: str) -> HttpResponse:
    """Asks why a guarded register is opened, before anything of it is shown."""
    ctx = ctx_of(request)
    card = queries.register_named(ctx, key=register)
    declared = purposes(ctx)
    form = PurposeForm(request.POST if request.method == "POST" else None)
    form.fields["purpose"].choices = [(one.code, one.name) for one in declared]  # type: ignore[attr-defined]
    back = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        back = here(request, "register", register=register)
    if request.method == "POST" and "leave" in request.POST:
        leave_purpose(request, register)
        return redirect(here(request, "registers"))
    if request.method == "POST":
        code = request.POST.get("purpose", "")
        if code in {one.code for one in declared}:
            state_purpose(request, register, code)
            return redirect(back)
        form.refused(Invalid(fields={"purpose": Text("เลือกวัตถุประสงค์หนึ่งข้อ", "Choose one purpose")}))
    page = {
        "register": card, "sensitivity": SENSITIVITY[card.sensitivity], "form": form, "next": back, "declared": declared,
        "purposes_href": there(request, "purposes") if ctx.may(PURPOSE_EDIT) else "",
    }  # fmt: skip
    return render(request, "console/registers/purpose.html", page, status=422 if form.errors else 200)


@require_GET
@of_register
def record(request: HttpRequest, card: RegisterCard, record_id: UUID) -> HttpResponse:
    found = queries.get_record(ctx_of(request), register=card.key, record_id=record_id)
    return _record_page(request, card, found)


def _record_page(
    request: HttpRequest, card: RegisterCard, found: RecordCard, *, refusal: NakhonError | None = None
) -> HttpResponse:
    ctx = ctx_of(request)
    history = []
    if ctx.may(HISTORY_SEE):
        history = [_step(card, one) for one in queries.record_history(ctx, register=card.key, record_id=found.id)]
    approves = card.changes == "approval" and not card.may_approve
    page = {
        "register": card,
        "sensitivity": SENSITIVITY[card.sensitivity],
        "record": found,
        "properties": said(card.properties, found.data),
        "masked": [one for one in card.properties if one.name in found.masked],
        "empty": [one for one in card.properties if one.name not in found.data and one.name not in found.masked],
        "history": history,
        "things": things(ctx, register=card.key, record=found.id, limit=5),
        "needs_approval": approves,
        "may_edit": card.may_edit or (card.changes == "approval" and card.may_approve),
        "may_restore": (card.may_edit or card.may_approve) and not approves,
        "may_reveal": ctx.may(RECORD_REVEAL) and bool(found.masked),
        "guarded": card.sensitivity in GUARDED,
        "public_href": there(request, "public_record", register=card.key, key=found.key) if card.is_open else "",
        "point": _point(found.geometry),
        "refusal": whole(refusal) if refusal else None,
        "basemap": settings.NAKHON_BASEMAP_STYLE,
        "map": None,
    }
    if found.geometry is not None:
        page["map"] = {
            "mode": "record", "key": card.key, "color": (card.map or {}).get("color") or "teal", "language": ctx.language,
            "feature": found.geometry, "coarse": found.is_coarse,
            "tiles": tiles_of(request, card.key) if card.sensitivity not in GUARDED else "",
        }  # fmt: skip
    return render(request, "console/registers/record.html", page, status=409 if refusal else 200)


def _point(geometry: Any) -> str:
    if not geometry or geometry.get("type") != "Point":
        return ""
    lon, lat = geometry["coordinates"][:2]
    return f"{lat:.6f}, {lon:.6f}"


def _step(card: RegisterCard, step: Any) -> dict[str, Any]:
    """A revision with what it changed, each value in words."""
    words, icon = ACTS.get(step.act, (Text(step.act, step.act), "circle-dot"))
    changes = []
    for name, (before, after) in step.changes.items():
        one = card.property(name)
        if one is None:
            continue
        hidden = before is None and after is None
        changes.append(
            {
                "title": one.title,
                "unit": one.unit,
                "hidden": hidden,
                "before": None if before in (None, "", []) else value_text(one, before),
                "after": None if after in (None, "", []) else value_text(one, after),
            }
        )
    return {"step": step, "words": words, "icon": icon, "changes": changes, "place": _point(step.geometry)}


@require_POST
@of_register
def record_retire(request: HttpRequest, card: RegisterCard, record_id: UUID) -> HttpResponse:
    ctx, given = ctx_of(request), request.POST
    revision = int(given.get("revision", "0")) if given.get("revision", "").isdigit() else 0
    reason = given.get("reason", "").strip()
    try:
        if card.changes == "approval" and not card.may_approve:
            services.propose_change(
                ctx, register=card.key, act="RETIRE", reason=reason, record=record_id, revision=revision
            )
            told(request, "ส่งคำขอเลิกใช้ให้ผู้อนุมัติแล้ว", "The request was sent for approval")
        else:
            services.retire_record(ctx, register=card.key, record=record_id, revision=revision, reason=reason)
            told(request, "เลิกใช้ระเบียนแล้ว นำกลับมาได้จากประวัติ", "Retired; it can be restored from its history")
    except Forbidden:
        raise
    except NakhonError as error:
        return _record_page(
            request, card, queries.get_record(ctx, register=card.key, record_id=record_id), refusal=error
        )
    return redirect(here(request, "record", register=card.key, record_id=record_id))


@require_POST
@of_register
def record_restore(request: HttpRequest, card: RegisterCard, record_id: UUID) -> HttpResponse:
    ctx = ctx_of(request)
    written = request.POST.get("revision", "")
    revision = int(written) if written.isdigit() and len(written) < 10 else 0
    try:
        services.restore_record(ctx, register=card.key, record=record_id, revision=revision)
    except Forbidden:
        raise
    except NakhonError as error:
        return _record_page(
            request, card, queries.get_record(ctx, register=card.key, record_id=record_id), refusal=error
        )
    told(request, f"นำข้อมูลรุ่นที่ {revision} กลับมาแล้ว", f"Revision {revision} was brought back")
    return redirect(here(request, "record", register=card.key, record_id=record_id))


class RevealForm(Ask):
    wanted = ask_several(Text("ข้อมูลที่ต้องการเปิดดู", "What to reveal"), [], need=True)
    purpose = ask_choice(Text("วัตถุประสงค์", "Purpose"), [], blank=Text("เลือกวัตถุประสงค์", "Choose a purpose"))
    reason = ask(Text("เหตุผล", "Reason"), need=True, most=300, autocomplete="off",
                 hint=Text("เช่น นัดเยี่ยมบ้าน อย่าใส่ข้อมูลส่วนบุคคล", "Such as: a home visit. No personal data."))  # fmt: skip


@require_http_methods(["GET", "POST"])
@of_register
def record_reveal(request: HttpRequest, card: RegisterCard, record_id: UUID) -> HttpResponse:
    """Asks purpose and reason, then shows the values once; they are in no address and no cache."""
    ctx = ctx_of(request)
    ctx.require(RECORD_REVEAL)
    found = queries.get_record(ctx, register=card.key, record_id=record_id)
    titles = {one.name: one for one in card.properties if one.name in found.masked}
    first = {"purpose": ctx.purpose, "wanted": request.GET.getlist("field")}
    form = RevealForm(request.POST if request.method == "POST" else None, initial=first)
    form.fields["wanted"].choices = [(name, one.title) for name, one in titles.items()]  # type: ignore[attr-defined]
    listed = [("", Text("เลือกวัตถุประสงค์", "Choose a purpose")), *((one.code, one.name) for one in purposes(ctx))]
    form.fields["purpose"].choices = listed  # type: ignore[attr-defined]
    page: dict[str, Any] = {"register": card, "record": found, "form": form}
    if request.method == "POST":
        given = form.given()
        try:
            shown = services.reveal_record(
                ctx,
                register=card.key,
                record=record_id,
                fields=given["wanted"],
                purpose=given["purpose"],
                reason=given["reason"],
            )
        except Forbidden:
            raise
        except NakhonError as error:
            if "fields" in error.fields:
                error.fields["wanted"] = error.fields.pop("fields")
            form.refused(error)
            return render(request, "console/registers/reveal.html", page, status=422)
        page["shown"] = [(titles[name].title, value_text(titles[name], value)) for name, value in shown.values.items()]
        page["purpose"] = shown.purpose
    return render(request, "console/registers/reveal.html", page)


_ONE = "registers/<slug:register>/records/<uuid:record_id>/"
staff_urls: list[URLPattern] = [
    path("registers/", registers, name="registers"),
    path("registers/<slug:register>/", register, name="register"),
    path("registers/<slug:register>/purpose/", register_purpose, name="register_purpose"),
    path(_ONE, record, name="record"),
    path(f"{_ONE}retire/", record_retire, name="record_retire"),
    path(f"{_ONE}restore/", record_restore, name="record_restore"),
    path(f"{_ONE}reveal/", record_reveal, name="record_reveal"),
]
