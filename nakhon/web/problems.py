"""The one mapper at the door: from a failure to a page, or to an RFC 9457 problem, in the reader's language.

No other file turns failures into HTTP answers. docs/reference/problems.md lists every code; /problems/<code> explains it.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import ninja.errors
import pydantic
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.loader import select_template
from django.utils import translation
from django.utils.html import format_html

from nakhon.kernel import errors
from nakhon.kernel.sealed import Unopenable
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import DEFAULT_LANGUAGE, LANGUAGES, Text
from nakhon.web.language import COOKIE, PARAMETER
from nakhon.web.problem_words import field_text

log = logging.getLogger("nakhon.problems")

MEDIA_TYPE = "application/problem+json"


class BadInput(errors.NakhonError):
    code = "bad_request"
    default_message = Text("คำขอนี้อ่านไม่ได้", "The request could not be read")
    default_remedy = Text("โหลดหน้าใหม่แล้วส่งอีกครั้ง", "Load the page anew and send it again")


class MethodNotAllowed(errors.NakhonError):
    code = "method_not_allowed"
    default_message = Text("ที่อยู่นี้ไม่รับคำขอแบบนี้", "This address does not accept that kind of request")
    default_remedy = Text("ดูวิธีที่รับได้ในหัวข้อ Allow ของคำตอบ", "See the methods it accepts in the answer's Allow header")


class FormExpired(errors.Forbidden):
    code = "form_expired"
    default_message = Text(
        "แบบฟอร์มนี้หมดอายุหรือไม่ได้ส่งจากหน้าเว็บของเรา", "This form has expired or did not come from our page"
    )
    default_remedy = Text(
        "ย้อนกลับ โหลดหน้าใหม่ แล้วส่งอีกครั้ง และตรวจว่าเบราว์เซอร์เปิดรับคุกกี้",
        "Go back, reload the page and send it again; make sure that your browser accepts cookies",
    )


class ServerError(errors.NakhonError):
    code = "server_error"
    default_message = Text("ระบบขัดข้อง ทางเราบันทึกเหตุไว้แล้ว", "Something failed on our side, and it has been recorded")
    default_remedy = Text(
        "ลองอีกครั้งในอีกสักครู่ หากยังไม่ได้ โปรดแจ้งรหัสอ้างอิงนี้กับผู้ดูแลระบบ",
        "Try again in a moment; if it persists, give the administrator the reference below",
    )


STATUS: tuple[tuple[type[errors.NakhonError], int], ...] = (
    (errors.NoTenant, 500),
    (Unopenable, 500),
    (ServerError, 500),
    (errors.SignInRequired, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (MethodNotAllowed, 405),
    (errors.Conflict, 409),
    (errors.TooLarge, 413),
    (errors.Invalid, 422),
    (errors.TooMany, 429),
    (errors.Unavailable, 503),
)
"""The first row that fits decides; a failure that fits none is 400."""

TITLES: Mapping[int, Text] = {
    400: Text("คำขอไม่ถูกต้อง", "Bad request"),
    401: Text("ต้องเข้าสู่ระบบ", "Sign-in required"),
    403: Text("ไม่มีสิทธิ์", "Not allowed"),
    404: Text("ไม่พบสิ่งที่ต้องการ", "Not found"),
    405: Text("ใช้วิธีนี้ไม่ได้", "Method not allowed"),
    409: Text("ข้อมูลเปลี่ยนไปแล้ว", "Changed meanwhile"),
    413: Text("ใหญ่เกินกำหนด", "Too large"),
    422: Text("ข้อมูลไม่ถูกต้อง", "Input not valid"),
    429: Text("ถี่เกินไป", "Too many requests"),
    500: Text("ระบบขัดข้อง", "Something failed"),
    503: Text("ยังไม่พร้อมให้บริการ", "Not available"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What a reader is told. ``fields`` names inputs and what is wrong with each; ``retry_after`` is in seconds."""

    code: str
    status: int
    message: Text
    remedy: Text
    request_id: str = ""
    language: str = DEFAULT_LANGUAGE
    fields: Mapping[str, Text] = field(default_factory=dict)
    retry_after: int | None = None
    kind: str = ""

    @property
    def title(self) -> Text:
        return TITLES[self.status]

    @property
    def address(self) -> str:
        """Where the code is explained; a code of a rule of ``knowledge`` is explained with its kind."""
        return f"/problems/{self.kind or self.code}"

    def as_json(self) -> dict[str, Any]:
        """The members of RFC 9457 and, beside them, ``code``, ``remedy``, ``messages``, ``errors`` and ``request_id``."""
        body: dict[str, Any] = {
            "type": self.address,
            "title": self.title.in_(self.language),
            "status": self.status,
            "detail": self.message.in_(self.language),
            "instance": self.request_id or "unknown",
            "code": self.code,
            "remedy": self.remedy.in_(self.language),
            "messages": self.message.as_dict(),
            "remedies": self.remedy.as_dict(),
            "request_id": self.request_id,
        }
        if self.fields:
            body["errors"] = [
                {
                    "field": name,
                    "pointer": "#/" + name.replace(".", "/"),
                    "detail": text.in_(self.language),
                    "messages": text.as_dict(),
                }
                for name, text in self.fields.items()
            ]
        if self.retry_after is not None:
            body["retry_after"] = self.retry_after
        return body


