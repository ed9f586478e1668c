"""Who may enter a register, by the roles that its definition names. Asked below every door, so that no page can forget it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nakhon.citydata.registers.errors import NeedsApproval, RegisterClosed, RegisterInactive, RegisterNotFound
from nakhon.citydata.registers.models import Register
from nakhon.citydata.registers.permissions import REGISTER_SEE
from nakhon.citydata.registers.rules.shape import Shape, shape_of
from nakhon.kernel.context import ActorKind, Context
from nakhon.kernel.errors import SignInRequired
from nakhon.kernel.permissions import SYSTEM_ROLE


def _holds(ctx: Context, roles: frozenset[str]) -> bool:
    held = ctx.actor.roles
    if SYSTEM_ROLE in held or not roles.isdisjoint(held) or "public" in roles:
        return True
    return "citizen" in roles and ctx.actor.kind is not ActorKind.PUBLIC


def is_staff(ctx: Context) -> bool:
    return ctx.actor.kind not in (ActorKind.PUBLIC, ActorKind.CITIZEN)


def may_see(ctx: Context, shape: Shape) -> bool:
    return _holds(ctx, shape.body.seers)


def may_edit(ctx: Context, shape: Shape) -> bool:
    """True when the actor's roles write in the register, at once or by proposing."""
    return may_see(ctx, shape) and _holds(ctx, frozenset(shape.body.access.edit))


def may_approve(ctx: Context, shape: Shape) -> bool:
    return may_see(ctx, shape) and _holds(ctx, frozenset(shape.body.access.approve))


def is_trusted(ctx: Context, shape: Shape) -> bool:
    """True for the roles that the definition calls ``precise``: exact places and sensitive properties of a guarded register."""
    return may_see(ctx, shape) and _holds(ctx, frozenset(shape.body.access.precise))


def sees_exact(ctx: Context, shape: Shape) -> bool:
    """True when exact places are shown: always in an open register; in a guarded one to the ``precise`` roles, and in a
    sensitive one to them only with a stated purpose."""
    if not shape.hides_places:
        return True
    stated = shape.body.sensitivity != "sensitive" or bool(ctx.purpose.strip()) or ctx.actor.kind is ActorKind.SYSTEM
    return is_trusted(ctx, shape) and stated


def shown_properties(ctx: Context, shape: Shape) -> tuple[str, ...]:
    """The properties that the actor sees in clear: open ones, and for staff the internal ones. Never a protected one."""
    return shape.for_staff if is_staff(ctx) else shape.for_all


def visible(ctx: Context, shape: Shape, data: Mapping[str, Any]) -> dict[str, Any]:
    """``data`` without what the actor may not see, in the order of the definition."""
    return {name: data[name] for name in shown_properties(ctx, shape) if name in data}


def find_register(ctx: Context, key: str, *, lock: bool = False, closed: bool = False) -> tuple[Register, Shape]:
    """The register called ``key``, if the actor may see it.

    Raises ``RegisterNotFound`` for one that is not there, or that is not for the public; ``RegisterClosed`` for staff whose
    roles it does not name; ``RegisterInactive`` for one whose definition was taken out, unless ``closed``.
    """
    ctx.require(REGISTER_SEE)
    rows = Register.objects.select_for_update(of=("self",)) if lock else Register.objects.all()
    register: Register | None = rows.filter(key=key).first()
    if register is None:
        raise RegisterNotFound
    shape = shape_of(register)
    if not may_see(ctx, shape):
        raise RegisterClosed if is_staff(ctx) else RegisterNotFound
    if not register.active and not (closed and is_staff(ctx)):
        raise RegisterInactive if is_staff(ctx) else RegisterNotFound
    return register, shape


def require_edit(ctx: Context, shape: Shape) -> None:
    """Raise ``RegisterClosed`` unless the actor writes in the register; ``NeedsApproval`` where a change must be proposed.

    In a register whose changes need approval, those who approve may write at once.
    """
    if ctx.actor.kind is ActorKind.PUBLIC:
        raise SignInRequired
    if shape.body.changes == "approval" and not may_approve(ctx, shape):
        raise NeedsApproval if may_edit(ctx, shape) else RegisterClosed
    if not (may_edit(ctx, shape) or (shape.body.changes == "approval" and may_approve(ctx, shape))):
        raise RegisterClosed


def require_approve(ctx: Context, shape: Shape) -> None:
    if not may_approve(ctx, shape):
        raise RegisterClosed
