"""What an administrator may do for a member's access: send the invitation again, reset a lost second factor."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from nakhon.kernel.errors import NakhonError
from nakhon.knowledge.text import Text
from nakhon.web.signin import places, queries, services
from nakhon.web.signin.forms import ReasonForm, show
from nakhon.web.signin.views.citizens import ctx_of


def _page(request: HttpRequest, user_id: UUID, form: ReasonForm) -> HttpResponse:
    user, found = queries.member_access(ctx_of(request), user_id=user_id)
    return render(
        request,
        "signin/member_access.html",
        {"member": user, "factors": found, "form": form, "accepted": user.has_usable_password()},
        status=422 if form.errors else 200,
    )


@never_cache
@require_GET
def member_access(request: HttpRequest, user_id: UUID) -> HttpResponse:
    return _page(request, user_id, ReasonForm())


@never_cache
@require_POST
def invite(request: HttpRequest, user_id: UUID) -> HttpResponse:
    ctx = ctx_of(request)
    services.send_invitation(ctx, user_id=user_id)
    messages.success(request, Text("ส่งคำเชิญทางอีเมลแล้ว", "The invitation is on its way").in_(ctx.language))
    return redirect(places.here(request, "member_access", user_id=user_id))


@never_cache
@require_POST
def reset(request: HttpRequest, user_id: UUID) -> HttpResponse:
    ctx = ctx_of(request)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            services.reset_second_factor(ctx, user_id=user_id, reason=form.cleaned_data["reason"])
        except NakhonError as problem:
            show(form, problem)
        else:
            said = Text("รีเซ็ตแล้ว และแจ้งเจ้าของบัญชีทางอีเมล", "Reset, and the owner of the account was told by e-mail")
            messages.success(request, said.in_(ctx.language))
            return redirect(places.here(request, "member_access", user_id=user_id))
    return _page(request, user_id, form)
