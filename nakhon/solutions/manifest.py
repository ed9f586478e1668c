"""The shape of solution.yaml: what a solution is, who built it first, what it needs, what it promises, what it asks."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from nakhon.kernel.definitions.fields import BothLanguages, DefinitionModel, Key, NonBlank, Words, about, refuse
from nakhon.knowledge.text import Text
from nakhon.people.city.profile import Domain, Sdg

FILE = "solution.yaml"


class Needs(DefinitionModel):
    """What must be there first."""

    solutions: list[Key] = about("รหัสของชุดระบบที่ต้องติดตั้งก่อน", "Solutions that must be installed first", default=[])
    kinds: list[Key] = about("ชนิดของคำนิยามที่ใช้", "Kinds of definition that it uses", default=[])


class Promise(DefinitionModel):
    """What the solution is to achieve, with the figure that the city that built it first reported."""

    indicator: Key = about("รหัสตัวชี้วัด", "The indicator's id")
    name: BothLanguages | None = about("ชื่อตัวชี้วัด", "The indicator's name", default=None)
    report: float | None = about("ค่าที่เมืองต้นแบบรายงาน", "The figure that the first city reported", default=None)


class Parameter(DefinitionModel):
    """Something that each city fills in; definitions use it as ``${id}``."""

    id: Key = about("รหัส ใช้ในไฟล์เป็น ${id}", "Its id; files use it as ${id}")
    name: BothLanguages = about("ชื่อที่แสดงให้กรอก", "What the form calls it")
    type: Literal["text", "number", "whole"] = about(
        "ชนิด: text ข้อความ, number ตัวเลข, whole จำนวนเต็ม", "text, number or whole", default="text"
    )
    required: bool = about("ต้องกรอก", "Whether it must be filled in", default=False)
    fact: NonBlank | None = about(
        "ค่าตั้งต้นจากทำเนียบหน่วยงาน เช่น population",
        "Taken from the directory when not filled in, for instance population",
        default=None,
    )
    example: NonBlank | float | int = about("ตัวอย่าง", "An example; checking uses it")


FACTS = (
    "slug", "name_th", "name_en", "kind_th", "kind_en", "vision_th", "vision_en", "population", "area_km2",
    "phone", "email", "website", "lon", "lat",
)  # fmt: skip


class Manifest(DefinitionModel):
    """solution.yaml."""

    id: Key = about("รหัสชุดระบบ ตรงกับชื่อโฟลเดอร์", "The solution's id, the name of its folder")
    name: BothLanguages = about("ชื่อชุดระบบ", "The solution's name")
    summary: BothLanguages = about("สรุปสั้น ๆ ว่าทำอะไร", "What it does, in short")
    version: str = about("รุ่น เช่น 1.0.0", "Version, for instance 1.0.0", pattern=r"^\d+\.\d+\.\d+$")
    first_built_by: Words = about("หน่วยงานที่ทำขึ้นเป็นแห่งแรก", "Who built it first")
    domains: list[Domain] = about("ด้านของเมืองอัจฉริยะ", "Smart-city domains", min_length=1)
    sdgs: list[Sdg] = about("เป้าหมายการพัฒนาที่ยั่งยืน (1-17)", "Sustainable Development Goals, 1 to 17", default=[])
    needs: Needs = about("สิ่งที่ต้องมีก่อน", "What must be there first", default=Needs())
    promises: list[Promise] = about("ผลที่คาดหวัง", "What it promises", default=[])
    parameters: list[Parameter] = about("ข้อมูลที่แต่ละเมืองกรอกเอง", "What each city fills in", default=[])
    licence: NonBlank = about("สัญญาอนุญาต (รหัส SPDX)", "Licence, as an SPDX identifier")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        unknown = next((p.fact for p in self.parameters if p.fact and p.fact not in FACTS), None)
        if unknown:
            refuse(
                Text(f"ทำเนียบหน่วยงานไม่มีช่อง “{unknown}”", f"The directory has no field “{unknown}”"),
                Text(f"ใช้ช่องใดช่องหนึ่ง: {', '.join(FACTS)}", f"Use one of: {', '.join(FACTS)}"),
            )
        ids = [parameter.id for parameter in self.parameters]
        twice = next((name for index, name in enumerate(ids) if name in ids[:index]), None)
        if twice:
            refuse(
                Text(f"parameters มี “{twice}” ซ้ำ", f"“{twice}” is there twice in parameters"),
                Text("ลบรายการที่ซ้ำ", "Remove the second one"),
            )
        return self
