"""Questions about alerts. The list is read by key, so a page deep in it costs no more than the first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from nakhon.citydata.watches.access import seen_sensors
from nakhon.citydata.watches.errors import AlertNotFound
from nakhon.citydata.watches.models import LIVE, Alert, AlertState, Severity
from nakhon.citydata.watches.permissions import ALERT_READ
from nakhon.citydata.watches.types import AlertCounts, AlertPage, AlertRow
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Invalid
from nakhon.kernel.verbs import query
from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.text import Text

MOST = 200


@query(ALERT_READ)
def alert_list(
    ctx: Context,
    *,
    state: str = "",
    severity: str = "",
    watch: str = "",
    thing: int | None = None,
    unit: str = "",
    since: datetime | None = None,
    after: str = "",
    limit: int = 50,
) -> AlertPage:
    """Alerts, newest first; what is left out does not limit. Two queries.

    ``state`` is OPEN, ACKNOWLEDGED, ENDED or LIVE (the first two); ``thing`` a thing's number; ``unit`` a unit's code;
    ``since`` the earliest opening. Raises ``Invalid`` for a state, severity or page that does not exist.
    """
    limit = max(1, min(limit, MOST))
    rows = _seen(ctx)
    if state == "LIVE":
        rows = rows.filter(state__in=LIVE)
    elif state:
        rows = rows.filter(state=_one_of("state", state, AlertState.values))
    if severity:
        rows = rows.filter(severity=_one_of("severity", severity, Severity.values))
    if watch:
        rows = rows.filter(watch__key=watch)
    if thing is not None:
        rows = rows.filter(thing_number=thing)
    if unit:
        rows = rows.filter(unit=unit)
    if since is not None:
        rows = rows.filter(opened_at__gte=since)
    if after:
        # Numbers grow with time within a city: they are the key of the list as well.
        rows = rows.filter(number__lt=_whole(after))
    found = list(rows.order_by("-number")[: limit + 1])
    shown = found[:limit]
    return AlertPage(tuple(_row(alert) for alert in shown), str(shown[-1].number) if len(found) > limit else "")


@query(ALERT_READ)
def alert_card(ctx: Context, *, number: int) -> AlertRow:
    """One alert. Raises ``AlertNotFound``."""
    found = _seen(ctx).filter(number=number).first()
    if found is None:
        raise AlertNotFound
    return _row(found)


@query(ALERT_READ)
def alert_counts(ctx: Context) -> AlertCounts:
    """How many alerts are alive, and how many ended today. Three queries."""
    by_severity = dict.fromkeys(Severity.values, 0)
    states = dict.fromkeys(LIVE, 0)
    lines = _seen(ctx).filter(state__in=LIVE).values("state", "severity").order_by().annotate(number=Count("pk"))
    for line in lines:
        by_severity[line["severity"]] += line["number"]
        states[line["state"]] += line["number"]
    midnight = in_bangkok(ctx.now).replace(hour=0, minute=0, second=0, microsecond=0)
    ended = _seen(ctx).filter(Q(state=AlertState.ENDED) & Q(ended_at__gte=midnight)).count()
    return AlertCounts(states[AlertState.OPEN.value], states[AlertState.ACKNOWLEDGED.value], by_severity, ended)


def _seen(ctx: Context) -> Any:
    return Alert.objects.select_related("watch").filter(watch__sensor__in=seen_sensors(ctx))


def _one_of(name: str, value: str, known: list[str]) -> str:
    if value not in known:
        raise Invalid(fields={name: Text(f"เลือกจาก {', '.join(known)}", f"Choose one of {', '.join(known)}")})
    return value


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise Invalid(
            Text("ลิงก์หน้าถัดไปไม่ถูกต้อง", "The link to the next page is not valid"),
            Text("เริ่มจากหน้าแรกของรายการ", "Begin from the first page of the list"),
        )
    return int(text)


def _row(alert: Alert) -> AlertRow:
    return AlertRow(
        id=alert.pk, number=alert.number, watch=alert.watch.key, watch_name=alert.watch.name, severity=alert.severity,
        text=alert.text, state=alert.state, thing_id=alert.thing_id, thing_number=alert.thing_number,
        thing=Text(alert.thing_th, alert.thing_en), register=alert.register, record_id=alert.record_id,
        place=(alert.place.x, alert.place.y) if alert.place else None, value=alert.value,
        unit_of_value=alert.unit_of_value, values=alert.values, unit=alert.unit, member_id=alert.member_id,
        held_since=alert.held_since, noticed_at=alert.noticed_at, cleared_at=alert.cleared_at, opened_at=alert.opened_at,
        acknowledged_at=alert.acknowledged_at, acknowledged_by=alert.acknowledged_by, ended_at=alert.ended_at,
        ended_by=alert.ended_by, end_reason=alert.end_reason, note=alert.note,
    )  # fmt: skip
