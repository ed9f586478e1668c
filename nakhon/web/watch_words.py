"""A watch in plain words, in both languages, and the lines that its condition draws on a chart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nakhon.citydata.watches.types import WatchRow
from nakhon.knowledge.text import Text
from nakhon.web.standing import symbol

_UNITS = {"s": ("วินาที", "second"), "m": ("นาที", "minute"), "h": ("ชั่วโมง", "hour"), "d": ("วัน", "day")}
_SIMPLE = re.compile(r"\s*value\s*(>=|<=|>|<|==)\s*(-?\d+(?:\.\d+)?)\s*")
_SIGNS = {
    ">": ("มากกว่า", "is above"), ">=": ("ตั้งแต่", "is at least"), "<": ("น้อยกว่า", "is below"),
    "<=": ("ไม่เกิน", "is at most"), "==": ("เท่ากับ", "equals"),
}  # fmt: skip


def span(code: str) -> Text:
    """``24h`` as "24 ชั่วโมง" and "24 hours"."""
    number, unit = code[:-1], code[-1]
    th, en = _UNITS[unit]
    return Text(f"{number} {th}", f"{number} {en}{'' if number == '1' else 's'}")


def _condition(code: str, unit: str) -> Text:
    """``value > 37.5`` in words; a condition that is more than one comparison stays as it is written."""
    found = _SIMPLE.fullmatch(code)
    if found is None:
        return Text(f"ตรงตามเงื่อนไข {code}", f"meets {code}")
    th, en = _SIGNS[found[1]]
    of = f" {symbol(unit)}" if unit else ""
    return Text(f"{th} {found[2]}{of}", f"{en} {found[2]}{of}")


def sentence(row: WatchRow, kind: Text, what: Text, unit: str) -> Text:
    """When the watch opens an alert: "เมื่อค่าเฉลี่ย 24 ชั่วโมงของ PM2.5 มากกว่า 37.5 µg/m³ ต่อเนื่อง 1 ชั่วโมง"."""
    when: Mapping[str, Any] = row.body["when"]
    condition = _condition(when["condition"], unit) if when.get("condition") else None
    th, en = _measured(when, what, condition)
    lasting = row.body.get("for")
    if lasting:
        long = span(lasting)
        th, en = f"{th} ต่อเนื่อง {long.th}", f"{en} for {long.en}"
    return Text(f"แจ้งเตือนเมื่อ{th} ที่{kind.th}แห่งใดแห่งหนึ่ง", f"Alerts when {en}, at any {kind.en.lower()}")


def _measured(when: Mapping[str, Any], what: Text, condition: Text | None) -> tuple[str, str]:
    is_th, is_en = (f" {condition.th}", f" {condition.en}") if condition else ("", "")
    what = Text(f" “{what.th}”", f"“{what.en}”")
    if when.get("average"):
        long = span(when["average"])
        return f"ค่าเฉลี่ย {long.th} ของ{what.th}{is_th}", f"the {long.en.rstrip('s')} mean of {what.en}{is_en}"
    if when.get("sum"):
        long = span(when["sum"])
        return f"ผลรวม {long.th} ของ{what.th}{is_th}", f"the sum of {what.en} over {long.en}{is_en}"
    if when.get("rate"):
        long = span(when["rate"].removeprefix("per ").strip())
        return f"การเปลี่ยนแปลงของ{what.th}ใน {long.th}{is_th}", f"the change of {what.en} in {long.en}{is_en}"
    if when.get("silence"):
        long = span(when["silence"])
        return f"ไม่ได้รับข้อมูลนานเกิน {long.th}", f"nothing is heard for longer than {long.en}"
    if when.get("inside"):
        register = when["inside"]["register"]
        more_th, more_en = (f" และ{what.th}{is_th}", f" and {what.en}{is_en}") if condition else ("", "")
        return f"อยู่ในพื้นที่ของทะเบียน {register}{more_th}", f"it lies inside an area of the register {register}{more_en}"
    if when.get("repetition"):
        again = when["repetition"]
        long = span(again["within"])
        return (
            f"{what.th}{is_th} ตั้งแต่ {again['count']} ครั้งภายใน {long.th}",
            f"{what.en}{is_en} {again['count']} times or more within {long.en}",
        )
    return f"{what.th}{is_th}", f"{what.en}{is_en}"


def ending(row: WatchRow, unit: str) -> Text:
    """When an alert of the watch ends by itself."""
    clear: Mapping[str, Any] = row.body.get("clear") or {}
    lasting = span(clear["for"]) if clear.get("for") else None
    th, en = "เงื่อนไขไม่เป็นจริงแล้ว", "the condition no longer holds"
    if row.measure == "silence":
        th, en = "ได้รับข้อมูลอีกครั้ง", "something is heard again"
    elif clear.get("condition"):
        said = _condition(clear["condition"], unit)
        th, en = f"ค่า{said.th}", f"the value {said.en}"
    more_th, more_en = (f" ต่อเนื่อง {lasting.th}", f" for {lasting.en}") if lasting else ("", "")
    return Text(f"สิ้นสุดเมื่อ{th}{more_th}", f"Ends when {en}{more_en}")


def lines(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The levels that a chart marks: where the alert opens, and where it ends if that lies elsewhere."""
    found: list[dict[str, Any]] = []
    opens = _SIMPLE.fullmatch(body["when"].get("condition") or "")
    if opens is not None:
        name = Text("เริ่มแจ้งเตือน", "Opens")
        found.append({"name": name, "value": float(opens[2]), "tone": "danger"})
    closes = _SIMPLE.fullmatch((body.get("clear") or {}).get("condition") or "")
    if closes is not None:
        found.append({"name": Text("สิ้นสุด", "Ends"), "value": float(closes[2]), "tone": "success"})
    return found


def lasted(seconds: float) -> Text:
    """A length of time as people say it: "2 วัน 5 ชั่วโมง"."""
    minutes = max(0, round(seconds / 60))
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (left, "m")]
    said = [span(f"{number}{unit}") for number, unit in parts if number][:2]
    if not said:
        return Text("ไม่ถึง 1 นาที", "under a minute")
    return Text(" ".join(one.th for one in said), " ".join(one.en for one in said))
