"""The trail is read by key and by filter, verified and taken out on record; dead letters get another chance, others do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from nakhon.kernel import outbox, queries, services, tasks
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Forbidden, Invalid, NotFound, SignInRequired
from nakhon.kernel.models import AuditEntry, Work, WorkStatus
from nakhon.kernel.showing import shown_arguments, shown_error, shown_trace
from nakhon.kernel.tenancy import act_in
from nakhon.kernel.types import ChainState
from nakhon.people.models import Organisation
from tests import make
from tests.kernel.test_audit import _as_owner


@dataclass(frozen=True)
class PumpStopped(outbox.Fact):
    name: ClassVar[str] = "test.PumpStopped"
    pump: str


@pytest.fixture
def broken() -> Iterator[dict[str, bool]]:
    """A handler that fails as long as ``broken["now"]``, with a message that quotes a person."""
    state = {"now": True}

    @outbox.on(PumpStopped, "test.pump")
    def handler(ctx: Context, fact: PumpStopped) -> None:
        if state["now"]:
            raise ConnectionError("no answer for somsri@example.com 081-234-5678 'สมศรี ใจดี' at gateway")

    yield state
    outbox._handlers.pop(PumpStopped.name)


def _dead(ctx: Context, pump: str = "P-1") -> Work:
    event = outbox.announce(ctx, PumpStopped(pump=pump))
    with act_in(ctx):
        work = Work.objects.get(event=event)
    for _ in range(tasks.ATTEMPTS - 1):
        with pytest.raises(ConnectionError):
            tasks.do(str(ctx.tenant.id), str(work.pk))
    tasks.do(str(ctx.tenant.id), str(work.pk))
    return work


def _actions(ctx: Context) -> list[str]:
    with act_in(ctx):
        return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def _last(ctx: Context) -> AuditEntry:
    with act_in(ctx):
        return AuditEntry.objects.order_by("-seq")[0]


# ---- the trail


def _some(samui: Organisation) -> None:
    for number in range(7):
        at = make.NOW + timedelta(days=number)
        record(make.ctx(samui, "officer", now=at), "people.unit.created", f"u-{number}", detail={"code": f"u{number}"})
    record(make.ctx(samui, "citizen", actor_id="c-1"), "people.unit_like.seen", "u-1")
    record(make.ctx(samui, "admin", now=make.NOW + timedelta(days=30)), "people.member.added", "m-1")


def test_the_trail_is_read_by_key(samui: Organisation, admin: Context, django_assert_num_queries: Any) -> None:
    _some(samui)
    with django_assert_num_queries(1):
        first = queries.audit_trail(admin, limit=4)
    second = queries.audit_trail(admin, after=first.after, limit=4)
    third = queries.audit_trail(admin, after=second.after, limit=4)
    assert [[row.seq for row in page.entries] for page in (first, second, third)] == [[9, 8, 7, 6], [5, 4, 3, 2], [1]]
    assert third.after is None


def test_the_trail_is_filtered(samui: Organisation, admin: Context) -> None:
    _some(samui)

    def seqs(**wanted: Any) -> list[int]:
        return [row.seq for row in queries.audit_trail(admin, **wanted).entries]

    assert seqs(action="people.unit") == [7, 6, 5, 4, 3, 2, 1], "not people.unit_like"
    assert seqs(action="people.member.added") == [9]
    assert seqs(action="people") == list(range(9, 0, -1))
    assert seqs(object_id="u-1") == [8, 2]
    assert seqs(object_type="people.unit") == []
    assert seqs(since=make.NOW + timedelta(days=2), until=make.NOW + timedelta(days=4)) == [4, 3]
    assert seqs(actor="ADMIN") == [9]
    assert seqs(actor="officer", object_id="u-3") == [4]


def test_a_citizen_is_not_named_and_not_found_by_name(samui: Organisation, admin: Context) -> None:
    from dataclasses import replace

    somsri = make.ctx(samui, "citizen", actor_id="0190a7f0-0000-7000-8000-000000000001")
    record(replace(somsri, actor=replace(somsri.actor, label="สมศรี ใจดี")), "web.signin.done")
    (row,) = queries.audit_trail(admin).entries
    assert "สมศรี" not in row.actor_label
    assert queries.audit_trail(admin, actor="สมศรี").entries == ()
    assert len(queries.audit_trail(admin, actor=somsri.actor.id).entries) == 1


def test_what_looks_personal_is_struck_out(samui: Organisation, admin: Context) -> None:
    record(
        admin.for_purpose("โทรมาจาก 081-234-5678"),
        "people.person.read",
        "p",
        detail={"note": ["a@example.com"], "n": 3},
    )
    (row,) = queries.audit_trail(admin).entries
    assert "081" not in row.purpose and "โทรมาจาก" in row.purpose
    assert row.detail["n"] == 3 and "@" not in str(row.detail)


def test_the_trail_of_another_city_and_those_without_the_permission(samui: Organisation, yala: Organisation) -> None:
    record(make.ctx(yala, "officer"), "people.unit.created", "u")
    assert queries.audit_trail(make.ctx(samui, "auditor")).entries == ()
    outside = ((), SignInRequired), (("citizen",), Forbidden), (("officer",), Forbidden)
    for roles, error in outside:
        refused = make.ctx(samui, *roles)
        for door in (queries.audit_trail, services.verify_audit, services.export_audit):
            with pytest.raises(error):
                door(refused)


def test_verifying_says_that_the_chain_holds_and_is_recorded(samui: Organisation, admin: Context) -> None:
    _some(samui)
    verdict = services.verify_audit(admin)
    assert (verdict.holds, verdict.entries, verdict.shown, verdict.is_recorded) == (True, 9, (), True)
    assert _last(admin).detail == {"entries": 9, "faults": 0, "first": []}


def test_verifying_names_what_was_tampered_with(samui: Organisation, admin: Context) -> None:
    _some(samui)
    _as_owner(
        "UPDATE kernel_auditentry SET actor_label = 'x' WHERE seq = 3", "DELETE FROM kernel_auditentry WHERE seq = 6"
    )
    verdict = services.verify_audit(admin)
    assert not verdict.holds and verdict.faults == 3
    assert [(fault.seq, fault.kind) for fault in verdict.shown] == [(3, "altered"), (6, "missing"), (7, "altered")]
    assert _last(admin).detail["first"] == [[3, "altered"], [6, "missing"], [7, "altered"]]


def test_a_chain_without_its_head_is_told_though_nothing_can_be_recorded(samui: Organisation, admin: Context) -> None:
    _some(samui)
    _as_owner("DELETE FROM kernel_audithead")
    verdict = services.verify_audit(admin)
    assert (verdict.holds, verdict.is_recorded, verdict.shown[0].kind) == (False, False, "cut")


def test_a_long_chain_is_verified_by_the_worker_one_at_a_time(samui: Organisation, admin: Context) -> None:
    _some(samui)
    assert queries.chain_state(admin) == ChainState(9, False)
    work = services.verify_audit_later(admin)
    assert queries.chain_state(admin) == ChainState(10, True)
    with pytest.raises(Conflict):
        services.verify_audit_later(admin)
    tasks.do(str(admin.tenant.id), str(work.pk))
    assert queries.chain_state(admin) == ChainState(11, False)
    entry = _last(admin)
    assert (entry.action, entry.actor_label, entry.detail["entries"]) == ("kernel.audit.verified", "worker", 10)
    with pytest.raises(Forbidden):
        services.verify_audit_later(make.ctx(samui, "officer"))


def test_taking_out_is_recorded_without_the_name_that_was_searched_for(samui: Organisation, admin: Context) -> None:
    _some(samui)
    export = services.export_audit(admin, action="people.unit", actor="officer", since=make.NOW)
    assert (export.entries, export.last_seq) == (7, 7)
    entry = _last(admin)
    assert (entry.action, entry.detail["entries"], entry.detail["by_actor"]) == ("kernel.audit.exported", 7, True)
    assert "officer" not in str(entry.detail)
    with pytest.raises(Invalid):
        services.export_audit(admin, action="people.household")
    assert _last(admin).seq == entry.seq


# ---- the outbox


def test_dead_letters_are_listed_without_personal_values(admin: Context, broken: dict[str, bool]) -> None:
    work = _dead(admin)
    state = queries.outbox_state(admin)
    assert (state.pending, state.dead, state.oldest_at) == (0, 1, None)
    (row,) = queries.unfinished_work(admin, status="dead").rows
    assert (row.name, row.status, row.attempts, row.event_name) == (
        "test.pump",
        "dead",
        tasks.ATTEMPTS,
        "test.PumpStopped",
    )
    assert row.error.startswith("ConnectionError: no answer for ") and row.next_at is None
    card = queries.work_card(admin, work_id=work.pk)
    assert card.given == {"pump": "P-1"} and "test_services.py" in card.trace
    for told in (row.error, card.trace.split("ConnectionError: ")[-1]):
        assert "somsri" not in told and "081" not in told and "สมศรี" not in told
    assert "/work" not in card.trace and "site-packages" not in card.trace
    assert queries.unfinished_work(admin, status="pending").rows == ()
    with pytest.raises(Invalid):
        queries.unfinished_work(admin, status="done")


def test_work_that_waits_says_when_it_is_tried(admin: Context, broken: dict[str, bool]) -> None:
    @outbox.job("test.reminder")
    def reminder(ctx: Context) -> None:
        """Reminds."""

    later = make.NOW + timedelta(hours=3)
    outbox.enqueue(admin, "test.reminder", key="1", due_at=later)
    outbox.announce(admin, PumpStopped(pump="P-2"))
    waiting, timed = queries.unfinished_work(admin).rows
    assert (timed.name, timed.next_at, timed.event_name) == ("test.reminder", later, "")
    assert (waiting.name, waiting.next_at) == ("test.pump", make.NOW)
    state = queries.outbox_state(admin)
    assert (state.pending, state.dead, state.oldest_at) == (2, 0, make.NOW)


def test_a_dead_letter_that_is_replayed_is_done(admin: Context, broken: dict[str, bool]) -> None:
    work = _dead(admin)
    before = ProcrastinateJob.objects.filter(args__work_id=str(work.pk)).count()
    again = services.replay_work(admin, work_id=work.pk)
    assert (again.status, again.attempts, again.due_at, again.finished_at) == (WorkStatus.PENDING, 0, make.NOW, None)
    assert ProcrastinateJob.objects.filter(args__work_id=str(work.pk)).count() == before + 1
    entry = _last(admin)
    assert (entry.action, entry.detail) == ("kernel.work.replayed", {"work": "test.pump", "attempts": tasks.ATTEMPTS})
    with pytest.raises(Conflict):
        services.replay_work(admin, work_id=work.pk)
    broken["now"] = False
    tasks.do(str(admin.tenant.id), str(work.pk))
    assert queries.unfinished_work(admin).rows == ()
    with pytest.raises(Conflict):
        services.replay_work(admin, work_id=work.pk)


def test_all_dead_letters_at_once(admin: Context, broken: dict[str, bool]) -> None:
    with pytest.raises(Conflict):
        services.replay_all_dead(admin)
    for pump in ("P-1", "P-2", "P-3"):
        _dead(admin, pump)
    assert services.replay_all_dead(admin) == 3
    assert {row.status for row in queries.unfinished_work(admin).rows} == {"pending"}
    assert _last(admin).detail == {"number": 3, "work": ["test.pump"]}


def test_another_city_neither_sees_nor_replays(admin: Context, yala: Organisation, broken: dict[str, bool]) -> None:
    work = _dead(admin)
    stranger = make.ctx(yala, "admin")
    assert queries.unfinished_work(stranger).rows == () and queries.event_list(stranger).rows == ()
    for door in (queries.work_card, services.replay_work):
        with pytest.raises(NotFound):
            door(stranger, work_id=work.pk)
    with pytest.raises(Conflict):
        services.replay_all_dead(stranger)
    for role in ("officer", "auditor"):
        with pytest.raises(Forbidden):
            services.replay_work(make.ctx(yala, role), work_id=work.pk)


def test_events_are_read_by_key_with_what_became_of_them(
    admin: Context, broken: dict[str, bool], django_assert_num_queries: Any
) -> None:
    _dead(admin)
    for pump in ("P-2", "P-3"):
        outbox.announce(admin, PumpStopped(pump=pump))
    with django_assert_num_queries(2):
        first = queries.event_list(admin, limit=2)
    assert [(row.payload["pump"], row.pending, row.dead) for row in first.rows] == [("P-3", 1, 0), ("P-2", 1, 0)]
    second = queries.event_list(admin, after=first.after, limit=2)
    assert [(row.payload["pump"], row.pending, row.dead) for row in second.rows] == [("P-1", 0, 1)]
    assert second.after == ""
    assert len(queries.event_list(admin, name="test").rows) == 3 and queries.event_list(admin, name="tes").rows == ()
    with pytest.raises(Invalid):
        queries.event_list(admin, after="drop table")


def test_schedules_say_when_they_were_last_done(admin: Context, django_assert_num_queries: Any) -> None:
    @tasks.scheduled("test.console", "0 2 * * *", "งานทดสอบ", "A test's job")
    def nightly(ctx: Context) -> None:
        """Nothing."""

    try:
        with django_assert_num_queries(1):
            row = next(row for row in queries.schedule_list(admin) if row.name == "test.console")
        assert (row.cron, row.last_done_at, row.pending) == ("0 2 * * *", None, 0)
        work = outbox.enqueue(admin, "schedule:test.console", key="1")
        assert work is not None
        tasks.do(str(admin.tenant.id), str(work.pk))
        row = next(row for row in queries.schedule_list(admin) if row.name == "test.console")
        assert row.last_done_at is not None and row.pending == 0
    finally:
        tasks._schedules.pop("test.console")


# ---- what is fit to be shown


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("KeyError: 'people.letters'", "KeyError: 'people.letters'"),
        (
            "ValueError: invalid literal for int(): 'Somchai Jaidee'",
            "ValueError: invalid literal for int(): '[struck out]'",
        ),
        ("NotFound: ไม่พบ สมชาย ใจดี", "NotFound: [struck out]"),
        ("OSError: [Errno 111] Connection refused", "OSError: [Errno 111] Connection refused"),
    ],
)
def test_messages_lose_values_and_keep_what_helps(message: str, shown: str) -> None:
    assert (
        shown_error(
            f'Traceback (most recent call last):\n  File "/opt/x/nakhon/a.py", line 1, in f\n    f()\n{message}\n'
        )
        == shown
    )


def test_what_a_database_quotes_of_a_row_is_left_out() -> None:
    trace = (
        'Traceback (most recent call last):\n  File "/srv/venv/site-packages/django/db.py", line 9, in run\n    execute()\n'
        "psycopg.errors.NotNullViolation: null value in column\nDETAIL:  Failing row contains (7, Somchai, Jaidee).\n"
        "\nThe above exception was the direct cause of the following exception:\n\n"
        'Traceback (most recent call last):\n  File "/srv/nakhon/kernel/tasks.py", line 3, in do\n    run()\n'
        "django.db.utils.IntegrityError: null value in column\nDETAIL:  Failing row contains (7, Somchai, Jaidee).\n"
    )
    shown = shown_trace(trace)
    assert "Somchai" not in shown and "/srv" not in shown
    assert "psycopg.errors.NotNullViolation: null value in column" in shown and "nakhon/kernel/tasks.py" in shown
    assert shown_error(trace) == "django.db.utils.IntegrityError: null value in column"


def test_sealed_and_secret_arguments_are_only_named() -> None:
    given = {"sealed": "gAAAA", "phone": "0812345678", "file_id": "0190", "long": "x" * 400}
    assert shown_arguments(given) == {
        "sealed": "[struck out]",
        "phone": "[struck out]",
        "file_id": "0190",
        "long": "[struck out]",
    }
