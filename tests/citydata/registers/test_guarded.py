"""Guarded registers: closed to all but the roles named, places coarse, values sealed, looks recorded, opened for a purpose."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from nakhon.citydata.registers import queries, services
from nakhon.citydata.registers.errors import FilterRefused, RecordInvalid, RegisterClosed, RegisterNotFound
from nakhon.citydata.registers.models import Record, RecordVersion
from nakhon.citydata.registers.types import Filter
from nakhon.kernel.errors import Forbidden, Invalid
from nakhon.kernel.models import AuditEntry
from nakhon.kernel.tasks import system_context
from nakhon.kernel.tenancy import act_in
from nakhon.people.errors import PurposeUnknown
from nakhon.people.models import Organisation
from nakhon.people.services.purposes import adopt_typical_purposes
from tests import make
from tests.citydata.registers.stage import ELDERS, HERE, at, define, elder, keys, lamp

PURPOSE = "care"


def _entries(city: Organisation, action: str) -> list[AuditEntry]:
    with act_in(make.ctx(city)):
        return list(AuditEntry.objects.filter(action=action))


def test_nobody_enters_unless_named(city: Organisation) -> None:
    elder(city, "E1")
    assert keys(city, "officer", register="elder") == ["E1"]
    for roles in ((), ("citizen",)):
        with pytest.raises(RegisterNotFound):
            keys(city, *roles, register="elder")
        assert "elder" not in {card.key for card in queries.registers(make.ctx(city, *roles))}
    for role in ("supervisor", "executive", "dpo", "auditor", "admin"):
        with pytest.raises(RegisterClosed):
            keys(city, role, register="elder")
        with pytest.raises(RegisterClosed):
            queries.tile(make.ctx(city, role), register="elder", z=10, x=796, y=484)
        assert "elder" not in {layer.register for layer in queries.map_layers(make.ctx(city, role))}


def test_values_are_sealed_and_masked_everywhere(city: Organisation) -> None:
    card = elder(city, "E1")
    assert card.data == {"code": "E1", "community": "บ้านใต้"} and card.masked == ("illness", "name")
    services.edit_record(
        make.ctx(city, "registrar"), register="elder", record=card.id, revision=1, data={"illness": "ความดัน"}
    )
    with act_in(make.ctx(city)), connection.cursor() as cursor:
        cursor.execute("SELECT r::text, v::text FROM citydata_registers_record r, citydata_registers_recordversion v")
        stored = " ".join(cursor.fetchone())
        cursor.execute("SELECT string_agg(detail::text || purpose, ' ') FROM kernel_auditentry")
        trail = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(payload::text, ' ') FROM kernel_event")
        facts = cursor.fetchone()[0]
        assert (
            "สมศรี" in Record.objects.get().sealed.reveal() and "เบาหวาน" in RecordVersion.objects.get().sealed.reveal()
        )
    for secret in ("สมศรี", "เบาหวาน", "ความดัน"):
        assert secret not in stored and secret not in trail and secret not in facts
    officer = make.ctx(city, "officer")
    (row,) = queries.find_records(officer, register="elder").rows
    assert "name" not in row.data and row.masked == ("illness", "name")
    newest = queries.record_history(officer, register="elder", record_id=card.id)[0]
    assert newest.changes == {"illness": (None, None)} and newest.geometry is None
    assert keys(city, "officer", register="elder", text="สมศรี") == []
    for wrong in ({"filters": [Filter("name", "eq", "สมศรี ใจดี")]}, {"sort": "name"}):
        with pytest.raises(FilterRefused):
            keys(city, "officer", register="elder", **wrong)


def test_a_refusal_quotes_no_protected_value(city: Organisation) -> None:
    with pytest.raises(RecordInvalid) as refused:
        elder(city, "E1", illness=112233)
    assert "112233" not in str(refused.value.fields) and "illness" in refused.value.fields


def test_places_are_coarse_without_precise(city: Organisation) -> None:
    elder(city, "E1")
    elder(city, "E2", place=at(100.0604, 9.5303))
    officer, registrar = make.ctx(city, "officer"), make.ctx(city, "registrar", purpose="visit")
    card = queries.get_record(officer, register="elder", key="E1")
    assert card.is_coarse and card.geometry is not None
    lon, lat = card.geometry["coordinates"]
    assert (lon, lat) != HERE and abs(lon - HERE[0]) < 0.01 and abs(lat - HERE[1]) < 0.01
    assert queries.get_record(officer, register="elder", key="E2").geometry == card.geometry, (
        "one corner for all near it"
    )
    exact = queries.get_record(registrar, register="elder", key="E1")
    assert not exact.is_coarse and exact.geometry == at(*HERE)
    without_purpose = queries.get_record(make.ctx(city, "registrar"), register="elder", key="E1")
    assert without_purpose.is_coarse, "the exact place of a sensitive register asks for a purpose"


def test_a_shrinking_box_finds_no_exact_place(city: Organisation) -> None:
    elder(city, "E1")
    tight = [HERE[0] - 0.0001, HERE[1] - 0.0001, HERE[0] + 0.0001, HERE[1] + 0.0001]
    assert keys(city, "officer", register="elder", bbox=tight) == []
    assert keys(city, "officer", register="elder", bbox=[100, 9, 101, 10]) == ["E1"]
    registrar = make.ctx(city, "registrar", purpose="visit")
    assert [row.key for row in queries.find_records(registrar, register="elder", bbox=tight).rows] == ["E1"]
    found = queries.features(make.ctx(city, "officer"), register="elder")
    assert found["is_coarse"] and found["features"][0]["geometry"]["coordinates"] != list(HERE)
    assert "name" not in found["features"][0]["properties"]


def test_each_look_is_recorded(city: Organisation) -> None:
    card = elder(city, "E1")
    officer = make.ctx(city, "officer")
    queries.find_records(officer, register="elder", filters=[Filter("community", "eq", "บ้านใต้")])
    queries.get_record(officer, register="elder", key="E1")
    queries.record_history(officer, register="elder", record_id=card.id)
    (listed,) = _entries(city, "citydata.register.viewed")
    assert listed.actor_id == "officer" and listed.detail == {
        "register": "elder", "shown": 1, "filters": ["community"], "words": False,
    }  # fmt: skip
    assert len(_entries(city, "citydata.record.viewed")) == len(_entries(city, "citydata.record.history_viewed")) == 1
    for _ in range(3):
        queries.tile(officer, register="elder", z=10, x=796, y=484)
    assert len(_entries(city, "citydata.map.viewed")) == 1, "the tiles of one look are one entry"
    lamp(city, 1)
    queries.find_records(officer, register="lamp")
    assert len(_entries(city, "citydata.register.viewed")) == 1, "an open register keeps no such trail"


def test_revealed_for_a_purpose_and_recorded(city: Organisation) -> None:
    adopt_typical_purposes(system_context(city.tenant, "tests"))
    card = elder(city, "E1")
    asked: dict[str, Any] = {"register": "elder", "record": card.id, "purpose": PURPOSE, "reason": "เยี่ยมบ้านประจำเดือน"}
    shown = services.reveal_record(make.ctx(city, "registrar"), fields=["name", "illness"], **asked)
    assert shown.values == {"name": "สมศรี ใจดี", "illness": "เบาหวาน"}
    (entry,) = _entries(city, "citydata.record.revealed")
    assert (
        entry.purpose == PURPOSE and entry.detail["fields"] == ["name", "illness"] and "สมศรี" not in str(entry.detail)
    )
    with pytest.raises(RegisterClosed):
        services.reveal_record(make.ctx(city, "officer"), fields=["name"], **asked)
    with pytest.raises(RegisterClosed):
        services.reveal_record(make.ctx(city, "supervisor"), fields=["name"], **asked)
    with pytest.raises(Forbidden):
        services.reveal_record(make.ctx(city, "admin"), fields=["name"], **asked)
    registrar = make.ctx(city, "registrar")
    with pytest.raises(PurposeUnknown):
        services.reveal_record(registrar, fields=["name"], **{**asked, "purpose": "curiosity"})
    with pytest.raises(Invalid):
        services.reveal_record(registrar, fields=["name"], **{**asked, "reason": ""})
    with pytest.raises(RecordInvalid):
        services.reveal_record(registrar, fields=["community"], **asked)
    assert len(_entries(city, "citydata.record.revealed")) == 1


@pytest.mark.django_db(transaction=True)
def test_what_becomes_protected_is_sealed(transactional_db: None) -> None:
    town = make.city("samui", "เกาะสมุย", "Koh Samui")
    define(town, ELDERS.replace("sensitivity: personal}", "sensitivity: internal}"))
    card = elder(town, "E1")
    assert card.data["name"] == "สมศรี ใจดี"
    define(town, ELDERS)
    shown = queries.get_record(make.ctx(town, "officer"), register="elder", key="E1")
    assert "name" not in shown.data, "hidden at once, before the background work has sealed it"
    make.run_worker()
    with act_in(make.ctx(town)):
        row = Record.objects.get()
        assert "name" not in row.data and "สมศรี" in row.sealed.reveal()
    define(town, ELDERS.replace("sensitivity: personal}", "sensitivity: internal}"))
    make.run_worker()
    with act_in(make.ctx(town)):
        assert Record.objects.get().data["name"] == "สมศรี ใจดี"
