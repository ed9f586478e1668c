"""Watches: what each says in plain words, how a trial on past data would have gone, switching on and off."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from nakhon.citydata.sensors import queries as sensors
from nakhon.citydata.sensors.types import KindRow, StreamRow
from nakhon.citydata.watches import queries, services
from nakhon.citydata.watches.permissions import WATCH_SWITCH, WATCH_TRY
from nakhon.citydata.watches.types import TrialRow, WatchRow
from nakhon.kernel.definitions.permissions import READ as DEFINITIONS_READ
from nakhon.kernel.errors import NakhonError
from nakhon.knowledge.dates import BANGKOK, DateError, in_bangkok, parse_within
from nakhon.knowledge.text import Text
from nakhon.solutions.permissions import APPLY
from nakhon.web.alert_words import SEVERITIES
from nakhon.web.asking import Ask, ask_date, ask_lines
from nakhon.web.console import ctx_of, here, there, told
from nakhon.web.watch_chart import chart_around
from nakhon.web.watch_words import ending, lasted, sentence

TITLE = Text("กฎเฝ้าระวัง", "Watches")
STATES: dict[str, tuple[Text, str]] = {
    "WAITING": (Text("รอคิว", "Waiting"), "neutral"),
    "RUNNING": (Text("กำลังทดลอง", "Running"), "info"),
    "DONE": (Text("เสร็จแล้ว", "Done"), "success"),
    "FAILED": (Text("ไม่สำเร็จ", "Failed"), "danger"),
}
SPANS: list[tuple[int, Text]] = [
    (7, Text("7 วัน", "7 days")),
    (30, Text("30 วัน", "30 days")),
    (180, Text("6 เดือน", "6 months")),
    (365, Text("1 ปี", "1 year")),
]
MOST_THINGS, MOST_FIRINGS, MOST_MONTHS = 50, 100, 38


class TrialForm(Ask):
    since = ask_date(Text("ตั้งแต่วันที่", "From"), hint=Text("เช่น 1/1/2569", "For instance 1/1/2026"))
    until = ask_date(Text("ถึงวันที่", "Until"), hint=Text("เว้นว่างไว้คือถึงตอนนี้", "Empty means until now"))


class SwitchForm(Ask):
    untried_reason = ask_lines(
        Text("เหตุผลที่เปิดใช้โดยไม่ทดลอง", "Why it is switched on untried"),
        hint=Text("10-500 อักขระ จะถูกบันทึกไว้พร้อมชื่อของคุณ", "10 to 500 characters; recorded with your name"), rows=2,
    )  # fmt: skip


def _meant(kinds: dict[str, KindRow], row: WatchRow) -> tuple[Text, Text, str]:
    """The names of the kind of thing and of what is measured, and its unit."""
    kind = kinds.get(row.sensor)
    said: dict[str, Any] = (kind.body.get("streams") or {}).get(row.property, {}) if kind else {}
    name = said.get("name") or {}
    what = Text(name["th"], name.get("en") or name["th"]) if name.get("th") else Text(row.property, row.property)
    return (kind.name if kind else Text(row.sensor, row.sensor)), what, str(said.get("unit") or "")


def _described(request: HttpRequest, row: WatchRow, kinds: dict[str, KindRow]) -> dict[str, Any]:
    kind, what, unit = _meant(kinds, row)
    name, badge, icon = SEVERITIES[row.severity]
    return {
        "row": row, "says": sentence(row, kind, what, unit), "ends": ending(row, unit), "severity": name, "badge": badge,
        "icon": icon, "kind": kind, "href": here(request, "watch", key=row.key),
    }  # fmt: skip


@require_GET
def watches(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    rows = queries.watch_list(ctx)
    kinds = {kind.key: kind for kind in sensors.sensor_kinds(ctx)}
    page = {
        "watches": [
            _described(request, row, kinds) for row in sorted(rows, key=lambda row: (-row.live_alerts, row.key))
        ],
        "on": sum(row.enabled for row in rows),
        "alerts": sum(row.live_alerts for row in rows),
        "alerts_href": there(request, "alerts"),
        "template_href": here(request, "watch_template") if ctx.may(APPLY) else "",
        "upload_href": there(request, "solution_upload") if ctx.may(APPLY) else "",
    }
    return render(request, "console/watches/list.html", page)


@require_GET
def watch(request: HttpRequest, key: str) -> HttpResponse:
    return _page(request, key)


def _page(
    request: HttpRequest, key: str, *, trial: TrialForm | None = None, switch: SwitchForm | None = None,
    refused: NakhonError | None = None,
) -> HttpResponse:  # fmt: skip
    ctx = ctx_of(request)
    row = queries.watch_card(ctx, watch=key)
    kinds = {kind.key: kind for kind in sensors.sensor_kinds(ctx)}
    trials = queries.trial_list(ctx, watch=key)
    page = {
        "watch": _described(request, row, kinds),
        "trials": [_trial_line(request, one, row) for one in trials],
        "fresh": next(
            (_trial_line(request, one, row) for one in trials if one.version == row.version and one.state == "DONE"),
            None,
        ),
        "trial_form": trial or TrialForm(),
        "switch_form": switch or SwitchForm(),
        "spans": SPANS,
        "may_try": ctx.may(WATCH_TRY),
        "may_switch": ctx.may(WATCH_SWITCH),
        "refused": refused,
        "definition_href": there(request, "definition", kind="watch", key=key) if ctx.may(DEFINITIONS_READ) else "",
        "alerts_href": f"{there(request, 'alerts')}?watch={key}&state=ALL",
        "crumbs": [{"href": here(request, "watches"), "label": TITLE}, {"label": row.name}],
    }
    status = 422 if trial is not None or switch is not None else 409 if refused else 200
    return render(request, "console/watches/watch.html", page, status=status)


def _trial_line(request: HttpRequest, one: TrialRow, row: WatchRow) -> dict[str, Any]:
    name, kind = STATES.get(one.state, (Text(one.state, one.state), "neutral"))
    return {
        "trial": one, "state": name, "kind": kind, "old": one.version != row.version, "together": lasted(one.seconds),
        "href": here(request, "trial", key=one.watch, trial_id=one.id), "percent": round(one.progress * 100),
    }  # fmt: skip


@require_POST
def watch_try(request: HttpRequest, key: str) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(WATCH_TRY)
    form = TrialForm(request.POST)
    try:
        since, until = _period(request, form, ctx.now)
        made = services.try_watch(ctx, watch=key, since=since, until=until)
    except DateError as error:
        form.add_error(None, whole_of(error))
        return _page(request, key, trial=form)
    except NakhonError as error:
        if error.fields:
            form.refused(error)
            return _page(request, key, trial=form)
        if error.code != "conflict":
            raise
        return _page(request, key, refused=error)
    return redirect(here(request, "trial", key=key, trial_id=made.pk))


def whole_of(error: DateError) -> Any:
    return Text(f"{error.message.th} {error.remedy.th}", f"{error.message.en} {error.remedy.en}")


def _period(request: HttpRequest, form: TrialForm, now: datetime) -> tuple[datetime, datetime | None]:
    """The period asked for: so many days until now, or two dates of Bangkok with the last one whole."""
    days = request.POST.get("days", "")
    if days in {str(number) for number, _ in SPANS}:
        return now - timedelta(days=int(days)), None
    given = form.given()
    today = in_bangkok(now).date()
    since = parse_within(given["since"], date(1990, 1, 1), today).value
    until = parse_within(given["until"], date(1990, 1, 1), today).value if given["until"].strip() else None
    end = datetime.combine(until + timedelta(days=1), time(), BANGKOK) if until else None
    return datetime.combine(since, time(), BANGKOK), end


@require_POST
def watch_on(request: HttpRequest, key: str) -> HttpResponse:
    ctx = ctx_of(request)
    form = SwitchForm(request.POST)
    try:
        services.switch_on_watch(ctx, watch=key, untried_reason=form.given()["untried_reason"])
    except NakhonError as error:
        if error.fields:
            form.refused(error)
            return _page(request, key, switch=form)
        if error.code not in ("citydata.trial_needed", "conflict"):
            raise
        return _page(request, key, refused=error)
    told(request, "เปิดใช้กฎแล้ว เริ่มเฝ้าดูข้อมูลตั้งแต่นี้ไป", "The watch is on, and looks at what comes in from now on")
    return redirect(here(request, "watch", key=key))


@require_POST
def watch_off(request: HttpRequest, key: str) -> HttpResponse:
    try:
        services.switch_off_watch(ctx_of(request), watch=key)
    except NakhonError as error:
        if error.code != "conflict":
            raise
        return _page(request, key, refused=error)
    told(request, "ปิดกฎแล้ว การแจ้งเตือนที่ยังเปิดอยู่สิ้นสุดไปด้วย", "The watch is off; its open alerts have ended")
    return redirect(here(request, "watch", key=key))


@require_GET
def trial(request: HttpRequest, key: str, trial_id: UUID) -> HttpResponse:
    """What a trial found. While it runs the page asks for its own progress."""
    ctx = ctx_of(request)
    found = queries.trial_card(ctx, trial_id=trial_id)
    row = queries.watch_card(ctx, watch=key)
    page: dict[str, Any] = {"line": _trial_line(request, found, row), "trial": found, "watch": row}
    if request.headers.get("HX-Request") and found.state in ("WAITING", "RUNNING"):
        return render(request, "console/watches/_progress.html", page)
    page |= {
        "crumbs": [{"href": here(request, "watches"), "label": TITLE},
                   {"href": here(request, "watch", key=key), "label": row.name},
                   {"label": Text("ผลทดลอง", "Trial")}],
    }  # fmt: skip
    if found.state == "DONE":
        page |= _result(request, found, row)
    answer = render(request, "console/watches/trial.html", page)
    if request.headers.get("HX-Request"):
        answer["HX-Refresh"] = "true"
    return answer


def _result(request: HttpRequest, found: TrialRow, row: WatchRow) -> dict[str, Any]:
    most = max((one.fired for one in found.things), default=1)
    wanted = request.GET.get("thing", "")
    chosen = int(wanted) if wanted.isdecimal() else (found.things[0].number if found.things else None)
    page: dict[str, Any] = {
        "things": [
            {"thing": one, "together": lasted(one.seconds), "longest": lasted(one.longest_seconds), "most": most,
             "href": f"?thing={one.number}#chart", "active": one.number == chosen}
            for one in found.things[:MOST_THINGS]
        ],
        "firings": [{"firing": one, "lasted": lasted(one.seconds)} for one in found.firings[:MOST_FIRINGS]],
        "longest": lasted(found.longest.seconds) if found.longest else None,
        "months": months_of(found),
        "days": range(1, 32),
        "days_fired": len(_days(found)),
        "chosen": next((one for one in found.things if one.number == chosen), None),
    }  # fmt: skip
    if chosen is not None:
        page |= _chart(request, found, row, chosen)
    return page


def _chart(request: HttpRequest, found: TrialRow, row: WatchRow, number: int) -> dict[str, Any]:
    ctx = ctx_of(request)
    try:
        stream: StreamRow | None = sensors.thing(ctx, number=number).row.stream(row.property)
    except NakhonError:
        return {}
    if stream is None:
        return {}
    periods = [(one.opened, one.ended) for one in found.firings if one.thing_number == number]
    return chart_around(ctx, row, stream, found.since, found.until, periods)


def _days(found: TrialRow) -> dict[date, int]:
    """On how many things the watch would have been in force, by day of Bangkok; of the firings that are listed."""
    held: dict[date, set[int]] = {}
    for one in found.firings:
        day, last = in_bangkok(one.opened).date(), in_bangkok(one.ended or found.until).date()
        while day <= last:
            held.setdefault(day, set()).add(one.thing_number)
            day += timedelta(days=1)
    return {day: len(numbers) for day, numbers in held.items()}


def months_of(found: TrialRow) -> list[dict[str, Any]]:
    """The calendar: a row for each month, a cell for each day with how many things would have had an alert."""
    counts = _days(found)
    first, last = in_bangkok(found.since).date(), in_bangkok(found.until).date()
    rows: list[dict[str, Any]] = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month) and len(rows) < MOST_MONTHS:
        cells: list[dict[str, Any]] = []
        for number in range(1, 32):
            try:
                day = date(year, month, number)
            except ValueError:
                cells.append({"out": True, "count": 0})
                continue
            cells.append({"day": day, "out": not first <= day <= last, "count": counts.get(day, 0)})
        rows.append({"month": date(year, month, 1), "cells": cells})
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return rows


TEMPLATE = """\
# กฎเฝ้าระวัง · A watch. แก้แล้วส่งที่หน้า ชุดระบบ > ส่งคำนิยาม · Edit, then send it on the page Solutions > Upload.
kind: watch
id: my-watch
name: {{th: ชื่อกฎ, en: Name of the watch}}
about: {{th: อธิบายว่าเฝ้าดูอะไรและเพราะเหตุใด, en: What it watches for and why}}
when:
  sensor: {sensor}
  property: {prop}
  # latest: true | average: 24h | sum: 24h | rate: per 1h | silence: 3h | repetition: {{count: 3, within: 24h}}
  average: 1h
  condition: "value > 100"
