"""Solutions in the console: what there is, installing with a plan that is read first, sending one's own files, removing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods

from nakhon.kernel.definitions.checking import check
from nakhon.kernel.definitions.collecting import definition_files, from_zip, sources, without_wrapper, zip_of
from nakhon.kernel.definitions.errors import DefinitionHoldsData
from nakhon.kernel.definitions.faults import SHOWN, DefinitionFault, FaultyDefinitions
from nakhon.kernel.definitions.planning import Entry, Plan
from nakhon.kernel.definitions.queries import plan_definitions
from nakhon.kernel.definitions.rendering import summary
from nakhon.kernel.definitions.services import apply_definitions
from nakhon.kernel.errors import NakhonError, NotFound
from nakhon.knowledge.text import Text
from nakhon.solutions import queries, services
from nakhon.solutions.errors import ParametersMissing, SolutionNotInstalled
from nakhon.solutions.manifest import Manifest
from nakhon.solutions.packs import Pack, check_pack, pack_from
from nakhon.solutions.permissions import APPLY, READ
from nakhon.solutions.types import State
from nakhon.web.console import ctx_of, here, told, whole, words
from nakhon.web.signin.forms import show
from nakhon.web.trail_words import label_words

TITLE = Text("ชุดระบบ", "Solutions")
STATE_KINDS = {
    State.INSTALLED: ("success", "circle-check"), State.OUTDATED: ("warning", "refresh-cw"), State.AVAILABLE: ("neutral", "plus"),
    State.REMOVED: ("neutral", "archive"), State.FAULTY: ("danger", "triangle-alert"),
}  # fmt: skip
ACTION_KINDS = {
    "created": ("success", "plus"), "restored": ("success", "rotate-ccw"), "changed": ("info", "pencil"),
    "removed": ("danger", "minus"), "released": ("warning", "lock-open"), "unchanged": ("neutral", "check"),
}  # fmt: skip


def fault_rows(faults: list[DefinitionFault] | tuple[DefinitionFault, ...]) -> list[dict[str, Any]]:
    """Faults for a page: the offending line cut in three, so that the place can be marked."""
    rows = []
    for fault in faults[:SHOWN]:
        at = min(max(fault.column - 1, 0), len(fault.excerpt))
        start, end = max(0, at - 60), at + 100
        rest = fault.excerpt[at:end]
        marked = rest.split(" ", 1)[0] or rest[:1]
        rows.append({
            "fault": fault, "before": ("…" if start else "") + fault.excerpt[start:at], "marked": marked,
            "after": rest[len(marked):] + ("…" if len(fault.excerpt) > end else ""),
        })  # fmt: skip
    return rows


def plan_rows(plan: Plan) -> dict[str, Any]:
    """A plan for a page: its sentence; what changes with its details; what simply comes or goes, in short lists."""
    entries = [entry for entry in plan.entries if entry.action != "unchanged"]
    simple: dict[str, list[Entry]] = {}
    for entry in entries:
        if not entry.changes and entry.warning is None:
            simple.setdefault(entry.action, []).append(entry)
    return {
        "summary": summary(plan),
        "entries": [_row(entry) for entry in entries if entry.changes or entry.warning is not None],
        "simple": [{**_row(found[0]), "entries": found} for found in simple.values()],
        "hash": plan.hash,
        "is_empty": plan.is_empty,
        "same": plan.count("unchanged"),
    }


def _row(entry: Entry) -> dict[str, Any]:
    kind, icon = ACTION_KINDS[entry.action]
    return {"entry": entry, "kind": kind, "icon": icon}


class ParametersForm(forms.Form):
    """What a solution asks of the city; the fields are those of its manifest."""

    def __init__(self, manifest: Manifest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for parameter in manifest.parameters:
            self.fields[f"p-{parameter.id}"] = forms.CharField(
                label=words(parameter.name.th, parameter.name.en),
                help_text=words(f"เช่น {parameter.example}", f"For instance {parameter.example}"),
                required=parameter.required,
                error_messages={"required": words("ต้องกรอกช่องนี้", "This field is required")},
                widget=forms.TextInput(attrs={} if parameter.type == "text" else {"inputmode": "decimal"}),
            )

    @property
    def values(self) -> dict[str, str]:
        return {name.removeprefix("p-"): str(value) for name, value in self.cleaned_data.items()}


@require_GET
def solutions(request: HttpRequest) -> HttpResponse:
    ctx = ctx_of(request)
    lines = queries.list_solutions(ctx)
    rows = [
        {
            "line": line,
            "kind": STATE_KINDS[line.state][0],
            "icon": STATE_KINDS[line.state][1],
            "who": label_words(line.installed_by),
        }
        for line in lines
    ]
    return render(request, "console/solutions/list.html", {"rows": rows, "may_apply": ctx.may(APPLY)})


def _trail(request: HttpRequest, label: Text) -> list[dict[str, Any]]:
    return [{"href": here(request, "solutions"), "label": TITLE}, {"label": label}]


def _values(request: HttpRequest) -> dict[str, str]:
    given = request.POST if request.method == "POST" else request.GET
    return {name.removeprefix("p-"): str(value) for name, value in given.items() if name.startswith("p-")}


def _fields(values: Mapping[str, object]) -> dict[str, object]:
    return {f"p-{name}": value for name, value in values.items()}


def _explained(page: dict[str, Any], error: NakhonError, form: forms.Form | None) -> int:
    """Put a refusal where it belongs on the page; returns the status."""
    if isinstance(error, FaultyDefinitions):
        page["faults"] = fault_rows(error.faults)
        return 422
    if isinstance(error, ParametersMissing) and form is not None:
        show(form, type(error)(error.message, error.remedy, fields=_fields(error.fields)))  # type: ignore[arg-type]
        return 422
    page["refusal"] = whole(error)
    return 409


def _install_page(request: HttpRequest, pack: Pack, page: dict[str, Any], done: Any) -> HttpResponse:
    """Ask for what must be filled in, show the plan, and on a confirmed POST carry it out by ``done(values, hash)``."""
    ctx = ctx_of(request)
    given = _values(request)
    asked = bool(given) or not pack.manifest.parameters
    form = ParametersForm(pack.manifest, _fields(given) if given else None)
    page |= {"form": form, "manifest": pack.manifest, "may_apply": ctx.may(APPLY), "asked": asked, "pack": pack}
    status = 200
    try:
        if request.method == "POST":
            values = {k: v for k, v in given.items() if v.strip()}
            done(values, request.POST.get("plan", ""))
            told(request, f"ติดตั้ง{pack.manifest.name.th}แล้ว", f"{pack.manifest.name.en} was installed")
            return redirect(here(request, "solution", solution=pack.id))
        made = queries.plan_solution(ctx, pack=pack, values={k: v for k, v in given.items() if v.strip()})
        page |= {"plan": plan_rows(made.plan), "values": made.values}
        if not given:
            page["form"] = ParametersForm(pack.manifest, initial=_fields(made.values))
    except NakhonError as error:
        if isinstance(error, NotFound):
            raise
        if isinstance(error, ParametersMissing) and not given:
            page["form"] = ParametersForm(pack.manifest, initial=_fields(queries.known_values(ctx, pack=pack)))
        else:
            status = _explained(page, error, form)
        if request.method == "POST" and not isinstance(error, ParametersMissing):
            page |= _fresh(request, pack, given)
    return render(request, "console/solutions/solution.html", page, status=status)


def _fresh(request: HttpRequest, pack: Pack, given: Mapping[str, str]) -> dict[str, Any]:
    """After a refused confirmation: the plan as it is now, to be read again."""
    try:
        made = queries.plan_solution(ctx_of(request), pack=pack, values={k: v for k, v in given.items() if v.strip()})
    except NakhonError:
        return {}
    return {"plan": plan_rows(made.plan), "values": made.values}


@require_http_methods(["GET", "HEAD", "POST"])
def solution(request: HttpRequest, solution: str) -> HttpResponse:
    """One solution: what it is, what installing would change; a POST installs what was shown."""
    ctx = ctx_of(request)
    ctx.require(APPLY if request.method == "POST" else READ)
    line = next((row for row in queries.list_solutions(ctx) if row.id == solution), None)
    page: dict[str, Any] = {"line": line, "crumbs": _trail(request, line.name if line else Text(solution, solution))}
    if line is not None:
        page |= {"state_kind": STATE_KINDS[line.state][0], "state_icon": STATE_KINDS[line.state][1]}
        page["who"] = label_words(line.installed_by)
    if line is not None and line.faults:
        page["faults"] = fault_rows(line.faults)
        return render(request, "console/solutions/solution.html", page)
    pack = queries.solution_pack(ctx, solution=solution)

    def done(values: dict[str, str], plan_hash: str) -> None:
        services.apply_solution(ctx, pack=pack, plan_hash=plan_hash, values=values)

    return _install_page(request, pack, page, done)


@require_http_methods(["GET", "HEAD", "POST"])
def solution_remove(request: HttpRequest, solution: str) -> HttpResponse:
    """What removing would take out; a POST does it. Data that would lose its meaning is kept only when asked for."""
    ctx = ctx_of(request)
    ctx.require(APPLY)
    keep = (request.POST if request.method == "POST" else request.GET).get("keep") == "1"
    line = next((row for row in queries.list_solutions(ctx) if row.id == solution), None)
    if line is None or not line.installed_version:
        raise SolutionNotInstalled(Text(f"ไม่ได้ติดตั้งชุดระบบ {solution}", f"The solution {solution} is not installed"))
    page: dict[str, Any] = {"line": line, "keep": keep, "crumbs": [
        {"href": here(request, "solutions"), "label": TITLE}, {"href": here(request, "solution", solution=solution), "label": line.name},
        {"label": Text("นำออก", "Remove")}]}  # fmt: skip
    status = 200
    if request.method == "POST":
        try:
            services.remove_solution(ctx, solution=solution, plan_hash=request.POST.get("plan", ""), keep_data=keep)
            told(
                request,
                f"นำ{line.name.th}ออกแล้ว ติดตั้งกลับได้ทุกเมื่อ",
                f"{line.name.en} was removed; it can come back at any time",
            )
            return redirect(here(request, "solutions"))
        except NakhonError as error:
            page["refusal"], status = whole(error), 409
    try:
        page["plan"] = plan_rows(queries.plan_removal(ctx, solution=solution, keep_data=keep).plan)
    except NakhonError as error:
        page |= {"refusal": whole(error), "holds_data": isinstance(error, DefinitionHoldsData)}
        status = 200 if request.method != "POST" else 409
    return render(request, "console/solutions/remove.html", page, status=status)


def _zip(files: Mapping[str, str], name: str) -> HttpResponse:
    response = HttpResponse(zip_of(files, name), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return response


@require_GET
def solution_export(request: HttpRequest, solution: str) -> HttpResponse:
    """The solution as the city has it, as a zip."""
    return _zip(queries.export_solution(ctx_of(request), solution=solution), solution)


def _received(request: HttpRequest) -> dict[str, bytes]:
    """The files that were sent by name; a zip is unpacked. Two files of one name keep both."""
    found: dict[str, bytes] = {}
    for file in request.FILES.getlist("files"):
        name = (file.name or "file.yaml").rpartition("/")[2]
        data = file.read()
        if name.endswith(".zip"):
            found |= from_zip(data)
            continue
        if not name.endswith((".yaml", ".yml")):
            name += ".yaml"
        stem, number = name, 2
        while name in found:
            name, number = f"{number}-{stem}", number + 1
        found[name] = data
    return without_wrapper(found)


@require_http_methods(["GET", "HEAD", "POST"])
def solution_upload(request: HttpRequest) -> HttpResponse:
    """Send a zip, a folder's files or a single YAML file: wrong ones are shown with line and remedy, right ones wait for a yes."""
    ctx = ctx_of(request)
    ctx.require(APPLY)
    page: dict[str, Any] = {"crumbs": _trail(request, Text("ส่งไฟล์", "Send files"))}
    if request.method != "POST":
        return render(request, "console/solutions/upload.html", page)
    try:
        found = _received(request)
    except NakhonError as error:
        return render(request, "console/solutions/upload.html", {**page, "refusal": whole(error)}, status=422)
    if not found:
        nothing = Text("ยังไม่ได้เลือกไฟล์ YAML หรือ zip ที่มีไฟล์ YAML", "Choose YAML files, or a zip that holds some")
        return render(request, "console/solutions/upload.html", {**page, "refusal": nothing}, status=422)
    if "solution.yaml" in found:
        faults = check_pack(found)[1]
    else:
        faults = check(sources(definition_files(found))).faults
    if faults:
        return render(request, "console/solutions/upload.html", {**page, "faults": fault_rows(faults)}, status=422)
    names = [file.name or "" for file in request.FILES.getlist("files")]
    shown = names[0] + (f" (+{len(names) - 1})" if len(names) > 1 else "")
    draft = services.keep_upload(
        ctx, name=shown, files={name: data.decode("utf-8-sig") for name, data in found.items()}
    )
    return redirect(here(request, "solution_draft", draft_id=draft))


