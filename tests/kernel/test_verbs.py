"""A verb refuses before it begins, is one transaction, and leaves an entry; a query opens the tenant and closes it again."""

from __future__ import annotations

import pytest

from nakhon.kernel import permissions
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Forbidden, SignInRequired
from nakhon.kernel.models import AuditEntry
from nakhon.kernel.tenancy import act_in, current_context
from nakhon.kernel.verbs import doors, query, verb
from nakhon.people.models import Organisation
from nakhon.people.permissions import UNIT_EDIT, UNIT_READ
from tests import make


@verb(UNIT_EDIT)
def paint_town(ctx: Context, *, colour: str, fail: bool = False, silent: bool = False) -> str:
    """Paint it."""
    if not silent:
        record(ctx, "test.town.painted", detail={"colour": colour})
    if fail:
        raise RuntimeError
    return colour


@query(UNIT_READ)
def colour_of_town(ctx: Context) -> str:
    """Its colour."""
    opened = current_context()
    assert opened is not None
    return opened.tenant.slug


def test_success_is_recorded(admin: Context) -> None:
    assert paint_town(admin, colour="blue") == "blue"
    with act_in(admin):
        assert AuditEntry.objects.get().detail == {"colour": "blue"}


@pytest.mark.parametrize(
    ("roles", "error"), [((), SignInRequired), (("citizen",), Forbidden), (("officer",), Forbidden)]
)
def test_refusal_comes_first(samui: Organisation, roles: tuple[str, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        paint_town(make.ctx(samui, *roles), colour="blue")


def test_failure_leaves_nothing(admin: Context) -> None:
    with pytest.raises(RuntimeError):
        paint_town(admin, colour="blue", fail=True)
    with act_in(admin):
        assert AuditEntry.objects.count() == 0


def test_a_verb_that_forgets_its_entry_is_caught(admin: Context) -> None:
    with pytest.raises(AssertionError, match="without record"):
        paint_town(admin, colour="blue", silent=True)


def test_a_query_opens_the_tenant_and_closes_it(officer: Context) -> None:
    assert colour_of_town(officer) == "samui"
    assert current_context() is None


def test_doors_are_known_to_the_watchmen() -> None:
    door = doors()["tests.paint_town"]
    assert (door.kind, door.permission, door.summary) == ("verb", UNIT_EDIT, "Paint it.")


def test_the_permission_table_refuses_twice_and_unknown() -> None:
    with pytest.raises((ValueError, RuntimeError)):
        permissions.register(UNIT_EDIT, "ซ้ำ", "again", ["admin"])
    with pytest.raises(KeyError):
        permissions.allows(["admin"], "people.unit.paint")
