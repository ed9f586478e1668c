"""Rate limits: at most so many attempts within so long, counted exactly and in PostgreSQL, so that all processes share them.

A sliding log in one UPSERT: the row lock makes two attempts at the same instant queue up, so never one too many passes.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from django.conf import settings
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from nakhon.kernel.context import Context
from nakhon.kernel.errors import TooMany
from nakhon.kernel.keys import keyed_hash, keyring
from nakhon.kernel.models import RateLimit
from nakhon.knowledge.text import Text

log = logging.getLogger("nakhon.limits")

LARGEST = 1000
"""The log holds one number per attempt; beyond this many, a limit belongs into the reverse proxy."""

By = Literal["actor", "account", "address", "tenant"]


@dataclass(frozen=True, slots=True)
class Limit:
    """``amount`` attempts within ``per``; ``text`` says what is counted."""

    name: str
    amount: int
    per: timedelta
    text: Text


def _row(name: str, amount: int, per: timedelta, th: str, en: str) -> Limit:
    return Limit(name, amount, per, Text(th, en))


DEFAULTS: Mapping[str, Limit] = {
    row.name: row
    for row in (
        _row("sign_in.account", 10, timedelta(minutes=15), "เข้าสู่ระบบด้วยบัญชีเดียวกัน", "Sign-in attempts for one account"),
        _row(
            "sign_in.address",
            60,
            timedelta(minutes=15),
            "เข้าสู่ระบบจากที่อยู่เครือข่ายเดียวกัน",
            "Sign-in attempts from one address",
        ),
        _row(
            "second_factor.account",
            8,
            timedelta(minutes=15),
            "ยืนยันตัวตนขั้นที่สอง",
            "Second-factor attempts for one account",
        ),
        _row(
            "code.send",
            5,
            timedelta(hours=1),
            "ขอรหัสผ่านครั้งเดียวไปยังเบอร์หรืออีเมลเดียวกัน",
            "Codes sent to one phone or e-mail",
        ),
        _row(
            "code.send.address",
            20,
            timedelta(hours=1),
            "ขอรหัสผ่านครั้งเดียวจากที่อยู่เดียวกัน",
            "Codes asked for from one address",
        ),
        _row("code.check", 8, timedelta(minutes=10), "กรอกรหัสผ่านครั้งเดียว", "One-time codes tried"),
        _row("password.reset", 5, timedelta(hours=1), "ขอตั้งรหัสผ่านใหม่", "Password resets asked for"),
        _row("file.store.public", 20, timedelta(minutes=10), "ส่งไฟล์โดยไม่เข้าสู่ระบบ", "Files sent without signing in"),
        _row("file.store.account", 200, timedelta(minutes=10), "ส่งไฟล์ด้วยบัญชีเดียวกัน", "Files sent by one account"),
        _row("form.public", 30, timedelta(minutes=10), "ส่งแบบฟอร์มสาธารณะ", "Public forms sent"),
        _row("api.account", 600, timedelta(minutes=1), "เรียก API ด้วยบัญชีเดียวกัน", "API calls by one account"),
        _row("device.message", 600, timedelta(minutes=1), "ข้อความจากอุปกรณ์เดียวกัน", "Messages from one device"),
    )
}


def parse(text: str) -> dict[str, tuple[int, timedelta]]:
    """Read ``"sign_in.account=5/15m, code.send=3/1h"`` (units s, m, h, d). Raises ``ValueError`` naming the wrong part."""
    found: dict[str, tuple[int, timedelta]] = {}
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        try:
            name, rate = part.split("=")
            amount, per = rate.split("/")
            found[name.strip()] = (int(amount), timedelta(seconds=int(per.strip()[:-1]) * units[per.strip()[-1]]))
        except (ValueError, KeyError, IndexError):
            raise ValueError(f"NAKHON_LIMITS: {part!r} is not name=amount/period, for example code.send=3/1h") from None
        if name.strip() not in DEFAULTS:
            raise ValueError(
                f"NAKHON_LIMITS: no limit is called {name.strip()!r}; known: {', '.join(sorted(DEFAULTS))}"
            )
    return found


def table() -> dict[str, Limit]:
    """Every named limit as it holds here: the defaults, and over them what ``NAKHON_LIMITS`` says."""
    own = parse(settings.NAKHON_LIMITS)
    return {name: Limit(name, *own[name], row.text) if name in own else row for name, row in DEFAULTS.items()}


def address_key(address: str) -> str:
    """One key per household line: an IPv4 address, or the /64 network of an IPv6 address; text that is neither stays."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address or "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _who(who: Context | str, by: By) -> str:
    if isinstance(who, str):
        return who
    if by == "tenant":
        return f"tenant:{who.tenant.id}"
    if by == "address" or (by == "actor" and not who.actor.id):
        return f"address:{address_key(who.address)}"
    return f"account:{who.tenant.id}:{who.actor.kind}:{who.actor.id}"


