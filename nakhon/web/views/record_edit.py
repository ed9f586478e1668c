"""Records are added and changed: the form of the definition, two people at one record, and a change of many at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from nakhon.citydata.registers import queries, services
from nakhon.citydata.registers.errors import RecordConflict, RecordInvalid, RegisterClosed
from nakhon.citydata.registers.permissions import CHANGE_PROPOSE, RECORD_EDIT
from nakhon.citydata.registers.types import UNCHANGED, PropertyCard, RecordCard, RegisterCard
from nakhon.kernel.errors import Forbidden, NakhonError
from nakhon.knowledge.text import Text
from nakhon.web.console import ctx_of, here, told, whole
from nakhon.web.map_layers import tiles_of
from nakhon.web.property_words import value_text
from nakhon.web.record_forms import RecordForm, place_config
from nakhon.web.register_gate import GUARDED, of_register
from nakhon.web.register_search import search_of


def _proposes(request: HttpRequest, card: RegisterCard) -> bool:
    """True when what is sent waits for somebody's approval. Raises ``RegisterClosed`` for who may not write at all."""
    ctx = ctx_of(request)
    approves = card.changes == "approval" and card.may_approve
    if not (card.may_edit or approves):
        ctx.require(RECORD_EDIT)
        raise RegisterClosed
    return card.changes == "approval" and not approves


def _form(request: HttpRequest, card: RegisterCard, found: RecordCard | None, *, proposes: bool) -> RecordForm:
    form = RecordForm(card, found, request)
    if proposes:
        ctx_of(request).require(CHANGE_PROPOSE)
        form.ask_reason()
    return form


@require_http_methods(["GET", "POST"])
@of_register
def record_new(request: HttpRequest, card: RegisterCard) -> HttpResponse:
    ctx, proposes = ctx_of(request), _proposes(request, card)
    form = _form(request, card, None, proposes=proposes)
    if request.method == "POST":
        data, place = form.read(), form.place()
        if data is not None and not form.errors:
            place = None if place is UNCHANGED else place
            try:
                if proposes:
                    reason = form.reason()
                    asked = services.propose_change(
                        ctx,
                        register=card.key,
                        act="ADD",
                        reason=reason,
                        data=data,
                        geometry=place,
                        key=form.key_given(),
                    )
                    told(request, "ส่งคำขอให้ผู้อนุมัติแล้ว", "The request was sent for approval")
                    return redirect(here(request, "change", change_id=asked.id))
                made = services.add_record(ctx, register=card.key, data=data, geometry=place, key=form.key_given())
            except Forbidden:
                raise
            except NakhonError as error:
                form.refused(error)
            else:
                told(request, f"เพิ่ม {made.title} แล้ว", f"{made.title} was added")
                if "another" in request.POST:
                    return redirect(here(request, "record_new", register=card.key))
                return redirect(here(request, "record", register=card.key, record_id=made.id))
    return _page(request, card, form, proposes=proposes)


@require_http_methods(["GET", "POST"])
@of_register
def record_edit(request: HttpRequest, card: RegisterCard, record_id: UUID) -> HttpResponse:
    ctx, proposes = ctx_of(request), _proposes(request, card)
    found = queries.get_record(ctx, register=card.key, record_id=record_id)
    form = _form(request, card, found, proposes=proposes)
    conflict: list[dict[str, Any]] = []
    if request.method == "POST":
        data, place = form.read(), form.place()
        if data is not None and not form.errors:
            # Where somebody else was first, the reader chose property by property whose value stays.
            data = {name: value for name, value in data.items() if request.POST.get(f"keep-{name}") != "theirs"}
            place = UNCHANGED if request.POST.get("keep-geometry") == "theirs" else place
            try:
                asked: dict[str, Any] = {"register": card.key, "record": record_id, "revision": form.revision_shown()}
                if proposes:
                    changed = {name: value for name, value in data.items() if found.data.get(name) != value}
                    one = services.propose_change(
                        ctx, **asked, act="EDIT", reason=form.reason(), data=changed, geometry=place
                    )
                    told(request, "ส่งคำขอให้ผู้อนุมัติแล้ว", "The request was sent for approval")
                    return redirect(here(request, "change", change_id=one.id))
                services.edit_record(ctx, **asked, data=data, geometry=place)
            except Forbidden:
                raise
            except RecordConflict as error:
                conflict = _differences(request, card, found, form, data, place)
                form.refused(error)
                form.again(found.revision)
            except NakhonError as error:
                form.refused(error)
            else:
                told(request, "บันทึกแล้ว", "Saved")
                return redirect(here(request, "record", register=card.key, record_id=record_id))
    return _page(request, card, form, proposes=proposes, found=found, conflict=conflict)


