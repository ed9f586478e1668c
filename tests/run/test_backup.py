"""A backup of a real home, restored into an empty one and compared; and everything that must be refused."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from nakhon.config.run import backup, restore, roles
from nakhon.config.run.cluster import Cluster
from nakhon.config.run.environment import Environment, resolve
from nakhon.config.run.errors import RunError
from nakhon.config.run.home import Home
from nakhon.config.run.prepare import manage, prepare_database
from nakhon.config.run.progress import Steps
from tests.run.conftest import MakeHome, discard

PASSPHRASE = "เมืองน่าอยู่ อย่างยั่งยืน 2569"

pytestmark = pytest.mark.slow

TWO_CITIES = """
from django.utils import timezone
from nakhon.kernel.audit import record
from nakhon.kernel.models import Tenant
from nakhon.kernel.tasks import system_context
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.text import Text
from nakhon.people.messages import Channel, Message, send

for slug in ("one", "two"):
    city = Tenant.objects.create(slug=slug, name_th="เมือง", name_en="City", created_at=timezone.now())
    ctx = system_context(city, "test")
    with act_in(ctx):
        for number in range(20):
            body = Text(f"ข้อความ {number}", f"message {number}")
            send(ctx, Message(Channel.EMAIL, "a@example.org", body, body))
            record(ctx, "test.message.written", str(number), detail={"number": number})
