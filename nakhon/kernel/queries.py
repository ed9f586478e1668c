"""Questions about the audit trail and the outbox. Lists are read by key, so a page deep in one costs no more than the first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min, Q
from procrastinate.contrib.django.models import ProcrastinateJob

from nakhon.kernel import tasks
from nakhon.kernel.context import ActorKind, Context
from nakhon.kernel.errors import Invalid, NotFound
from nakhon.kernel.models import AuditEntry, AuditHead, Event, Work, WorkStatus
from nakhon.kernel.permissions import AUDIT_READ, OUTBOX_READ
from nakhon.kernel.showing import shown_arguments, shown_detail, shown_error, shown_trace
from nakhon.kernel.types import (
    ChainState,
    EventPage,
    EventRow,
    OutboxState,
    ScheduleRow,
    TrailEntry,
    TrailPage,
    WorkCard,
    WorkPage,
    WorkRow,
)
from nakhon.kernel.verbs import query
from nakhon.knowledge.text import Text

MOST_ENTRIES, MOST_ROWS = 1000, 200
VERIFY_JOB = "kernel.verify_audit"


@query(AUDIT_READ)
def audit_trail(
    ctx: Context,
    *,
    actor: str = "",
    action: str = "",
    object_type: str = "",
    object_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    after: int | None = None,
    limit: int = 50,
) -> TrailPage:
    """The audit trail, newest first; what is left out does not limit. One query, at most 1,000 entries.

    ``actor`` is an account's id or part of a staff member's name; ``action`` a whole action or the first parts of one
    (``people.unit``); ``since`` is included, ``until`` is not, both aware; ``after`` is that of the previous page.
    """
    limit = max(1, min(limit, MOST_ENTRIES))
    rows = AuditEntry.objects.filter(trail_filter(actor, action, object_type, object_id, since, until))
    if after is not None:
        rows = rows.filter(seq__lt=after)
    found = list(rows.order_by("-seq")[: limit + 1])
    return TrailPage(tuple(_entry(row) for row in found[:limit]), found[limit - 1].seq if len(found) > limit else None)


def trail_filter(
    actor: str, action: str, object_type: str, object_id: str, since: datetime | None, until: datetime | None
) -> Q:
    """The condition that the filters of ``audit_trail`` stand for. A citizen can be asked for by account only, not by name."""
    wanted = Q()
    if actor := actor.strip():
        # Who may read the trail need not see citizens, so a search by name must not tell whether one was here.
        is_id = actor == "system" or _is_uuid(actor)
        by_name = Q(actor_label__icontains=actor) & ~Q(actor_kind=ActorKind.CITIZEN.value)
        wanted &= Q(actor_id=actor) if is_id else by_name
    if action := action.strip().rstrip("."):
        wanted &= Q(action=action) | Q(action__startswith=f"{action}.")
    for name, value in (("object_type", object_type), ("object_id", object_id)):
        if value.strip():
            wanted &= Q(**{name: value.strip()})
    if since is not None:
        wanted &= Q(at__gte=since)
    if until is not None:
        wanted &= Q(at__lt=until)
    return wanted


@query(AUDIT_READ)
def chain_state(ctx: Context) -> ChainState:
    """How long the organisation's chain is, and whether it is being verified in the background. Two queries."""
    head = AuditHead.objects.first()
    waiting = Work.objects.filter(name=VERIFY_JOB, status=WorkStatus.PENDING).exists()
    return ChainState(head.seq if head is not None else 0, waiting)


@query(OUTBOX_READ)
def outbox_state(ctx: Context) -> OutboxState:
    """How many pieces of work wait or are dead, and since when the oldest has been due. One query."""
    waiting = Q(status=WorkStatus.PENDING)
    found = Work.objects.exclude(status=WorkStatus.DONE).aggregate(
        pending=Count("pk", filter=waiting),
        dead=Count("pk", filter=Q(status=WorkStatus.DEAD)),
        oldest=Min("due_at", filter=waiting & Q(due_at__lte=ctx.now)),
    )
    return OutboxState(found["pending"], found["dead"], found["oldest"])


