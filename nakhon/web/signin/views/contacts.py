"""Changing one's own phone or e-mail: the new one is asked for, a code goes to it, and the right code puts it in place."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from nakhon.kernel.errors import NakhonError
from nakhon.people.messages import Channel, configured
from nakhon.web.signin import codes, places, services
from nakhon.web.signin.forms import CodeForm, ContactForm, show
from nakhon.web.signin.sessions import end_all
from nakhon.web.signin.views.account import _done, _me, _must_confirm
from nakhon.web.signin.views.citizens import SHOWN, ctx_of, demonstration

PURPOSE = "contact"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Asks for the new phone or e-mail and sends a code to it."""
    if (elsewhere := _must_confirm(request)) is not None:
        return elsewhere
    ctx = ctx_of(request)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            wanted = codes.read_contact(form.cleaned_data["contact"])
            digits = codes.new_code(request, ctx, wanted, purpose=PURPOSE)
            services.send_contact_code(ctx, contact=wanted, code=digits, host=request.get_host().partition(":")[0])
        except NakhonError as problem:
            show(form, problem)
        else:
            request.session.pop(SHOWN, None)
            if settings.NAKHON_DEMO and not configured(wanted.channel):
                request.session[SHOWN] = digits
            return redirect(places.here(request, "account_contact_code"))
    return render(request, "account/contact.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact_code(request: HttpRequest) -> HttpResponse:
    """Takes the code; other devices are signed out, for the old phone may be in other hands."""
    if (elsewhere := _must_confirm(request)) is not None:
        return elsewhere
    ctx, user = ctx_of(request), _me(request)
    challenge = codes.open_challenge(request, purpose=PURPOSE)
    if challenge is None:
        return redirect(places.here(request, "account_contact"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proved = codes.check_code(request, ctx, form.cleaned_data["code"], purpose=PURPOSE)
            services.change_contact(ctx, contact=proved)
        except NakhonError as problem:
            services.note_failure(ctx, method="contact:code", reason=problem.code, user_id=str(user.pk))
            show(form, problem)
        else:
            request.session.pop(SHOWN, None)
            end_all(user, but=request.session.session_key or "")
            return _done(request, "เปลี่ยนช่องทางติดต่อแล้ว อุปกรณ์อื่นถูกนำออกจากระบบ", "Changed; other devices are signed out")
    return render(
        request,
        "account/contact_code.html",
        {
            "form": form,
            "challenge": challenge,
            "over": codes.open_challenge(request, purpose=PURPOSE) is None,
            "demo": demonstration(request, Channel(challenge.channel)),
        },
        status=422 if form.errors else 200,
    )
