"""The shape of a definition of the kind ``watch``, checked before anything is applied, and the rule that it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from nakhon.citydata.watches.errors import ConditionWrong
from nakhon.citydata.watches.rules import WINDOWED, Condition, Measure, Rule
from nakhon.kernel.definitions.fields import BothLanguages, DefinitionBody, DefinitionModel, Key, about, refuse
from nakhon.knowledge.text import Text

_DURATION = re.compile(r"([1-9]\d{0,4})(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST = timedelta(days=31)


def duration(text: str) -> timedelta:
    """``30m``, ``24h``, ``7d`` as a length of time. ``ValueError`` for anything else."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])


def _duration(value: str) -> str:
    try:
        length = duration(value)
    except ValueError:
        refuse(
            Text(f"“{value}” ไม่ใช่ช่วงเวลา", f"“{value}” is not a length of time"),
            Text("เขียนตัวเลขตามด้วย s, m, h หรือ d เช่น 30m, 24h, 7d", "Write a number and s, m, h or d: 30m, 24h, 7d"),
        )
    if length > LONGEST:
        refuse(
            Text(f"ช่วงเวลา {value} ยาวเกินไป", f"{value} is too long"),
            Text("ใช้ไม่เกิน 31 วัน (31d)", "Use at most 31 days (31d)"),
        )
    return value


def _rate(value: str) -> str:
    return "per " + _duration(value.removeprefix("per ").strip())


def _condition(value: str) -> str:
    try:
        Condition(value)
    except ConditionWrong as wrong:
        place = Text(f" (บรรทัดที่ {wrong.line} อักขระที่ {wrong.column} ของเงื่อนไข)",
                     f" (line {wrong.line}, character {wrong.column} of the condition)")  # fmt: skip
        refuse(Text(wrong.message.th + place.th, wrong.message.en + place.en), wrong.remedy)
    return value


Duration = Annotated[str, Field(json_schema_extra={"format": "30m, 24h, 7d"}), AfterValidator(_duration)]
Rate = Annotated[str, Field(json_schema_extra={"format": "per 1h"}), AfterValidator(_rate)]
CelText = Annotated[str, Field(min_length=1, json_schema_extra={"format": "CEL"}), AfterValidator(_condition)]


_AS_WRITTEN = ConfigDict(serialize_by_alias=True)
"""``for`` and ``register`` are words of Python: a body is kept under the names that people write."""


class Repetition(DefinitionModel):
    """So many readings for which the condition holds, within a span of time."""

    count: int = about("จำนวนครั้งอย่างน้อย", "At least so many readings", ge=2, le=10_000)
    within: Duration = about("ภายในช่วงเวลา เช่น 24h", "Within this time, for instance 24h")


class Inside(DefinitionModel):
    """A place: inside any active record of a register."""

    model_config = _AS_WRITTEN

    register_: Key = Field(
        alias="register",
        description="The register whose areas are meant",
        json_schema_extra={"th": "ทะเบียนของพื้นที่ที่หมายถึง"},
    )


class When(DefinitionModel):
    """What is watched: one property of one kind of thing, by one measure."""

    model_config = _AS_WRITTEN

    sensor: Key = about("ชนิดสถานีหรืออุปกรณ์ (รหัสของคำนิยาม sensor)", "The kind of thing: the id of a sensor definition")
    property_: Key = Field(
        alias="property", description="What is measured: a name in that definition's streams",
        json_schema_extra={"th": "สิ่งที่วัด (ชื่อใน streams ของ sensor นั้น)"},
    )  # fmt: skip
    latest: Literal[True] | None = about("ใช้ค่าล่าสุด (ค่าเริ่มต้น)", "The latest value (the default)", default=None)
    average: Duration | None = about("ค่าเฉลี่ยย้อนหลัง เช่น 24h", "The mean of the last, for instance 24h", default=None)
    sum: Duration | None = about("ผลรวมย้อนหลัง เช่น 24h", "The sum of the last, for instance 24h", default=None)
    rate: Rate | None = about("การเปลี่ยนแปลงต่อเวลา เช่น per 1h", "The change per time, for instance per 1h", default=None)
    silence: Duration | None = about(
        "ไม่มีข้อมูลนานเกิน เช่น 3h", "Nothing heard for longer than, for instance 3h", default=None
    )
    inside: Inside | None = about("อยู่ในพื้นที่ของทะเบียนหนึ่ง", "Inside an area of a register", default=None)
    repetition: Repetition | None = about("เกิดซ้ำหลายครั้งภายในเวลา", "Several times within a time", default=None)
    condition: CelText | None = about(
        "เงื่อนไขแบบ CEL เช่น value > 37.5", "The condition in CEL, for instance value > 37.5", default=None
    )
    enough: float = about(
        "ต้องมีข้อมูลอย่างน้อยสัดส่วนเท่าใดของช่วงเวลา (0-1)", "The share of the time that readings must fill (0 to 1)",
        default=0.75, gt=0, le=1,
    )  # fmt: skip

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        given = [name for name in Measure if getattr(self, name.value) is not None]
        if len(given) > 1:
            refuse(
                Text(
                    f"ระบุวิธีวัดมากกว่าหนึ่งอย่าง: {', '.join(given)}", f"More than one measure is given: {', '.join(given)}"
                ),
                Text("เหลือไว้อย่างเดียว หรือแยกเป็นกฎหลายข้อ", "Keep one, or make several watches"),
                at=given[1].value,
            )
        if self.measure in (Measure.SILENCE, Measure.INSIDE):
            if self.measure is Measure.SILENCE and self.condition is not None:
                refuse(
                    Text("การขาดหายของข้อมูลไม่มีค่าให้เปรียบเทียบ", "Silence has no value to compare"),
                    Text("ลบ condition", "Delete condition"), at="condition",
                )  # fmt: skip
        elif self.condition is None:
            refuse(
                Text("ไม่มีเงื่อนไข", "There is no condition"),
                Text('เพิ่ม เช่น condition: "value > 37.5"', 'Add one, for instance condition: "value > 37.5"'),
            )
        if self.repetition and self.condition and re.search(r"\bprevious\b", self.condition):
            refuse(
                Text("ใช้ previous กับ repetition ไม่ได้", "previous cannot be used with repetition"),
                Text("ใช้ value เท่านั้น", "Use value only"), at="condition",
            )  # fmt: skip
        return self

    @property
    def measure(self) -> Measure:
        return next((name for name in Measure if getattr(self, name.value) is not None), Measure.LATEST)

    @property
    def span(self) -> timedelta:
        if self.repetition is not None:
            return duration(self.repetition.within)
        if self.rate is not None:
            return duration(self.rate.removeprefix("per "))
        length = self.average or self.sum or self.silence
        return duration(length) if length else timedelta(0)


