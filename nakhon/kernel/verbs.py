"""``@verb`` and ``@query``: the doors into a room. Each names its permission, opens the tenant and is known to the watchmen.

A verb runs in one transaction and must leave an audit entry; a query changes nothing but may record that something was read.
"""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.conf import settings
from django.db import transaction

from nakhon.kernel.context import Context
from nakhon.kernel.errors import NakhonError
from nakhon.kernel.tenancy import act_in

P = ParamSpec("P")
R = TypeVar("R")

recorded: ContextVar[int] = ContextVar("nakhon_recorded", default=0)


@dataclass(frozen=True, slots=True)
class Door:
    """A verb or a query as registered: ``name`` is ``room.function``."""

    name: str
    kind: str
    permission: str
    function: Callable[..., Any]

    @property
    def room(self) -> str:
        return self.name.split(".", 1)[0]

    @property
    def summary(self) -> str:
        return (inspect.getdoc(self.function) or "").split("\n", 1)[0]


_doors: dict[str, Door] = {}


def doors() -> Mapping[str, Door]:
    """Every verb and query of the rooms that are loaded, by name."""
    return dict(_doors)


Observer = Callable[[str, str, str, float], None]

observers: list[Observer] = []
"""Called after each door with its name, "verb" or "query", its outcome (ok, refused, failed) and the seconds it took."""


@contextmanager
def _observed(function: Callable[..., Any], kind: str) -> Iterator[None]:
    started, outcome = time.perf_counter(), "failed"
    try:
        yield
        outcome = "ok"
    except NakhonError:
        outcome = "refused"
        raise
    finally:
        for observe in observers:
            observe(_name(function), kind, outcome, time.perf_counter() - started)


def _name(function: Callable[..., Any]) -> str:
    room = function.__module__.removeprefix("nakhon.").split(".", 1)[0]
    return f"{room}.{function.__name__}"


def _register(function: Callable[..., Any], kind: str, permission: str) -> None:
    name = _name(function)
    known = _doors.get(name)
    if known is not None and known.function.__module__ != function.__module__:
        raise ValueError(f"{name} is defined twice: in {known.function.__module__} and {function.__module__}")
    _doors[name] = Door(name, kind, permission, function)


def verb(
    permission: str,
) -> Callable[[Callable[Concatenate[Context, P], R]], Callable[Concatenate[Context, P], R]]:
    """Declare a function ``(ctx, ...)`` that changes something and requires ``permission``.

    Raises ``SignInRequired`` or ``Forbidden`` before the function is entered. Everything it does is one transaction.
    """

    def declare(function: Callable[Concatenate[Context, P], R]) -> Callable[Concatenate[Context, P], R]:
        @functools.wraps(function)
        def run(ctx: Context, /, *args: P.args, **kwargs: P.kwargs) -> R:
            before = recorded.get()
            with _observed(function, "verb"):
                ctx.require(permission)
                with act_in(ctx), transaction.atomic():
                    result = function(ctx, *args, **kwargs)
            if settings.NAKHON_STRICT_VERBS and recorded.get() == before:
                raise AssertionError(
                    f"{function.__module__}.{function.__name__} changed something without record(ctx, ...)"
                )
            return result

        _register(run, "verb", permission)
        return run

    return declare


def query(
    permission: str,
) -> Callable[[Callable[Concatenate[Context, P], R]], Callable[Concatenate[Context, P], R]]:
    """Declare a function ``(ctx, ...)`` that answers a question and requires ``permission``.

    It must return evaluated values (lists, objects), not lazy query sets: the tenant is closed again when it returns.
    """

    def declare(function: Callable[Concatenate[Context, P], R]) -> Callable[Concatenate[Context, P], R]:
        @functools.wraps(function)
        def run(ctx: Context, /, *args: P.args, **kwargs: P.kwargs) -> R:
            with _observed(function, "query"):
                ctx.require(permission)
                with act_in(ctx):
                    return function(ctx, *args, **kwargs)

        _register(run, "query", permission)
        return run

    return declare
