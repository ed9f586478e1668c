"""Definitions in the console: what is in force, how each came to be, all of it as a zip of YAML."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from nakhon.kernel.definitions.collecting import zip_of
from nakhon.kernel.definitions.kinds import kinds
from nakhon.kernel.definitions.planning import ACTIONS
from nakhon.kernel.definitions.queries import definition_history, export_definitions, list_definitions
from nakhon.knowledge.text import Text
from nakhon.solutions.permissions import APPLY
from nakhon.web.console import ctx_of, here
from nakhon.web.views.solutions import ACTION_KINDS

TITLE = Text("คำนิยาม", "Definitions")


@require_GET
def definitions(request: HttpRequest) -> HttpResponse:
    """What is in force, kind by kind."""
    ctx = ctx_of(request)
    lines = list_definitions(ctx, removed=request.GET.get("removed") == "1")
    known = kinds()
    names = list(dict.fromkeys([*known, *(line.kind for line in lines)]))
    groups: list[dict[str, Any]] = []
    for name in names:
        own = [line for line in lines if line.kind == name]
        if own:
            kind = known.get(name)
            groups.append(
                {
                    "name": name,
                    "text": kind.text if kind else Text(name, name),
                    "about": kind.about if kind else None,
                    "lines": own,
                }
            )
    page = {
        "groups": groups,
        "removed": request.GET.get("removed") == "1",
        "total": len(lines),
        "may_apply": ctx.may(APPLY),
    }
    return render(request, "console/definitions/list.html", page)


@require_GET
def definition(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Every version of a definition: who, when, what changed, and the text as written."""
    lines = definition_history(ctx_of(request), kind=kind, key=key)
    versions = [
        {"line": line, "act": ACTIONS[line.act], "kind": ACTION_KINDS[line.act][0], "icon": ACTION_KINDS[line.act][1]}
        for line in lines
    ]
    found = kinds().get(kind)
    page = {
        "kind_text": found.text if found else Text(kind, kind),
        "name": f"{kind}/{key}",
        "versions": versions,
        "crumbs": [
            {"href": here(request, "definitions"), "label": TITLE},
            {"label": Text(f"{kind}/{key}", f"{kind}/{key}")},
        ],
    }
    return render(request, "console/definitions/history.html", page)


@require_GET
def definitions_export(request: HttpRequest) -> HttpResponse:
    """All that is in force as a zip of YAML files, which can be sent back as they are."""
    slug = ctx_of(request).tenant.slug
    response = HttpResponse(zip_of(export_definitions(ctx_of(request)), slug), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{slug}-definitions.zip"'
    return response


staff_urls: list[URLPattern] = [
    path("definitions/", definitions, name="definitions"),
    path("definitions/export/", definitions_export, name="definitions_export"),
    path("definitions/<str:kind>/<str:key>/", definition, name="definition"),
]