class Clear(DefinitionModel):
    """When an alert ends, where that is not simply when the condition no longer holds."""

    model_config = _AS_WRITTEN

    condition: CelText | None = about("เงื่อนไขสิ้นสุด เช่น value < 35", "The way out, for instance value < 35", default=None)
    for_: Duration | None = Field(
        default=None, alias="for", description="It must hold that long", json_schema_extra={"th": "ต้องเป็นจริงต่อเนื่องนาน"}
    )


class Owner(DefinitionModel):
    """Whose business an alert is."""

    unit: str = about("รหัสหน่วยงานย่อยที่รับผิดชอบ", "Code of the unit that is responsible", min_length=2, max_length=40)


class AlertAction(DefinitionModel):
    """The alert that opens."""

    severity: Literal["info", "watch", "warning", "critical"] = about(
        "ความรุนแรง: info, watch, warning, critical", "Severity: info, watch, warning or critical"
    )
    text: BothLanguages = about("ข้อความแจ้งเตือน", "What the alert says")
    owner: Owner | None = about("ผู้รับผิดชอบ", "Whose business it is", default=None)


class Action(DefinitionModel):
    """What happens then."""

    alert: AlertAction = about("เปิดการแจ้งเตือน", "Open an alert")


class WatchDefinition(DefinitionBody):
    """When this is seen for so long, do that."""

    model_config = _AS_WRITTEN

    kind: Literal["watch"] = about("ชนิด", "The kind")
    name: BothLanguages = about("ชื่อกฎ", "The watch's name")
    about_: BothLanguages | None = Field(
        default=None, alias="about", description="What it is for", json_schema_extra={"th": "ใช้เพื่ออะไร"}
    )
    when: When = about("เฝ้าดูอะไร เมื่อใด", "What is watched, and when it counts")
    for_: Duration | None = Field(
        default=None, alias="for", description="It must hold that long", json_schema_extra={"th": "ต้องเป็นจริงต่อเนื่องนาน"}
    )
    clear: Clear | None = about("สิ้นสุดเมื่อใด", "When it ends", default=None)
    then: list[Action] = about("ทำอะไร", "What happens then", min_length=1, max_length=5)
    enabled: bool = about(
        "เปิดใช้ทันทีเมื่อติดตั้ง (ปกติเปิดหลังทดลองกับข้อมูลย้อนหลัง)",
        "On as soon as it is applied; normally it is switched on after a trial",
        default=False,
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (
            self.when.measure in (Measure.SILENCE, Measure.REPETITION)
            and self.clear is not None
            and self.clear.condition
        ):
            refuse(
                Text("กฎชนิดนี้สิ้นสุดเอง ไม่ใช้เงื่อนไขสิ้นสุด", "This measure ends by itself and takes no condition for it"),
                Text("ลบ clear.condition", "Delete clear.condition"), at="clear",
            )  # fmt: skip
        if self.when.measure is Measure.SILENCE and self.clear is not None and self.clear.for_:
            refuse(
                Text("เมื่อได้รับข้อมูลอีกครั้งการขาดหายก็สิ้นสุด", "Silence ends when something is heard"),
                Text("ลบ clear", "Delete clear"), at="clear",
            )  # fmt: skip
        return self

    def rule(self, every: timedelta | None) -> Rule:
        """The rule for a stream that reports ``every`` so often."""
        clear = self.clear
        return Rule(
            measure=self.when.measure,
            condition=Condition(self.when.condition) if self.when.condition else None,
            span=self.when.span,
            count=self.when.repetition.count if self.when.repetition else 1,
            lasting=duration(self.for_) if self.for_ else timedelta(0),
            clear=Condition(clear.condition) if clear and clear.condition else None,
            clear_lasting=duration(clear.for_) if clear and clear.for_ else timedelta(0),
            enough=self.when.enough,
            every=every,
        )

    @property
    def memory(self) -> timedelta:
        return self.when.span if self.when.measure in WINDOWED else timedelta(0)

    @property
    def areas(self) -> str:
        """The register whose areas matter, or empty."""
        return self.when.inside.register_ if self.when.inside else ""


def read_body(body: Mapping[str, Any]) -> WatchDefinition:
    """A stored body as a definition."""
    return WatchDefinition.model_validate(body)


def rule_of(body: WatchDefinition) -> dict[str, Any]:
    """The part of a body that decides, without its words: when it changes, past trials no longer speak of it."""
    return body.model_dump(mode="json", include={"when", "for_", "clear"})
