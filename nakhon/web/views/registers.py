"""What the pages of the registers of persons and households share: the list with its search, and the choice of a subdistrict."""

from __future__ import annotations

from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from nakhon.kernel.context import Context
from nakhon.knowledge.text import Text
from nakhon.people import queries
from nakhon.people.types import Page
from nakhon.web.console import ctx_of, with_query


class Finds(Protocol):
    """A question that a register answers page by page."""

    def __call__(self, ctx: Context, /, *, text: str, after: str) -> Page[Any]: ...


def register_list(request: HttpRequest, template: str, find: Finds, *, edit: str) -> HttpResponse:
    """The list that ``find`` answers for the words and the page of the address. ``edit`` is the permission to add to it."""
    ctx = ctx_of(request)
    text = request.GET.get("q", "")
    page = find(ctx, text=text, after=request.GET.get("after", ""))
    return render(
        request,
        template,
        {
            "page": page,
            "query": text,
            "next": with_query(request, after=page.after) if page.after else "",
            "previous": with_query(request, after=None) if "after" in request.GET else "",
            "may_edit": ctx.may(edit),
        },
    )


def subdistrict_choices(request: HttpRequest, chosen: str = "") -> list[tuple[str, Text]]:
    """The subdistricts of the city's province by district, and the one that is chosen already."""
    return queries.subdistricts_near(ctx_of(request), chosen=chosen)
