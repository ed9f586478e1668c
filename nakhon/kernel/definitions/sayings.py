"""How each sort of problem with a value is said, in Thai and English, with the remedy that fits the value at hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nakhon.kernel.definitions.faults import Path
from nakhon.kernel.definitions.shapes import Schema, at, description_at, keys_at, listed, nearest
from nakhon.knowledge.text import Text

_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_LONG = 40


@dataclass(frozen=True, slots=True)
class Problem:
    """One pydantic error in its place: its type and values, the value found, the path, and the schema of the document."""

    type: str
    ctx: Mapping[str, Any]
    got: Any
    path: Path
    root: Schema
    written: str = ""

    @property
    def field(self) -> str:
        last = self.path[-1] if self.path else ""
        return f"[{last}]" if isinstance(last, int) else str(last)


Said = tuple[Text, Text]


def shown(value: Any) -> Text:
    """A value as a reader knows it from the file, with its type."""
    if value is None:
        return Text("ค่าว่าง", "nothing")
    if isinstance(value, bool):
        return Text(f"ค่าจริง/เท็จ {str(value).lower()}", f"the truth value {str(value).lower()}")
    if isinstance(value, int | float):
        return Text(f"ตัวเลข {value}", f"the number {value}")
    if isinstance(value, str):
        short = value if len(value) <= _LONG else value[:_LONG] + "…"
        return Text(f"ข้อความ “{short}”", f"the text “{short}”")
    if isinstance(value, list):
        return Text(f"รายการ {len(value)} ค่า", f"a list of {len(value)}")
    return Text("กลุ่มของช่อง", "a group of keys")


def expected(what: Text, remedy: Text) -> Callable[[Problem], Said]:
    def say(problem: Problem) -> Said:
        got = shown(problem.got)
        return Text(f"ต้องเป็น{what.th} แต่พบ{got.th}", f"{what.en} is expected, but this is {got.en}"), remedy

    return say


def string(problem: Problem) -> Said:
    message = Text("ต้องเป็นข้อความ", "A text is expected")
    got = problem.got
    if got is None:
        return Text("ช่องนี้ว่าง", "There is no value here"), Text(
            "เติมข้อความหลังเครื่องหมาย : หรือลบทั้งบรรทัด", "Write a text after the colon, or delete the whole line"
        )
    written = problem.written or json.dumps(got, ensure_ascii=False)
    if isinstance(got, list):
        return (
            Text(f"{message.th} แต่พบรายการ {len(got)} ค่า", f"{message.en}, but this is a list of {len(got)}"),
            Text("เขียนเป็นข้อความเดียว ไม่ใช้เครื่องหมาย - หรือ [ ]", "Write one text, without dashes or square brackets"),
        )
    if isinstance(got, dict):
        return (
            Text(f"{message.th} แต่พบกลุ่มของช่อง", f"{message.en}, but this is a group of keys"),
            Text(
                "เขียนเป็นข้อความเดียว หากมีเครื่องหมาย : ในข้อความให้ใส่เครื่องหมายคำพูด",
                "Write one text; put it in quotes if it holds a colon",
            ),
        )
    return (
        Text(f"{message.th} แต่พบ{shown(got).th}", f"{message.en}, but this is {shown(got).en}"),
        Text(f'ใส่เครื่องหมายคำพูด: "{written}"', f'Put it in quotes: "{written}"'),
    )


def number(what: Text, example: str) -> Callable[[Problem], Said]:
    def say(problem: Problem) -> Said:
        got = problem.got
        message = Text(f"ต้องเป็น{what.th} แต่พบ{shown(got).th}", f"{what.en} is expected, but this is {shown(got).en}")
        if isinstance(got, str):
            plain = re.sub(r"[,_\s]|บาท|คน", "", got.translate(_THAI_DIGITS))
            if re.fullmatch(r"[-+]?\d+(\.\d+)?", plain):
                return message, Text(
                    f"เขียนเป็นเลขอารบิก ไม่มีจุลภาค หน่วย หรือเครื่องหมายคำพูด: {plain}",
                    f"Write plain digits, without commas, units or quotes: {plain}",
                )
        if isinstance(got, float):
            return message, Text(
                f"เขียนเป็นจำนวนเต็ม เช่น {round(got)}", f"Write a whole number, for instance {round(got)}"
            )
        return message, Text(f"เขียนเป็นตัวเลข เช่น {example}", f"Write a number, for instance {example}")

    return say


def bool_(problem: Problem) -> Said:
    meant = {
        "yes": "true",
        "on": "true",
        "y": "true",
        "ใช่": "true",
        "no": "false",
        "off": "false",
        "n": "false",
        "ไม่": "false",
        "ไม่ใช่": "false",
        "1": "true",
        "0": "false",
    }.get(str(problem.got).strip().lower())
    message = Text(
        f"ต้องเป็น true หรือ false แต่พบ{shown(problem.got).th}",
        f"true or false is expected, but this is {shown(problem.got).en}",
    )
    if meant:
        return message, Text(f"เขียนว่า {meant}", f"Write {meant}")
    return message, Text("เขียน true (ใช่) หรือ false (ไม่ใช่) โดยไม่ใส่เครื่องหมายคำพูด", "Write true or false, without quotes")


def missing(problem: Problem) -> Said:
    field = problem.field
    described = description_at(problem.root, problem.path)
    known = [schema.get("const") for schema in at(problem.root, problem.path)]
    example = f": {known[0]}" if known and known[0] else ": …"
    what = f" ({described.th})" if described else "", f" ({described.en})" if described else ""
    return (
        Text(f"ขาดช่อง “{field}”{what[0]}", f"The key “{field}” is missing{what[1]}"),
        Text(f"เพิ่มบรรทัด {field}{example} ในกลุ่มนี้", f"Add a line {field}{example} to this group"),
    )


def extra(problem: Problem) -> Said:
    field = problem.field
    known = keys_at(problem.root, problem.path[:-1])
    meant = nearest(field, known)
    message = Text(f"ไม่รู้จักช่อง “{field}”", f"The key “{field}” is not known here")
    if meant:
        return message, Text(
            f"หมายถึง “{meant}” หรือไม่ ช่องที่ใช้ได้: {listed(known)}",
            f"Did you mean “{meant}”? Keys that can be used: {listed(known)}",
        )
    return message, Text(
        f"ลบบรรทัดนี้ หรือใช้ช่องใดช่องหนึ่ง: {listed(known)}", f"Delete this line, or use one of: {listed(known)}"
    )


def choice(problem: Problem) -> Said:
    if problem.got is None:
        return string(problem)[0], allowed(problem, Text("เติมค่าหลังเครื่องหมาย : ", "Write a value after the colon. "))
    got = shown(problem.got)
    message = Text(f"ใช้{got.th} ไม่ได้ในช่องนี้", f"{got.en[0].upper()}{got.en[1:]} cannot be used here")
    return message, allowed(problem, None)


def allowed(problem: Problem, lead: Text | None) -> Text:
    allowed: list[Any] = []
    for schema in at(problem.root, problem.path):
        allowed += schema.get("enum", [schema["const"]] if "const" in schema else [])
    meant = nearest(str(problem.got), [str(value) for value in allowed])
    if meant:
        lead = Text(f"หมายถึง “{meant}” หรือไม่ ", f"Did you mean “{meant}”? ")
    hint = (lead.th, lead.en) if lead else ("", "")
    return Text(f"{hint[0]}ค่าที่ใช้ได้: {listed(allowed)}", f"{hint[1]}Values that can be used: {listed(allowed)}")


def pattern(problem: Problem) -> Said:
    described = description_at(problem.root, problem.path)
    got, pattern = shown(problem.got), problem.ctx["pattern"]
    message = Text(
        f"{got.th} ไม่ตรงรูปแบบที่กำหนด", f"{got.en[0].upper()}{got.en[1:]} does not have the form that is asked"
    )
    if described is None:
        return message, Text(f"เขียนตามรูปแบบ {pattern}", f"Write it in the form {pattern}")
    return message, Text(f"{described.th} (รูปแบบ {pattern})", f"{described.en} (form {pattern})")


def group(problem: Problem) -> Said:
    got = shown(problem.got)
    message = Text(f"ต้องเป็นกลุ่มของช่อง (ชื่อ: ค่า) แต่พบ{got.th}", f"A group of keys is expected, but this is {got.en}")
    keys = keys_at(problem.root, problem.path)
    if keys == ["th", "en"] and isinstance(problem.got, str):
        line = f"{problem.field}: {{th: {problem.got}, en: …}}"
        return message, Text(f"เขียนทั้งสองภาษา: {line}", f"Write both languages: {line}")
    return message, Text(
        f"ขึ้นบรรทัดใหม่แล้วเขียนแต่ละช่องเป็น ชื่อ: ค่า โดยย่อหน้าเข้าไป ช่องที่ใช้ได้: {listed(keys)}",
        f"Break the line and write each key as name: value, indented. Keys that can be used: {listed(keys)}",
    )


def list_(problem: Problem) -> Said:
    got = shown(problem.got)
    message = Text(f"ต้องเป็นรายการ แต่พบ{got.th}", f"A list is expected, but this is {got.en}")
    if isinstance(problem.got, str) and problem.got.startswith("-"):
        return message, Text("เว้นวรรคหลังเครื่องหมาย - ของแต่ละบรรทัด", "Leave a space after the dash of each line")
    return message, Text(
        "เขียนแต่ละค่าในบรรทัดของตน ขึ้นต้นด้วย - หรือเขียน [ค่า, ค่า]",
        "Write each value on a line of its own after a dash, or write [value, value]",
    )


def own(problem: Problem) -> Said:
    ctx = problem.ctx
    return Text(ctx["th"], ctx["en"]), Text(ctx["remedy_th"], ctx["remedy_en"])


def plain(th: str, en: str, remedy_th: str, remedy_en: str) -> Callable[[Problem], Said]:
    def say(problem: Problem) -> Said:
        values = {**problem.ctx, "got_th": shown(problem.got).th, "got_en": shown(problem.got).en}
        return Text(th.format(**values), en.format(**values)), Text(
            remedy_th.format(**values), remedy_en.format(**values)
        )

    return say


DATE = expected(
    Text("วันที่", "A date"),
    Text("เขียนเป็น ปี-เดือน-วัน แบบ ค.ศ. เช่น 2026-04-10", "Write year-month-day, common era, for instance 2026-04-10"),
)
TIME = expected(
    Text("เวลา", "A time of day"),
    Text(
        'เขียนแบบ 24 ชั่วโมงในเครื่องหมายคำพูด เช่น "08:30"', 'Write it by the 24-hour clock in quotes, for instance "08:30"'
    ),
)
MOMENT = expected(
    Text("วันและเวลา", "A date with its time"),
    Text("เขียนเป็น 2026-04-10T15:30:00+07:00", "Write it as 2026-04-10T15:30:00+07:00"),
)
SPAN = expected(
    Text("ระยะเวลาแบบ ISO 8601", "An ISO 8601 duration"),
    Text("เขียนเป็น เช่น P30D (30 วัน) หรือ PT72H (72 ชั่วโมง)", "Write it as P30D (30 days) or PT72H (72 hours)"),
)
URL = expected(
    Text("ที่อยู่เว็บ", "A web address"),
    Text("เขียนให้ครบ เช่น https://www.example.go.th", "Write it in full, for instance https://www.example.go.th"),
)
UUID = expected(Text("รหัส UUID", "A UUID"), Text("ตรวจรหัสอีกครั้ง", "Check the id again"))
INT = number(Text("จำนวนเต็ม", "A whole number"), "25")
FLOAT = number(Text("ตัวเลข", "A number"), "25.5")
FILE = plain("ข้อมูลอ่านไม่ได้", "The value cannot be read", "เขียนส่วนนี้ใหม่", "Write this part again")
UNION = plain(
    "{got_th} ไม่ตรงกับรูปแบบใดที่ใช้ได้ในช่องนี้",
    "This is {got_en}, which is none of the forms that can stand here",
    "ดูรูปแบบที่ใช้ได้ในเอกสารของชนิดนี้ (docs/reference/definitions)",
    "See this kind's page for the forms (docs/reference/definitions)",
)
