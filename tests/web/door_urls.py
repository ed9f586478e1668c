"""Addresses for the tests of the doors: each fails in its own way, under pages and under an API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pydantic
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.views.decorators.http import require_POST
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError

from nakhon.kernel import errors
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text
from nakhon.web import files, health, problem_pages
from nakhon.web.problems import install

WRONG_ID = KnowledgeError(
    "identity.check_digit", Text("เลขไม่ถูกต้อง", "The number is wrong"), Text("ตรวจอีกครั้ง", "Check it")
)


class Person(pydantic.BaseModel):
    name: str
    age: int = pydantic.Field(ge=0)


def _invalid() -> None:
    raise errors.Invalid(fields={"phone": Text("เบอร์ไม่ครบ", "The number is too short")})


def _pydantic() -> None:
    Person.model_validate({"age": -1})


def _raise(error: Exception) -> Callable[[], None]:
    def run() -> None:
        raise error

    return run


FAILURES: dict[str, Callable[[], None]] = {
    "forbidden": _raise(errors.Forbidden()),
    "sign-in": _raise(errors.SignInRequired()),
    "not-found": _raise(errors.NotFound()),
    "conflict": _raise(errors.Conflict()),
    "too-many": _raise(errors.TooMany(retry_after=17)),
    "too-large": _raise(errors.TooLarge()),
    "unavailable": _raise(errors.Unavailable()),
    "no-tenant": _raise(errors.NoTenant()),
    "invalid": _invalid,
    "pydantic": _pydantic,
    "knowledge": _raise(WRONG_ID),
    "django-404": _raise(Http404("secret path")),
    "django-403": _raise(PermissionDenied("secret reason")),
    "suspicious": _raise(SuspiciousOperation("secret attack")),
    "bug": _raise(RuntimeError("secret 1-1017-00203-45-2")),
}


def fail(request: HttpRequest, how: str) -> HttpResponse:
    FAILURES[how]()
    return HttpResponse("no failure")


def page(request: HttpRequest, number: int = 0) -> HttpResponse:
    return HttpResponse("<p>ok</p>")


def data(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"ok": True})


@require_POST
def only_post(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST.get("a", ""))


api = NinjaAPI(urls_namespace="door-tests", docs_url="/docs")
install(api)


class Asked(Schema):
    name: str
    amount: int


@api.post("/person")
def person(request: HttpRequest, body: Asked) -> dict[str, Any]:
    return {"name": body.name}


@api.get("/fail/{how}")
def api_fail(request: HttpRequest, how: str) -> dict[str, Any]:
    if how == "auth":
        raise AuthenticationError
    if how == "http-404":
        raise HttpError(404, "secret")
    FAILURES[how]()
    return {}


urlpatterns = [
    *health.urlpatterns,
    *problem_pages.urlpatterns,
    *files.urlpatterns,
    path("fail/<str:how>", fail),
    path("page", page),
    path("data", data),
    path("form", only_post),
    path("case/<int:number>/note", page, name="note"),
    path("api/", include([path("", api.urls)])),
]

handler400 = "nakhon.web.problems.bad_request"
handler403 = "nakhon.web.problems.permission_denied"
handler404 = "nakhon.web.problems.not_found"
handler500 = "nakhon.web.problems.server_error"
