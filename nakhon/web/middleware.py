"""Finds the city of an address, says who acts there, and keeps the doors of the portal and the console."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from nakhon.kernel.context import PUBLIC, ActorKind, Context, TenantRef
from nakhon.kernel.errors import Forbidden, NakhonError, SignInRequired
from nakhon.knowledge.text import Text
from nakhon.people.access import actor_for, is_member, organisation_by_slug, tenant_ref
from nakhon.web.problems import respond
from nakhon.web.signin.session import second_factor_passed

COUNTRY = TenantRef(UUID(int=0), "", Text("ประเทศไทย", "Thailand"))
"""The tenant of pages that belong to no organisation: it owns nothing, so only the public directory shows."""


def client_address(request: HttpRequest) -> str:
    return str(getattr(request, "client_address", "") or request.META.get("REMOTE_ADDR", ""))


class CityMiddleware:
    """Takes ``city`` and ``door`` out of the address's arguments and puts ``request.city`` and ``request.ctx`` instead.

    ``door`` is "staff" or "citizen" for addresses that need somebody signed in; nobody else gets past it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.city = None  # type: ignore[attr-defined]
        request.ctx = Context(  # type: ignore[attr-defined]
            tenant=COUNTRY,
            actor=PUBLIC,
            now=timezone.now(),
            language=request.LANGUAGE_CODE,
            request_id=getattr(request, "request_id", ""),
            address=client_address(request),
        )
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        slug = kwargs.pop("city", None)
        door = kwargs.pop("door", None)
        if slug is None:
            return None
        organisation = organisation_by_slug(slug)
        if organisation is None:
            raise Http404
        user = request.user if request.user.is_authenticated else None
        now = timezone.now()
        tenant = tenant_ref(organisation)
        passed = user is not None and second_factor_passed(request)
        request.city = organisation  # type: ignore[attr-defined]
        request.ctx = Context(  # type: ignore[attr-defined]
            tenant=tenant,
            actor=actor_for(tenant, user, second_factor=passed, now=now),
            now=now,
            language=request.LANGUAGE_CODE,
            request_id=getattr(request, "request_id", ""),
            address=client_address(request),
            signed_in=user is not None,
        )
        try:
            return self._at_the_door(request, door)
        except NakhonError as refusal:
            # Django passes to process_exception only what a view raised, not a middleware.
            return respond(request, refusal)

    def _at_the_door(self, request: HttpRequest, door: str | None) -> HttpResponse | None:
        ctx: Context = request.ctx  # type: ignore[attr-defined]
        if door is None or ctx.actor.kind is ActorKind.STAFF:
            return None
        if not ctx.signed_in:
            return self._to_sign_in(request, door)
        if door == "citizen":
            return None
        if is_member(ctx.tenant, request.user, ctx.now):  # type: ignore[arg-type]
            return redirect("city:second_factor", city=ctx.tenant.slug)
        raise Forbidden

    def _to_sign_in(self, request: HttpRequest, door: str | None) -> HttpResponse:
        ctx: Context = request.ctx  # type: ignore[attr-defined]
        if request.method not in ("GET", "HEAD"):
            raise SignInRequired
        name = "city:staff_signin" if door == "staff" else "city:signin"
        address = reverse(name, kwargs={"city": ctx.tenant.slug})
        return redirect(f"{address}?{urlencode({'next': request.get_full_path()})}")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The public is led to the sign-in page where a page asked for more than the public may see."""
        wants_page = "/api/" not in request.path and "application/json" not in request.headers.get("Accept", "")
        if isinstance(exception, SignInRequired) and request.city is not None and wants_page:  # type: ignore[attr-defined]
            return self._to_sign_in(request, None) if request.method in ("GET", "HEAD") else None
        return None
