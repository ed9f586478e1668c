"""Alerts at work: what needs somebody first, one alert with its thing, its values and its story; acknowledge, assign, end."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from nakhon.citydata.sensors import queries as sensors
from nakhon.citydata.watches import queries, services
from nakhon.citydata.watches.permissions import ALERT_WORK
from nakhon.citydata.watches.types import AlertRow
from nakhon.kernel.errors import NakhonError
from nakhon.knowledge.text import Text
from nakhon.people.permissions import MEMBER_READ, UNIT_READ
from nakhon.people.queries import member, members, units
from nakhon.web.alert_words import END_REASONS, SEVERITIES, STATES, by_need
from nakhon.web.asking import Ask, ask_choice, ask_lines
from nakhon.web.console import ctx_of, here, there, told, with_query
from nakhon.web.standing import symbol
from nakhon.web.views.control_room import alert_line
from nakhon.web.watch_chart import chart_around

PAGE = 50
MOST_PEOPLE = 200
TITLE = Text("การแจ้งเตือน", "Alerts")
SHOWN: dict[str, Text] = {
    "LIVE": Text("ยังไม่สิ้นสุด", "In force"),
    "OPEN": STATES["OPEN"][0],
    "ACKNOWLEDGED": STATES["ACKNOWLEDGED"][0],
    "ENDED": STATES["ENDED"][0],
    "ALL": Text("ทั้งหมด", "All"),
}


class AcknowledgeForm(Ask):
    note = ask_lines(
        Text("บันทึก", "Note"), hint=Text("เช่น กำลังส่งเจ้าหน้าที่ไปตรวจ", "For instance: a crew is on its way"), rows=2
    )


class EndForm(Ask):
    note = ask_lines(
        Text("ได้ทำหรือพบอะไร", "What was done or found"), need=True,
        hint=Text("จะเก็บไว้กับการแจ้งเตือนนี้", "It is kept with this alert"), rows=3,
    )  # fmt: skip


class AssignForm(Ask):
    unit = ask_choice(Text("หน่วยงาน", "Unit"), [], need=False, blank=Text("ไม่ระบุ", "None"))
    member_id = ask_choice(Text("บุคลากร", "Member of staff"), [], need=False, blank=Text("ไม่ระบุ", "None"))

    def choose(self, request: HttpRequest) -> AssignForm:
        """The units and people of the city that the reader may see as choices."""
        ctx = ctx_of(request)
        own: Any = self.fields["unit"]
        own.choices = [("", Text("ไม่ระบุ", "None")), *((one.code, one.name) for one in units(ctx))]
        if ctx.may(MEMBER_READ):
            people: Any = self.fields["member_id"]
            named = [(str(one.id), Text(one.name, one.name)) for one in list(members(ctx))[:MOST_PEOPLE]]
            people.choices = [("", Text("ไม่ระบุ", "None")), *named]
        else:
            del self.fields["member_id"]
        return self


@require_GET
def alerts(request: HttpRequest) -> HttpResponse:
    """The list: in force first by need; what has ended newest first."""
    ctx = ctx_of(request)
    state = request.GET.get("state", "LIVE")
    state = state if state in SHOWN else "LIVE"
    severity, watch, unit = (request.GET.get(name, "")[:80] for name in ("severity", "watch", "unit"))
    severity = severity if severity in SEVERITIES else ""
    waiting = state in ("LIVE", "OPEN", "ACKNOWLEDGED")
    found = queries.alert_list(
        ctx, state="" if state == "ALL" else state, severity=severity, watch=watch, unit=unit,
        after=request.GET.get("after", ""), limit=200 if waiting else PAGE,
    )  # fmt: skip
    rows = by_need(list(found.rows)) if waiting else list(found.rows)
    counts = queries.alert_counts(ctx)
    amounts = {"LIVE": counts.open + counts.acknowledged, "OPEN": counts.open, "ACKNOWLEDGED": counts.acknowledged}
    page = {
        "alerts": [alert_line(request, one) for one in rows],
        "tabs": [
            {"href": with_query(request, state=code, after=None), "label": name, "active": code == state,
             "count": amounts.get(code)}
            for code, name in SHOWN.items()
        ],
        "severities": [
            {"href": with_query(request, severity=code, after=None), "name": name, "icon": icon, "code": code,
             "active": code == severity, "count": counts.by_severity[code]}
            for code, (name, _, icon) in SEVERITIES.items()
        ],
        "all_href": with_query(request, severity=None, after=None),
        "severity": severity, "state": state, "watch": watch, "unit": unit,
        "watches": queries.watch_list(ctx),
        "units": units(ctx) if ctx.may(UNIT_READ) else [],
        "counts": counts,
        "next": with_query(request, after=found.after) if found.after else "",
        "previous": with_query(request, after=None) if request.GET.get("after") else "",
        "wall": there(request, "control_room"),
    }  # fmt: skip
    return render(request, "console/alerts/list.html", page)


@require_GET
def alert(request: HttpRequest, number: int) -> HttpResponse:
    return _page(request, number)


def _page(
    request: HttpRequest, number: int, *, refused: NakhonError | None = None, acknowledging: Ask | None = None,
    assigning: Ask | None = None, ending: Ask | None = None,
) -> HttpResponse:  # fmt: skip
    ctx = ctx_of(request)
    row = queries.alert_card(ctx, number=number)
    line = alert_line(request, row)
    may_work = ctx.may(ALERT_WORK) and row.state != "ENDED"
    assigned = {"unit": row.unit, "member_id": str(row.member_id or "")}
    page: dict[str, Any] = {
        "line": line, "alert": row, "story": _story(row), "may_work": may_work, "refused": refused,
        "owner": _owner(request, row), "crumbs": [{"href": here(request, "alerts"), "label": TITLE},
                                                 {"label": Text(f"แจ้งเตือน {number}", f"Alert {number}")}],
        "watch_href": there(request, "watch", key=row.watch), "thing_href": there(request, "station", number=row.thing_number),
        "values": _values(row, line["value"]), "chart": None, "basemap": settings.NAKHON_BASEMAP_STYLE,
    }  # fmt: skip
    if may_work:
        page["acknowledging"] = acknowledging or AcknowledgeForm(prefix="take")
        page["assigning"] = assigning or AssignForm(assigned).choose(request)
        page["ending"] = ending or EndForm(prefix="end")
    if row.place:
        page["map"] = {
            "pins": [{"number": row.thing_number, "lon": row.place[0], "lat": row.place[1], "name": row.thing.in_(ctx.language),
                      "tone": "band-3" if row.state != "ENDED" else "none", "value": "!", "unit": "",
                      "level": line["severity"].in_(ctx.language), "href": page["thing_href"] or "#"}],
            "center": list(row.place), "language": ctx.language, "words": {},
        }  # fmt: skip
    page |= _chart(request, row)
    faulty = [form for form in (acknowledging, assigning, ending) if form is not None]
    return render(
        request, "console/alerts/alert.html", page, status=(422 if faulty else 409) if refused or faulty else 200
    )


def _chart(request: HttpRequest, row: AlertRow) -> dict[str, Any]:
    """The value before, during and after the alert. Nothing where the watch or the stream is there no more."""
    ctx = ctx_of(request)
    try:
        watch = queries.watch_card(ctx, watch=row.watch)
        thing = sensors.thing(ctx, number=row.thing_number)
        stream = thing.row.stream(watch.property)
        if stream is None or watch.measure == "silence":
            return {"stream": None}
        end = row.cleared_at or row.ended_at or ctx.now
        before = timedelta(hours=24)
        period = (row.held_since, row.cleared_at or row.ended_at)
        return chart_around(ctx, watch, stream, row.held_since - before, min(ctx.now, end + before), [period])
    except NakhonError:
        return {"stream": None}


def _values(row: AlertRow, value: Text | str) -> list[tuple[Text, Text | str]]:
    said: list[tuple[Text, Text | str]] = []
    if value:
        silent = row.values.get("measure") == "silence"
        name = (
            Text("เงียบมาแล้วตอนที่แจ้ง", "Silent for, when it opened")
            if silent
            else Text("ค่าที่ทำให้แจ้งเตือน", "The value that opened it")
        )
        said.append((name, value))
    previous = row.values.get("previous")
    if isinstance(previous, int | float):
        before = f"{previous:g} {symbol(row.unit_of_value)}".strip()
        said.append((Text("ค่าก่อนหน้านั้น", "The value before"), before))
    return said


def _owner(request: HttpRequest, row: AlertRow) -> list[str]:
    """Whose business it is, in the reader's language."""
    ctx = ctx_of(request)
    said = []
    if row.unit:
        names = {one.code: one.name for one in units(ctx, with_closed=True)} if ctx.may(UNIT_READ) else {}
        said.append(names[row.unit].in_(ctx.language) if row.unit in names else row.unit)
    if row.member_id and ctx.may(MEMBER_READ):
        with suppress(NakhonError):
            said.append(member(ctx, membership_id=row.member_id).name)
    return said


