"""Devices: their health, keys, commands and places; what needs a visit; schedules and feeds."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nakhon.citydata.sensors import queries, services
from nakhon.citydata.sensors.permissions import COMMAND, DEVICE_EDIT, FEED_PULL, SCHEDULE_EDIT
from nakhon.citydata.sensors.queries.many import buckets_of_many
from nakhon.citydata.sensors.types import CommandRow, DeviceRow, NewKey, Point
from nakhon.kernel.errors import Invalid, NakhonError
from nakhon.knowledge.text import Text
from nakhon.web.asking import Ask, ask, ask_choice
from nakhon.web.console import ctx_of, here, there, told, with_query, words
from nakhon.web.device_orders import order_body, order_form, order_forms
from nakhon.web.device_snippets import snippets
from nakhon.web.standing import shown, symbol

PAGE = 100
LOW = 20.0
TITLE = Text("อุปกรณ์", "Devices")
HEALTH: dict[str, Text] = {
    "": Text("ทั้งหมด", "All"),
    "silent": Text("เงียบ", "Silent"),
    "battery": Text("แบตเตอรี่ต่ำ", "Low battery"),
    "refused": Text("มีข้อความที่ไม่รับ", "Refused messages"),
    "keyless": Text("ไม่มีกุญแจ", "Without a key"),
    "disabled": Text("ปิดใช้งาน", "Disabled"),
}
REASONS: dict[str, tuple[Text, str]] = {
    "silent": (Text("เงียบไป", "Fell silent"), "danger"),
    "never": (Text("ไม่เคยส่งข้อมูล", "Never spoke"), "danger"),
    "battery": (Text("แบตเตอรี่ต่ำ", "Low battery"), "warning"),
    "suspect": (Text("ค่าน่าสงสัย", "Suspect values"), "warning"),
}
COMMAND_STATES: dict[str, tuple[Text, str]] = {
    "WAITING": (Text("รอส่ง", "Waiting"), "neutral"),
    "SENT": (Text("ส่งแล้ว รอคำตอบ", "Sent, no answer yet"), "info"),
    "ACKNOWLEDGED": (Text("อุปกรณ์ยืนยันแล้ว", "Done by the device"), "success"),
    "TIMED_OUT": (Text("หมดเวลารอ", "Timed out"), "warning"),
    "REFUSED": (Text("อุปกรณ์ปฏิเสธ", "Refused by the device"), "danger"),
    "FAILED": (Text("ล้มเหลวหรือยกเลิก", "Failed or taken back"), "danger"),
}
OVERLAPS = [
    ("7", Text("7 วัน", "7 days")),
    ("1", Text("1 วัน", "1 day")),
    ("30", Text("30 วัน", "30 days")),
    ("0", Text("หยุดทันที", "They end now")),
]


def _tabs(request: HttpRequest, active: str) -> list[dict[str, Any]]:
    places = [
        ("devices", TITLE, "plug"), ("device_work", Text("งานบำรุงรักษา", "Work-list"), "wrench"),
        ("device_schedules", Text("ตั้งเวลาสั่งงาน", "Schedules"), "timer"), ("device_feeds", Text("แหล่งข้อมูลภายนอก", "Feeds"), "download"),
    ]  # fmt: skip
    return [
        {"href": here(request, name), "label": text, "icon": icon, "active": name == active}
        for name, text, icon in places
    ]


def _ill(row: DeviceRow, health: str, request: HttpRequest) -> bool:
    now = ctx_of(request).now
    return {
        "silent": row.silent_since is not None,
        "battery": row.battery is not None and row.battery < LOW,
        "refused": row.refused > 0,
        "keyless": not any(key.in_force(now) for key in row.keys),
        "disabled": row.status != "ACTIVE",
    }.get(health, True)


def _health(row: DeviceRow, request: HttpRequest) -> tuple[Text, str]:
    if row.status != "ACTIVE":
        return HEALTH["disabled"], "neutral"
    if row.silent_since is not None:
        return HEALTH["silent"], "danger"
    if row.last_seen is None:
        return Text("ยังไม่เคยส่งข้อมูล", "Never heard"), "warning"
    if _ill(row, "battery", request):
        return HEALTH["battery"], "warning"
    return Text("ปกติ", "Well"), "success"


@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    """The devices by name with their health; filters by kind, words and what ails them, over the first 500."""
    ctx = ctx_of(request)
    text, kind, after = (request.GET.get(name, "").strip()[:80] for name in ("q", "kind", "after"))
    health = request.GET.get("health", "")
    found = queries.devices(ctx, text=text, kind=kind, after=after)
    counts = {code: sum(_ill(row, code, request) for row in found) for code in HEALTH}
    rows = [row for row in found if _ill(row, health, request)]
    shown_rows = rows[:PAGE]
    more = rows[PAGE - 1].slug if len(rows) > PAGE else (found[-1].slug if len(found) == 500 else "")
    language = ctx.language
    tones = {"success": "band-0", "warning": "band-1", "danger": "band-3", "neutral": "none"}
    lines: list[dict[str, Any]] = [
        {"row": row, "health": (said := _health(row, request))[0], "kind": said[1], "tone": tones[said[1]]}
        for row in shown_rows
    ]
    page = {
        "tabs": _tabs(request, "devices"), "devices": lines, "kinds": queries.sensor_kinds(ctx), "kind": kind, "query": text,
        "health": [
            {"href": with_query(request, health=code, after=None), "name": name, "count": counts[code], "active": code == health}
            for code, name in HEALTH.items()
        ],
        "next": with_query(request, after=more) if more else "",
        "previous": with_query(request, after=None) if after else "",
        "may_edit": ctx.may(DEVICE_EDIT), "basemap": settings.NAKHON_BASEMAP_STYLE,
        "map": {
            "pins": [
                {"number": one["row"].thing, "lon": one["row"].lon, "lat": one["row"].lat, "name": one["row"].slug,
                 "tone": one["tone"], "value": "•", "unit": "", "level": one["health"].in_(language),
                 "href": here(request, "device", slug=one["row"].slug)}
                for one in lines if one["row"].lon is not None
            ],
            "center": None, "language": language, "words": {},
        },
    }  # fmt: skip
    return render(request, "console/devices/list.html", page)


class DeviceForm(Ask):
    thing = ask(
        Text("หมายเลขสถานีที่มีอยู่แล้ว", "Number of a station that is there already"),
        hint=Text("เว้นว่างเพื่อเพิ่มสถานีใหม่ด้านล่าง", "Empty: a new station is added below"), inputmode="numeric",
    )  # fmt: skip
    kind = ask_choice(Text("ชนิด", "Kind"), [], need=False)
    key = ask(Text("รหัสสถานี", "Key of the station"), most=120)
    name_th = ask(Text("ชื่อภาษาไทย", "Name in Thai"), most=200)
    name_en = ask(Text("ชื่อภาษาอังกฤษ", "Name in English"), most=200)
    lat = ask(Text("ละติจูด", "Latitude"), inputmode="decimal")
    lon = ask(Text("ลองจิจูด", "Longitude"), inputmode="decimal")
    slug = ask(
        Text("ชื่ออุปกรณ์", "Name of the device"), need=True, most=80,
        hint=Text("อักษรอังกฤษตัวเล็ก ตัวเลข และ - เช่น air-01", "Small English letters, digits and -, such as air-01"),
    )  # fmt: skip
    about = ask(Text("คำอธิบาย", "About it"), most=200)

    def choose(self, kinds: Sequence[Any]) -> DeviceForm:
        own: Any = self.fields["kind"]
        own.choices = [(kind.key, kind.name) for kind in kinds if kind.active]
        return self


@require_http_methods(["GET", "POST"])
def device_new(request: HttpRequest) -> HttpResponse:
    """Add a device to a station that is there, or to a new one."""
    ctx = ctx_of(request)
    ctx.require(DEVICE_EDIT)
    form = DeviceForm(request.POST or {"kind": request.GET.get("kind", "")}).choose(queries.sensor_kinds(ctx))
    status = 200
    if request.method == "POST":
        given = form.given()
        try:
            number = int(given["thing"]) if given["thing"].strip().isdecimal() else _new_thing(request, given)
            made = services.add_device(ctx, thing=number, slug=given["slug"].strip(), about=given["about"])
        except NakhonError as error:
            form.refused(error)
            status = 422
        else:
            told(
                request,
                f"เพิ่ม {made.slug} แล้ว สร้างกุญแจเพื่อให้เริ่มส่งข้อมูล",
                f"{made.slug} was added; make a key so that it can speak",
            )
            return redirect(here(request, "device", slug=made.slug))
    crumbs = [{"href": here(request, "devices"), "label": TITLE}, {"label": Text("เพิ่มอุปกรณ์", "Add a device")}]
    return render(request, "console/devices/new.html", {"form": form, "crumbs": crumbs}, status=status)


def _new_thing(request: HttpRequest, given: Mapping[str, str]) -> int:
    name = Text(given["name_th"] or given["key"], given["name_en"] or given["name_th"] or given["key"])
    lon, lat = _number(given["lon"]), _number(given["lat"])
    made = services.add_thing(ctx_of(request), kind=given["kind"], key=given["key"], name=name, lon=lon, lat=lat)
    return int(made.number)


def _number(text: str) -> float | None:
    try:
        return float(text) if text.strip() else None
    except ValueError:
        return float("nan")  # nowhere on earth: the verb says so


@require_GET
def device(request: HttpRequest, slug: str) -> HttpResponse:
    return _device(request, slug)


def _device(
    request: HttpRequest, slug: str, *, made: NewKey | None = None, refused: NakhonError | None = None,
    order: forms.Form | None = None,
) -> HttpResponse:  # fmt: skip
    ctx = ctx_of(request)
    row = queries.device(ctx, slug=slug)
    detail = queries.thing(ctx, number=row.thing)
    streams = [one for one in detail.row.streams if one.active]
    past = buckets_of_many(
        ctx, streams=[one.id for one in streams], since=ctx.now - timedelta(hours=24), until=ctx.now + timedelta(hours=1), grain="1h"
    )  # fmt: skip
    host = request.get_host().rsplit(":", 1)[0]
    said = _health(row, request)
    page: dict[str, Any] = {
        "device": row, "thing": detail, "health": said[0], "health_kind": said[1], "made": made, "refused": refused,
        "crumbs": [{"href": here(request, "devices"), "label": TITLE}, {"label": Text(slug, slug)}],
        "streams": [
            {"row": one, "shown": shown(one, one.result, one.value), "unit": symbol(one.unit), "line": line_of(past.get(one.id, []))}
            for one in streams
        ],
        "keys": [{"row": key, "good": key.in_force(ctx.now)} for key in row.keys],
        "snippets": snippets(
            base=f"{request.scheme}://{request.get_host()}", host=host, mqtt_port=mqtt_port(), city=ctx.tenant.slug, device=slug,
            codes=[one.code for one in streams if not one.role] or [one.code for one in streams], key=made.key if made else "",
        ),
        "commands": [command_line(one) for one in queries.commands(ctx, device=slug, limit=50)],
        "orders": order_forms(detail, order) if ctx.may(COMMAND) and row.status == "ACTIVE" else [],
        "may_edit": ctx.may(DEVICE_EDIT), "may_command": ctx.may(COMMAND), "overlaps": OVERLAPS,
        "station_href": there(request, "station", number=row.thing),
    }  # fmt: skip
    status = 422 if order is not None else (409 if refused else 200)
    answer = render(request, "console/devices/device.html", page, status=status)
    if made is not None:
        answer["Cache-Control"] = "no-store"
    return answer


def mqtt_port() -> int:
    """The port of the MQTT door as people are told it."""
    return int(os.environ.get("NAKHON_MQTT_PORT") or 1883)


def line_of(points: Sequence[Point]) -> str:
    """The path of a small line, 100 wide and 24 high; empty with fewer than two values."""
    rows = [(one.time.timestamp(), one.result) for one in points if one.result is not None]
    if len(rows) < 2:
        return ""
    start, end = rows[0][0], rows[-1][0]
    low, high = min(value for _, value in rows), max(value for _, value in rows)
    spread = (high - low) or 1.0
    told_points = [
        f"{(at - start) / (end - start) * 100:.1f} {22 - (value - low) / spread * 20:.1f}" for at, value in rows
    ]
    return "M" + "L".join(told_points)


def command_line(one: CommandRow) -> dict[str, Any]:
    state, kind = COMMAND_STATES[one.state]
    return {"row": one, "state": state, "kind": kind, "body": json.dumps(one.body, ensure_ascii=False)}


@require_POST
def device_command(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Send a command; what the schema refuses comes back beside its field."""
    ctx = ctx_of(request)
    ctx.require(COMMAND)
    row = queries.device(ctx, slug=slug)
    order = queries.thing(ctx, number=row.thing).commands.get(name)
    schema = order["schema"] if order else {}
    form = order_form(name, schema, request.POST)
    try:
        services.send_command(ctx, device=slug, name=name, body=order_body(form, schema))
    except NakhonError as error:
        if not error.fields or not order:
            return _device(request, slug, refused=error)
        for where, text in error.fields.items():
            own = where.removeprefix("body.") if where != "body" else next(iter(form.fields), "")
            form.add_error(own if own in form.fields else None, words(text.th, text.en))
        return _device(request, slug, order=form)
    told(request, "ส่งคำสั่งแล้ว ผลแสดงในบันทึกคำสั่ง", "The command is on its way; the log shows what becomes of it")
    return redirect(here(request, "device", slug=slug) + "#commands")


