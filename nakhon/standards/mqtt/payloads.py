"""What devices write, read: JSON into readings. Refusals say what was wrong and what to send instead."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from nakhon.citydata.sensors.devices import DeviceSession
from nakhon.citydata.sensors.ingest import Reading
from nakhon.citydata.sensors.messages import NOT_A_TIME, Taken, read_time, reading_of, take_message, take_value
from nakhon.knowledge.text import Text
from nakhon.standards.mqtt.topics import Kind, Place

MOST = 1000
"""Readings in one message; more belong into several messages, or into a CSV over HTTP."""
_decode = msgspec.json.Decoder().decode
_MICROSECOND = timedelta(microseconds=1)


class Ack(msgspec.Struct):
    """A device's answer to the command with this number: done, refused (not ``ok``), or tried and ``failed``."""

    id: int
    ok: bool = True
    failed: bool = False
    result: Any = None


class Refused(ValueError):
    """The whole message cannot be used; ``text`` says why, in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


NOT_JSON = Text("ข้อความไม่ใช่ JSON ที่ถูกต้อง ส่งเป็น JSON เข้ารหัส UTF-8", "The message is not valid JSON; send JSON in UTF-8")
EMPTY = Text("ข้อความไม่มีค่าที่วัดได้", "The message holds no reading")
TOO_MANY = Text(
    f"ข้อความเดียวมีได้ไม่เกิน {MOST:,} ค่า แบ่งส่งหลายข้อความ", f"One message holds at most {MOST:,} readings; send several"
)
NO_RESULT = Text("การวัดไม่มี result", "The observation has no result")
NOT_AN_OBSERVATION = Text('การวัดต้องเป็นวัตถุ เช่น {"result": 31.2}', 'An observation is an object such as {"result": 31.2}')
NOT_YOUR_STREAM = Text(
    "กระแสข้อมูลนี้ไม่ใช่ของอุปกรณ์นี้ ดูหมายเลขที่หน้าอุปกรณ์", "This datastream is not this device's; see the numbers on its page"
)
NO_COMMAND = Text("ไม่มีคำสั่งเลขนี้ที่รอคำตอบ", "No command of this number waits for an answer")
BAD_ACK = Text(
    'การตอบรับต้องเป็น {"id": 12, "ok": true} และ id คือเลขของคำสั่ง',
    'An acknowledgement is {"id": 12, "ok": true}, where id is the command\'s number',
)


@dataclass(slots=True)
class Said:
    """The readings of one message. ``timeless``: some had no time of their own, and happened when they arrived."""

    readings: list[Reading] = field(default_factory=list)
    refused: list[Text] = field(default_factory=list)
    timeless: bool = False


def parse(payload: bytes) -> Any:
    """JSON as values. Raises ``Refused``."""
    try:
        return _decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused(NOT_JSON) from None


def parse_ack(payload: bytes) -> Ack:
    """A device's answer to a command. Raises ``Refused``."""
    try:
        return msgspec.json.decode(payload, type=Ack)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused(BAD_ACK) from None


def read(session: DeviceSession, place: Place, message: Any, at: datetime, marks: dict[str, Any] | None = None) -> Said:
    """The readings of a message that arrived at ``at``; ``marks`` go with those that had no time of their own.

    Raises ``Refused`` when the message as a whole cannot be used.
    """
    if isinstance(message, list) and len(message) > MOST:
        raise Refused(TOO_MANY)
    taken = _taken(session, place, message, at)
    if len(taken.readings) > MOST:
        raise Refused(TOO_MANY)
    if not taken.readings and not taken.refused:
        raise Refused(EMPTY)
    said = Said(refused=[reason for _, reason in taken.refused])
    last: dict[int, datetime] = {}
    for reading in taken.readings:
        if reading.time is not at:
            said.readings.append(reading)
            continue
        said.timeless = True
        moment = last[reading.datastream] + _MICROSECOND if reading.datastream in last else at
        last[reading.datastream] = moment
        if marks is not None or moment is not at:
            reading = msgspec.structs.replace(reading, time=moment, parameters=marks)
        said.readings.append(reading)
    return said


def _taken(session: DeviceSession, place: Place, message: Any, at: datetime) -> Taken:
    if place.kind is Kind.UP:
        return take_message(session, message, at)
    taken = Taken()
    for one in message if isinstance(message, list) else [message]:
        if place.kind is Kind.OBSERVATION:
            made = _observation(session, place.number, one, at)
            if isinstance(made, Text):
                taken.refused.append(("", made))
            else:
                taken.readings.append(made)
        elif isinstance(one, dict) and "v" in one:
            time = at if one.get("t") is None else read_time(one["t"])
            if time is None:
                taken.refused.append((place.code, NOT_A_TIME))
            else:
                take_value(session, place.code, one["v"], time, taken, unit=one.get("unit"))
        else:
            take_value(session, place.code, one, at, taken)
    return taken


def _observation(session: DeviceSession, number: int, said: Any, at: datetime) -> Reading | Text:
    """OGC 18-088, 8.2.6: phenomenonTime may be an interval; without one it is the time of arrival."""
    if not isinstance(said, dict):
        return NOT_AN_OBSERVATION
    if said.get("result") is None:
        return NO_RESULT
    found = next(((code, own) for code, own in session.streams.items() if own.number == number), None)
    if found is None:
        return NOT_YOUR_STREAM
    begins, _, ends = str(said.get("phenomenonTime") or "").partition("/")
    time = read_time(begins) if begins else at
    end = read_time(ends) if ends else None
    result_time = read_time(said["resultTime"]) if said.get("resultTime") is not None else None
    if time is None or (ends and end is None) or (said.get("resultTime") is not None and result_time is None):
        return NOT_A_TIME
    made = reading_of(found[1], found[0], said["result"], time)
    if isinstance(made, Text):
        return made
    parameters = said.get("parameters")
    if end is None and result_time is None and not isinstance(parameters, dict):
        return made
    about = parameters if isinstance(parameters, dict) else None
    return msgspec.structs.replace(made, end=end, result_time=result_time, parameters=about)