def _story(row: AlertRow) -> list[dict[str, Any]]:
    """What happened, in order: times of the data and times of the office."""
    story: list[dict[str, Any]] = [
        {"at": row.held_since, "title": Text("เงื่อนไขเริ่มเป็นจริง", "The condition began to hold"), "icon": "activity"},
        {"at": row.opened_at, "title": Text("เปิดการแจ้งเตือน", "The alert opened"), "icon": "bell"},
    ]
    if row.acknowledged_at:
        story.append(
            {
                "at": row.acknowledged_at,
                "title": STATES["ACKNOWLEDGED"][0],
                "by": row.acknowledged_by,
                "icon": "user-check",
            }
        )
    if row.cleared_at:
        story.append(
            {"at": row.cleared_at, "title": Text("ข้อมูลกลับสู่ปกติ", "The data were calm again"), "icon": "activity"}
        )
    if row.ended_at:
        reason = END_REASONS.get(row.end_reason)
        story.append({"at": row.ended_at, "title": STATES["ENDED"][0], "by": row.ended_by if row.end_reason == "person" else "",
                      "reason": reason, "icon": "check"})  # fmt: skip
    return story


@require_POST
def alert_acknowledge(request: HttpRequest, number: int) -> HttpResponse:
    form = AcknowledgeForm(request.POST, prefix="take")
    try:
        services.acknowledge_alert(ctx_of(request), number=number, note=form.given()["note"])
    except NakhonError as error:
        return _refused(request, number, error, "acknowledging", form)
    told(request, "รับทราบแล้ว ชื่อของคุณแสดงกับการแจ้งเตือนนี้", "Acknowledged; your name stands with this alert")
    return redirect(here(request, "alert", number=number))


