"""From what offices type to what a schema asks for: each conversion beside what it refuses, and the remedy."""

from __future__ import annotations

from typing import Any

import pytest

from nakhon.citydata.registers.importing.values import BadValue, converter_of

LABELS = {"led": {"th": "แอลอีดี", "en": "LED lamp"}, "hps": {"th": "โซเดียม", "en": "Sodium"}}
MOMENT = {"type": "string", "format": "date-time"}
DATE = {"type": "string", "format": "date"}


@pytest.mark.parametrize(
    ("schema", "written", "made"),
    [
        ({"type": "integer"}, "๑,๒๕๐", 1250),
        ({"type": "integer"}, " 100 ", 100),
        ({"type": "integer"}, 100.0, 100),
        ({"type": "integer", "unit": "W"}, "100 W", 100),
        ({"type": "integer"}, "ไม่มี", None),
        ({"type": "integer"}, "-", None),
        ({"type": "integer"}, "−5", -5),
        ({"type": "number"}, "1,250.50", 1250.5),
        ({"type": "number"}, "1.5e3", 1500),
        ({"type": "number", "unit": "%"}, "45%", 45),
        ({"type": "number"}, 8.25, 8.25),
        ({"type": "boolean"}, "ใช่", True),
        ({"type": "boolean"}, "ไม่มี", False),
        ({"type": "boolean"}, "มี", True),
        ({"type": "boolean"}, 0, False),
        ({"type": "boolean"}, "๑", True),
        ({"type": "boolean"}, True, True),
        (DATE, "15/01/2569", "2026-01-15"),
        (DATE, "๑๕ ม.ค. ๒๕๖๙", "2026-01-15"),
        (DATE, "2569-01-15", "2026-01-15"),
        (DATE, "2026-01-15", "2026-01-15"),
        (DATE, "2566-03-01T00:00:00", "2023-03-01"),
        (DATE, "29/02/2567", "2024-02-29"),
        (MOMENT, "10/04/2569 15:30 น.", "2026-04-10T15:30:00+07:00"),
        (MOMENT, "2026-04-10T08:30:00Z", "2026-04-10T08:30:00+00:00"),
        (MOMENT, "2026-04-10 15:30:00", "2026-04-10T15:30:00+07:00"),
        (MOMENT, "10/04/2569", "2026-04-10T00:00:00+07:00"),
        ({"type": "string", "format": "time"}, "9.05 น.", "09:05:00+07:00"),
        ({"type": "string"}, 812345678, "812345678"),
        ({"type": "string"}, "  โคมไฟ ", "โคมไฟ"),
        ({"type": "string"}, "'=1+1", "=1+1"),
        ({"type": "string"}, "'อ้าง", "'อ้าง"),
        ({"type": "string"}, "-", None),
        ({"type": "string", "enum": ["led", "hps"], "labels": LABELS}, "แอลอีดี", "led"),
        ({"type": "string", "enum": ["led", "hps"], "labels": LABELS}, "led LAMP", "led"),
        ({"type": "string", "enum": ["led", "hps"], "labels": LABELS}, "HPS", "hps"),
        ({"type": "string", "enum": ["led", "hps"]}, "-", None),
        ({"type": "integer", "enum": [40, 100]}, "100.0", 100),
        ({"type": "integer", "enum": [40, 100]}, "๑๐๐", 100),
        ({"type": "array", "items": {"type": "string"}}, "ก; ข, ค", ["ก", "ข", "ค"]),
        ({"type": "array", "items": {"type": "integer"}}, "[1, 2]", [1, 2]),
        ({"type": "array", "items": {"type": "integer"}}, [1, "2"], [1, 2]),
    ],
)
def test_what_is_understood(schema: dict[str, Any], written: Any, made: Any) -> None:
    assert converter_of(schema)(written) == made
    assert type(converter_of(schema)(written)) is type(made)


@pytest.mark.parametrize(
    ("schema", "written", "remedy"),
    [
        ({"type": "integer"}, "abc", "1,250.5"),
        ({"type": "integer"}, "1,2,3", "1,250.5"),
        ({"type": "integer"}, "12 บาท", "1,250.5"),
        ({"type": "integer", "unit": "W"}, "0.1 kW", "1,250.5"),
        ({"type": "integer"}, "12.5", "whole number"),
        ({"type": "integer"}, True, "not a number"),
        ({"type": "number"}, float("inf"), "finite"),
        ({"type": "number"}, "1e999", "large"),
        ({"type": "boolean"}, "บางที", "yes/no"),
        (DATE, "31/02/2569", "day/month/year"),
        (DATE, "29/02/2566", "day/month/year"),
        (DATE, "15/01/69", "four"),
        (DATE, "2569", "day or month"),
        (DATE, 45000, "15/01/2569"),
        (DATE, "เมื่อวาน", "15/01/2569"),
        (MOMENT, "10/04/2569 25:30", "time"),
        ({"type": "string", "format": "time"}, "25:00", "15:30"),
        ({"type": "string", "enum": ["led"], "labels": LABELS}, "หลอดไส้", "แอลอีดี"),
        ({"type": "string"}, "#REF!", "formula"),
        ({"type": "array", "items": {"type": "integer"}}, "1; สอง", "1,250.5"),
    ],
)
def test_what_is_refused_says_what_to_write(schema: dict[str, Any], written: Any, remedy: str) -> None:
    with pytest.raises(BadValue) as caught:
        converter_of(schema)(written)
    assert remedy in caught.value.reason.en
    assert caught.value.reason.th
