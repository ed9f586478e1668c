"""Installs solutions of the demonstration and fills their registers in bulk, once: a register that holds records is left alone."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction

from nakhon.citydata.registers.access import find_register
from nakhon.citydata.registers.models import Register
from nakhon.citydata.registers.writing_records import CHUNK, Prepared, Refusal, prepare, write_prepared
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.outbox import enqueue
from nakhon.kernel.tenancy import act_in
from nakhon.solutions.packs import CATALOGUE, Pack, pack_of
from nakhon.solutions.queries import plan_solution
from nakhon.solutions.services import apply_solution
from nakhon.solutions.store import installed

FILL = "demonstration.fill"
"""The job that fills one large register."""

Values = Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Row:
    """A record on its way in: its properties, and its place as GeoJSON or None."""

    data: Mapping[str, Any]
    geometry: Any = None


@dataclass(frozen=True, slots=True)
class Load:
    """What one city gets of one solution: what it fills in, and the records of each register, made when they are needed.

    Registers in ``later`` hold thousands of records: the worker fills them, so that the platform starts without waiting.
    """

    solution: str
    values: Values = field(default_factory=dict)
    registers: Mapping[str, Callable[[], Iterable[Row]]] = field(default_factory=dict)
    later: frozenset[str] = frozenset()


@lru_cache(maxsize=64)
def _pack(solution: str) -> Pack:
    return pack_of(solution)


def install(ctx: Context, solution: str, values: Values | None = None) -> None:
    """Apply what differs. The same files filled in alike are not even planned, so that a repeated load is quick."""
    pack, wanted = _pack(solution), dict(values or {})
    with act_in(ctx):
        row = installed(solution)
    same = row is not None and row.removed_at is None and row.release.digest == pack.digest
    if row is not None and same and {**row.values, **wanted} == row.values:
        return
    found = plan_solution(ctx, pack=pack, values=wanted)
    apply_solution(ctx, pack=pack, plan_hash=found.plan.hash, values=wanted)


def fill(ctx: Context, register: str, rows: Callable[[], Iterable[Row]]) -> int:
    """Write the records of a register that has none; returns how many. Raises ``ValueError`` for a row that it refuses."""
    with transaction.atomic(), act_in(ctx):
        found, shape = find_register(ctx, register)
        if found.number or found.record_count:
            return 0
        waiting: list[Prepared] = []
        count = 0
        for row in rows():
            made = prepare(shape, row.data, row.geometry)
            if isinstance(made, Refusal):
                told = "; ".join(f"{name}: {text.en}" for name, text in made.problems.items())
                raise ValueError(f"{ctx.tenant.slug}/{register} refuses {dict(row.data)!r}: {told}")
            waiting.append(made)
            if len(waiting) >= CHUNK:
                count += _write(ctx, found, waiting)
                waiting = []
        count += _write(ctx, found, waiting)
        record(ctx, "citydata.records.loaded", found, detail={"register": register, "count": count})
    return count


def _write(ctx: Context, register: Register, rows: list[Prepared]) -> int:
    written = write_prepared(ctx, register, rows, policy="add")
    if written.refused:
        raise ValueError(f"{ctx.tenant.slug}/{register.key}: {written.refused[0][1].en}")
    return len(written.added)


def carry_out(ctx: Context, loads: Iterable[Load]) -> None:
    """Install each solution and fill its registers, the large ones by a job of the worker."""
    for load in loads:
        install(ctx, load.solution, load.values)
        for register, rows in load.registers.items():
            if register not in load.later:
                fill(ctx, register, rows)
            elif _is_empty(ctx, register):
                enqueue(ctx, FILL, key=register, register=register)


def _is_empty(ctx: Context, register: str) -> bool:
    with act_in(ctx):
        return bool(Register.objects.filter(key=register, record_count=0, number=0).exists())


def features(path: str) -> Iterator[Row]:
    """The features of a GeoJSON file (gzip) below ``solutions/``."""
    for one in _collection(CATALOGUE / path):
        yield Row(one["properties"], one["geometry"])


@lru_cache(maxsize=4)
def _collection(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        found: list[dict[str, Any]] = json.load(file)["features"]
    return found


def forget_files() -> None:
    """Let go of the files read so far."""
    _collection.cache_clear()
