"""The devices' HTTP door: one message or a list, data arrays as SensorThings has them, or CSV; the key says who speaks."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import msgspec
from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.security import HttpBearer

from nakhon.citydata.sensors.devices import DeviceSession, as_json, note_refusals, resolve_key
from nakhon.citydata.sensors.errors import KeyRefused, MessageTooLarge, SensorInputInvalid
from nakhon.citydata.sensors.ingest import LARGEST_BATCH, TOO_MANY, UNKNOWN, Stored, store
from nakhon.citydata.sensors.messages import NOT_A_TIME, Taken, read_time, reading_of, take_message, take_value
from nakhon.kernel.context import Context
from nakhon.kernel.limits import limit
from nakhon.knowledge.text import Text

LARGEST_BODY = 10 * 1024 * 1024
SHOWN = 100

NOT_JSON = Text("อ่านเป็น JSON ไม่ได้", "This cannot be read as JSON")
NOT_CSV = Text("อ่านเป็น CSV รหัส UTF-8 ไม่ได้", "This cannot be read as CSV in UTF-8")
NOT_AN_ARRAY = Text(
    'ต้องเป็นรายการของ {"Datastream": {"@iot.id": 1}, "components": [...], "dataArray": [[...]]}',
    'This must be a list of {"Datastream": {"@iot.id": 1}, "components": [...], "dataArray": [[...]]}',
)


class DeviceAuth(HttpBearer):
    """``Authorization: Bearer <device key>``: a key of a device of the city in the address."""

    openapi_description = "A device's key"

    def __call__(self, request: HttpRequest) -> DeviceSession:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, key.strip() if scheme.lower() == "bearer" else "")

    def authenticate(self, request: HttpRequest, token: str) -> DeviceSession:
        ctx: Context = request.ctx  # type: ignore[attr-defined]
        session = resolve_key(ctx.tenant.slug, token) if 0 < len(token) <= 200 and token.isascii() else None
        if session is None:
            raise KeyRefused
        limit(f"device:{session.device_id}", "device.message")
        return session


router = Router(tags=["devices"], auth=DeviceAuth())


class RefusedOut(Schema):
    """A reading that was not taken: its place from 0 in what was sent, its property where that is known, and the reason."""

    place: int
    property: str
    th: str
    en: str


class StoredOut(Schema):
    """What became of the readings. ``repeated`` were there already, ``corrected`` had another value; at most 100 refusals are
    listed of ``refused``."""

    stored: int
    corrected: int
    repeated: int
    refused: int
    refusals: list[RefusedOut]


class StreamOut(Schema):
    """A stream of the device; ``unit`` is a UCUM code."""

    number: int
    unit: str


class DeviceOut(Schema):
    """What a device may know of itself: its city, name, thing and streams by property."""

    city: str
    device: str
    thing: int
    streams: dict[str, StreamOut]


def _body(kind: str, schema: dict[str, Any], example: Any) -> dict[str, Any]:
    content = {kind: {"schema": schema, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


_MESSAGE = {
    "type": "object",
    "description": "Property codes with their values; t is the time (ISO 8601 with a zone, or seconds since 1970; the time of "
    "receipt when left out), unit a UCUM code for each property that is not in the stream's own, q the quality (0 good, "
    "1 suspect, 2 bad, 3 estimated).",
    "properties": {
        "t": {"oneOf": [{"type": "string", "format": "date-time"}, {"type": "number"}]},
        "unit": {"type": "object", "additionalProperties": {"type": "string"}},
        "q": {"type": "integer", "minimum": 0, "maximum": 3},
    },
    "additionalProperties": True,
}
_ARRAY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["Datastream", "components", "dataArray"],
        "properties": {
            "Datastream": {"type": "object", "properties": {"@iot.id": {"type": "integer"}}},
            "components": {"type": "array", "items": {"enum": ["phenomenonTime", "result", "resultTime"]}},
            "dataArray": {"type": "array", "items": {"type": "array"}},
        },
    },
}
_ARRAY_EXAMPLE = [
    {
        "Datastream": {"@iot.id": 1},
        "components": ["phenomenonTime", "result"],
        "dataArray": [["2026-04-10T08:00:00Z", 31.2], ["2026-04-10T09:00:00Z", 33.0]],
    }
]


def _read(request: HttpRequest) -> bytes:
    """The body, up to 10 MB. Raises ``MessageTooLarge``."""
    told = request.headers.get("Content-Length", "")
    if told.isdigit() and int(told) > LARGEST_BODY:
        raise MessageTooLarge
    body: bytes = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise MessageTooLarge
    return body


def _json(request: HttpRequest) -> Any:
    try:
        return msgspec.json.decode(_read(request))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise SensorInputInvalid(fields={"body": NOT_JSON}) from None


def _now(request: HttpRequest) -> datetime:
    ctx: Context = request.ctx  # type: ignore[attr-defined]
    return ctx.now


def _keep(session: DeviceSession, taken: Taken, names: dict[int, str]) -> Status[StoredOut]:
    """Store what was taken, ten thousand at a time, and tell what was not."""
    done = Stored()
    refused = [RefusedOut(place=-1, property=name, **text.as_dict()) for name, text in taken.refused]
    for start in range(0, len(taken.readings), LARGEST_BATCH):
        part = store(session.tenant_id, taken.readings[start : start + LARGEST_BATCH])
        done.inserted += part.inserted
        done.corrected += part.corrected
        done.repeated += part.repeated
        for place, text in part.refused:
            reading = taken.readings[start + place]
            refused.append(
                RefusedOut(place=start + place, property=names.get(reading.datastream, ""), **text.as_dict())
            )
    if refused:
        last = refused[-1]
        note_refusals(session.tenant_id, session.device_id, Text(last.th, last.en), len(refused))
    kept = done.inserted + done.corrected + done.repeated
    if refused and not kept:
        raise SensorInputInvalid(
            fields={f"{row.property or 'body'}": Text(row.th, row.en) for row in reversed(refused[:SHOWN])}
        )
    return Status(
        201 if done.inserted + done.corrected else 200,
        StoredOut(
            stored=done.inserted, corrected=done.corrected, repeated=done.repeated, refused=len(refused),
            refusals=refused[:SHOWN],
        ),
    )  # fmt: skip


def _names(session: DeviceSession) -> dict[int, str]:
    return {own.id: code for code, own in session.streams.items()}


def _session(request: HttpRequest) -> DeviceSession:
    found: DeviceSession = request.auth  # type: ignore[attr-defined]
    return found


@router.get("/device", response=DeviceOut)
def read_device(request: HttpRequest) -> dict[str, Any]:
    """What the platform knows of the device that asks: a way to try a key."""
    return as_json(_session(request))


@router.post(
    "/observations",
    response={200: StoredOut, 201: StoredOut},
    openapi_extra=_body(
        "application/json",
        {"oneOf": [_MESSAGE, {"type": "array", "items": _MESSAGE}]},
        {"t": "2026-04-10T08:30:00Z", "pm25": 31.2, "battery": 87},
    ),
)
def send_observations(request: HttpRequest) -> Status[StoredOut]:
    """Send one message or a list of them. The answer comes after the readings are committed; sending them again is harmless."""
    session = _session(request)
    message = _json(request)
    _bounded(len(message) if isinstance(message, list) else 1)
    return _keep(session, take_message(session, message, _now(request)), _names(session))


def _bounded(amount: int) -> None:
    if amount > LARGEST_BATCH * 10:
        raise SensorInputInvalid(fields={"body": TOO_MANY.format(most=LARGEST_BATCH * 10)})


@router.post(
    "/observations/data-array",
    response={200: StoredOut, 201: StoredOut},
    openapi_extra=_body("application/json", _ARRAY, _ARRAY_EXAMPLE),
)
def create_observations(request: HttpRequest) -> Status[StoredOut]:
    """Send data arrays for several of the device's streams (SensorThings 1.1, CreateObservations), named by their numbers."""
    session = _session(request)
    groups = _json(request)
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        raise SensorInputInvalid(fields={"body": NOT_AN_ARRAY})
    rows = [group.get("dataArray") for group in groups]
    if not all(isinstance(part, list) for part in rows):
        raise SensorInputInvalid(fields={"dataArray": NOT_AN_ARRAY})
    _bounded(sum(len(part) for part in rows))
    taken, now = Taken(), _now(request)
    for group in groups:
        _take_group(session, group, now, taken)
    return _keep(session, taken, _names(session))


