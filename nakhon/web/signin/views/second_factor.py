"""The second factor: asked for on the way in, enrolled by whoever owes one, and the recovery codes that go with it."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from nakhon.kernel.errors import NakhonError
from nakhon.kernel.limits import forgive, limit
from nakhon.knowledge.text import Text
from nakhon.people.models import User
from nakhon.web.signin import factors, places, services, session
from nakhon.web.signin.errors import PasskeyRefused, WrongCode
from nakhon.web.signin.forms import CodeForm, FactorForm, PasskeyForm, show
from nakhon.web.signin.views.citizens import ctx_of

NEXT = "nakhon.after_enrolment"


def prove(request: HttpRequest, user: User) -> None:
    """Check the posted code or passkey of ``user`` and write it into the session's proofs.

    Raises ``WrongCode``, ``PasskeyRefused`` or ``TooMany``; each is recorded.
    """
    ctx = ctx_of(request)
    kind = "passkey" if "credential" in request.POST else "code"
    try:
        limit(f"user:{user.pk}", "second_factor.account", now=ctx.now)
        if kind == "passkey":
            posted = PasskeyForm(request.POST)
            if not posted.is_valid():
                raise PasskeyRefused
            row = factors.check_passkey(request, posted.cleaned_data["credential"], user)[1]
        else:
            typed = request.POST.get("code", "")
            found = factors.check_totp(user, typed) or factors.check_recovery_code(user, typed)
            if found is None:
                raise WrongCode(
                    fields={"code": Text("รหัสไม่ถูกต้องหรือถูกใช้ไปแล้ว", "The code is wrong or was used already")}
                )
            row = found
    except NakhonError as problem:
        services.note_failure(ctx, method=f"second_factor:{kind}", reason=problem.code, user_id=str(user.pk))
        raise
    forgive(f"user:{user.pk}", "second_factor.account")
    factors.note_use(request, row)
    services.note_second_factor(ctx, user=user, kind=str(row.type))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Asks whoever owes a second factor for it; leads whoever has none to enrolling one."""
    ctx = ctx_of(request)
    waiting = session.waiting_user(request)
    user = waiting or (request.user if request.user.is_authenticated else None)
    next_url = places.safe_next(request, "")
    if user is None:
        citizen = session.pending(request).get("kind") == session.CITIZEN
        return redirect(places.here(request, "signin" if citizen else "staff_signin"))
    assert isinstance(user, User)
    if waiting is None:
        if session.second_factor_passed(request):
            return redirect(next_url or places.home_of(ctx.tenant.slug, session.STAFF))
        if not session.first_factor_passed(request):
            target = places.here(request, "staff_signin")
            return redirect(f"{target}?{urlencode({'next': next_url})}" if next_url else target)
        if not factors.has_second_factor(user):
            return redirect(places.here(request, "enrol"))
    form = FactorForm(request.POST or None) if "credential" not in request.POST else FactorForm()
    if request.method == "POST" and ("credential" in request.POST or form.is_valid()):
        try:
            prove(request, user)
        except NakhonError as problem:
            if form.is_bound:
                show(form, problem)
            else:
                messages.error(request, f"{problem.message.in_(ctx.language)} {problem.remedy.in_(ctx.language)}")
        else:
            if waiting is not None:
                return session.resume(request)
            return redirect(next_url or places.home_of(ctx.tenant.slug, session.STAFF))
    possible = factors.passkeys_possible(request) and factors.has_kind(user, factors.PASSKEY)
    return render(
        request,
        "signin/second_factor.html",
        {
            "form": form,
            "next": next_url,
            "has_app": factors.has_kind(user, factors.TOTP),
            "passkey": factors.ask_passkey(request, user) if possible else None,
        },
        status=422 if form.errors else 200,
    )


def _not_yet(request: HttpRequest) -> HttpResponse | None:
    """Where to send somebody who must first prove who they are, before the means of signing in may change."""
    user = request.user
    assert isinstance(user, User)
    if session.may_change_access(request, user, has_second_factor=factors.has_second_factor(user)):
        return None
    back = request.path if request.method == "GET" else places.here(request, "account")
    return redirect(f"{places.here(request, 'account_confirm')}?{urlencode({'next': back})}")


