"""The audit trail: who did what, when, to what and why; filtered, verified, and taken out as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nakhon.kernel import queries, services
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, NakhonError
from nakhon.kernel.permissions import AUDIT_READ, OUTBOX_READ
from nakhon.kernel.types import ChainVerdict, TrailEntry
from nakhon.knowledge.dates import BANGKOK, DateError, DatePrecision, in_bangkok, parse
from nakhon.knowledge.text import Text
from nakhon.people import queries as people
from nakhon.people.permissions import HOUSEHOLD_READ, MEMBER_READ, PERSON_READ, PURPOSE_READ, UNIT_READ
from nakhon.web.console import ctx_of, here, plain, there, told, whole, with_query, words
from nakhon.web.signin.forms import show
from nakhon.web.trail_words import ACTORS, ROOMS, SUBJECTS, act_words, label_words

ON_A_PAGE = 50
EXPORTED_AT_ONCE = 1000
AT_ONCE = 20_000
"""A chain up to this long is verified while the reader waits (a few seconds), a longer one in the background."""

PAGES = {
    "people.unit": ("unit", "unit_id", UNIT_READ),
    "people.membership": ("member", "membership_id", MEMBER_READ),
    "people.person": ("person", "person_id", PERSON_READ),
    "people.household": ("household", "household_id", HOUSEHOLD_READ),
    "kernel.work": ("work", "work_id", OUTBOX_READ),
}
"""Kinds of things that have a page: its name, the argument that takes the id, and the permission it asks for."""

TELLING = ("code", "slug", "number", "work", "kind", "channel")
"""Parts of an entry's detail that tell at a glance which thing it was, the most telling first."""

_ICONS = {
    "created": "plus", "added": "user-plus", "registered": "user-plus", "edited": "pencil", "changed": "pencil",
    "moved": "move", "closed": "archive", "ended": "user-x", "removed": "trash-2", "erased": "trash-2", "read": "eye",
    "revealed": "eye", "searched": "search", "exported": "download", "verified": "shield-check", "failed": "circle-alert",
    "done": "log-in", "passed": "key-round", "sent": "send", "given": "check", "withdrawn": "undo", "reopened": "rotate-ccw",
    "replayed": "rotate-ccw", "all_replayed": "rotate-ccw", "applied": "file-check", "installed": "package",
}  # fmt: skip


def _action_choices() -> list[Any]:
    groups: list[Any] = [("", Text("ทุกการกระทำ", "All acts"))]
    for room, name in ROOMS.items():
        inside = [(code, text) for code, text in SUBJECTS.items() if code.startswith(f"{room}.")]
        if inside:
            groups.append((name, [(room, Text(f"{name.th} ทั้งหมด", f"{name.en}: all")), *inside]))
    return groups