def status_of(kind: type[errors.NakhonError]) -> int:
    return next((status for base, status in STATUS if issubclass(kind, base)), 400)


def known() -> dict[str, type[errors.NakhonError]]:
    """Every code of the rooms that are loaded with the failure that first claims it, by code."""

    def walk(kind: type[errors.NakhonError]) -> Iterator[type[errors.NakhonError]]:
        yield kind
        for child in kind.__subclasses__():
            yield from walk(child)

    found: dict[str, type[errors.NakhonError]] = {}
    for kind in walk(errors.NakhonError):
        if kind.__module__.startswith("nakhon."):
            found.setdefault(kind.code, kind)
    return dict(sorted(found.items()))


def _request_id(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))


def wants_json(request: HttpRequest) -> bool:
    """Programs get JSON: under /api/, or when they accept JSON and did not ask for HTML."""
    accept = request.headers.get("Accept", "")
    return "/api/" in request.path or ("json" in accept and "text/html" not in accept)


def reader_language(request: HttpRequest) -> str:
    """The page's language; for a program also ``Accept-Language``. Asks neither session nor database."""
    for wanted in (request.GET.get(PARAMETER), request.COOKIES.get(COOKIE)):
        if wanted in LANGUAGES:
            return str(wanted)
    if wants_json(request):
        for part in request.headers.get("Accept-Language", "").split(","):
            if (short := part.strip()[:2].lower()) in LANGUAGES:
                return short
    chosen = str(getattr(request, "LANGUAGE_CODE", DEFAULT_LANGUAGE))
    return chosen if chosen in LANGUAGES else DEFAULT_LANGUAGE


def problem_of(error: BaseException, request: HttpRequest) -> Problem | None:
    """The problem that ``error`` is to the reader, or None when it is not an expected failure."""
    expected = _as_nakhon(error)
    if isinstance(expected, KnowledgeError):
        parts = (expected.code, 422, expected.message, expected.remedy)
        return Problem(*parts, _request_id(request), reader_language(request), kind=errors.Invalid.code)
    if expected is None or status_of(type(expected)) == 500:
        return None
    return Problem(
        code=expected.code,
        status=status_of(type(expected)),
        message=expected.message,
        remedy=expected.remedy,
        request_id=_request_id(request),
        language=reader_language(request),
        fields=expected.fields,
        retry_after=getattr(expected, "retry_after", None),
    )


def _as_nakhon(error: BaseException) -> errors.NakhonError | KnowledgeError | None:
    """The platform's own failure that says what a library's failure means."""
    if isinstance(error, errors.NakhonError | KnowledgeError):
        return error
    if isinstance(error, Http404):
        return errors.NotFound()
    if isinstance(error, PermissionDenied):
        return errors.Forbidden()
    if isinstance(error, RequestDataTooBig):
        return errors.TooLarge(Text("ข้อมูลที่ส่งมาใหญ่เกินกำหนด", "What was sent is too large"))
    if isinstance(error, ninja.errors.AuthenticationError):
        return errors.SignInRequired()
    if isinstance(error, ninja.errors.AuthorizationError):
        return errors.Forbidden()
    if isinstance(error, ninja.errors.Throttled):
        return errors.TooMany(retry_after=int(getattr(error, "wait", None) or 60))
    if isinstance(error, ninja.errors.ValidationError):
        return errors.Invalid(fields=_fields(error.errors))
    if isinstance(error, pydantic.ValidationError):
        return errors.Invalid(fields=_fields(error.errors(include_url=False)))
    if isinstance(error, ninja.errors.HttpError):
        by_status = {401: errors.SignInRequired, 403: errors.Forbidden, 404: errors.NotFound, 422: errors.Invalid}
        return by_status.get(error.status_code, BadInput)()
    if isinstance(error, SuspiciousOperation | BadRequest):
        return BadInput()
    return None


