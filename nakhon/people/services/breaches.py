"""Verbs on personal data breaches (PDPA B.E. 2562 s.37 (4)): report, assess, notify the regulator, tell the persons, close."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, NotFound
from nakhon.kernel.outbox import announce
from nakhon.kernel.personal import Category
from nakhon.kernel.verbs import verb
from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.duties import breach_notification_due
from nakhon.knowledge.text import Text
from nakhon.people.city.queries import legal_figure
from nakhon.people.errors import WrongStep
from nakhon.people.events import BreachReported
from nakhon.people.intake import REQUIRED, Intake
from nakhon.people.models import BreachIncident, BreachRisk
from nakhon.people.permissions import BREACH_HANDLE, BREACH_REPORT
from nakhon.people.services.rights import next_number


@verb(BREACH_REPORT)
def report_breach(
    ctx: Context,
    *,
    title: str,
    description: str,
    aware_at: datetime | None = None,
    occurred_at: datetime | None = None,
    categories: list[str] | None = None,
    persons_affected: int | None = None,
) -> BreachIncident:
    """Report that personal data was lost, changed or seen by others. Any member of staff may, and at once.

    The hours (72, unless the city's own legal figure says otherwise) run from ``aware_at`` (now, unless it was earlier) on
    the wall clock, holidays included.
    Raises ``Invalid`` naming the fields.
    """
    intake = Intake()
    title = intake.text("title", title, required=True)
    description = intake.text("description", description, required=True, most=8000, lines=True)
    aware = aware_at or ctx.now
    for name, moment in (("aware_at", aware), ("occurred_at", occurred_at)):
        if moment is not None and moment > ctx.now:
            intake.wrong(name, "เวลานี้อยู่ในอนาคต", "This moment lies in the future")
    if occurred_at is not None and occurred_at > aware:
        intake.wrong("occurred_at", "เหตุเกิดก่อนทราบเหตุเสมอ", "It happened before it was noticed")
    if set(categories or []) - {each.value for each in Category}:
        intake.wrong("categories", "เลือกประเภทข้อมูลจากรายการ", "Choose categories from the list")
    affected = intake.whole("persons_affected", persons_affected, least=0, most=100_000_000)
    intake.done()
    figure = legal_figure(ctx, figure="pdpa.breach_notification_hours", on=in_bangkok(aware).date())
    incident: BreachIncident = BreachIncident.objects.create(
        number=next_number(BreachIncident, "BR-", ctx),
        title=title,
        description=description,
        categories=categories or [],
        persons_affected=affected,
        occurred_at=occurred_at,
        aware_at=aware,
        deadline_at=breach_notification_due(aware, [figure]),
        reported_by=ctx.actor.id,
    )
    facts = {"number": incident.number, "deadline": incident.deadline_at, "rule": figure.id}
    record(ctx, "people.breach.reported", incident, detail=facts)
    announce(ctx, BreachReported(str(incident.pk), incident.deadline_at.isoformat()))
    return incident


@verb(BREACH_HANDLE)
def assess_breach(
    ctx: Context, *, breach_id: UUID, version: int, risk: str, assessment: str, measures: str = "",
    persons_affected: int | None = None,
) -> BreachIncident:  # fmt: skip
    """Say how great the risk to persons is, and why; what was done about it. Raises ``Invalid``, ``Conflict``, ``WrongStep``."""
    incident = _open(breach_id, version)
    intake = Intake()
    intake.choice("risk", risk, [value for value in BreachRisk.values if value != BreachRisk.UNKNOWN])
    values: dict[str, Any] = {
        "assessment": intake.text("assessment", assessment, required=True, most=8000, lines=True),
        "measures": intake.text("measures", measures, most=8000, lines=True),
        "risk": risk,
    }
    affected = intake.whole("persons_affected", persons_affected, least=0, most=100_000_000)
    if affected is not None:
        values["persons_affected"] = affected
    intake.done()
    return _change(ctx, incident, "assessed", {"risk": risk}, **values)


@verb(BREACH_HANDLE)
def notify_regulator(
    ctx: Context, *, breach_id: UUID, version: int, at: datetime | None = None, late_reason: str = ""
) -> BreachIncident:
    """Note that the regulator (สคส.) was notified. After the deadline a reason is required. Raises ``Invalid``, ``Conflict``."""
    incident = _open(breach_id, version)
    moment = at or ctx.now
    intake = Intake()
    if moment > ctx.now or moment < incident.aware_at:
        intake.wrong("at", "เวลาแจ้งต้องอยู่หลังทราบเหตุและไม่อยู่ในอนาคต", "It must lie between becoming aware and now")
    is_late = moment > incident.deadline_at
    reason = intake.text("late_reason", late_reason, required=is_late, most=4000, lines=True)
    intake.done()
    return _change(
        ctx, incident, "regulator_notified", {"late": is_late}, regulator_notified_at=moment, late_reason=reason
    )


@verb(BREACH_HANDLE)
def tell_persons(ctx: Context, *, breach_id: UUID, version: int, at: datetime | None = None) -> BreachIncident:
    """Note that the persons affected were told, with remedies: a duty where the risk is high. Raises ``Conflict``."""
    incident = _open(breach_id, version)
    return _change(ctx, incident, "persons_told", {}, persons_told_at=at or ctx.now)


@verb(BREACH_HANDLE)
def close_breach(ctx: Context, *, breach_id: UUID, version: int) -> BreachIncident:
    """Close an incident when every duty was done. Raises ``Invalid`` naming the duties that are left."""
    incident = _open(breach_id, version)
    intake = Intake()
    if incident.risk == BreachRisk.UNKNOWN:
        intake.wrong("risk", "ยังไม่ได้ประเมินความเสี่ยง", "The risk is not assessed yet")
    if incident.risk in (BreachRisk.RISK, BreachRisk.HIGH) and incident.regulator_notified_at is None:
        intake.wrong("at", "ยังไม่ได้แจ้ง สคส.", "The regulator has not been notified")
    if incident.risk == BreachRisk.HIGH and incident.persons_told_at is None:
        intake.wrong("persons_told_at", "ยังไม่ได้แจ้งเจ้าของข้อมูล", "The persons have not been told")
    if not incident.measures:
        intake.problems.setdefault("measures", REQUIRED)
    intake.done()
    return _change(ctx, incident, "closed", {}, closed_at=ctx.now)


def _open(breach_id: UUID, version: int) -> BreachIncident:
    found: BreachIncident | None = BreachIncident.objects.select_for_update().filter(pk=breach_id).first()
    if found is None:
        raise NotFound(Text("ไม่พบเหตุนี้", "There is no such incident"))
    if found.version != version:
        raise Conflict
    if found.closed_at is not None:
        raise WrongStep
    return found


def _change(ctx: Context, incident: BreachIncident, done: str, detail: dict[str, Any], **values: Any) -> BreachIncident:
    for name, value in values.items():
        setattr(incident, name, value)
    incident.version += 1
    incident.save()
    record(ctx, f"people.breach.{done}", incident, detail={"number": incident.number, **detail})
    return incident
