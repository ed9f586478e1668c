"""The staff's door: password or passkey, a forgotten password, an invitation."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from nakhon.kernel.errors import NakhonError, TooMany
from nakhon.kernel.limits import forgive, limit
from nakhon.knowledge.text import Text
from nakhon.people.access import is_member
from nakhon.web.signin import factors, links, oidc, places, services, session
from nakhon.web.signin.errors import LinkOver, PasskeyRefused, WrongPassword
from nakhon.web.signin.forms import EmailForm, NewPasswordForm, PasskeyForm, PasswordSignInForm, show
from nakhon.web.signin.views.citizens import ctx_of


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """E-mail and password; the second factor follows. The button for a passkey is beside it."""
    ctx = ctx_of(request)
    next_url = places.safe_next(request, "")
    form = PasswordSignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].strip().lower()
        try:
            limit(ctx, "sign_in.address", by="address")
            limit(f"email:{email}", "sign_in.account", now=ctx.now)
            user = services.check_password(ctx, request=request, email=email, password=form.cleaned_data["password"])
            if user is None:
                raise WrongPassword
        except TooMany as problem:
            services.note_failure(ctx, method="password", reason=problem.code)
            show(form, problem)
        except NakhonError as problem:
            show(form, problem)
        else:
            forgive(f"email:{email}", "sign_in.account")
            return session.begin(
                request, user, kind=session.STAFF, city=ctx.tenant.slug, next_url=next_url, method="password"
            )
    possible = factors.passkeys_possible(request)
    return render(
        request,
        "signin/staff.html",
        {
            "form": form,
            "next": next_url,
            "query": urlencode({"next": next_url}) if next_url else "",
            "providers": oidc.providers(session.STAFF),
            "passkey": factors.ask_passkey(request) if possible else None,
        },
        status=422 if form.errors else 200,
    )


@never_cache
@require_POST
def passkey(request: HttpRequest, kind: str = session.STAFF) -> HttpResponse:
    """A passkey alone: it knows its owner and makes sure of them, so it stands for both factors."""
    ctx = ctx_of(request)
    next_url = places.safe_next(request, "")
    form = PasskeyForm(request.POST)
    door = places.here(request, "staff_signin" if kind == session.STAFF else "signin")
    try:
        limit(ctx, "sign_in.address", by="address")
        if not form.is_valid():
            raise PasskeyRefused
        user, row = factors.check_passkey(request, form.cleaned_data["credential"])
        if kind == session.STAFF and not is_member(ctx.tenant, user, ctx.now):
            raise PasskeyRefused(Text("พาสคีย์นี้ไม่ใช่ของบุคลากรที่นี่", "This passkey is not of anybody on the staff here"))
    except NakhonError as problem:
        services.note_failure(ctx, method="passkey", reason=problem.code)
        messages.error(request, f"{problem.message.in_(ctx.language)} {problem.remedy.in_(ctx.language)}")
        return redirect(f"{door}?{urlencode({'next': next_url})}" if next_url else door)
    if request.user.is_authenticated:
        session.sign_out(request)
    factors.note_use(request, row, passwordless=True)
    services.note_second_factor(ctx, user=user, kind=factors.PASSKEY.value)
    return session.begin_with_passkey(request, user, kind=kind, city=ctx.tenant.slug, next_url=next_url)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    """Forgotten password: one answer for every e-mail."""
    ctx = ctx_of(request)
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].strip().lower()
        try:
            limit(ctx, "sign_in.address", by="address")
            limit(f"email:{email}", "password.reset", now=ctx.now)
            services.ask_password_reset(ctx, email=email)
        except NakhonError as problem:
            show(form, problem)
        else:
            return render(request, "signin/reset_sent.html", {"email": email})
    return render(request, "signin/reset.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest, token: str, purpose: str) -> HttpResponse:
    """Where a one-time link leads: a new password. An invitation goes on to the second factor; a reset, to signing in."""
    ctx = ctx_of(request)
    try:
        link = links.read_token(ctx, token, purpose)
    except LinkOver as problem:
        services.note_failure(ctx, method=purpose, reason=problem.code)
        return render(request, "signin/link_over.html", {"problem": problem, "purpose": purpose}, status=410)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.set_password(ctx, token=token, purpose=purpose, password=form.cleaned_data["password"])
        except LinkOver as problem:
            return render(request, "signin/link_over.html", {"problem": problem, "purpose": purpose}, status=410)
        except NakhonError as problem:
            show(form, problem)
        else:
            if purpose == links.INVITATION:
                return session.begin(
                    request, user, kind=session.STAFF, city=ctx.tenant.slug, next_url="", method="password"
                )
            said = Text("ตั้งรหัสผ่านใหม่แล้ว เข้าสู่ระบบได้เลย", "Your new password is set. Please sign in")
            messages.success(request, said.in_(ctx.language))
            return redirect(places.here(request, "staff_signin"))
    return render(
        request,
        "signin/set_password.html",
        {"form": form, "account": link.user, "purpose": purpose},
        status=422 if form.errors else 200,
    )
