"""What every answer tells the browser to refuse, who is asking, and how much may be sent: decided once, at the outermost door."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from nakhon.kernel.errors import TooLarge
from nakhon.knowledge.text import Text

PERMISSIONS = ", ".join(
    (
        "geolocation=(self)",
        "camera=(self)",
        "publickey-credentials-get=(self)",
        "publickey-credentials-create=(self)",
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer",
                "autoplay",
                "browsing-topics",
                "display-capture",
                "gyroscope",
                "hid",
                "magnetometer",
                "microphone",
                "midi",
                "payment",
                "serial",
                "usb",
                "xr-spatial-tracking",
            )
        ),
    )
)
"""Place and camera for our own pages (reports with a photograph and a spot on the map); nothing else for anybody."""


def content_security_policy(basemap_style: str = "") -> str:
    """The policy of every page. ``basemap_style`` is the address of a map style, whose host may then be asked for tiles."""
    host = ""
    if basemap_style:
        parts = urlsplit(basemap_style)
        if parts.scheme not in ("https", "http") or not parts.netloc:
            raise ValueError("NAKHON_BASEMAP_STYLE is not a web address")
        host = f" {parts.scheme}://{parts.netloc}"
    return "; ".join(
        (
            "default-src 'self'",
            f"img-src 'self' data: blob:{host}",
            "style-src 'self'",
            "script-src 'self'",
            "worker-src 'self' blob:",
            f"connect-src 'self'{host}",
            "font-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        )
    )


def client_address(request: HttpRequest) -> str:
    """Where the request came from. What a proxy says counts only under ``NAKHON_TRUST_PROXY``, and then only its own word,
    which is the last of ``X-Forwarded-For``: all before it may be the visitor's invention."""
    if settings.NAKHON_TRUST_PROXY:
        said = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
        try:
            return str(ipaddress.ip_address(said))
        except ValueError:
            pass
    return str(request.META.get("REMOTE_ADDR", ""))


def is_operator(request: HttpRequest) -> bool:
    """True for the machine itself and for who holds ``NAKHON_METRICS_TOKEN``: they may see figures and details."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    token = settings.NAKHON_METRICS_TOKEN
    if token and kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode()):
        return True
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    if forwarded and not settings.NAKHON_TRUST_PROXY:
        return False
    try:
        return ipaddress.ip_address(client_address(request)).is_loopback
    except ValueError:
        return False


class SecurityHeadersMiddleware:
    """Adds the headers that Django's own middleware does not, refuses what is too large before it is read, and keeps
    answers in JSON that were made for somebody out of every cache. A view that sets a stricter policy keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = content_security_policy(settings.NAKHON_BASEMAP_STYLE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._too_large(request) or self.get_response(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", self.policy)
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        known = settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
        if known and "json" in headers.get("Content-Type", ""):
            headers.setdefault("Cache-Control", "private, no-store")
        return response

    def _too_large(self, request: HttpRequest) -> HttpResponse | None:
        from nakhon.web.problems import respond

        try:
            size = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            size = 0
        most = settings.NAKHON_MAX_UPLOAD_MB
        if size <= most * 1024 * 1024:
            return None
        return respond(
            request,
            TooLarge(
                Text(
                    "ข้อมูลที่ส่งมามีขนาด {size} MB เกินกำหนด {most} MB", "{size} MB was sent; the limit is {most} MB"
                ).format(size=-(-size // (1024 * 1024)), most=most),
                Text("ลดขนาดไฟล์ หรือแบ่งส่งหลายครั้ง", "Make the files smaller, or send them in several parts"),
            ),
        )
