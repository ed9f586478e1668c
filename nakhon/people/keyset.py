"""Keys of list pages: where the previous page ended. A page deep in a list costs no more than the first."""

from __future__ import annotations

import base64
import binascii
import json

from nakhon.kernel.errors import Invalid
from nakhon.knowledge.text import Text

THAI = "th-x-icu"
"""PostgreSQL's collation of the Thai dictionary, by ICU."""


def page_key(*parts: object) -> str:
    """The parts of a row's sort key as one text that is safe in an address."""
    return base64.urlsafe_b64encode(json.dumps([str(part) for part in parts]).encode()).decode().rstrip("=")


def read_key(text: str, parts: int) -> list[str]:
    """The parts again. Raises ``Invalid`` for a key that was not made by ``page_key``."""
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        found = None
    if not isinstance(found, list) or len(found) != parts or not all(isinstance(part, str) for part in found):
        raise Invalid(
            Text("ลิงก์หน้าถัดไปไม่ถูกต้อง", "The link to the next page is not valid"),
            Text("เริ่มจากหน้าแรกของรายการ", "Begin from the first page of the list"),
        )
    return found
