"""My account: second factors, devices, password and linked providers; proving again who one is before they change."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nakhon.kernel.errors import NakhonError, NotFound
from nakhon.kernel.limits import forgive, limit
from nakhon.knowledge.phones import parse_phone
from nakhon.knowledge.text import Text
from nakhon.people.messages import Channel
from nakhon.people.models import User
from nakhon.web.signin import codes, factors, oidc, places, queries, services, session
from nakhon.web.signin.adapters import CLAIMS, LINKING
from nakhon.web.signin.errors import WrongPassword
from nakhon.web.signin.forms import CodeForm, FactorForm, NewPasswordForm, PasswordForm, show
from nakhon.web.signin.sessions import end_all
from nakhon.web.signin.views.citizens import ctx_of, demonstration, send_new_code
from nakhon.web.signin.views.second_factor import prove


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _done(request: HttpRequest, th: str, en: str) -> HttpResponse:
    messages.success(request, Text(th, en).in_(ctx_of(request).language))
    return redirect(places.here(request, "account"))


def _refused(request: HttpRequest, problem: NakhonError) -> HttpResponse:
    language = ctx_of(request).language
    messages.error(request, f"{problem.message.in_(language)} {problem.remedy.in_(language)}")
    return redirect(places.here(request, "account"))


def _must_confirm(request: HttpRequest) -> HttpResponse | None:
    user = _me(request)
    if session.may_change_access(request, user, has_second_factor=factors.has_second_factor(user)):
        return None
    back = request.path if request.method == "GET" else places.here(request, "account")
    if request.method == "POST":
        said = Text("โปรดยืนยันตัวตน แล้วทำรายการอีกครั้ง", "Please prove who you are, then do it again")
        messages.info(request, said.in_(ctx_of(request).language))
    return redirect(f"{places.here(request, 'account_confirm')}?{urlencode({'next': back})}")


@never_cache
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Everything with which the account can be entered, and where it is signed in now."""
    overview = queries.my_account(ctx_of(request), session_key=request.session.session_key or "")
    linked = {row.provider for row in overview.providers}
    door = session.STAFF if overview.is_staff_here else session.CITIZEN
    names = {row.id: row.name for row in oidc.providers(session.CITIZEN) + oidc.providers(session.STAFF)}
    return render(
        request,
        "account/overview.html",
        {
            "overview": overview,
            "phone": parse_phone(overview.user.phone).display if overview.user.phone else None,
            "linked": [
                {"id": row.id, "name": names.get(row.provider, row.provider), "at": row.linked_at}
                for row in overview.providers
            ],
            "linkable": [row for row in oidc.providers(door) if row.id not in linked],
        },
    )


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Asks again for the strongest means that the account has, before the means of signing in may change."""
    ctx, user = ctx_of(request), _me(request)
    next_url = places.safe_next(request, places.here(request, "account"))
    if factors.has_second_factor(user):
        return _confirm_factor(request, user, next_url)
    if user.has_usable_password():
        form = PasswordForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                limit(f"email:{user.email}", "sign_in.account", now=ctx.now)
                if not user.check_password(form.cleaned_data["password"]):
                    services.note_failure(ctx, method="confirm:password", reason="password", user_id=str(user.pk))
                    raise WrongPassword(
                        Text("รหัสผ่านไม่ถูกต้อง", "The password is not right"), Text("ลองอีกครั้ง", "Try again")
                    )
            except NakhonError as problem:
                show(form, problem)
            else:
                forgive(f"email:{user.email}", "sign_in.account")
                session.confirm(request, user, "password")
                return redirect(next_url)
        return render(
            request, "account/confirm.html", {"form": form, "next": next_url, "how": "password"},
            status=422 if form.errors else 200,
        )  # fmt: skip
    return _confirm_by_code(request, user, next_url)


def _confirm_factor(request: HttpRequest, user: User, next_url: str) -> HttpResponse:
    form = FactorForm(request.POST or None) if "credential" not in request.POST else FactorForm()
    if request.method == "POST" and ("credential" in request.POST or form.is_valid()):
        try:
            prove(request, user)
        except NakhonError as problem:
            if form.is_bound:
                show(form, problem)
            else:
                messages.error(request, problem.message.in_(ctx_of(request).language))
        else:
            return redirect(next_url)
    possible = factors.passkeys_possible(request) and factors.has_kind(user, factors.PASSKEY)
    return render(
        request,
        "account/confirm.html",
        {
            "form": form,
            "next": next_url,
            "how": "factor",
            "has_app": factors.has_kind(user, factors.TOTP),
            "passkey": factors.ask_passkey(request, user) if possible else None,
        },
        status=422 if form.errors else 200,
    )


def _confirm_by_code(request: HttpRequest, user: User, next_url: str) -> HttpResponse:
    """For citizens without a second factor: a code to their phone or e-mail; without either, their provider again."""
    ctx = ctx_of(request)
    text = user.phone if user.phone and user.phone_verified else user.email
    if not text:
        return render(
            request,
            "account/confirm.html",
            {"how": "provider", "next": next_url, "providers": oidc.providers(session.CITIZEN)},
        )
    contact = codes.read_contact(text)
    form = CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST" and "send" in request.POST:
        try:
            send_new_code(request, contact, purpose="confirm")
        except NakhonError as problem:
            messages.warning(request, f"{problem.message.in_(ctx.language)} {problem.remedy.in_(ctx.language)}")
    elif form.is_bound and form.is_valid():
        try:
            proved = codes.check_code(request, ctx, form.cleaned_data["code"], purpose="confirm")
        except NakhonError as problem:
            services.note_failure(ctx, method="confirm:code", reason=problem.code, user_id=str(user.pk))
            show(form, problem)
        else:
            if proved.to == contact.to:
                session.confirm(request, user, f"code:{contact.channel.value}")
                return redirect(next_url)
    challenge = codes.open_challenge(request, purpose="confirm")
    return render(
        request,
        "account/confirm.html",
        {
            "form": form,
            "next": next_url,
            "how": "code",
            "shown": contact.shown,
            "challenge": challenge,
            "demo": demonstration(request, Channel(contact.channel)) if challenge else None,
        },
        status=422 if form.errors else 200,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove_factor(request: HttpRequest, factor_id: int) -> HttpResponse:
    """Asks, then removes one second factor."""
    if (elsewhere := _must_confirm(request)) is not None:
        return elsewhere
    found = next((row for row in factors.factors_of(_me(request)) if row.id == factor_id), None)
    if found is None:
        raise NotFound
    if request.method != "POST":
        return render(request, "account/remove_factor.html", {"factor": found})
    try:
        services.remove_factor(ctx_of(request), factor_id=factor_id)
    except NotFound:
        raise
    except NakhonError as problem:
        return _refused(request, problem)
    return _done(request, "ลบวิธียืนยันตัวตนแล้ว", "Removed")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password for staff; other devices are signed out."""
    if (elsewhere := _must_confirm(request)) is not None:
        return elsewhere
    user = _me(request)
    if not user.has_usable_password():
        raise NotFound
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_password(ctx_of(request), password=form.cleaned_data["password"])
        except NakhonError as problem:
            show(form, problem)
        else:
            user.refresh_from_db()
            update_session_auth_hash(request, user)
            end_all(user, but=request.session.session_key or "")
            return _done(
                request, "เปลี่ยนรหัสผ่านแล้ว อุปกรณ์อื่นถูกนำออกจากระบบ", "Password changed; other devices are signed out"
            )
    return render(request, "account/password.html", {"form": form, "account": user}, status=422 if form.errors else 200)


