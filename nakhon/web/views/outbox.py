"""Events and background work: what waits, what failed for good and why, trying it again, and the scheduled jobs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from nakhon.kernel import queries, services
from nakhon.kernel.errors import Conflict, NakhonError
from nakhon.kernel.permissions import OUTBOX_REPLAY
from nakhon.kernel.types import OutboxState, WorkRow
from nakhon.knowledge.text import Text
from nakhon.web.console import ctx_of, here, plain, told, whole, with_query
from nakhon.web.cron_words import cron_words
from nakhon.web.trail_words import ROOMS, fact_words, job_words

STATUS = {
    "pending": (Text("รอดำเนินการ", "Waiting"), "info", "clock"),
    "dead": (Text("ล้มเหลว", "Failed"), "danger", "octagon-alert"),
    "done": (Text("เสร็จแล้ว", "Done"), "success", "check"),
}


def _tabs(request: HttpRequest, active: str, state: OutboxState) -> list[dict[str, Any]]:
    return [
        {"href": here(request, "outbox"), "label": Text("งานเบื้องหลัง", "Work"), "active": active == "work",
         "count": state.pending + state.dead},
        {"href": here(request, "outbox_events"), "label": Text("เหตุการณ์", "Events"), "active": active == "events", "count": None},
        {"href": here(request, "outbox_schedules"), "label": Text("งานตามเวลา", "Schedule"), "active": active == "schedules",
         "count": None},
    ]  # fmt: skip


def _shown(row: WorkRow, language: str) -> dict[str, Any]:
    """A piece of work with its words: what it is called, and of which event."""
    text, kind, icon = STATUS[row.status]
    return {
        "row": row,
        "title": job_words(row.name) or fact_words(row.event_name) or Text(row.name, row.name),
        "event": fact_words(row.event_name),
        "error": plain(row.error, language) if row.error else "",
        "status": text,
        "kind": kind,
        "icon": icon,
    }


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Work that waits or has failed for good."""
    ctx = ctx_of(request)
    status = request.GET.get("status", "")
    status = status if status in ("pending", "dead") else ""
    after = request.GET.get("after", "")
    found = queries.unfinished_work(ctx, status=status, after=after)
    state = queries.outbox_state(ctx)
    page = {
        "tabs": _tabs(request, "work", state),
        "state": state,
        "rows": [_shown(row, ctx.language) for row in found.rows],
        "status": status,
        "filters": [("", Text("ทั้งหมด", "All")), ("dead", STATUS["dead"][0]), ("pending", STATUS["pending"][0])],
        "next": with_query(request, after=found.after) if found.after else "",
        "first": with_query(request, after=None) if after else "",
        "may_replay": ctx.may(OUTBOX_REPLAY),
    }
    return render(request, "console/outbox/work.html", page)


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """The facts that were announced, and what became of each."""
    ctx = ctx_of(request)
    name, after = request.GET.get("name", ""), request.GET.get("after", "")
    found = queries.event_list(ctx, name=name, after=after)
    rows = [
        {
            "row": row,
            "title": fact_words(row.name) or Text(row.name, row.name),
            "facts": [(key, plain(value, ctx.language)) for key, value in row.payload.items()],
        }
        for row in found.rows
    ]
    page = {
        "tabs": _tabs(request, "events", queries.outbox_state(ctx)),
        "rows": rows,
        "rooms": list(ROOMS.items()),
        "name": name,
        "next": with_query(request, after=found.after) if found.after else "",
        "first": with_query(request, after=None) if after else "",
    }
    return render(request, "console/outbox/events.html", page)


@require_GET
def schedules(request: HttpRequest) -> HttpResponse:
    """The jobs that run by the clock: when, and when last."""
    ctx = ctx_of(request)
    rows = [{"row": row, "when": cron_words(row.cron)} for row in queries.schedule_list(ctx)]
    page = {"tabs": _tabs(request, "schedules", queries.outbox_state(ctx)), "rows": rows}
    return render(request, "console/outbox/schedules.html", page)


def _page(request: HttpRequest, work_id: UUID, refusal: NakhonError | None = None) -> HttpResponse:
    ctx = ctx_of(request)
    card = queries.work_card(ctx, work_id=work_id)
    shown = _shown(card.row, ctx.language)
    page = {
        **shown,
        "card": card,
        "given": [(key, plain(value, ctx.language)) for key, value in card.given.items()],
        "trace": plain(card.trace, ctx.language) if card.trace else "",
        "may_replay": ctx.may(OUTBOX_REPLAY) and card.row.status == "dead",
        "refusal": whole(refusal) if refusal else None,
        "crumbs": [{"href": here(request, "outbox"), "label": Text("งานเบื้องหลัง", "Work")}, {"label": shown["title"]}],
    }
    return render(request, "console/outbox/item.html", page, status=409 if refusal else 200)


@require_GET
def work(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """One piece of work: its state, its attempts, and why it failed."""
    return _page(request, work_id)


@require_POST
def replay(request: HttpRequest, work_id: UUID) -> HttpResponse:
    try:
        services.replay_work(ctx_of(request), work_id=work_id)
    except Conflict as error:
        return _page(request, work_id, error)
    told(request, "สั่งทำงานนี้ใหม่แล้ว", "It will be tried again now")
    return redirect(here(request, "work", work_id=work_id))


@require_POST
def replay_all(request: HttpRequest) -> HttpResponse:
    try:
        number = services.replay_all_dead(ctx_of(request))
    except Conflict as error:
        messages.info(request, whole(error).in_(ctx_of(request).language))
        return redirect(here(request, "outbox"))
    told(request, f"สั่งทำใหม่ {number} งานแล้ว", f"{number} will be tried again now")
    return redirect(here(request, "outbox"))


staff_urls: list[URLPattern] = [
    path("outbox/", outbox, name="outbox"),
    path("outbox/events/", events, name="outbox_events"),
    path("outbox/schedules/", schedules, name="outbox_schedules"),
    path("outbox/work/<uuid:work_id>/", work, name="work"),
    path("outbox/work/<uuid:work_id>/replay/", replay, name="work_replay"),
    path("outbox/replay/", replay_all, name="work_replay_all"),
]