for: 30m
clear: {{condition: "value < 90", for: 30m}}
then:
  - alert:
      severity: warning   # info | watch | warning | critical
      text: {{th: ข้อความแจ้งเตือน, en: What the alert says}}
enabled: false   # ทดลองกับข้อมูลย้อนหลังก่อนเปิดใช้ · try it on past data before it is switched on
"""


@require_GET
def watch_template(request: HttpRequest) -> HttpResponse:
    """A watch to begin from, with a kind of station that this city has."""
    ctx = ctx_of(request)
    ctx.require(APPLY)
    kind = next((kind for kind in sensors.sensor_kinds(ctx) if kind.active and kind.body.get("streams")), None)
    prop = next(iter(kind.body["streams"])) if kind else "pm25"
    answer = HttpResponse(
        TEMPLATE.format(sensor=kind.key if kind else "air-station", prop=prop),
        content_type="application/yaml; charset=utf-8",
    )
    answer["Content-Disposition"] = 'attachment; filename="watch.yaml"'
    return answer


staff_urls: list[URLPattern] = [
    path("watches/", watches, name="watches"),
    path("watches/new.yaml", watch_template, name="watch_template"),
    path("watches/<slug:key>/", watch, name="watch"),
    path("watches/<slug:key>/try/", watch_try, name="watch_try"),
    path("watches/<slug:key>/on/", watch_on, name="watch_on"),
    path("watches/<slug:key>/off/", watch_off, name="watch_off"),
    path("watches/<slug:key>/trials/<uuid:trial_id>/", trial, name="trial"),
]
