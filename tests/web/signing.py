"""What the tests of signing in share: people, the messages that were sent, codes of an authenticator app."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.test import Client

from nakhon.kernel.models import AuditEntry, Work, WorkStatus
from nakhon.kernel.outbox import run
from nakhon.kernel.tasks import system_context
from nakhon.kernel.tenancy import act_in, new_id
from nakhon.people.models import Membership, Organisation, User
from tests import make

PASSWORD = "ทะเล-ตะกร้า-ดาวเทียม-หมอน"


def member(city: Organisation, *roles: str, password: str | None = PASSWORD, email: str = "") -> User:
    """Somebody on the staff of ``city``; each call another person, because limits outlive a test."""
    user = User.objects.create_user(email or f"{new_id().hex}@example.go.th", password, display_name="สมชาย ใจดี")
    join(city, user, *roles)
    return user


def join(city: Organisation, user: User, *roles: str) -> Membership:
    with act_in(make.ctx(city, "admin")):
        return Membership.objects.create(user=user, roles=list(roles), started_at=make.NOW)


def address() -> str:
    """An address of the documentation network (RFC 3849) that no other test uses, so that limits do not meet."""
    tail = new_id().hex[-16:]
    return "2001:db8:" + ":".join(tail[at : at + 4] for at in range(0, 16, 4)) + "::1"


def browser(language: str = "en") -> Client:
    client = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0"}, REMOTE_ADDR=address())
    client.cookies["nakhon_language"] = language
    return client


def work_off(city: Organisation) -> None:
    """Do what waits in the outbox, as the worker would, until nothing is left."""
    ctx = system_context(city.tenant, "worker")
    with act_in(ctx):
        while (work := Work.objects.filter(status=WorkStatus.PENDING).order_by("created_at").first()) is not None:
            run(ctx, work)
            Work.objects.filter(pk=work.pk).update(status=WorkStatus.DONE)


def letters_to(city: Organisation, to: str) -> list[str]:
    """The messages written for ``to``, oldest first."""
    work_off(city)
    found = sorted((Path(settings.NAKHON_HOME) / "outbox").glob("*.txt"), key=lambda path: path.stat().st_mtime_ns)
    texts = [path.read_text("utf-8") for path in found]
    return [text for text in texts if text.startswith(f"To: {to}\n")]


def code_to(city: Organisation, to: str) -> str:
    found = re.findall(r"(?<!\d)\d{6}(?!\d)", letters_to(city, to)[-1].split("\n\n", 1)[1])
    return str(found[0])


def link_to(city: Organisation, to: str) -> str:
    """The path of the link in the latest message."""
    found = re.search(r"https?://[^/\s]+(/\S+)", letters_to(city, to)[-1])
    assert found is not None
    return found[1]


def enrol_app(user: User) -> str:
    """Give ``user`` an authenticator app; returns its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def app_code(secret: str, step: int = 0) -> str:
    """What an authenticator app with ``secret`` shows, ``step`` periods from now."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + step))


def secret_of(user: User) -> str:
    return decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"])


def trail(city: Organisation) -> list[tuple[str, dict[str, Any]]]:
    """The city's chain as (action, detail)."""
    with act_in(make.ctx(city, "admin")):
        return [(row.action, row.detail) for row in AuditEntry.objects.order_by("seq")]


def whole_trail(city: Organisation) -> str:
    with act_in(make.ctx(city, "admin")):
        rows = [
            [row.action, row.detail, row.object_id, row.actor_label, row.purpose]
            for row in AuditEntry.objects.order_by("seq")
        ]
    return json.dumps(rows, ensure_ascii=False)


def sign_in(client: Client, city: Organisation, user: User, secret: str) -> None:
    """Bring ``client`` through the staff's door with both factors."""
    slug = city.tenant.slug
    client.post(f"/{slug}/staff/signin/", {"email": user.email, "password": PASSWORD})
    answer = client.post(f"/{slug}/signin/second-factor/", {"code": app_code(secret)})
    assert answer.status_code == 302, answer.content.decode()
