"""/healthz and /metrics: answered before session, language and city are looked for, so that they stand when those fall."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from nakhon.kernel import metrics
from nakhon.kernel.errors import NotFound
from nakhon.kernel.health import Status, examine
from nakhon.web.problems import respond
from nakhon.web.security import is_operator


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """How the platform is. ``?ready`` also demands a background worker. Only operators are told details."""
    report = examine()
    if "ready" in request.GET:
        report = report.demanding("worker")
    response = JsonResponse(
        report.as_dict(details=is_operator(request)),
        status=503 if report.status is Status.FAILING else 200,
        json_dumps_params={"ensure_ascii": False},
    )
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Prometheus' page, for this machine and for the holder of the token; for others there is nothing here."""
    if not is_operator(request):
        return respond(request, NotFound())
    return HttpResponse(metrics.page(), content_type=metrics.CONTENT_TYPE, headers={"Cache-Control": "no-store"})


urlpatterns = [path("healthz", healthz, name="healthz"), path("metrics", metrics_page, name="metrics")]

_EARLY = {"/healthz": healthz, "/metrics": metrics_page}


class HealthMiddleware:
    """Answers the two addresses before anything else is asked; must stand before the session's middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = _EARLY.get(request.path_info)
        return view(request) if view is not None else self.get_response(request)
