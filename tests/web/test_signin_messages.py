"""Messages leave through the outbox: by real SMTP, by an HTTP gateway, or into a file; expired ones never leave."""

from __future__ import annotations

import http.server
import json
import logging
import socketserver
import stat
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.utils import timezone

from nakhon.kernel import tasks
from nakhon.kernel.context import Context
from nakhon.kernel.models import Work
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.text import Text
from nakhon.people.messages import Channel, Message, NotSent, outbox_folder, send
from nakhon.people.models import Organisation
from tests import make

pytestmark = pytest.mark.django_db

CODE = "482913"


@pytest.fixture
def now(samui: Organisation) -> Context:
    return make.ctx(samui, "admin", now=timezone.now())


def message(channel: Channel, to: str, language: str = "th") -> Message:
    return Message(
        channel, to, Text("หัวเรื่อง", "Subject"), Text(f"รหัส {CODE} {{national}}", f"Code {CODE} {{national}}"), language
    )


def do_all(samui: Organisation) -> None:
    with act_in(make.ctx(samui, "admin")):
        waiting = list(Work.objects.filter(status="pending"))
    for work in waiting:
        tasks.do(str(samui.pk), str(work.pk))


class _Mail(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as one e-mail needs. ``refuse`` makes it answer 550 to the recipient."""

    refuse = False
    received: list[bytes] = []

    def handle(self) -> None:
        def say(line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

        say("220 test")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                say("354 go on")
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                self.received.append(body)
                say("250 taken")
            elif word == b"RCPT" and self.refuse:
                say("550 no such user <somchai@example.com>")
            elif word == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")


@pytest.fixture
def mail(settings: Any) -> Iterator[type[_Mail]]:
    handler = type("Mail", (_Mail,), {"received": [], "refuse": False})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.DEFAULT_FROM_EMAIL = "Nakhon <no-reply@example.go.th>"
        yield handler
        server.shutdown()


@pytest.fixture
def gateway(settings: Any) -> Iterator[list[dict[str, Any]]]:
    calls: list[dict[str, Any]] = []
    answers = [503, 200]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            calls.append({"body": body, "key": self.headers.get("X-Api-Key"), "type": self.headers["Content-Type"]})
            self.send_response(answers[min(len(calls) - 1, 1)])
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.NAKHON_SMS = {
            "url": f"http://127.0.0.1:{server.server_address[1]}/send",
            "method": "POST",
            "headers": {"X-Api-Key": "k"},
            "body": {"messages": [{"to": "{national}", "e164": "{to}", "text": "{text}"}], "sender": "Nakhon"},
            "encoding": "json",
        }
        yield calls
        server.shutdown()


def test_an_e_mail_leaves_by_smtp_in_the_readers_language(samui: Organisation, now: Context, mail: type[_Mail]) -> None:
    send(now, message(Channel.EMAIL, "somchai@example.com", "en"))
    send(now, message(Channel.EMAIL, "somying@example.com"))
    assert mail.received == [], "nothing leaves before the worker comes"
    do_all(samui)
    english, thai = (message_from_bytes(raw, policy=policy.default) for raw in mail.received)
    assert (english["To"], english["Subject"], english["Auto-Submitted"]) == (
        "somchai@example.com",
        "Subject",
        "auto-generated",
    )
    assert english["From"] == "เทศบาลนครเกาะสมุย <no-reply@example.go.th>"
    assert CODE in english.get_content()
    assert thai["Subject"] == "หัวเรื่อง" and f"รหัส {CODE}" in thai.get_content()


def test_a_server_that_refuses_is_tried_again_and_nothing_personal_is_kept(
    samui: Organisation, now: Context, mail: type[_Mail]
) -> None:
    mail.refuse = True
    send(now, message(Channel.EMAIL, "somchai@example.com"))
    with pytest.raises(NotSent):
        do_all(samui)
    with act_in(now):
        work = Work.objects.get()
    assert (work.status, work.attempts) == ("pending", 1)
    for kept in (work.last_error, json.dumps(work.arguments)):
        assert CODE not in kept and "somchai" not in kept
    mail.refuse = False
    do_all(samui)
    assert len(mail.received) == 1


def test_a_text_message_leaves_through_the_gateway_after_a_failure(
    samui: Organisation, now: Context, gateway: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    send(now, message(Channel.SMS, "+66812345678"))
    with pytest.raises(NotSent, match="503"):
        do_all(samui)
    do_all(samui)
    assert len(gateway) == 2 and gateway[1]["key"] == "k"
    sent = json.loads(gateway[1]["body"])
    assert sent["messages"] == [{"to": "0812345678", "e164": "+66812345678", "text": f"รหัส {CODE} {{national}}"}]
    with act_in(now):
        kept = json.dumps([Work.objects.get().arguments, Work.objects.get().last_error])
    for text in (kept, caplog.text):
        assert CODE not in text and "12345678" not in text


def test_a_gateway_may_want_a_form(
    samui: Organisation, now: Context, gateway: list[dict[str, Any]], settings: Any
) -> None:
    settings.NAKHON_SMS = {**settings.NAKHON_SMS, "encoding": "form", "body": {"msisdn": "{to}", "message": "{text}"}}
    gateway.append({})
    send(now, message(Channel.SMS, "+66812345678"))
    do_all(samui)
    assert gateway[1]["type"] == "application/x-www-form-urlencoded" and b"msisdn=%2B66812345678" in gateway[1]["body"]


def test_a_gateway_that_is_not_there_is_told_without_its_address(
    samui: Organisation, now: Context, settings: Any
) -> None:
    settings.NAKHON_SMS = {**settings.NAKHON_SMS, "url": "http://127.0.0.1:9/?token=secret"}
    send(now, message(Channel.SMS, "+66812345678"))
    with pytest.raises(NotSent):
        do_all(samui)
    with act_in(now):
        assert "secret" not in Work.objects.get().last_error


def test_without_a_sender_a_message_becomes_a_file_of_its_owner(samui: Organisation, now: Context) -> None:
    before = set(outbox_folder().glob("*.txt"))
    send(now, message(Channel.SMS, "+66812345678"))
    do_all(samui)
    (path,) = set(outbox_folder().glob("*.txt")) - before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text("utf-8").startswith("To: +66812345678\n") and CODE in path.read_text("utf-8")


def test_an_expired_code_is_dropped(samui: Organisation, now: Context) -> None:
    before = set(outbox_folder().glob("*.txt"))
    send(now, message(Channel.SMS, "+66812345678"), expires_at=now.now - timedelta(seconds=1))
    do_all(samui)
    assert set(outbox_folder().glob("*.txt")) == before
    with act_in(now):
        assert Work.objects.get().status == "done"


def test_a_key_sends_once(samui: Organisation, now: Context) -> None:
    send(now, message(Channel.SMS, "+66812345678"), key="once")
    send(now, message(Channel.SMS, "+66812345678"), key="once")
    with act_in(now):
        assert Work.objects.count() == 1


def test_a_message_shows_nothing_of_itself() -> None:
    assert repr(message(Channel.SMS, "+66812345678")) == "Message(channel='sms')"
