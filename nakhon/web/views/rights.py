"""The data-subject desk in the console, and in the portal: my data, its copy, who looked, my requests, my profile."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nakhon.kernel.errors import NakhonError
from nakhon.kernel.personal import DataSection
from nakhon.knowledge.phones import parse_phone
from nakhon.knowledge.text import Text
from nakhon.people import queries, services
from nakhon.people.errors import NotLinked
from nakhon.people.permissions import RIGHTS_DECIDE, RIGHTS_READ, RIGHTS_RECEIVE
from nakhon.people.types import RequestCard, VerifiedPerson
from nakhon.web.asking import Ask, ask, ask_choice, ask_date, ask_lines, hidden
from nakhon.web.console import ctx_of, here, profile_first, told, with_query
from nakhon.web.copies import copy_of_data
from nakhon.web.navigation import portal_entry
from nakhon.web.signin.session import verified_identity


class RequestForm(Ask):
    """A request that came by counter, post, e-mail or telephone."""

    kind = ask_choice(Text("สิทธิที่ขอใช้", "Right"), queries.RIGHT_KINDS)
    channel = ask_choice(Text("รับทาง", "Came by"), queries.REQUEST_CHANNELS)
    requester_name = ask(Text("ชื่อผู้ขอ", "Requester's name"), need=True)
    requester_contact = ask(Text("ที่ติดต่อกลับ", "Where to answer"), need=True)
    purpose = ask_choice(
        Text("วัตถุประสงค์ที่คัดค้าน", "Purpose objected to"), [], need=False, blank=Text("ไม่เกี่ยวข้อง", "Does not apply")
    )
    detail = ask_lines(Text("รายละเอียด", "Detail"))


class OwnRequestForm(Ask):
    kind = ask_choice(Text("คุณต้องการอะไร", "What would you like?"), queries.RIGHT_KINDS, radio=True)
    purpose = ask_choice(
        Text("หากคัดค้าน: การใช้ข้อมูลใด", "To object: to which use?"),
        [],
        need=False,
        blank=Text("ไม่เกี่ยวข้อง", "Does not apply"),
    )
    detail = ask_lines(
        Text("รายละเอียด", "Detail"), hint=Text("จำเป็นเมื่อขอแก้ไขหรือร้องเรียน", "Needed to correct or complain")
    )


class DecideForm(Ask):
    """One form for every step of the desk: ``step`` says which button was pressed."""

    person = ask(Text("บุคคลในทะเบียน", "Person in the register"), autocomplete="off",
                 hint=Text("เลขประจำตัว โทรศัพท์ หรือรหัสระเบียน", "Identity number, telephone or record id"))  # fmt: skip
    method = ask_choice(Text("ยืนยันตัวตนโดย", "Identified by"), queries.IDENTITY_METHODS)
    ground = ask_choice(
        Text("เหตุที่ปฏิเสธ", "Ground of refusal"), [], blank=Text("เลือกเหตุตามกฎหมาย", "Choose a ground of law")
    )
    answer = ask_lines(Text("คำตอบถึงผู้ขอ", "Answer to the requester"))
    days = ask(Text("ขยายเวลา (วัน)", "Extend by (days)"), inputmode="numeric")
    reason_code = ask_choice(
        Text("เพราะ", "Because"),
        [
            ("COMPLEX", Text("ข้อมูลซับซ้อนหรืออยู่หลายระบบ", "the data is complex")),
            ("MANY", Text("มีคำขอจำนวนมาก", "there are many requests")),
        ],
    )
    version = hidden()

    def __init__(self, card: RequestCard, data: Any = None) -> None:
        super().__init__(data, initial={"version": str(card.version)})
        listed = [("", Text("เลือกเหตุตามกฎหมาย", "Choose a ground of law")), *card.grounds.items()]
        self.fields["ground"].choices = listed  # type: ignore[attr-defined]


def _purpose_choices(request: HttpRequest, form: Ask) -> None:
    listed = [(row.code, row.name) for row in queries.purposes(ctx_of(request))]
    form.fields["purpose"].choices = [("", Text("ไม่เกี่ยวข้อง", "Does not apply")), *listed]  # type: ignore[attr-defined]


@never_cache
@require_GET
def rights(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    state = "closed" if request.GET.get("state") == "closed" else "open"
    rows = queries.rights_requests(ctx, state=state)
    tabs = [
        {"href": "?state=open", "label": Text("ที่ต้องทำ", "Open"), "active": state == "open"},
        {"href": "?state=closed", "label": Text("เสร็จแล้ว", "Closed"), "active": state == "closed"},
    ]
    return render(
        request, "console/rights/list.html", {"rows": rows, "tabs": tabs, "may_receive": ctx.may(RIGHTS_RECEIVE)}
    )


@never_cache
@require_http_methods(["GET", "POST"])
def right_new(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(RIGHTS_RECEIVE)
    form = RequestForm(request.POST if request.method == "POST" else None)
    _purpose_choices(request, form)
    if request.method == "POST":
        try:
            made = services.receive_request(ctx, **form.given())
        except NakhonError as error:
            form.refused(error)
        else:
            told(request, f"รับคำขอ {made.number} แล้ว", f"Request {made.number} was received")
            # Whoever receives requests at a counter need not be allowed to read those of others.
            return redirect(
                here(request, "right", rightsrequest_id=made.pk)
                if ctx.may(RIGHTS_READ)
                else here(request, "staff_home")
            )
    return render(request, "console/rights/form.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def right(request: HttpRequest, rightsrequest_id: UUID) -> HttpResponse:
    ctx = ctx_of(request)
    card = queries.rights_request(ctx, request_id=rightsrequest_id)
    form = DecideForm(card, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            _take(request, rightsrequest_id, form)
        except NakhonError as error:
            form.refused(error)
        else:
            told(request, "บันทึกขั้นตอนแล้ว", "The step was recorded")
            return redirect(here(request, "right", rightsrequest_id=rightsrequest_id))
    may = {"receive": ctx.may(RIGHTS_RECEIVE), "decide": ctx.may(RIGHTS_DECIDE)}
    page = {"card": card, "form": form, "may": may, "may_copy": may["decide"] and _copyable(card)}
    return render(request, "console/rights/card.html", page, status=422 if form.errors else 200)


def _copyable(card: RequestCard) -> bool:
    return (
        card.row.kind in ("ACCESS", "PORTABILITY") and card.verified_at is not None and card.row.person_id is not None
    )


def _take(request: HttpRequest, rightsrequest_id: UUID, form: DecideForm) -> None:
    ctx, given, step = ctx_of(request), form.given(), request.POST.get("step", "")
    version = int(given["version"]) if given["version"].isdigit() else 0
    if step == "wait":
        services.wait_for_identity(ctx, request_id=rightsrequest_id, version=version)
    elif step == "confirm":
        who = queries.person_by_reference(ctx, reference=given["person"])
        services.confirm_identity(
            ctx, request_id=rightsrequest_id, version=version, method=given["method"], person_id=who
        )
    elif step == "fulfil":
        services.fulfil_request(ctx, request_id=rightsrequest_id, version=version, answer=given["answer"])
    elif step == "refuse":
        services.refuse_request(
            ctx, request_id=rightsrequest_id, version=version, ground=given["ground"], answer=given["answer"]
        )
    elif step == "extend":
        services.extend_request(
            ctx, request_id=rightsrequest_id, version=version, days=given["days"], reason_code=given["reason_code"]
        )


@never_cache
@require_POST
def right_copy(request: HttpRequest, rightsrequest_id: UUID) -> HttpResponse:
    """The copy of all data, to hand to the requester: a post, because it is recorded."""
    card, sections = queries.copy_for_request(ctx_of(request), request_id=rightsrequest_id)
    return _download(request, sections, card.row.number)


def _download(request: HttpRequest, sections: list[DataSection], name: str) -> HttpResponse:
    ctx = ctx_of(request)
    answer = HttpResponse(copy_of_data(ctx, sections), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@never_cache
@require_GET
def own_data(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    try:
        sections = queries.own_data(ctx)
    except NotLinked:
        return profile_first(request, "own_data")
    return render(request, "portal/data/all.html", {"sections": sections})


@never_cache
@require_POST
def own_copy(request: HttpRequest) -> HttpResponse:
    return _download(request, queries.own_copy(ctx_of(request)), "my-data")


@never_cache
@require_GET
def own_access(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    try:
        page = queries.who_looked(ctx_of(request), before_seq=int(before) if before.isdigit() else None)
    except NotLinked:
        return profile_first(request, "own_access")
    following = with_query(request, before=page.after) if page.after else ""
    return render(request, "portal/data/access.html", {"page": page, "next": following})


@never_cache
@require_GET
def own_requests(request: HttpRequest) -> HttpResponse:
    try:
        rows = queries.own_requests(ctx_of(request))
    except NotLinked:
        return profile_first(request, "own_requests")
    return render(request, "portal/requests/list.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
def own_request_new(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    form = OwnRequestForm(
        request.POST if request.method == "POST" else None, initial={"kind": request.GET.get("kind", "ACCESS")}
    )
    _purpose_choices(request, form)
    if request.method == "POST":
        try:
            made = services.ask_right(ctx, **form.given())
        except NotLinked:
            return profile_first(request, "own_requests")
        except NakhonError as error:
            form.refused(error)
        else:
            told(request, f"รับคำขอเลขที่ {made.number} แล้ว", f"We received your request {made.number}")
            return redirect(here(request, "own_request", rightsrequest_id=made.pk))
    days = queries.figure_in_force(ctx, key="pdpa.other_request_days")
    page = {"form": form, "days": days}
    return render(request, "portal/requests/form.html", page, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def own_request(request: HttpRequest, rightsrequest_id: UUID) -> HttpResponse:
    """One's own request; a post withdraws it."""
    ctx = ctx_of(request)
    if request.method == "POST":
        services.withdraw_request(ctx, request_id=rightsrequest_id)
        told(request, "ถอนคำขอแล้ว", "The request was withdrawn")
        return redirect(here(request, "own_requests"))
    return render(request, "portal/requests/card.html", {"card": queries.own_request(ctx, request_id=rightsrequest_id)})


