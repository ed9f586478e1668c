"""Purposes, notices and consent: the public privacy page, the console's purposes and a person's consents, the portal's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nakhon.kernel.errors import NakhonError
from nakhon.kernel.personal import Category
from nakhon.knowledge.duties import LawfulBasis
from nakhon.knowledge.text import Text
from nakhon.people import queries, services
from nakhon.people.errors import NotLinked
from nakhon.people.permissions import CONSENT_RECORD, PURPOSE_EDIT
from nakhon.people.types import PurposeCard
from nakhon.web.asking import Ask, ask, ask_choice, ask_lines, ask_several, ask_yes
from nakhon.web.console import ctx_of, here, profile_first, told


class PurposeForm(Ask):
    code = ask(
        Text("รหัส", "Code"), need=True, most=40, hint=Text("อักษรอังกฤษตัวเล็ก เช่น library", "Lower case, such as library")
    )
    name_th = ask(Text("ชื่อ (ไทย)", "Name (Thai)"), need=True)
    name_en = ask(Text("ชื่อ (อังกฤษ)", "Name (English)"), need=True)
    basis = ask_choice(
        Text("ฐานกฎหมาย (มาตรา 24)", "Lawful basis (s.24)"), [(one.value, one.label) for one in LawfulBasis]
    )
    sensitive_basis = ask_choice(
        Text("ฐานสำหรับข้อมูลอ่อนไหว (มาตรา 26)", "Basis for sensitive data (s.26)"),
        queries.SENSITIVE_BASES,
        need=False,
        blank=Text("ไม่เก็บข้อมูลอ่อนไหว", "No sensitive data"),
    )
    legal_reference = ask(Text("กฎหมายที่อ้างอิง", "Law referred to"), most=300)
    categories = ask_several(
        Text("ประเภทข้อมูล", "Categories of data"), [(one.value, one.text) for one in Category], need=True
    )
    recipients_th = ask(Text("ผู้รับข้อมูล (ไทย)", "Recipients (Thai)"), most=500)
    recipients_en = ask(Text("ผู้รับข้อมูล (อังกฤษ)", "Recipients (English)"), most=500)
    retention_months = ask(
        Text("เก็บไว้กี่เดือนหลังใช้ครั้งสุดท้าย", "Months kept after the last use"), need=True, inputmode="numeric"
    )
    retention_action = ask_choice(Text("เมื่อครบกำหนด", "When the time is over"), queries.RETENTION_ACTIONS)
    notice_th = ask_lines(Text("ประกาศความเป็นส่วนตัว (ไทย)", "Privacy notice (Thai)"), need=True, rows=6)
    notice_en = ask_lines(Text("ประกาศความเป็นส่วนตัว (อังกฤษ)", "Privacy notice (English)"), need=True, rows=6)
    minor_may_consent = ask_yes(
        Text("ผู้เยาว์อายุ 10 ปีขึ้นไปให้ความยินยอมได้เอง", "A minor of 10 or older may consent alone"),
        hint=Text("เฉพาะการที่ผู้เยาว์ทำได้เองตามกฎหมาย", "Only for acts that the law lets a minor do alone"),
    )


def _first(card: PurposeCard) -> dict[str, Any]:
    plain = (
        "code",
        "basis",
        "sensitive_basis",
        "legal_reference",
        "retention_months",
        "retention_action",
        "minor_may_consent",
    )
    first: dict[str, Any] = {name: getattr(card, name) for name in plain}
    first |= {
        "name_th": card.name.th,
        "name_en": card.name.en,
        "notice_th": card.notice.th,
        "notice_en": card.notice.en,
    }
    first |= {"categories": list(card.categories)}
    if card.recipients:
        first |= {"recipients_th": card.recipients.th, "recipients_en": card.recipients.en}
    return first


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """What the city does with personal data, and how to use one's rights: for everybody."""
    return render(request, "city/privacy.html", {"purposes": queries.purposes(ctx_of(request))})


