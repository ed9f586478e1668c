"""The console's and the portal's navigation: one list each, filtered by what the reader may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from nakhon.kernel.context import ActorKind, Context
from nakhon.knowledge.text import Text
from nakhon.web.faces import face


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the navigation. ``route`` is a name in the ``city`` namespace; ``permission`` None shows it to all."""

    route: str
    label: Text
    icon: str
    group: Text
    permission: str | None = None
    hint: Text | None = None


OVERVIEW = Text("ภาพรวม", "Overview")
PEOPLE = Text("ประชาชน", "People")
PRIVACY = Text("ข้อมูลส่วนบุคคล", "Personal data")
CITY_DATA = Text("ข้อมูลเมือง", "City data")
OFFICE = Text("หน่วยงาน", "Organisation")
SYSTEM = Text("ระบบ", "System")
ACCOUNT = Text("บัญชี", "Account")

CONSOLE: list[Entry] = [
    Entry("staff_home", Text("หน้าหลัก", "Home"), "layout-dashboard", OVERVIEW),
    Entry("persons", Text("ทะเบียนบุคคล", "Persons"), "contact", PEOPLE, "people.person.read"),
    Entry("households", Text("ครัวเรือน", "Households"), "house", PEOPLE, "people.household.read"),
    Entry("registers", Text("ทะเบียนข้อมูลเมือง", "City registers"), "database", CITY_DATA, "citydata.change.propose"),
    Entry("imports", Text("นำเข้าข้อมูล", "Imports"), "upload", CITY_DATA, "citydata.import.run"),
    Entry("changes", Text("คำขอแก้ไขทะเบียน", "Proposed changes"), "git-compare", CITY_DATA, "citydata.change.propose"),
    Entry("datasets_staff", Text("ชุดข้อมูลเปิด", "Datasets"), "layers", CITY_DATA, "citydata.change.propose"),
    Entry("control_room", Text("ห้องควบคุม", "Control room"), "monitor", CITY_DATA, "citydata.alert.read"),
    Entry("alerts", Text("การแจ้งเตือน", "Alerts"), "bell", CITY_DATA, "citydata.alert.read"),
    Entry("devices", Text("อุปกรณ์", "Devices"), "plug", CITY_DATA, "citydata.device.read"),
    Entry("watches", Text("กฎเฝ้าระวัง", "Watches"), "eye", CITY_DATA, "citydata.watch.read"),
    Entry("rights", Text("คำขอใช้สิทธิ", "Rights requests"), "scale", PRIVACY, "people.rights.read"),
    Entry("right_new", Text("รับคำขอใช้สิทธิ", "Receive a rights request"), "file-plus", PRIVACY, "people.rights.receive"),
    Entry("purposes", Text("วัตถุประสงค์", "Purposes"), "target", PRIVACY, "people.rights.receive"),
    Entry("processing", Text("รายการประมวลผล", "Record of processing"), "file-lock", PRIVACY, "people.processing.read"),
    Entry("breaches", Text("เหตุข้อมูลรั่วไหล", "Data breaches"), "triangle-alert", PRIVACY, "people.breach.read"),
    Entry("breach_new", Text("แจ้งเหตุข้อมูลรั่วไหล", "Report a breach"), "siren", PRIVACY, "people.breach.report"),
    Entry("retention", Text("การเก็บรักษาข้อมูล", "Retention"), "hourglass", PRIVACY, "people.retention.read"),
    Entry("organisation", Text("ข้อมูลหน่วยงาน", "Organisation"), "landmark", OFFICE, "people.organisation.read"),
    Entry("units", Text("โครงสร้างหน่วยงาน", "Units"), "network", OFFICE, "people.unit.read"),
    Entry("members", Text("บุคลากร", "Staff"), "users", OFFICE, "people.member.read"),
    Entry("roles", Text("บทบาทใดทำอะไรได้", "Who may do what"), "shield-check", OFFICE, "people.member.read"),
    Entry("solutions", Text("ชุดระบบ", "Solutions"), "puzzle", SYSTEM, "solutions.read"),
    Entry("definitions", Text("คำนิยาม", "Definitions"), "braces", SYSTEM, "definitions.read"),
    Entry("audit", Text("บันทึกการใช้งาน", "Audit trail"), "scroll-text", SYSTEM, "kernel.audit.read"),
    Entry("outbox", Text("งานเบื้องหลัง", "Background work"), "activity", SYSTEM, "kernel.outbox.read"),
]