@query(OUTBOX_READ)
def event_list(ctx: Context, *, name: str = "", after: str = "", limit: int = 50) -> EventPage:
    """The facts announced, newest first; ``name`` is a whole name or its room (``people``). Two queries."""
    limit = max(1, min(limit, MOST_ROWS))
    rows = Event.objects.all()
    if name := name.strip():
        rows = rows.filter(Q(name=name) | Q(name__startswith=f"{name.rstrip('.')}."))
    if after:
        # Ids are UUIDv7: they grow with time, so they are the key of the list as well.
        rows = rows.filter(pk__lt=_key(after))
    found = list(rows.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    counts: dict[UUID, dict[str, int]] = defaultdict(dict)
    tally = Work.objects.filter(event_id__in=[row.pk for row in shown]).values("event_id", "status")
    for line in tally.annotate(number=Count("pk")).order_by():
        counts[line["event_id"]][line["status"]] = line["number"]
    events = tuple(
        EventRow(
            id=row.pk,
            name=row.name,
            at=row.at,
            payload=shown_detail(row.payload),
            done=counts[row.pk].get(WorkStatus.DONE, 0),
            pending=counts[row.pk].get(WorkStatus.PENDING, 0),
            dead=counts[row.pk].get(WorkStatus.DEAD, 0),
        )
        for row in shown
    )
    return EventPage(events, str(shown[-1].pk) if len(found) > limit else "")


@query(OUTBOX_READ)
def unfinished_work(ctx: Context, *, status: str = "", after: str = "", limit: int = 50) -> WorkPage:
    """Work that waits (``pending``) or failed for good (``dead``), or both, newest first. Two queries.

    Errors are shown without what may be personal. Raises ``Invalid`` for another status.
    """
    limit = max(1, min(limit, MOST_ROWS))
    if status not in ("", WorkStatus.PENDING, WorkStatus.DEAD):
        raise Invalid(fields={"status": Text("เลือกรอดำเนินการหรือล้มเหลว", "Choose pending or dead")})
    rows = Work.objects.exclude(status=WorkStatus.DONE).select_related("event")
    if status:
        rows = rows.filter(status=status)
    if after:
        rows = rows.filter(pk__lt=_key(after))
    found = list(rows.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    tries = _next_tries(ctx, shown)
    return WorkPage(tuple(_work_row(row, tries) for row in shown), str(shown[-1].pk) if len(found) > limit else "")


@query(OUTBOX_READ)
def work_card(ctx: Context, *, work_id: UUID) -> WorkCard:
    """One piece of work with its trace, without what may be personal. Raises ``NotFound``."""
    row = Work.objects.select_related("event").filter(pk=work_id).first()
    if row is None:
        raise NotFound(Text("ไม่พบงานเบื้องหลังนี้", "There is no such piece of work"))
    # A fact carries ids only; what a job was given may be a secret or sealed.
    given = shown_detail(row.event.payload) if row.event is not None else shown_arguments(row.arguments)
    return WorkCard(_work_row(row, _next_tries(ctx, [row])), given, shown_trace(row.last_error), tasks.ATTEMPTS)


@query(OUTBOX_READ)
def schedule_list(ctx: Context) -> list[ScheduleRow]:
    """The scheduled jobs of the platform, and when each was last done for this organisation. One query."""
    names = {f"schedule:{schedule.name}": schedule for schedule in tasks.schedules()}
    lines = Work.objects.filter(name__in=names).values("name").order_by().annotate(
        last=Max("finished_at", filter=Q(status=WorkStatus.DONE)),
        pending=Count("pk", filter=Q(status=WorkStatus.PENDING)),
        dead=Count("pk", filter=Q(status=WorkStatus.DEAD)),
    )  # fmt: skip
    found = {line["name"]: line for line in lines}
    rows = []
    for name, schedule in names.items():
        line = found.get(name, {"last": None, "pending": 0, "dead": 0})
        rows.append(
            ScheduleRow(schedule.name, schedule.cron, schedule.text, line["last"], line["pending"], line["dead"])
        )
    return rows


def _entry(row: AuditEntry) -> TrailEntry:
    return TrailEntry(
        seq=row.seq,
        at=row.at,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        actor_label=row.actor_label,
        action=row.action,
        object_type=row.object_type,
        object_id=row.object_id,
        detail=shown_detail(row.detail),
        purpose=shown_detail(row.purpose),
        address=row.address,
        request_id=row.request_id,
    )


def _work_row(row: Work, tries: dict[str, datetime | None]) -> WorkRow:
    waits = row.status == WorkStatus.PENDING
    return WorkRow(
        id=row.pk,
        name=row.name,
        status=row.status,
        attempts=row.attempts,
        created_at=row.created_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
        next_at=(tries.get(str(row.pk)) or row.due_at) if waits else None,
        error=shown_error(row.last_error),
        event_id=row.event_id,
        event_name=row.event.name if row.event is not None else "",
    )


def _next_tries(ctx: Context, rows: Iterable[Work]) -> dict[str, datetime | None]:
    """When the queue will take up each piece of work again, by its id; None: as soon as a worker is free."""
    waiting = [str(row.pk) for row in rows if row.status == WorkStatus.PENDING]
    if not waiting:
        return {}
    jobs = ProcrastinateJob.objects.filter(
        status="todo", task_name=tasks.TASK, args__tenant_id=str(ctx.tenant.id), args__work_id__in=waiting
    )
    return dict(jobs.values_list("args__work_id", "scheduled_at"))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(
            Text("ลิงก์หน้าถัดไปไม่ถูกต้อง", "The link to the next page is not valid"),
            Text("เริ่มจากหน้าแรกของรายการ", "Begin from the first page of the list"),
        ) from None
