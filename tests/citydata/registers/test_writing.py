"""The writing core: many rows at once, policies, partial rows, history of an import, and words cut as searches cut them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from nakhon.citydata.registers.finding import words_query
from nakhon.citydata.registers.models import ImportRun, Record, RecordVersion, Register
from nakhon.citydata.registers.rules.shape import Shape, shape_of
from nakhon.citydata.registers.rules.terms import terms_of
from nakhon.citydata.registers.writing_records import Prepared, Refusal, prepare, write_prepared
from nakhon.kernel.context import Context
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.registers.stage import HERE, at


@pytest.fixture
def desk(city: Organisation) -> Iterator[tuple[Context, Register, Shape]]:
    ctx = make.ctx(city, "officer")
    with act_in(ctx), transaction.atomic():
        register = Register.objects.get(key="lamp")
        yield ctx, register, shape_of(register)


def _row(shape: Shape, number: int, **more: Any) -> Prepared:
    partial = bool(more.pop("partial", False))
    data = {"code": f"KS-{number:04}", **more}
    made = prepare(shape, data if partial else {"watts": 30, **data}, None if partial else at(*HERE), partial=partial)
    assert isinstance(made, Prepared)
    return made


def test_added_changed_same_and_twice(desk: tuple[Context, Register, Shape]) -> None:
    ctx, register, shape = desk
    first = write_prepared(ctx, register, [_row(shape, n) for n in (1, 2, 3)])
    assert (len(first.added), len(first.changed), first.same, register.record_count) == (3, 0, 0, 3)
    again = write_prepared(
        ctx, register, [_row(shape, 1), _row(shape, 2, watts=60), _row(shape, 4), _row(shape, 4, watts=9)]
    )
    assert (len(again.added), len(again.changed), again.same) == (1, 1, 1)
    ((place, reason),) = again.refused
    assert place == 3 and "KS-0004" in reason.th and "KS-0004" in reason.en
    assert Record.objects.get(key="KS-0004").data["watts"] == 30
    assert set(again.ids) == {0, 1, 2}


@pytest.mark.parametrize(
    ("policy", "added", "changed", "refused"), [("add", 1, 0, [0]), ("update", 0, 1, [1]), ("upsert", 1, 1, [])]
)
def test_policies(
    desk: tuple[Context, Register, Shape], policy: str, added: int, changed: int, refused: list[int]
) -> None:
    ctx, register, shape = desk
    write_prepared(ctx, register, [_row(shape, 1)])
    done = write_prepared(ctx, register, [_row(shape, 1, watts=60), _row(shape, 2)], policy=policy)
    assert (len(done.added), len(done.changed), [place for place, _ in done.refused]) == (added, changed, refused)
    with pytest.raises(ValueError, match="policy"):
        write_prepared(ctx, register, [_row(shape, 1)], policy="guess")


def test_a_partial_row_leaves_the_rest(desk: tuple[Context, Register, Shape]) -> None:
    ctx, register, shape = desk
    write_prepared(ctx, register, [_row(shape, 1, note="หน้าวัด", cost=5)])
    done = write_prepared(
        ctx, register, [_row(shape, 1, watts=90, partial=True), _row(shape, 2, note="x", partial=True)]
    )
    row = Record.objects.get(key="KS-0001")
    assert row.data == {"code": "KS-0001", "watts": 90, "note": "หน้าวัด", "cost": 5} and row.geometry is not None
    ((place, reason),) = done.refused
    assert place == 1 and "กำลังไฟ" in reason.th, "a new record needs all that is required"


def test_the_run_is_kept_with_what_it_changed(desk: tuple[Context, Register, Shape]) -> None:
    ctx, register, shape = desk
    write_prepared(ctx, register, [_row(shape, 1)])
    run = ImportRun.objects.create(register=register, created_at=ctx.now)
    write_prepared(ctx, register, [_row(shape, 1, watts=60), _row(shape, 2)], import_run=run, act="IMPORTED")
    assert set(Record.objects.filter(import_run=run).values_list("key", flat=True)) == {"KS-0001", "KS-0002"}
    version = RecordVersion.objects.get(import_run=run)
    assert version.act == "IMPORTED" and version.data["watts"] == 30 and version.revision == 1


def test_many_chunks(desk: tuple[Context, Register, Shape], monkeypatch: pytest.MonkeyPatch) -> None:
    ctx, register, shape = desk
    monkeypatch.setattr("nakhon.citydata.registers.writing_records.CHUNK", 7)
    assert len(write_prepared(ctx, register, [_row(shape, n) for n in range(1, 51)]).added) == 50
    assert len(write_prepared(ctx, register, [_row(shape, n, watts=9) for n in range(1, 51)]).changed) == 50
    assert RecordVersion.objects.count() == Record.objects.count() == register.record_count == 50


def test_values_that_would_hurt_a_database_are_only_values(desk: tuple[Context, Register, Shape]) -> None:
    ctx, register, shape = desk
    nasty = "'; DROP TABLE x; -- \\ \" {a,b} \u0000\u200b%s\x1f ก่อน"
    write_prepared(ctx, register, [_row(shape, 1, note=nasty)])
    assert Record.objects.get().data["note"] == "'; DROP TABLE x; -- \\ \" {a,b} \u200b%s ก่อน"


def test_refusals_are_of_the_row_not_of_the_database(desk: tuple[Context, Register, Shape]) -> None:
    _, _, shape = desk
    made = prepare(shape, {"code": "KS-0001", "watts": 10**30}, at(*HERE))
    assert isinstance(made, Refusal) and "watts" in made.problems


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("หน้าโรงเรียน ซอย 5", ["หน้า", "โรงเรียน", "ซอย", "5"]),
        ("KS-0123/4 LED", ["ks", "0123", "4", "led"]),
        ("เลขที่ ๑๒ A1", ["เลขที่", "12", "a", "1"]),
        ("{0A}", ["0", "a"]),
        ("", []),
    ],
)
def test_words_are_cut(text: str, terms: list[str]) -> None:
    assert terms_of(text) == terms


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_no_text_yields_a_search_that_postgresql_would_refuse(text: str) -> None:
    asked = words_query(text)
    assert asked is None or all(part.startswith("'") and part.endswith("':*") for part in asked.split(" & "))
