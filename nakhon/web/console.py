"""What the pages of the console share: who acts, the address of a page, a message, a form that shows what a verb refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse

from nakhon.kernel.context import Context
from nakhon.kernel.errors import NakhonError
from nakhon.kernel.logs import STRUCK
from nakhon.knowledge.text import Text


def ctx_of(request: HttpRequest) -> Context:
    """The circumstances of the request, as the middleware found them."""
    return request.ctx  # type: ignore[attr-defined, no-any-return]


def here(request: HttpRequest, name: str, **arguments: Any) -> str:
    """The address of a page of this city."""
    return reverse(f"city:{name}", kwargs={"city": ctx_of(request).tenant.slug, **arguments})


def there(request: HttpRequest, name: str, **arguments: Any) -> str:
    """As ``here``; "" where this deployment has no such page."""
    try:
        return here(request, name, **arguments)
    except NoReverseMatch:
        return ""


def words(th: str, en: str) -> Any:
    """A ``Text`` for labels, hints and errors of Django's forms, whose type stubs know plain strings only."""
    return Text(th, en)


def profile_first(request: HttpRequest, route: str) -> HttpResponse:
    """On to the reader's profile, which says why it asks, and leads to the page ``route`` once it is filled in."""
    return redirect(f"{here(request, 'own_profile')}?{urlencode({'for': route})}")


def told(request: HttpRequest, th: str, en: str) -> None:
    """Say on the next page that it is done."""
    messages.success(request, Text(th, en).in_(ctx_of(request).language))


def whole(error: NakhonError) -> Text:
    """What happened and what to do, as one text."""
    return Text(f"{error.message.th} {error.remedy.th}", f"{error.message.en}. {error.remedy.en}")


def with_query(request: HttpRequest, **changes: Any) -> str:
    """The query of this page with some of it changed: "?q=…&after=…". None or "" takes a part out."""
    query = request.GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return f"?{query.urlencode()}"


def plain(value: Any, language: str) -> str:
    """A value of a record's detail as a person reads it; what was struck out says so in the page's language."""
    if isinstance(value, list | tuple):
        return ", ".join(plain(inner, language) for inner in value) or "–"
    if isinstance(value, bool):
        return Text("ใช่", "yes").in_(language) if value else Text("ไม่ใช่", "no").in_(language)
    if value in (None, ""):
        return "–"
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else str(value)
    return text.replace(STRUCK, "[ปกปิด]") if language == "th" else text
