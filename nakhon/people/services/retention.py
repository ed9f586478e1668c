"""Verbs of retention: rules, a nightly report of what is due to go, and acting on it after a time of grace or on a decision."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import NotFound
from nakhon.kernel.personal import retention_subjects
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text
from nakhon.people.errors import WrongStep
from nakhon.people.intake import Intake
from nakhon.people.models import RetentionRule, RetentionRun, RunState
from nakhon.people.permissions import RETENTION_EXECUTE
from nakhon.people.rules.rights import months_before

BATCH = 2000


@verb(RETENTION_EXECUTE)
def set_retention_rule(
    ctx: Context,
    *,
    subject: str,
    months: int,
    action: str,
    legal_basis: str,
    grace_days: int = 7,
    is_active: bool = True,
) -> RetentionRule:
    """Say for how many months rows of ``subject`` are kept after their last use, and what becomes of them then.

    Raises ``Invalid``: an unknown subject, an action that it does not know, no legal basis.
    """
    known = retention_subjects()
    intake = Intake()
    intake.choice("subject", subject, known)
    intake.choice("action", action, known[subject].actions if subject in known else [])
    period = intake.whole("months", months, least=1, most=1200, required=True)
    grace = intake.whole("grace_days", grace_days, least=1, most=90, required=True)
    basis = intake.text("legal_basis", legal_basis, required=True, most=300)
    intake.done()
    rule: RetentionRule
    rule, _ = RetentionRule.objects.update_or_create(
        subject=subject,
        defaults={
            "months": period, "action": action, "legal_basis": basis, "grace_days": grace, "is_active": is_active,
        },
    )  # fmt: skip
    record(ctx, "people.retention.rule_set", rule, detail={"subject": subject, "months": period, "action": action})
    return rule


@verb(RETENTION_EXECUTE)
def report_retention(ctx: Context) -> list[RetentionRun]:
    """Find what is due to go under each rule and report it; nothing is touched. One open report per subject."""
    runs = []
    for rule in RetentionRule.objects.filter(is_active=True).order_by("subject"):
        subject = retention_subjects().get(rule.subject)
        if subject is None or RetentionRun.objects.filter(subject=rule.subject, state=RunState.REPORTED).exists():
            continue
        cutoff = months_before(ctx.now, rule.months)
        found = subject.find(ctx, cutoff, BATCH)
        if not found:
            continue
        runs.append(
            RetentionRun.objects.create(
                subject=rule.subject,
                action=rule.action,
                cutoff=cutoff,
                found=len(found),
                item_ids=[str(one) for one in found],
                reported_at=ctx.now,
                acts_at=ctx.now + timedelta(days=rule.grace_days),
            )
        )
    record(ctx, "people.retention.reported", detail={run.subject: run.found for run in runs})
    return runs


@verb(RETENTION_EXECUTE)
def execute_retention(ctx: Context, *, run_id: UUID) -> RetentionRun:
    """Act on a report now. Rows that were used again since the report stay. Raises ``WrongStep`` or ``NotFound``."""
    run = _run(run_id)
    if run.state == RunState.EXECUTED:
        raise WrongStep
    subject = retention_subjects().get(run.subject)
    if subject is None:
        raise NotFound
    still = set(subject.find(ctx, run.cutoff, BATCH * 2))
    ids = [UUID(one) for one in run.item_ids if UUID(one) in still]
    run.done = subject.act(ctx, ids, run.action)
    run.state, run.executed_at, run.decided_by = RunState.EXECUTED, ctx.now, ctx.actor.id
    run.save()
    record(ctx, "people.retention.executed", run, detail={"subject": run.subject, "found": run.found, "done": run.done})
    return run


@verb(RETENTION_EXECUTE)
def hold_retention(ctx: Context, *, run_id: UUID) -> RetentionRun:
    """Put a report aside: nothing is done with it until somebody executes it. Raises ``WrongStep`` or ``NotFound``."""
    run = _run(run_id)
    if run.state != RunState.REPORTED:
        raise WrongStep
    run.state, run.decided_by = RunState.HELD, ctx.actor.id
    run.save()
    record(ctx, "people.retention.held", run, detail={"subject": run.subject})
    return run


@verb(RETENTION_EXECUTE)
def run_retention(ctx: Context) -> None:
    """What the nightly job does: act on reports whose time of grace is over, then report anew."""
    due = RetentionRun.objects.filter(state=RunState.REPORTED, acts_at__lte=ctx.now).values_list("pk", flat=True)
    for run_id in list(due):
        execute_retention(ctx, run_id=run_id)
    report_retention(ctx)


def _run(run_id: UUID) -> RetentionRun:
    found: RetentionRun | None = RetentionRun.objects.select_for_update().filter(pk=run_id).first()
    if found is None:
        raise NotFound(Text("ไม่พบรายงานนี้", "There is no such report"))
    return found
