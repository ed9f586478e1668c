"""Facts leave with the transaction that made them true, reach each handler at least once and count once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import transaction

from nakhon.kernel import outbox, tasks
from nakhon.kernel.context import Context
from nakhon.kernel.models import Event, Work, WorkStatus
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make


@dataclass(frozen=True, slots=True)
class LampWentOut(outbox.Fact):
    name: ClassVar[str] = "test.LampWentOut"
    lamp: str


@pytest.fixture
def calls() -> Iterator[list[tuple[str, str, str]]]:
    found: list[tuple[str, str, str]] = []

    @outbox.on(LampWentOut, "test.note")
    def note(ctx: Context, fact: LampWentOut) -> None:
        found.append(("note", ctx.tenant.slug, fact.lamp))

    @outbox.on(LampWentOut, "test.stumble")
    def stumble(ctx: Context, fact: LampWentOut) -> None:
        found.append(("stumble", ctx.tenant.slug, fact.lamp))
        if fact.lamp == "bad":
            raise ConnectionError("the gateway is down")

    yield found
    outbox._handlers.pop(LampWentOut.name)


def _work(ctx: Context) -> list[Work]:
    with act_in(ctx):
        return list(Work.objects.order_by("name"))


def _attempt(ctx: Context, work: Work) -> None:
    tasks.do(str(ctx.tenant.id), str(work.pk))


def test_each_handler_gets_its_own_work(officer: Context, calls: list[tuple[str, str, str]]) -> None:
    outbox.announce(officer, LampWentOut(lamp="A-12"))
    assert calls == []
    for work in _work(officer):
        _attempt(officer, work)
    assert sorted(calls) == [("note", "samui", "A-12"), ("stumble", "samui", "A-12")]
    assert {work.status for work in _work(officer)} == {WorkStatus.DONE}


def test_a_fact_of_a_transaction_that_failed_never_existed(officer: Context, calls: list[tuple[str, str, str]]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.announce(officer, LampWentOut(lamp="A-12"))
        raise RuntimeError
    with act_in(officer):
        assert Event.objects.count() == 0
    assert _work(officer) == []


def test_done_twice_counts_once(officer: Context, calls: list[tuple[str, str, str]]) -> None:
    outbox.announce(officer, LampWentOut(lamp="A-12"))
    work = _work(officer)[0]
    _attempt(officer, work)
    _attempt(officer, work)
    assert calls == [("note", "samui", "A-12")]


def test_failure_is_kept_retried_and_in_the_end_a_dead_letter(
    officer: Context, calls: list[tuple[str, str, str]]
) -> None:
    outbox.announce(officer, LampWentOut(lamp="bad"))
    note, stumble = _work(officer)
    for _ in range(tasks.ATTEMPTS - 1):
        with pytest.raises(ConnectionError):
            _attempt(officer, stumble)
    _attempt(officer, stumble)
    _attempt(officer, note)
    note, stumble = _work(officer)
    assert (note.status, stumble.status) == (WorkStatus.DONE, WorkStatus.DEAD)
    assert stumble.attempts == tasks.ATTEMPTS
    assert "the gateway is down" in stumble.last_error


def test_a_key_makes_a_job_idempotent_and_an_unknown_job_is_refused(officer: Context) -> None:
    @outbox.job("test.count")
    def count(ctx: Context, amount: int) -> None:
        """Counts."""

    assert outbox.enqueue(officer, "test.count", key="2026-04", amount=1) is not None
    assert outbox.enqueue(officer, "test.count", key="2026-04", amount=1) is None
    assert outbox.enqueue(officer, "test.count", key="2026-05", amount=1) is not None
    with pytest.raises(KeyError):
        outbox.enqueue(officer, "test.unheard_of")


def test_the_worker_delivers_for_each_tenant_in_its_own_data(
    transactional_db: None, calls: list[tuple[str, str, str]]
) -> None:
    samui = make.city("samui", "เกาะสมุย", "Koh Samui")
    yala = make.city("yala", "ยะลา", "Yala")
    for organisation, lamp in ((samui, "A"), (yala, "B")):
        outbox.announce(make.ctx(organisation, "officer"), LampWentOut(lamp=lamp))
    make.run_worker()
    assert sorted(calls) == [
        ("note", "samui", "A"), ("note", "yala", "B"), ("stumble", "samui", "A"), ("stumble", "yala", "B"),
    ]  # fmt: skip
    for organisation in (samui, yala):
        assert {work.status for work in _work(make.ctx(organisation))} == {WorkStatus.DONE}


def test_work_waits_until_it_is_due(transactional_db: None) -> None:
    samui = make.city("samui", "เกาะสมุย", "Koh Samui")
    done: list[int] = []

    @outbox.job("test.later")
    def later(ctx: Context, number: int) -> None:
        done.append(number)

    ctx = make.ctx(samui, "officer", now=tasks.timezone.now())
    outbox.enqueue(ctx, "test.later", number=1)
    outbox.enqueue(ctx, "test.later", due_at=ctx.now + timedelta(hours=1), number=2)
    make.run_worker()
    assert done == [1]


def test_a_scheduled_job_fans_out_to_every_tenant_once(samui: Organisation, yala: Organisation) -> None:
    ran: list[str] = []

    @tasks.scheduled("test.nightly", "0 2 * * *", "งานทดสอบ", "A test's job")
    def nightly(ctx: Context) -> None:
        ran.append(ctx.tenant.slug)

    fan_out = tasks.app.tasks["nakhon.schedule.test.nightly"]
    for _ in range(2):
        fan_out(timestamp=1_790_000_000)
    for organisation in (samui, yala):
        ctx = make.ctx(organisation)
        (work,) = _work(ctx)
        _attempt(ctx, work)
    assert ran == ["samui", "yala"]
