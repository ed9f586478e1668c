"""Questions of accountability: the record of processing (s.39), breaches with their clocks, retention reports."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import NotFound
from nakhon.kernel.personal import (
    RETENTION_ENGLISH,
    Category,
    Personal,
    RetentionAction,
    declarations,
    retention_subjects,
)
from nakhon.kernel.verbs import query
from nakhon.knowledge.text import Text
from nakhon.people.models import (
    BreachIncident,
    BreachRisk,
    ProcessingPurpose,
    RetentionRule,
    RetentionRun,
    RightsRequest,
    RunState,
    SensitiveBasis,
)
from nakhon.people.models.purposes import SENSITIVE_BASIS_ENGLISH
from nakhon.people.models.rights import BREACH_RISK_ENGLISH
from nakhon.people.permissions import BREACH_READ, PROCESSING_READ, RETENTION_READ
from nakhon.people.personal_values import opened
from nakhon.people.processing import RIGHTS_AND_ACCESS, months_text
from nakhon.people.rules.rights import REFUSAL_GROUNDS
from nakhon.people.types import BreachCard, BreachRow, RetentionRow, RetentionRuleRow, RopaRow

_STATE_ENGLISH = {"REPORTED": "Reported", "HELD": "Held", "EXECUTED": "Carried out"}


@query(PROCESSING_READ)
def record_of_processing(ctx: Context) -> list[RopaRow]:
    """The record of processing activities, made from the declared purposes and columns; refused requests with reasons."""
    fields: dict[str, list[str]] = {}
    for label, columns in declarations().items():
        for name, about in columns.items():
            if isinstance(about, Personal):
                for code in about.purposes:
                    fields.setdefault(code, []).append(f"{label}.{name}")
    refused: dict[UUID | None, list[tuple[str, Text]]] = {}
    for request in RightsRequest.objects.filter(state="REFUSED").order_by("number"):
        ground = REFUSAL_GROUNDS[request.refusal_ground].text
        refused.setdefault(request.purpose_id, []).append((request.number, ground))
    rows = []
    for purpose in ProcessingPurpose.objects.annotate(persons=Count("uses")).order_by("code"):
        of_desk = refused.get(None, []) if purpose.code == "rights" else []
        rows.append(
            RopaRow(
                code=purpose.code,
                purpose=purpose.name,
                basis=purpose.basis_text,
                sensitive_basis=_sensitive(purpose.sensitive_basis),
                categories=tuple(Category(code).text for code in purpose.categories),
                fields=tuple(sorted(fields.get(purpose.code, []))),
                recipients=purpose.recipients,
                retention=months_text(purpose.retention_months, purpose.retention_action),
                rights_and_access=RIGHTS_AND_ACCESS,
                refused=tuple(refused.get(purpose.pk, []) + of_desk),
                persons=purpose.persons,
                notice_number=purpose.notice_number,
            )
        )
    return rows


@query(BREACH_READ)
def breaches(ctx: Context, *, with_closed: bool = True) -> list[BreachRow]:
    """Personal data breaches, newest first, with the duties that are left."""
    rows = BreachIncident.objects.order_by("-aware_at", "-pk")
    if not with_closed:
        rows = rows.filter(closed_at=None)
    return [_breach(ctx, row) for row in rows]


@query(BREACH_READ)
def breach(ctx: Context, *, breach_id: UUID) -> BreachCard:
    """One breach with its assessment. Opening it is recorded. Raises ``NotFound``."""
    found: BreachIncident | None = BreachIncident.objects.filter(pk=breach_id).first()
    if found is None:
        raise NotFound(Text("ไม่พบเหตุนี้", "There is no such incident"))
    record(ctx, "people.breach.read", found, detail={"number": found.number})
    return BreachCard(
        row=_breach(ctx, found),
        version=found.version,
        description=opened(found.description),
        categories=tuple(Category(code).text for code in found.categories),
        occurred_at=found.occurred_at,
        assessment=found.assessment,
        measures=found.measures,
        late_reason=found.late_reason,
    )


@query(RETENTION_READ)
def retention(ctx: Context) -> tuple[list[RetentionRuleRow], list[RetentionRow]]:
    """The rule of every subject that rooms registered (months None: not set yet), and the latest reports."""
    subjects = retention_subjects()
    rules = {rule.subject: rule for rule in RetentionRule.objects.all()}
    shown = []
    for code, subject in subjects.items():
        rule = rules.get(code)
        shown.append(
            RetentionRuleRow(
                subject=code,
                subject_text=subject.text,
                months=rule.months if rule else None,
                action_text=_action(rule.action) if rule else None,
                legal_basis=rule.legal_basis if rule else "",
                grace_days=rule.grace_days if rule else 7,
                is_active=bool(rule and rule.is_active),
            )
        )
    runs = [
        RetentionRow(
            id=run.pk,
            subject_text=subjects[run.subject].text if run.subject in subjects else Text(run.subject, run.subject),
            action_text=_action(run.action),
            state=run.state,
            state_text=Text(RunState(run.state).label, _STATE_ENGLISH[run.state]),
            found=run.found,
            done=run.done,
            cutoff=run.cutoff,
            reported_at=run.reported_at,
            acts_at=run.acts_at,
            executed_at=run.executed_at,
        )
        for run in RetentionRun.objects.order_by("-reported_at", "-pk")[:100]
    ]
    return shown, runs


def _sensitive(code: str) -> Text | None:
    return Text(SensitiveBasis(code).label, SENSITIVE_BASIS_ENGLISH[code]) if code else None


def _action(code: str) -> Text:
    return Text(RetentionAction(code).label, RETENTION_ENGLISH[code])


def _breach(ctx: Context, row: BreachIncident) -> BreachRow:
    duties = []
    if row.closed_at is None:
        if row.risk == BreachRisk.UNKNOWN:
            duties.append(Text("ประเมินความเสี่ยง", "Assess the risk"))
        if row.risk != BreachRisk.NONE and row.regulator_notified_at is None:
            duties.append(Text("แจ้ง สคส.", "Notify the regulator"))
        if row.risk == BreachRisk.HIGH and row.persons_told_at is None:
            duties.append(Text("แจ้งเจ้าของข้อมูลพร้อมแนวทางเยียวยา", "Tell the persons, with remedies"))
        if not row.measures:
            duties.append(Text("บันทึกมาตรการแก้ไข", "Record the measures taken"))
    waiting = row.regulator_notified_at is None and row.risk != BreachRisk.NONE and row.closed_at is None
    return BreachRow(
        id=row.pk,
        number=row.number,
        title=row.title,
        aware_at=row.aware_at,
        deadline_at=row.deadline_at,
        risk=row.risk,
        risk_text=Text(BreachRisk(row.risk).label, BREACH_RISK_ENGLISH[row.risk]),
        persons_affected=row.persons_affected,
        regulator_notified_at=row.regulator_notified_at,
        persons_told_at=row.persons_told_at,
        closed_at=row.closed_at,
        is_overdue=waiting and ctx.now > row.deadline_at,
        duties=tuple(duties),
    )
