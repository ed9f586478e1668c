"""What the directory, the units and the staff look like to their readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class OrganisationNode:
    """An organisation in the tree, with those directly below it."""

    id: UUID
    slug: str
    name: Text
    kind: str
    kind_text: Text
    province_code: str
    children: tuple[OrganisationNode, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit in the tree. ``depth`` is 0 at the top; ``members`` counts those who work in this very unit."""

    id: UUID
    code: str
    kind: str
    kind_text: Text
    name: Text
    depth: int
    position: int
    members: int
    closed_at: datetime | None
    parent_id: UUID | None
    phone: str
    email: str
    children: tuple[UnitNode, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member of the staff. ``roles`` are codes with their texts; ``units`` the units' ids with their names."""

    id: UUID
    user_id: UUID
    name: str
    email: str
    title: str
    roles: tuple[tuple[str, Text], ...]
    units: tuple[tuple[UUID, Text], ...]
    started_at: datetime
    ended_at: datetime | None
    is_active: bool

    @property
    def role_codes(self) -> frozenset[str]:
        return frozenset(code for code, _ in self.roles)
