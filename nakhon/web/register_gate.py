"""The way into a register's pages: finds the register, and in a guarded one asks the purpose before anything is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from nakhon.citydata.registers import queries
from nakhon.knowledge.text import Text
from nakhon.web.console import ctx_of, here

GUARDED = frozenset({"personal", "sensitive"})
PURPOSE_LASTS = timedelta(minutes=30)
"""A stated purpose serves while one goes on working in the register, and half an hour after."""
_KEY = "register_purposes"

SENSITIVITY: dict[str, tuple[Text, str, str]] = {
    "open": (Text("เปิดเผย", "Open"), "success", "globe"),
    "internal": (Text("ใช้ภายใน", "Internal"), "neutral", "building-2"),
    "personal": (Text("ข้อมูลส่วนบุคคล", "Personal"), "warning", "lock"),
    "sensitive": (Text("ข้อมูลอ่อนไหว", "Sensitive"), "danger", "shield"),
}
"""What each sensitivity is called, the kind of its badge and its icon."""

View = Callable[..., HttpResponseBase]


def of_register(view: View) -> Callable[..., HttpResponseBase]:
    """Give the view the ``RegisterCard`` in place of the key; ask the purpose first where the register is guarded."""

    @never_cache
    @wraps(view)
    def gate(request: HttpRequest, register: str, **more: Any) -> HttpResponseBase:
        ctx = ctx_of(request)
        card = queries.register_named(ctx, key=register)
        if card.sensitivity in GUARDED:
            purpose = _stated(request, register)
            if not purpose:
                return ask_purpose(request, register)
            request.ctx = ctx.for_purpose(purpose)  # type: ignore[attr-defined]
            card = queries.register_named(ctx_of(request), key=register)
        return view(request, card, **more)

    return gate


def _stated(request: HttpRequest, register: str) -> str:
    """The purpose stated for this register, while it serves; "" when it is to be asked."""
    kept = request.session.get(_KEY, {})
    said = kept.get(register)
    if not isinstance(said, dict):
        return ""
    now = ctx_of(request).now
    # What somebody is about to send was opened under the purpose: it is not thrown away for a minute's delay.
    if request.method == "GET" and now - datetime.fromisoformat(said["at"]) > PURPOSE_LASTS:
        return ""
    request.session[_KEY] = {**kept, register: {"code": said["code"], "at": now.isoformat()}}
    return str(said["code"])


def state_purpose(request: HttpRequest, register: str, code: str) -> None:
    """Keep the purpose for the pages of this register."""
    kept = request.session.get(_KEY, {})
    request.session[_KEY] = {**kept, register: {"code": code, "at": ctx_of(request).now.isoformat()}}


def leave_purpose(request: HttpRequest, register: str) -> None:
    kept = dict(request.session.get(_KEY, {}))
    kept.pop(register, None)
    request.session[_KEY] = kept


def ask_purpose(request: HttpRequest, register: str) -> HttpResponse:
    """On to the page that asks the purpose, and from there to where the reader was going."""
    back = {"next": request.get_full_path()} if request.method == "GET" else {}
    address = here(request, "register_purpose", register=register)
    return redirect(f"{address}?{urlencode(back)}" if back else address)
