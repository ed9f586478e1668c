"""The registry of kinds. A room registers the YAML kinds it owns in its ``definitions.py``; the registry then freezes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nakhon.kernel.context import Context
from nakhon.kernel.definitions.faults import Path
from nakhon.kernel.definitions.fields import DefinitionBody
from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class Reference:
    """A definition names another: the one of ``kind`` and ``key``, at ``path`` in its body."""

    kind: str
    key: str
    path: Path


@dataclass(frozen=True, slots=True)
class Discord:
    """Definitions of one kind that are sound alone but not together: the fault stands at ``path`` of the one with ``key``."""

    key: str
    path: Path
    message: Text
    remedy: Text


def _none(_: Any) -> Iterable[Any]:
    return ()


def _nothing_held(_: Context, __: str) -> Text | None:
    return None


def _nothing_foreseen(_: Context, __: Any) -> Text | None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of definition.

    ``apply(ctx, body)`` makes the body true in the room's own tables, for a new and for a changed definition alike;
    ``remove(ctx, key)`` takes it out again. Both run inside the transaction that writes the version. ``holds(ctx, key)``
    says which data would lose their meaning by a removal, or None. ``references`` yields what a body names; ``together``
    is given all bodies of the kind as they will be and yields what cannot stand side by side. ``foresee(ctx, body)`` says what
    a changed or restored definition would do to data that is there, or None; the plan shows it as a warning.
    ``permission`` is asked beside ``definitions.apply``. ``folder`` is where files of the kind live in a solution.
    """

    name: str
    model: type[DefinitionBody]
    text: Text
    about: Text
    example: str
    permission: str
    folder: str
    apply: Callable[[Context, Any], None]
    remove: Callable[[Context, str], None]
    references: Callable[[Any], Iterable[Reference]] = _none
    holds: Callable[[Context, str], Text | None] = _nothing_held
    together: Callable[[Any], Iterable[Discord]] = _none
    foresee: Callable[[Context, Any], Text | None] = _nothing_foreseen


_kinds: dict[str, Kind] = {}
_frozen = False


def register_kind(kind: Kind) -> Kind:
    """Add a kind. ``ValueError`` when its name is taken or its model does not say it; ``RuntimeError`` after the freeze."""
    if _frozen:
        raise RuntimeError(f"The registry of kinds is frozen; register {kind.name} in its room's definitions.py")
    if kind.name in _kinds:
        raise ValueError(f"The kind {kind.name!r} is registered already")
    declared = kind.model.model_json_schema()["properties"]["kind"].get("const")
    if declared != kind.name:
        raise ValueError(f"{kind.model.__name__}.kind must be Literal[{kind.name!r}], not {declared!r}")
    _kinds[kind.name] = kind
    return kind


def freeze() -> None:
    """Close the registry; called when all rooms are loaded."""
    global _frozen
    _frozen = True


def kinds() -> Mapping[str, Kind]:
    """All kinds by name, in the order in which they were registered."""
    return dict(_kinds)
