"""The shape of an organisation-profile: a city's public record and its outstanding smart-city project."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from nakhon.kernel.definitions.fields import (
    BothLanguages,
    DefinitionBody,
    DefinitionModel,
    IsoDate,
    Key,
    NonBlank,
    Words,
    about,
    refuse,
)
from nakhon.knowledge.text import Text

Domain = Literal["ENV", "MOB", "LIV", "PEO", "ENE", "ECO", "GOV"]

DOMAINS: dict[str, Text] = {
    "ENV": Text("สิ่งแวดล้อมอัจฉริยะ", "Smart Environment"),
    "MOB": Text("การเดินทางและขนส่งอัจฉริยะ", "Smart Mobility"),
    "LIV": Text("การดำรงชีวิตอัจฉริยะ", "Smart Living"),
    "PEO": Text("พลเมืองอัจฉริยะ", "Smart People"),
    "ENE": Text("พลังงานอัจฉริยะ", "Smart Energy"),
    "ECO": Text("เศรษฐกิจอัจฉริยะ", "Smart Economy"),
    "GOV": Text("การบริหารภาครัฐอัจฉริยะ", "Smart Governance"),
}
"""The seven domains of a smart city. Source: Digital Economy Promotion Agency (depa), DLA Local Smart City Report 2566."""

FigureKind = Literal[
    "actual",
    "actual_min",
    "target",
    "target_min",
    "context",
    "rule",
    "sla",
    "printed_inconsistent",
    "ocr_low_confidence",
]


Sdg = Annotated[int, Field(ge=1, le=17)]


class Location(DefinitionModel):
    """A point, WGS 84, in degrees."""

    lon: float = about("ลองจิจูด (องศา WGS 84) 97 ถึง 106", "Longitude in degrees, WGS 84, 97 to 106")
    lat: float = about("ละติจูด (องศา WGS 84) 5 ถึง 21", "Latitude in degrees, WGS 84, 5 to 21")

    @model_validator(mode="after")
    def _in_thailand(self) -> Self:
        if 97 <= self.lat <= 106 and 5 <= self.lon <= 21:
            refuse(
                Text("ลองจิจูดกับละติจูดสลับกัน", "Longitude and latitude are swapped"),
                Text(f"เขียน lon: {self.lat} และ lat: {self.lon}", f"Write lon: {self.lat} and lat: {self.lon}"),
            )
        if not (97 <= self.lon <= 106 and 5 <= self.lat <= 21):
            refuse(
                Text("ตำแหน่งไม่อยู่ในประเทศไทย", "The position does not lie in Thailand"),
                Text(
                    "ลองจิจูดอยู่ระหว่าง 97 ถึง 106 ละติจูด 5 ถึง 21",
                    "The longitude lies between 97 and 106, the latitude between 5 and 21",
                ),
            )
        return self


class Contact(DefinitionModel):
    """How the public reaches the organisation."""

    phones: list[NonBlank] = about("หมายเลขโทรศัพท์ ใส่เครื่องหมายคำพูด", "Telephone numbers, in quotes", default=[])
    phone_as_printed: NonBlank | None = about(
        "โทรศัพท์ตามที่พิมพ์ในแหล่งที่มา", "Telephone as the source prints it", default=None
    )
    email: NonBlank | None = about("อีเมล", "E-mail address", default=None, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    website: NonBlank | None = about(
        "เว็บไซต์ เช่น https://www.example.go.th", "Web address, for instance https://www.example.go.th",
        default=None, pattern=r"^(https?://)?[^\s/:]+\.[^\s]+$", max_length=190,
    )  # fmt: skip
    address: Words | None = about("ที่อยู่สำนักงาน", "Postal address", default=None)


class Budget(DefinitionModel):
    """What the project cost and who paid."""

    amount_baht: int | None = about("วงเงิน (บาท)", "Amount in baht", default=None, ge=0)
    source: Words | None = about("แหล่งงบประมาณ", "Where the money came from", default=None)
    year_be: int | None = about("ปีงบประมาณ (พ.ศ.)", "Fiscal year of the Buddhist era", default=None, ge=2500, le=2700)
    as_printed: Words | None = about("ข้อความตามที่พิมพ์", "The sentence as printed", default=None)


class Period(DefinitionModel):
    """When the project ran. ``start`` and ``end`` may be a day or, where only that is printed, a month (2021-10)."""

    start: NonBlank | None = about(
        "เริ่ม (ค.ศ. 2019-10-21 หรือ 2019-10)",
        "Start, 2019-10-21 or 2019-10",
        default=None,
        pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$",
    )
    end: NonBlank | None = about(
        "สิ้นสุด (ค.ศ.)", "End, in the same form", default=None, pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"
    )
    start_as_printed: Words | None = about("วันเริ่มตามที่พิมพ์ (พ.ศ.)", "Start as printed, Buddhist era", default=None)
    end_as_printed: Words | None = about("วันสิ้นสุดตามที่พิมพ์ (พ.ศ.)", "End as printed, Buddhist era", default=None)
    days: int | None = about("ระยะเวลาตามที่พิมพ์ (วัน)", "Duration as printed, in days", default=None, ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start and self.end and self.end < self.start[: len(self.end)]:
            refuse(
                Text("โครงการสิ้นสุดก่อนเริ่ม", "The project ends before it begins"),
                Text("ตรวจวันที่เริ่ม (start) และสิ้นสุด (end)", "Check start and end"),
                at="end",
            )
        return self


class Partners(DefinitionModel):
    """Who worked together: as told, and as a list of names."""

    told: list[Words] = about("คำบรรยายความร่วมมือ", "The co-operation as told", default=[])
    names: list[Words] = about("รายชื่อหน่วยงานร่วม", "The partners by name", default=[])


class Benefits(DefinitionModel):
    """What came of it."""

    quantitative: list[Words] = about("ผลเชิงปริมาณ", "In figures", default=[])
    qualitative: list[Words] = about("ผลเชิงคุณภาพ", "In quality", default=[])


class Metric(DefinitionModel):
    """A figure of the project with what kind of figure it is."""

    id: Key = about("รหัสของตัวเลข ไม่ซ้ำในโครงการ", "The figure's id, unique in the project")
    label: Words = about("ชื่อตัวเลข", "What the figure tells")
    value: float = about("ค่า", "The value")
    unit: Words = about("หน่วย", "Its unit")
    kind: FigureKind = about(
        "ชนิด: actual ผลจริง, target เป้าหมาย, _min ไม่น้อยกว่า, context ข้อมูลประกอบ, rule/sla ข้อกำหนด, "
        "printed_inconsistent ตัวเลขที่พิมพ์ขัดกัน, ocr_low_confidence อ่านไม่ชัด",
        "actual result, target, _min for at least, context, rule or sla; printed_inconsistent contradicts another printed "
        "figure, ocr_low_confidence was hard to read",
    )
    note: Words | None = about("หมายเหตุ", "A note", default=None)


class Appendix(DefinitionModel):
    """Anything else that the source prints about the project."""

    title: Words = about("หัวข้อ", "Heading")
    lines: list[Words] = about("ข้อความ", "Its lines", min_length=1)


class Project(DefinitionModel):
    """The outstanding smart-city project."""

    title: BothLanguages = about("ชื่อโครงการ", "The project's title")
    rationale: list[Words] = about("หลักการและเหตุผล", "Why it was begun", default=[])
    objectives: list[Words] = about("วัตถุประสงค์", "Objectives", default=[])
    domains: list[Domain] = about("ด้านของเมืองอัจฉริยะ (7 ด้าน)", "Smart-city domains, of the seven", min_length=1)
    sdgs: list[Sdg] = about("เป้าหมายการพัฒนาที่ยั่งยืน (1-17)", "Sustainable Development Goals, 1 to 17", default=[])
    budget: Budget | None = about("งบประมาณ", "Budget", default=None)
    target_group: list[Words] = about("กลุ่มเป้าหมาย", "Whom it serves", default=[])
    target_count: int | None = about("จำนวนกลุ่มเป้าหมาย", "How many people it serves", default=None, ge=0)
    partners: Partners | None = about("หน่วยงานที่ร่วมมือ", "Partners", default=None)
    steps: list[Words] = about("ขั้นตอนการดำเนินงาน", "Steps", default=[])
    period: Period | None = about("ระยะเวลา", "Period", default=None)
    benefits: Benefits | None = about("ประโยชน์ที่ได้รับ", "Benefits", default=None)
    awards: list[Words] = about("รางวัล", "Awards", default=[])
    replication: list[Words] = about("การขยายผล", "How it was taken further or copied", default=[])
    driving_factors: list[Words] = about("ปัจจัยความสำเร็จ", "What drove it", default=[])
    limitations: list[Words] = about("ปัญหาและข้อจำกัด", "Problems and limits", default=[])
    future: list[Words] = about("แผนในอนาคต", "Plans", default=[])
    metrics: list[Metric] = about("ตัวเลขสำคัญ", "Figures", default=[])
    appendices: list[Appendix] = about("ข้อมูลอื่นจากแหล่งที่มา", "Whatever else the source prints", default=[])

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for name, values in (("domains", self.domains), ("sdgs", self.sdgs), ("metrics", [m.id for m in self.metrics])):
            twice = next((value for index, value in enumerate(values) if value in values[:index]), None)
            if twice is not None:
                refuse(
                    Text(f"“{twice}” ซ้ำใน {name}", f"“{twice}” is there twice in {name}"),
                    Text("ลบค่าที่ซ้ำ", "Remove the second one"),
                    at=name,
                )
        return self


class SourceNote(DefinitionModel):
    """Where the record comes from, so that a reader can check it."""

    title: Words = about("ชื่อเอกสาร", "Title of the source")
    publisher: Words = about("ผู้จัดทำ", "Publisher")
    year_be: int | None = about("ปี พ.ศ.", "Year of the Buddhist era", default=None, ge=2400, le=2700)
    retrieved: IsoDate | None = about("วันที่นำข้อมูลมา", "Day on which it was taken over", default=None)
    note: Words | None = about("หมายเหตุ", "A note", default=None)


class ProfileDefinition(DefinitionBody):
    """A city's public record."""

    kind: Literal["organisation-profile"] = about("ชนิด", "The kind")
    id: Literal["profile"] = about(
        "ใช้ profile เสมอ หน่วยงานหนึ่งมีหนึ่งรายการ", "Always profile: an organisation has one", default="profile"
    )
    vision: Words | None = about("วิสัยทัศน์", "Vision", default=None)
    mayor: Words | None = about("นายกเทศมนตรี ณ วันที่ของแหล่งที่มา", "Mayor at the time of the source", default=None)
    area_km2: float | None = about("พื้นที่ (ตารางกิโลเมตร)", "Area in square kilometres", default=None, gt=0, lt=1_000_000)
    population: int | None = about("ประชากร (คน)", "Population", default=None, ge=0, lt=100_000_000)
    population_as_of: IsoDate | None = about("จำนวนประชากร ณ วันที่", "Day of the population figure", default=None)
    district: Words | None = about("อำเภอ", "District", default=None)
    province: Words | None = about("จังหวัด", "Province", default=None)
    region: Words | None = about("ภาค", "Region", default=None)
    location: Location | None = about("ตำแหน่งสำนักงาน", "Where its office is", default=None)
    contact: Contact | None = about("ช่องทางติดต่อ", "Contact", default=None)
    emblem_area_order: int | None = about(
        "ลำดับในบัญชีพื้นที่เมืองอัจฉริยะที่ได้รับตราสัญลักษณ์",
        "Number in the list of smart-city areas that hold the emblem",
        default=None,
        ge=1,
    )
    editor_note: Words | None = about("หมายเหตุของผู้จัดทำข้อมูล", "A note of those who entered the record", default=None)
    project: Project | None = about("โครงการเมืองอัจฉริยะที่โดดเด่น", "The outstanding smart-city project", default=None)
    source: SourceNote | None = about("แหล่งที่มา", "Where the record comes from", default=None)
