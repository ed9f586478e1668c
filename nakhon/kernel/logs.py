"""Logs: one JSON object a line to standard output, told which request, organisation and account it was, and never whom.

Names, numbers, addresses and tokens do not belong into a log (PDPA s.37: measures fit to prevent loss and disclosure); what
slips into a message all the same is struck out here, before it is written.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars
from structlog.typing import Processor

STRUCK = "[struck out]"
_ZONE = ZoneInfo("Asia/Bangkok")

SECRET_KEYS = re.compile(
    r"passw|secret|token|authori[sz]ation|cookie|session|api_?key|signature|^code$|otp"
    r"|phone|e_?mail|^name|_name$|address_line|citizen_?id|national_?id|birth|house_?id",
    re.IGNORECASE,
)
"""Names of fields whose values are never written, whatever they look like."""

_SPOKEN_KEYS = frozenset({"logger_name", "file_name", "task_name", "queue_name", "work_name", "route_name"})

_PATTERNS: tuple[re.Pattern[str], ...] = (
    re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"),
    re.compile(r"(?i)\b(?:bearer|basic|token)\s+[\w.~+/=:-]{8,}"),
    re.compile(r"(?i)(?<=/files/)[\w.~%:=-]{12,}"),
    re.compile(r"(?i)(?<=\?)[^\s\"'<>]*=[^\s\"'<>]*"),
    re.compile(
        r"(?i)(?<![\w])(?:[\w]*(?:passw(?:or)?d|secret|token|otp|api_?key|session_?id|authorization))[\"']?\s*[=:]\s*[\"']?[^\s\"',;&}]+"
    ),
    re.compile(r"(?i)(?<=://)[^\s/:@]+:[^\s/@]+(?=@)"),
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<![\w-])\d(?:[ -]?\d){12}(?![\w-])"),
    re.compile(r"(?<![\w.-])(?:\+66|0066|0|๐)[ -]?(?:\(0\))?[1-9๑-๙](?:[ -]?\d){7,8}(?![\w-])"),
)
"""JSON web tokens, credentials, file links, query strings, passwords in text and in addresses, e-mail addresses,
13-digit numbers (people, juristic persons) and Thai telephone numbers, with Thai or Arabic digits."""


def strike(text: str) -> str:
    """``text`` with everything that looks personal or secret struck out."""
    for pattern in _PATTERNS:
        text = pattern.sub(STRUCK, text)
    return text


def _clean(key: str, value: Any, depth: int = 0) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if key and key not in _SPOKEN_KEYS and SECRET_KEYS.search(key):
        return STRUCK
    if isinstance(value, int):
        return STRUCK if 10**12 <= value < 10**13 else value
    if isinstance(value, Mapping) and depth < 4:
        return {str(name): _clean(str(name), inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and depth < 4:
        return [_clean("", inner, depth + 1) for inner in value]
    return strike(str(value))


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Processor: strike out personal and secret values, in the message, the fields and the traceback."""
    return {key: _clean(key, value) for key, value in event.items()}


def _stamp(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {"timestamp": datetime.now(_ZONE).isoformat(timespec="milliseconds"), **event}


class _Extra:
    """Takes over what standard logging was given as ``extra``."""

    _own = frozenset(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {"message", "asctime", "taskName"}

    def __call__(self, _: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        record: logging.LogRecord | None = event.get("_record")
        if record is not None:
            event.update(
                {key: value for key, value in record.__dict__.items() if key not in self._own and key[0] != "_"}
            )
        event.pop("request", None)
        return event


def _processors() -> list[Processor]:
    return [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _Extra(),
        _stamp,
        structlog.processors.format_exc_info,
    ]


def formatter(pretty: bool) -> structlog.stdlib.ProcessorFormatter:
    """The formatter of the one handler: JSON, or coloured lines for a person's terminal. Both strike out alike."""
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact]
    if pretty:
        last.append(
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback, timestamp_key="timestamp")
        )
    else:
        last.append(structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=False))
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_processors(), processors=last)


def logging_settings(wanted: str, level: str = "INFO", stream: str = "ext://sys.stdout") -> dict[str, Any]:
    """Django's ``LOGGING``. ``wanted`` is "json", "pretty", or "" to choose by whether standard output is a terminal."""
    if wanted not in ("", "json", "pretty"):
        raise ValueError(f'NAKHON_LOG is "json" or "pretty", not {wanted!r}')
    pretty = wanted == "pretty" or (not wanted and sys.stdout.isatty())
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "nakhon.kernel.logs.formatter", "pretty": pretty}},
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "lines", "stream": stream}},
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.request": {"handlers": [], "level": "CRITICAL", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": False},
            "procrastinate": {"handlers": [], "level": "WARNING", "propagate": True},
            "botocore": {"handlers": [], "level": "WARNING", "propagate": True},
            "PIL": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }


def begin(**values: str) -> None:
    """Start the circumstances of a request or a piece of work: what every line says until the next ``begin``."""
    clear_contextvars()
    bind_contextvars(**values)


def tell(**values: str) -> None:
    """Add to the circumstances: ``tenant`` (its slug), ``actor`` (kind and account id, never a label)."""
    bind_contextvars(**values)
