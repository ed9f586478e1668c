"""Verbs on the audit trail and the outbox: verify the chain, take it out, and give dead letters another chance."""

from __future__ import annotations

import logging
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import Count, Max

from nakhon.kernel import tasks
from nakhon.kernel.audit import Fault, record, verify
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Invalid, NotFound
from nakhon.kernel.models import AuditEntry, AuditHead, Work, WorkStatus
from nakhon.kernel.outbox import enqueue, job
from nakhon.kernel.permissions import AUDIT_READ, OUTBOX_REPLAY
from nakhon.kernel.queries import VERIFY_JOB, trail_filter
from nakhon.kernel.types import ChainFault, ChainVerdict, TrailExport
from nakhon.kernel.verbs import recorded, verb
from nakhon.knowledge.text import Text

log = logging.getLogger("nakhon.audit")

SHOWN_FAULTS = 20
REPLAYED_AT_ONCE = 1000

FAULT_TEXTS = {
    "altered": Text("ถูกแก้ไข: ตราประทับไม่ตรงกับเนื้อหา", "Altered: its seal does not match its content"),
    "missing": Text("หายไป: ลำดับของบันทึกขาดตอน", "Missing: the chain jumps over it"),
    "cut": Text("ถูกตัดท้าย: บันทึกล่าสุดหายไป หรือหัวของสายถูกแก้ไข", "Cut: the last entries are gone, or the head was altered"),
}


@verb(AUDIT_READ)
def verify_audit(ctx: Context) -> ChainVerdict:
    """Walk the organisation's whole chain, say whether it holds and where it does not, and record that it was verified."""
    faults = list(verify(ctx))
    if faults:
        # An act recorded while the chain was walked looks like a cut. Once more, with the head held: no act can come between.
        list(AuditHead.objects.select_for_update())
        faults = list(verify(ctx))
    # Counted rather than taken from the head, which may be the very thing that was altered.
    entries = AuditEntry.objects.count()
    shown = tuple(_fault(fault) for fault in islice(faults, SHOWN_FAULTS))
    detail = {"entries": entries, "faults": len(faults), "first": [[fault.seq, fault.kind] for fault in shown]}
    try:
        with transaction.atomic():
            record(ctx, "kernel.audit.verified", detail=detail)
    except DatabaseError:
        # The head is gone, so nothing can be appended. Whoever asked must be told that above all.
        log.critical("the audit chain cannot be written", extra={"tenant": ctx.tenant.slug})
        recorded.set(recorded.get() + 1)
        return ChainVerdict(ctx.now, entries, len(faults), shown, is_recorded=False)
    return ChainVerdict(ctx.now, entries, len(faults), shown)


@verb(AUDIT_READ)
def verify_audit_later(ctx: Context) -> Work:
    """Have the worker verify a chain that is too long to wait for; the outcome is then the last ``kernel.audit.verified``.

    Raises ``Conflict`` while that is under way already.
    """
    # The head's row serves as the lock: two who ask at once would both find that nothing is under way.
    list(AuditHead.objects.select_for_update())
    if Work.objects.filter(name=VERIFY_JOB, status=WorkStatus.PENDING).exists():
        raise Conflict(
            Text("กำลังตรวจสอบอยู่แล้ว", "It is being verified already"),
            Text("รอสักครู่ แล้วเปิดหน้านี้อีกครั้ง", "Wait a while, then open this page again"),
        )
    work = enqueue(ctx, VERIFY_JOB)
    assert work is not None
    record(ctx, "kernel.audit.verification_asked", work)
    return work


@job(VERIFY_JOB)
def _verify_in_background(ctx: Context) -> None:
    verify_audit(ctx)


@verb(AUDIT_READ)
def export_audit(
    ctx: Context,
    *,
    actor: str = "",
    action: str = "",
    object_type: str = "",
    object_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> TrailExport:
    """Record that the entries which the filters of ``audit_trail`` name are taken out, and say how many there are.

    The caller then reads them page by page with ``audit_trail(after=last_seq + 1, ...)``. Raises ``Invalid`` for none.
    """
    wanted = AuditEntry.objects.filter(trail_filter(actor, action, object_type, object_id, since, until))
    found = wanted.aggregate(entries=Count("pk"), last=Max("seq"))
    if not found["entries"]:
        raise Invalid(
            Text("ไม่มีรายการให้ส่งออก", "There is nothing to export"),
            Text("ขยายช่วงวันที่หรือลดเงื่อนไขการกรอง", "Widen the dates or remove a filter"),
        )
    detail = {
        "entries": found["entries"],
        "last": found["last"],
        "action": action,
        "object_type": object_type,
        "object_id": object_id,
        "since": since.isoformat() if since else "",
        "until": until.isoformat() if until else "",
        "by_actor": bool(actor.strip()),
    }
    record(ctx, "kernel.audit.exported", detail=detail)
    return TrailExport(found["entries"], found["last"])


@verb(OUTBOX_REPLAY)
def replay_work(ctx: Context, *, work_id: UUID) -> Work:
    """Give a dead letter another chance: it waits again, with all its attempts. Raises ``NotFound`` or ``Conflict``."""
    work: Work | None = Work.objects.select_for_update(of=("self",)).filter(pk=work_id).first()
    if work is None:
        raise NotFound(Text("ไม่พบงานเบื้องหลังนี้", "There is no such piece of work"))
    if work.status != WorkStatus.DEAD:
        raise Conflict(
            Text("งานนี้ไม่ได้อยู่ในสถานะล้มเหลว", "This piece of work is not a dead letter"),
            Text("ไม่ต้องสั่งใหม่ ระบบจะทำเองหรือทำเสร็จแล้ว", "Nothing to do: it is done already or will be tried by itself"),
        )
    attempts = work.attempts
    _again(ctx, work)
    record(ctx, "kernel.work.replayed", work, detail={"work": work.name, "attempts": attempts})
    return work


@verb(OUTBOX_REPLAY)
def replay_all_dead(ctx: Context) -> int:
    """Give all dead letters another chance, the oldest 1,000 at most; how many. Raises ``Conflict`` when there are none."""
    dead = Work.objects.select_for_update(of=("self",)).filter(status=WorkStatus.DEAD).order_by("created_at", "pk")
    works = list(dead[:REPLAYED_AT_ONCE])
    if not works:
        raise Conflict(
            Text("ไม่มีงานที่ล้มเหลว", "There are no dead letters"), Text("ไม่ต้องทำอะไรอีก", "There is nothing left to do")
        )
    for work in works:
        _again(ctx, work)
    names = sorted({work.name for work in works})
    record(ctx, "kernel.work.all_replayed", detail={"number": len(works), "work": names})
    return len(works)


def _again(ctx: Context, work: Work) -> None:
    # All attempts anew: what made it fail was mended in the meantime, or else nobody would ask. The last error stays to be seen.
    work.status, work.attempts, work.due_at, work.finished_at = WorkStatus.PENDING, 0, ctx.now, None
    work.save(update_fields=["status", "attempts", "due_at", "finished_at"])
    tasks.defer(ctx.tenant.id, work.pk)


def _fault(fault: Fault) -> ChainFault:
    kind = fault.problem.split(":", 1)[0]
    return ChainFault(fault.seq, kind, FAULT_TEXTS[kind])