PORTAL: list[Entry] = [
    Entry("portal_home", Text("พื้นที่ของฉัน", "My space"), "house", OVERVIEW),
    Entry("own_profile", Text("ข้อมูลส่วนตัว", "My profile"), "user-round", PRIVACY,
          hint=Text("กรอกหรือแก้ไขชื่อ ที่อยู่ และช่องทางติดต่อ", "Fill in or correct your name, address and contacts")),
    Entry("own_data", Text("ข้อมูลของฉัน", "My data"), "id-card", PRIVACY,
          hint=Text("ดูทุกอย่างที่หน่วยงานเก็บเกี่ยวกับคุณ และดาวน์โหลดสำเนา", "See and download all that is held about you")),
    Entry("own_consents", Text("ความยินยอม", "My consents"), "handshake", PRIVACY,
          hint=Text("ให้หรือถอนความยินยอมในการใช้ข้อมูล", "Give or take back consent to a use of your data")),
    Entry("own_requests", Text("คำขอใช้สิทธิ", "My requests"), "scale", PRIVACY,
          hint=Text("ขอแก้ไข ลบ ระงับ หรือคัดค้าน แล้วติดตามผล", "Ask to correct, erase, restrict or object, and follow it")),
    Entry("own_access", Text("ใครเคยดูข้อมูลของฉัน", "Who has looked"), "eye", PRIVACY,
          hint=Text("เจ้าหน้าที่คนใดเปิดดู เมื่อใด และเพื่ออะไร", "Which officer, when, and what for")),
    Entry("account", Text("บัญชีและการเข้าสู่ระบบ", "Account and sign-in"), "key-round", ACCOUNT,
          hint=Text("วิธียืนยันตัวตนและอุปกรณ์ที่เข้าระบบอยู่", "Ways to prove who you are, and devices signed in")),
]  # fmt: skip


def portal_entry(route: str) -> Entry | None:
    """The place of the portal with that route, or None."""
    return next((entry for entry in PORTAL if entry.route == route), None)


def links(entries: list[Entry], ctx: Context, request: HttpRequest) -> list[dict[str, object]]:
    """The entries the reader may follow, as ``{href, label, icon, active, group}``."""
    found: list[dict[str, object]] = []
    for entry in entries:
        if entry.permission is not None and not ctx.may(entry.permission):
            continue
        try:
            href = reverse(f"city:{entry.route}", kwargs={"city": ctx.tenant.slug})
        except NoReverseMatch:
            continue
        here = request.path == href or (
            len(href) > 1 and request.path.startswith(href) and not entry.route.endswith("home")
        )
        found.append(
            {
                "href": href,
                "label": entry.label,
                "icon": entry.icon,
                "active": here,
                "group": entry.group,
                "hint": entry.hint,
            }
        )
    return found


def _address(name: str, ctx: Context | None = None) -> str:
    """The address of a page, or "" where this deployment does not have it."""
    try:
        return reverse(name, kwargs={"city": ctx.tenant.slug} if ctx else None)
    except NoReverseMatch:
        return ""


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor: what every frame needs."""
    ctx: Context | None = getattr(request, "ctx", None)
    organisation = getattr(request, "city", None)
    links_of_page = {"home": _address("country"), "style": _address("style"), "sign_in": _address("signin_cities")}
    context: dict[str, object] = {
        "ctx": ctx,
        "city": face(organisation) if organisation is not None else None,
        "language": getattr(request, "LANGUAGE_CODE", "th"),
        "links": links_of_page,
        "nav": [],
        "demonstration": settings.NAKHON_DEMO if organisation is None else organisation.is_demonstration,
    }
    if ctx is None or organisation is None:
        return context
    in_console, in_portal = f"{request.path}/".find("/staff/") >= 0, request.path.find("/me/") >= 0
    if in_console:
        context["nav"] = links(CONSOLE, ctx, request)
    elif in_portal:
        context["nav"] = links(PORTAL, ctx, request)
    links_of_page.update(
        country="" if settings.NAKHON_CITY else _address("country"),
        city=_address("city:home", ctx),
        staff=_address("city:staff_signin" if ctx.actor.kind is ActorKind.CITIZEN else "city:staff_home", ctx),
        sign_in=_address("city:signin", ctx),
        sign_out=_address("city:signout", ctx) if ctx.signed_in else "",
        account=_address("city:account" if in_console or in_portal else "city:portal_home", ctx),
        search=_address("city:persons", ctx) if in_console and ctx.may("people.person.read") else "",
        privacy=_address("city:privacy", ctx),
        accessibility=_address("city:accessibility", ctx),
    )
    return context
