"""Accountability in the console: the record of processing as page, JSON and Excel; breaches with their clock; retention."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nakhon.kernel.errors import Invalid, NakhonError
from nakhon.kernel.personal import Category
from nakhon.knowledge.dates import parse_thai_date
from nakhon.knowledge.digits import arabic_digits
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text
from nakhon.people import queries, services
from nakhon.people.permissions import BREACH_HANDLE, BREACH_READ, BREACH_REPORT, RETENTION_EXECUTE
from nakhon.people.processing import SECURITY_MEASURES, as_json, as_xlsx
from nakhon.people.types import BreachCard
from nakhon.web.asking import Ask, ask, ask_choice, ask_date, ask_lines, ask_several, hidden
from nakhon.web.console import ctx_of, here, told

BANGKOK = ZoneInfo("Asia/Bangkok")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _contact(request: HttpRequest) -> str:
    own = queries.organisation(ctx_of(request))
    return " ".join(part for part in (own.phone, own.email) if part)


@never_cache
@require_GET
def processing(request: HttpRequest) -> HttpResponse:
    rows = queries.record_of_processing(ctx_of(request))
    return render(request, "console/processing/record.html", {"rows": rows, "measures": SECURITY_MEASURES})


@never_cache
@require_GET
def processing_json(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    data = as_json(queries.record_of_processing(ctx), ctx.tenant.name, _contact(request))
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})


@never_cache
@require_GET
def processing_xlsx(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    book = as_xlsx(queries.record_of_processing(ctx), ctx.tenant.name, _contact(request), ctx.language)
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="ropa-{ctx.tenant.slug}.xlsx"'
    return answer


class BreachForm(Ask):
    title = ask(Text("เกิดอะไรขึ้น (สั้น ๆ)", "What happened (in short)"), need=True)
    description = ask_lines(Text("รายละเอียด", "Details"), need=True, rows=6,
                            hint=Text("เก็บแบบเข้ารหัส เล่าได้เต็มที่", "Kept encrypted: tell it fully"))  # fmt: skip
    aware_on = ask_date(
        Text("ทราบเหตุวันที่", "Became aware on"), hint=Text("เว้นว่างหากทราบเดี๋ยวนี้", "Leave blank if just now")
    )
    aware_time = ask(Text("เวลา", "Time"), hint=Text("เช่น 22:00", "Such as 22:00"), inputmode="numeric")
    categories = ask_several(Text("ข้อมูลประเภทใด", "Which data"), [(one.value, one.text) for one in Category])
    persons_affected = ask(Text("จำนวนบุคคลที่กระทบ (ประมาณ)", "Persons affected (about)"), inputmode="numeric")


class HandleForm(Ask):
    risk = ask_choice(Text("ความเสี่ยงต่อเจ้าของข้อมูล", "Risk to the persons"), queries.BREACH_RISKS)
    assessment = ask_lines(Text("เหตุผลของการประเมิน", "Why"))
    measures = ask_lines(Text("มาตรการแก้ไขและเยียวยา", "Measures and remedies"))
    persons_affected = ask(Text("จำนวนบุคคลที่กระทบ", "Persons affected"), inputmode="numeric")
    late_reason = ask_lines(Text("เหตุที่แจ้งเกินกำหนด", "Why it was notified late"), rows=2)
    version = hidden()

    def __init__(self, card: BreachCard, data: Any = None) -> None:
        first = {
            "risk": card.row.risk, "assessment": card.assessment, "measures": card.measures, "version": str(card.version),
            "persons_affected": card.row.persons_affected or "",
        }  # fmt: skip
        super().__init__(data, initial=first)


@never_cache
@require_GET
def breaches(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    hours = queries.figure_in_force(ctx, key="pdpa.breach_notification_hours")
    page = {"rows": queries.breaches(ctx), "may_report": ctx.may(BREACH_REPORT), "hours": hours}
    return render(request, "console/breaches/list.html", page)


@never_cache
@require_http_methods(["GET", "POST"])
def breach_new(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(BREACH_REPORT)
    form = BreachForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        given = form.given()
        try:
            aware = _moment(given.pop("aware_on"), given.pop("aware_time"))
            made = services.report_breach(ctx, aware_at=aware, **given)
        except NakhonError as error:
            if "aware_at" in error.fields:
                error.fields["aware_on"] = error.fields.pop("aware_at")
            form.refused(error)
        else:
            told(request, f"รับแจ้งเหตุ {made.number} แล้ว", f"Incident {made.number} was reported")
            # Everybody may report; only those who answer for it may read.
            return redirect(
                here(request, "breach", breachincident_id=made.pk)
                if ctx.may(BREACH_READ)
                else here(request, "staff_home")
            )
    return render(request, "console/breaches/form.html", {"form": form}, status=422 if form.errors else 200)


def _moment(day: str, time: str) -> datetime | None:
    """A moment in Bangkok from a written day and time; None when no day was given."""
    if not day.strip():
        return None
    wrong = Text("กรอกวันที่ เช่น 1 พ.ค. 2569 และเวลา เช่น 22:00", "Enter a day such as 1/5/2569 and a time such as 22:00")
    try:
        hour, minute = (int(part) for part in arabic_digits(time.strip() or "00:00").replace(".", ":").split(":"))
        on = parse_thai_date(day)
        return datetime(on.year, on.month, on.day, hour, minute, tzinfo=BANGKOK)
    except (KnowledgeError, ValueError):
        raise Invalid(fields={"aware_on": wrong}) from None


@never_cache
@require_http_methods(["GET", "POST"])
def breach(request: HttpRequest, breachincident_id: UUID) -> HttpResponse:
    ctx = ctx_of(request)
    card = queries.breach(ctx, breach_id=breachincident_id)
    form = HandleForm(card, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            _handle(request, breachincident_id, form)
        except NakhonError as error:
            for verb_name, shown in (("at", "risk"), ("persons_told_at", "risk")):
                if verb_name in error.fields:
                    error.fields.setdefault(shown, error.fields.pop(verb_name))
            form.refused(error)
        else:
            told(request, "บันทึกแล้ว", "Recorded")
            return redirect(here(request, "breach", breachincident_id=breachincident_id))
    page = {"card": card, "form": form, "may_handle": ctx.may(BREACH_HANDLE) and card.row.closed_at is None}
    return render(request, "console/breaches/card.html", page, status=422 if form.errors else 200)


def _handle(request: HttpRequest, breachincident_id: UUID, form: HandleForm) -> None:
    ctx, given, step = ctx_of(request), form.given(), request.POST.get("step", "")
    version = int(given.pop("version") or 0)
    late = given.pop("late_reason")
    if step == "assess":
        services.assess_breach(ctx, breach_id=breachincident_id, version=version, **given)
    elif step == "notify":
        services.notify_regulator(ctx, breach_id=breachincident_id, version=version, late_reason=late)
    elif step == "tell":
        services.tell_persons(ctx, breach_id=breachincident_id, version=version)
    elif step == "close":
        services.close_breach(ctx, breach_id=breachincident_id, version=version)


class RuleForm(Ask):
    subject = hidden()
    months = ask(Text("เก็บไว้กี่เดือนหลังใช้ครั้งสุดท้าย", "Months kept after the last use"), need=True, inputmode="numeric")
    legal_basis = ask(Text("ฐานกฎหมายหรือประกาศ", "Law or notice"), need=True, most=300)
    grace_days = ask(Text("รอกี่วันหลังรายงานจึงดำเนินการ", "Days between report and action"), need=True, inputmode="numeric")


@never_cache
@require_http_methods(["GET", "POST"])
def retention(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    rules, runs = queries.retention(ctx)
    posted = request.POST.get("subject", "") if request.method == "POST" else ""
    forms = []
    for rule in rules:
        first = {
            "subject": rule.subject,
            "months": rule.months or "",
            "legal_basis": rule.legal_basis,
            "grace_days": rule.grace_days,
        }
        bound = request.POST if posted == rule.subject else None
        forms.append((rule, RuleForm(bound, initial=first, auto_id=f"id_{rule.subject.replace('.', '_')}_%s")))
    wrong = False
    if posted:
        form = next((form for rule, form in forms if rule.subject == posted), None)
        try:
            services.set_retention_rule(ctx, action="ANONYMISE", **(form.given() if form else {"subject": posted}))
        except NakhonError as error:
            if form is None:
                raise
            form.refused(error)
            wrong = True
        else:
            told(request, "บันทึกกำหนดเก็บแล้ว", "The retention rule was saved")
            return redirect(here(request, "retention"))
    page = {"forms": forms, "runs": runs, "may_execute": ctx.may(RETENTION_EXECUTE)}
    return render(request, "console/retention/list.html", page, status=422 if wrong else 200)


@require_POST
def retention_run(request: HttpRequest, retentionrun_id: UUID) -> HttpResponse:
    """Carry a report out now, or hold it."""
    ctx = ctx_of(request)
    if request.POST.get("step") == "hold":
        services.hold_retention(ctx, run_id=retentionrun_id)
        told(request, "พักรายงานไว้แล้ว", "The report is held")
    else:
        done = services.execute_retention(ctx, run_id=retentionrun_id)
        told(request, f"ดำเนินการแล้ว {done.done} รายการ", f"Carried out: {done.done}")
    return redirect(here(request, "retention"))


staff_urls: list[URLPattern] = [
    path("processing/", processing, name="processing"),
    path("processing/record.json", processing_json, name="processing_json"),
    path("processing/record.xlsx", processing_xlsx, name="processing_xlsx"),
    path("breaches/", breaches, name="breaches"),
    path("breaches/new/", breach_new, name="breach_new"),
    path("breaches/<uuid:breachincident_id>/", breach, name="breach"),
    path("retention/", retention, name="retention"),
    path("retention/<uuid:retentionrun_id>/", retention_run, name="retention_run"),
]