@never_cache
@require_GET
def purposes(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    page = {"purposes": queries.purposes(ctx, with_ended=True), "may_edit": ctx.may(PURPOSE_EDIT)}
    return render(request, "console/purposes/list.html", page)


@require_POST
def purposes_adopt(request: HttpRequest) -> HttpResponse:
    added = services.adopt_typical_purposes(ctx_of(request))
    told(request, f"เพิ่มวัตถุประสงค์ {len(added)} รายการ", f"Purposes added: {len(added)}")
    return redirect(here(request, "purposes"))


@never_cache
@require_http_methods(["GET", "POST"])
def purpose(request: HttpRequest, code: str = "") -> HttpResponse:
    """Define a purpose, or change one; other words in its notice publish a new version."""
    ctx = ctx_of(request)
    ctx.require(PURPOSE_EDIT)
    card = None
    if code:
        card = next((row for row in queries.purposes(ctx, with_ended=True) if row.code == code), None)
        if card is None:
            raise Http404
    form = PurposeForm(request.POST if request.method == "POST" else None, initial=_first(card) if card else None)
    if request.method == "POST":
        try:
            _define(request, form, code)
        except NakhonError as error:
            form.refused(error)
        else:
            told(request, "บันทึกวัตถุประสงค์แล้ว", "The purpose was saved")
            return redirect(here(request, "purposes"))
    return render(
        request, "console/purposes/form.html", {"form": form, "card": card}, status=422 if form.errors else 200
    )


def _define(request: HttpRequest, form: PurposeForm, code: str) -> None:
    given = form.given()
    blank = {name: Text("ต้องกรอกช่องนี้", "This field is required") for name in given if name.endswith(("_th", "_en"))}
    missing = {
        name: text for name, text in blank.items() if not given[name].strip() and not name.startswith("recipients")
    }
    if missing:
        raise NakhonError(Text("ข้อมูลไม่ครบ", "Something is missing"), fields=missing)
    both = given["recipients_th"].strip() and given["recipients_en"].strip()
    services.define_purpose(
        ctx_of(request),
        code=code or given["code"],
        name=Text(given["name_th"], given["name_en"]),
        basis=given["basis"],
        sensitive_basis=given["sensitive_basis"],
        legal_reference=given["legal_reference"],
        categories=given["categories"],
        recipients=Text(given["recipients_th"], given["recipients_en"]) if both else None,
        retention_months=given["retention_months"],
        retention_action=given["retention_action"],
        notice=Text(given["notice_th"], given["notice_en"]),
        minor_may_consent=given["minor_may_consent"],
    )


@require_POST
def purpose_end(request: HttpRequest, code: str) -> HttpResponse:
    services.end_purpose(ctx_of(request), code=code)
    told(request, "เลิกใช้วัตถุประสงค์นี้แล้ว", "The purpose was ended")
    return redirect(here(request, "purposes"))


class ConsentForm(Ask):
    purpose = ask_choice(Text("วัตถุประสงค์", "Purpose"), [])
    said = ask_choice(
        Text("คำตอบ", "Answer"),
        [("yes", Text("ให้ความยินยอม", "Gives consent")), ("no", Text("ถอนความยินยอม", "Withdraws consent"))],
        radio=True,
    )
    channel = ask_choice(Text("ช่องทาง", "Channel"), queries.CONSENT_CHANNELS)
    guardian = ask(
        Text("ผู้ปกครอง (กรณีผู้เยาว์)", "Guardian (for a minor)"),
        hint=Text("เลขประจำตัว โทรศัพท์ หรือรหัสระเบียนของผู้ปกครอง", "The guardian's identity number, telephone or record id"),
        autocomplete="off",
    )

    def __init__(self, asks: list[tuple[str, Text]], data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["purpose"].choices = asks  # type: ignore[attr-defined]


@never_cache
@require_http_methods(["GET", "POST"])
def person_consents(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """How a person stands to each purpose, with history; a post records what was said at the counter."""
    ctx = ctx_of(request)
    name = queries.person_name(ctx, person_id=person_id)
    states, history = queries.consents_of(ctx, person_id=person_id)
    asks = [(state.purpose, state.text) for state in states if state.asks_consent]
    form = ConsentForm(asks, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        ctx.require(CONSENT_RECORD)
        given = form.given()
        try:
            guardian = (
                queries.person_by_reference(ctx, reference=given["guardian"]) if given["guardian"].strip() else None
            )
            services.record_consent(
                ctx, person_id=person_id, purpose=given["purpose"], granted=given["said"] == "yes",
                channel=given["channel"], guardian_id=guardian,
            )  # fmt: skip
        except NakhonError as error:
            if "guardian_id" in error.fields:
                error.fields["guardian"] = error.fields.pop("guardian_id")
            form.refused(error)
        else:
            told(request, "บันทึกแล้ว", "Recorded")
            return redirect(here(request, "person_consents", person_id=person_id))
    page = {
        "name": name, "person_id": person_id, "states": states, "history": history, "form": form,
        "may_record": ctx.may(CONSENT_RECORD) and asks,
    }  # fmt: skip
    return render(request, "console/purposes/consents.html", page, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def own_consents(request: HttpRequest) -> HttpResponse:
    """The reader's own consents; giving and taking back are one button each."""
    ctx = ctx_of(request)
    if request.method == "POST":
        code = request.POST.get("purpose", "")
        if request.POST.get("said") == "yes":
            number = request.POST.get("notice", "")
            services.give_consent(ctx, purpose=code, notice_number=int(number) if number.isdigit() else 0)
            told(request, "บันทึกความยินยอมแล้ว", "Your consent is recorded")
        else:
            services.withdraw_consent(ctx, purpose=code)
            told(request, "ถอนความยินยอมแล้ว", "Your consent is withdrawn")
        return redirect(here(request, "own_consents"))
    try:
        states = queries.own_consents(ctx)
    except NotLinked:
        return profile_first(request, "own_consents")
    return render(request, "portal/consents/list.html", {"states": states})


public_urls: list[URLPattern] = [path("privacy/", privacy, name="privacy")]
citizen_urls: list[URLPattern] = [path("consents/", own_consents, name="own_consents")]
staff_urls: list[URLPattern] = [
    path("purposes/", purposes, name="purposes"),
    path("purposes/new/", purpose, name="purpose_new"),
    path("purposes/adopt/", purposes_adopt, name="purposes_adopt"),
    path("purposes/<slug:code>/", purpose, name="purpose"),
    path("purposes/<slug:code>/end/", purpose_end, name="purpose_end"),
    path("persons/<uuid:person_id>/consents/", person_consents, name="person_consents"),
]
