"""The register of persons in the console: search, register, the masked card, edit, reveal with a purpose, merge, link, restrict."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nakhon.kernel.errors import NakhonError
from nakhon.knowledge.identity import IdType
from nakhon.knowledge.text import Text
from nakhon.people import queries, services
from nakhon.people.permissions import (
    CONSENT_READ,
    HOUSEHOLD_READ,
    PERSON_EDIT,
    PERSON_MERGE,
    PERSON_REVEAL,
    RIGHTS_DECIDE,
    SENSITIVE_EDIT,
    SENSITIVE_READ,
)
from nakhon.people.types import PersonCard
from nakhon.web.asking import Ask, ask, ask_choice, ask_date, ask_lines, ask_several, hidden
from nakhon.web.console import ctx_of, here, told
from nakhon.web.views.registers import register_list, subdistrict_choices

SENSITIVE_KINDS = queries.SENSITIVE_KINDS
CLEARABLE = ("national_id", "passport_no", "birth_date", "phone", "email", "address", "note")


class PersonForm(Ask):
    """A person as an officer enters it. Masked values come back as they were and are kept."""

    prefix = ask(  # type: ignore[assignment]
        Text("คำนำหน้า", "Title"), hint=Text("นาย นาง นางสาว เด็กชาย เด็กหญิง หรือยศ", "Mr, Mrs, Miss or a rank")
    )
    first_name = ask(Text("ชื่อ", "First name"), need=True)
    middle_name = ask(Text("ชื่อกลาง", "Middle name"))
    last_name = ask(Text("นามสกุล", "Last name"))
    id_type = ask_choice(Text("เอกสารแสดงตน", "Identity document"), [(one.value, one.label) for one in IdType])
    national_id = ask(Text("เลขประจำตัว 13 หลัก", "13-digit identity number"), inputmode="numeric", autocomplete="off")
    passport_no = ask(Text("เลขหนังสือเดินทาง", "Passport number"), autocomplete="off")
    birth_date = ask_date(
        Text("วันเกิด", "Date of birth"),
        hint=Text(
            "เช่น 15 ม.ค. 2500 หากทราบเฉพาะปีให้กรอก 2500", "Such as 15/1/2500 (B.E.); the year alone if no more is known"
        ),
    )
    phone = ask(Text("โทรศัพท์", "Telephone"), inputmode="tel", autocomplete="off")
    email = ask(Text("อีเมล", "E-mail"), inputmode="email", autocomplete="off")
    house_no = ask(Text("บ้านเลขที่", "House number"))
    moo = ask(Text("หมู่ที่", "Village number (moo)"), inputmode="numeric")
    soi = ask(Text("ซอย", "Soi"))
    road = ask(Text("ถนน", "Road"))
    subdistrict_code = ask_choice(Text("ตำบล", "Subdistrict"), [], need=False, blank=Text("ไม่ระบุ", "Not given"))
    postcode = ask(Text("รหัสไปรษณีย์", "Postcode"), inputmode="numeric")
    note = ask_lines(Text("หมายเหตุ", "Note"), hint=Text("อย่าใส่ข้อมูลสุขภาพหรือศาสนาที่นี่", "No health or religion here"))
    clear = ask_several(
        Text("ลบข้อมูลเหล่านี้ออก", "Remove these"),
        [],
        hint=Text("ช่องที่ยังปกปิดหรือเว้นว่างจะคงค่าเดิม", "Fields left masked or blank keep their value"),
    )
    version = hidden()

    groups = (
        (Text("ชื่อ", "Name"), ("prefix", "first_name", "middle_name", "last_name")),
        (Text("เอกสารแสดงตน", "Identity"), ("id_type", "national_id", "passport_no", "birth_date")),
        (Text("ติดต่อ", "Contact"), ("phone", "email")),
        (Text("ที่อยู่", "Address"), ("house_no", "moo", "soi", "road", "subdistrict_code", "postcode")),
        (Text("อื่น ๆ", "Other"), ("purposes", "note", "clear")),
    )

    def __init__(self, request: HttpRequest, data: QueryDict | None = None, *, card: PersonCard | None = None) -> None:
        first: dict[str, Any] = {"id_type": "NONE"}
        if card is not None:
            first = {field.name: field.shown for field in card.fields if field.name != "address"}
            first |= {name: getattr(card, name) for name in ("prefix", "first_name", "middle_name", "last_name")}
            first |= {"id_type": card.id_type, "subdistrict_code": card.subdistrict_code, "postcode": card.postcode}
            first["version"] = str(card.version)
        super().__init__(data, initial=first)
        places = subdistrict_choices(request, card.subdistrict_code if card else "")
        self.fields["subdistrict_code"].choices = [("", Text("ไม่ระบุ", "Not given")), *places]  # type: ignore[attr-defined]
        if card is None:
            del self.fields["clear"]
            self.fields["purposes"] = ask_several(
                Text("ใช้ข้อมูลเพื่อ", "Used for"), [(row.code, row.name) for row in queries.purposes(ctx_of(request))]
            )
            self.initial["purposes"] = ["registry"]
        else:
            held = [(field.name, field.label) for field in card.fields if field.is_held]
            self.fields["clear"].choices = held  # type: ignore[attr-defined]


@never_cache
@require_GET
def persons(request: HttpRequest) -> HttpResponse:
    return register_list(request, "console/persons/list.html", queries.find_persons, edit=PERSON_EDIT)


@never_cache
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(PERSON_EDIT)
    form = PersonForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        given = form.given()
        try:
            made = services.register_person(ctx, fields=given, purposes=given["purposes"])
        except NakhonError as error:
            form.refused(error)
            twin = getattr(error, "person_id", "")
            return _ask(request, form, twin=twin)
        told(request, "ขึ้นทะเบียนแล้ว", "Registered")
        request.session["alike"] = [str(row.id) for row in made.alike]
        return redirect(here(request, "person", person_id=made.id))
    return _ask(request, form)


def _ask(request: HttpRequest, form: Ask, **more: Any) -> HttpResponse:
    return render(request, "console/persons/form.html", {"form": form, **more}, status=422 if form.errors else 200)


@never_cache
@require_GET
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    ctx = ctx_of(request)
    card = queries.person_card(ctx, person_id=person_id)
    alike = [(one, queries.person_name(ctx, person_id=UUID(one))) for one in request.session.pop("alike", [])]
    may = {
        "edit": ctx.may(PERSON_EDIT), "reveal": ctx.may(PERSON_REVEAL), "merge": ctx.may(PERSON_MERGE),
        "restrict": ctx.may(RIGHTS_DECIDE), "sensitive": ctx.may(SENSITIVE_READ), "sensitive_edit": ctx.may(SENSITIVE_EDIT),
        "households": ctx.may(HOUSEHOLD_READ), "consents": ctx.may(CONSENT_READ),
    }  # fmt: skip
    return render(request, "console/persons/card.html", {"card": card, "may": may, "alike": alike})


@never_cache
@require_http_methods(["GET", "POST"])
def person_edit(request: HttpRequest, person_id: UUID) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(PERSON_EDIT)
    card = queries.person_card(ctx, person_id=person_id)
    form = PersonForm(request, request.POST if request.method == "POST" else None, card=card)
    if request.method == "POST":
        given = form.given()
        try:
            version = int(given["version"]) if given["version"].isdigit() else 0
            services.edit_person(ctx, person_id=person_id, version=version, fields=given, clear=given["clear"])
        except NakhonError as error:
            form.refused(error)
            return _ask(request, form, card=card, twin=getattr(error, "person_id", ""))
        told(request, "บันทึกแล้ว", "Saved")
        return redirect(here(request, "person", person_id=card.id))
    return _ask(request, form, card=card)


class RevealForm(Ask):
    """What to reveal, for which declared purpose, and why."""

    fields_ = ask_several(Text("ข้อมูลที่ต้องการเปิดดู", "What to reveal"), [], need=True)
    purpose = ask_choice(Text("วัตถุประสงค์", "Purpose"), [], blank=Text("เลือกวัตถุประสงค์", "Choose a purpose"))
    reason = ask(
        Text("เหตุผล", "Reason"),
        need=True,
        most=300,
        hint=Text("เช่น โทรแจ้งผลคำร้อง อย่าใส่เลขประจำตัว", "Such as: call about the result. No identity numbers."),
        autocomplete="off",
    )

    def __init__(self, request: HttpRequest, held: list[tuple[str, Text]], data: QueryDict | None = None) -> None:
        chosen = [request.GET["field"]] if "field" in request.GET else []
        super().__init__(data, initial={"fields_": chosen})
        self.fields["fields_"].choices = held  # type: ignore[attr-defined]
        listed = [(row.code, row.name) for row in queries.purposes(ctx_of(request))]
        self.fields["purpose"].choices = [("", Text("เลือกวัตถุประสงค์", "Choose a purpose")), *listed]  # type: ignore[attr-defined]


@never_cache
@require_http_methods(["GET", "POST"])
def person_reveal(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Asks for purpose and reason, then shows the values once. What is shown is never cached and in no address."""
    ctx = ctx_of(request)
    ctx.require(PERSON_REVEAL)
    held, name = queries.revealable(ctx, person_id=person_id)
    form = RevealForm(request, held, request.POST if request.method == "POST" else None)
    page: dict[str, Any] = {"form": form, "name": name, "person_id": person_id}
    if request.method == "POST":
        given = form.given()
        try:
            shown = services.reveal_person(
                ctx, person_id=person_id, fields=given["fields_"], purpose=given["purpose"], reason=given["reason"]
            )
        except NakhonError as error:
            if "fields" in error.fields:
                error.fields["fields_"] = error.fields.pop("fields")
            form.refused(error)
            return render(request, "console/persons/reveal.html", page, status=422)
        labels = dict(held)
        page["shown"] = [(labels[key], value) for key, value in shown.values.items() if key in labels]
        page["purpose"] = shown.purpose
    return render(request, "console/persons/reveal.html", page)


