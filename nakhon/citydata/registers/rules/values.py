"""Checks a record's properties against its register's schema and tells every fault by the property's title, in both languages."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from jsonschema_rs import ValidationError

from nakhon.citydata.registers.rules.shape import Shape
from nakhon.knowledge.text import Text

# Control characters are refused by PostgreSQL's jsonb or hide what a text says; new line and tab may stay.
_UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MOST_SHOWN = 12
_LONGEST = 60

Problems = dict[str, Text]

_TYPES = {
    "string": Text("ข้อความ", "a text"),
    "integer": Text("จำนวนเต็ม", "a whole number"),
    "number": Text("ตัวเลข", "a number"),
    "boolean": Text("ใช่หรือไม่ใช่ (true/false)", "yes or no (true/false)"),
    "array": Text("รายการของค่า", "a list of values"),
}
_FORMATS = {
    "date": Text("วันที่แบบ ปี ค.ศ.-เดือน-วัน เช่น 2026-04-10", "a date as year-month-day, such as 2026-04-10"),
    "date-time": Text("วันเวลา เช่น 2026-04-10T08:30:00+07:00", "a date and time, such as 2026-04-10T08:30:00+07:00"),
    "time": Text("เวลา เช่น 08:30:00+07:00", "a time, such as 08:30:00+07:00"),
    "email": Text("อีเมล เช่น somchai@example.com", "an e-mail address, such as somchai@example.com"),
    "uri": Text("ที่อยู่เว็บ เช่น https://example.com", "a web address, such as https://example.com"),
    "uuid": Text("รหัส UUID", "a UUID"),
}


def cleaned(data: Mapping[str, Any]) -> dict[str, Any]:
    """``data`` without empty values, and its texts in one Unicode form, trimmed, without characters that nobody sees."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, str):
            value = _text(value)
        elif isinstance(value, list | tuple):
            value = [
                inner for inner in (_text(v) if isinstance(v, str) else v for v in value) if inner not in (None, "")
            ]
        if value is None or value == "" or value == []:
            continue
        found[name] = value
    return found


def _text(value: str) -> str:
    # Plain ASCII, the commonest case by far, needs neither look.
    if value.isascii() and value.isprintable():
        return value.strip()
    return _UNSEEN.sub("", unicodedata.normalize("NFC", value)).strip()


def checked(shape: Shape, data: Mapping[str, Any], *, partial: bool = False) -> Problems:
    """What is wrong with the cleaned ``data``, by property; empty when nothing is. ``partial`` asks for no property."""
    unreal = {
        name: Text("ต้องเป็นจำนวนจริง ไม่ใช่ NaN หรืออนันต์", "It must be a real number, not NaN or infinity")
        for name, value in data.items()
        if isinstance(value, float) and not math.isfinite(value)
    }
    if unreal:
        return unreal
    if shape.validator.is_valid(data):
        return {}
    problems: Problems = {}
    for error in shape.validator.iter_errors(data):
        if partial and error.kind.name == "required":
            continue
        for name, text in _told(shape, error):
            problems.setdefault(name, text)
    return problems


def _told(shape: Shape, error: ValidationError) -> list[tuple[str, Text]]:
    kind = error.kind.name
    if kind == "required":
        missing = str(error.kind.as_dict()["property"])
        return [(missing, Text(f"ต้องกรอก{shape.name_of(missing).th}", f"{shape.name_of(missing).en} is required"))]
    if kind == "additionalProperties":
        return [(name, _unknown(shape, name)) for name in error.kind.as_dict()["unexpected"]]
    path = list(error.instance_path)
    name, keyword = str(path[0]) if path else "", str(error.schema_path[-1])
    return [(name, _about(shape, name, keyword, error, inside=len(path) > 1))]


def _unknown(shape: Shape, name: str) -> Text:
    known = ", ".join(list(shape.properties)[:_MOST_SHOWN])
    return Text(f"ทะเบียนนี้ไม่มีคุณสมบัติ “{name}” ที่มี: {known}", f"The register has no property “{name}”; there are: {known}")


def _about(shape: Shape, name: str, keyword: str, error: ValidationError, *, inside: bool) -> Text:
    found = shape.properties.get(name)
    rules = found.items if inside and found is not None and found.items is not None else found
    title = shape.name_of(name)
    limit = getattr(rules, keyword, None)
    got = _got(shape, name, error)
    if keyword == "type":
        wanted = _TYPES[getattr(rules, "type", "string")]
        return Text(f"{title.th}ต้องเป็น{wanted.th}{got[0]}",
                    f"{title.en} must be {wanted.en}{got[1]}")  # fmt: skip
    if keyword == "enum":
        choices = [shape.label(name, value) for value in (getattr(rules, "enum", None) or [])[:_MOST_SHOWN]]
        return Text(f"{title.th}ต้องเลือกจาก {', '.join(c.th for c in choices)}{got[0]}",
                    f"{title.en} must be one of {', '.join(c.en for c in choices)}{got[1]}")  # fmt: skip
    if keyword == "format":
        wanted = _FORMATS.get(str(limit), Text(str(limit), str(limit)))
        return Text(f"{title.th}ต้องเป็น{wanted.th}", f"{title.en} must be {wanted.en}")
    unit = f" {found.unit}" if found is not None and found.unit else ""
    said = {
        "minimum": (f"ต้องไม่น้อยกว่า {limit}{unit}", f"must be at least {limit}{unit}"),
        "maximum": (f"ต้องไม่เกิน {limit}{unit}", f"must be at most {limit}{unit}"),
        "exclusiveMinimum": (f"ต้องมากกว่า {limit}{unit}", f"must be more than {limit}{unit}"),
        "exclusiveMaximum": (f"ต้องน้อยกว่า {limit}{unit}", f"must be less than {limit}{unit}"),
        "multipleOf": (f"ต้องเป็นพหุคูณของ {limit}{unit}", f"must be a multiple of {limit}{unit}"),
        "minLength": (f"ต้องยาวอย่างน้อย {limit} ตัวอักษร", f"must have at least {limit} characters"),
        "maxLength": (f"ต้องยาวไม่เกิน {limit} ตัวอักษร", f"must have at most {limit} characters"),
        "pattern": (f"ไม่ตรงรูปแบบที่กำหนด ({limit})", f"does not have the form that is set ({limit})"),
        "minItems": (f"ต้องมีอย่างน้อย {limit} ค่า", f"must have at least {limit} values"),
        "maxItems": (f"ต้องมีไม่เกิน {limit} ค่า", f"must have at most {limit} values"),
        "uniqueItems": ("มีค่าซ้ำกัน", "names a value twice"),
    }.get(keyword)
    if said is None:
        return Text(f"{title.th}ไม่ถูกต้อง", f"{title.en} is not valid")
    return Text(f"{title.th}{said[0]}", f"{title.en} {said[1]}")


def _got(shape: Shape, name: str, error: ValidationError) -> tuple[str, str]:
    """What was found instead; never of a protected property, because refusals reach logs and reports."""
    value = error.instance
    if name in shape.protected or isinstance(value, dict | list):
        return "", ""
    shown = str(value)
    shown = shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
    return f" แต่พบ “{shown}”", f", but “{shown}” was found"