class FilterForm(forms.Form):
    """What to look for. Days are read in the Buddhist era and mean whole days in Bangkok."""

    since = forms.CharField(label=words("ตั้งแต่วันที่", "From"), required=False, widget=forms.DateInput)
    until = forms.CharField(label=words("ถึงวันที่", "To"), required=False, widget=forms.DateInput)
    action = forms.CharField(label=words("การกระทำ", "Act"), required=False, widget=forms.Select)
    actor = forms.CharField(
        label=words("ผู้กระทำ", "Who"),
        help_text=words("ชื่อเจ้าหน้าที่ หรือรหัสบัญชี", "A name on the staff, or an account's id"),
        required=False,
    )
    object = forms.CharField(
        label=words("รหัสรายการ", "Id of the thing"),
        help_text=words("รหัสของรายการที่ถูกกระทำ", "Of the thing that was acted on"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = _action_choices()
        # An act that a link asked for, or that nobody has put into words yet, stays chosen.
        chosen = str(self.data.get("action", ""))
        known = {code for _, inside in choices[1:] for code, _ in inside}
        if chosen and chosen not in known:
            choices.append((chosen, act_words(chosen) or chosen))
        self.fields["action"].widget.choices = choices

    def clean_since(self) -> datetime | None:
        return self._moment("since", 0)

    def clean_until(self) -> datetime | None:
        return self._moment("until", 1)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since is not None and until is not None and since >= until:
            self.add_error("until", words("วันสิ้นสุดต้องไม่มาก่อนวันเริ่ม", "The last day must not come before the first"))
        return found

    def _moment(self, name: str, days_after: int) -> datetime | None:
        text = self.cleaned_data.get(name) or ""
        if not text:
            return None
        try:
            read = parse(text)
        except DateError as error:
            raise forms.ValidationError(
                words(f"{error.message.th} {error.remedy.th}", f"{error.message.en}. {error.remedy.en}")
            ) from None
        if read.precision is not DatePrecision.DAY:
            raise forms.ValidationError(words("กรอกวัน เดือน และปี พ.ศ. ให้ครบ", "Enter day, month and year"))
        return datetime.combine(read.value + timedelta(days=days_after), time.min, BANGKOK)

    def wanted(self) -> dict[str, Any]:
        """The filters as ``audit_trail`` takes them; of a form that is not valid, those parts that are."""
        good = getattr(self, "cleaned_data", {})
        return {
            "actor": good.get("actor") or "",
            "action": good.get("action") or "",
            "object_id": good.get("object") or "",
            "since": good.get("since"),
            "until": good.get("until"),
        }


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the page shows it."""

    entry: TrailEntry
    day: date
    title: Text
    is_named: bool
    who: Text
    icon: str
    thing: Text | None
    href: str
    about: str
    purpose: Text | None
    facts: tuple[tuple[str, str], ...]


def _line(request: HttpRequest, entry: TrailEntry, purposes: Mapping[str, Text]) -> Line:
    ctx = ctx_of(request)
    language = ctx.language
    named = act_words(entry.action)
    subject, _, deed = entry.action.rpartition(".")
    label = label_words(entry.actor_label)
    kind = ACTORS.get(entry.actor_kind, Text(entry.actor_kind, entry.actor_kind))
    who = (
        kind
        if entry.actor_kind in ("public", "citizen") or label is None
        else Text(f"{label.th} ({kind.th})", f"{label.en} ({kind.en})")
    )
    page, argument, permission = PAGES.get(entry.object_type, ("", "", ""))
    href = (
        there(request, page, **{argument: entry.object_id}) if page and entry.object_id and ctx.may(permission) else ""
    )
    return Line(
        entry=entry,
        day=in_bangkok(entry.at).date(),
        title=named or Text(entry.action, entry.action),
        is_named=named is not None,
        who=who,
        icon=_ICONS.get(deed, "circle-dot"),
        thing=SUBJECTS.get(subject),
        href=href,
        about=next((plain(entry.detail[key], language) for key in TELLING if entry.detail.get(key)), ""),
        purpose=purposes.get(entry.purpose, Text(entry.purpose, entry.purpose)) if entry.purpose else None,
        facts=tuple((key, plain(value, language)) for key, value in entry.detail.items()),
    )


def _purposes(ctx: Context, entries: Iterable[TrailEntry]) -> dict[str, Text]:
    """The names of the purposes that the entries state, those no longer used included. Asks only where one is stated."""
    if not any(entry.purpose for entry in entries) or not ctx.may(PURPOSE_READ):
        return {}
    return {row.code: row.name for row in people.purposes(ctx, with_ended=True)}


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """The trail, newest first, by day."""
    ctx = ctx_of(request)
    ctx.require(AUDIT_READ)
    form = FilterForm(request.GET)
    form.is_valid()
    return _trail(request, form)


def _trail(request: HttpRequest, form: FilterForm, status: int = 0) -> HttpResponse:
    ctx = ctx_of(request)
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    found = queries.audit_trail(ctx, **form.wanted(), after=after, limit=ON_A_PAGE)
    purposes = _purposes(ctx, found.entries)
    page = {
        "form": form,
        "lines": [_line(request, entry, purposes) for entry in found.entries],
        "next": with_query(request, after=found.after) if found.after else "",
        "first": with_query(request, after=None) if after else "",
        "is_filtered": any(form.data.get(name) for name in form.fields),
        "export_fields": [(name, form.data.get(name, "")) for name in form.fields],
    }
    return render(request, "console/audit/trail.html", page, status=status or (422 if form.errors else 200))


@require_http_methods(["GET", "HEAD", "POST"])
def audit_verify(request: HttpRequest) -> HttpResponse:
    """Whether the chain holds: a POST walks it; the page shows when that was done and what came out."""
    ctx = ctx_of(request)
    ctx.require(AUDIT_READ)
    if request.method == "POST":
        if queries.chain_state(ctx).entries > AT_ONCE:
            return _verify_later(request)
        verdict = services.verify_audit(ctx)
        if verdict.is_recorded:
            return redirect(here(request, "audit_verify"))
        return _verdicts(request, verdict)
    return _verdicts(request, None)


def _verify_later(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    try:
        services.verify_audit_later(ctx)
    except Conflict as error:
        messages.info(request, whole(error).in_(ctx.language))
    else:
        told(request, "เริ่มตรวจสอบแล้ว ผลจะแสดงที่หน้านี้", "Verifying has begun; the outcome will show on this page")
    return redirect(here(request, "audit_verify"))


def _verdicts(request: HttpRequest, unrecorded: ChainVerdict | None) -> HttpResponse:
    ctx = ctx_of(request)
    past = queries.audit_trail(ctx, action="kernel.audit.verified", limit=10).entries
    outcomes = [
        {
            "at": entry.at,
            "who": label_words(entry.actor_label),
            "entries": entry.detail.get("entries", 0),
            "faults": entry.detail.get("faults", 0),
            "shown": [
                (seq, services.FAULT_TEXTS.get(kind, Text(kind, kind))) for seq, kind in entry.detail.get("first", [])
            ],
        }
        for entry in past
    ]
    latest: dict[str, Any] | None = outcomes[0] if outcomes else None
    if unrecorded is not None:
        latest = {
            "at": unrecorded.at,
            "who": label_words(ctx.actor.label),
            "entries": unrecorded.entries,
            "faults": unrecorded.faults,
            "shown": [(fault.seq, fault.text) for fault in unrecorded.shown],
        }
    page = {
        "latest": latest,
        "outcomes": outcomes[1:] if unrecorded is None else outcomes,
        "is_unrecorded": unrecorded is not None,
        "chain": queries.chain_state(ctx),
    }
    return render(request, "console/audit/verify.html", page)


class _Echo:
    """What the CSV writer writes to: it hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


HEADINGS = [
    Text("ลำดับ", "number"), Text("เวลา (ISO 8601)", "time (ISO 8601)"), Text("ประเภทผู้กระทำ", "kind of actor"),
    Text("รหัสบัญชี", "account id"), Text("ผู้กระทำ", "actor"), Text("รหัสการกระทำ", "act"), Text("การกระทำ", "act in words"),
    Text("ประเภทรายการ", "kind of thing"), Text("รหัสรายการ", "thing id"), Text("วัตถุประสงค์", "purpose"),
    Text("รายละเอียด", "detail"), Text("ที่อยู่เครือข่าย", "network address"), Text("รหัสคำขอ", "request id"),
]  # fmt: skip


def _safe(value: str) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _cells(entry: TrailEntry, language: str) -> list[str]:
    named = act_words(entry.action)
    cells = [
        in_bangkok(entry.at).isoformat(timespec="seconds"),
        entry.actor_kind,
        entry.actor_id,
        entry.actor_label,
        entry.action,
        named.in_(language) if named else "",
        entry.object_type,
        entry.object_id,
        entry.purpose,
        json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
        entry.address,
        entry.request_id,
    ]
    return [str(entry.seq), *(_safe(cell) for cell in cells)]


def _rows(ctx: Context, wanted: Mapping[str, Any], last_seq: int) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # The mark tells Excel that the Thai in it is UTF-8.
    yield "\ufeff" + writer.writerow([heading.in_(ctx.language) for heading in HEADINGS])
    after: int | None = last_seq + 1
    while after is not None:
        page = queries.audit_trail(ctx, **wanted, after=after, limit=EXPORTED_AT_ONCE)
        for entry in page.entries:
            yield writer.writerow(_cells(entry, ctx.language))
        after = page.after


@require_POST
def audit_export(request: HttpRequest) -> HttpResponseBase:
    """The filtered entries as CSV, sent while they are read, so that their number does not matter. Taking out is recorded."""
    ctx = ctx_of(request)
    ctx.require(AUDIT_READ)
    form = FilterForm(request.POST)
    if not form.is_valid():
        return _trail(request, form)
    wanted = form.wanted()
    try:
        export = services.export_audit(ctx, **wanted)
    except NakhonError as error:
        show(form, error)
        return _trail(request, form)
    name = f"audit-{ctx.tenant.slug}-{in_bangkok(ctx.now):%Y%m%d-%H%M}.csv"
    answer = StreamingHttpResponse(_rows(ctx, wanted, export.last_seq), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


staff_urls: list[URLPattern] = [
    path("audit/", audit, name="audit"),
    path("audit/verify/", audit_verify, name="audit_verify"),
    path("audit/export/", audit_export, name="audit_export"),
]