class MergeForm(Ask):
    duplicate = ask(
        Text("รหัสหรือเลขประจำตัวของระเบียนที่ซ้ำ", "Record id or identity number of the duplicate"),
        need=True,
        hint=Text("คัดลอกจากหน้าระเบียนที่ซ้ำ", "Copy it from the duplicate's page"),
        autocomplete="off",
    )
    reason = ask(Text("รู้ได้อย่างไรว่าเป็นคนเดียวกัน", "How you know that they are one person"), need=True, most=300)


@never_cache
@require_http_methods(["GET", "POST"])
def person_merge(request: HttpRequest, person_id: UUID) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(PERSON_MERGE)
    name = queries.person_name(ctx, person_id=person_id)
    first = {"duplicate": request.GET.get("duplicate", "")}
    form = MergeForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST":
        given = form.given()
        try:
            other = queries.person_by_reference(ctx, reference=given["duplicate"])
            services.merge_persons(ctx, keep_id=person_id, duplicate_id=other, reason=given["reason"])
        except NakhonError as error:
            form.refused(error)
        else:
            told(request, "รวมระเบียนแล้ว", "The records were merged")
            return redirect(here(request, "person", person_id=person_id))
    page = {"form": form, "name": name, "person_id": person_id}
    return render(request, "console/persons/merge.html", page, status=422 if form.errors else 200)


