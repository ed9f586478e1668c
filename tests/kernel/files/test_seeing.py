"""Attachments are seen by those who may, through links that expire, and each reading of a personal one is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from nakhon.kernel.audit import verify
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Forbidden, SignInRequired
from nakhon.kernel.files import guards, queries, services
from nakhon.kernel.files import types as t
from nakhon.kernel.files.errors import (
    FileMissing,
    LinkExpired,
    LinkInvalid,
    LinkNotYours,
    PurposeMissing,
)
from nakhon.kernel.files.models import Attachment
from nakhon.kernel.models import AuditEntry
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.kernel.files.conftest import everything_kept, store, token_of, trail

pytestmark = pytest.mark.django_db


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
    assert openings(clerk) == []
    for _ in range(3):
        queries.open_link(clerk, token=link)
    assert [entry.actor_id for entry in openings(clerk)] == ["1"], "parts of one reading are one entry"
    queries.open_file(colleague, file_id=info.id)
    queries.open_file(replace(clerk, now=make.NOW + timedelta(minutes=11)), file_id=info.id)
    assert [entry.actor_id for entry in openings(clerk)] == ["1", "2", "1"]
    assert list(verify(clerk)) == []


def openings(ctx: Context) -> list[AuditEntry]:
    return [entry for entry in trail(ctx) if entry.action == "kernel.file.opened"]


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
    (entry,) = [entry for entry in trail(dpo) if entry.action == "kernel.file.linked"]
    assert entry.purpose == "คำขอเข้าถึงข้อมูล เลขที่ 12"