"""


@dataclass(frozen=True)
class Saved:
    """A home with data of two cities, and its backup."""

    home: Home
    file: Path
    environment: Environment


@pytest.fixture(scope="module")
def saved(ground: Path) -> Iterator[Saved]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "NAKHON_HOME", "NAKHON_SECRET_KEY", "NAKHON_KEYS_DIR", "NAKHON_STRICT_VERBS"):
            patch.delenv(name, raising=False)
        home = Home.locate(ground / "saved" / "home")
        home.path.parent.mkdir(mode=0o755)
        environment = resolve(home)
        try:
            prepare_database(environment, Steps())
            manage(environment, ["migrate", "--noinput"], role="owner")
            manage(environment, ["shell", "-c", TWO_CITIES], role="app")
            with Cluster(home).connect(roles.DATABASE) as connection:
                connection.execute("INSERT INTO spatial_ref_sys VALUES (910001, 'CITY', 1, 'own', '+proj=longlat')")
            (home.files / "ab").mkdir()
            (home.files / "ab" / "photo.jpg").write_bytes(bytes(range(256)) * 20_000)
            (home.files / "empty").write_bytes(b"")
            file = ground / "saved" / "city.nakhon"
            backup.create(home, file, PASSPHRASE)
            yield Saved(home, file, environment)
        finally:
            discard(home)


def contents(environment: Environment) -> dict[str, list[str]]:
    """Every row of every table as text, in a fixed order."""
    found = {}
    with psycopg.connect(environment.owner_url) as connection:
        for (table,) in connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND relname <> 'spatial_ref_sys'"
        ).fetchall():
            rows = connection.execute(f'SELECT t::text FROM "{table}" t').fetchall()
            found[str(table)] = sorted(str(row[0]) for row in rows)
    return found


def test_what_is_restored_is_what_was_saved(saved: Saved, make_home: MakeHome) -> None:
    home = make_home("restored")
    manifest = restore.restore(home, saved.file, PASSPHRASE)
    environment = resolve(home, create=False)
    cluster = Cluster(home)
    assert cluster.running() is None, "a restore leaves nothing running"
    cluster.start()
    before, after = contents(saved.environment), contents(environment)
    assert after == before
    assert manifest.rows["kernel_tenant"] == 2
    assert manifest.rows["kernel_work"] == manifest.rows["kernel_auditentry"] == 40
    assert sum(manifest.rows.values()) == sum(map(len, before.values()))
    assert (home.files / "ab" / "photo.jpg").read_bytes() == bytes(range(256)) * 20_000
    assert (home.files / "empty").read_bytes() == b""
    keys = sorted(path.name for path in saved.home.keys.iterdir())
    assert keys
    for name in keys:
        assert (home.keys / name).read_bytes() == (saved.home.keys / name).read_bytes()
        assert stat.S_IMODE((home.keys / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(home.keys.stat().st_mode) == 0o700
    assert environment.secret_key == saved.environment.secret_key
    assert environment.app_url != saved.environment.app_url, "the new cluster has passwords of its own"
    with psycopg.connect(environment.app_url) as app:
        assert app.execute("SELECT count(*) FROM kernel_auditentry").fetchone() == (0,), "no city named, no row seen"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("DELETE FROM kernel_auditentry")
    with cluster.connect(roles.DATABASE) as connection:
        own = connection.execute("SELECT proj4text FROM spatial_ref_sys WHERE srid = 910001").fetchone()
        assert own == ("+proj=longlat",), "a coordinate system that the city added comes along"
        assert connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'kernel%%' AND tableowner <> %s",
            (roles.OWNER,),
        ).fetchone() == (0,)


def test_the_file_is_private_and_shows_nothing(saved: Saved) -> None:
    assert stat.S_IMODE(saved.file.stat().st_mode) == 0o600
    content = saved.file.read_bytes()
    for word in (
        b"kernel_tenant",
        b"secret_key",
        json.loads(saved.home.secrets_file.read_text())["secret_key"].encode(),
    ):
        assert word not in content
    left = [path.name for path in saved.file.parent.iterdir() if path.name.startswith(".")]
    assert left == [], "no half-written file stays behind"
    assert not any(saved.home.run.glob("tmp*")), "no unencrypted dump stays behind"


def refuse(home: Home, file: Path, passphrase: str) -> RunError:
    with pytest.raises(RunError) as refused:
        restore.restore(home, file, passphrase)
    assert not home.path.exists() or home.is_empty()
    assert not list(home.path.parent.glob(".home-restore-*"))
    assert refused.value.what.th
    assert refused.value.remedy.th
    return refused.value


def test_a_wrong_passphrase_restores_nothing(saved: Saved, make_home: MakeHome) -> None:
    assert "passphrase" in refuse(make_home("wrong"), saved.file, PASSPHRASE + "x").what.en


def test_a_truncated_file_restores_nothing(saved: Saved, make_home: MakeHome, tmp_path: Path) -> None:
    cut = tmp_path / "cut.nakhon"
    content = saved.file.read_bytes()
    for keep in (len(content) - 1, len(content) // 2, 100):
        cut.write_bytes(content[:keep])
        refuse(make_home("cut"), cut, PASSPHRASE)


def test_a_flipped_byte_restores_nothing(saved: Saved, make_home: MakeHome, tmp_path: Path) -> None:
    content = bytearray(saved.file.read_bytes())
    content[-50_000 % len(content)] ^= 0xFF
    flipped = tmp_path / "flipped.nakhon"
    flipped.write_bytes(content)
    assert "damaged" in refuse(make_home("flipped"), flipped, PASSPHRASE).what.en


def test_a_home_with_data_is_never_overwritten(saved: Saved) -> None:
    with pytest.raises(RunError, match="already holds data") as refused:
        restore.restore(saved.home, saved.file, PASSPHRASE)
    assert "NAKHON_HOME=" in refused.value.remedy.en
    assert saved.home.secrets_file.exists()


def test_a_failure_in_the_database_leaves_the_home_empty(
    saved: Saved, make_home: MakeHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A manifest that promises other rows than the dump has: noticed after the load, before anything is in place."""
    real = restore.unpack

    def tampered(*words: object) -> object:
        manifest = real(*words)  # type: ignore[arg-type]
        manifest.rows["kernel_tenant"] += 1
        return manifest

    monkeypatch.setattr(restore, "unpack", tampered)
    home = make_home("rows")
    error = refuse(home, saved.file, PASSPHRASE)
    assert "kernel_tenant" in error.detail
    assert not Cluster(home).exists


def test_no_platform_nothing_to_save(home: Home, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no platform"):
        backup.create(home, tmp_path / "x", PASSPHRASE)


def test_an_existing_file_and_a_short_passphrase_are_refused(saved: Saved, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="exists already"):
        backup.create(saved.home, saved.file, PASSPHRASE)
    with pytest.raises(RunError, match="12 characters"):
        backup.create(saved.home, tmp_path / "x", "short")
    assert not (tmp_path / "x").exists()


def test_a_table_that_the_owner_may_not_see_whole_stops_the_backup(saved: Saved, tmp_path: Path) -> None:
    """Rows left out silently would be the worst backup of all."""
    cluster = Cluster(saved.home)
    cluster.start()
    with cluster.connect(roles.DATABASE) as connection:
        connection.execute("ALTER TABLE kernel_auditentry FORCE ROW LEVEL SECURITY")
        connection.execute("ALTER ROLE nakhon_owner NOBYPASSRLS")
        try:
            with pytest.raises(RunError, match="may not read every row"):
                backup.create(saved.home, tmp_path / "x", PASSPHRASE)
        finally:
            connection.execute("ALTER TABLE kernel_auditentry NO FORCE ROW LEVEL SECURITY")
            connection.execute("ALTER ROLE nakhon_owner BYPASSRLS")
    assert not (tmp_path / "x").exists()
