"""Attachments are stored whole or not at all, cleaned of place and camera, on the disk and in a bucket."""

from __future__ import annotations

import io
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from nakhon.config.storage import file_storage
from nakhon.kernel.audit import verify
from nakhon.kernel.context import Context, system_actor
from nakhon.kernel.errors import NotFound, TooMany
from nakhon.kernel.files import queries, services, vault
from nakhon.kernel.files import types as t
from nakhon.kernel.files.errors import (
    Damaged,
    EmptyFile,
    FileMissing,
    FileTooLarge,
    StorageDown,
    TypeRefused,
)
from nakhon.kernel.files.models import Attachment
from nakhon.kernel.models import Work
from nakhon.kernel.outbox import run
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.kernel import samples as s
from tests.kernel.files.conftest import ANYTHING, everything_kept, store, trail

pytestmark = pytest.mark.django_db


def test_stored_bytes_come_back(officer: Context) -> None:
    info = store(officer, s.PDF, "../คำสั่งที่ ๑๒.pdf")
    assert (info.name, info.media_type, info.size) == ("คำสั่งที่ ๑๒.pdf", t.PDF, len(s.PDF))
    opened = queries.open_file(officer, file_id=info.id)
    assert opened.read() == s.PDF
    assert b"".join(opened.chunks(5, 10)) == s.PDF[5:15]
    assert b"".join(opened.chunks(opened.size - 3)) == s.PDF[-3:]
    assert b"".join(opened.chunks(3, 0)) == b""
    assert [entry.action for entry in trail(officer)] == ["kernel.file.stored"]
    assert "คำสั่ง" not in str([entry.detail for entry in trail(officer)]), "names stay out of the trail"
    assert list(verify(officer)) == []


def test_a_photograph_is_kept_without_its_place_and_gets_previews(officer: Context) -> None:
    info = store(officer, s.jpeg_of_a_phone(6, 1600, 1200))
    assert (info.width, info.height) == (1200, 1600)
    kept = queries.open_file(officer, file_id=info.id).read()
    assert s.SECRET not in kept
    assert dict(Image.open(io.BytesIO(kept)).getexif()) == {}
    assert len(everything_kept(officer)) == 1

    with act_in(officer):
        work = Work.objects.get(name=services.PREVIEW_JOB)
        run(officer, work)
        run(officer, work)
        assert Attachment.objects.get().previewed_at == make.NOW
    assert len(everything_kept(officer)) == 3
    for variant, size in ((t.Variant.SMALL, (240, 320)), (t.Variant.LARGE, (960, 1280))):
        shown = queries.open_file(officer, file_id=info.id, variant=variant)
        assert shown.media_type == t.WEBP
        assert shown.name == f"ภาพถ่าย-{variant.value}.webp"
        assert Image.open(io.BytesIO(shown.read())).size == size


def test_a_preview_that_is_missing_is_made_when_it_is_wanted(officer: Context) -> None:
    info = store(officer)
    assert len(queries.open_file(officer, file_id=info.id, variant=t.Variant.SMALL).read()) > 50
    pdf = store(officer, s.PDF, "a.pdf")
    with pytest.raises(FileMissing):
        queries.open_file(officer, file_id=pdf.id, variant=t.Variant.SMALL)


def test_a_film_forgets_its_place_and_stays_as_long(officer: Context) -> None:
    sent = s.mp4(telling=True)
    assert sent.count(s.SECRET) == 3
    info = store(officer, sent, "ถนน.mp4")
    kept = queries.open_file(officer, file_id=info.id).read()
    assert s.SECRET not in kept
    assert len(kept) == len(sent)
    assert kept.endswith(b"\1" * 500), "the film itself is untouched"


def nothing_is_left(ctx: Context, home: Path) -> None:
    assert everything_kept(ctx) == []
    assert list((home / "staging").iterdir()) == []
    with act_in(ctx):
        assert Attachment.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "failure"),
    [(b"", EmptyFile), (s.PROGRAM, TypeRefused), (s.jpeg()[:200], Damaged), (b"x" * (2 * t.MB + 1), FileTooLarge)],
)
def test_what_is_refused_leaves_nothing_behind(
    officer: Context, tmp_path: Path, content: bytes, failure: type[Exception]
) -> None:
    with pytest.raises(failure) as refused:
        store(officer, content, "รายงาน.pdf")
    assert "รายงาน.pdf" in refused.value.message.th  # type: ignore[attr-defined]
    assert "รายงาน.pdf" in refused.value.message.en  # type: ignore[attr-defined]
    nothing_is_left(officer, tmp_path)


