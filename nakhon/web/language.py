"""Which language a page is shown in: the reader's choice, else the account's, else Thai."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from nakhon.knowledge.text import DEFAULT_LANGUAGE, LANGUAGES

COOKIE = "nakhon_language"
PARAMETER = "lang"


def chosen_language(request: HttpRequest) -> str:
    """``?lang=`` of this request, else the cookie, else the account's language, else Thai."""
    for wanted in (request.GET.get(PARAMETER), request.COOKIES.get(COOKIE)):
        if wanted in LANGUAGES:
            return str(wanted)
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return str(user.language)
    return DEFAULT_LANGUAGE


class LanguageMiddleware:
    """Activates the language for Django's own texts and remembers a choice made with ``?lang=`` for a year."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = chosen_language(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if request.GET.get(PARAMETER) in LANGUAGES:
            response.set_cookie(
                COOKIE, language, max_age=31_536_000, samesite="Lax", secure=request.is_secure(), httponly=True
            )
        return response