class ProfileForm(Ask):
    prefix = ask(Text("คำนำหน้า", "Title"), autocomplete="honorific-prefix")  # type: ignore[assignment]
    first_name = ask(Text("ชื่อ", "First name"), need=True, autocomplete="given-name")
    last_name = ask(Text("นามสกุล", "Last name"), autocomplete="family-name")
    birth_date = ask_date(Text("วันเกิด", "Date of birth"))
    phone = ask(Text("โทรศัพท์", "Telephone"), inputmode="tel", autocomplete="tel")
    email = ask(Text("อีเมล", "E-mail"), inputmode="email", autocomplete="email")
    house_no = ask(Text("บ้านเลขที่", "House number"))
    moo = ask(Text("หมู่ที่", "Village number (moo)"), inputmode="numeric")
    soi = ask(Text("ซอย", "Soi"))
    road = ask(Text("ถนน", "Road"))
    subdistrict_code = ask_choice(Text("ตำบล", "Subdistrict"), [], need=False, blank=Text("ไม่ระบุ", "Not given"))
    postcode = ask(Text("รหัสไปรษณีย์", "Postcode"), inputmode="numeric", autocomplete="postal-code")
    version = hidden()


@never_cache
@require_http_methods(["GET", "POST"])
def own_profile(request: HttpRequest) -> HttpResponse:
    """One's own record: entered the first time, corrected later; linked at once where ThaID vouched for the identity."""
    ctx = ctx_of(request)
    try:
        card = queries.own_profile(ctx)
    except NotLinked:
        card = None
    wanted = portal_entry(request.GET.get("for", ""))
    first: dict[str, Any] = {} if card is not None else _from_account(request)
    if card is not None:
        first = {field.name: field.shown for field in card.fields if field.name in ("birth_date", "phone", "email")}
        first |= {
            name: getattr(card, name) for name in ("prefix", "first_name", "last_name", "subdistrict_code", "postcode")
        }
        first["version"] = str(card.version)
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=first)
    places = subdistrict_choices_for_all(request, card.subdistrict_code if card else "")
    form.fields["subdistrict_code"].choices = [("", Text("ไม่ระบุ", "Not given")), *places]  # type: ignore[attr-defined]
    vouched = verified_identity(request, ctx)
    if request.method == "POST":
        try:
            _save_profile(request, form, vouched)
        except NakhonError as error:
            form.refused(error)
        else:
            told(request, "บันทึกข้อมูลของคุณแล้ว", "Your details were saved")
            return redirect(here(request, wanted.route if wanted else "own_profile"))
    page: dict[str, Any] = {"form": form, "card": card, "vouched": vouched is not None and bool(vouched.national_id)}
    page["wanted"] = wanted.label if wanted and card is None else None
    return render(request, "portal/profile/form.html", page, status=422 if form.errors else 200)


