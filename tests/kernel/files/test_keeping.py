"""Attachments are kept while something owns them: attached, removed, erased, and swept up when nobody came back."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from nakhon.kernel.context import Context, system_actor
from nakhon.kernel.errors import Conflict, Forbidden
from nakhon.kernel.files import queries, services, tasks, vault
from nakhon.kernel.files import types as t
from nakhon.kernel.files.errors import (
    FileMissing,
    TooManyFiles,
)
from nakhon.kernel.files.models import Attachment
from nakhon.kernel.models import Work
from nakhon.kernel.outbox import run
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.kernel.files.conftest import ANYTHING, everything_kept, store, trail

pytestmark = pytest.mark.django_db


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
    actions = [entry.action for entry in trail(sender)]
    assert actions.count("kernel.file.erased") == 1
    with pytest.raises(FileMissing):
        services.remove_file(sender, file_id=info.id)
