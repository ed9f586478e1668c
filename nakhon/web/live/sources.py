"""What live pages are told, by kind: values of streams that the reader may see; of all else only that it changed.

A page that hears of an alert, an import or a command asks for it in the ordinary way, with the ordinary permissions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nakhon.citydata.registers.permissions import RECORD_EDIT
from nakhon.citydata.sensors.permissions import DEVICE_READ, READ
from nakhon.citydata.sensors.queries.now import streams_now
from nakhon.citydata.watches.permissions import ALERT_READ
from nakhon.web.live.hub import Source
from nakhon.web.live.tickets import Reader

Ids = tuple[int | str, ...]


def observations(reader: Reader, ids: Ids) -> Mapping[str, Any] | None:
    """``{"streams": {number: {...}}}``; ``{"all": true}`` when too many changed to be named: the page loads anew."""
    ctx = reader.context()
    if not ctx.may(READ):
        return None
    if not ids:
        return {"all": True}
    rows = streams_now(ctx, streams=[one for one in ids if isinstance(one, int)])
    if not rows:
        return None
    return {
        "streams": {
            str(row.number): {
                "value": row.result if row.result is not None else row.value,
                "time": row.time.isoformat() if row.time else None,
                "unit": row.unit,
                "code": row.code,
                "quality": int(row.quality),
            }
            for row in rows
        }
    }


def changed(permission: str) -> Callable[[Reader, Ids], Mapping[str, Any] | None]:
    """Only the ids, only to holders of ``permission``."""

    def tell(reader: Reader, ids: Ids) -> Mapping[str, Any] | None:
        if not reader.context().may(permission):
            return None
        return {"ids": sorted(map(str, ids))} if ids else {"all": True}

    return tell


SOURCES: dict[str, Source] = {
    "obs": observations,
    "alert": changed(ALERT_READ),
    "import": changed(RECORD_EDIT),
    "command": changed(DEVICE_READ),
}