def _fields(found: Any) -> dict[str, Text]:
    """Inputs and what is wrong with each, from pydantic's list; where the value lay in the request is not told."""
    said: dict[str, Text] = {}
    for row in found:
        path = [str(part) for part in row.get("loc", ())]
        if path[:1] and path[0] in ("body", "query", "path", "form", "header", "cookie", "file"):
            path = path[1:]
        said.setdefault(".".join(path) or "body", field_text(row))
    return said


def respond(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The answer to ``error``, whatever it is: the page or the problem, with its status and headers."""
    problem = problem_of(error, request)
    if problem is None:
        log.error("unexpected failure", exc_info=error, extra={"request_id": _request_id(request)})
        return failed(request)
    return answer(request, problem)


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """``problem`` as JSON or as a page."""
    response: HttpResponse
    if wants_json(request):
        response = JsonResponse(
            problem.as_json(), status=problem.status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False}
        )
        response["Content-Language"] = problem.language
    else:
        response = HttpResponse(_page(request, problem), status=problem.status)
    response["Cache-Control"] = "no-store"
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:
        response["WWW-Authenticate"] = 'Session realm="nakhon"'
    return response


_PLAIN = frozenset({BadInput.code, errors.Forbidden.code, errors.NotFound.code, errors.TooMany.code})
"""Failures that say no more than their status have a page of their own; the others are told in their own words."""


def _page(request: HttpRequest, problem: Problem) -> str:
    own = [f"errors/{problem.status}.html"] if problem.code in _PLAIN else []
    names = [*own, "errors/problem.html", "errors/plain.html"]
    with translation.override(problem.language):
        page: str = select_template(names).render({"problem": problem, "language": problem.language}, request)
    return page


def failed(request: HttpRequest) -> HttpResponse:
    """The answer to a failure that nobody expected. Touches neither database, session nor context processors."""
    kind = ServerError()
    problem = Problem(
        kind.code, 500, kind.message, kind.remedy, request_id=_request_id(request), language=reader_language(request)
    )
    if wants_json(request):
        return answer(request, problem)
    try:
        with translation.override(problem.language):
            page = select_template(["errors/500.html", "errors/plain.html"]).render(
                {"problem": problem, "language": problem.language}
            )
    except Exception:
        log.exception("the page for failures failed", extra={"request_id": problem.request_id})
        page = format_html(
            '<!doctype html><html lang="{}"><meta charset="utf-8"><title>{}</title><h1>{}</h1><p>{}</p><p>{}</p></html>',
            problem.language,
            problem.title.in_(problem.language),
            problem.message.in_(problem.language),
            problem.remedy.in_(problem.language),
            problem.request_id,
        )
    return HttpResponse(page, status=500, headers={"Cache-Control": "no-store"})


class ProblemMiddleware:
    """Answers failures of views, and the empty 405 of Django's own, through the mapper."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            kind = MethodNotAllowed()
            problem = Problem(kind.code, 405, kind.message, kind.remedy, _request_id(request), reader_language(request))
            mapped = answer(request, problem)
            mapped["Allow"] = response["Allow"]
            return mapped
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        problem = problem_of(exception, request)
        if problem is not None:
            return answer(request, problem)
        if settings.DEBUG:
            return None
        return respond(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler400``."""
    return respond(request, exception if problem_of(exception, request) else BadInput())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler403``."""
    return respond(request, errors.Forbidden())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler404``."""
    return respond(request, errors.NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``. A failure that a middleware expected but nobody answered is answered here as what it is."""
    error = sys.exc_info()[1]
    return respond(request, error) if error is not None else failed(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``."""
    log.warning("form refused", extra={"reason": reason})
    return respond(request, FormExpired())


def install(api: Any) -> None:
    """Make a django-ninja ``NinjaAPI`` answer failures through the mapper, and show no page that loads from other hosts."""
    api.docs_url = None
    for kind in (
        errors.NakhonError,
        KnowledgeError,
        pydantic.ValidationError,
        ninja.errors.ValidationError,
        ninja.errors.HttpError,
        ninja.errors.AuthenticationError,
        ninja.errors.AuthorizationError,
        ninja.errors.Throttled,
        Http404,
        PermissionDenied,
        SuspiciousOperation,
        Exception,
    ):
        api.add_exception_handler(kind, respond)
