"""The citizens' door: one-time code or provider, and the few questions of a first sign-in."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nakhon.kernel.context import Context
from nakhon.kernel.errors import NakhonError, NotFound
from nakhon.knowledge.text import Text
from nakhon.people.access import local_governments
from nakhon.people.messages import Channel, configured, outbox_folder
from nakhon.web.signin import codes, factors, oidc, places, services, session
from nakhon.web.signin.adapters import CLAIMS, LINKING
from nakhon.web.signin.forms import CodeForm, ContactForm, ProfileForm, show

SHOWN = "nakhon.code_shown"


def ctx_of(request: HttpRequest) -> Context:
    return request.ctx  # type: ignore[attr-defined, no-any-return]


def demonstration(request: HttpRequest, channel: Channel) -> dict[str, str] | None:
    """What a page says where no sender is set up: the folder of the message and, in a demonstration, the code itself."""
    if configured(channel):
        return None
    shown = str(request.session.get(SHOWN, "")) if settings.NAKHON_DEMO else ""
    return {"folder": outbox_folder().name + "/", "code": shown}


def send_new_code(request: HttpRequest, contact: codes.Contact, *, purpose: str) -> None:
    """Make and send a code; in a demonstration without a sender keep it to be shown. Raises ``TooMany``."""
    ctx = ctx_of(request)
    code = codes.new_code(request, ctx, contact, purpose=purpose)
    services.send_code(ctx, contact=contact, code=code, host=request.get_host().partition(":")[0])
    request.session.pop(SHOWN, None)
    if settings.NAKHON_DEMO and not configured(contact.channel):
        request.session[SHOWN] = code


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """Asks for a phone number or an e-mail and sends a code to it."""
    ctx = ctx_of(request)
    next_url = places.safe_next(request, "")
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            contact = codes.read_contact(form.cleaned_data["contact"])
            send_new_code(request, contact, purpose="sign_in")
        except NakhonError as problem:
            show(form, problem)
        else:
            session.prepare(request, kind=session.CITIZEN, city=ctx.tenant.slug, next_url=next_url, method="code")
            return redirect(places.here(request, "signin_code"))
    return render(
        request,
        "signin/contact.html",
        {
            "form": form,
            "next": next_url,
            "query": urlencode({"next": next_url}) if next_url else "",
            "providers": oidc.providers(session.CITIZEN),
            "passkey": factors.ask_passkey(request) if factors.passkeys_possible(request) else None,
            "signed_in": request.user if request.user.is_authenticated else None,
        },
        status=422 if form.errors else 200,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Takes the code. A known contact is signed in; a new one goes on to open an account."""
    ctx = ctx_of(request)
    challenge = codes.open_challenge(request, purpose="sign_in")
    if challenge is None:
        return redirect(places.here(request, "signin"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            contact = codes.check_code(request, ctx, form.cleaned_data["code"], purpose="sign_in")
        except NakhonError as problem:
            services.note_failure(ctx, method=f"code:{challenge.channel}", reason=problem.code)
            show(form, problem)
        else:
            request.session.pop(SHOWN, None)
            return _welcome(request, contact)
    return render(
        request,
        "signin/code.html",
        {
            "form": form,
            "challenge": challenge,
            "over": codes.open_challenge(request, purpose="sign_in") is None,
            "demo": demonstration(request, Channel(challenge.channel)),
            "again": places.here(request, "signin_again"),
        },
        status=422 if form.errors else 200,
    )


def _welcome(request: HttpRequest, contact: codes.Contact) -> HttpResponse:
    ctx = ctx_of(request)
    user = services.find_by_contact(contact)
    if user is None:
        codes.keep_proof(request, ctx, contact)
        return redirect(places.here(request, "signin_finish"))
    next_url = str(session.pending(request).get("next", ""))
    method = f"code:{contact.channel.value}"
    return session.begin(request, user, kind=session.CITIZEN, city=ctx.tenant.slug, next_url=next_url, method=method)


@never_cache
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Sends another code to the same contact."""
    ctx = ctx_of(request)
    challenge = codes.open_challenge(request, purpose="sign_in")
    if challenge is None:
        return redirect(places.here(request, "signin"))
    try:
        send_new_code(request, challenge.contact, purpose="sign_in")
    except NakhonError as problem:
        messages.warning(request, f"{problem.message.in_(ctx.language)} {problem.remedy.in_(ctx.language)}")
    else:
        messages.success(request, Text("ส่งรหัสใหม่แล้ว", "A new code is on its way").in_(ctx.language))
    return redirect(places.here(request, "signin_code"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest) -> HttpResponse:
    """The first sign-in: name, language and the privacy notice; then the account is opened."""
    ctx = ctx_of(request)
    contact = codes.proved_contact(request, ctx)
    claims = None if request.session.get(LINKING) else oidc.open_claims(ctx, request.session.get(CLAIMS))
    if contact is None and claims is None:
        return redirect(places.here(request, "signin"))
    initial = {"name": claims.name if claims else "", "language": ctx.language}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.open_account(
                ctx,
                name=form.cleaned_data["name"],
                language=form.cleaned_data["language"],
                contact=contact,
                claims=claims,
            )
        except NakhonError as problem:
            show(form, problem)
        else:
            request.session.pop(codes.PROVED, None)
            request.session.pop(CLAIMS, None)
            if claims is not None and claims.national_id:
                session.keep_identity(
                    request,
                    ctx,
                    session.VerifiedIdentity(
                        claims.provider, claims.kind, claims.national_id, claims.given_name, claims.family_name,
                        claims.birth_date,
                    ),
                )  # fmt: skip
            next_url = str(session.pending(request).get("next", ""))
            by = "socialaccount" if claims else f"code:{contact.channel.value}" if contact else ""
            extra = {"provider": claims.provider} if claims else {}
            return session.begin(
                request, user, kind=session.CITIZEN, city=ctx.tenant.slug, next_url=next_url, method=by, **extra
            )
    shown = contact.shown if contact else (claims.email if claims and claims.email else "")
    return render(
        request,
        "signin/finish.html",
        {"form": form, "shown": shown, "provider": oidc.provider(claims.provider) if claims else None},
        status=422 if form.errors else 200,
    )


@never_cache
@require_GET
def with_provider(request: HttpRequest, provider_id: str, kind: str = session.CITIZEN) -> HttpResponse:
    """Sends the browser to a provider. A link, not a form: the security policy keeps forms on this host."""
    ctx = ctx_of(request)
    info = oidc.provider(provider_id)
    if info is None or kind not in info.doors:
        raise NotFound
    next_url = places.safe_next(request, "")
    request.session.pop(CLAIMS, None)
    request.session.pop(LINKING, None)
    session.prepare(request, kind=kind, city=ctx.tenant.slug, next_url=next_url, method=provider_id)
    try:
        return oidc.redirect_to(request, provider_id, process="login", next_url=next_url)
    except NakhonError as problem:
        services.note_failure(ctx, method=provider_id, reason="unreachable")
        messages.error(request, f"{problem.message.in_(ctx.language)} {problem.remedy.in_(ctx.language)}")
        return redirect(places.here(request, "staff_signin" if kind == session.STAFF else "signin"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signout(request: HttpRequest) -> HttpResponse:
    """Ends the session, after a question when reached by a link."""
    ctx = ctx_of(request)
    if request.method == "POST" and request.user.is_authenticated:
        services.note_sign_out(ctx)
        session.sign_out(request)
        messages.success(request, Text("ออกจากระบบแล้ว", "You are signed out").in_(ctx.language))
    if request.method == "POST" or not request.user.is_authenticated:
        return redirect(places.here(request, "home"))
    return render(request, "signin/signout.html")


@never_cache
@require_GET
def choose_city(request: HttpRequest) -> HttpResponse:
    """The country's sign-in page: which city? With words to search its Thai or English name, slug and province."""
    words = " ".join(request.GET.get("q", "").lower().split())[:80]
    found = [
        city for city in local_governments() if words in f"{city.name_th} {city.name_en} {city.tenant.slug}".lower()
    ]
    for_staff = request.GET.get("for") == "staff"
    next_url = places.safe_next(request, "")
    query = f"?{urlencode({'next': next_url})}" if next_url else ""
    rows = [
        {"city": city, "href": places.address(city.tenant.slug, "staff_signin" if for_staff else "signin") + query}
        for city in found
    ]
    return render(request, "signin/choose_city.html", {"rows": rows, "words": words, "for_staff": for_staff})
