"""Where a sign-in happens and where it leads: the city of a request, safe ways back, addresses of this part."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from nakhon.kernel.context import PUBLIC, Context
from nakhon.people.access import actor_for, organisation_by_slug, tenant_ref
from nakhon.people.models import Organisation, User
from nakhon.web.signin import session


def address(slug: str, name: str, **arguments: Any) -> str:
    return reverse(f"city:{name}", kwargs={"city": slug, **arguments})


def here(request: HttpRequest, name: str, **arguments: Any) -> str:
    """The address of a page of this part in the city of the request."""
    ctx: Context = request.ctx  # type: ignore[attr-defined]
    return address(ctx.tenant.slug, name, **arguments)


def safe_next(request: HttpRequest, default: str) -> str:
    """``next`` of the request when it stays on this host, else ``default``. Guards against open redirects."""
    wanted = str(request.POST.get("next") or request.GET.get("next") or "")
    if (
        wanted.startswith("/")
        and "\\" not in wanted
        and url_has_allowed_host_and_scheme(
            wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
    ):
        return wanted
    return default


def home_of(slug: str, kind: str) -> str:
    """Where a sign-in leads that named no page: the console for staff, the portal for citizens."""
    return address(slug, "staff_home" if kind == session.STAFF else "portal_home")


def city_under_way(request: HttpRequest) -> Organisation | None:
    """The city whose page a request belongs to; on the providers' way back, the city where the sign-in began."""
    found: Organisation | None = getattr(request, "city", None)
    if found is not None:
        return found
    slug = session.pending(request).get("city") or session.signed_in_as(request).get("city") or settings.NAKHON_CITY
    return organisation_by_slug(str(slug)) if slug else None


def context_for(request: HttpRequest, organisation: Organisation, user: User | None = None) -> Context:
    """The request's context in ``organisation`` for ``user`` (default: the session's), with what the session has proved."""
    ctx: Context = request.ctx  # type: ignore[attr-defined]
    someone = user or (request.user if request.user.is_authenticated else None)
    passed = someone is not None and someone == request.user and session.second_factor_passed(request)
    tenant = tenant_ref(organisation)
    actor = actor_for(tenant, someone, second_factor=passed, now=ctx.now) if someone is not None else PUBLIC
    return replace(ctx, tenant=tenant, actor=actor, signed_in=request.user.is_authenticated)
