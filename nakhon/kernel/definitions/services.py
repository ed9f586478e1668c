"""The one verb on definitions: apply a plan, all of it or nothing, with a version of everything that changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.definitions.checking import Document
from nakhon.kernel.definitions.errors import DefinitionNotFound, PlanChanged
from nakhon.kernel.definitions.events import DefinitionsApplied
from nakhon.kernel.definitions.kinds import Kind, kinds
from nakhon.kernel.definitions.models import Act, Definition, DefinitionVersion
from nakhon.kernel.definitions.permissions import APPLY
from nakhon.kernel.definitions.planning import RELEASED, UNCHANGED, Entry, Name, Plan, make_plan, names_in
from nakhon.kernel.outbox import announce
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text


@verb(APPLY)
def apply_definitions(
    ctx: Context,
    *,
    documents: Sequence[Document],
    plan_hash: str,
    solution: str = "",
    solution_version: str = "",
    remove: Iterable[Name] = (),
    prune: bool = False,
    keep_data: bool = False,
) -> Plan:
    """Apply what ``plan_definitions`` showed for the same arguments; ``plan_hash`` is that plan's.

    Raises ``PlanChanged`` when the plan is no longer the one shown, ``Forbidden`` when a kind asks for a permission that
    the actor lacks, and whatever planning and the kinds raise; then nothing was changed.
    """
    _one_at_a_time(ctx)
    plan = make_plan(
        ctx,
        documents,
        solution=solution,
        solution_version=solution_version,
        remove=remove,
        prune=prune,
        keep_data=keep_data,
    )
    if plan.hash != plan_hash:
        raise PlanChanged
    for kind in sorted({entry.kind for entry in plan.entries if entry.action != UNCHANGED}):
        ctx.require(_kind(kind).permission)
    _carry_out(ctx, plan)
    done = {act: [e.name for e in plan.entries if e.action == act] for act in (*Act.values, RELEASED)}
    record(
        ctx, "definitions.set.applied", solution or None,
        detail={"plan": plan.hash, "solution": solution, "version": solution_version, **done},
    )  # fmt: skip
    if not plan.is_empty:
        announce(
            ctx, DefinitionsApplied(solution, [*done["created"], *done["restored"]], done["changed"], done["removed"])
        )
    return plan


def _one_at_a_time(ctx: Context) -> None:
    """Two appliers in one organisation wait for each other until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"definitions:{ctx.tenant.id}"])


def _kind(name: str) -> Kind:
    found = kinds().get(name)
    if found is None:
        raise DefinitionNotFound(
            Text(f"ไม่มีคำนิยามชนิด {name} ในระบบนี้แล้ว", f"This platform no longer has definitions of the kind {name}")
        )
    return found


def _carry_out(ctx: Context, plan: Plan) -> None:
    """Make each entry true in its room, in the plan's order, then write rows and versions in a few statements."""
    rows = {row.name: row for row in Definition.objects.filter(key__in=[entry.key for entry in plan.entries])}
    new: list[Definition] = []
    changed: list[Definition] = []
    versions: list[DefinitionVersion] = []
    for entry in plan.entries:
        row = rows.get((entry.kind, entry.key)) or Definition(kind=entry.kind, key=entry.key, version=0)
        if entry.action == UNCHANGED and (not plan.solution or row.solution == plan.solution):
            continue
        _apply(ctx, plan, entry, row)
        (changed if (entry.kind, entry.key) in rows else new).append(row)
        if entry.action not in (UNCHANGED, RELEASED):
            row.version += 1
            versions.append(_version(ctx, plan, entry, row))
    Definition.objects.bulk_create(new)
    Definition.objects.bulk_update(changed, ["version", "solution", "names", "removed_at"])
    DefinitionVersion.objects.bulk_create(versions)


def _apply(ctx: Context, plan: Plan, entry: Entry, row: Definition) -> None:
    document = entry.document
    if entry.action == RELEASED:
        row.solution = ""
    elif entry.action == UNCHANGED:
        # an organisation's own definition that a solution brings in the same words becomes the solution's
        row.solution = plan.solution
    elif entry.action == Act.REMOVED:
        _kind(entry.kind).remove(ctx, entry.key)
        row.removed_at, row.names = ctx.now, []
    elif document is not None:
        document.kind.apply(ctx, document.model)
        if plan.solution or row.removed_at is not None:
            row.solution = plan.solution
        row.names, row.removed_at = names_in(document), None


def _version(ctx: Context, plan: Plan, entry: Entry, row: Definition) -> DefinitionVersion:
    document = entry.document
    return DefinitionVersion(
        definition=row, number=row.version, act=entry.action,
        body=document.body if document else None, source=document.source if document else "",
        file=document.file[-300:] if document else "", digest=document.digest if document else "",
        solution=plan.solution, solution_version=plan.solution_version,
        applied_at=ctx.now, applied_by=ctx.actor.label[:200] or ctx.actor.kind.value,
    )  # fmt: skip
