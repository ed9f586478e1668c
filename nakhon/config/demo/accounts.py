"""Log-ins of the demonstration: random passwords and authenticator secrets, written once to files only the owner may read."""

from __future__ import annotations

import base64
import contextlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.db import transaction

from nakhon.config.run.home import write_private
from nakhon.kernel.context import Context, system_actor
from nakhon.people.access import organisation_by_slug, tenant_ref
from nakhon.people.errors import AlreadyMember
from nakhon.people.models import User
from nakhon.people.services.members import add_member

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Post:
    """A post that each city of the demonstration fills with an invented account."""

    account: str
    roles: tuple[str, ...]
    name_th: str
    title_th: str


POSTS = (
    Post("admin", ("admin",), "ผู้ดูแลระบบ (สาธิต)", "นักวิชาการคอมพิวเตอร์"),
    Post("officer", ("officer", "registrar"), "เจ้าหน้าที่ (สาธิต)", "เจ้าพนักงานธุรการ"),
    Post("dpo", ("dpo", "auditor"), "เจ้าหน้าที่คุ้มครองข้อมูล (สาธิต)", "นิติกร"),
    Post("mayor", ("executive",), "ผู้บริหาร (สาธิต)", "นายกเทศมนตรี"),
)


def logins_file() -> Path:
    """The log-ins as JSON, for ``nakhon code`` and for tests."""
    return Path(settings.NAKHON_HOME) / "demo-logins.json"


def readable_file() -> Path:
    return Path(settings.NAKHON_HOME) / "demo-logins.txt"


def known_logins() -> dict[str, dict[str, str]]:
    """What was written earlier, by e-mail; empty before the first time."""
    try:
        rows: list[dict[str, str]] = json.loads(logins_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {row["email"]: row for row in rows}


def load(slugs: list[str], now: datetime, say: Callable[[str], None]) -> None:
    """Fill each post in each city. Accounts that exist keep their password and second factor."""
    known = known_logins()
    for slug in slugs:
        organisation = organisation_by_slug(slug)
        assert organisation is not None, slug
        ctx = Context(tenant=tenant_ref(organisation), actor=system_actor("demonstration"), now=now)
        with transaction.atomic():
            for post in POSTS:
                email = f"{post.account}@{slug}.example"
                if email not in known or not User.objects.filter(email=email).exists():
                    known[email] = _fill(ctx, post, email)
        say(organisation.name_th)
    _write(list(known.values()))


def _fill(ctx: Context, post: Post, email: str) -> dict[str, str]:
    password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(3))
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email=email, display_name=post.name_th, created_at=ctx.now)
    user.set_password(password)
    user.save()
    Authenticator.objects.filter(user=user).delete()
    TOTP.activate(user, secret)
    with contextlib.suppress(AlreadyMember):
        add_member(ctx, email=email, display_name=post.name_th, roles=post.roles, title=post.title_th)
    return {
        "city": ctx.tenant.slug,
        "role": post.account,
        "email": email,
        "password": password,
        "totp_secret": secret,
        "address": f"/{ctx.tenant.slug}/staff/",
    }


def _write(rows: list[dict[str, str]]) -> None:
    write_private(logins_file(), json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    lines = [
        "บัญชีสาธิต: เข้าสู่ระบบที่ /<เมือง>/staff/ ด้วยอีเมล รหัสผ่าน และรหัส 6 หลักจากคำสั่ง nakhon code อีเมล",
        "Demonstration log-ins: sign in at /<city>/staff/ with e-mail, password and the 6 digits that `nakhon code EMAIL` prints.",
        "",
        f"{'เมือง city':<13}{'บทบาท role':<12}{'อีเมล e-mail':<28}{'รหัสผ่าน password':<22}กุญแจแอปยืนยันตัวตน authenticator key",
    ]
    lines += [
        f"{row['city']:<13}{row['role']:<12}{row['email']:<28}{row['password']:<22}{row['totp_secret']}" for row in rows
    ]
    write_private(readable_file(), "\n".join(lines) + "\n")
