"""Brings a living demonstration into its city: the solution, its records, things and first readings, its watches switched on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from nakhon.citydata.catalog.models import DatasetFile
from nakhon.citydata.catalog.services import add_dataset_file
from nakhon.citydata.registers.models import Register
from nakhon.citydata.registers.rules.shape import shape_of
from nakhon.citydata.registers.writing_records import Prepared, prepare, write_prepared
from nakhon.citydata.watches.models import Watch
from nakhon.citydata.watches.services import switch_on_watch
from nakhon.config.demo.records import context_of
from nakhon.config.demo.sensors import air, assets, canal, flood
from nakhon.config.demo.sensors.living import begin
from nakhon.config.demo.sensors.shapes import SOLUTIONS, Life, Row
from nakhon.kernel.context import Context
from nakhon.kernel.tenancy import act_in
from nakhon.solutions.queries import plan_solution, solution_pack
from nakhon.solutions.services import apply_solution

LIVES = {life.slug: life for life in (assets.LIFE, air.LIFE, canal.LIFE, flood.LIFE)}
SOURCE = {"attribution_th": "ข้อมูลสาธิต ไม่ใช่ข้อมูลจริง", "attribution_en": "Demonstration, not real data"}
UNTRIED = "ข้อมูลสาธิต เปิดไว้ให้เห็นการแจ้งเตือน · Demonstration data: on so that alerts can be seen"


def load(slug: str, now: datetime) -> None:
    """Bring in what is missing. What was changed by hand stays, and repeating it costs little."""
    life = LIVES.get(slug)
    if life is None:
        return
    ctx = context_of(slug, now)
    _install(ctx, life.solution)
    with act_in(ctx):
        if not _is_filled(life):
            for register, rows in life.rows(now).items():
                enter(ctx, register, rows)
    if not life.later:
        begin(ctx, life)
    _switch_on(ctx, life)
    _attach(ctx, life)


def _attach(ctx: Context, life: Life) -> None:
    with act_in(ctx):
        there = set(DatasetFile.objects.values_list("dataset__key", "name"))
    for file in life.files:
        if (file.dataset, file.name) not in there:
            with (SOLUTIONS / life.solution / "demo" / file.name).open("rb") as stream:
                add_dataset_file(
                    ctx, dataset=file.dataset, stream=stream, name=file.name, title_th=file.title_th,
                    title_en=file.title_en, claimed_type="text/csv",
                )  # fmt: skip


def _install(ctx: Context, solution: str) -> None:
    pack = solution_pack(ctx, solution=solution)
    found = plan_solution(ctx, pack=pack, values=SOURCE)
    if not found.plan.is_empty:
        apply_solution(ctx, pack=pack, plan_hash=found.plan.hash, values=SOURCE)


def _is_filled(life: Life) -> bool:
    have = dict(Register.objects.filter(key__in=life.counts or ()).values_list("key", "record_count"))
    return life.counts is not None and all(have.get(key, 0) >= count for key, count in life.counts.items())


def enter(ctx: Context, register: str, rows: Sequence[Row]) -> int:
    """Write the records that a register lacks, in a few statements; how many were new."""
    row = Register.objects.get(key=register)
    shape = shape_of(row)
    known = set(row.records.values_list("key", flat=True))
    ready = []
    for one in rows:
        if shape.body.key is not None and str(one.data[shape.body.key]) in known:
            continue
        prepared = prepare(shape, one.data, one.place)
        assert isinstance(prepared, Prepared), prepared
        ready.append(prepared)
    return len(write_prepared(ctx, row, ready).added)


def _switch_on(ctx: Context, life: Life) -> None:
    with act_in(ctx):
        off = list(
            Watch.objects.filter(key__in=life.watches, enabled=False, switched_at=None).values_list("key", flat=True)
        )
    for key in off:
        switch_on_watch(ctx, watch=key, untried_reason=UNTRIED)
