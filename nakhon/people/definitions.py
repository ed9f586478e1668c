"""The kinds of definition that the people room owns: organisation-profile, unit, office-calendar, legal-figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from nakhon.kernel.definitions.kinds import Discord, Kind, Reference, register_kind
from nakhon.knowledge.text import Text
from nakhon.people.city import applying, units
from nakhon.people.city.office import CalendarDefinition, EffectiveBody, FigureDefinition, UnitDefinition
from nakhon.people.city.profile import ProfileDefinition
from nakhon.people.permissions import ORGANISATION_EDIT, UNIT_EDIT


def _parent(body: UnitDefinition) -> Iterable[Reference]:
    if body.parent:
        yield Reference("unit", body.parent, ("parent",))


def one_at_a_time(bodies: Sequence[EffectiveBody]) -> Iterable[Discord]:
    """Rows of one series that hold on a common day: which of them is the law could not be decided."""
    ordered = sorted(bodies, key=lambda body: (body.series, body.effective_from, body.id))
    for earlier, later in pairwise(ordered):
        if earlier.series == later.series and (earlier.effective_to or date.max) > later.effective_from:
            yield Discord(
                later.id, ("effective_from",),
                Text(f"มีผลพร้อมกับ “{earlier.id}” ซึ่งเป็น {earlier.series} เหมือนกัน",
                     f"It holds at the same time as “{earlier.id}”, which is {earlier.series} as well"),
                Text(f"กำหนด effective_to ของ “{earlier.id}” เป็น {later.effective_from} หรือก่อนหน้า",
                     f"Give “{earlier.id}” an effective_to of {later.effective_from} or earlier"),
            )  # fmt: skip


PROFILE = register_kind(Kind(
    name="organisation-profile",
    model=ProfileDefinition,
    text=Text("ข้อมูลเผยแพร่ของหน่วยงาน", "Public profile"),
    about=Text(
        "สิ่งที่หน้าเว็บสาธารณะของเมืองแสดง: วิสัยทัศน์ พื้นที่ ประชากร ช่องทางติดต่อ และโครงการเมืองอัจฉริยะที่โดดเด่น",
        "What a city's public page shows: vision, area, population, contact and its outstanding smart-city project",
    ),
    example="""\
kind: organisation-profile
id: profile
vision: {th: เมืองน่าอยู่ ผู้คนมีความสุข, en: A liveable city of happy people}
area_km2: 22.56
population: 97786
contact:
  phones: ["075-809571"]
  website: www.nakhoncity.org
project:
  title: {th: ร้องทุกข์ออนไลน์, en: Online complaints}
  domains: [GOV]
  sdgs: [11]
  metrics:
    - {id: resolved, label: {th: เรื่องที่แก้ไขแล้ว, en: Complaints resolved}, value: 99.66, unit: "%", kind: actual}
source:
  title: Local Smart City Report 2566
  publisher: {th: กรมส่งเสริมการปกครองท้องถิ่น, en: Department of Local Administration}
  year_be: 2566
""",
    permission=ORGANISATION_EDIT,
    folder="profile",
    apply=applying.apply_profile,
    remove=applying.remove_profile,
))  # fmt: skip

UNIT = register_kind(Kind(
    name="unit",
    model=UnitDefinition,
    text=Text("หน่วยงานย่อย", "Unit"),
    about=Text(
        "โครงสร้างสำนัก กอง งาน และชุมชน หน่วยที่นำออกจะถูกปิด ไม่ถูกลบ และเปิดใหม่ได้",
        "The tree of offices, divisions, sections and communities; a unit taken out is closed, not deleted, and can open again",
    ),
    example="""\
kind: unit
items:
  - {id: public-works, level: DIVISION, name: {th: กองช่าง, en: Public Works Division}, position: 3}
  - id: public-works-lighting
    level: SECTION
    name: {th: งานไฟฟ้าสาธารณะ, en: Street lighting}
    parent: public-works
    phone: "077-421421"
""",
    permission=UNIT_EDIT,
    folder="units",
    apply=units.apply_unit,
    remove=units.remove_unit,
    references=_parent,
    holds=units.unit_holds,
))  # fmt: skip

CALENDAR = register_kind(Kind(
    name="office-calendar",
    model=CalendarDefinition,
    text=Text("ปฏิทินทำการ", "Office calendar"),
    about=Text(
        "เวลาทำการแต่ละวัน วันหยุดเพิ่มเติม และวันที่มีเวลาเฉพาะ ใช้คำนวณกำหนดเวลาทุกเรื่อง",
        "Working hours of each weekday, further days off and days with hours of their own; every deadline is computed with it",
    ),
    example="""\
kind: office-calendar
id: office
name: {th: เวลาราชการ, en: Office hours}
effective_from: 2026-01-01
week:
  monday: [{opens: "08:30", closes: "12:00"}, {opens: "13:00", closes: "16:30"}]
  saturday: [{opens: "09:00", closes: "12:00"}]
holidays:
  - date: 2026-05-21
    name: {th: วันสถาปนาเทศบาล, en: Municipality Day}
    source: ประกาศเทศบาล
open_days:
  - {date: 2026-05-04, reason: {th: เปิดรับชำระภาษี, en: Open for tax payments}}
""",
    permission=ORGANISATION_EDIT,
    folder="calendars",
    apply=applying.apply_calendar,
    remove=applying.remove_calendar,
    together=one_at_a_time,
))  # fmt: skip

FIGURE = register_kind(Kind(
    name="legal-figure",
    model=FigureDefinition,
    text=Text("ตัวเลขตามกฎหมาย", "Legal figure"),
    about=Text(
        "ตัวเลขที่กฎหมาย ประกาศ หรือเทศบัญญัติกำหนด พร้อมวันที่มีผลและแหล่งที่มา เลือกใช้ตามวันที่เกิดเหตุ",
        "A figure set by a law, notice or by-law, with the days on which it holds and its source; chosen by the day of the event",
    ),
    example="""\
kind: legal-figure
id: pdpa.access_request_days
name: {th: กำหนดตอบคำขอเข้าถึงข้อมูลส่วนบุคคล, en: Time to answer a request for access to personal data}
value: 30
unit: days
effective_from: 2022-06-01
legal_basis: พ.ร.บ. คุ้มครองข้อมูลส่วนบุคคล พ.ศ. 2562 มาตรา 30
source: Personal Data Protection Act B.E. 2562 s.30
confirm: true
""",
    permission=ORGANISATION_EDIT,
    folder="figures",
    apply=applying.apply_figure,
    remove=applying.remove_figure,
    together=one_at_a_time,
))  # fmt: skip
