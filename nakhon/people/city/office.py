"""The shapes of unit, office-calendar and legal-figure."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from nakhon.kernel.definitions.fields import (
    BothLanguages,
    DefinitionBody,
    DefinitionModel,
    IsoDate,
    Key,
    NonBlank,
    about,
    refuse,
)
from nakhon.knowledge.legal import legal_figures
from nakhon.knowledge.text import Text

UNIT_CODE = r"^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$"
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _clock(value: str) -> str:
    if not _CLOCK.fullmatch(value):
        short = re.fullmatch(r"(\d{1,2})[.:](\d{2})(?:\s*น\.?)?", value.strip())
        hint = f'"{int(short.group(1)):02d}:{short.group(2)}"' if short else '"08:30"'
        refuse(
            Text(f"“{value}” ไม่ใช่เวลาแบบ 24 ชั่วโมง", f"“{value}” is not a time by the 24-hour clock"),
            Text(
                f"เขียนเป็น ชั่วโมง:นาที สองหลัก เช่น {hint}", f"Write hours:minutes with two digits each, for instance {hint}"
            ),
        )
    return value


ClockTime = Annotated[str, Field(json_schema_extra={"format": "HH:MM"}), AfterValidator(_clock)]


class OpenHours(DefinitionModel):
    """An interval of one day."""

    opens: ClockTime = about('เวลาเปิด เช่น "08:30"', 'Opening time, for instance "08:30"')
    closes: ClockTime = about('เวลาปิด เช่น "16:30"', 'Closing time, for instance "16:30"')

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.closes <= self.opens:
            refuse(
                Text(
                    f"เวลาปิด {self.closes} ไม่อยู่หลังเวลาเปิด {self.opens}",
                    f"Closing at {self.closes} does not come after opening at {self.opens}",
                ),
                Text(
                    "ตรวจเวลาเปิดและปิด หากเปิดข้ามเที่ยงคืนให้แบ่งเป็นสองวัน",
                    "Check both times; hours past midnight belong to the next day",
                ),
            )
        return self


def _apart(hours: list[OpenHours]) -> list[OpenHours]:
    for earlier, later in pairwise(sorted(hours, key=lambda h: h.opens)):
        if later.opens < earlier.closes:
            refuse(
                Text(
                    f"ช่วงเวลา {earlier.opens}-{earlier.closes} กับ {later.opens}-{later.closes} ทับกัน",
                    f"The hours {earlier.opens}-{earlier.closes} and {later.opens}-{later.closes} overlap",
                ),
                Text("แก้ให้ช่วงเวลาไม่ทับกัน", "Let them not overlap"),
            )
    return hours


Hours = Annotated[list[OpenHours], AfterValidator(_apart)]


class Week(DefinitionModel):
    """Office hours of each weekday; a day left out is closed."""

    monday: Hours = about("วันจันทร์", "Monday", default=[])
    tuesday: Hours = about("วันอังคาร", "Tuesday", default=[])
    wednesday: Hours = about("วันพุธ", "Wednesday", default=[])
    thursday: Hours = about("วันพฤหัสบดี", "Thursday", default=[])
    friday: Hours = about("วันศุกร์", "Friday", default=[])
    saturday: Hours = about("วันเสาร์", "Saturday", default=[])
    sunday: Hours = about("วันอาทิตย์", "Sunday", default=[])

    @model_validator(mode="after")
    def _opens_some_day(self) -> Self:
        if not any(getattr(self, day) for day in WEEKDAYS):
            refuse(
                Text("ปฏิทินนี้ไม่มีวันทำการเลย", "This calendar has no working day at all"),
                Text(
                    'กำหนดเวลาอย่างน้อยหนึ่งวัน เช่น monday: [{opens: "08:30", closes: "16:30"}]',
                    'Give at least one day its hours, for instance monday: [{opens: "08:30", closes: "16:30"}]',
                ),
            )
        return self


class DayOff(DefinitionModel):
    """A day on which the office is closed beyond the national holidays."""

    date: IsoDate = about("วันที่ (ค.ศ.)", "The day, common era")
    name: BothLanguages = about("ชื่อวันหยุด", "Its name")
    source: NonBlank | None = about("ประกาศหรือมติที่กำหนด", "The announcement or resolution that sets it", default=None)


class OpenDay(DefinitionModel):
    """A national holiday on which this office works all the same."""

    date: IsoDate = about("วันที่ (ค.ศ.)", "The day, common era")
    reason: BothLanguages = about("เหตุผล", "Why")


class SpecialDay(DefinitionModel):
    """A day with hours of its own: half a day, or a Saturday counter."""

    date: IsoDate = about("วันที่ (ค.ศ.)", "The day, common era")
    hours: Hours = about("เวลาทำการของวันนั้น", "The hours of that day")
    reason: BothLanguages = about("เหตุผล", "Why")


def _once(days: list[date], where: str) -> None:
    twice = next((day for index, day in enumerate(days) if day in days[:index]), None)
    if twice is not None:
        refuse(
            Text(f"วันที่ {twice} ซ้ำใน {where}", f"{twice} is there twice in {where}"),
            Text("ลบรายการที่ซ้ำ", "Remove the second one"),
            at=where.partition(" ")[0],
        )


class EffectiveBody(DefinitionBody):
    """A definition that holds for a time."""

    effective_from: IsoDate = about("มีผลตั้งแต่วันที่ (ค.ศ.)", "In force from this day, common era")
    effective_to: IsoDate | None = about(
        "มีผลถึงก่อนวันนี้ (ว่างไว้หากยังใช้อยู่)",
        "In force until the day before this one; left out while it still holds",
        default=None,
    )

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.effective_to is not None and self.effective_to <= self.effective_from:
            refuse(
                Text("วันสิ้นสุดไม่อยู่หลังวันเริ่มใช้", "It ends before it begins to hold"),
                Text(
                    "ให้ effective_to อยู่หลัง effective_from หรือลบ effective_to",
                    "Let effective_to come after effective_from, or delete it",
                ),
                at="effective_to",
            )
        return self

    @property
    def series(self) -> str:
        """What this row is a period of: rows of one series follow each other and never hold together."""
        return self.id


class CalendarDefinition(EffectiveBody):
    """The office's working hours and the days that differ."""

    kind: Literal["office-calendar"] = about("ชนิด", "The kind")
    calendar: Key | None = about(
        "ชื่อปฏิทิน ระบุเมื่อต่างจาก id เช่นเมื่อมีหลายช่วงเวลา ปฏิทินหลักชื่อ office",
        "The calendar's name, where that is not the id: several periods of one calendar; the main one is called office",
        default=None,
    )  # fmt: skip
    name: BothLanguages = about("ชื่อปฏิทิน", "The calendar's name")
    week: Week = about("เวลาทำการของแต่ละวันในสัปดาห์", "Hours of each weekday")
    national_holidays: bool = about(
        "ปิดในวันหยุดราชการตามประกาศ", "Closed on the national holidays as announced", default=True
    )
    holidays: list[DayOff] = about("วันหยุดเพิ่มเติมของหน่วยงาน", "Further days off", default=[])
    open_days: list[OpenDay] = about("วันหยุดราชการที่เปิดทำการ", "National holidays on which it works", default=[])
    special_days: list[SpecialDay] = about("วันที่มีเวลาทำการเฉพาะ", "Days with hours of their own", default=[])

    @model_validator(mode="after")
    def _each_day_once(self) -> Self:
        _once([day.date for day in self.holidays], "holidays")
        _once([day.date for day in self.open_days], "open_days")
        _once([day.date for day in self.special_days], "special_days")
        _once([*(d.date for d in self.holidays), *(d.date for d in self.open_days)], "holidays / open_days")
        return self

    @property
    def series(self) -> str:
        return self.calendar or self.id