@never_cache
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    services.end_session(ctx_of(request), session_id=session_id)
    return _done(request, "นำอุปกรณ์นั้นออกจากระบบแล้ว", "That device is signed out")


@never_cache
@require_POST
def end_all_sessions(request: HttpRequest) -> HttpResponse:
    """Signs out everywhere, here too."""
    ctx = ctx_of(request)
    services.end_all_sessions(ctx)
    session.sign_out(request)
    messages.success(request, Text("ออกจากระบบทุกอุปกรณ์แล้ว", "You are signed out everywhere").in_(ctx.language))
    return redirect(places.here(request, "signin"))


@never_cache
@require_POST
def link(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Begins to link a provider: the next page has the link that leaves this host."""
    if (elsewhere := _must_confirm(request)) is not None:
        return elsewhere
    info = oidc.provider(provider_id)
    if info is None:
        raise NotFound
    request.session["nakhon.connect"] = provider_id
    href = places.here(request, "account_link_go", provider_id=provider_id)
    return render(request, "account/link.html", {"provider": info, "href": href})


@never_cache
@require_GET
def link_go(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Leaves for the provider, when this session asked for it on the page before."""
    ctx = ctx_of(request)
    info = oidc.provider(provider_id)
    if info is None or request.session.get("nakhon.connect") != provider_id:
        return redirect(places.here(request, "account"))
    session.prepare(request, kind=info.doors[0], city=ctx.tenant.slug, next_url="", method=provider_id)
    try:
        return oidc.redirect_to(request, provider_id, process="connect", next_url="")
    except NakhonError as problem:
        return _refused(request, problem)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_waiting(request: HttpRequest) -> HttpResponse:
    """After signing in to the account that has the provider's e-mail: link the provider to it?"""
    ctx = ctx_of(request)
    request.session.pop(LINKING, None)
    claims = oidc.open_claims(ctx, request.session.get(CLAIMS))
    info = oidc.provider(claims.provider) if claims else None
    kind = str(session.signed_in_as(request).get("kind", session.CITIZEN))
    if claims is None or info is None:
        return redirect(places.home_of(ctx.tenant.slug, kind))
    if request.method != "POST":
        return render(
            request, "account/link_waiting.html", {"provider": info, "skip": places.home_of(ctx.tenant.slug, kind)}
        )
    if (elsewhere := _must_confirm(request)) is not None:
        return elsewhere
    request.session.pop(CLAIMS, None)
    try:
        services.link_provider(ctx, claims=claims)
    except NakhonError as problem:
        return _refused(request, problem)
    return _done(request, "ผูกบัญชีเรียบร้อยแล้ว", "Linked")


@never_cache
@require_POST
def unlink(request: HttpRequest, link_id: int) -> HttpResponse:
    if (elsewhere := _must_confirm(request)) is not None:
        return elsewhere
    try:
        services.unlink_provider(ctx_of(request), link_id=link_id)
    except NotFound:
        raise
    except NakhonError as problem:
        return _refused(request, problem)
    return _done(request, "ยกเลิกการผูกบัญชีแล้ว", "Unlinked")
