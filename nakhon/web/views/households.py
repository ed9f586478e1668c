"""Households in the console: find, make, the card with members and history, move in and out, edit, close."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nakhon.kernel.errors import NakhonError
from nakhon.knowledge.dates import DateError, parse_thai_date
from nakhon.knowledge.text import Text
from nakhon.people import queries, services
from nakhon.people.permissions import HOUSEHOLD_EDIT
from nakhon.people.types import HouseholdCard
from nakhon.web.asking import Ask, ask, ask_choice, ask_date, hidden
from nakhon.web.console import ctx_of, here, told
from nakhon.web.views.registers import register_list, subdistrict_choices


class HouseholdForm(Ask):
    house_id = ask(
        Text("รหัสประจำบ้าน 11 หลัก", "House registration number, 11 digits"), inputmode="numeric", autocomplete="off"
    )
    house_no = ask(Text("บ้านเลขที่", "House number"))
    moo = ask(Text("หมู่ที่", "Village number (moo)"), inputmode="numeric")
    soi = ask(Text("ซอย", "Soi"))
    road = ask(Text("ถนน", "Road"))
    subdistrict_code = ask_choice(Text("ตำบล", "Subdistrict"), [], blank=Text("เลือกตำบล", "Choose a subdistrict"))
    postcode = ask(Text("รหัสไปรษณีย์", "Postcode"), inputmode="numeric")
    version = hidden()

    def __init__(self, request: HttpRequest, data: QueryDict | None = None, card: HouseholdCard | None = None) -> None:
        first: dict[str, Any] = {}
        if card is not None:
            first = {
                "house_id": card.house_id_masked,
                "subdistrict_code": card.subdistrict_code,
                "version": str(card.version),
            }
        super().__init__(data, initial=first)
        places = subdistrict_choices(request, card.subdistrict_code if card else "")
        self.fields["subdistrict_code"].choices = [  # type: ignore[attr-defined]
            ("", Text("เลือกตำบล", "Choose a subdistrict")), *places,
        ]  # fmt: skip


class MoveForm(Ask):
    person = ask(
        Text("บุคคล", "Person"),
        need=True,
        hint=Text("เลขประจำตัว โทรศัพท์ อีเมล หรือรหัสระเบียน", "Identity number, telephone, e-mail or record id"),
        autocomplete="off",
    )
    relation = ask_choice(Text("ความสัมพันธ์", "Relation"), queries.RELATIONS)
    on = ask_date(Text("ย้ายเข้าเมื่อ", "Moved in on"))


@never_cache
@require_GET
def households(request: HttpRequest) -> HttpResponse:
    return register_list(request, "console/households/list.html", queries.find_households, edit=HOUSEHOLD_EDIT)


@never_cache
@require_http_methods(["GET", "POST"])
def household_new(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(HOUSEHOLD_EDIT)
    form = HouseholdForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            made = services.create_household(ctx, fields=form.given())
        except NakhonError as error:
            form.refused(error)
        else:
            told(request, "เพิ่มครัวเรือนแล้ว", "The household was added")
            return redirect(here(request, "household", household_id=made))
    return render(request, "console/households/form.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def household(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """The card; a post moves somebody in."""
    ctx = ctx_of(request)
    form = MoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        ctx.require(HOUSEHOLD_EDIT)
        given = form.given()
        try:
            who = queries.person_by_reference(ctx, reference=given["person"])
            day = parse_thai_date(given["on"]) if given["on"].strip() else None
            services.move_person(ctx, person_id=who, household_id=household_id, relation=given["relation"], on=day)
        except DateError as error:
            form.add_error("on", error.message.in_(ctx.language))
        except NakhonError as error:
            form.refused(error)
        else:
            told(request, "ย้ายเข้าครัวเรือนแล้ว", "Moved into the household")
            return redirect(here(request, "household", household_id=household_id))
    card = queries.household_card(ctx, household_id=household_id)
    page = {"card": card, "form": form, "may_edit": ctx.may(HOUSEHOLD_EDIT) and card.closed_at is None}
    return render(request, "console/households/card.html", page, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def household_edit(request: HttpRequest, household_id: UUID) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(HOUSEHOLD_EDIT)
    card = queries.household_card(ctx, household_id=household_id)
    form = HouseholdForm(request, request.POST if request.method == "POST" else None, card)
    if request.method == "POST":
        given = form.given()
        try:
            version = int(given["version"]) if given["version"].isdigit() else 0
            services.edit_household(ctx, household_id=household_id, version=version, fields=given)
        except NakhonError as error:
            form.refused(error)
        else:
            told(request, "บันทึกแล้ว", "Saved")
            return redirect(here(request, "household", household_id=household_id))
    page = {"form": form, "card": card}
    return render(request, "console/households/form.html", page, status=422 if form.errors else 200)


@require_POST
def household_leave(request: HttpRequest, household_id: UUID, person_id: UUID) -> HttpResponse:
    services.move_person(ctx_of(request), person_id=person_id, household_id=None)
    told(request, "ย้ายออกจากครัวเรือนแล้ว", "Moved out of the household")
    return redirect(here(request, "household", household_id=household_id))


@require_POST
def household_close(request: HttpRequest, household_id: UUID) -> HttpResponse:
    services.close_household(ctx_of(request), household_id=household_id)
    told(request, "ปิดครัวเรือนแล้ว", "The household was closed")
    return redirect(here(request, "households"))


staff_urls: list[URLPattern] = [
    path("households/", households, name="households"),
    path("households/new/", household_new, name="household_new"),
    path("households/<uuid:household_id>/", household, name="household"),
    path("households/<uuid:household_id>/edit/", household_edit, name="household_edit"),
    path("households/<uuid:household_id>/leave/<uuid:person_id>/", household_leave, name="household_leave"),
    path("households/<uuid:household_id>/close/", household_close, name="household_close"),
]
