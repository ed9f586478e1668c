"""Second factors: authenticator codes (TOTP), passkeys (WebAuthn), recovery codes. The only file that knows how they are kept.

Sources: RFC 6238 (TOTP, each code once), W3C Web Authentication Level 2 (user verification required for passkeys).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from nakhon.knowledge.digits import arabic_digits
from nakhon.knowledge.text import Text
from nakhon.people.models import User
from nakhon.web.signin.errors import PasskeyRefused, WrongCode

TOTP = Authenticator.Type.TOTP
PASSKEY = Authenticator.Type.WEBAUTHN
RECOVERY = Authenticator.Type.RECOVERY_CODES

KIND_TEXT: dict[str, Text] = {
    TOTP: Text("แอปยืนยันตัวตน", "Authenticator app"),
    PASSKEY: Text("พาสคีย์", "Passkey"),
    RECOVERY: Text("รหัสสำรอง", "Recovery codes"),
}


@dataclass(frozen=True, slots=True)
class Factor:
    """A means that the account can prove itself with. ``left`` counts unused recovery codes."""

    id: int
    kind: str
    name: str
    added_at: datetime
    used_at: datetime | None
    left: int = 0

    @property
    def kind_text(self) -> Text:
        return KIND_TEXT[self.kind]


def factors_of(user: User) -> list[Factor]:
    """Everything that ``user`` has enrolled, oldest first; recovery codes last."""
    found = []
    for row in Authenticator.objects.filter(user_id=user.pk).order_by("created_at"):
        left = len(row.wrap().get_unused_codes()) if row.type == RECOVERY else 0
        name = str(row.data.get("name", "")) if row.type == PASSKEY else ""
        found.append(Factor(row.pk, row.type, name, row.created_at, row.last_used_at, left))
    return sorted(found, key=lambda factor: factor.kind == RECOVERY)


def has_second_factor(user: User) -> bool:
    """True when ``user`` has an authenticator app or a passkey (recovery codes alone are none)."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=[TOTP, PASSKEY]).exists())


def has_kind(user: User, kind: str) -> bool:
    return bool(Authenticator.objects.filter(user_id=user.pk, type=kind).exists())


# --- authenticator app ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewTotp:
    """A secret on offer: ``grouped`` for typing, ``svg`` the QR code of ``uri`` (no style attributes)."""

    secret: str
    grouped: str
    uri: str
    svg: str


def offer_totp(request: HttpRequest, user: User) -> NewTotp:
    """The secret that this session offers ``user``; the same one until it is enrolled, so that a reload changes nothing."""
    secret = totp.get_totp_secret()
    uri = get_adapter().build_totp_url(user, secret)
    svg = segno.make(uri, error="m").svg_inline(scale=5, border=2, svgclass="qr", lineclass="qr-ink", omitsize=True)
    return NewTotp(secret, " ".join(re.findall(r".{1,4}", secret)), uri, svg)


def _digits(code: str) -> str:
    return re.sub(r"[\s\-]", "", arabic_digits(code))


def _matching_counter(secret: str, code: str, *, after: int = -1) -> int | None:
    """The time step for which ``code`` is right and which lies after the last one used, or None."""
    typed = _digits(code)
    for counter in totp.yield_hotp_counters_from_time():
        if counter > after and totp.compare_user_code(
            actual=typed, expected=totp.format_hotp_value(totp.hotp_value(secret, counter))
        ):
            return int(counter)
    return None


def add_totp(request: HttpRequest, user: User, code: str) -> Authenticator:
    """Enrol the offered secret in place of an older one, once ``code`` shows that the app has it. Raises ``WrongCode``."""
    secret = totp.get_totp_secret()
    counter = _matching_counter(secret, code)
    if counter is None:
        raise WrongCode(
            remedy=Text(
                "ใช้รหัส 6 หลักล่าสุดจากแอป และตั้งเวลาโทรศัพท์เป็นอัตโนมัติ",
                "Use the app's latest six digits, and let the phone set its clock by itself",
            ),
            fields={"code": Text("รหัสจากแอปไม่ถูกต้อง", "The app's code is not right")},
        )
    Authenticator.objects.filter(user_id=user.pk, type=TOTP).delete()
    row = totp.TOTP.activate(user, secret).instance
    row.data["last_counter"] = counter
    row.save(update_fields=["data"])
    totp.clear_totp_secret(request)
    return row