class AccountForm(Ask):
    contact = ask(Text("อีเมลหรือโทรศัพท์ของบัญชี", "E-mail or telephone of the account"), need=True, autocomplete="off")


@never_cache
@require_http_methods(["GET", "POST"])
def person_account(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Links a citizen's account after an officer has seen the card; an empty contact unlinks."""
    ctx = ctx_of(request)
    ctx.require(PERSON_EDIT)
    name = queries.person_name(ctx, person_id=person_id)
    form = AccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            if "unlink" in request.POST:
                services.link_account(ctx, person_id=person_id, user_id=None)
                told(request, "ยกเลิกการเชื่อมบัญชีแล้ว", "The account was unlinked")
            else:
                services.link_account_by_contact(ctx, person_id=person_id, contact=form.given()["contact"])
                told(request, "เชื่อมบัญชีแล้ว", "The account was linked")
        except NakhonError as error:
            form.refused(error)
        else:
            return redirect(here(request, "person", person_id=person_id))
    page = {"form": form, "name": name, "person_id": person_id}
    return render(request, "console/persons/account.html", page, status=422 if form.errors else 200)


@require_POST
def person_restrict(request: HttpRequest, person_id: UUID) -> HttpResponse:
    wanted = request.POST.get("restricted") == "yes"
    services.restrict_person(ctx_of(request), person_id=person_id, restricted=wanted)
    if wanted:
        told(request, "ระงับการใช้ข้อมูลแล้ว", "The use is restricted")
    else:
        told(request, "เลิกระงับการใช้ข้อมูลแล้ว", "The use is no longer restricted")
    return redirect(here(request, "person", person_id=person_id))


class SensitiveForm(Ask):
    kind = ask_choice(Text("ประเภท", "Kind"), SENSITIVE_KINDS)
    purpose = ask_choice(Text("วัตถุประสงค์", "Purpose"), [], blank=Text("เลือกวัตถุประสงค์", "Choose a purpose"))
    body = ask_lines(Text("รายละเอียด", "Detail"), need=True)


@never_cache
@require_http_methods(["GET", "POST"])
def sensitive_new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(SENSITIVE_EDIT)
    name = queries.person_name(ctx, person_id=person_id)
    form = SensitiveForm(request.POST if request.method == "POST" else None)
    listed = [(row.code, row.name) for row in queries.purposes(ctx) if row.sensitive_basis]
    form.fields["purpose"].choices = [("", Text("เลือกวัตถุประสงค์", "Choose a purpose")), *listed]  # type: ignore[attr-defined]
    if request.method == "POST":
        try:
            services.record_sensitive(ctx, person_id=person_id, **form.given())
        except NakhonError as error:
            form.refused(error)
        else:
            told(request, "บันทึกข้อมูลอ่อนไหวแล้ว", "The sensitive fact was recorded")
            return redirect(here(request, "person", person_id=person_id))
    page = {"form": form, "name": name, "person_id": person_id}
    return render(request, "console/persons/sensitive.html", page, status=422 if form.errors else 200)


class FactForm(Ask):
    purpose = ask_choice(Text("วัตถุประสงค์", "Purpose"), [], blank=Text("เลือกวัตถุประสงค์", "Choose a purpose"))
    reason = ask(Text("เหตุผล", "Reason"), need=True, most=300, autocomplete="off")


@never_cache
@require_http_methods(["GET", "POST"])
def sensitive(request: HttpRequest, person_id: UUID, personsensitive_id: UUID) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(SENSITIVE_READ)
    name = queries.person_name(ctx, person_id=person_id)
    form = FactForm(request.POST if request.method == "POST" else None)
    listed = [(row.code, row.name) for row in queries.purposes(ctx) if row.sensitive_basis]
    form.fields["purpose"].choices = [("", Text("เลือกวัตถุประสงค์", "Choose a purpose")), *listed]  # type: ignore[attr-defined]
    page: dict[str, Any] = {"form": form, "name": name, "person_id": person_id}
    if request.method == "POST":
        try:
            page["shown"] = services.reveal_sensitive(
                ctx, person_id=person_id, fact_id=personsensitive_id, **form.given()
            )
        except NakhonError as error:
            form.refused(error)
    return render(request, "console/persons/sensitive_read.html", page, status=422 if form.errors else 200)


staff_urls: list[URLPattern] = [
    path("persons/", persons, name="persons"),
    path("persons/new/", person_new, name="person_new"),
    path("persons/<uuid:person_id>/", person, name="person"),
    path("persons/<uuid:person_id>/edit/", person_edit, name="person_edit"),
    path("persons/<uuid:person_id>/reveal/", person_reveal, name="person_reveal"),
    path("persons/<uuid:person_id>/merge/", person_merge, name="person_merge"),
    path("persons/<uuid:person_id>/account/", person_account, name="person_account"),
    path("persons/<uuid:person_id>/restrict/", person_restrict, name="person_restrict"),
    path("persons/<uuid:person_id>/sensitive/new/", sensitive_new, name="sensitive_new"),
    path("persons/<uuid:person_id>/sensitive/<uuid:personsensitive_id>/", sensitive, name="sensitive"),
]
