"""Files of a register's records: asked for from its list, ready at once or in the background, kept for a week."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from nakhon.citydata.registers.exporting.queries import export_file, export_run, export_runs
from nakhon.citydata.registers.exporting.services import begin_export
from nakhon.citydata.registers.exporting.types import ExportInfo
from nakhon.citydata.registers.types import RegisterCard
from nakhon.citydata.registers.writing.types import FORMAT_WORDS, ExportFormat
from nakhon.kernel.errors import Forbidden, NakhonError
from nakhon.kernel.files.types import OpenedFile
from nakhon.knowledge.text import Text
from nakhon.web.console import ctx_of, here, whole
from nakhon.web.files import disposition
from nakhon.web.register_gate import of_register
from nakhon.web.register_search import search_of

STATES = {
    "WAITING": (Text("รอคิว", "Waiting"), "neutral"),
    "RUNNING": (Text("กำลังเตรียมไฟล์", "Being made"), "info"),
    "DONE": (Text("พร้อมดาวน์โหลด", "Ready"), "success"),
    "FAILED": (Text("ไม่สำเร็จ", "Failed"), "danger"),
    "EXPIRED": (Text("หมดอายุแล้ว", "Expired"), "neutral"),
}


def sent(found: OpenedFile) -> StreamingHttpResponse:
    """A file as a download, in pieces; kept by nobody on the way."""
    answer = StreamingHttpResponse(found.chunks(0, found.size), content_type=found.media_type)
    answer["Content-Length"] = str(found.size)
    answer["Content-Disposition"] = disposition(found.name, inline=False)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def shown(run: ExportInfo) -> dict[str, object]:
    words, kind = STATES[run.state]
    form = FORMAT_WORDS[ExportFormat(run.format)]
    return {"run": run, "words": words, "kind": kind, "form": form, "working": run.state in ("WAITING", "RUNNING")}


@require_POST
@of_register
def register_export(request: HttpRequest, card: RegisterCard) -> HttpResponseBase:
    """Asks for a file of what the list shows; a small one comes at once."""
    ctx, given = ctx_of(request), request.POST
    search = search_of(request, card)
    columns = [one.name for one in search.columns if not one.protected] if "only_columns" in given else ()
    try:
        run = begin_export(
            ctx, register=card.key, format=given.get("format", "csv"), **search.given(), columns=columns,
            headings=given.get("headings", ""), be_dates="be_dates" in given,
        )  # fmt: skip
    except Forbidden:
        raise
    except NakhonError as error:
        return render(request, "console/registers/exports.html", _page(request, card, whole(error)), status=422)
    if run.state == "DONE":
        return sent(export_file(ctx, run_id=run.id))
    return redirect(here(request, "register_exports", register=card.key))


@require_GET
@of_register
def register_exports(request: HttpRequest, card: RegisterCard) -> HttpResponse:
    """The reader's own files of this register, with how far each is."""
    return render(request, "console/registers/exports.html", _page(request, card))


def _page(request: HttpRequest, card: RegisterCard, refusal: Text | None = None) -> dict[str, object]:
    runs = [shown(run) for run in export_runs(ctx_of(request), register=card.key)]
    return {"register": card, "runs": runs, "refusal": refusal}


@require_GET
@of_register
def export_progress(request: HttpRequest, card: RegisterCard, run_id: UUID) -> HttpResponse:
    """The row of one export, asked again while it works."""
    page = {"register": card, "one": shown(export_run(ctx_of(request), run_id=run_id))}
    return render(request, "console/registers/_export.html", page)


@require_GET
@of_register
def export_download(request: HttpRequest, card: RegisterCard, run_id: UUID) -> HttpResponseBase:
    return sent(export_file(ctx_of(request), run_id=run_id))


_HERE = "registers/<slug:register>/exports/"
staff_urls: list[URLPattern] = [
    path("registers/<slug:register>/export/", register_export, name="register_export"),
    path(_HERE, register_exports, name="register_exports"),
    path(f"{_HERE}<uuid:run_id>/progress/", export_progress, name="export_progress"),
    path(f"{_HERE}<uuid:run_id>/download/", export_download, name="export_download"),
]
