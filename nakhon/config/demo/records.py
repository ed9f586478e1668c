"""Gives each city of the demonstration its public record from the report and the solutions that every municipality starts with."""

from __future__ import annotations

from datetime import datetime

from nakhon.config.demo.organisations import FOLDER
from nakhon.kernel.context import Context, system_actor
from nakhon.kernel.definitions.checking import check
from nakhon.kernel.definitions.faults import FaultyDefinitions
from nakhon.kernel.definitions.queries import plan_definitions
from nakhon.kernel.definitions.reader import Source
from nakhon.kernel.definitions.services import apply_definitions
from nakhon.people.access import organisation_by_slug, tenant_ref
from nakhon.solutions.queries import plan_solution, solution_pack
from nakhon.solutions.services import apply_solution

SOLUTIONS = ("municipal-office",)


def context_of(slug: str, now: datetime) -> Context:
    """The context in which the demonstration acts in a city."""
    organisation = organisation_by_slug(slug)
    assert organisation is not None, slug
    return Context(tenant=tenant_ref(organisation), actor=system_actor("demonstration"), now=now)


def load(slug: str, now: datetime) -> None:
    """Apply what differs; a city that is as it should be is left alone."""
    ctx = context_of(slug, now)
    _profile(ctx)
    for solution in SOLUTIONS:
        _solution(ctx, solution)


def _profile(ctx: Context) -> None:
    path = FOLDER / "cities" / ctx.tenant.slug / "profile.yaml"
    checked = check([Source(str(path.relative_to(FOLDER.parent)), path.read_bytes())])
    if checked.faults:
        raise FaultyDefinitions(checked.faults)
    plan = plan_definitions(ctx, documents=checked.documents)
    if not plan.is_empty:
        apply_definitions(ctx, documents=checked.documents, plan_hash=plan.hash)


def _solution(ctx: Context, solution: str) -> None:
    pack = solution_pack(ctx, solution=solution)
    found = plan_solution(ctx, pack=pack)
    if not found.plan.is_empty:
        apply_solution(ctx, pack=pack, plan_hash=found.plan.hash)
