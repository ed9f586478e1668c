"""Proposed changes: asked for, seen beside the record, approved by somebody else, refused with a reason, withdrawn."""

from __future__ import annotations

from typing import Any

import pytest

from nakhon.citydata.registers import queries, services
from nakhon.citydata.registers.errors import (
    ChangeDecided,
    ChangeNotFound,
    OwnChange,
    RecordConflict,
    RecordInvalid,
    RegisterClosed,
)
from nakhon.citydata.registers.models import ChangeRequest
from nakhon.citydata.registers.types import ChangeCard, RecordCard
from nakhon.kernel.errors import Forbidden, SignInRequired
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from tests import make
from tests.citydata.registers.stage import at, elder


def _work(city: Organisation, **data: Any) -> RecordCard:
    boss = make.ctx(city, "supervisor")
    return services.add_record(boss, register="works", data={"name": "ปรับปรุงทางเท้า", "budget": 1000.0, **data})


def _ask(city: Organisation, card: RecordCard | None = None, **more: Any) -> ChangeCard:
    asked: dict[str, Any] = {
        "register": "works",
        "act": "EDIT",
        "reason": "ตามสัญญาใหม่",
        "data": {"budget": 2000.0},
        **more,
    }
    if card is not None:
        asked = {"record": card.id, "revision": card.revision, **asked}
    return services.propose_change(make.ctx(city, "officer"), **asked)


def test_a_change_waits_and_is_carried_out(city: Organisation) -> None:
    card = _work(city)
    asked = _ask(city, card, geometry=at(100.06, 9.53))
    assert asked.now["budget"] == 1000.0 and asked.wanted == {"budget": 2000.0} and asked.moves and not asked.outdated
    boss = make.ctx(city, "supervisor")
    assert queries.get_record(boss, register="works", key="1").data["budget"] == 1000.0
    assert [row.id for row in queries.changes_waiting(boss, register="works").rows] == [asked.id]
    done = services.decide_change(boss, change_id=asked.id, approve=True)
    assert done.state == "APPROVED" and done.decided_label == "supervisor"
    now = queries.get_record(boss, register="works", key="1")
    assert (now.data["budget"], now.data["name"], now.revision) == (2000.0, "ปรับปรุงทางเท้า", 2)
    assert now.geometry == at(100.06, 9.53) and queries.changes_waiting(boss).rows == []
    with pytest.raises(ChangeDecided):
        services.decide_change(boss, change_id=asked.id, approve=True)


def test_a_new_record_and_a_retirement_are_proposed_too(city: Organisation) -> None:
    boss = make.ctx(city, "supervisor")
    asked = _ask(city, act="ADD", data={"name": "สะพานใหม่"})
    assert services.decide_change(boss, change_id=asked.id, approve=True).key == "1"
    card = queries.get_record(boss, register="works", key="1")
    gone = _ask(city, card, act="RETIRE", data=None)
    services.decide_change(boss, change_id=gone.id, approve=True)
    assert queries.get_record(boss, register="works", key="1").status == "RETIRED"


def test_refused_with_a_reason(city: Organisation) -> None:
    asked = _ask(city, _work(city))
    boss = make.ctx(city, "supervisor")
    with pytest.raises(RecordInvalid):
        services.decide_change(boss, change_id=asked.id, approve=False)
    assert services.decide_change(boss, change_id=asked.id, approve=False, answer="เกินงบ").answer == "เกินงบ"
    assert queries.get_record(boss, register="works", key="1").revision == 1


def test_who_decides(city: Organisation) -> None:
    card = _work(city)
    asked = _ask(city, card)
    for role in ("officer", "citizen", "admin"):
        with pytest.raises(Forbidden):
            services.decide_change(make.ctx(city, role), change_id=asked.id, approve=True)
    with pytest.raises(RegisterClosed):
        services.decide_change(make.ctx(city, "executive"), change_id=asked.id, approve=True)
    both = make.ctx(city, "officer", "supervisor", actor_id="both")
    own = services.propose_change(
        both, register="works", act="EDIT", reason="x", record=card.id, revision=1, data={"name": "y"}
    )
    with pytest.raises(OwnChange):
        services.decide_change(both, change_id=own.id, approve=True)
    with pytest.raises(SignInRequired):
        services.propose_change(make.ctx(city), register="works", act="ADD", reason="x", data={"name": "y"})
    with pytest.raises(RegisterClosed):
        services.propose_change(make.ctx(city, "auditor"), register="works", act="ADD", reason="x", data={"name": "y"})


def test_what_cannot_be_is_refused_when_it_is_proposed(city: Organisation) -> None:
    card = _work(city)
    for wrong in ({"data": {"budget": -1}}, {"reason": " "}, {"act": "DESTROY"}, {"geometry": at(9.5, 100)}):
        with pytest.raises(RecordInvalid):
            _ask(city, card, **wrong)
    with pytest.raises(RecordConflict):
        _ask(city, card, revision=7)
    with act_in(make.ctx(city)):
        assert not ChangeRequest.objects.exists()


def test_another_change_meanwhile(city: Organisation) -> None:
    card, boss = _work(city), make.ctx(city, "supervisor")
    asked = _ask(city, card)
    services.edit_record(boss, register="works", record=card.id, revision=1, data={"name": "ชื่อใหม่"})
    assert not queries.change(boss, change_id=asked.id).outdated, "another property changed: both stand"
    services.edit_record(boss, register="works", record=card.id, revision=2, data={"budget": 5.0})
    assert queries.change(boss, change_id=asked.id).outdated
    with pytest.raises(RecordConflict) as clash:
        services.decide_change(boss, change_id=asked.id, approve=True)
    assert clash.value.yours == {"budget": 2000.0} and clash.value.current.data["budget"] == 5.0


def test_withdrawn_by_who_asked(city: Organisation) -> None:
    asked = _ask(city, _work(city))
    with pytest.raises(ChangeNotFound):
        services.withdraw_change(make.ctx(city, "supervisor"), change_id=asked.id)
    assert services.withdraw_change(make.ctx(city, "officer"), change_id=asked.id).state == "WITHDRAWN"
    with pytest.raises(ChangeDecided):
        services.decide_change(make.ctx(city, "supervisor"), change_id=asked.id, approve=True)


def test_a_protected_value_is_sealed_while_it_waits(city: Organisation) -> None:
    card = elder(city, "E1")
    registrar = make.ctx(city, "registrar")
    asked = services.propose_change(
        registrar, register="elder", act="EDIT", reason="แก้ชื่อ", record=card.id, revision=1, data={"name": "สมหญิง"}
    )
    assert asked.wanted == {} and asked.masked == ("name",) and asked.geometry_now is None
    with act_in(registrar):
        row = ChangeRequest.objects.get()
        assert row.data == {} and "สมหญิง" in row.sealed.reveal()
    other = make.ctx(city, "registrar", actor_id="other")
    services.decide_change(other, change_id=asked.id, approve=True)
    assert queries.get_record(registrar, register="elder", key="E1").revision == 2


def test_another_city_decides_nothing(city: Organisation, yala: Organisation) -> None:
    asked = _ask(city, _work(city))
    with pytest.raises(ChangeNotFound):
        services.decide_change(make.ctx(yala, "supervisor"), change_id=asked.id, approve=True)
    with pytest.raises(ChangeNotFound):
        queries.change(make.ctx(yala, "supervisor"), change_id=asked.id)
    assert queries.changes_waiting(make.ctx(yala, "supervisor")).rows == []
