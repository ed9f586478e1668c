"""From what an office typed to what the register's schema asks for, or the reason why not and what to write instead. Pure."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from nakhon.knowledge import dates
from nakhon.knowledge.digits import arabic_digits, parse_number
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text

Converter = Callable[[Any], Any]

MISSING = frozenset({"", "-", "--", "–", "—", "n/a", "na", "null", "none", "nan", "ไม่ระบุ", "ไม่ทราบ", "ไม่มีข้อมูล"})
_MISSING_NUMBER = MISSING | {"ไม่มี"}
TRUE = frozenset({"ใช่", "มี", "จริง", "ถูก", "ใช้", "true", "yes", "y", "t", "1", "x", "✓", "✔", "/"})
FALSE = frozenset({"ไม่ใช่", "ไม่มี", "เท็จ", "ไม่", "ไม่ใช้", "false", "no", "n", "f", "0", "✗", "✘"})
_SHEET_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
_EXPONENT = re.compile(r"^[+-]?\d+(\.\d+)?[eE][+-]?\d{1,3}$")
_GUARDED = re.compile(r"^'[=+\-@\t\r]")
_TWO_DIGIT_YEAR = re.compile(r"(?:^|[\s/.\-])(\d{2})\s*$")
_DAY_FIRST_PARTS = re.compile(r"^\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{2}$")
_CLOCK = re.compile(r"^(?P<day>.+?)[,\s]+(?:เวลา\s*)?(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2}))?\s*(?:น\.?)?$")
_ISO_MOMENT = re.compile(r"^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?$")
_SPLIT = re.compile(r"\s*[;|,]\s*")
_NOT_SEEN = object()
_SHORT, _MOST_SEEN = 60, 8000
_UNCHANGING = (str, int, float, type(None))


class BadValue(Exception):
    """A value that the schema cannot take. ``reason`` says what is wrong and what to write instead."""

    def __init__(self, th: str, en: str) -> None:
        super().__init__(en)
        self.reason = Text(th, en)


def quoted(value: Any) -> str:
    """The value as it is shown back, short."""
    shown = str(value)
    return f"“{shown[:60]}…”" if len(shown) > 60 else f"“{shown}”"


def converter_of(schema: Mapping[str, Any]) -> Converter:
    """``function(value) -> value`` for one property; None means that nothing was given. It raises ``BadValue``."""
    chosen = _choices(schema)
    kind = _kind(schema)
    seen: dict[str, Any] = {}
    unit = str(schema.get("unit") or "")
    inner: Converter
    if kind == "integer":
        inner = lambda value: _integer(value, unit)  # noqa: E731
    elif kind == "number":
        inner = lambda value: _number(value, unit)  # noqa: E731
    elif kind == "boolean":
        inner = _boolean
    elif kind == "array":
        one = converter_of(schema.get("items") or {})
        inner = lambda value: _array(value, one)  # noqa: E731
    elif kind == "object":
        inner = _object
    elif kind == "string":
        inner = {"date": _date, "date-time": _moment, "time": _time}.get(str(schema.get("format")), _string)
    else:
        inner = _as_it_is
    missing = _MISSING_NUMBER if kind in ("integer", "number") else MISSING

    def convert(value: Any) -> Any:
        # The texts of a column come again and again; only what cannot be changed afterwards is kept.
        if type(value) is not str or kind == "array":
            return decide(value)
        made = seen.get(value, _NOT_SEEN)
        if made is _NOT_SEEN:
            made = decide(value)
            if len(value) <= _SHORT and isinstance(made, _UNCHANGING):
                if len(seen) >= _MOST_SEEN:
                    seen.clear()
                seen[value] = made
        return made

    def decide(value: Any) -> Any:
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return None
        if isinstance(value, str):
            value = value.strip().strip("\u200b\ufeff")
            if value in _SHEET_ERRORS:
                raise BadValue(
                    f"ช่องแสดงข้อผิดพลาดของสูตร {value} โปรดแก้สูตรหรือพิมพ์ค่าจริง",
                    f"The cell shows the formula error {value}: mend the formula or type the value",
                )
            if chosen is None and value.lower() in missing:
                return None
            if chosen is not None and not value:
                return None
        if chosen is not None:
            return _chosen(value, chosen, inner, missing)
        return inner(value)

    return convert


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "")
    if not kind and "enum" in schema:
        kinds = {type(value) for value in schema["enum"]}
        return "string" if kinds == {str} else ""
    return str(kind or "")


def _choices(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """What may be written for each value of an enumeration: the value itself, and its labels in either language."""
    found: dict[str, Any] = {}
    labels = schema.get("labels") or {}
    for value in schema.get("enum") or ():
        found.setdefault(_plain(value), value)
        label = labels.get(str(value)) if isinstance(labels, Mapping) else None
        for word in label.values() if isinstance(label, Mapping) else [label] if label else []:
            found.setdefault(_plain(word), value)
    for one in [*(schema.get("oneOf") or ()), *(schema.get("anyOf") or ())]:
        if isinstance(one, Mapping) and "const" in one:
            for word in (one["const"], one.get("title"), one.get("th")):
                if word is not None:
                    found.setdefault(_plain(word), one["const"])
    return found or None


def _plain(word: Any) -> str:
    return " ".join(arabic_digits(str(word)).split()).lower()


def _chosen(value: Any, choices: dict[str, Any], inner: Converter, missing: frozenset[str]) -> Any:
    if _plain(value) in choices:
        return choices[_plain(value)]
    if isinstance(value, str) and value.lower() in missing:
        return None
    try:
        made = inner(value)
    except BadValue:
        made = None
    if made is not None and _plain(made) in choices:
        return choices[_plain(made)]
    words = ", ".join(list(choices)[:12])
    raise BadValue(f"ไม่มีตัวเลือก {quoted(value)} เลือกจาก {words}", f"{quoted(value)} is no choice: write one of {words}")


def _decimal(value: Any, unit: str) -> Decimal:
    if isinstance(value, bool):
        raise BadValue(f"{quoted(value)} ไม่ใช่ตัวเลข", f"{quoted(value)} is not a number")
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise BadValue("ค่าไม่ใช่จำนวนจำกัด", "The value is not a finite number")
        return Decimal(repr(value))
    text = arabic_digits(str(value)).strip().replace("\u00a0", " ").replace("−", "-")
    if unit and text.lower().endswith(unit.lower()):
        text = text[: -len(unit)].strip()
    try:
        return Decimal(text) if _EXPONENT.match(text) else parse_number(text)
    except KnowledgeError:
        raise BadValue(
            f"{quoted(value)} ไม่ใช่ตัวเลข เขียนเฉพาะตัวเลข เช่น 1,250.5",
            f"{quoted(value)} is not a number: write digits only, such as 1,250.5",
        ) from None


def _integer(value: Any, unit: str) -> int:
    if type(value) is int and abs(value) <= 10**18:
        return value
    number = _decimal(value, unit)
    if abs(number) > 10**18:
        raise BadValue(f"{quoted(value)} มากเกินไป", f"{quoted(value)} is too large")
    if number != number.to_integral_value():
        raise BadValue(f"{quoted(value)} ต้องเป็นจำนวนเต็ม เช่น 12", f"{quoted(value)} must be a whole number, such as 12")
    return int(number)


def _number(value: Any, unit: str) -> float | int:
    if (type(value) is float or type(value) is int) and abs(value) < 2**53:
        whole = int(value)
        return whole if whole == value else value
    number = _decimal(value, unit)
    made = float(number)
    if not math.isfinite(made):
        raise BadValue(f"{quoted(value)} มากเกินไป", f"{quoted(value)} is too large")
    return int(number) if number == number.to_integral_value() and abs(number) < 2**53 else made


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = _plain(value).removesuffix(".0")
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise BadValue(
        f"{quoted(value)} ไม่ใช่คำตอบใช่หรือไม่ใช่ เขียน ใช่/ไม่ใช่ หรือ 1/0",
        f"{quoted(value)} is neither yes nor no: write yes/no or 1/0",
    )


def _string(value: Any) -> str:
    if isinstance(value, bool):
        return "ใช่" if value else "ไม่ใช่"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    return text[1:] if _GUARDED.match(text) else text


def _read_date(value: Any) -> Any:
    if isinstance(value, int | float):
        raise BadValue(
            f"{quoted(value)} เป็นตัวเลข ไม่ใช่วันที่ จัดรูปแบบคอลัมน์เป็นวันที่ หรือเขียน 15/01/2569",
            f"{quoted(value)} is a number, not a date: format the column as a date or write 15/01/2569",
        )
    text = arabic_digits(str(value)).strip()
    try:
        found = dates.parse(text)
    except KnowledgeError as error:
        raise BadValue(f"{error.message.th} {error.remedy.th}", f"{error.message.en}: {error.remedy.en}") from None
    if found.precision is not dates.DatePrecision.DAY:
        raise BadValue(
            f"{quoted(value)} ไม่มีวันหรือเดือน เขียนให้ครบ เช่น 15/01/2569",
            f"{quoted(value)} lacks the day or month: write all, such as 15/01/2569",
        )
    if _DAY_FIRST_PARTS.match(text) or (_TWO_DIGIT_YEAR.search(text) and found.ambiguous):
        raise BadValue(
            f"{quoted(value)} มีปีเพียงสองหลัก จึงไม่รู้ว่าเป็น พ.ศ. หรือ ค.ศ. เขียนปีสี่หลัก เช่น 15/01/2569",
            f"{quoted(value)} has a year of two digits, B.E. or CE: write four, such as 15/01/2569",
        )
    return found.value


def _date(value: Any) -> str:
    if isinstance(value, str) and (found := _ISO_MOMENT.match(arabic_digits(value.strip()))):
        return str(_read_date("-".join(found.groups()[:3])).isoformat())
    return str(_read_date(value).isoformat())


def _moment(value: Any) -> str:
    """RFC 3339; a time without a zone is Bangkok's."""
    text = arabic_digits(str(value)).strip()
    if found := _ISO_MOMENT.match(text):
        day = _read_date("-".join(found.groups()[:3]))
        zone = found.group(5) or ""
        made = datetime.fromisoformat(f"{day.isoformat()}T{found.group(4)}{zone.replace('Z', '+00:00')}")
        return (made if made.tzinfo else made.replace(tzinfo=dates.BANGKOK)).isoformat()
    if isinstance(value, str) and (clock := _CLOCK.match(text)):
        try:
            at = time(int(clock["h"]), int(clock["m"]), int(clock["s"] or 0))
        except ValueError:
            raise BadValue(
                f"เวลา {quoted(value)} ไม่ถูกต้อง เช่น 15:30", f"The time {quoted(value)} is not valid"
            ) from None
        return datetime.combine(_read_date(clock["day"]), at, dates.BANGKOK).isoformat()
    return datetime.combine(_read_date(value), time(0), dates.BANGKOK).isoformat()


def _time(value: Any) -> str:
    found = re.fullmatch(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*(?:น\.?)?", arabic_digits(str(value)).strip())
    try:
        if found:
            return f"{time(int(found[1]), int(found[2]), int(found[3] or 0)).isoformat()}+07:00"
    except ValueError:
        pass
    raise BadValue(f"เวลา {quoted(value)} ไม่ถูกต้อง เขียนเช่น 15:30", f"The time {quoted(value)} is not valid: write 15:30")


def _array(value: Any, one: Converter) -> list[Any]:
    if isinstance(value, str) and value.startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            value = _SPLIT.split(value.strip("[]"))
    items = value if isinstance(value, list) else _SPLIT.split(str(value))
    return [made for item in items if (made := one(item)) is not None]


def _object(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            value = None
    if not isinstance(value, dict):
        raise BadValue("ค่าต้องเป็นออบเจ็กต์ JSON", "The value must be a JSON object")
    return value


def _as_it_is(value: Any) -> Any:
    return value
