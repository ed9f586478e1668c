"""OpenID Connect providers (LINE Login, ThaID, a city's own): which there are, and what is read from their claims.

Sources: OpenID Connect Core 1.0 (2012 errata 2), RFC 7636 (PKCE). Only what an account needs is read, nothing is kept raw.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse

from nakhon.kernel.context import Context
from nakhon.kernel.keys import keyring
from nakhon.kernel.sealed import Sealed, Unopenable, seal
from nakhon.knowledge.text import Text
from nakhon.web.signin.errors import ProviderRefused

_CELL = "web.signin.claims"


@dataclass(frozen=True, slots=True)
class ProviderInfo:
    """A provider as the sign-in page shows it."""

    id: str
    name: Text
    kind: str
    doors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a provider vouched for. ``email`` is "" unless the provider says that it verified it."""

    provider: str
    kind: str
    uid: str
    name: str = ""
    email: str = ""
    national_id: str = ""
    given_name: str = ""
    family_name: str = ""
    birth_date: str = ""

    def __repr__(self) -> str:
        return f"Claims(provider={self.provider!r}, kind={self.kind!r})"


def providers(door: str) -> list[ProviderInfo]:
    """The providers set up for a door ("citizen" or "staff"), in the order of the settings."""
    return [_info(row) for row in settings.NAKHON_OIDC if door in row["for"]]


def provider(provider_id: str) -> ProviderInfo | None:
    return next((_info(row) for row in settings.NAKHON_OIDC if row["id"] == provider_id), None)


def _info(row: dict[str, Any]) -> ProviderInfo:
    return ProviderInfo(row["id"], Text(row["name"]["th"], row["name"]["en"]), row["kind"], tuple(row["for"]))


def _row(provider_id: str) -> dict[str, Any]:
    return next(row for row in settings.NAKHON_OIDC if row["id"] == provider_id)


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """The library's provider, reading claims as the settings map them and keeping none of them raw."""

    def _claims(self, data: dict[str, Any]) -> dict[str, Any]:
        merged = {**(data.get("id_token") or {}), **(data.get("userinfo") or {})}
        if data.get("id_token") and data.get("userinfo") and data["id_token"].get("sub") != data["userinfo"].get("sub"):
            # OpenID Connect Core 5.3.2: a UserInfo answer about somebody else must not be used.
            raise ProviderRefused
        return merged

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The subject; for ThaID a keyed hash of it, for its subject may be the national ID itself."""
        subject = str(self._claims(data).get("sub") or "")
        if not subject:
            raise ProviderRefused
        if _row(self.sub_id)["kind"] != "thaid":
            return subject
        return hmac.new(keyring().index, f"nakhon:oidc:{self.sub_id}:{subject}".encode(), hashlib.sha256).hexdigest()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """The mapped claims, for this request only; the account row keeps none of them."""
        raw, mapping = self._claims(data), _row(self.sub_id)["claims"]

        def claim(name: str, default: str) -> str:
            value = raw.get(mapping.get(name, default))
            return value.strip()[:200] if isinstance(value, str) else ""

        verified = raw.get(mapping.get("email_verified", "email_verified"))
        email = claim("email", "email").lower() if verified is True or verified == "true" else ""
        try:
            validate_email(email)
        except ValidationError:
            email = ""
        given, family = claim("given_name", "given_name"), claim("family_name", "family_name")
        return {
            "name": claim("name", "name") or f"{given} {family}".strip(),
            "email": email,
            "national_id": claim("national_id", ""),
            "given_name": given,
            "family_name": family,
            "birth_date": claim("birth_date", "birthdate"),
        }

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


def redirect_to(request: HttpRequest, provider_id: str, *, process: str, next_url: str) -> HttpResponse:
    """Send the browser to a provider, with state and PKCE kept in the session. Raises ``ProviderRefused``."""
    try:
        found = get_adapter().get_provider(request, provider=provider_id)
        answer: HttpResponse = found.redirect(request, process, next_url=next_url)
        return answer
    except (SocialApp.DoesNotExist, OSError, ValueError, KeyError) as problem:
        # OSError covers the network's errors: a provider that is down is told in words.
        raise ProviderRefused from problem


def seal_claims(ctx: Context, claims: Claims, until: datetime) -> dict[str, str]:
    """``claims`` as they may wait in a session: sealed, with the time after which they are void."""
    content = json.dumps({name: getattr(claims, name) for name in Claims.__slots__})
    return {"sealed": seal(content, _CELL, ctx.tenant.id).blob.hex(), "until": until.isoformat()}


def open_claims(ctx: Context, kept: Any) -> Claims | None:
    """The claims that waited in a session, or None when there are none, their time is over or they are of another city."""
    if not isinstance(kept, dict) or ctx.now >= datetime.fromisoformat(kept["until"]):
        return None
    try:
        return Claims(**json.loads(Sealed(bytes.fromhex(kept["sealed"]), _CELL, ctx.tenant.id).reveal()))
    except (Unopenable, ValueError, TypeError):
        return None
