"""/problems/ and /problems/<code>: what each code means. The page is made from the failures themselves."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

import nakhon
from nakhon.kernel.errors import NotFound
from nakhon.web.problems import Problem, known, status_of

_DEFINES = re.compile(
    r"^class \w+\([\w.]*(?:Error|Forbidden|NotFound|Invalid|Conflict|TooMany|TooLarge|Unavailable)\):", re.M
)


@lru_cache(maxsize=1)
def _load() -> None:
    """Load every module that defines a failure, also those that nothing has needed yet."""
    root = Path(nakhon.__file__).parent
    for source in sorted(root.rglob("*.py")):
        if not {"migrations", "config"} & set(source.parts) and _DEFINES.search(source.read_text(encoding="utf-8")):
            parts = source.relative_to(root.parent).with_suffix("").parts
            import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))


def explained() -> list[Problem]:
    """Each known code as the problem it shows, in the order of the codes."""
    _load()
    return [Problem(code, status_of(kind), kind.default_message, kind.default_remedy) for code, kind in known().items()]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    rows = [{"problem": row, "shown": _breakable(row.code)} for row in explained()]
    return render(request, "problems/index.html", {"rows": rows})


def _breakable(code: str) -> str:
    """The code as HTML that may be broken after a dot or an underscore, so that it fits a phone."""
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in re.split(r"(?<=[._])", code)))


@require_safe
def explain(request: HttpRequest, code: str) -> HttpResponse:
    row = next((row for row in explained() if row.code == code), None)
    if row is None:
        raise NotFound
    return render(request, "problems/kind.html", {"row": row})


urlpatterns = [path("problems/", index, name="problems"), path("problems/<str:code>", explain, name="problem")]