class UnitDefinition(DefinitionBody):
    """A part of the organisation: สำนัก, กอง, งาน or ชุมชน."""

    kind: Literal["unit"] = about("ชนิด", "The kind")
    id: str = about(
        "รหัสของหน่วย ใช้อักษรอังกฤษตัวเล็ก ตัวเลข และ - ยาว 2-40 ตัว",
        "The unit's code: 2 to 40 small letters, digits, hyphens",
        pattern=UNIT_CODE,
    )
    level: Literal["OFFICE", "DIVISION", "SECTION", "COMMUNITY"] = about(
        "ระดับ: OFFICE สำนัก, DIVISION กอง, SECTION งาน, COMMUNITY ชุมชน", "Level: OFFICE, DIVISION, SECTION or COMMUNITY"
    )
    name: BothLanguages = about("ชื่อหน่วย", "The unit's name")
    parent: str | None = about("รหัสของหน่วยที่สังกัด", "Code of the unit above it", default=None, pattern=UNIT_CODE)
    phone: NonBlank | None = about("โทรศัพท์", "Telephone, in quotes", default=None, max_length=100)
    email: NonBlank | None = about("อีเมล", "E-mail", default=None, max_length=200)
    position: int = about("ลำดับการแสดง", "Order among its neighbours", default=0, ge=0, le=10_000)