def test_a_limit_is_named(officer: Context) -> None:
    with pytest.raises(FileTooLarge) as refused:
        store(officer, b"x" * (2 * t.MB + 1))
    assert "2 MB" in refused.value.message.th
    assert "2 MB" in refused.value.remedy.en


class _Breaks(io.BytesIO):
    """A stream whose sender goes away after the first piece."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 0:
            raise ConnectionResetError("the sender went away")
        return super().read(size)


def test_a_stream_that_breaks_leaves_nothing_behind(officer: Context, tmp_path: Path) -> None:
    with pytest.raises(StorageDown):
        services.store_file(
            officer,
            stream=_Breaks(b"a" * 200_000),
            name="a.txt",
            sensitivity=t.Sensitivity.PUBLIC,
            policy=ANYTHING,
        )
    nothing_is_left(officer, tmp_path)


def test_a_failure_after_the_bytes_were_kept_takes_them_away_again(
    officer: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        assert len(everything_kept(officer)) == 1, "the bytes were there already"
        raise RuntimeError("the database went away")

    monkeypatch.setattr(services, "record", fails)
    with pytest.raises(RuntimeError):
        store(officer)
    monkeypatch.undo()
    nothing_is_left(officer, tmp_path)


@pytest.mark.parametrize("storage", ["disk"], indirect=True)
def test_nobody_sends_without_end(samui: Organisation, settings: Any) -> None:
    settings.NAKHON_LIMITS = "file.store.public=2/10m,file.store.account=3/10m"
    public = replace(make.ctx(samui), address="203.0.113.7")
    for sender, amount in ((public, 2), (make.ctx(samui, "citizen", actor_id="7"), 3)):
        for _ in range(amount):
            store(sender)
        with pytest.raises(TooMany):
            store(sender)
        assert len(everything_kept(sender)) in (2, 5)
    store(replace(public, address="203.0.113.8"))
    store(replace(public, actor=system_actor("import")))


@pytest.mark.parametrize("storage", ["disk"], indirect=True)
def test_on_the_disk_nobody_else_can_read(officer: Context, tmp_path: Path) -> None:
    info = store(officer)
    path = tmp_path / "files" / vault.key_of(officer.tenant.id, info.id)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    folder = path.parent
    while folder != tmp_path / "files":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        folder = folder.parent
    assert "ภาพ" not in str(path)


def test_bytes_that_are_gone_are_a_missing_file(officer: Context) -> None:
    info = store(officer)
    vault.delete(vault.key_of(officer.tenant.id, info.id))
    with pytest.raises(NotFound):
        queries.open_file(officer, file_id=info.id).read()
    with pytest.raises(NotFound):
        queries.open_file(officer, file_id=info.id, variant=t.Variant.SMALL)


def test_a_store_that_does_not_answer_says_so(officer: Context, settings: Any, tmp_path: Path) -> None:
    environment = {
        "NAKHON_S3_ENDPOINT": "http://127.0.0.1:9",
        "NAKHON_S3_BUCKET": "x",
        "NAKHON_S3_ACCESS_KEY": "x",
        "NAKHON_S3_SECRET_KEY": "x",
        "NAKHON_S3_REGION": "us-east-1",
    }
    made = file_storage(tmp_path, environment)
    made["OPTIONS"]["client_config"].retries = {"max_attempts": 1}
    settings.STORAGES = {**settings.STORAGES, "default": made}
    with pytest.raises(StorageDown):
        store(officer)
    with act_in(officer):
        assert Attachment.objects.count() == 0


def test_the_setting_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="NAKHON_S3_ACCESS_KEY, NAKHON_S3_SECRET_KEY"):
        file_storage(tmp_path, {"NAKHON_S3_BUCKET": "x"})
