"""From what a device says to readings: ``{"t": time, "pm25": 31.2, "battery": 87, "unit": {"pm25": "mg/m3"}}`` or a list of such."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from nakhon.citydata.sensors.devices import DeviceSession, OwnStream
from nakhon.citydata.sensors.ingest import NOT_FINITE, Reading
from nakhon.knowledge.text import Text
from nakhon.knowledge.units import MOLAR_MASSES, UnitsError, convert

TIME, UNIT, QUALITY = "t", "unit", "q"
RESERVED = frozenset({TIME, UNIT, QUALITY})

NOT_A_MESSAGE = Text(
    'ข้อความต้องเป็นวัตถุ JSON เช่น {"pm25": 31.2} หรือรายการของวัตถุ',
    'A message is a JSON object such as {"pm25": 31.2}, or a list of such',
)
NOT_A_TIME = Text(
    "อ่านเวลาไม่ได้ เขียนเช่น 2026-04-10T08:30:00Z หรือวินาทีตั้งแต่ ค.ศ. 1970",
    "The time cannot be read; write 2026-04-10T08:30:00Z or seconds since 1970",
)
NOTHING_SAID = Text("ข้อความไม่มีค่าที่วัด", "The message holds no reading")
NOT_A_QUALITY = Text("คุณภาพ (q) ต้องเป็น 0 ถึง 3", "The quality (q) is 0 to 3")
UNKNOWN_PROPERTY = Text("อุปกรณ์นี้ไม่วัด {name} ค่าที่รับได้: {known}", "This device does not measure {name}; it does: {known}")


@dataclass(slots=True)
class Taken:
    """Readings that a message holds, and what in it could not be taken: the property (or "") and the reason."""

    readings: list[Reading] = field(default_factory=list)
    refused: list[tuple[str, Text]] = field(default_factory=list)


def read_time(value: Any) -> datetime | None:
    """ISO 8601 with a zone, or seconds (milliseconds from 10^11) since 1970. None when it is neither."""
    try:
        if isinstance(value, bool):
            return None
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value / 1000 if abs(value) >= 1e11 else value, tz=UTC)
        if isinstance(value, str):
            at = datetime.fromisoformat(value.strip())
            return at if at.tzinfo is not None else None
    except (ValueError, OverflowError, OSError):
        pass
    return None


def take_message(session: DeviceSession, message: Any, received_at: datetime) -> Taken:
    """Read what a device sent, already parsed from JSON. What has no time of its own happened at ``received_at``."""
    taken = Taken()
    for one in message if isinstance(message, list) else [message]:
        if isinstance(one, dict):
            _take_object(session, one, received_at, taken)
        else:
            taken.refused.append(("", NOT_A_MESSAGE))
    return taken


def _take_object(session: DeviceSession, message: dict[str, Any], received_at: datetime, taken: Taken) -> None:
    at = received_at
    if TIME in message:
        told = read_time(message[TIME])
        if told is None:
            taken.refused.append(("", NOT_A_TIME))
            return
        at = told
    units = message.get(UNIT) or {}
    quality = message.get(QUALITY, 0)
    if not isinstance(quality, int) or isinstance(quality, bool) or not 0 <= quality <= 3:
        taken.refused.append(("", NOT_A_QUALITY))
        return
    named = False
    for code, value in message.items():
        if code in RESERVED:
            continue
        named = True
        unit = units.get(code) if isinstance(units, Mapping) else units
        take_value(session, code, value, at, taken, unit=unit, quality=quality)
    if not named:
        taken.refused.append(("", NOTHING_SAID))


def take_value(
    session: DeviceSession,
    code: str,
    value: Any,
    at: datetime,
    taken: Taken,
    *,
    unit: Any = None,
    quality: int = 0,
) -> None:
    """One value of one property. A value of None says nothing and is passed over."""
    if value is None:
        return
    own = session.streams.get(code)
    if own is None:
        known = ", ".join(sorted(session.streams)) or "-"
        taken.refused.append((code[:80], UNKNOWN_PROPERTY.format(name=code[:80], known=known)))
        return
    made = reading_of(own, code, value, at, unit=unit, quality=quality)
    if isinstance(made, Text):
        taken.refused.append((code, made))
    else:
        taken.readings.append(made)


def reading_of(
    own: OwnStream, code: str, value: Any, at: datetime, *, unit: Any = None, quality: int = 0
) -> Reading | Text:
    """A reading in the stream's own unit, or the reason why it cannot be one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Reading(own.id, at, value=value, quality=quality)
    try:
        number = float(value)
    except OverflowError:
        return NOT_FINITE
    if not math.isfinite(number):
        return NOT_FINITE
    if unit and own.unit and unit != own.unit:
        try:
            number = float(convert(number, str(unit), own.unit, substance=code if code in MOLAR_MASSES else None))
        except UnitsError as error:
            return Text(f"{error.message.th} ({error.remedy.th})", f"{error.message.en}. {error.remedy.en}")
    return Reading(own.id, at, number, quality=quality)