def _which(value: Any) -> str:
    return {bool: "truth", int: "whole", float: "number", list: "list"}.get(type(value), "text")


FigureValue = Annotated[
    Annotated[bool, Tag("truth")] | Annotated[int, Tag("whole")] | Annotated[float, Tag("number")]
    | Annotated[list[NonBlank], Tag("list")] | Annotated[NonBlank, Tag("text")],
    Discriminator(_which),
]  # fmt: skip


class FigureDefinition(EffectiveBody):
    """A figure fixed by a law, a notice, a by-law or a contract, with the days on which it holds."""

    kind: Literal["legal-figure"] = about("ชนิด", "The kind")
    figure: Key | None = about(
        "ชื่อที่ระบบใช้เรียกตัวเลขนี้ ระบุเมื่อต่างจาก id เช่นเมื่อมีหลายช่วงเวลา",
        "What the platform asks for, where that is not the id: several rows of one figure, one after another",
        default=None,
    )  # fmt: skip
    name: BothLanguages = about("ชื่อตัวเลข", "What the figure is")
    value: FigureValue = about("ค่า", "Its value: a number, a text, true or false, or a list of texts")
    unit: NonBlank = about("หน่วย เช่น days, hours, baht", "Its unit, for instance days, hours, baht", max_length=100)
    legal_basis: NonBlank = about("ฐานกฎหมาย", "The law, notice or by-law that fixes it")
    source: NonBlank = about("แหล่งที่มาของตัวเลข", "Where the figure was taken from")
    confirm: bool = about(
        "ต้องให้นิติกรยืนยันกับกฎหมายฉบับปัจจุบันก่อนใช้",
        "A legal officer must compare it with the law in force first",
        default=True,
    )

    @property
    def series(self) -> str:
        return self.figure or self.id

    @model_validator(mode="after")
    def _counts_as_the_platform_does(self) -> Self:
        """The platform computes with its own figures, so a city's row of one must be of the same unit and shape."""
        known = next((row for row in legal_figures() if row.key == self.series), None)
        if known is None:
            return self
        if self.unit != known.unit:
            refuse(
                Text(
                    f"ระบบคำนวณ {self.series} เป็นหน่วย “{known.unit}” ไม่ใช่ “{self.unit}”",
                    f"The platform counts {self.series} in “{known.unit}”, not in “{self.unit}”",
                ),
                Text(
                    f"เขียน unit: {known.unit} และค่าตามหน่วยนั้น", f"Write unit: {known.unit}, and the value in that unit"
                ),
                at="unit",
            )
        if _which(self.value) != _which(known.value) or (_which(self.value) == "whole" and self.value < 1):  # type: ignore[operator]
            refuse(
                Text(
                    f"ค่าของ {self.series} ใช้คำนวณไม่ได้", f"The platform cannot compute with this value of {self.series}"
                ),
                Text(f"เขียนแบบเดียวกับ {known.value}", f"Write it in the shape of {known.value}"),
                at="value",
            )
        return self