def check_totp(user: User, code: str) -> Authenticator | None:
    """The authenticator whose code this is, or None. A code passes once (RFC 6238, section 5.2)."""
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(user_id=user.pk, type=TOTP).first()
        if row is None:
            return None
        counter = _matching_counter(decrypt(row.data["secret"]), code, after=int(row.data.get("last_counter", -1)))
        if counter is None:
            return None
        row.data["last_counter"] = counter
        row.save(update_fields=["data"])
        return row


# --- recovery codes ------------------------------------------------------------------------------------------------


def ensure_recovery_codes(user: User) -> list[str]:
    """The codes of ``user`` when none have been shown yet; [] when they were shown before (they are shown once)."""
    row = RecoveryCodes.activate(user)
    return [] if row.did_view else row.get_unused_codes()


def renew_recovery_codes(user: User) -> list[str]:
    """Ten new codes in place of all older ones."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        Authenticator.objects.filter(user_id=user.pk, type=RECOVERY).delete()
        return list(RecoveryCodes.activate(user).get_unused_codes())


def mark_codes_seen(user: User) -> None:
    RecoveryCodes.activate(user).mark_as_viewed()


def check_recovery_code(user: User, code: str) -> Authenticator | None:
    """The row whose unused code this is, now used up, or None."""
    row = Authenticator.objects.filter(user_id=user.pk, type=RECOVERY).first()
    if row is None or not row.wrap().validate_code(_digits(code)):
        return None
    return row


# --- passkeys ------------------------------------------------------------------------------------------------------


def passkeys_possible(request: HttpRequest) -> bool:
    """Browsers offer passkeys on a secure origin with a name: https, or localhost; never on an IP address."""
    host = request.get_host().rpartition(":")[0] if ":" in request.get_host() else request.get_host()
    named = not re.fullmatch(r"[\d.]+|\[.*\]?", host)
    return named and (request.is_secure() or host == "localhost")


def offer_passkey(request: HttpRequest, user: User) -> dict[str, Any]:
    """The options of navigator.credentials.create for a discoverable, user-verifying passkey of ``user``."""
    return dict(webauthn.begin_registration(user, passwordless=True))


def add_passkey(request: HttpRequest, user: User, name: str, credential: Any) -> Authenticator:
    """Enrol the passkey that the browser made. Raises ``PasskeyRefused``."""
    try:
        webauthn.parse_registration_response(credential)
        binding = webauthn.complete_registration(credential)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        raise PasskeyRefused from None
    if not binding.is_user_verified():
        raise PasskeyRefused
    return webauthn.WebAuthn.add(user, name[:60], credential).instance


def ask_passkey(request: HttpRequest, user: User | None = None) -> dict[str, Any]:
    """The options of navigator.credentials.get, for ``user`` or for whoever has a passkey here."""
    return dict(webauthn.begin_authentication(user))


def check_passkey(request: HttpRequest, credential: Any, user: User | None = None) -> tuple[User, Authenticator]:
    """Whose passkey signed the challenge (of ``user``, when given). Raises ``PasskeyRefused``."""
    try:
        webauthn.parse_authentication_response(credential)
        owner = user or webauthn.extract_user_from_response(credential)
        row = webauthn.complete_authentication(owner, credential)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        raise PasskeyRefused from None
    return owner, row


# --- for all kinds -------------------------------------------------------------------------------------------------


def note_use(request: HttpRequest, row: Authenticator, *, passwordless: bool = False) -> None:
    """Write into the session's proofs that a second factor was passed, and when it was last used."""
    post_authentication(request, row, passwordless=passwordless)


def remove_factor(user: User, factor_id: int) -> str | None:
    """Remove one means of ``user`` and return its kind; None when there is none. Recovery codes go with the last one."""
    row = Authenticator.objects.filter(user_id=user.pk, pk=factor_id).first()
    if row is None:
        return None
    kind = str(row.type)
    row.delete()
    if not has_second_factor(user):
        Authenticator.objects.filter(user_id=user.pk).delete()
    return kind


def remove_all_factors(user: User) -> int:
    """Remove everything that ``user`` enrolled. Returns how many."""
    return int(Authenticator.objects.filter(user_id=user.pk).delete()[0])
