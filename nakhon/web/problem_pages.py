"""/problems/ and /problems/<code>: what each code means. The page is made from the failures themselves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from nakhon.kernel.errors import NotFound
from nakhon.web.problems import Problem, known, status_of


def explained() -> list[Problem]:
    """Each known code as the problem it shows, in the order of the codes."""
    return [Problem(code, status_of(kind), kind.default_message, kind.default_remedy) for code, kind in known().items()]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "problems/index.html", {"rows": explained()})


@require_safe
def explain(request: HttpRequest, code: str) -> HttpResponse:
    row = next((row for row in explained() if row.code == code), None)
    if row is None:
        raise NotFound
    return render(request, "problems/kind.html", {"row": row})


urlpatterns = [path("problems/", index, name="problems"), path("problems/<str:code>", explain, name="problem")]