@require_http_methods(["GET", "HEAD", "POST"])
def solution_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The plan of files that were sent; a POST applies it, or forgets the files."""
    ctx = ctx_of(request)
    ctx.require(APPLY)
    draft = queries.upload(ctx, draft_id=draft_id)
    if request.method == "POST" and request.POST.get("drop"):
        services.drop_upload(ctx, draft_id=draft_id)
        told(request, "ทิ้งไฟล์แล้ว ไม่มีสิ่งใดเปลี่ยน", "The files were forgotten; nothing was changed")
        return redirect(here(request, "solutions"))
    page: dict[str, Any] = {"draft": draft, "crumbs": _trail(request, Text(draft.name, draft.name))}
    files = {name: text.encode() for name, text in draft.files.items()}
    if draft.is_solution:
        pack = pack_from(files)

        def done(values: dict[str, str], plan_hash: str) -> None:
            services.apply_solution(ctx, pack=pack, plan_hash=plan_hash, values=values)
            services.drop_upload(ctx, draft_id=draft_id)

        return _install_page(request, pack, page, done)
    return _definitions_page(request, files, draft_id, page)


def _definitions_page(
    request: HttpRequest, files: dict[str, bytes], draft_id: UUID, page: dict[str, Any]
) -> HttpResponse:
    ctx = ctx_of(request)
    documents = check(sources(definition_files(files))).documents
    status = 200
    try:
        if request.method == "POST":
            apply_definitions(ctx, documents=documents, plan_hash=request.POST.get("plan", ""))
            services.drop_upload(ctx, draft_id=draft_id)
            told(request, "ใช้คำนิยามใหม่แล้ว", "The new definitions are in force")
            return redirect(here(request, "definitions"))
    except NakhonError as error:
        status = _explained(page, error, None)
    try:
        page["plan"] = plan_rows(plan_definitions(ctx, documents=documents))
    except NakhonError as error:
        status = _explained(page, error, None)
    return render(request, "console/solutions/draft.html", page, status=status)


staff_urls: list[URLPattern] = [
    path("solutions/", solutions, name="solutions"),
    path("solutions/upload/", solution_upload, name="solution_upload"),
    path("solutions/upload/<uuid:draft_id>/", solution_draft, name="solution_draft"),
    path("solutions/<str:solution>/", solution, name="solution"),
    path("solutions/<str:solution>/remove/", solution_remove, name="solution_remove"),
    path("solutions/<str:solution>/export/", solution_export, name="solution_export"),
]
