"""A PostgreSQL that somebody else runs: the platform makes its own bound role there, or hands over the exact SQL."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from nakhon.config.run import roles
from nakhon.config.run.cluster import Cluster
from nakhon.config.run.environment import resolve
from nakhon.config.run.errors import RunError
from nakhon.config.run.home import Home
from nakhon.config.run.prepare import manage, prepare_database
from nakhon.config.run.progress import Steps
from tests.run.conftest import discard

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(ground: object) -> Iterator[Cluster]:
    """A server with one database whose owner is neither superuser nor, at first, allowed to create roles."""
    from pathlib import Path

    place = Path(str(ground)) / "server"
    place.mkdir(mode=0o755)
    cluster = Cluster(Home.locate(place / "home"))
    try:
        cluster.create()
        cluster.start()
        with cluster.connect() as connection:
            connection.execute("CREATE ROLE city LOGIN PASSWORD 'p@ss/word'")
            connection.execute("CREATE DATABASE songkhla OWNER city")
        with cluster.connect("songkhla") as connection:
            for extension in roles.EXTENSIONS:
                connection.execute(f"CREATE EXTENSION {extension}")
        yield cluster
    finally:
        discard(cluster.home)


@pytest.fixture
def home(server: Cluster, make_home: object, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("DATABASE_URL", server.url("city", "p@ss/word", "songkhla"))
    made: Home = make_home("managed")  # type: ignore[operator]
    made.create()
    return made


def test_without_the_right_to_create_roles_the_administrator_gets_sql_that_works(server: Cluster, home: Home) -> None:
    environment = resolve(home)
    with pytest.raises(RunError) as refused:
        prepare_database(environment, Steps())
    assert "NAKHON_APP_DATABASE_URL" in refused.value.remedy.en
    statements = refused.value.detail
    with server.connect("songkhla") as administrator:
        administrator.execute(statements.replace("<choose-a-long-one>", "another-password"))  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NAKHON_APP_DATABASE_URL", server.url(environment.app_role, "another-password", "songkhla"))
        given = resolve(home)
        prepare_database(given, Steps())
        with psycopg.connect(given.app_url) as app:
            assert app.execute("SELECT current_user").fetchone() == (environment.app_role,)
    with server.connect("songkhla") as administrator:
        administrator.execute(f"DROP OWNED BY {environment.app_role}")
        administrator.execute(f"DROP ROLE {environment.app_role}")


def test_with_that_right_the_platform_makes_its_role_and_its_tables(server: Cluster, home: Home) -> None:
    with server.connect() as connection:
        connection.execute("ALTER ROLE city CREATEROLE")
    environment = resolve(home)
    prepare_database(environment, Steps())
    prepare_database(environment, Steps())
    manage(environment, ["migrate", "--noinput"], role="owner")
    with psycopg.connect(environment.app_url) as app:
        assert app.execute("SELECT row_security_active('kernel_auditentry')").fetchone() == (True,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mine ()")
    with server.connect("songkhla") as connection:
        assert roles.bypasses(connection, environment.app_role) == []


def test_a_role_that_could_bypass_row_security_is_refused(server: Cluster, home: Home) -> None:
    with server.connect() as connection:
        connection.execute("CREATE ROLE mighty LOGIN PASSWORD 'x' BYPASSRLS")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NAKHON_APP_DATABASE_URL", server.url("mighty", "x", "songkhla"))
        with pytest.raises(RunError, match="bypassrls"):
            prepare_database(resolve(home), Steps())


def test_a_server_that_does_not_answer_is_said_plainly(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://city:x@127.0.0.1:1/songkhla")
    with pytest.raises(RunError, match="cannot be reached") as refused:
        prepare_database(resolve(home), Steps())
    assert "DATABASE_URL" in refused.value.what.th
