"""Gives every request its number, and writes down what became of it: one line in the log, one count in the metrics.

Only the route's template is written, never the address itself: addresses carry numbers of cases and links to files.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from nakhon.kernel import logs, metrics
from nakhon.kernel.tenancy import new_id
from nakhon.web.security import client_address

log = logging.getLogger("nakhon.request")

HEADER = "X-Request-ID"
_ACCEPTABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
EARLY = frozenset({"healthz", "metrics"})
"""Addresses that are answered before routes are looked up; nobody wants a line in the log for each probe."""


def request_id_of(request: HttpRequest) -> str:
    """The number that a proxy or another program gave, when it is a plain one, else a new UUIDv7 in hexadecimal."""
    given = request.headers.get(HEADER, "")
    return given if _ACCEPTABLE.fullmatch(given) and logs.strike(given) == given else new_id().hex


def route_of(request: HttpRequest) -> str:
    """The template of the address ("<city>/cases/<number>"), or "unmatched"."""
    if (early := request.path_info.strip("/")) in EARLY:
        return early
    match = request.resolver_match
    return str(match.route) if match is not None else "unmatched"


class ObserveMiddleware:
    """The outermost middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request.request_id = request_id_of(request)  # type: ignore[attr-defined]
        request.client_address = client_address(request)  # type: ignore[attr-defined]
        logs.begin(request_id=request.request_id)  # type: ignore[attr-defined]
        status = 500
        try:
            response = self.get_response(request)
            status = response.status_code
            response[HEADER] = request.request_id  # type: ignore[attr-defined]
            return response
        finally:
            self._write(request, status, time.perf_counter() - started)

    def _write(self, request: HttpRequest, status: int, seconds: float) -> None:
        route, method = route_of(request), request.method or ""
        metrics.count_request(route, method, status, seconds)
        ctx = getattr(request, "ctx", None)
        if ctx is not None and ctx.tenant.slug:
            logs.tell(tenant=ctx.tenant.slug, actor=f"{ctx.actor.kind}:{ctx.actor.id}".rstrip(":"))
        if route in EARLY and status < 400:
            return
        level = logging.ERROR if status >= 500 else logging.INFO
        log.log(
            level,
            "request",
            extra={"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)},
        )
