"""What people do with alerts: acknowledge, give to a unit or a person, end."""

from __future__ import annotations

from uuid import UUID

from nakhon.citydata.watches.access import seen_sensors
from nakhon.citydata.watches.alerting import close, tell_live
from nakhon.citydata.watches.errors import AlertClosed, AlertNotFound
from nakhon.citydata.watches.events import AlertAcknowledged, AlertAssigned
from nakhon.citydata.watches.models import Alert, AlertState
from nakhon.citydata.watches.permissions import ALERT_WORK
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Invalid, NotFound
from nakhon.kernel.outbox import announce
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text
from nakhon.people.queries import member, units

MOST_NOTE = 2000


@verb(ALERT_WORK)
def acknowledge_alert(ctx: Context, *, number: int, note: str = "") -> Alert:
    """Say that somebody takes care of an alert. Raises ``AlertNotFound``, ``AlertClosed``, ``Conflict`` naming who did before."""
    alert = _alive(ctx, number)
    if alert.state == AlertState.ACKNOWLEDGED:
        raise Conflict(
            Text(f"{alert.acknowledged_by} รับทราบไปแล้ว", f"{alert.acknowledged_by} has acknowledged it already"),
            Text("ไม่ต้องทำอะไรอีก", "There is nothing left to do"),
        )
    alert.state, alert.acknowledged_at = AlertState.ACKNOWLEDGED, ctx.now
    alert.acknowledged_by = ctx.actor.trail_label[:200]
    _note(alert, note)
    alert.save(update_fields=["state", "acknowledged_at", "acknowledged_by", "note"])
    record(ctx, "citydata.alert.acknowledged", alert, detail={"number": number, "watch": alert.watch.key})
    announce(ctx, AlertAcknowledged(str(alert.pk), number, alert.watch.key))
    tell_live(ctx, [alert])
    return alert


@verb(ALERT_WORK)
def assign_alert(ctx: Context, *, number: int, unit: str = "", member_id: UUID | None = None) -> Alert:
    """Make an alert the business of a unit (its code), of a member of staff, or of both; neither takes it back from all.

    Raises ``AlertNotFound``, ``AlertClosed``, ``Invalid`` for a unit that is not open or a member who has left.
    """
    alert = _alive(ctx, number)
    faults: dict[str, Text] = {}
    if unit and unit not in {row.code for row in units(ctx)}:
        faults["unit"] = Text("ไม่มีหน่วยงานย่อยนี้หรือปิดไปแล้ว", "There is no such unit, or it is closed")
    if member_id and not _works_here(ctx, member_id):
        faults["member_id"] = Text("ไม่มีบุคลากรคนนี้หรือพ้นจากหน้าที่แล้ว", "There is no such member of staff, or they have left")
    if faults:
        raise Invalid(fields=faults)
    alert.unit, alert.member_id = unit, member_id
    alert.save(update_fields=["unit", "member_id"])
    record(
        ctx, "citydata.alert.assigned", alert,
        detail={"number": number, "watch": alert.watch.key, "unit": unit, "member": str(member_id or "")},
    )  # fmt: skip
    announce(ctx, AlertAssigned(str(alert.pk), number, unit, str(member_id or "")))
    tell_live(ctx, [alert])
    return alert


@verb(ALERT_WORK)
def end_alert(ctx: Context, *, number: int, note: str) -> Alert:
    """End an alert by hand, saying what was done or found. It opens again only after the data were calm in between.

    Raises ``AlertNotFound``, ``AlertClosed``, ``Invalid`` without a note.
    """
    alert = _alive(ctx, number)
    if not note.strip():
        raise Invalid(fields={"note": Text("เขียนว่าได้ทำหรือพบอะไร", "Write what was done or found")})
    _note(alert, note)
    close(ctx, alert, alert.watch, "person")
    tell_live(ctx, [alert])
    return alert


def _works_here(ctx: Context, member_id: UUID) -> bool:
    try:
        return member(ctx, membership_id=member_id).ended_at is None
    except NotFound:
        return False


def _alive(ctx: Context, number: int) -> Alert:
    alert: Alert | None = (
        Alert.objects.select_for_update(of=("self",))
        .select_related("watch")
        .filter(number=number, watch__sensor__in=seen_sensors(ctx))
        .first()
    )
    if alert is None:
        raise AlertNotFound
    if alert.state == AlertState.ENDED:
        raise AlertClosed
    return alert


def _note(alert: Alert, note: str) -> None:
    note = note.strip()
    if len(note) > MOST_NOTE:
        raise Invalid(fields={"note": Text(f"เขียนไม่เกิน {MOST_NOTE} อักขระ", f"Write at most {MOST_NOTE} characters")})
    if note:
        alert.note = f"{alert.note}\n{note}".strip()
