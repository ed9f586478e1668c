"""Verbs of the solutions room: install (or update), remove, and keep an upload until it is confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.definitions.planning import Plan
from nakhon.kernel.definitions.services import apply_definitions
from nakhon.kernel.outbox import announce
from nakhon.kernel.verbs import verb
from nakhon.people.city.queries import city_facts
from nakhon.solutions.events import SolutionInstalled, SolutionRemoved
from nakhon.solutions.models import Draft, Installation, Release
from nakhon.solutions.packs import Pack, fill
from nakhon.solutions.permissions import APPLY
from nakhon.solutions.rules import require_needs, require_not_needed
from nakhon.solutions.store import draft_row, given_before, installed, installed_needs, require_installed


@verb(APPLY)
def apply_solution(
    ctx: Context, *, pack: Pack, plan_hash: str, values: Mapping[str, object] | None = None, keep_data: bool = False
) -> Plan:
    """Install a solution or bring it to another version, exactly as ``plan_solution`` showed it.

    ``values`` fill in its parameters. Raises ``SolutionMissing``, ``ParametersMissing``, ``PlanChanged``,
    ``FaultyDefinitions``, ``DefinitionHoldsData`` or ``DefinitionInUse``; then nothing was changed.
    """
    require_needs(pack.manifest, set(installed_needs()))
    found = installed(pack.id)
    filled = fill(pack.manifest, given_before(pack, found, values), city_facts(ctx))
    plan = apply_definitions(
        ctx, documents=pack.documents(filled), plan_hash=plan_hash, solution=pack.id,
        solution_version=pack.manifest.version, keep_data=keep_data,
    )  # fmt: skip
    release = Release.objects.filter(solution=pack.id, digest=pack.digest).first() or Release.objects.create(
        solution=pack.id, version=pack.manifest.version, digest=pack.digest, manifest=pack.manifest.model_dump(mode="json"),
        files=dict(pack.files), added_at=ctx.now, added_by=ctx.actor.label[:200],
    )  # fmt: skip
    row = found or Installation(solution=pack.id)
    row.release, row.values = release, filled
    row.installed_at, row.installed_by, row.removed_at, row.removed_by = ctx.now, ctx.actor.label[:200], None, ""
    row.save()
    record(
        ctx,
        "solutions.solution.installed",
        row,
        detail={"solution": pack.id, "version": pack.manifest.version, "plan": plan.hash},
    )
    announce(ctx, SolutionInstalled(pack.id, pack.manifest.version))
    return plan


@verb(APPLY)
def remove_solution(ctx: Context, *, solution: str, plan_hash: str, keep_data: bool = False) -> Plan:
    """Take a solution out, exactly as ``plan_removal`` showed it. Its history stays and applying it again restores it.

    Raises ``SolutionNotInstalled``, ``SolutionNeeded`` (another solution needs it), ``PlanChanged``, ``DefinitionInUse``,
    or ``DefinitionHoldsData`` unless ``keep_data``, which leaves what holds data as the organisation's own.
    """
    row = require_installed(solution)
    require_not_needed(solution, installed_needs())
    plan = apply_definitions(
        ctx,
        documents=[],
        plan_hash=plan_hash,
        solution=solution,
        solution_version=row.release.version,
        keep_data=keep_data,
    )
    row.removed_at, row.removed_by = ctx.now, ctx.actor.label[:200]
    row.save()
    record(
        ctx, "solutions.solution.removed", row, detail={"solution": solution, "plan": plan.hash, "kept_data": keep_data}
    )
    announce(ctx, SolutionRemoved(solution))
    return plan


@verb(APPLY)
def keep_upload(ctx: Context, *, name: str, files: Mapping[str, str]) -> UUID:
    """Keep files that were sent until their plan is confirmed, at most a day. Returns the draft's id."""
    draft: Draft = Draft.objects.create(name=name[:200], files=dict(files), made_at=ctx.now, made_by=ctx.actor.id[:60])
    record(ctx, "solutions.upload.kept", draft, detail={"name": name[:200], "files": len(files)})
    return draft.id


@verb(APPLY)
def drop_upload(ctx: Context, *, draft_id: UUID) -> None:
    """Forget an upload, applied or not wanted. Raises ``DraftNotFound``."""
    draft = draft_row(ctx, draft_id)
    record(ctx, "solutions.upload.dropped", draft, detail={"name": draft.name})
    draft.delete()
