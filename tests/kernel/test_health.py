"""Each question of the examination notices what it is there to notice, and nothing that hangs holds up the answer."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from nakhon.config.storage import file_storage
from nakhon.kernel import health, keys
from nakhon.kernel.health import Check, Report, Status, examine
from nakhon.knowledge.text import Text

pytestmark = pytest.mark.django_db(transaction=True)


def status(name: str) -> Status:
    (found,) = [check for check in examine().checks if check.name == name]
    return found.status


def test_a_role_that_can_bypass_row_security_is_an_alarm() -> None:
    assert status("row_security") is Status.OK
    options = connection.settings_dict["OPTIONS"]
    role = options.pop("assume_role")
    try:
        assert status("row_security") is Status.FAILING
        assert examine().status is Status.FAILING
    finally:
        options["assume_role"] = role


def test_a_migration_that_is_missing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert status("migrations") is Status.OK
    known = health._known_migrations()
    monkeypatch.setattr(health, "_known_migrations", lambda: known | {("kernel", "9999_future")})
    assert status("migrations") is Status.FAILING


def test_work_that_waits_long_is_noticed() -> None:
    assert status("queue") is Status.OK
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'x') RETURNING id")
        (job,) = cursor.fetchone()
    assert status("queue") is Status.OK
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '10 minutes' WHERE job_id = %s", [job])
    assert status("queue") is Status.DEGRADED
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour' WHERE id = %s", [job])
    assert status("queue") is Status.OK, "work for later is not late"


def test_little_space_and_no_space(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.NAKHON_HOME = tmp_path
    for limits, expected in (((0, 0), Status.OK), ((10**18, 0), Status.DEGRADED), ((10**18, 10**17), Status.FAILING)):
        monkeypatch.setattr(health, "LITTLE_SPACE", limits[0])
        monkeypatch.setattr(health, "NO_SPACE", limits[1])
        assert status("disk") is expected
    settings.NAKHON_HOME = tmp_path / "gone"
    assert status("disk") is Status.FAILING


def test_keys_that_cannot_be_read(settings: Any, tmp_path: Path) -> None:
    assert status("keys") is Status.OK
    settings.NAKHON_KEYS_DIR = tmp_path
    keys._read.cache_clear()
    try:
        assert status("keys") is Status.FAILING
    finally:
        keys._read.cache_clear()


def test_storage_that_cannot_be_written(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": file_storage(tmp_path, {})}
    assert status("storage") is Status.OK
    assert list((tmp_path / "files").iterdir()) == [], "the probe was removed"
    (tmp_path / "a-file").write_text("x")
    settings.STORAGES = {**settings.STORAGES, "default": file_storage(tmp_path / "a-file", {})}
    assert status("storage") is Status.FAILING
    gone = {"NAKHON_S3_ENDPOINT": "http://127.0.0.1:9", "NAKHON_S3_BUCKET": "x", "NAKHON_S3_ACCESS_KEY": "x",
            "NAKHON_S3_SECRET_KEY": "x", "NAKHON_S3_REGION": "us-east-1"}  # fmt: skip
    settings.STORAGES = {**settings.STORAGES, "default": file_storage(tmp_path, gone)}
    monkeypatch.setattr(health, "_storage_said", None)
    assert status("storage") is Status.FAILING


def test_what_hangs_is_given_up_and_asked_no_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    release, begun = threading.Event(), []

    def hangs() -> list[Check]:
        begun.append(1)
        release.wait(20)
        return []

    monkeypatch.setattr(health, "_all_of_the_database", hangs)
    monkeypatch.setattr(health, "_asker", health._Asker())
    for _ in range(3):
        started = time.monotonic()
        report = examine(patience=0.2)
        assert time.monotonic() - started < 1.5
        assert report.status is Status.FAILING
        assert {check.name for check in report.checks if check.status is Status.FAILING} == set(health.DATABASE_CHECKS)
    assert begun == [1], "one thread waits, not one for each question"
    release.set()


def test_a_slow_statement_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "STATEMENT_MILLISECONDS", 100)
    started = time.monotonic()
    with health._connect() as asked, pytest.raises(Exception, match="statement timeout"):
        asked.execute("SELECT pg_sleep(5)")
    assert time.monotonic() - started < 2


def test_the_worst_part_decides() -> None:
    words = Text("ก", "a")
    good, fair, bad = (Check(s.value, s, words) for s in Status)
    assert Report((good, good)).status is Status.OK
    assert Report((good, fair)).status is Status.DEGRADED
    assert Report((fair, bad, good)).status is Status.FAILING
    assert Report((good, fair)).demanding("degraded").status is Status.FAILING
    assert Report((good, fair)).demanding("ok").status is Status.DEGRADED