def limit(
    who: Context | str,
    name: str,
    amount: int | None = None,
    per: timedelta | int | None = None,
    *,
    by: By = "actor",
    now: datetime | None = None,
) -> int:
    """Count one attempt by ``who`` under ``name`` and return how many are left, or raise ``TooMany``.

    ``who`` is a context (counted ``by`` its actor: account or device, else the address; or by "address" or "tenant") or any
    text (a phone number, an account: it is stored as a keyed hash). Without ``amount`` and ``per`` (seconds or timedelta) the
    table's row ``name`` holds; ``KeyError`` when there is none. The attempt counts even if the caller's transaction is
    rolled back afterwards, for a wrong guess must not be forgotten with the work that it spoilt.
    """
    if amount is None or per is None:
        row = table()[name]
        amount, per = row.amount if amount is None else amount, row.per if per is None else per
    span = per if isinstance(per, timedelta) else timedelta(seconds=per)
    if not 1 <= amount <= LARGEST or span <= timedelta(0):
        raise ValueError(f"A limit allows 1 to {LARGEST} attempts within a positive time, not {amount} within {span}")
    at = now or (who.now if isinstance(who, Context) else timezone.now())
    key = keyed_hash(keyring().index, b"limit", name.encode(), _who(who, by).encode())
    passed, hits = _count(key, at, span, amount)
    if passed:
        return amount - len(hits)
    longest = -(-_micro_span(span) // 1_000_000)
    wait = min(longest, max(1, -(-(hits[-amount] + _micro_span(span) - _micro(at)) // 1_000_000)))
    log.warning("rate limited", extra={"limit": name, "retry_after": wait})
    raise TooMany(
        remedy=Text("รอ {wait} แล้วลองใหม่", "Wait {wait_en} and try again").format(**_spoken(wait)), retry_after=wait
    )


def forgive(who: Context | str, name: str, *, by: By = "actor") -> None:
    """Forget the attempts of ``who`` under ``name``: the right password was given after all."""
    key = keyed_hash(keyring().index, b"limit", name.encode(), _who(who, by).encode())
    with _aside() as cursor:
        cursor.execute(f"DELETE FROM {RateLimit._meta.db_table} WHERE key = %s", [key])  # noqa: S608


def _micro(at: datetime) -> int:
    return (at.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _micro_span(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def _spoken(seconds: int) -> dict[str, str]:
    if seconds < 90:
        return {"wait": f"{seconds} วินาที", "wait_en": "1 second" if seconds == 1 else f"{seconds} seconds"}
    minutes = -(-seconds // 60)
    return {"wait": f"{minutes} นาที", "wait_en": f"{minutes} minutes"}


_UPSERT = """
INSERT INTO kernel_ratelimit AS kept (key, hits, expires_at) VALUES (%(key)s, ARRAY[%(now)s]::bigint[], %(expires)s)
ON CONFLICT (key) DO UPDATE SET
    hits = ARRAY(SELECT hit FROM unnest(kept.hits) hit WHERE hit > %(since)s ORDER BY hit) || %(now)s::bigint,
    expires_at = greatest(kept.expires_at, excluded.expires_at)
WHERE (SELECT count(*) FROM unnest(kept.hits) hit WHERE hit > %(since)s) < %(amount)s
RETURNING hits
"""


def _count(key: bytes, at: datetime, span: timedelta, amount: int) -> tuple[bool, list[int]]:
    """Add an attempt unless ``amount`` of them lie in the window. Returns whether it was added, and what the row holds."""
    now = _micro(at)
    values = {"key": key, "now": now, "since": now - _micro_span(span), "expires": at + span, "amount": amount}
    with _aside() as cursor:
        cursor.execute(_UPSERT, values)
        row = cursor.fetchone()
        if row is not None:
            return True, list(row[0])
        cursor.execute("SELECT hits FROM kernel_ratelimit WHERE key = %s", [key])
        row = cursor.fetchone()
    return False, sorted(row[0]) if row else [now] * amount


@contextmanager
def _aside() -> Iterator[Any]:
    """A cursor whose work stays, whatever becomes of the transaction that the caller may be in."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            yield cursor
        return
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            yield cursor
    finally:
        other.close()


@app.periodic(cron="*/10 * * * *", periodic_id="sweep-limits")
@app.task(name="nakhon.sweep_limits", queueing_lock="sweep-limits")
def sweep(timestamp: int) -> int:
    """Remove what no limit looks at any more. Returns how many rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM kernel_ratelimit WHERE expires_at < %s", [datetime.fromtimestamp(timestamp, tz=UTC)]
        )
        return int(cursor.rowcount)
