"""The private cluster: made, started, killed, started again; two side by side; nobody gets in without a password."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from nakhon.config.run import process, roles, secrets
from nakhon.config.run.cluster import LONGEST_SOCKET_DIRECTORY, SUPERUSER, Cluster
from nakhon.config.run.environment import resolve
from nakhon.config.run.errors import RunError
from nakhon.config.run.home import REPOSITORY, Home
from tests.run.conftest import MakeHome, discard


def running(home: Home) -> Cluster:
    cluster = Cluster(home)
    cluster.create()
    cluster.start()
    roles.prepare_private(cluster, secrets.load(home))
    return cluster


def test_create_start_stop_and_again(home: Home) -> None:
    cluster = Cluster(home)
    assert cluster.create() is True
    assert cluster.running() is None
    assert cluster.start() is True
    assert cluster.start() is False, "a second start must find it running"
    assert cluster.create() is False
    assert cluster.stop() is True
    assert cluster.stop() is False
    assert cluster.leftovers() == []


def test_only_a_socket_and_only_with_a_password(home: Home) -> None:
    cluster = running(home)
    with cluster.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute(
            "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'"
        ).fetchone() == (0,)
    for role in (SUPERUSER, roles.OWNER, roles.APP):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(cluster.url(role, "wrong", "postgres"))


def test_the_platform_role_can_neither_bypass_row_security_nor_change_the_schema(home: Home) -> None:
    cluster = running(home)
    environment = resolve(home)
    with psycopg.connect(environment.owner_url) as owner:
        owner.execute("CREATE TABLE secret (city int, word text)")
        owner.execute("ALTER TABLE secret ENABLE ROW LEVEL SECURITY")
        owner.execute("CREATE POLICY mine ON secret USING (city = current_setting('x.city')::int)")
        owner.execute("INSERT INTO secret VALUES (1, 'one'), (2, 'two')")
    with psycopg.connect(environment.app_url, autocommit=True) as app:
        app.execute("SET x.city = 1")
        assert app.execute("SELECT word FROM secret").fetchall() == [("one",)]
        for forbidden in (
            "CREATE TABLE mine (i int)",
            "ALTER TABLE secret DISABLE ROW LEVEL SECURITY",
            "ALTER ROLE nakhon_app BYPASSRLS",
            "CREATE ROLE another",
            "CREATE DATABASE another",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden)
    with cluster.connect(roles.DATABASE) as connection:
        assert roles.bypasses(connection, roles.APP) == []
        connection.execute("ALTER ROLE nakhon_app BYPASSRLS")
        assert roles.bypasses(connection, roles.APP) == ["bypassrls"]
        roles.prepare_private(cluster, secrets.load(home))
        assert roles.bypasses(connection, roles.APP) == [], "the next start must mend it"


def test_two_homes_do_not_touch_each_other(make_home: MakeHome) -> None:
    here, there = running(make_home("here")), running(make_home("there"))
    with here.connect(roles.DATABASE) as connection:
        connection.execute("CREATE TABLE only_here ()")
    with there.connect(roles.DATABASE) as connection:
        assert connection.execute("SELECT to_regclass('only_here')").fetchone() == (None,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(there.url(SUPERUSER, secrets.load(here.home).superuser_password, "postgres"))
    here.stop()
    assert there.running() is not None
    with there.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_what_was_committed_survives_sigkill_of_the_postmaster(home: Home) -> None:
    cluster = running(home)
    url = resolve(home).owner_url
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (i int)")
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
    open_work = psycopg.connect(url)
    open_work.execute("INSERT INTO kept VALUES (-1)")
    postmaster = cluster.running()
    assert postmaster is not None
    os.kill(postmaster.pid, signal.SIGKILL)
    while process.is_alive(postmaster):
        time.sleep(0.01)
    assert cluster.running() is None
    assert cluster.start() is True
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*), min(i) FROM kept").fetchone() == (1000, 1)


def test_a_lock_file_whose_pid_belongs_to_another_program_does_not_stop_the_start(home: Home) -> None:
    cluster = running(home)
    content = (cluster.data / "postmaster.pid").read_text()
    cluster.stop()
    stranger = subprocess.Popen(["sleep", "60"], **cluster.account.popen)
    try:
        lock = cluster.data / "postmaster.pid"
        lock.write_text(content.replace(content.split("\n", 1)[0], str(stranger.pid), 1))
        if os.geteuid() == 0:
            os.chown(lock, cluster.account.uid, cluster.account.gid)
        assert cluster.running() is None, "a stranger's pid is not our postmaster"
        assert cluster.start() is True
        assert stranger.poll() is None, "the stranger must be left alone"
    finally:
        stranger.kill()
        stranger.wait()


def test_a_half_made_cluster_is_made_again(home: Home) -> None:
    home.create()
    broken = home.path / "pg.new"
    broken.mkdir()
    (broken / "PG_VERSION").write_text("15\n")
    cluster = Cluster(home)
    assert cluster.create() is True
    assert cluster.start() is True


def test_a_data_folder_of_a_missing_postgresql_is_refused_with_its_remedy(home: Home) -> None:
    home.create()
    (home.path / "pg").mkdir()
    (home.path / "pg" / "PG_VERSION").write_text("9\n")
    with pytest.raises(RunError) as refused:
        Cluster(home).start()
    assert "PostgreSQL 9" in refused.value.what.en
    assert "postgresql-9-postgis-3" in refused.value.remedy.en
    assert "PostgreSQL 9" in refused.value.what.th


def test_a_path_too_long_for_a_socket_gets_a_short_one(ground: Path) -> None:
    home = Home.locate(ground / ("long-" * 20) / "home")
    home.path.parent.mkdir(mode=0o755)
    try:
        cluster = running(home)
        assert len(os.fsencode(cluster.socket_directory)) <= LONGEST_SOCKET_DIRECTORY
        assert home.tag in str(cluster.socket_directory)
        assert cluster.socket_directory.stat().st_mode & 0o777 == 0o700
    finally:
        discard(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the database to another account")
def test_root_with_a_closed_home_keeps_the_data_where_the_database_account_can_reach_it(make_home: MakeHome) -> None:
    home = make_home("closed")
    home.path.parent.chmod(0o700)
    cluster = running(home)
    assert cluster.moved
    assert cluster.data == Path("/var/lib/nakhon") / home.tag / "pg"
    assert home.pg.resolve() == cluster.data
    assert cluster.data.stat().st_mode & 0o777 == 0o700
    assert Cluster(home).running() is not None, "a fresh look must find it through the link"
    cluster.stop()
    shutil.rmtree(home.path)
    with pytest.raises(RunError, match="whose home was removed") as refused:
        Cluster(home).start()
    assert f"rm -rf {cluster.base}" in refused.value.remedy.th
    shutil.rmtree(cluster.base)
    assert running(home).running() is not None, "after that remedy it starts anew"


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests ran as an ordinary user already")
def test_an_ordinary_user_runs_it_as_himself(ground: Path) -> None:
    """The whole life of a cluster as ``nobody``, with an interpreter that this account can execute."""
    place = ground / "ordinary"
    place.mkdir()
    os.chown(place, 65534, 65534)
    drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    env = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{REPOSITORY}:{packages}",
        "NAKHON_HOME": str(place / "home"),
        "LC_ALL": "C.UTF-8",
    }
    version = "python{}.{}".format(*sys.version_info[:2])
    candidates = [sys.executable, shutil.which(version, path="/usr/bin:/usr/local/bin") or ""]
    for python in filter(None, candidates):
        tried = subprocess.run(
            [*drop, python, "-c", "import psycopg, nakhon"], env=env, cwd="/", capture_output=True, check=False
        )
        if tried.returncode == 0:
            break
    else:
        pytest.skip("no interpreter and checkout that an ordinary user can read")
    script = (
        "from nakhon.config.run import roles, secrets\n"
        "from nakhon.config.run.cluster import Cluster\n"
        "from nakhon.config.run.home import Home\n"
        "import os, stat\n"
        "home = Home.locate(); cluster = Cluster(home)\n"
        "assert cluster.create() and cluster.start()\n"
        "roles.prepare_private(cluster, secrets.load(home))\n"
        "print(cluster.account.uid, os.stat(cluster.data).st_uid, oct(stat.S_IMODE(os.stat(home.path).st_mode)))\n"
        "assert cluster.stop()\n"
    )
    ran = subprocess.run([*drop, python, "-c", script], env=env, cwd="/", capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["65534", "65534", "0o700"]
