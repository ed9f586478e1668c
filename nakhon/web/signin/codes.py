"""One-time codes: six digits for a phone or an e-mail address, ten minutes, five tries, a new one after a minute.

The challenge lives in the visitor's own session as a keyed hash, so a code works only in the browser that asked for it.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Invalid, TooMany
from nakhon.kernel.limits import limit
from nakhon.knowledge.digits import arabic_digits
from nakhon.knowledge.phones import PhoneError, PhoneKind, parse_phone
from nakhon.knowledge.text import Text
from nakhon.people.messages import Channel
from nakhon.web.signin.errors import CodeOver, WrongCode

LIFETIME = timedelta(minutes=10)
RESEND = 60
TRIES = 5
DIGITS = 6
KEPT = "nakhon.code"
PROVED = "nakhon.proved"
PROOF_LIFETIME = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a code goes: ``to`` is an E.164 number or a lower-cased e-mail; ``shown`` is what a page may show of it."""

    channel: Channel
    to: str
    shown: str

    @property
    def key(self) -> str:
        return f"{self.channel.value}:{self.to}"


@dataclass(frozen=True, slots=True)
class Challenge:
    """A code on its way, as kept in the session. ``purpose`` is "sign_in" or "confirm"."""

    id: str
    purpose: str
    channel: str
    to: str
    shown: str
    digest: str
    sent_at: str
    expires_at: str

    @property
    def contact(self) -> Contact:
        return Contact(Channel(self.channel), self.to, self.shown)


def read_contact(text: str) -> Contact:
    """The phone number or e-mail address that somebody typed. Raises ``Invalid`` with field ``contact``."""
    typed = arabic_digits(text).strip()
    if "@" in typed:
        address = typed.lower()
        try:
            validate_email(address)
        except ValidationError:
            raise Invalid(
                fields={
                    "contact": Text(
                        "อีเมลไม่ถูกต้อง เช่น somchai@example.com",
                        "That is not an e-mail address, such as somchai@example.com",
                    )
                }
            ) from None
        name, _, host = address.partition("@")
        return Contact(Channel.EMAIL, address, f"{name[:2]}•••@{host}")
    if not any(sign.isdigit() for sign in typed):
        raise Invalid(
            fields={
                "contact": Text(
                    "กรอกเบอร์มือถือ เช่น 081-234-5678 หรืออีเมล เช่น somchai@example.com",
                    "Enter a mobile number such as 081-234-5678, or an e-mail address such as somchai@example.com",
                )
            }
        )
    try:
        phone = parse_phone(typed)
    except PhoneError as problem:
        raise Invalid(
            fields={
                "contact": Text(
                    f"{problem.message.th} {problem.remedy.th}", f"{problem.message.en}. {problem.remedy.en}"
                )
            }
        ) from None
    if phone.kind not in (PhoneKind.MOBILE, PhoneKind.FOREIGN):
        raise Invalid(
            fields={
                "contact": Text(
                    "เบอร์นี้รับ SMS ไม่ได้ โปรดใช้เบอร์มือถือ 10 หลักหรืออีเมล",
                    "That number cannot receive a text message; use a mobile number or an e-mail",
                )
            }
        )
    return Contact(Channel.SMS, phone.e164, phone.masked)


def _digest(challenge_id: str, to: str, code: str) -> str:
    return salted_hmac("nakhon.web.signin.codes", f"{challenge_id}|{to}|{code}", algorithm="sha256").hexdigest()


def new_code(request: HttpRequest, ctx: Context, contact: Contact, *, purpose: str) -> str:
    """Make a code for ``contact``, keep its challenge in the session, and return the code to be sent.

    Raises ``TooMany`` when codes were asked for too often: by this address, for this contact, or within a minute.
    """
    limit(contact.key, "code.resend", 1, RESEND, now=ctx.now)
    limit(ctx, "code.send.address", by="address")
    limit(contact.key, "code.send", now=ctx.now)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    challenge_id = secrets.token_urlsafe(16)
    challenge = Challenge(
        id=challenge_id,
        purpose=purpose,
        channel=contact.channel.value,
        to=contact.to,
        shown=contact.shown,
        digest=_digest(challenge_id, contact.to, code),
        sent_at=ctx.now.isoformat(),
        expires_at=(ctx.now + LIFETIME).isoformat(),
    )
    request.session[KEPT] = asdict(challenge)
    return code


def open_challenge(request: HttpRequest, *, purpose: str) -> Challenge | None:
    """The challenge that this session waits for, or None."""
    kept: Any = request.session.get(KEPT)
    if not isinstance(kept, dict) or kept.get("purpose") != purpose:
        return None
    return Challenge(**kept)


def check_code(request: HttpRequest, ctx: Context, typed: str, *, purpose: str) -> Contact:
    """The contact that the right code proves; the challenge is then used up.

    Thai digits, spaces and dashes are read too. Raises ``WrongCode`` or ``CodeOver``. Tries are counted in the database,
    so that many at once do not pass the limit.
    """
    challenge = open_challenge(request, purpose=purpose)
    if challenge is None or ctx.now >= datetime.fromisoformat(challenge.expires_at):
        forget(request)
        raise CodeOver
    code = re.sub(r"[\s\-]", "", arabic_digits(typed))
    if not re.fullmatch(rf"\d{{{DIGITS}}}", code):
        raise WrongCode(fields={"code": Text("กรอกรหัสเป็นตัวเลข 6 หลัก", "Enter the six digits of the code")})
    try:
        left = limit(f"challenge:{challenge.id}", "code.tries", TRIES, LIFETIME, now=ctx.now)
    except TooMany:
        forget(request)
        raise CodeOver from None
    if not constant_time_compare(challenge.digest, _digest(challenge.id, challenge.to, code)):
        raise WrongCode(
            fields={"code": Text(f"รหัสไม่ถูกต้อง กรอกได้อีก {left} ครั้ง", f"The code is not right; {left} tries left")}
        )
    forget(request)
    return challenge.contact


def forget(request: HttpRequest) -> None:
    request.session.pop(KEPT, None)


def keep_proof(request: HttpRequest, ctx: Context, contact: Contact) -> None:
    """Note that the visitor owns ``contact``, until the account is opened or twenty minutes have passed."""
    request.session[PROVED] = {
        "channel": contact.channel.value,
        "to": contact.to,
        "shown": contact.shown,
        "until": (ctx.now + PROOF_LIFETIME).isoformat(),
    }


def proved_contact(request: HttpRequest, ctx: Context) -> Contact | None:
    """The contact that this session proved and that no account has yet, or None."""
    kept: Any = request.session.get(PROVED)
    if not isinstance(kept, dict) or ctx.now >= datetime.fromisoformat(kept["until"]):
        return None
    return Contact(Channel(kept["channel"]), kept["to"], kept["shown"])
