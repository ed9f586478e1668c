"""Fixtures that every room's tests share. Tests talk to PostgreSQL as the role of the web and the worker, never as its owner."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from playwright.sync_api import Browser, sync_playwright

from nakhon.kernel.context import Context
from nakhon.kernel.keys import ensure_keys
from nakhon.people.models import Organisation
from tests import make
from tests.platform import Platform, launch, started

APP_ROLE = "nakhon_app"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    suffix = os.environ.get("NAKHON_TEST_SUFFIX", "")
    if suffix:
        test = connection.settings_dict["TEST"]
        test["NAME"] = f"{test.get('NAME') or 'test_' + str(connection.settings_dict['NAME'])}_{suffix}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """After the schema is made by its owner, every connection of the tests takes the role that row security binds."""
    options = connection.settings_dict.setdefault("OPTIONS", {})
    ensure_keys()
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT {APP_ROLE} TO CURRENT_USER")
        options["assume_role"] = APP_ROLE
        connection.close()
    yield
    with django_db_blocker.unblock():
        options.pop("assume_role", None)
        connection.close()


def _empty_all_tables(self: TransactionTestCase) -> None:
    """Stands in for Django's flush, which the role of the tests may not do: the owner empties the tables instead."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relowner = "
            "(SELECT oid FROM pg_roles WHERE rolname = current_user) "
            "AND c.relname NOT IN ('django_migrations', 'django_content_type')"
        )
        tables = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only_all'",
        )
        guarded = [row[0] for row in cursor.fetchall()]
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only_all")
        cursor.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in tables) + " RESTART IDENTITY CASCADE")
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER append_only_all")
        cursor.execute(f"SET ROLE {APP_ROLE}")


TransactionTestCase._fixture_teardown = _empty_all_tables  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def fresh_limits(request: pytest.FixtureRequest) -> Iterator[None]:
    """Attempts under a rate limit outlive roll-backs on purpose, that of a test too: forget them after each test."""
    if "db" in request.fixturenames:
        request.getfixturevalue("db")
    yield
    if "db" in request.fixturenames and connection.in_atomic_block and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM kernel_ratelimit)")
            if not cursor.fetchone()[0]:
                return
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("DELETE FROM kernel_ratelimit")
        other.close()


@pytest.fixture
def samui(db: None) -> Organisation:
    return make.city("samui", "เทศบาลนครเกาะสมุย", "Koh Samui City Municipality")


@pytest.fixture
def yala(db: None) -> Organisation:
    return make.city("yala", "เทศบาลนครยะลา", "Yala City Municipality")


@pytest.fixture
def officer(samui: Organisation) -> Context:
    return make.ctx(samui, "officer")


@pytest.fixture
def admin(samui: Organisation) -> Context:
    return make.ctx(samui, "admin")


@pytest.fixture
def ctx_of() -> Callable[..., Context]:
    return make.ctx


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """One platform with its demonstration for all tests of a worker that look at pages."""
    with started() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium for the tests of one file. Playwright's event loop must have ended before Django's next test begins."""
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()
