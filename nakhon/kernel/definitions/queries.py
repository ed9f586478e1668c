"""Questions to the store of definitions: what is in force, what applying would do, how it came to be, and all of it as YAML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nakhon.kernel.context import Context
from nakhon.kernel.definitions.checking import Document
from nakhon.kernel.definitions.difference import Change, differences
from nakhon.kernel.definitions.errors import DefinitionNotFound
from nakhon.kernel.definitions.models import Definition, DefinitionVersion
from nakhon.kernel.definitions.permissions import READ
from nakhon.kernel.definitions.planning import Name, Plan, Stored, make_plan, stored, title_of
from nakhon.kernel.definitions.writing import files_for
from nakhon.kernel.verbs import query
from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class DefinitionLine:
    """A definition in a list; ``title`` is its name in both languages where its kind has one."""

    kind: str
    key: str
    version: int
    solution: str
    in_force: bool
    applied_at: datetime
    applied_by: str
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in a history, newest first; ``changes`` compare it with the version before it."""

    number: int
    act: str
    body: dict[str, Any] | None
    source: str
    file: str
    digest: str
    solution: str
    solution_version: str
    applied_at: datetime
    applied_by: str
    changes: tuple[Change, ...] = ()


@query(READ)
def list_definitions(
    ctx: Context, *, kind: str = "", solution: str | None = None, removed: bool = False
) -> list[DefinitionLine]:
    """Definitions in force (and, with ``removed``, those that were), by kind and key."""
    return [
        _definition_line(found)
        for name, found in stored().items()
        if (removed or found.in_force)
        and (not kind or name[0] == kind)
        and (solution is None or found.row.solution == solution)
    ]


def _definition_line(found: Stored) -> DefinitionLine:
    row, version = found.row, found.version
    title = title_of(version.body)
    return DefinitionLine(
        row.kind, row.key, version.number, row.solution, found.in_force, version.applied_at, version.applied_by, title
    )


@query(READ)
def plan_definitions(
    ctx: Context,
    *,
    documents: Sequence[Document],
    solution: str = "",
    solution_version: str = "",
    remove: Iterable[Name] = (),
    prune: bool = False,
    keep_data: bool = False,
) -> Plan:
    """What ``apply_definitions`` would do with the same arguments. Raises as ``make_plan`` does."""
    return make_plan(
        ctx,
        documents,
        solution=solution,
        solution_version=solution_version,
        remove=remove,
        prune=prune,
        keep_data=keep_data,
    )


@query(READ)
def definition_history(ctx: Context, *, kind: str, key: str) -> list[VersionLine]:
    """Every version of a definition, newest first. Raises ``DefinitionNotFound``."""
    row = Definition.objects.filter(kind=kind, key=key).first()
    if row is None:
        raise DefinitionNotFound(Text(f"ไม่พบคำนิยาม {kind}/{key}", f"There is no definition {kind}/{key}"))
    lines: list[VersionLine] = []
    before: dict[str, Any] = {}
    for version in DefinitionVersion.objects.filter(definition=row).order_by("number"):
        body = version.body or {}
        lines.append(_line(version, differences(before, body) if before and body else ()))
        before = body or before
    return lines[::-1]


@query(READ)
def definition_version(ctx: Context, *, kind: str, key: str, number: int | None = None) -> VersionLine:
    """One version, the newest by default. Raises ``DefinitionNotFound``."""
    versions = DefinitionVersion.objects.filter(definition__kind=kind, definition__key=key).order_by("-number")
    found = versions.first() if number is None else versions.filter(number=number).first()
    if found is None:
        which = f"{kind}/{key}" + (f" v{number}" if number is not None else "")
        raise DefinitionNotFound(Text(f"ไม่พบคำนิยาม {which}", f"There is no definition {which}"))
    return _line(found)


@query(READ)
def export_definitions(ctx: Context, *, kinds: Iterable[str] = (), solution: str | None = None) -> dict[str, str]:
    """What is in force as files of YAML, by relative path: they lint clean, and applying them changes nothing."""
    wanted = set(kinds)
    bodies: list[tuple[str, dict[str, Any]]] = [
        (name[0], found.version.body or {})
        for name, found in stored().items()
        if found.in_force and (not wanted or name[0] in wanted) and (solution is None or found.row.solution == solution)
    ]
    return files_for(bodies)


def _line(version: DefinitionVersion, changes: tuple[Change, ...] = ()) -> VersionLine:
    return VersionLine(
        version.number, version.act, version.body, version.source, version.file, version.digest, version.solution,
        version.solution_version, version.applied_at, version.applied_by, changes,
    )  # fmt: skip
