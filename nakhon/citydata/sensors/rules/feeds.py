"""How a feed's answer becomes readings: JSON or CSV by the mapping of its definition. Pure."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nakhon.knowledge.dates import BANGKOK
from nakhon.knowledge.digits import arabic_digits
from nakhon.knowledge.text import Text

MOST_ROWS = 50_000


class AnswerFault(ValueError):
    """The answer as a whole cannot be read; ``text`` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(slots=True)
class FeedReading:
    """A station's values at a time, as the source has them: numbers by property code."""

    thing: str
    time: datetime
    values: dict[str, float]
    name_th: str = ""
    name_en: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(slots=True)
class Answer:
    """What was read, how many values were missing, and which rows could not be read (their place from 1, and why)."""

    readings: list[FeedReading] = field(default_factory=list)
    missing: int = 0
    faults: list[tuple[int, Text]] = field(default_factory=list)


def at_path(row: Any, path: str) -> Any:
    """The value at ``AQILast.PM25.value`` or ``0.stations``; None where there is none. An empty path is the row itself."""
    for part in path.split(".") if path else ():
        if isinstance(row, Mapping):
            row = row.get(part)
        elif isinstance(row, list) and part.isdigit() and int(part) < len(row):
            row = row[int(part)]
        else:
            return None
    return row


def _rows(body: Mapping[str, Any], raw: bytes) -> Iterator[Any]:
    if body["format"] == "json":
        try:
            found = at_path(json.loads(raw), body["mapping"]["rows"])
        except (ValueError, RecursionError):
            raise AnswerFault(Text("คำตอบไม่ใช่ JSON", "The answer is not JSON")) from None
        if isinstance(found, Mapping):
            found = [found]
        if not isinstance(found, list):
            raise AnswerFault(Text("ไม่พบรายการตามที่กำหนดใน mapping.rows", "There is no list where mapping.rows says"))
        yield from found
        return
    try:
        text = raw.decode("utf-8-sig" if body["encoding"] == "utf-8" else "cp874")
    except UnicodeDecodeError:
        raise AnswerFault(
            Text(f"คำตอบไม่ใช่รหัสตัวอักษร {body['encoding']}", f"The answer is not encoded in {body['encoding']}")
        ) from None
    yield from csv.DictReader(io.StringIO(text))


def _value_at(row: Any, path: str, form: str) -> Any:
    return row.get(path) if form == "csv" and isinstance(row, Mapping) else at_path(row, path)


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def read_number(value: Any) -> float | None:
    """A number as offices and services write them; None when it is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        return _finite(arabic_digits(str(value)).replace(",", "").strip())
    except ValueError:
        return None


def read_answer(body: Mapping[str, Any], raw: bytes) -> Answer:
    """Read an answer by a feed's definition. Raises ``AnswerFault`` when nothing of it can be read."""
    mapping, form, only = body["mapping"], body["format"], set(body["only"])
    answer = Answer()
    for place, row in enumerate(_rows(body, raw), start=1):
        if place > MOST_ROWS:
            answer.faults.append((place, Text("เกินจำนวนแถวที่รับ", "More rows than are taken")))
            break
        thing = str(_value_at(row, mapping["thing"], form) or "").strip()
        if not thing:
            answer.faults.append((place, Text("ไม่มีรหัสสถานี", "There is no station code")))
            continue
        if only and thing not in only:
            continue
        told = " ".join(str(_value_at(row, path, form) or "").strip() for path in mapping["time"])
        at = _time(told, mapping["time_format"])
        if at is None:
            answer.faults.append((place, Text(f"อ่านเวลา “{told[:40]}” ไม่ได้", f"The time “{told[:40]}” cannot be read")))
            continue
        values = _values(body, row, form, place, answer)
        if values:
            answer.readings.append(_reading(mapping, row, form, thing, at, values))
    return answer


def _values(body: Mapping[str, Any], row: Any, form: str, place: int, answer: Answer) -> dict[str, float]:
    found = {}
    for code, stream in body["streams"].items():
        value = _value_at(row, stream["field"], form)
        text = value.strip() if isinstance(value, str) else value
        number = read_number(text)
        if text is None or text in stream["missing"] or (number is not None and number in stream["missing"]):
            answer.missing += 1
        elif number is None:
            answer.faults.append(
                (place, Text(f"{code}: “{str(value)[:40]}” ไม่ใช่ตัวเลข", f"{code}: “{str(value)[:40]}” is not a number"))
            )
        else:
            found[code] = number
    return found


def _reading(
    mapping: Mapping[str, Any], row: Any, form: str, thing: str, at: datetime, values: dict[str, float]
) -> FeedReading:
    def text(name: str) -> str:
        path = mapping.get(name)
        return str(_value_at(row, path, form) or "").strip()[:200] if path else ""

    def degrees(name: str) -> float | None:
        path = mapping.get(name)
        return read_number(_value_at(row, path, form)) if path else None

    lon, lat = degrees("lon"), degrees("lat")
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        lon = lat = None
    return FeedReading(thing[:120], at, values, text("name_th"), text("name_en"), lon, lat)


def _time(told: str, form: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(told) if form == "iso" else datetime.strptime(told, form)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=BANGKOK)