@require_POST
def command_cancel(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    services.cancel_command(ctx_of(request), number=number)
    told(request, "ยกเลิกคำสั่งแล้ว", "The command was taken back")
    return redirect(here(request, "device", slug=slug) + "#commands")


@require_POST
def device_key(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a key and show it, this once; earlier keys hold on for the time chosen."""
    days = request.POST.get("overlap", "7")
    try:
        made = services.make_device_key(
            ctx_of(request), device=slug, overlap=timedelta(days=int(days) if days.isdecimal() and len(days) < 4 else 999)
        )  # fmt: skip
    except NakhonError as error:
        if error.code not in ("citydata.device_disabled", "citydata.sensor_input"):
            raise
        return _device(request, slug, refused=error)
    return _device(request, slug, made=made)


@require_POST
def device_key_revoke(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    services.revoke_device_key(ctx_of(request), device=slug, key=key)
    told(request, "ยกเลิกกุญแจแล้ว มีผลภายในหนึ่งนาที", "The key was revoked; it stops within a minute")
    return redirect(here(request, "device", slug=slug) + "#keys")


@require_POST
def device_switch(request: HttpRequest, slug: str) -> HttpResponse:
    act = services.enable_device if request.POST.get("on") == "1" else services.disable_device
    act(ctx_of(request), device=slug)
    return redirect(here(request, "device", slug=slug))


@require_GET
def device_work(request: HttpRequest) -> HttpResponse:
    """What needs a visit, to print and take along; as CSV with ``csv``."""
    ctx = ctx_of(request)
    kind = request.GET.get("kind", "")[:80]
    rows = queries.work_list(ctx, kind=kind)
    if "csv" in request.GET:
        return _work_csv(rows)
    lines = [{"row": row, "reason": REASONS[row.reason][0], "kind": REASONS[row.reason][1]} for row in rows]
    page = {
        "tabs": _tabs(request, "device_work"), "work": lines, "kinds": queries.sensor_kinds(ctx), "kind": kind,
        "csv_href": with_query(request, csv=1), "now": ctx.now,
    }  # fmt: skip
    return render(request, "console/devices/work.html", page)


def _work_csv(rows: Sequence[Any]) -> HttpResponse:
    buffer = StringIO()
    out = csv.writer(buffer)
    out.writerow(["number", "key", "name_th", "name_en", "kind", "reason", "since", "figure", "lat", "lon"])
    for one in rows:
        thing = one.thing
        cells = [thing.number, thing.key, thing.name.th, thing.name.en, thing.kind, one.reason,
                 one.since.isoformat() if one.since else "",
                 one.figure if one.figure is not None else "", thing.lat, thing.lon]  # fmt: skip
        # A cell that begins as a formula would be run by a spreadsheet.
        out.writerow([f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" else cell for cell in cells])
    answer = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="work-list.csv"'
    return answer


@require_GET
def device_feeds(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    page = {"tabs": _tabs(request, "device_feeds"), "feeds": queries.feeds(ctx), "may_pull": ctx.may(FEED_PULL)}
    return render(request, "console/devices/feeds.html", page)


@require_POST
def feed_pull(request: HttpRequest, key: str) -> HttpResponse:
    outcome = services.pull_feed(ctx_of(request), feed=key)
    if outcome.get("status") == "failed":
        told(request, "ดึงข้อมูลไม่สำเร็จ ดูเหตุผลในรายการ", "The pull did not succeed; the list says why")
    else:
        stored = outcome.get("stored", 0)
        told(request, f"ดึงข้อมูลแล้ว ได้ค่าใหม่ {stored} ค่า", f"Pulled: {stored} new readings")
    return redirect(here(request, "device_feeds"))


class ScheduleForm(Ask):
    key = ask(Text("รหัส", "Key"), need=True, most=80)
    name_th = ask(Text("ชื่อภาษาไทย", "Name in Thai"), need=True, most=200)
    name_en = ask(Text("ชื่อภาษาอังกฤษ", "Name in English"), need=True, most=200)
    kind = ask_choice(Text("ชนิดอุปกรณ์", "Kind of device"), [])
    at_1 = ask(
        Text("เวลาที่ 1", "First time"),
        need=True,
        hint=Text("เช่น sunset-10m, 23:00, sunrise", "Such as sunset-10m, 23:00, sunrise"),
    )
    body_1 = ask(
        Text("คำสั่งที่ 1", "First command"),
        need=True,
        hint=Text('เช่น light {"level": 100}', 'Such as light {"level": 100}'),
    )
    at_2 = ask(Text("เวลาที่ 2", "Second time"))
    body_2 = ask(Text("คำสั่งที่ 2", "Second command"))
    at_3 = ask(Text("เวลาที่ 3", "Third time"))
    body_3 = ask(Text("คำสั่งที่ 3", "Third command"))

    def entries(self) -> list[dict[str, Any]]:
        """The entries as the verb takes them; a body that is no JSON stays text, which the verb refuses."""
        given, found = self.given(), []
        for turn in "123":
            at, said = given[f"at_{turn}"].strip(), given[f"body_{turn}"].strip()
            if not at and not said:
                continue
            command, _, rest = said.partition(" ")
            try:
                body = json.loads(rest) if rest.strip() else {}
            except ValueError:
                body = rest
            found.append({"at": at, "command": command, "body": body})
        return found


@require_http_methods(["GET", "POST"])
def device_schedules(request: HttpRequest) -> HttpResponse:
    """Commands by the clock and by the sun: the list, and adding or changing one."""
    ctx = ctx_of(request)
    kinds = [kind for kind in queries.sensor_kinds(ctx) if kind.body.get("commands")]
    form = ScheduleForm(request.POST or None)
    own: Any = form.fields["kind"]
    own.choices = [(kind.key, kind.name) for kind in kinds]
    status = 200
    if request.method == "POST":
        given = form.given()
        try:
            ctx.require(SCHEDULE_EDIT)
            if unnamed := [name for name in ("name_th", "name_en") if not given[name].strip()]:
                raise Invalid(fields=dict.fromkeys(unnamed, Text("จำเป็นต้องกรอก", "This is needed")))
            services.save_command_schedule(
                ctx, key=given["key"].strip(), name=Text(given["name_th"], given["name_en"]), kind=given["kind"], entries=form.entries()
            )  # fmt: skip
        except Invalid as error:
            form.refused(error)
            status = 422
        else:
            told(request, "บันทึกตารางเวลาแล้ว", "The schedule was saved")
            return redirect(here(request, "device_schedules"))
    page = {
        "tabs": _tabs(request, "device_schedules"), "schedules": queries.command_schedules(ctx), "form": form,
        "may_edit": ctx.may(SCHEDULE_EDIT) and bool(kinds),
        "commands": [command_line(one) for one in queries.commands(ctx, limit=30)],
    }  # fmt: skip
    return render(request, "console/devices/schedules.html", page, status=status)


@require_POST
def schedule_remove(request: HttpRequest, key: str) -> HttpResponse:
    services.remove_command_schedule(ctx_of(request), key=key)
    told(request, "ลบตารางเวลาแล้ว", "The schedule was removed")
    return redirect(here(request, "device_schedules"))


staff_urls: list[URLPattern] = [
    path("devices/", devices, name="devices"),
    path("devices/new/", device_new, name="device_new"),
    path("devices/work-list/", device_work, name="device_work"),
    path("devices/schedules/", device_schedules, name="device_schedules"),
    path("devices/schedules/<str:key>/remove/", schedule_remove, name="schedule_remove"),
    path("devices/feeds/", device_feeds, name="device_feeds"),
    path("devices/feeds/<str:key>/pull/", feed_pull, name="feed_pull"),
    path("devices/of/<slug:slug>/", device, name="device"),
    path("devices/of/<slug:slug>/key/", device_key, name="device_key"),
    path("devices/of/<slug:slug>/key/<uuid:key>/revoke/", device_key_revoke, name="device_key_revoke"),
    path("devices/of/<slug:slug>/switch/", device_switch, name="device_switch"),
    path("devices/of/<slug:slug>/command/<str:name>/", device_command, name="device_command"),
    path("devices/of/<slug:slug>/command/<int:number>/cancel/", command_cancel, name="command_cancel"),
]