def _from_account(request: HttpRequest) -> dict[str, Any]:
    """What signing in has told already, so that nobody types it twice."""
    user = request.user
    if not user.is_authenticated:
        return {}
    given, _, family = " ".join(user.display_name.split()).partition(" ")
    phone = parse_phone(user.phone).display if user.phone and user.phone_verified else ""
    return {"first_name": given, "last_name": family, "phone": str(phone), "email": user.email or ""}


def subdistrict_choices_for_all(request: HttpRequest, chosen: str) -> list[tuple[str, Text]]:
    """As for officers; the list of places is no secret."""
    return queries.places_of(ctx_of(request), chosen=chosen)


def _save_profile(request: HttpRequest, form: ProfileForm, vouched: Any) -> None:
    ctx = ctx_of(request)
    if "verified" in request.POST and vouched is not None:
        person = VerifiedPerson(
            vouched.provider, vouched.national_id, vouched.given_name, vouched.family_name, vouched.birth_date
        )
        services.link_verified(ctx, identity=person)
        return
    given = form.given()
    version = given.pop("version")
    services.save_own_profile(ctx, fields=given, version=int(version) if version.isdigit() else None)


citizen_urls: list[URLPattern] = [
    path("data/", own_data, name="own_data"),
    path("data/copy/", own_copy, name="own_copy"),
    path("access/", own_access, name="own_access"),
    path("requests/", own_requests, name="own_requests"),
    path("requests/new/", own_request_new, name="own_request_new"),
    path("requests/<uuid:rightsrequest_id>/", own_request, name="own_request"),
    path("profile/", own_profile, name="own_profile"),
]
staff_urls: list[URLPattern] = [
    path("rights/", rights, name="rights"),
    path("rights/new/", right_new, name="right_new"),
    path("rights/<uuid:rightsrequest_id>/", right, name="right"),
    path("rights/<uuid:rightsrequest_id>/copy/", right_copy, name="right_copy"),
]
