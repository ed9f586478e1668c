"""A newcomer brings lamps into the city's map, asks for a border to change, and the public sees it; welfare stays closed."""

from __future__ import annotations

import io

import pytest

from nakhon.citydata.registers.errors import NeedsApproval, OwnChange, RegisterClosed, RegisterNotFound
from nakhon.citydata.registers.exporting.queries import export_file
from nakhon.citydata.registers.exporting.services import begin_export
from nakhon.citydata.registers.importing.queries import import_run
from nakhon.citydata.registers.importing.services import begin_import, confirm_import, map_import
from nakhon.citydata.registers.queries import (
    changes_waiting,
    find_records,
    get_record,
    map_layers,
    record_history,
    tile,
)
from nakhon.citydata.registers.services import add_record, decide_change, edit_record, propose_change
from nakhon.kernel.queries import audit_trail
from nakhon.solutions.story import Stage

LAMPS = """รหัส,กำลังไฟ,ชนิดโคม,สภาพ,ที่มา,ลองจิจูด,ละติจูด
YA-L1,๔๐,แอลอีดี,ใช้งานได้,สำรวจโดยเมือง,101.2741,6.5462
YA-L2,110,โซเดียม,ชำรุด,สำรวจโดยเมือง,101.2752,6.5467
YA-L3,มาก,แอลอีดี,ใช้งานได้,สำรวจโดยเมือง,101.2761,6.5469
"""
SQUARE = [[101.27, 6.54], [101.28, 6.54], [101.28, 6.55], [101.27, 6.55], [101.27, 6.54]]
HOME = [101.27414, 6.54626]
OPEN = {"community", "lamp-position", "camera-position", "elevation-point"}
CLOSED = ("elder", "disabled-person", "newborn", "patient")


def story(stage: Stage) -> None:
    stage.install("city-map", email="gis@example.go.th")
    _lamps(stage)
    _communities(stage)
    _public(stage)
    _welfare(stage)


def _lamps(stage: Stage) -> None:
    """The officer sends the survey as it is; what cannot be read is told by its row, the rest is on the map."""
    officer = stage.ctx("officer")
    run = begin_import(
        officer, register="lamp-position", stream=io.BytesIO(LAMPS.encode("utf-8-sig")), name="lamps.csv"
    )
    assert run.mapping["columns"]["watts"] == "กำลังไฟ"
    map_import(officer, run_id=run.id, columns=run.mapping["columns"], geometry=run.mapping["geometry"], srid=run.srid)
    confirm_import(officer, run_id=run.id)
    stage.work()
    done = import_run(officer, run_id=run.id)
    assert (done.state, done.rows_good, done.rows_bad) == ("DONE", 2, 1)
    lamp = get_record(officer, register="lamp-position", key="YA-L1")
    assert (lamp.data["watts"], lamp.data["lamp"], lamp.data["source"]) == (40, "led", "survey")

    # one was entered wrongly; the history keeps both
    edit_record(officer, register="lamp-position", record=lamp.id, revision=lamp.revision, data={"watts": 60})
    newest = record_history(officer, register="lamp-position", record_id=lamp.id)[0]
    assert newest.changes["watts"] == (40, 60)


def _communities(stage: Stage) -> None:
    """A border concerns both of its sides: an officer asks, somebody else approves."""
    officer, supervisor = stage.ctx("officer"), stage.ctx("supervisor")
    data = {"code": "M1", "name": "ชุมชนตลาดเก่า", "households": 120, "source": "survey"}
    place = {"type": "Polygon", "coordinates": [SQUARE]}
    with pytest.raises(NeedsApproval):
        add_record(officer, register="community", data=data, geometry=place)
    asked = propose_change(officer, register="community", act="ADD", reason="สำรวจใหม่", data=data, geometry=place)
    assert find_records(stage.ctx(), register="community").rows == []
    assert [one.id for one in changes_waiting(supervisor, register="community").rows] == [asked.id]
    decide_change(supervisor, change_id=asked.id, approve=True, answer="ถูกต้อง")

    # who holds both roles does not decide what they asked for themselves
    both = stage.ctx("officer", "supervisor")
    again = propose_change(
        both, register="community", act="ADD", reason="ทดลอง", data={**data, "code": "M2"}, geometry=place
    )
    with pytest.raises(OwnChange):
        decide_change(both, change_id=again.id, approve=True)
    decide_change(supervisor, change_id=again.id, approve=False, answer="ซ้ำกับชุมชนเดิม")


def _public(stage: Stage) -> None:
    """Everybody sees the open layers and takes them away; homes and taxes are for the staff."""
    everybody = stage.ctx()
    assert {layer.register for layer in map_layers(everybody)} == OPEN
    assert [row.title for row in find_records(everybody, register="community", text="ตลาด").rows] == ["ชุมชนตลาดเก่า"]
    assert b"YA-L2" in tile(everybody, register="lamp-position", z=15, x=25602, y=15786)
    made = begin_export(everybody, register="lamp-position", format="csv")
    taken = b"".join(export_file(everybody, run_id=made.id).chunks()).decode("utf-8-sig")
    assert taken.splitlines()[1].startswith("YA-L1,") and ",60," in taken.splitlines()[1]
    for closed in ("household", "parcel", *CLOSED):
        with pytest.raises(RegisterNotFound):
            find_records(everybody, register=closed)
    add_record(
        stage.ctx("officer"), register="parcel",
        data={"code": "P1", "use": "residence", "owner": "สมศรี สาธิต", "source": "imported"},
        geometry={"type": "Polygon", "coordinates": [SQUARE]},
    )  # fmt: skip
    (shown,) = find_records(stage.ctx("officer"), register="parcel").rows
    assert "owner" not in shown.data and shown.masked == ("owner",)


def _welfare(stage: Stage) -> None:
    """Closed to everybody at first, then coarse for whom the city names, exact only for a purpose; each look is recorded."""
    officer, registrar = stage.ctx("officer"), stage.ctx("registrar")
    for layer in CLOSED:
        for role in ("officer", "registrar", "supervisor", "executive", "admin", "dpo"):
            with pytest.raises(RegisterClosed):
                find_records(stage.ctx(role), register=layer)
    stage.install("city-map", welfare_role="officer", welfare_precise="registrar")
    data = {"code": "D1", "lives": "alone", "name": "ยายสาธิต", "care": "วัดความดัน", "source": "survey"}
    add_record(registrar, register="elder", data=data, geometry={"type": "Point", "coordinates": HOME})

    coarse = get_record(officer, register="elder", key="D1")
    assert coarse.is_coarse and coarse.geometry is not None and coarse.geometry["coordinates"] != HOME
    assert "name" not in coarse.data and set(coarse.masked) == {"name", "care"}
    assert get_record(registrar, register="elder", key="D1").is_coarse
    exact = get_record(registrar.for_purpose("social-welfare"), register="elder", key="D1")
    assert not exact.is_coarse and exact.geometry is not None and exact.geometry["coordinates"] == HOME

    looks = audit_trail(stage.ctx("auditor"), action="citydata.record.viewed").entries
    assert [(look.actor_label, look.purpose) for look in looks][-1] == (officer.actor.trail_label, "")
    assert looks[0].purpose == "social-welfare"
    with pytest.raises(RegisterClosed):
        find_records(officer, register="patient")
    with pytest.raises(RegisterNotFound):
        find_records(stage.ctx(), register="elder")
