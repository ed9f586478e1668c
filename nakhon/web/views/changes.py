"""Proposed changes: those that wait, one beside the record as it is, approved or refused with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from nakhon.citydata.registers import queries, services
from nakhon.citydata.registers.permissions import CHANGE_DECIDE
from nakhon.citydata.registers.types import ChangeCard
from nakhon.kernel.errors import Forbidden, NakhonError
from nakhon.knowledge.text import Text
from nakhon.web.asking import Ask, ask_lines
from nakhon.web.console import ctx_of, here, told, with_query
from nakhon.web.property_words import value_text

ACTS = {
    "ADD": (Text("เพิ่มระเบียน", "Add a record"), "plus"),
    "EDIT": (Text("แก้ไข", "Edit"), "pencil"),
    "RETIRE": (Text("เลิกใช้", "Retire"), "archive"),
}
STATES = {
    "WAITING": (Text("รอพิจารณา", "Waiting"), "warning"),
    "APPROVED": (Text("อนุมัติแล้ว", "Approved"), "success"),
    "REFUSED": (Text("ไม่อนุมัติ", "Refused"), "danger"),
    "WITHDRAWN": (Text("ถอนคำขอ", "Withdrawn"), "neutral"),
}


class DecideForm(Ask):
    answer = ask_lines(
        Text("ความเห็นถึงผู้ขอ", "Your words to the asker"), rows=3,
        hint=Text("ต้องกรอกเมื่อไม่อนุมัติ", "Needed when you refuse"),
    )  # fmt: skip


def named(card: ChangeCard) -> str:
    """What a change is about: the record's name, or for a new one without it the first thing that it tells."""
    if card.title not in ("", "-"):
        return card.title
    return next((str(value) for value in card.wanted.values() if value not in (None, "", [])), card.key or "–")


@never_cache
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    state = request.GET.get("state", "WAITING")
    state = state if state in STATES else "WAITING"
    page = queries.changes_waiting(ctx, state=state, after=request.GET.get("after", ""))
    names = {one.key: one.name for one in queries.registers(ctx, with_closed=True)}
    rows = [
        {
            "change": one,
            "name": named(one),
            "register": names.get(one.register),
            "act": ACTS[one.act],
            "state": STATES[one.state],
        }
        for one in page.rows
    ]
    tabs = [
        {"href": with_query(request, state=code, after=None), "label": words, "active": code == state}
        for code, (words, _) in STATES.items()
    ]
    more = with_query(request, after=page.after) if page.after else ""
    back = with_query(request, after=None) if "after" in request.GET else ""
    context = {"rows": rows, "tabs": tabs, "state": state, "next": more, "previous": back}
    return render(request, "console/changes/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, change_id: UUID) -> HttpResponse:
    ctx = ctx_of(request)
    form = DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        act = request.POST.get("act", "")
        try:
            if act == "withdraw":
                services.withdraw_change(ctx, change_id=change_id)
                told(request, "ถอนคำขอแล้ว", "The request was withdrawn")
            else:
                answer = form.given()["answer"]
                services.decide_change(ctx, change_id=change_id, approve=act == "approve", answer=answer)
                if act == "approve":
                    told(request, "อนุมัติและบันทึกลงทะเบียนแล้ว", "Approved, and written to the register")
                else:
                    told(request, "ไม่อนุมัติ และแจ้งเหตุผลแล้ว", "Refused, with your reason")
            return redirect(here(request, "change", change_id=change_id))
        except Forbidden:
            raise
        except NakhonError as error:
            form.refused(error)
    card = queries.change(ctx, change_id=change_id)
    return render(
        request, "console/changes/change.html", _page(request, card, form), status=422 if form.errors else 200
    )


def _page(request: HttpRequest, card: ChangeCard, form: DecideForm) -> dict[str, Any]:
    ctx = ctx_of(request)
    register = queries.register_named(ctx, key=card.register)
    rows = []
    for one in register.properties:
        if one.name not in card.wanted and (one.protected or one.name not in card.now):
            continue
        now, wanted = card.now.get(one.name), card.wanted.get(one.name)
        rows.append(
            {
                "title": one.title, "unit": one.unit, "changed": one.name in card.wanted and now != wanted,
                "now": value_text(one, now) if now not in (None, "", []) else None,
                "wanted": value_text(one, wanted) if one.name in card.wanted and wanted not in (None, "", []) else None,
                "touched": one.name in card.wanted,
            }
        )  # fmt: skip
    rows.sort(key=lambda row: not row["changed"])
    titles = [one.title for one in register.properties if one.name in card.masked]
    place = None
    if card.geometry_wanted or card.geometry_now:
        place = {
            "mode": "compare", "key": card.register, "language": ctx.language, "color": (register.map or {}).get("color") or "teal",
            "feature": card.geometry_wanted or card.geometry_now, "before": card.geometry_now if card.moves else None, "tiles": "",
        }  # fmt: skip
    return {
        "change": card, "name": named(card), "register": register, "rows": rows, "masked": titles, "form": form, "map": place,
        "act": ACTS[card.act], "state": STATES[card.state], "basemap": settings.NAKHON_BASEMAP_STYLE,
        "may_decide": ctx.may(CHANGE_DECIDE) and register.may_approve and card.state == "WAITING" and not card.is_own,
    }  # fmt: skip


staff_urls: list[URLPattern] = [
    path("changes/", changes, name="changes"),
    path("changes/<uuid:change_id>/", change, name="change"),
]
