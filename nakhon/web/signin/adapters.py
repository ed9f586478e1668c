"""How the library underneath is bent to the platform: its hooks for accounts, second factors and providers."""

from __future__ import annotations

import base64
import os
import time
from datetime import timedelta
from typing import Any, NoReturn
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from nakhon.kernel.context import Context
from nakhon.kernel.errors import NakhonError
from nakhon.kernel.keys import keyring, tenant_key
from nakhon.knowledge.text import Text
from nakhon.people.models import Organisation, User
from nakhon.web.signin import idle, oidc, places, services, session, sessions
from nakhon.web.signin.errors import AccountClosed, ProviderRefused

CLAIMS = "nakhon.claims"
LINKING = "nakhon.linking"
CLAIMS_LIFETIME = timedelta(minutes=15)
_EVERYBODY = UUID(int=0)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Finishes a sign-in: what the session is, who is told, where it leads."""

    def get_login_stages(self) -> list[str]:
        return ["nakhon.web.signin.stages.SecondFactorStage"]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The library's own messages are not shown; the pages say in both languages what happened."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> NoReturn:
        raise AssertionError("Messages go through nakhon.people.messages")

    def get_client_ip(self, request: HttpRequest) -> str:
        return getattr(request, "client_address", "") or request.META.get("REMOTE_ADDR", "") or "0.0.0.0"  # noqa: S104

    def is_safe_url(self, url: str | None) -> bool:
        return bool(url) and str(url).startswith("/") and not str(url).startswith("//") and "\\" not in str(url)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        place = session.signed_in_as(request)
        return places.home_of(str(place["city"]), str(place["kind"])) if place else "/"

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        organisation = places.city_under_way(request)
        messages.error(request, AccountClosed().message.in_(getattr(request, "LANGUAGE_CODE", "th")))
        if organisation is None:
            return redirect("/")
        ctx = places.context_for(request, organisation)
        services.note_failure(
            ctx, method=str(session.pending(request).get("method", "")), reason="closed", user_id=str(user.pk)
        )
        return redirect("city:signin", city=ctx.tenant.slug)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        begun = session.pending(request)
        request.session.pop(session.PENDING, None)
        kind, now = str(begun.get("kind", session.CITIZEN)), time.time()
        request.session[session.SIGNED] = {"kind": kind, "city": begun["city"], "at": now, "seen": now}
        request.session.set_expiry(idle.lifetime(kind))
        UserSession.objects.create_from_request(request)
        organisation = places.city_under_way(request)
        assert organisation is not None, "a sign-in belongs to a city"
        ctx = places.context_for(request, organisation, user)
        services.note_sign_in(
            ctx,
            user=user,
            kind=kind,
            method=str(begun.get("method", "")),
            new_device=sessions.is_new_device(request, user),
            device=sessions.device_name(request.headers.get("User-Agent", "")),
        )
        target = str(kwargs.get("redirect_url") or begun.get("next") or places.home_of(ctx.tenant.slug, kind))
        if request.session.get(LINKING):
            target = places.address(ctx.tenant.slug, "link_waiting")
        response = redirect(target)
        sessions.remember_device(request, response, user)
        return response


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are sealed at rest; accounts belong to no city, so the key is the platform's own.

    It is derived from the index key, which is never rotated: sealing keys come and go with the cities' data.
    """

    _CONTEXT = b"nakhon:mfa"

    def _cipher(self) -> AESGCM:
        return AESGCM(tenant_key(keyring().index, "mfa", _EVERYBODY))

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(12)
        return base64.b64encode(nonce + self._cipher().encrypt(nonce, text.encode(), self._CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        blob = base64.b64decode(encrypted_text)
        return self._cipher().decrypt(blob[:12], blob[12:], self._CONTEXT).decode()

    def get_totp_issuer(self) -> str:
        return "Nakhon"

    def _get_site_name(self) -> str:
        return "Nakhon"

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        entity = super().get_public_key_credential_user_entity(user)
        return {**entity, "display_name": str(user), "name": user.email or user.phone or str(user)}


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Takes over after a provider has answered: signs in, links, or goes on to open an account."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """Providers come from the settings alone, so the database is not asked."""
        built = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in built.values() for app in apps]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Every way out of a provider's answer leaves here, as an ``ImmediateHttpResponse``."""
        organisation = places.city_under_way(request)
        info = oidc.provider(sociallogin.account.provider)
        if organisation is None or info is None:
            raise ImmediateHttpResponse(redirect("/"))
        ctx = places.context_for(request, organisation)
        claims = oidc.Claims(
            provider=info.id, kind=info.kind, uid=sociallogin.account.uid, **sociallogin.account.extra_data
        )
        try:
            response = self._decide(request, organisation, ctx, claims, sociallogin)
        except NakhonError as problem:
            messages.error(request, f"{problem.message.in_(ctx.language)} {problem.remedy.in_(ctx.language)}")
            services.note_failure(ctx, method=info.id, reason=problem.code)
            response = redirect(self._door(ctx, request))
        raise ImmediateHttpResponse(response)

    def _door(self, ctx: Context, request: HttpRequest) -> str:
        staff = session.pending(request).get("kind") == session.STAFF
        return places.address(ctx.tenant.slug, "staff_signin" if staff else "signin")

    def _decide(
        self, request: HttpRequest, organisation: Organisation, ctx: Context, claims: oidc.Claims, sociallogin: Any
    ) -> HttpResponse:
        begun = session.pending(request)
        kind = str(begun.get("kind", session.CITIZEN))
        info = oidc.provider(claims.provider)
        if info is None or kind not in info.doors:
            raise ProviderRefused
        if sociallogin.state.get("process") == "connect":
            return self._connect(request, ctx, claims)
        if sociallogin.is_existing:
            user = sociallogin.account.user
            self._keep_identity(request, ctx, claims)
            return session.begin(
                request,
                user,
                kind=kind,
                city=ctx.tenant.slug,
                next_url=str(begun.get("next", "")),
                method="socialaccount",
                provider=claims.provider,
            )
        request.session[CLAIMS] = oidc.seal_claims(ctx, claims, ctx.now + CLAIMS_LIFETIME)
        has_account = claims.email and User.objects.filter(email__iexact=claims.email).exists()
        if kind == session.STAFF or has_account:
            # Only whoever can sign in to the account may link a provider to it.
            request.session[LINKING] = True
            said = Text(
                "เข้าสู่ระบบด้วยบัญชีเดิมของคุณหนึ่งครั้ง แล้วเราจะผูกกับ {th} ให้",
                "Sign in once with your present account, and we shall link it to {en}",
            ).format(th=info.name.th, en=info.name.en)
            messages.info(request, said.in_(ctx.language))
            return redirect(self._door(ctx, request))
        return redirect("city:signin_finish", city=ctx.tenant.slug)

    def _connect(self, request: HttpRequest, ctx: Context, claims: oidc.Claims) -> HttpResponse:
        # Only a connection that this session asked for by POST a moment ago; else a link on another site could add one.
        wanted = request.session.pop("nakhon.connect", None)
        if wanted != claims.provider or not request.user.is_authenticated:
            raise ProviderRefused
        services.link_provider(ctx, claims=claims)
        self._keep_identity(request, ctx, claims)
        messages.success(request, Text("ผูกบัญชีเรียบร้อยแล้ว", "Linked").in_(ctx.language))
        return redirect("city:account", city=ctx.tenant.slug)

    def _keep_identity(self, request: HttpRequest, ctx: Context, claims: oidc.Claims) -> None:
        if claims.national_id:
            session.keep_identity(
                request,
                ctx,
                session.VerifiedIdentity(
                    claims.provider,
                    claims.kind,
                    claims.national_id,
                    claims.given_name,
                    claims.family_name,
                    claims.birth_date,
                ),
            )

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> NoReturn:
        organisation = places.city_under_way(request)
        if organisation is None:
            raise ImmediateHttpResponse(redirect("/"))
        ctx = places.context_for(request, organisation)
        problem = ProviderRefused()
        services.note_failure(ctx, method=str(provider.sub_id), reason=str(getattr(error, "value", error) or "error"))
        messages.error(request, f"{problem.message.in_(ctx.language)} {problem.remedy.in_(ctx.language)}")
        raise ImmediateHttpResponse(redirect(self._door(ctx, request)))
