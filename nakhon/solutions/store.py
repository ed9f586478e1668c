"""Reads the room's tables for its verbs and questions, within the open tenant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from nakhon.kernel.context import Context
from nakhon.knowledge.text import Text
from nakhon.solutions.errors import DraftNotFound, SolutionNotInstalled
from nakhon.solutions.manifest import Manifest
from nakhon.solutions.models import Draft, Installation, Release
from nakhon.solutions.packs import Pack
from nakhon.solutions.tasks import DRAFT_LIFE


def installed(solution: str) -> Installation | None:
    """The row of a solution, installed or removed."""
    found: Installation | None = Installation.objects.select_related("release").filter(solution=solution).first()
    return found


def require_installed(solution: str) -> Installation:
    row = installed(solution)
    if row is None or row.removed_at is not None:
        raise SolutionNotInstalled(Text(f"ไม่ได้ติดตั้งชุดระบบ {solution}", f"The solution {solution} is not installed"))
    return row


def installed_needs() -> dict[str, set[str]]:
    """What each installed solution needs, by its id."""
    rows = Installation.objects.select_related("release").filter(removed_at=None)
    return {row.solution: set(row.release.manifest.get("needs", {}).get("solutions", [])) for row in rows}


def draft_row(ctx: Context, draft_id: UUID) -> Draft:
    """An upload that has not expired. Raises ``DraftNotFound``."""
    found: Draft | None = Draft.objects.filter(pk=draft_id, made_at__gte=ctx.now - DRAFT_LIFE).first()
    if found is None:
        raise DraftNotFound
    return found


def manifest_of(release: Release) -> Manifest:
    return Manifest.model_validate_json(json.dumps(release.manifest))


def given_before(pack: Pack, found: Installation | None, values: Mapping[str, object] | None) -> dict[str, object]:
    """What is given now over what was given at an earlier installation, as far as the pack still asks for it."""
    known = {parameter.id for parameter in pack.manifest.parameters}
    earlier = {name: value for name, value in (found.values if found else {}).items() if name in known}
    return {**earlier, **(values or {})}
