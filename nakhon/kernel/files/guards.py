"""May this actor see this file? The room that owns the thing answers for its own files; otherwise its sensitivity does."""

from __future__ import annotations

from collections.abc import Callable

from nakhon.kernel.context import ActorKind, Context
from nakhon.kernel.files.permissions import READ_PERSONAL, READ_SENSITIVE
from nakhon.kernel.files.types import FileInfo, Sensitivity

Guard = Callable[[Context, FileInfo], bool | None]

_guards: dict[str, Guard] = {}


def guard(owner_type: str) -> Callable[[Guard], Guard]:
    """Declare ``function(ctx, file) -> bool | None`` for the files of ``owner_type``; None leaves it to the sensitivity.

    Even a guard cannot give the public a PERSONAL or SENSITIVE file: its link could not be bound to anybody.
    """

    def declare(function: Guard) -> Guard:
        if owner_type in _guards and _guards[owner_type] is not function:
            raise ValueError(f"The files of {owner_type!r} have a guard already")
        _guards[owner_type] = function
        return function

    return declare


def may_see(ctx: Context, file: FileInfo) -> bool:
    """True when the actor of ``ctx`` may see ``file``."""
    nobody = ctx.actor.kind is ActorKind.PUBLIC or not ctx.actor.id
    if nobody and file.sensitivity in (Sensitivity.PERSONAL, Sensitivity.SENSITIVE):
        return False
    found = _guards.get(file.owner_type)
    if found is not None and (said := found(ctx, file)) is not None:
        return said
    return _by_sensitivity(ctx, file)


def _by_sensitivity(ctx: Context, file: FileInfo) -> bool:
    if file.sensitivity is Sensitivity.PUBLIC:
        return True
    works_here = ctx.actor.kind in (ActorKind.STAFF, ActorKind.SYSTEM)
    if file.sensitivity is Sensitivity.INTERNAL and works_here:
        return True
    if ctx.actor.id and file.created_by == ctx.actor.id:
        return True
    if file.sensitivity is Sensitivity.PERSONAL:
        return works_here and ctx.may(READ_PERSONAL)
    return works_here and file.sensitivity is Sensitivity.SENSITIVE and ctx.may(READ_SENSITIVE)
