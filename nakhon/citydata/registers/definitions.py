"""The kind of definition that registers own: register."""

from __future__ import annotations

from nakhon.citydata.registers.body import RegisterDefinition
from nakhon.citydata.registers.defining import apply_register, foresee_register, register_holds, remove_register
from nakhon.citydata.registers.permissions import REGISTER_DEFINE
from nakhon.kernel.definitions.kinds import Kind, register_kind
from nakhon.knowledge.text import Text

REGISTER = register_kind(Kind(
    name="register",
    model=RegisterDefinition,
    text=Text("ทะเบียนข้อมูลเมือง", "Register"),
    about=Text(
        "รายการของสิ่งหนึ่งชนิดในเมือง เช่น โคมไฟ กล้อง ชุมชน: คุณสมบัติ ตำแหน่ง ใครเห็น ใครแก้ แสดงบนแผนที่อย่างไร",
        "A list of things of one kind, such as lamps, cameras or communities: properties, places, who sees, who edits, its map",
    ),
    example="""\
kind: register
id: street-lamp
name: {th: โคมไฟถนน, en: Street lamps}
about: {th: โคมไฟสาธารณะทุกดวงในเขตเทศบาล, en: Every public lamp of the municipality}
geometry: Point
key: code
title: code
record:
  type: object
  required: [code, watts]
  properties:
    code: {type: string, title: Code, th: รหัส, pattern: "^KS-[0-9]{4}$"}
    watts: {type: integer, title: Power, th: กำลังไฟ, unit: W, minimum: 1, maximum: 1000}
    state:
      type: string
      title: State
      th: สภาพ
      enum: [good, broken]
      labels: {good: {th: ใช้ได้, en: Working}, broken: {th: ชำรุด, en: Broken}}
    fixed_on: {type: string, format: date, title: Last repair, th: ซ่อมล่าสุด}
access: {see: [public], edit: [officer], approve: [supervisor]}
changes: direct
list: {columns: [code, watts, state], filters: [state, watts], sort: code}
map:
  by: state
  values: {good: green, broken: red}
  label: code
  min_zoom: 12
metadata:
  objective: {th: บริหารไฟสาธารณะ, en: To run public lighting}
  keywords: [ไฟสาธารณะ, โคมไฟ]
  license_id: Open Data Common
""",
    permission=REGISTER_DEFINE,
    folder="registers",
    apply=apply_register,
    remove=remove_register,
    holds=register_holds,
    foresee=foresee_register,
))  # fmt: skip
