"""Log lines are JSON, say which request it was, and hold neither persons nor secrets, wherever these slipped in."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from nakhon.kernel import logs
from nakhon.kernel.logs import STRUCK, strike


@pytest.mark.parametrize(
    "text",
    [
        "1101700203452",
        "1-1017-00203-45-2",
        "1 1017 00203 45 2",
        "๑๑๐๑๗๐๐๒๐๓๔๕๒",
        "๑-๑๐๑๗-๐๐๒๐๓-๔๕-๒",
        "0812345678",
        "081-234-5678",
        "08 1234 5678",
        "+66812345678",
        "+66 81 234 5678",
        "077421234",
        "๐๘๑-๒๓๔-๕๖๗๘",
        "somchai.j@example.go.th",
        "user+tag@mail.example.com",
        "Bearer abcdef0123456789",
        "token 0123456789abcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "password=hunter2",
        "api_key: abc123",
        "'otp': '123456'",
        "sessionid=abcdefgh",
    ],
)
def test_what_is_personal_or_secret_is_struck_out(text: str) -> None:
    secret = text.split("=")[-1].split(": ")[-1].strip("'")
    for sentence in (text, f"ผู้ใช้ {text} ไม่ผ่าน", f"({text})", f"value={text},", f'"{text}"', f"{text}."):
        assert secret not in strike(sentence), sentence
        assert STRUCK in strike(sentence)


def test_links_query_strings_and_addresses_with_passwords_are_struck_out() -> None:
    assert strike("GET /files/WyJhYmMiLDEyM10:abcDEF-123_x HTTP") == f"GET /files/{STRUCK} HTTP"
    assert strike("GET /page?next=/a&code=123456 HTTP") == f"GET /page?{STRUCK} HTTP"
    assert "s3cret" not in strike("postgresql://nakhon_app:s3cret@127.0.0.1/nakhon")
    assert strike("password reset was asked for") == "password reset was asked for"


@pytest.mark.parametrize(
    "text",
    [
        "01928374-6501-7234-8123-456789012345",
        "0192837465017234812345678901abcd",
        "2026-11-22T18:42:07.123+07:00",
        "took 1234567 ms",
        "version 15.18",
        "127.0.0.1:8000",
        "case 2569-000123",
        "เหตุใด? ไม่ทราบ",
        "kernel.file.stored",
        "200 requests in 60 s",
    ],
)
def test_what_operators_need_stays(text: str) -> None:
    assert strike(text) == text


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The platform's own handler and formatter, writing here."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.formatter(pretty=False))
    root = logging.getLogger("nakhon.test-of-logs")
    root.handlers, root.propagate = [handler], False
    root.setLevel(logging.INFO)
    structlog.contextvars.clear_contextvars()
    yield out
    structlog.contextvars.clear_contextvars()
    root.handlers = []


LOG = logging.getLogger("nakhon.test-of-logs")


def _rows(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_says_when_what_and_which_request(lines: io.StringIO) -> None:
    logs.begin(request_id="r-1")
    logs.tell(tenant="samui", actor="staff:0192")
    LOG.info("request", extra={"route": "<city>/cases/<id>", "status": 200, "ms": 12.5})
    (row,) = _rows(lines)
    assert row["event"] == "request"
    assert row["level"] == "info"
    assert row["logger"] == "nakhon.test-of-logs"
    assert row["timestamp"].endswith("+07:00")
    assert (row["request_id"], row["tenant"], row["actor"]) == ("r-1", "samui", "staff:0192")
    assert (row["route"], row["status"], row["ms"]) == ("<city>/cases/<id>", 200, 12.5)
    logs.begin(request_id="r-2")
    LOG.warning("next")
    assert "tenant" not in _rows(lines)[1], "one request's circumstances do not leak into the next"


def test_fields_arguments_and_tracebacks_are_cleaned_too(lines: io.StringIO) -> None:
    LOG.info("sent to %s", "0812345678", extra={"phone": "x", "citizen_id": 1101700203452, "amount": 1101700203452})
    LOG.info("nested", extra={"data": {"email": "a", "list": ["1101700203452", {"display_name": "สมชาย"}]}, "ok": True})
    try:
        raise ValueError("no person 1-1017-00203-45-2")
    except ValueError:
        LOG.exception("failed for somchai@example.com")
    text = lines.getvalue()
    for secret in ("0812345678", "1101700203452", "1-1017", "somchai", "สมชาย"):
        assert secret not in text
    first, second, third = _rows(lines)
    assert first["phone"] == first["citizen_id"] == first["amount"] == STRUCK
    assert second["data"] == {"email": STRUCK, "list": [STRUCK, {"display_name": STRUCK}]}
    assert second["ok"] is True
    assert "ValueError" in third["exception"]


def test_structlog_speaks_through_the_same_handler(lines: io.StringIO) -> None:
    LOG.info("a line\nwith a break and \x1b[31mcolour")
    assert len(lines.getvalue().splitlines()) == 1, "nobody can forge a second line"


def test_pretty_lines_are_for_people_and_strike_out_alike() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.formatter(pretty=True))
    record = logging.LogRecord("nakhon", logging.INFO, "", 0, "called 0812345678", None, None)
    handler.emit(record)
    assert "called" in out.getvalue()
    assert "0812345678" not in out.getvalue()
    assert not out.getvalue().startswith("{")


def test_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert logs.logging_settings("json")["formatters"]["lines"]["pretty"] is False
    assert logs.logging_settings("pretty")["formatters"]["lines"]["pretty"] is True
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert logs.logging_settings("")["formatters"]["lines"]["pretty"] is False
    with pytest.raises(ValueError, match="NAKHON_LOG"):
        logs.logging_settings("xml")