def _differences(
    request: HttpRequest, card: RegisterCard, now: RecordCard, form: RecordForm, mine: dict[str, Any], place: Any
) -> list[dict[str, Any]]:
    """Each property whose value now is not what was entered; ``theirs`` is proposed where the reader had not touched it."""
    steps = queries.record_history(ctx_of(request), register=card.key, record_id=now.id)
    base = next((step.data for step in steps if step.revision == form.revision_shown()), {})
    rows = []
    for name, value in mine.items():
        one = card.property(name)
        if one is None or one.protected or now.data.get(name) == value:
            continue
        untouched = base.get(name) == value
        rows.append(
            {"name": name, "title": one.title, "saved": _words(one, now.data.get(name)), "entered": _words(one, value),
             "theirs": untouched}
        )  # fmt: skip
    if place is not UNCHANGED:
        rows.append({"name": "geometry", "title": Text("ตำแหน่ง", "The place"), "saved": Text("ที่บันทึกอยู่", "As saved"),
                     "entered": Text("ที่คุณวาง", "As you placed it"), "theirs": False})  # fmt: skip
    return rows


def _words(one: PropertyCard, value: Any) -> Text:
    return Text("–", "–") if value in (None, "", []) else value_text(one, value)


def _page(
    request: HttpRequest, card: RegisterCard, form: RecordForm, *, proposes: bool, found: RecordCard | None = None,
    conflict: list[dict[str, Any]] | None = None,
) -> HttpResponse:  # fmt: skip
    ctx, place = ctx_of(request), request.city.location  # type: ignore[attr-defined]
    color = str((card.map or {}).get("color") or "teal")
    page: dict[str, Any] = {
        "register": card,
        "record": found,
        "form": form,
        "proposes": proposes,
        "conflict": conflict or [],
        "guarded": card.sensitivity in GUARDED,
        "basemap": settings.NAKHON_BASEMAP_STYLE,
        "map": None,
    }
    if form.has_place:
        page["map"] = {
            **place_config(form, color, ctx.language, [place.x, place.y] if place else None),
            "key": card.key,
            "tiles": tiles_of(request, card.key) if card.sensitivity not in GUARDED else "",
        }
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "console/registers/form.html", page, status=status)


@require_http_methods(["GET", "POST"])
@of_register
def records_bulk(request: HttpRequest, card: RegisterCard) -> HttpResponse:
    """One change of many records: choose what to set, see what it would do, then carry it out, all or none."""
    ctx = ctx_of(request)
    ctx.require(RECORD_EDIT)
    if _proposes(request, card):
        raise RegisterClosed
    sent = request.POST if request.method == "POST" else request.GET
    whole_search = sent.get("all") == "1"
    ids = [] if whole_search else _ids(sent.getlist("record"))
    chosen: dict[str, Any] = search_of(request, card).given() if whole_search else {"records": ids}
    if not whole_search and not ids:
        told(request, "เลือกระเบียนอย่างน้อยหนึ่งรายการก่อน", "Choose at least one record first")
        return redirect(here(request, "register", register=card.key))
    names = tuple(one.name for one in card.properties if one.name != card.key_property)
    form = RecordForm(card, None, request, only=names)
    wanted = [name for name in request.POST.getlist("set") if name in names]
    page: dict[str, Any] = {
        "register": card, "form": form, "ids": ids, "wanted": wanted, "all": whole_search, "preview": None,
        "count": queries.count_records(ctx, register=card.key, **chosen) if whole_search else len(ids),
        "query": request.GET.urlencode() if whole_search else "",
    }  # fmt: skip
    if request.method == "POST":
        form.cards = [one for one in form.cards if one.name in wanted]
        data = form.read()
        if data is not None:
            change = {name: data.get(name) for name in wanted}
            try:
                if "confirm" in request.POST:
                    number = services.bulk_edit_records(ctx, register=card.key, change=change, **chosen)
                    told(request, f"แก้ไขแล้ว {number:,} ระเบียน", f"{number:,} records were changed")
                    return redirect(here(request, "register", register=card.key))
                preview = queries.bulk_preview(ctx, register=card.key, change=change, **chosen)
                page["preview"] = preview
                page["change"] = [(one, _words(one, change[name])) for name in wanted if (one := card.property(name))]
                page["problems"] = [(key, list(texts.values())) for key, texts in preview.problems]
            except RecordInvalid as error:
                if "change" in error.fields:
                    error.fields[""] = error.fields.pop("change")
                page["refusal"] = next(iter(error.fields.values())) if error.fields else whole(error)
            except Forbidden:
                raise
            except NakhonError as error:
                page["refusal"] = whole(error)
    status = 422 if form.errors or page.get("refusal") else 200
    return render(request, "console/registers/bulk.html", page, status=status)


def _ids(given: list[str]) -> list[UUID]:
    found = []
    for written in given[:20_000]:
        try:
            found.append(UUID(written))
        except ValueError:
            continue
    return found


staff_urls: list[URLPattern] = [
    path("registers/<slug:register>/new/", record_new, name="record_new"),
    path("registers/<slug:register>/bulk/", records_bulk, name="records_bulk"),
    path("registers/<slug:register>/records/<uuid:record_id>/edit/", record_edit, name="record_edit"),
]
