"""/files/<token>: the one address that gives out files, for links that the rooms made."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from nakhon.kernel import logs
from nakhon.kernel.context import Context
from nakhon.kernel.files import links, queries
from nakhon.kernel.files.types import BOUND, IMAGE_TYPES, M4A, MP3, MP4, WEBM, OpenedFile
from nakhon.people.access import actor_for
from nakhon.web.signin.session import second_factor_passed

POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'none'; sandbox"
"""A file that is opened by itself may do nothing at all, whatever it is."""

INLINE = IMAGE_TYPES | {MP4, WEBM, M4A, MP3}
"""Shown where they are; everything else is saved first and opened by its own program."""

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@require_safe
def serve(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file of a link, whole or in part (RFC 9110, 14.2); ``?download`` saves what would be shown."""
    now = timezone.now()
    tenant = links.tenant_of(token, now)
    user = request.user if request.user.is_authenticated else None
    passed = user is not None and second_factor_passed(request)
    ctx = Context(
        tenant=tenant,
        actor=actor_for(tenant, user, second_factor=passed, now=now),
        now=now,
        language=getattr(request, "LANGUAGE_CODE", "th"),
        request_id=getattr(request, "request_id", ""),
        address=getattr(request, "client_address", ""),
        signed_in=user is not None,
    )
    logs.tell(tenant=tenant.slug, actor=f"{ctx.actor.kind}:{ctx.actor.id}".rstrip(":"))
    found = queries.open_link(ctx, token=token)
    return _headers(_answer(request, found), found, download="download" in request.GET)


def _answer(request: HttpRequest, found: OpenedFile) -> HttpResponseBase:
    if found.info.sensitivity not in BOUND and _not_changed(request, found.etag):
        return HttpResponse(status=304)
    part = _part(request, found)
    if part is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{found.size}"})
    start, length = part
    status = 200 if length == found.size else 206
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(status=status)
    else:
        response = StreamingHttpResponse(found.chunks(start, length), status=status)
    response["Content-Length"] = str(length)
    if status == 206:
        response["Content-Range"] = f"bytes {start}-{start + length - 1}/{found.size}"
    return response


def _not_changed(request: HttpRequest, etag: str) -> bool:
    wanted = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in wanted or etag in [tag.removeprefix("W/") for tag in wanted]


def _part(request: HttpRequest, found: OpenedFile) -> tuple[int, int] | None:
    """Start and length of what is asked for; the whole file when no single range is, None when it lies outside."""
    asked = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    fresh = request.headers.get("If-Range", found.etag) == found.etag
    if asked is None or not fresh or asked.group(1) == asked.group(2) == "":
        return 0, found.size
    first, last = asked.groups()
    if first == "":
        length = min(int(last), found.size)
        return (found.size - length, length) if length else None
    start, end = int(first), min(int(last), found.size - 1) if last else found.size - 1
    return (start, end - start + 1) if start <= end else None


def _headers(response: HttpResponseBase, found: OpenedFile, *, download: bool) -> HttpResponseBase:
    inline = found.media_type in INLINE and not download
    response["Content-Type"] = found.media_type
    response["Content-Disposition"] = disposition(found.name, inline=inline)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Accept-Ranges"] = "bytes"
    if found.info.sensitivity in BOUND:
        response["Cache-Control"] = "private, no-store"
    else:
        response["Cache-Control"] = "private, max-age=900"
        response["ETag"] = found.etag
    return response


def disposition(name: str, *, inline: bool) -> str:
    """``Content-Disposition`` (RFC 6266) with the name in UTF-8 (RFC 8187, before it RFC 5987) and a plain one for old programs."""
    stem, dot, ending = name.rpartition(".")
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", stem if dot else ending).strip("_ ") or "file"
    plain += f".{ending}" if dot and ending.isascii() and ending.isalnum() else ""
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


urlpatterns = [path("files/<str:token>", serve, name="file")]
