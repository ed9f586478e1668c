"""What devices write, read: JSON into values with their times. Refusals say what was wrong and what to send instead."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from nakhon.knowledge.text import Text
from nakhon.standards.mqtt.topics import Kind, Place

MOST = 1000
"""Values in one message; more belong into several messages, or into a CSV over HTTP."""
TIME = ("t", "time")
_decode = msgspec.json.Decoder().decode
_EPOCH_MILLISECONDS = 100_000_000_000
"""A number of seconds this large lies in the year 5138: it is milliseconds."""


class Value(msgspec.Struct):
    """One value of one property (``code``) or datastream (``number``). ``time`` is None when the message gave none."""

    value: Any
    code: str = ""
    number: int = 0
    time: datetime | None = None
    end: datetime | None = None
    result_time: datetime | None = None
    unit: str | None = None
    parameters: dict[str, Any] | None = None


class Ack(msgspec.Struct):
    """A device's answer to a command."""

    id: str
    ok: bool = True
    detail: Any = None


class Refused(ValueError):
    """The whole message cannot be used; ``text`` says why, in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


NOT_JSON = Text("ข้อความไม่ใช่ JSON ที่ถูกต้อง ส่งเป็น JSON เข้ารหัส UTF-8", "The message is not valid JSON; send JSON in UTF-8")
NOT_A_MESSAGE = Text(
    'ข้อความต้องเป็นวัตถุ เช่น {"pm25": 31.2} หรือรายการของวัตถุ',
    'The message must be an object such as {"pm25": 31.2}, or a list of such',
)
EMPTY = Text("ข้อความไม่มีค่าที่วัดได้", "The message holds no value")
TOO_MANY = Text(
    f"ข้อความเดียวมีได้ไม่เกิน {MOST:,} ค่า แบ่งส่งหลายข้อความ", f"One message holds at most {MOST:,} values; send several"
)
NO_RESULT = Text("การวัดไม่มี result", "The observation has no result")
BAD_UNIT = Text('unit ต้องเป็นวัตถุ เช่น {"pm25": "ug/m3"}', 'unit must be an object such as {"pm25": "ug/m3"}')
BAD_ACK = Text(
    'การตอบรับต้องเป็น {"id": "...", "ok": true} และ id คือเลขของคำสั่ง',
    'An acknowledgement is {"id": "...", "ok": true}, where id is the command\'s',
)
BAD_TIME = Text(
    "อ่านเวลา {value} ไม่ได้ ส่งเป็น ISO 8601 ที่มีเขตเวลา เช่น 2026-04-10T08:00:00+07:00 หรือวินาทียูนิกซ์",
    "The time {value} cannot be read; send ISO 8601 with its zone, such as 2026-04-10T08:00:00+07:00, or Unix seconds",
)


def read_time(value: Any) -> datetime:
    """ISO 8601 with an offset, or Unix seconds or milliseconds; ``Refused`` for all else, a time without a zone too."""
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            if found.tzinfo is not None:
                return found.astimezone(UTC)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if abs(value) >= _EPOCH_MILLISECONDS else value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise Refused(BAD_TIME.format(value=repr(value)[:40]))


def read(place: Place, payload: bytes) -> list[Value]:
    """The values of a message to ``place``. Raises ``Refused``."""
    try:
        said = _decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused(NOT_JSON) from None
    if place.kind is Kind.PROPERTY and not isinstance(said, list):
        return [_single(place.code, said)]
    rows = said if isinstance(said, list) else [said]
    found: list[Value] = []
    for row in rows:
        if place.kind is Kind.PROPERTY:
            found.append(_single(place.code, row))
        elif not isinstance(row, dict):
            raise Refused(NOT_A_MESSAGE)
        elif place.kind is Kind.UP:
            found += _several(row)
        else:
            found.append(_observation(place.number, row))
        if len(found) > MOST:
            raise Refused(TOO_MANY)
    if not found:
        raise Refused(EMPTY)
    return found


def read_ack(payload: bytes) -> Ack:
    """A device's answer to a command. Raises ``Refused``."""
    try:
        return msgspec.json.decode(payload, type=Ack)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused(BAD_ACK) from None


def _single(code: str, said: Any) -> Value:
    if isinstance(said, dict) and "v" in said:
        time = said.get("t", said.get("time"))
        unit = said.get("unit")
        if unit is not None and not isinstance(unit, str):
            raise Refused(BAD_UNIT)
        return Value(said["v"], code=code, time=None if time is None else read_time(time), unit=unit)
    return Value(said, code=code)


def _several(row: dict[str, Any]) -> list[Value]:
    time = row.get("t", row.get("time"))
    at = None if time is None else read_time(time)
    units = row.get("unit")
    if units is None:
        return [Value(value, code=code, time=at) for code, value in row.items() if code not in TIME]
    if not isinstance(units, dict) or not all(isinstance(unit, str) for unit in units.values()):
        raise Refused(BAD_UNIT)
    return [
        Value(value, code=code, time=at, unit=units.get(code))
        for code, value in row.items()
        if code not in TIME and code != "unit"
    ]


def _observation(number: int, row: dict[str, Any]) -> Value:
    """OGC 18-088, 8.2.6: phenomenonTime may be an interval; without one it is the time of arrival."""
    if "result" not in row:
        raise Refused(NO_RESULT)
    start = end = None
    said = row.get("phenomenonTime")
    if isinstance(said, str) and "/" in said:
        first, _, last = said.partition("/")
        start, end = read_time(first), read_time(last)
    elif said is not None:
        start = read_time(said)
    parameters = row.get("parameters")
    return Value(
        row["result"],
        number=number,
        time=start,
        end=end,
        result_time=None if row.get("resultTime") is None else read_time(row["resultTime"]),
        parameters=parameters if isinstance(parameters, dict) else None,
    )
