"""Outgoing e-mail and text messages: written in two languages, queued with the change, sent by the worker.

A message waits sealed in the queue, for it may hold a one-time code. Where no sender is set up it is written to a file in
``outbox/`` of the platform's home, so that a demonstration works on a laptop.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr, parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from nakhon.kernel.context import Context
from nakhon.kernel.errors import NakhonError
from nakhon.kernel.outbox import enqueue, job
from nakhon.kernel.sealed import Sealed, seal
from nakhon.kernel.tenancy import new_id
from nakhon.knowledge.text import Text

log = logging.getLogger("nakhon.messages")

JOB = "people.message"
_CELL = "people.message.body"
_TIMEOUT = (5, 15)


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Message:
    """``to`` is an e-mail address or an E.164 number; ``subject`` is for e-mail only. ``repr`` shows no personal value."""

    channel: Channel
    to: str
    subject: Text
    body: Text
    language: str = "th"

    def __repr__(self) -> str:
        return f"Message(channel={self.channel.value!r})"


class NotSent(NakhonError):
    """A gateway did not take a message. Says how it answered, never what the message said or to whom."""

    code = "message.not_sent"
    default_message = Text("ส่งข้อความไม่สำเร็จ", "The message was not sent")
    default_remedy = Text(
        "ตรวจสอบการตั้งค่าผู้ให้บริการ SMS หรืออีเมล ระบบจะลองส่งใหม่เอง",
        "Check the settings of the SMS or e-mail service; it is tried again by itself",
    )


def send(ctx: Context, message: Message, *, expires_at: datetime | None = None, key: str | None = None) -> None:
    """Queue ``message`` in the caller's transaction; it leaves when that has committed.

    After ``expires_at`` it is dropped instead of sent. ``key`` makes a repeated request send once.
    """
    content = {
        "to": message.to,
        "subject": message.subject.in_(message.language),
        "body": message.body.in_(message.language),
    }
    enqueue(
        ctx,
        JOB,
        key=key,
        channel=message.channel.value,
        sealed=seal(json.dumps(content, ensure_ascii=False), _CELL, ctx.tenant.id).blob.hex(),
        expires_at=expires_at.isoformat() if expires_at else None,
    )


@job(JOB)
def deliver(ctx: Context, *, channel: str, sealed: str, expires_at: str | None = None) -> None:
    """Send one queued message, unless its time is over. Raises ``NotSent`` to be tried again."""
    if expires_at is not None and ctx.now >= datetime.fromisoformat(expires_at):
        log.info("message expired", extra={"channel": channel})
        return
    content = json.loads(Sealed(bytes.fromhex(sealed), _CELL, ctx.tenant.id).reveal())
    if not configured(Channel(channel)):
        write_file(channel, content, ctx.now)
    elif channel == Channel.SMS:
        send_sms(content["to"], content["body"])
    else:
        send_email(content["to"], content["subject"], content["body"], sender_name=ctx.tenant.name.th)
    log.info("message sent", extra={"channel": channel})


def configured(channel: Channel) -> bool:
    """True when a real sender is set up for ``channel``; otherwise messages become files."""
    return bool(settings.NAKHON_SMS["url"]) if channel is Channel.SMS else bool(settings.EMAIL_HOST)


def outbox_folder() -> Path:
    return Path(settings.NAKHON_HOME) / "outbox"


def write_file(channel: str, content: dict[str, str], now: datetime) -> Path:
    """Write a message that nobody sends to ``outbox/``, readable by its owner only. Returns the file."""
    folder = outbox_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{timezone.localtime(now):%Y%m%d-%H%M%S}-{channel}-{new_id().hex[-8:]}.txt"
    text = f"To: {content['to']}\nSubject: {content['subject']}\n\n{content['body']}\n"
    # Under another name first: whoever reads the folder never meets half a message, not even after a power cut.
    unfinished = path.with_suffix(".part")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    return path


def send_email(to: str, subject: str, body: str, *, sender_name: str = "") -> None:
    """Send a plain-text e-mail by SMTP as the settings say, under the name of the city. Raises ``NotSent``."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    sender = formataddr((sender_name or address[0], address[1]))
    try:
        EmailMessage(
            subject, body, sender, [to], headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
        ).send()
    except OSError as problem:  # smtplib's errors and the network's are both OSError
        # The server's reply may repeat the address, so only its kind and number are told.
        code = getattr(problem, "smtp_code", "")
        raise NotSent(
            Text(
                f"เซิร์ฟเวอร์อีเมลไม่รับข้อความ ({type(problem).__name__} {code})",
                f"The mail server did not take the message ({type(problem).__name__} {code})",
            )
        ) from None


def _filled(template: Any, values: dict[str, str]) -> Any:
    """``template`` with ``{to}``, ``{national}`` and ``{text}`` replaced in its strings, whatever its shape."""
    if isinstance(template, str):
        for name, value in values.items():
            template = template.replace("{" + name + "}", value)
        return template
    if isinstance(template, dict):
        return {key: _filled(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, values) for value in template]
    return template


def send_sms(to: str, text: str) -> None:
    """Send a text message through the HTTP gateway of the settings. Raises ``NotSent`` unless it answers 2xx."""
    gateway = settings.NAKHON_SMS
    national = "0" + to.removeprefix("+66") if to.startswith("+66") else to
    # The text is put in last, so that braces inside it are not taken for placeholders.
    body = _filled(gateway["body"], {"to": to, "national": national, "text": text})
    payload: dict[str, Any] = {"json": body} if gateway["encoding"] == "json" else {"data": body}
    try:
        answer = requests.request(
            gateway["method"],
            gateway["url"],
            headers=gateway["headers"],
            timeout=_TIMEOUT,
            allow_redirects=False,
            **payload,
        )
    except requests.RequestException as problem:
        raise NotSent(
            Text(
                f"ติดต่อผู้ให้บริการ SMS ไม่ได้ ({type(problem).__name__})",
                f"The SMS gateway could not be reached ({type(problem).__name__})",
            )
        ) from None
    if not 200 <= answer.status_code < 300:
        raise NotSent(Text(f"ผู้ให้บริการ SMS ตอบ {answer.status_code}", f"The SMS gateway answered {answer.status_code}"))
