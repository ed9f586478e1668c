"""The one permission table, written out a second time by hand: whoever changes who may do what changes it here too."""

from __future__ import annotations

import pytest

from nakhon.kernel.permissions import allows, table
from nakhon.people.document import DOCS, PAGES
from nakhon.people.roles import ROLES

LETTERS = {
    "P": "public", "C": "citizen", "o": "officer", "s": "supervisor", "e": "executive", "r": "registrar", "d": "dpo",
    "u": "auditor", "a": "admin",
}  # fmt: skip

EXPECTED = {
    "citydata.alert.read": "..oserdua",
    "citydata.alert.work": "..os....a",
    "citydata.dataset.define": "........a",
    "citydata.dataset.edit": "..os....a",
    "citydata.dataset.read": "PCoserdua",
    "citydata.dataset.usage": "..oserdua",
    "citydata.watch.define": "........a",
    "citydata.watch.read": "..oserdua",
    "citydata.watch.switch": "...s....a",
    "citydata.watch.try": "..os....a",
    "citydata.change.decide": "...ser...",
    "citydata.change.propose": "..oserdua",
    "citydata.device.command": "..os....a",
    "citydata.device.edit": "........a",
    "citydata.device.read": "..oserdua",
    "citydata.export.run": "PCoserdua",
    "citydata.feed.pull": "..os....a",
    "citydata.import.run": "..os.r...",
    "citydata.record.edit": "..os.r...",
    "citydata.record.history": "..oserdua",
    "citydata.record.reveal": "..os.rd..",
    "citydata.register.define": "........a",
    "citydata.register.see": "PCoserdua",
    "citydata.schedule.edit": "...s....a",
    "citydata.sensor.define": "........a",
    "citydata.sensor.read": "PCoserdua",
    "citydata.sensor.repair": "...s....a",
    "citydata.sensor.work": "..oserdua",
    "definitions.apply": "........a",
    "definitions.read": ".......ua",
    "kernel.audit.read": "......dua",
    "kernel.file.read": "PCoserdua",
    "kernel.file.read_personal": "..os.rd..",
    "kernel.file.read_sensitive": "...s.rd..",
    "kernel.file.remove_any": "...s..d.a",
    "kernel.file.store": "PCoserdua",
    "kernel.outbox.read": "........a",
    "kernel.outbox.replay": "........a",
    "people.breach.handle": "......d..",
    "people.breach.read": "....e.du.",
    "people.breach.report": "..oserdua",
    "people.consent.check": ".Coserdua",
    "people.consent.read": "..os.rd..",
    "people.consent.record": "..os.rd..",
    "people.household.edit": "..os.r...",
    "people.household.read": "..os.rd..",
    "people.member.edit": "........a",
    "people.member.read": "..oserdua",
    "people.organisation.create": "........a",
    "people.organisation.edit": "........a",
    "people.organisation.read": "PCoserdua",
    "people.own.use": ".Coserdua",
    "people.person.edit": "..os.r...",
    "people.person.merge": "...s.r...",
    "people.person.read": "..os.rd..",
    "people.person.restricted": "......d..",
    "people.person.reveal": "..os.rd..",
    "people.processing.read": "....e.du.",
    "people.purpose.edit": "......d..",
    "people.purpose.read": "PCoserdua",
    "people.retention.execute": "......d..",
    "people.retention.read": "......du.",
    "people.rights.decide": "......d..",
    "people.rights.read": ".....rd..",
    "people.rights.receive": "..os.rd..",
    "people.sensitive.edit": ".....r...",
    "people.sensitive.read": ".....rd..",
    "people.unit.edit": "........a",
    "people.unit.read": "..oserdua",
    "solutions.apply": "........a",
    "solutions.read": ".......ua",
    "web.account.own": ".Coserdua",
    "web.signin.use": "PCoserdua",
}


def test_the_columns_are_the_roles() -> None:
    assert list(LETTERS.values()) == list(ROLES)


def test_every_permission_has_its_row() -> None:
    assert set(EXPECTED) == set(table()), (
        "a permission came or went: write its row here, after thinking who should hold it"
    )


@pytest.mark.parametrize("code", sorted(EXPECTED))
def test_who_holds_it(code: str) -> None:
    row = EXPECTED[code]
    assert len(row) == len(LETTERS)
    for mark, (letter, role) in zip(row, LETTERS.items(), strict=True):
        assert mark in (letter, ".")
        assert allows([role], code) is (mark == letter), f"{role} and {code}"
    assert allows(["system"], code) and not allows([], code) and not allows(["mayor"], code)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_generated_page_is_true(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), (
        f"docs/reference/{name} is stale: python -m nakhon.config.run.django document_people"
    )
