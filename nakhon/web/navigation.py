"""The console's and the portal's navigation: one list each, filtered by what the reader may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from nakhon.kernel.context import Context
from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the navigation. ``route`` is a name in the ``city`` namespace; ``permission`` None shows it to all."""

    route: str
    label: Text
    icon: str
    group: Text
    permission: str | None = None


OVERVIEW = Text("ภาพรวม", "Overview")
PEOPLE = Text("ประชาชน", "People")
PRIVACY = Text("ข้อมูลส่วนบุคคล", "Personal data")
OFFICE = Text("หน่วยงาน", "Organisation")
SYSTEM = Text("ระบบ", "System")

CONSOLE: list[Entry] = [
    Entry("staff_home", Text("หน้าหลัก", "Home"), "layout-dashboard", OVERVIEW),
]

PORTAL: list[Entry] = [
    Entry("portal_home", Text("หน้าของฉัน", "My page"), "house", OVERVIEW),
]


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
        found.append({"href": href, "label": entry.label, "icon": entry.icon, "active": here, "group": entry.group})
    return found


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor: what every frame needs."""
    ctx: Context | None = getattr(request, "ctx", None)
    language = getattr(request, "LANGUAGE_CODE", "th")
    context: dict[str, object] = {"ctx": ctx, "city": getattr(request, "city", None), "language": language}
    if ctx is not None:
        in_console = "/staff/" in request.path
        context["nav"] = links(CONSOLE if in_console else PORTAL, ctx, request) if ctx.signed_in else []
        context["in_console"] = in_console
    return context
