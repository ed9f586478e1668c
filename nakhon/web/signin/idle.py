"""Ends a session that was left alone: after 12 hours for staff, 30 days for citizens, counted from the last request."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from nakhon.knowledge.text import Text
from nakhon.web.signin.session import CITIZEN, SIGNED, STAFF, sign_out, signed_in_as

TOUCH = 60
"""Seconds between two notes of activity, so that a page with many requests writes once."""

_ENDED = Text(
    "ระบบนำคุณออกเพราะไม่มีการใช้งานเป็นเวลานาน โปรดเข้าสู่ระบบอีกครั้ง",
    "You were signed out because nothing happened for a long time. Please sign in again",
)


def lifetime(kind: str) -> int:
    """Seconds that a session of ``kind`` may be idle."""
    return int(settings.SESSION_IDLE_STAFF if kind == STAFF else settings.SESSION_IDLE_CITIZEN)


class IdleMiddleware:
    """Stands after authentication and the library's account middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed = signed_in_as(request)
        if signed and request.user.is_authenticated:
            kind, idle = str(signed.get("kind", CITIZEN)), time.time() - float(signed.get("seen", 0))
            if idle > lifetime(kind):
                sign_out(request)
                messages.info(request, _ENDED.in_(getattr(request, "LANGUAGE_CODE", "th")))
            elif idle > TOUCH:
                request.session[SIGNED] = {**signed, "seen": time.time()}
                request.session.set_expiry(lifetime(kind))
                UserSession.objects.create_from_request(request)
        return self.get_response(request)
