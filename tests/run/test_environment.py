"""Who connects where: the serving processes never see the owner's password; a managed server replaces the private one."""

from __future__ import annotations

import json
import socket
import stat

import pytest

from nakhon.config.run import roles, secrets
from nakhon.config.run.environment import Environment, local_url, port_is_free, resolve
from nakhon.config.run.errors import RunError
from nakhon.config.run.home import Home

MANAGED = "postgresql://city:p%40ss@db.example.org:6432/songkhla?sslmode=require"


def test_secrets_are_random_private_and_kept(home: Home) -> None:
    first = secrets.load(home)
    assert secrets.load(home) == first
    assert stat.S_IMODE(home.secrets_file.stat().st_mode) == 0o600
    values = [first.superuser_password, first.owner_password, first.app_password, first.secret_key]
    assert len(set(values)) == 4
    assert min(map(len, values)) >= 40


def test_damaged_secrets_are_refused_not_replaced(home: Home) -> None:
    secrets.load(home)
    home.secrets_file.write_text('{"version": 1, "owner_pass')
    with pytest.raises(RunError) as refused:
        secrets.load(home)
    assert "nakhon restore" in refused.value.remedy.en
    assert home.secrets_file.read_text() == '{"version": 1, "owner_pass'


def test_looking_does_not_create(home: Home) -> None:
    with pytest.raises(RunError, match="no platform"):
        resolve(home, create=False)
    assert not home.path.exists()


def test_the_owner_url_reaches_only_those_who_change_the_schema(environment: Environment) -> None:
    kept = secrets.load(environment.home)
    app, owner = environment.child_env("app"), environment.child_env("owner")
    assert app["DATABASE_URL"] == environment.app_url
    assert kept.owner_password not in json.dumps(app)
    assert kept.superuser_password not in json.dumps(app)
    assert owner["DATABASE_URL"] == owner["NAKHON_OWNER_DATABASE_URL"] == environment.owner_url
    assert app["NAKHON_APP_ROLE"] == roles.APP
    assert app["NAKHON_SECRET_KEY"] == kept.secret_key


def test_a_managed_server_gets_a_role_of_its_own_per_database(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", MANAGED)
    environment = resolve(home)
    assert environment.managed
    assert environment.cluster is None
    assert environment.owner_url == MANAGED
    assert environment.app_role == "nakhon_app_songkhla"
    assert environment.app_url.endswith("@db.example.org:6432/songkhla?sslmode=require")
    assert "p%40ss" not in json.dumps(environment.child_env("app"))
    monkeypatch.setenv("NAKHON_APP_DATABASE_URL", "postgresql://reader:x@db.example.org/songkhla")
    assert resolve(home).app_role == "reader"


def test_a_process_of_the_platform_sees_itself_as_what_it_is(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a child DATABASE_URL is the role's own, which must not be taken for the operator's managed server."""
    private = resolve(home)
    for name, value in private.child_env("app").items():
        monkeypatch.setenv(name, value)
    assert not resolve(home).managed
    assert resolve(home).app_url == private.app_url


def test_the_administrator_gets_the_exact_sql(home: Home) -> None:
    text = roles.administrator_sql(MANAGED, "nakhon_app_songkhla")
    assert 'CREATE ROLE "nakhon_app_songkhla" LOGIN NOSUPERUSER NOBYPASSRLS' in text
    assert 'GRANT CONNECT ON DATABASE "songkhla" TO "nakhon_app_songkhla";' in text
    assert "CREATE EXTENSION IF NOT EXISTS postgis;" in text
    assert 'FOR ROLE "city"' in text


@pytest.mark.parametrize("wrong", ["http", "0", "70000", "-1", "80 80"])
def test_a_port_that_is_none_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("NAKHON_PORT", wrong)
    with pytest.raises(RunError) as refused:
        resolve(home)
    assert wrong in refused.value.what.th
    assert wrong in refused.value.what.en


def test_which_port(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (resolve(home).port, resolve(home).port_was_chosen) == (8000, False)
    monkeypatch.setenv("NAKHON_PORT", "8123")
    assert (resolve(home).port, resolve(home).port_was_chosen) == (8123, True)
    assert resolve(home, port=8200).port == 8200
    assert resolve(home, port=8200).base_url == "http://127.0.0.1:8200"


def test_a_taken_port_is_not_free() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        assert not port_is_free("127.0.0.1", number)
    assert port_is_free("127.0.0.1", number)


def test_the_address_to_open_is_never_a_wildcard() -> None:
    assert local_url("0.0.0.0", 80) == "http://127.0.0.1:80"
    assert local_url("::", 80) == "http://[::1]:80"
    assert local_url("10.1.2.3", 80) == "http://10.1.2.3:80"


def test_extra_hosts_never_lock_out_the_health_check(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAKHON_ALLOWED_HOSTS", "city.example.go.th")
    assert environment.child_env("app")["NAKHON_ALLOWED_HOSTS"].split(",")[:2] == ["city.example.go.th", "127.0.0.1"]


def test_two_commands_on_one_home_wait_for_each_other(home: Home) -> None:
    home.create()
    with home.lock(), pytest.raises(RunError, match="Another nakhon command"), home.lock(wait=0.2):
        pytest.fail("the lock was given twice")
    with home.lock(wait=0.2):
        assert (home.run / "lock").exists()
