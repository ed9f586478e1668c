"""Questions to the solutions room: what there is, what installing or removing would do, a solution as the city has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from nakhon.kernel.context import Context
from nakhon.kernel.definitions.collecting import from_path
from nakhon.kernel.definitions.faults import DefinitionFault
from nakhon.kernel.definitions.fields import words
from nakhon.kernel.definitions.queries import export_definitions, plan_definitions
from nakhon.kernel.definitions.writing import to_yaml
from nakhon.kernel.verbs import query
from nakhon.knowledge.text import Text
from nakhon.people.city.queries import city_facts
from nakhon.solutions.manifest import FILE, Manifest
from nakhon.solutions.models import Installation
from nakhon.solutions.packs import Pack, catalogue, check_pack, fill, pack_of
from nakhon.solutions.permissions import READ
from nakhon.solutions.rules import require_needs, require_not_needed
from nakhon.solutions.store import draft_row, given_before, installed, installed_needs, manifest_of, require_installed
from nakhon.solutions.types import SolutionLine, SolutionPlan, State

__all__ = [
    "Upload",
    "export_solution",
    "known_solutions",
    "known_values",
    "list_solutions",
    "plan_removal",
    "plan_solution",
    "solution_pack",
    "upload",
]


@dataclass(frozen=True, slots=True)
class Upload:
    """Files that wait for a yes. ``files`` are texts by path; a solution when ``solution.yaml`` is among them."""

    id: UUID
    name: str
    files: dict[str, str]

    @property
    def is_solution(self) -> bool:
        return FILE in self.files


def known_solutions() -> list[SolutionLine]:
    """The catalogue alone, without any city: what comes with the platform, faulty ones with their faults."""
    return [_offered(name, None) for name in catalogue()]


def _offered(name: str, row: Installation | None) -> SolutionLine:
    pack, faults = check_pack(from_path(catalogue()[name]), folder=name)
    if pack is None:
        return _faulty(name, row, tuple(faults))
    return _line(pack.manifest, row, pack.digest)


def _faulty(name: str, row: Installation | None, faults: tuple[DefinitionFault, ...]) -> SolutionLine:
    about = Text("ดูข้อผิดพลาดในรายละเอียด", "Its faults are shown with it")
    return SolutionLine(
        name, Text(name, name), about, State.FAULTY, "", row.release.version if row and not row.removed_at else "",
        (), (), Text("-", "-"), faults=faults,
    )  # fmt: skip


def _line(manifest: Manifest, row: Installation | None, digest: str | None) -> SolutionLine:
    state, version = State.AVAILABLE, ""
    if row is not None and row.removed_at is not None:
        state = State.REMOVED
    elif row is not None:
        version = row.release.version
        state = State.INSTALLED if digest in (None, row.release.digest) else State.OUTDATED
    return SolutionLine(
        manifest.id, manifest.name.text, manifest.summary.text, state, manifest.version, version,
        tuple(manifest.domains), tuple(manifest.sdgs), words(manifest.first_built_by),
        row.installed_at if row else None, row.installed_by if row else "", in_catalogue=digest is not None,
    )  # fmt: skip


@query(READ)
def list_solutions(ctx: Context) -> list[SolutionLine]:
    """Every solution of the catalogue and every other one that the organisation has or had, with its state."""
    rows = {row.solution: row for row in Installation.objects.select_related("release")}
    lines = [_offered(name, rows.pop(name, None)) for name in catalogue()]
    lines += [_line(manifest_of(row.release), row, None) for row in rows.values()]
    return sorted(lines, key=lambda line: line.id)


@query(READ)
def solution_pack(ctx: Context, *, solution: str) -> Pack:
    """A solution to install: of the catalogue, else the release that the organisation had installed last.

    Raises ``SolutionNotFound`` or ``FaultyDefinitions``.
    """
    row = installed(solution)
    if solution not in catalogue() and row is not None:
        return Pack(manifest_of(row.release), row.release.files)
    return pack_of(solution)


@query(READ)
def plan_solution(
    ctx: Context, *, pack: Pack, values: Mapping[str, object] | None = None, keep_data: bool = False
) -> SolutionPlan:
    """What ``apply_solution`` would do with the same arguments. Values given earlier are kept where none is given now."""
    require_needs(pack.manifest, set(installed_needs()))
    found = installed(pack.id)
    filled = fill(pack.manifest, given_before(pack, found, values), city_facts(ctx))
    plan = plan_definitions(
        ctx,
        documents=pack.documents(filled),
        solution=pack.id,
        solution_version=pack.manifest.version,
        keep_data=keep_data,
    )
    return SolutionPlan(pack.manifest, plan, filled)


@query(READ)
def known_values(ctx: Context, *, pack: Pack) -> dict[str, object]:
    """What is known of the solution's parameters before anybody fills them in: earlier values, else the directory's."""
    facts = city_facts(ctx)
    earlier = given_before(pack, installed(pack.id), None)
    told = {parameter.id: facts.get(parameter.fact) for parameter in pack.manifest.parameters if parameter.fact}
    return {name: value for name, value in {**told, **earlier}.items() if value is not None}


@query(READ)
def plan_removal(ctx: Context, *, solution: str, keep_data: bool = False) -> SolutionPlan:
    """What ``remove_solution`` would do with the same arguments. Raises as it does."""
    row = require_installed(solution)
    require_not_needed(solution, installed_needs())
    plan = plan_definitions(
        ctx, documents=[], solution=solution, solution_version=row.release.version, keep_data=keep_data
    )
    return SolutionPlan(manifest_of(row.release), plan, row.values)


@query(READ)
def export_solution(ctx: Context, *, solution: str) -> dict[str, str]:
    """The solution as the organisation has it now, its own changes included: files by path that lint clean and apply back.

    What the city filled in is written out, so the exported solution asks nothing more. Raises ``SolutionNotInstalled``.
    """
    row = require_installed(solution)
    manifest = manifest_of(row.release)
    value = manifest.model_dump(mode="json", exclude_defaults=True)
    value.pop("parameters", None)
    return {FILE: to_yaml(value), **export_definitions(ctx, solution=solution)}


@query(READ)
def upload(ctx: Context, *, draft_id: UUID) -> Upload:
    """Files that wait for a yes. Raises ``DraftNotFound``."""
    row = draft_row(ctx, draft_id)
    return Upload(row.pk, row.name, row.files)
