"""Who acts, for which organisation, when and in which language: the first argument of every verb and query."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from nakhon.kernel.errors import Forbidden, SignInRequired
from nakhon.kernel.permissions import allows
from nakhon.knowledge.text import DEFAULT_LANGUAGE, Text


class ActorKind(StrEnum):
    PUBLIC = "public"
    CITIZEN = "citizen"
    STAFF = "staff"
    DEVICE = "device"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class TenantRef:
    """An organisation as the kernel sees it: the owner of rows."""

    id: UUID
    slug: str
    name: Text


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``id`` is the account's key as text ("" for the public), ``label`` the name to greet with,
    ``roles`` the roles held in the tenant of the context, ``units`` the units the actor belongs to."""

    kind: ActorKind
    id: str = ""
    label: str = ""
    roles: frozenset[str] = frozenset()
    units: frozenset[UUID] = frozenset()

    @property
    def trail_label(self) -> str:
        """How lasting records name the actor. A citizen's name stays out of them, because they outlive an erasure."""
        return self.kind.value if self.kind is ActorKind.CITIZEN else self.label


PUBLIC = Actor(ActorKind.PUBLIC, label="public", roles=frozenset({"public"}))


def system_actor(label: str) -> Actor:
    """The platform itself, named by the part that acts (``worker``, ``demo`` ...). It may do everything in its tenant."""
    return Actor(ActorKind.SYSTEM, id="system", label=label, roles=frozenset({"system"}))


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of one act. ``now`` is aware; ``purpose`` says why personal data is read, where that is asked."""

    tenant: TenantRef
    actor: Actor
    now: datetime
    language: str = DEFAULT_LANGUAGE
    purpose: str = ""
    request_id: str = ""
    address: str = ""
    signed_in: bool = field(default=False)

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("Context.now must carry a time zone")

    def may(self, permission: str) -> bool:
        """True when the actor's roles include ``permission``. Unknown permissions raise ``KeyError``: a typo is a bug."""
        return allows(self.actor.roles, permission)

    def require(self, permission: str) -> None:
        """Raise ``SignInRequired`` (public) or ``Forbidden`` unless the actor holds ``permission``."""
        if self.may(permission):
            return
        if self.actor.kind is ActorKind.PUBLIC:
            raise SignInRequired
        raise Forbidden

    def for_purpose(self, purpose: str) -> Context:
        return replace(self, purpose=purpose)