def _take_group(session: DeviceSession, group: dict[str, Any], now: datetime, taken: Taken) -> None:
    about = group.get("Datastream")
    number = about.get("@iot.id") if isinstance(about, dict) else None
    by_number = {own.number: (code, own) for code, own in session.streams.items()}
    found = by_number.get(number) if isinstance(number, int) and not isinstance(number, bool) else None
    names = group.get("components")
    if not isinstance(names, list) or "result" not in names:
        taken.refused.append(("components", NOT_AN_ARRAY))
        return
    if found is None:
        taken.refused.append(("Datastream", UNKNOWN))
        return
    code, own = found
    for row in group["dataArray"]:
        if not isinstance(row, list) or len(row) != len(names):
            taken.refused.append((code, NOT_AN_ARRAY))
            continue
        cell = dict(zip(names, row, strict=True))
        at = read_time(cell["phenomenonTime"]) if cell.get("phenomenonTime") is not None else now
        if at is None:
            taken.refused.append((code, NOT_A_TIME))
            continue
        made = reading_of(own, code, cell["result"], at)
        if isinstance(made, Text):
            taken.refused.append((code, made))
        else:
            taken.readings.append(made)


@router.post(
    "/observations/csv",
    response={200: StoredOut, 201: StoredOut},
    openapi_extra=_body("text/csv", {"type": "string"}, "t,pm25,battery\n2026-04-10T08:30:00Z,31.2,87\n"),
)
def send_csv(request: HttpRequest) -> Status[StoredOut]:
    """Send CSV in UTF-8: a heading with ``t`` and property codes, then a line for each time. Empty cells say nothing."""
    session = _session(request)
    try:
        text = _read(request).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise SensorInputInvalid(fields={"body": NOT_CSV}) from None
    if not rows or not rows[0]:
        raise SensorInputInvalid(fields={"body": NOT_CSV})
    heading = [name.strip() for name in rows[0]]
    _bounded(len(rows) * len(heading))
    taken, now = Taken(), _now(request)
    for row in rows[1:]:
        _take_line(session, heading, row, now, taken)
    return _keep(session, taken, _names(session))


def _take_line(session: DeviceSession, heading: list[str], row: list[str], now: datetime, taken: Taken) -> None:
    if not any(cell.strip() for cell in row):
        return
    cells = dict(zip(heading, row, strict=False))
    told = cells.pop("t", "").strip()
    at = _csv_time(told) if told else now
    if at is None or len(row) > len(heading):
        taken.refused.append(("t", NOT_A_TIME if at is None else NOT_CSV))
        return
    for code, cell in cells.items():
        value = cell.strip()
        if value:
            take_value(session, code, _number(value), at, taken)


def _csv_time(told: str) -> datetime | None:
    try:
        return read_time(float(told))
    except ValueError:
        return read_time(told)


def _number(value: str) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value
