"""The sessions of an account on all its devices: listing and ending them, and telling a new device from a known one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from allauth.usersessions.models import UserSession
from django.core import signing
from django.http import HttpRequest, HttpResponse

from nakhon.people.models import User

DEVICE_COOKIE = "nakhon_device"
_DEVICE_SALT = "nakhon.web.signin.device"
_DEVICE_AGE = 400 * 24 * 3600
_REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One device that is signed in."""

    id: int
    device: str
    address: str
    begun_at: datetime
    seen_at: datetime
    current: bool


_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Line/", "LINE"),
             ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
            ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


def device_name(user_agent: str) -> str:
    """ "Chrome · Android" and the like, for people to recognise their own devices; "?" for what is unknown."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "?")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "?")
    return re.sub(r"^\? · \?$", "?", f"{browser} · {system}")


def list_sessions(user: User, current_key: str = "") -> list[OpenSession]:
    """The live sessions of ``user``, the one with ``current_key`` first, then the latest used."""
    found = [
        OpenSession(
            row.pk,
            device_name(row.user_agent),
            str(row.ip),
            row.created_at,
            row.last_seen_at,
            row.session_key == current_key,
        )
        for row in UserSession.objects.purge_and_list(user)
    ]
    return sorted(found, key=lambda open_: (not open_.current, -open_.seen_at.timestamp()))


def end_one(user: User, session_id: int) -> bool:
    """End one session of ``user``; False when there is none of that id."""
    row = UserSession.objects.filter(user_id=user.pk, pk=session_id).first()
    if row is None:
        return False
    row.end()
    return True


def end_all(user: User, *, but: str = "") -> int:
    """End every session of ``user`` except the one with the key ``but``. Returns how many ended."""
    ended = 0
    for row in UserSession.objects.filter(user_id=user.pk).exclude(session_key=but):
        row.end()
        ended += 1
    return ended


def _known(request: HttpRequest) -> list[str]:
    try:
        found = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=_DEVICE_SALT, max_age=_DEVICE_AGE)
    except signing.BadSignature:
        return []
    return cast("list[str]", found) if isinstance(found, list) else []


def is_new_device(request: HttpRequest, user: User) -> bool:
    """True when this browser does not carry the signed mark of an earlier sign-in of ``user``."""
    return user.pk.hex not in _known(request)


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Mark this browser as known to ``user``; the mark lets nobody in."""
    known = [user.pk.hex, *(other for other in _known(request) if other != user.pk.hex)][:_REMEMBERED]
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps(known, salt=_DEVICE_SALT),
        max_age=_DEVICE_AGE,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
