"""What is wrong with one input, in Thai and English, from what pydantic found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nakhon.kernel.errors import NakhonError
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text

_WRONG = Text("ค่านี้ไม่ถูกต้อง", "This value is not valid")

_WORDS: Mapping[str, Text] = {
    "missing": Text("ต้องกรอก", "This is required"),
    "extra_forbidden": Text("ไม่มีช่องชื่อนี้", "There is no such field"),
    "string_type": Text("ต้องเป็นข้อความ", "This must be text"),
    "string_too_short": Text("ต้องมีอย่างน้อย {min_length} ตัวอักษร", "Use at least {min_length} characters"),
    "string_too_long": Text("ต้องไม่เกิน {max_length} ตัวอักษร", "Use at most {max_length} characters"),
    "string_pattern_mismatch": Text("รูปแบบไม่ถูกต้อง", "The format is not right"),
    "int_type": Text("ต้องเป็นจำนวนเต็ม", "This must be a whole number"),
    "int_parsing": Text("ต้องเป็นจำนวนเต็ม", "This must be a whole number"),
    "int_from_float": Text("ต้องเป็นจำนวนเต็ม", "This must be a whole number"),
    "float_type": Text("ต้องเป็นตัวเลข", "This must be a number"),
    "float_parsing": Text("ต้องเป็นตัวเลข", "This must be a number"),
    "finite_number": Text("ต้องเป็นตัวเลขที่มีขอบเขต", "This must be a finite number"),
    "decimal_type": Text("ต้องเป็นตัวเลข", "This must be a number"),
    "decimal_parsing": Text("ต้องเป็นตัวเลข", "This must be a number"),
    "decimal_max_places": Text("ทศนิยมไม่เกิน {decimal_places} ตำแหน่ง", "Use at most {decimal_places} decimal places"),
    "bool_type": Text("ต้องเป็นจริงหรือเท็จ", "This must be true or false"),
    "bool_parsing": Text("ต้องเป็นจริงหรือเท็จ", "This must be true or false"),
    "greater_than": Text("ต้องมากกว่า {gt}", "This must be more than {gt}"),
    "greater_than_equal": Text("ต้องไม่น้อยกว่า {ge}", "This must be {ge} or more"),
    "less_than": Text("ต้องน้อยกว่า {lt}", "This must be less than {lt}"),
    "less_than_equal": Text("ต้องไม่เกิน {le}", "This must be {le} or less"),
    "multiple_of": Text("ต้องหารด้วย {multiple_of} ลงตัว", "This must be a multiple of {multiple_of}"),
    "enum": Text("เลือกหนึ่งใน {expected}", "Choose one of {expected}"),
    "literal_error": Text("เลือกหนึ่งใน {expected}", "Choose one of {expected}"),
    "uuid_type": Text("รหัสอ้างอิงไม่ถูกต้อง", "The reference is not valid"),
    "uuid_parsing": Text("รหัสอ้างอิงไม่ถูกต้อง", "The reference is not valid"),
    "url_parsing": Text("ที่อยู่เว็บไม่ถูกต้อง", "The web address is not valid"),
    "url_scheme": Text("ที่อยู่เว็บไม่ถูกต้อง", "The web address is not valid"),
    "date_type": Text("วันที่ไม่ถูกต้อง ใช้รูปแบบ ปี ค.ศ.-เดือน-วัน", "The date is not valid; write year-month-day"),
    "date_parsing": Text("วันที่ไม่ถูกต้อง ใช้รูปแบบ ปี ค.ศ.-เดือน-วัน", "The date is not valid; write year-month-day"),
    "date_from_datetime_parsing": Text(
        "วันที่ไม่ถูกต้อง ใช้รูปแบบ ปี ค.ศ.-เดือน-วัน", "The date is not valid; write year-month-day"
    ),
    "date_past": Text("ต้องเป็นวันที่ผ่านมาแล้ว", "The date must be in the past"),
    "date_future": Text("ต้องเป็นวันที่ในอนาคต", "The date must be in the future"),
    "datetime_type": Text(
        "วันเวลาไม่ถูกต้อง ใช้รูปแบบ ISO 8601", "The date and time are not valid; write them as in ISO 8601"
    ),
    "datetime_parsing": Text(
        "วันเวลาไม่ถูกต้อง ใช้รูปแบบ ISO 8601", "The date and time are not valid; write them as in ISO 8601"
    ),
    "datetime_from_date_parsing": Text(
        "วันเวลาไม่ถูกต้อง ใช้รูปแบบ ISO 8601", "The date and time are not valid; write them as in ISO 8601"
    ),
    "timezone_aware": Text("ต้องระบุเขตเวลา เช่น +07:00", "Name the time zone, for example +07:00"),
    "time_parsing": Text("เวลาไม่ถูกต้อง", "The time is not valid"),
    "list_type": Text("ต้องเป็นรายการ", "This must be a list"),
    "dict_type": Text("ต้องเป็นชุดของช่องข้อมูล", "This must be an object"),
    "model_type": Text("ต้องเป็นชุดของช่องข้อมูล", "This must be an object"),
    "model_attributes_type": Text("ต้องเป็นชุดของช่องข้อมูล", "This must be an object"),
    "too_short": Text("ต้องมีอย่างน้อย {min_length} รายการ", "Give at least {min_length}"),
    "too_long": Text("ต้องไม่เกิน {max_length} รายการ", "Give at most {max_length}"),
    "json_invalid": Text("ข้อความไม่เป็น JSON ที่ถูกต้อง", "This is not valid JSON"),
    "json_type": Text("ข้อความไม่เป็น JSON ที่ถูกต้อง", "This is not valid JSON"),
    "bytes_type": Text("ต้องเป็นไฟล์หรือข้อมูลไบต์", "This must be a file or bytes"),
    "none_required": Text("ต้องเว้นว่าง", "This must be empty"),
}


def field_text(row: Mapping[str, Any]) -> Text:
    """The sentence for one error of pydantic's list (``type``, ``ctx``). A failure raised by our own rules speaks for itself."""
    limits: Mapping[str, Any] = row.get("ctx") or {}
    raised = limits.get("error")
    if isinstance(raised, NakhonError | KnowledgeError):
        return raised.message
    words = _WORDS.get(str(row.get("type", "")), _WRONG)
    try:
        return words.format(**limits)
    except (KeyError, IndexError):
        return _WRONG
