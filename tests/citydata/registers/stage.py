"""Registers for the tests: a city with lamps (open), works (approved), elders (sensitive) and zones, defined as cities do."""

from __future__ import annotations

from typing import Any

from nakhon.citydata.registers import queries, services
from nakhon.citydata.registers.types import RecordCard
from nakhon.kernel.definitions.checking import check
from nakhon.kernel.definitions.planning import Plan
from nakhon.kernel.definitions.queries import plan_definitions
from nakhon.kernel.definitions.reader import Source
from nakhon.kernel.definitions.services import apply_definitions
from nakhon.people.models import Organisation
from tests import make

LAMPS = """\
kind: register
id: lamp
name: {th: โคมไฟถนน, en: Street lamps}
about: {th: โคมไฟสาธารณะทุกดวง, en: Every public lamp}
geometry: Point
key: code
title: code
record:
  required: [code, watts]
  properties:
    code: {type: string, title: Code, th: รหัส, pattern: "^KS-[0-9]{4}$"}
    watts: {type: integer, title: Power, th: กำลังไฟ, unit: W, minimum: 1, maximum: 1000}
    state: {type: string, title: State, th: สภาพ, enum: [good, broken],
            labels: {good: {th: ใช้ได้, en: Working}, broken: {th: ชำรุด, en: Broken}}}
    note: {type: string, title: Note, th: หมายเหตุ, maxLength: 200}
    tags: {type: array, title: Tags, th: ป้ายกำกับ, items: {type: string}, uniqueItems: true}
    fixed_on: {type: string, format: date, title: Last repair, th: ซ่อมล่าสุด}
    cost: {type: number, title: Cost, th: ราคา, unit: บาท, sensitivity: internal}
access: {see: [public], edit: [officer], approve: [supervisor]}
list: {columns: [code, watts, state], filters: [state, watts], sort: code}
map: {by: state, values: {good: green, broken: red}, label: code}
metadata: {objective: {th: บริหารไฟสาธารณะ, en: To run lighting}, keywords: [ไฟ], license_id: Open Data Common}
"""
WORKS = """\
kind: register
id: works
name: {th: งานก่อสร้าง, en: Works}
geometry: any
record:
  required: [name]
  properties:
    name: {type: string, title: Name, th: ชื่องาน}
    budget: {type: number, title: Budget, th: งบประมาณ, minimum: 0}
sensitivity: internal
access: {edit: [officer], approve: [supervisor]}
changes: approval
"""
ELDERS = """\
kind: register
id: elder
name: {th: ผู้สูงอายุ, en: Elders}
geometry: Point
key: code
record:
  required: [code, name]
  properties:
    code: {type: string, title: Code, th: รหัส}
    name: {type: string, title: Name, th: ชื่อ, sensitivity: personal}
    illness: {type: string, title: Illness, th: โรคประจำตัว, sensitivity: sensitive}
    community: {type: string, title: Community, th: ชุมชน}
sensitivity: sensitive
access: {see: [officer, registrar], edit: [registrar], approve: [registrar], precise: [registrar]}
"""
ZONES = """\
kind: register
id: zone
name: {th: เขตน้ำท่วม, en: Flood zones}
geometry: Polygon
geometry_required: true
outside: warn
record: {required: [name], properties: {name: {type: string, title: Name, th: ชื่อ}}}
access: {edit: [officer]}
"""
HERE = (100.0600, 9.5300)


def at(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def plan(organisation: Organisation, *texts: str, **options: Any) -> Plan:
    ctx = make.ctx(organisation, "admin")
    checked = check([Source(f"{number}.yaml", text.encode()) for number, text in enumerate(texts)])
    assert checked.faults == [], [fault.message.en for fault in checked.faults]
    return plan_definitions(ctx, documents=checked.documents, **options)


def define(organisation: Organisation, *texts: str, **options: Any) -> Plan:
    ctx = make.ctx(organisation, "admin")
    checked = check([Source(f"{number}.yaml", text.encode()) for number, text in enumerate(texts)])
    assert checked.faults == [], [fault.message.en for fault in checked.faults]
    shown = plan_definitions(ctx, documents=checked.documents, **options)
    return apply_definitions(ctx, documents=checked.documents, plan_hash=shown.hash, **options)


def faults(text: str) -> list[str]:
    """What is wrong with a definition: each fault's place and English message."""
    return [
        f"{fault.line} {fault.path}: {fault.message.en}" for fault in check([Source("a.yaml", text.encode())]).faults
    ]


def lamp(organisation: Organisation, number: int, *, watts: int = 30, place: Any = None, **more: Any) -> RecordCard:
    data = {"code": f"KS-{number:04}", "watts": watts, **more}
    return services.add_record(
        make.ctx(organisation, "officer"), register="lamp", data=data, geometry=place or at(*HERE)
    )


def elder(organisation: Organisation, code: str, *, place: Any = None, **more: Any) -> RecordCard:
    data = {"code": code, "name": "สมศรี ใจดี", "illness": "เบาหวาน", "community": "บ้านใต้", **more}
    ctx = make.ctx(organisation, "registrar")
    return services.add_record(ctx, register="elder", data=data, geometry=place or at(*HERE))


def keys(organisation: Organisation, *roles: str, register: str = "lamp", **asked: Any) -> list[str]:
    ctx = make.ctx(organisation, *roles)
    return [row.key for row in queries.find_records(ctx, register=register, **asked).rows]