@require_POST
def alert_assign(request: HttpRequest, number: int) -> HttpResponse:
    ctx = ctx_of(request)
    ctx.require(ALERT_WORK)
    form = AssignForm(request.POST).choose(request)
    given = form.given()
    try:
        services.assign_alert(ctx, number=number, unit=given["unit"], member_id=_uuid(given.get("member_id", "")))
    except NakhonError as error:
        return _refused(request, number, error, "assigning", form)
    told(request, "มอบหมายแล้ว", "Assigned")
    return redirect(here(request, "alert", number=number))


@require_POST
def alert_end(request: HttpRequest, number: int) -> HttpResponse:
    form = EndForm(request.POST, prefix="end")
    try:
        services.end_alert(ctx_of(request), number=number, note=form.given()["note"])
    except NakhonError as error:
        return _refused(request, number, error, "ending", form)
    told(request, "สิ้นสุดการแจ้งเตือนแล้ว", "The alert has ended")
    return redirect(here(request, "alert", number=number))


def _refused(request: HttpRequest, number: int, error: NakhonError, name: str, form: Ask) -> HttpResponse:
    """What the verb refused, on the alert's page: beside the field it names, or above. What is not there stays not found."""
    if error.fields:
        form.refused(error)
        forms: dict[str, Any] = {name: form}
        return _page(request, number, **forms)
    if error.code not in ("citydata.alert_closed", "conflict"):
        raise error
    return _page(request, number, refused=error)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        # No such person: the verb says so in words.
        return UUID(int=0)


staff_urls: list[URLPattern] = [
    path("alerts/", alerts, name="alerts"),
    path("alerts/<int:number>/", alert, name="alert"),
    path("alerts/<int:number>/acknowledge/", alert_acknowledge, name="alert_acknowledge"),
    path("alerts/<int:number>/assign/", alert_assign, name="alert_assign"),
    path("alerts/<int:number>/end/", alert_end, name="alert_end"),
]