@never_cache
def enrol(request: HttpRequest) -> HttpResponse:
    """Which second factor? An authenticator app or a passkey."""
    assert isinstance(request.user, User)
    return _not_yet(request) or render(
        request,
        "signin/enrol.html",
        {
            "first": not factors.has_second_factor(request.user),
            "passkeys": factors.passkeys_possible(request),
            "has_app": factors.has_kind(request.user, factors.TOTP),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrol_app(request: HttpRequest) -> HttpResponse:
    """A QR code and the same secret as text; a code from the app completes it."""
    if (elsewhere := _not_yet(request)) is not None:
        return elsewhere
    ctx, user = ctx_of(request), request.user
    assert isinstance(user, User)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            limit(f"user:{user.pk}", "second_factor.account", now=ctx.now)
            row = services.enrol_totp(ctx, request=request, code=form.cleaned_data["code"])
        except NakhonError as problem:
            services.note_failure(ctx, method="enrol:totp", reason=problem.code, user_id=str(user.pk))
            show(form, problem)
        else:
            return _enrolled(request, row)
    offer = factors.offer_totp(request, user)
    return render(request, "signin/enrol_app.html", {"form": form, "offer": offer}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrol_passkey(request: HttpRequest) -> HttpResponse:
    """The browser makes a passkey; the device checks finger, face or PIN."""
    if (elsewhere := _not_yet(request)) is not None:
        return elsewhere
    ctx, user = ctx_of(request), request.user
    assert isinstance(user, User)
    form = PasskeyForm(request.POST or None)
    if request.method == "POST":
        try:
            if not form.is_valid():
                raise PasskeyRefused
            row = services.enrol_passkey(
                ctx, request=request, name=form.cleaned_data["name"], credential=form.cleaned_data["credential"]
            )
        except NakhonError as problem:
            services.note_failure(ctx, method="enrol:passkey", reason=problem.code, user_id=str(user.pk))
            messages.error(request, f"{problem.message.in_(ctx.language)} {problem.remedy.in_(ctx.language)}")
        else:
            return _enrolled(request, row)
    possible = factors.passkeys_possible(request)
    return render(
        request,
        "signin/enrol_passkey.html",
        {
            "form": PasskeyForm(),
            "possible": possible,
            "passkey": factors.offer_passkey(request, user) if possible else None,
        },
    )


def _enrolled(request: HttpRequest, row: object) -> HttpResponse:
    """A factor just enrolled has just been proved; the first one brings the recovery codes."""
    ctx = ctx_of(request)
    factors.note_use(request, row)
    codes = services.first_recovery_codes(ctx)
    if codes:
        return _show_codes(request, codes)
    messages.success(request, Text("เพิ่มวิธียืนยันตัวตนแล้ว", "Added").in_(ctx.language))
    return redirect(places.here(request, "account"))


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    ctx = ctx_of(request)
    kind = str(session.signed_in_as(request).get("kind", session.CITIZEN))
    grouped = [f"{code[:5]}-{code[5:]}" for code in codes]
    return render(
        request,
        "signin/recovery_codes.html",
        {"codes": grouped, "joined": " ".join(grouped), "go_on": places.home_of(ctx.tenant.slug, kind)},
    )


@never_cache
@require_POST
def renew_codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes, shown once."""
    return _not_yet(request) or _show_codes(request, services.renew_recovery_codes(ctx_of(request)))


@never_cache
@require_POST
def download_codes(request: HttpRequest) -> HttpResponse:
    """The codes of the page just shown, as a text file. They come from that page: the platform shows them only once."""
    ctx = ctx_of(request)
    codes = [code for code in request.POST.get("codes", "").split() if re.fullmatch(r"\d{5}-\d{5}", code)][:10]
    head = Text(
        f"รหัสสำรองของ {request.user} · {ctx.tenant.name.th}", f"Recovery codes of {request.user} · {ctx.tenant.name.en}"
    )
    once = Text("ใช้ได้รหัสละหนึ่งครั้ง เก็บไว้ในที่ปลอดภัย", "Each works once. Keep them somewhere safe.")
    text = "\r\n".join([head.in_(ctx.language), once.in_(ctx.language), "", *codes, ""])
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="nakhon-recovery-codes.txt"'
    return response
