"""Words, colours and signs of alerts: the same on the list, on an alert's page and on the wall."""

from __future__ import annotations

from nakhon.citydata.watches.types import AlertRow
from nakhon.knowledge.text import Text

SEVERITIES: dict[str, tuple[Text, str, str]] = {
    "critical": (Text("วิกฤต", "Critical"), "danger", "siren"),
    "warning": (Text("เตือนภัย", "Warning"), "warning", "triangle-alert"),
    "watch": (Text("เฝ้าระวัง", "Watch"), "gold", "eye"),
    "info": (Text("แจ้งให้ทราบ", "For information"), "info", "info"),
}
"""By severity, the gravest first: name, kind of badge, icon."""
STATES: dict[str, tuple[Text, str, str]] = {
    "OPEN": (Text("ยังไม่มีผู้รับทราบ", "Not acknowledged"), "danger", "bell"),
    "ACKNOWLEDGED": (Text("มีผู้รับทราบแล้ว", "Acknowledged"), "success", "user-check"),
    "ENDED": (Text("สิ้นสุดแล้ว", "Ended"), "neutral", "check"),
}
END_REASONS: dict[str, Text] = {
    "clear": Text("ข้อมูลกลับสู่ปกติ", "The data are calm again"),
    "person": Text("เจ้าหน้าที่ปิด", "Ended by a member of staff"),
    "switched_off": Text("กฎถูกปิด", "The watch was switched off"),
    "withdrawn": Text("กฎถูกถอนออก", "The watch was withdrawn"),
}
_RANK = {code: place for place, code in enumerate(SEVERITIES)}


def by_need(rows: list[AlertRow]) -> list[AlertRow]:
    """What nobody has taken first, then by severity, then what has waited longest."""
    return sorted(rows, key=lambda row: (row.state != "OPEN", _RANK[row.severity], row.opened_at))
