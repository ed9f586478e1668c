"""Attachments on the home's disk and in a bucket: stored whole or not at all, seen by those who may, gone when erased."""

from __future__ import annotations

import io
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from moto.server import ThreadedMotoServer
from PIL import Image

from nakhon.config.storage import file_storage
from nakhon.kernel.audit import verify
from nakhon.kernel.context import Context, system_actor
from nakhon.kernel.errors import Conflict, Forbidden, NotFound, SignInRequired, TooMany
from nakhon.kernel.files import guards, queries, services, tasks, vault
from nakhon.kernel.files import types as t
from nakhon.kernel.files.errors import (
    Damaged,
    EmptyFile,
    FileMissing,
    FileTooLarge,
    LinkExpired,
    LinkInvalid,
    LinkNotYours,
    PurposeMissing,
    StorageDown,
    TooManyFiles,
    TypeRefused,
)
from nakhon.kernel.files.models import Attachment
from nakhon.kernel.models import AuditEntry, Work
from nakhon.kernel.outbox import run
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.kernel import samples as s

pytestmark = pytest.mark.django_db

ANYTHING = t.Policy(frozenset(t.EXTENSIONS), max_bytes=2 * t.MB, max_count=2)


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    """A server on this machine that speaks S3, with a bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    import boto3

    environment = {
        "NAKHON_S3_ENDPOINT": f"http://{host}:{port}",
        "NAKHON_S3_BUCKET": "nakhon-files",
        "NAKHON_S3_ACCESS_KEY": "test",
        "NAKHON_S3_SECRET_KEY": "test",
        "NAKHON_S3_REGION": "us-east-1",
        "NAKHON_S3_PREFIX": "samui",
        "NAKHON_S3_ADDRESSING": "path",
    }
    client = boto3.client(
        "s3",
        endpoint_url=environment["NAKHON_S3_ENDPOINT"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="nakhon-files")
    yield environment
    server.stop()


@pytest.fixture(params=["disk", "bucket"], autouse=True)
def storage(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Any:
    environment = request.getfixturevalue("bucket") if request.param == "bucket" else {}
    settings.NAKHON_HOME = tmp_path
    settings.STORAGES = {**settings.STORAGES, "default": file_storage(tmp_path, environment)}
    return request.param


def store(
    ctx: Context,
    content: bytes | None = None,
    name: str = "ภาพถ่าย.jpg",
    sensitivity: t.Sensitivity = t.Sensitivity.PUBLIC,
    policy: t.Policy = ANYTHING,
) -> t.FileInfo:
    return services.store_file(
        ctx,
        stream=io.BytesIO(s.jpeg() if content is None else content),
        name=name,
        sensitivity=sensitivity,
        policy=policy,
    )


def everything_kept(ctx: Context) -> list[str]:
    return sorted(key for key, _ in vault.keys_of(ctx.tenant.id))


def token_of(link: str) -> str:
    return link.removeprefix("/files/")


def test_stored_bytes_come_back(officer: Context) -> None:
    info = store(officer, s.PDF, "../คำสั่งที่ ๑๒.pdf")
    assert (info.name, info.media_type, info.size) == ("คำสั่งที่ ๑๒.pdf", t.PDF, len(s.PDF))
    opened = queries.open_file(officer, file_id=info.id)
    assert opened.read() == s.PDF
    assert b"".join(opened.chunks(5, 10)) == s.PDF[5:15]
    assert b"".join(opened.chunks(opened.size - 3)) == s.PDF[-3:]
    assert b"".join(opened.chunks(3, 0)) == b""
    assert [entry.action for entry in _audit(officer)] == ["kernel.file.stored"]
    assert "คำสั่ง" not in str([entry.detail for entry in _audit(officer)]), "names stay out of the trail"
    assert list(verify(officer)) == []


def _audit(ctx: Context) -> list[AuditEntry]:
    with act_in(ctx):
        return list(AuditEntry.objects.order_by("seq"))


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
    _nothing_is_left(officer, tmp_path)


def test_a_limit_is_named(officer: Context) -> None:
    with pytest.raises(FileTooLarge) as refused:
        store(officer, b"x" * (2 * t.MB + 1))
    assert "2 MB" in refused.value.message.th
    assert "2 MB" in refused.value.remedy.en


def _nothing_is_left(ctx: Context, home: Path) -> None:
    assert everything_kept(ctx) == []
    assert list((home / "staging").iterdir()) == []
    with act_in(ctx):
        assert Attachment.objects.count() == 0


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
    _nothing_is_left(officer, tmp_path)


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
    _nothing_is_left(officer, tmp_path)


def test_bytes_of_a_rolled_back_transaction_are_swept_up(officer: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        store(officer)
        raise RuntimeError("the case was refused")
    kept = store(officer)
    assert len(everything_kept(officer)) == 2
    tasks_ctx = replace(officer, actor=system_actor("schedule"), now=_really_now() + timedelta(days=2))
    with act_in(tasks_ctx):
        tasks.sweep_orphans(replace(tasks_ctx, now=_really_now()))
        assert len(everything_kept(officer)) == 2, "not while it may still be on its way"
        tasks.sweep_orphans(tasks_ctx)
    assert everything_kept(officer) == [vault.key_of(officer.tenant.id, kept.id)]


def _really_now() -> Any:
    from django.utils import timezone

    return timezone.now()


def test_what_was_never_attached_is_erased_after_a_day(officer: Context, tmp_path: Path) -> None:
    lost, kept = store(officer), store(officer)
    services.attach_file(officer, file_id=kept.id, owner_type="cases.case", owner_id="1")
    stale = vault.staging() / "tmpabandoned"
    stale.write_bytes(b"x")
    os.utime(stale, (time.time() - 10**8, time.time() - 10**8))
    for hours, left in ((23, 2), (25, 1)):
        later = replace(officer, actor=system_actor("schedule"), now=make.NOW + timedelta(hours=hours))
        with act_in(later):
            tasks.sweep_unattached(later)
        assert len(everything_kept(officer)) == left
    assert not stale.exists()
    with pytest.raises(FileMissing):
        queries.file_info(officer, file_id=lost.id)
    assert queries.open_file(officer, file_id=kept.id).size > 0


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


def test_attaching(samui: Organisation, officer: Context) -> None:
    sender = make.ctx(samui, "citizen", actor_id="7")
    other = make.ctx(samui, "citizen", actor_id="8")
    first, second, third = (store(sender) for _ in range(3))
    with pytest.raises(FileMissing):
        services.attach_file(other, file_id=first.id, owner_type="cases.case", owner_id="1")
    attached = services.attach_file(sender, file_id=first.id, owner_type="cases.case", owner_id="1", policy=ANYTHING)
    assert (attached.owner_type, attached.owner_id) == ("cases.case", "1")
    services.attach_file(sender, file_id=first.id, owner_type="cases.case", owner_id="1", policy=ANYTHING)
    with pytest.raises(Conflict):
        services.attach_file(sender, file_id=first.id, owner_type="cases.case", owner_id="2")
    services.attach_file(officer, file_id=second.id, owner_type="cases.case", owner_id="1", policy=ANYTHING)
    with pytest.raises(TooManyFiles) as refused:
        services.attach_file(sender, file_id=third.id, owner_type="cases.case", owner_id="1", policy=ANYTHING)
    assert "ไม่เกิน 2 ไฟล์" in refused.value.message.th
    with pytest.raises(FileMissing):
        services.attach_file(sender, file_id=UUID(int=1), owner_type="cases.case", owner_id="1")
    found = queries.files_of(sender, owner_type="cases.case", owner_id="1")
    assert [info.id for info in found] == [first.id, second.id]


def test_removing_and_erasing(samui: Organisation, officer: Context) -> None:
    sender = make.ctx(samui, "citizen", actor_id="7")
    info = store(sender, sensitivity=t.Sensitivity.INTERNAL)
    with pytest.raises(Forbidden):
        services.remove_file(officer, file_id=info.id)
    with pytest.raises(FileMissing):
        services.remove_file(make.ctx(samui, "citizen", actor_id="8"), file_id=info.id)
    services.remove_file(sender, file_id=info.id)
    services.remove_file(sender, file_id=info.id)
    with pytest.raises(FileMissing):
        queries.open_file(officer, file_id=info.id)
    with act_in(sender):
        work = Work.objects.get(name=services.ERASE_JOB)
        assert work.due_at == make.NOW + services.GRACE
    assert len(everything_kept(sender)) == 1, "its bytes wait in case it was a mistake"

    services.remove_file(make.ctx(samui, "dpo"), file_id=info.id, at_once=True)
    with act_in(sender):
        run(sender, Work.objects.get(name=services.ERASE_JOB, key__endswith=":now"))
        run(sender, work)
        row = Attachment.objects.get()
    assert everything_kept(sender) == []
    assert (row.name, row.erased_at) == ("", make.NOW)
    actions = [entry.action for entry in _audit(sender)]
    assert actions.count("kernel.file.erased") == 1
    with pytest.raises(FileMissing):
        services.remove_file(sender, file_id=info.id)


SEES = {
    # sensitivity: the public, another citizen, the sender, officer, executive, dpo
    t.Sensitivity.PUBLIC: (True, True, True, True, True, True),
    t.Sensitivity.INTERNAL: (False, False, True, True, True, True),
    t.Sensitivity.PERSONAL: (False, False, True, True, False, True),
    t.Sensitivity.SENSITIVE: (False, False, True, False, False, True),
}


@pytest.mark.parametrize("sensitivity", SEES)
def test_who_sees_what(samui: Organisation, sensitivity: t.Sensitivity) -> None:
    sender = make.ctx(samui, "citizen", actor_id="7")
    info = store(sender, sensitivity=sensitivity)
    readers = (
        make.ctx(samui),
        make.ctx(samui, "citizen", actor_id="8"),
        sender,
        make.ctx(samui, "officer"),
        make.ctx(samui, "executive"),
        make.ctx(samui, "dpo"),
    )
    for reader, allowed in zip(readers, SEES[sensitivity], strict=True):
        reader = reader.for_purpose("ตรวจคำร้อง")
        if allowed:
            assert queries.open_file(reader, file_id=info.id).size == info.size
            assert (
                queries.open_link(reader, token=token_of(queries.file_link(reader, file_id=info.id))).size == info.size
            )
        else:
            for ask in (queries.open_file, queries.file_info, queries.file_link):
                with pytest.raises((Forbidden, SignInRequired, FileMissing)):
                    ask(reader, file_id=info.id)


def test_another_city_sees_nothing(samui: Organisation, yala: Organisation, officer: Context) -> None:
    info = store(officer)
    link = token_of(queries.file_link(officer, file_id=info.id))
    neighbour = make.ctx(yala, "admin")
    for ask in (queries.open_file, queries.file_info, queries.file_link):
        with pytest.raises(FileMissing):
            ask(neighbour, file_id=info.id)
    with pytest.raises(LinkInvalid):
        queries.open_link(neighbour, token=link)
    with pytest.raises(FileMissing):
        services.attach_file(neighbour, file_id=info.id, owner_type="a.b", owner_id="1")
    with pytest.raises(FileMissing):
        services.remove_file(neighbour, file_id=info.id)
    assert everything_kept(neighbour) == []


def test_a_guard_decides_for_its_own_things_but_never_gives_the_public_a_personal_file(samui: Organisation) -> None:
    guards.guard("test.case")(lambda ctx, file: ctx.actor.id == "9" or (None if ctx.actor.id else True))
    sender, friend, public = (
        make.ctx(samui, "citizen", actor_id="7"),
        make.ctx(samui, "citizen", actor_id="9"),
        make.ctx(samui),
    )
    try:
        for sensitivity, public_may in ((t.Sensitivity.INTERNAL, True), (t.Sensitivity.PERSONAL, False)):
            info = store(sender, sensitivity=sensitivity)
            services.attach_file(sender, file_id=info.id, owner_type="test.case", owner_id=sensitivity.value)
            assert queries.file_info(friend, file_id=info.id).id == info.id
            if public_may:
                assert queries.open_link(public, token=token_of(queries.file_link(public, file_id=info.id))).size
            else:
                with pytest.raises(SignInRequired):
                    queries.file_link(public, file_id=info.id)
        with pytest.raises(ValueError, match="guard already"):
            guards.guard("test.case")(lambda ctx, file: True)
    finally:
        guards._guards.pop("test.case")


def test_links_expire_and_cannot_be_forged(officer: Context) -> None:
    info = store(officer, sensitivity=t.Sensitivity.PERSONAL)
    link = token_of(queries.file_link(officer, file_id=info.id, lifetime=timedelta(minutes=5)))
    assert queries.open_link(replace(officer, now=make.NOW + timedelta(minutes=4, seconds=59)), token=link).size
    with pytest.raises(LinkExpired):
        queries.open_link(replace(officer, now=make.NOW + timedelta(minutes=5)), token=link)
    body, _, signature = link.rpartition(":")
    for forged in (link[:-1] + ("A" if link[-1] != "A" else "B"), body, f"{body[:-2]}xx:{signature}", "x", ":", "%00"):
        with pytest.raises(LinkInvalid):
            queries.open_link(officer, token=forged)


def test_a_public_link_stays_the_same_for_a_while_and_lasts_at_least_its_lifetime(officer: Context) -> None:
    info = store(officer)
    links = {
        queries.file_link(replace(officer, now=make.NOW + timedelta(minutes=minute)), file_id=info.id)
        for minute in range(15)
    }
    assert len(links) <= 2
    first = token_of(queries.file_link(officer, file_id=info.id))
    assert queries.open_link(replace(officer, now=make.NOW + timedelta(minutes=14, seconds=59)), token=first).size
    with pytest.raises(LinkExpired):
        queries.open_link(replace(officer, now=make.NOW + timedelta(minutes=31)), token=first)


def test_a_personal_link_opens_for_its_account_only_and_each_reading_is_recorded(samui: Organisation) -> None:
    clerk, colleague = make.ctx(samui, "officer", actor_id="1"), make.ctx(samui, "officer", actor_id="2")
    info = store(clerk, sensitivity=t.Sensitivity.PERSONAL)
    link = token_of(queries.file_link(clerk, file_id=info.id))
    for stranger in (colleague, make.ctx(samui), make.ctx(samui, "citizen", actor_id="3")):
        with pytest.raises(LinkNotYours):
            queries.open_link(stranger, token=link)
    assert _openings(clerk) == []
    for _ in range(3):
        queries.open_link(clerk, token=link)
    assert [entry.actor_id for entry in _openings(clerk)] == ["1"], "parts of one reading are one entry"
    queries.open_file(colleague, file_id=info.id)
    queries.open_file(replace(clerk, now=make.NOW + timedelta(minutes=11)), file_id=info.id)
    assert [entry.actor_id for entry in _openings(clerk)] == ["1", "2", "1"]
    assert list(verify(clerk)) == []


def _openings(ctx: Context) -> list[AuditEntry]:
    return [entry for entry in _audit(ctx) if entry.action == "kernel.file.opened"]


def test_who_may_no_longer_see_a_file_cannot_use_an_old_link(samui: Organisation) -> None:
    citizen = make.ctx(samui, "citizen", actor_id="7")
    info = store(citizen, sensitivity=t.Sensitivity.PERSONAL)
    clerk = make.ctx(samui, "officer", actor_id="1")
    link = token_of(queries.file_link(clerk, file_id=info.id))
    demoted = make.ctx(samui, "executive", actor_id="1")
    with pytest.raises(Forbidden):
        queries.open_link(demoted, token=link)
    services.remove_file(citizen, file_id=info.id)
    with pytest.raises(FileMissing):
        queries.open_link(clerk, token=link)


def test_an_unbound_link_does_not_open_what_became_personal(officer: Context) -> None:
    info = store(officer)
    link = token_of(queries.file_link(officer, file_id=info.id))
    with act_in(officer):
        Attachment.objects.filter(pk=info.id).update(sensitivity=t.Sensitivity.PERSONAL)
    with pytest.raises(LinkInvalid):
        queries.open_link(officer, token=link)


def test_sensitive_files_are_opened_for_a_purpose(samui: Organisation) -> None:
    info = store(make.ctx(samui, "citizen", actor_id="7"), sensitivity=t.Sensitivity.SENSITIVE)
    dpo = make.ctx(samui, "dpo")
    with pytest.raises(PurposeMissing):
        queries.file_link(dpo, file_id=info.id)
    queries.file_link(dpo.for_purpose("คำขอเข้าถึงข้อมูล เลขที่ 12"), file_id=info.id)
    (entry,) = [entry for entry in _audit(dpo) if entry.action == "kernel.file.linked"]
    assert entry.purpose == "คำขอเข้าถึงข้อมูล เลขที่ 12"


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
