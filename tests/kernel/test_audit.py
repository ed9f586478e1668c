"""The audit trail only grows, and what is changed in it behind the platform's back shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from nakhon.kernel.audit import record, verify
from nakhon.kernel.context import Actor, ActorKind, Context
from nakhon.kernel.models import AuditEntry
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make


def _as_owner(*statements: str) -> None:
    """What somebody with the database's highest password could do: the trigger switched off, the rows changed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("RESET ROLE")
        cursor.execute("ALTER TABLE kernel_auditentry DISABLE TRIGGER append_only")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("ALTER TABLE kernel_auditentry ENABLE TRIGGER append_only")
        cursor.execute("SET ROLE nakhon_app")


def _three(ctx: Context) -> None:
    for number in range(1, 4):
        record(ctx, "test.thing.done", f"thing-{number}", detail={"ก": number, "half": 0.5, "none": None})


def test_a_chain_that_was_left_alone_holds(officer: Context) -> None:
    _three(officer)
    assert list(verify(officer)) == []
    with act_in(officer):
        entries = list(AuditEntry.objects.order_by("seq"))
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert entries[0].at == make.NOW
    assert entries[0].detail == {"ก": 1, "half": 0.5, "none": None}


def test_the_web_can_neither_change_nor_delete(officer: Context) -> None:
    _three(officer)
    for statement in ("UPDATE kernel_auditentry SET action = 'x'", "DELETE FROM kernel_auditentry"):
        with (
            act_in(officer),
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_even_the_owner_is_stopped_by_the_trigger(officer: Context) -> None:
    _three(officer)
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("DELETE FROM kernel_auditentry")
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE nakhon_app")


@pytest.mark.parametrize(
    ("tampering", "seq", "problem"),
    [
        ("UPDATE kernel_auditentry SET actor_label = 'somebody else' WHERE seq = 2", 2, "altered"),
        ("UPDATE kernel_auditentry SET detail = '{}' WHERE seq = 2", 2, "altered"),
        ("UPDATE kernel_auditentry SET at = at - interval '1 microsecond' WHERE seq = 2", 2, "altered"),
        ("DELETE FROM kernel_auditentry WHERE seq = 2", 2, "missing"),
        ("DELETE FROM kernel_auditentry WHERE seq = 3", 3, "cut"),
        ("DELETE FROM kernel_audithead", 3, "cut"),
    ],
)
def test_tampering_shows(officer: Context, tampering: str, seq: int, problem: str) -> None:
    _three(officer)
    _as_owner(tampering)
    faults = list(verify(officer))
    assert faults, "the tampering was not noticed"
    assert (faults[0].seq, faults[0].problem.split(":")[0]) == (seq, problem)


def test_each_tenant_has_its_own_chain(samui: Organisation, yala: Organisation) -> None:
    _three(make.ctx(samui, "officer"))
    record(make.ctx(yala, "officer"), "test.thing.done")
    _as_owner("UPDATE kernel_auditentry SET purpose = 'x' WHERE seq = 1 AND detail::text LIKE '%half%'")
    assert [fault.seq for fault in verify(make.ctx(samui, "officer"))] == [1]
    assert list(verify(make.ctx(yala, "officer"))) == []


def test_no_change_without_its_entry(officer: Context) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        record(officer, "test.thing.done")
        raise RuntimeError
    with act_in(officer):
        assert AuditEntry.objects.count() == 0


def test_the_trail_names_officers_and_never_a_citizen(samui: Organisation) -> None:
    """An entry outlives the erasure of a person, so it names an account by its key and a citizen by nothing else."""
    officer = make.ctx(samui, "officer")
    somsri = replace(officer, actor=Actor(ActorKind.CITIZEN, "a-key", "สมศรี ใจดี", frozenset({"public", "citizen"})))
    record(officer, "test.thing.done")
    record(somsri, "test.thing.done")
    with act_in(officer):
        found = AuditEntry.objects.order_by("seq").values_list("actor_id", "actor_label")
        assert list(found) == [("officer", "officer"), ("a-key", "citizen")]
