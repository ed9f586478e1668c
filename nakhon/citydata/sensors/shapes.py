"""The shapes of the kinds ``sensor`` and ``feed``, as YAML says them."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from pydantic import AfterValidator, Field, model_validator

from nakhon.citydata.sensors.making import seconds_of
from nakhon.kernel.definitions.fields import (
    BothLanguages,
    DefinitionBody,
    DefinitionModel,
    Key,
    NonBlank,
    about,
    refuse,
)
from nakhon.knowledge.text import Text
from nakhon.knowledge.units import UnitsError, unit
from nakhon.people.roles import ROLES

_SPAN = re.compile(r"[1-9]\d{0,5}[smhd]")


def _span(value: str) -> str:
    if not _SPAN.fullmatch(value):
        refuse(
            Text(f"“{value}” ไม่ใช่ช่วงเวลา", f"“{value}” is not a span of time"),
            Text(
                "เขียนจำนวนตามด้วย s m h หรือ d เช่น 15m, 3h, 400d",
                "Write a number with s, m, h or d, such as 15m, 3h, 400d",
            ),
        )
    return value


def _unit(value: str) -> str:
    try:
        found = unit(value)
    except UnitsError as error:
        refuse(error.message, error.remedy)
    if found.code != value:
        refuse(
            Text(f"หน่วย “{value}” ไม่ใช่รหัส UCUM", f"“{value}” is not the UCUM code"),
            Text(f"เขียน {found.code}", f"Write {found.code}"),
        )
    return value


def _role(value: str) -> str:
    if value not in ROLES:
        refuse(
            Text(f"ไม่มีบทบาท “{value}”", f"There is no role “{value}”"),
            Text("บทบาทที่มี: " + ", ".join(ROLES), "There are: " + ", ".join(ROLES)),
        )
    return value


Span = Annotated[str, Field(json_schema_extra={"pattern": r"^[1-9]\d{0,5}[smhd]$"}), AfterValidator(_span)]
Ucum = Annotated[str, AfterValidator(_unit)]
RoleName = Annotated[str, AfterValidator(_role)]
PropertyCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
RESERVED = frozenset({"t", "q", "unit"})


class Valid(DefinitionModel):
    """What the instrument can mean at all."""

    min: float | int | None = about("ค่าต่ำสุดที่เป็นไปได้", "The least value that can be", default=None)
    max: float | int | None = about("ค่าสูงสุดที่เป็นไปได้", "The greatest value that can be", default=None)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min is not None and self.max is not None and self.min >= self.max:
            refuse(
                Text("min ไม่น้อยกว่า max", "min is not below max"),
                Text("สลับค่าทั้งสอง", "Change them about"),
                at="min",
            )
        return self


class StreamShape(DefinitionModel):
    """One property that things of the kind measure."""

    name: BothLanguages = about("ชื่อค่าที่วัด", "What is measured")
    unit: Ucum | None = about("หน่วยวัด รหัส UCUM เช่น ug/m3", "Unit as a UCUM code, such as ug/m3", default=None)
    observed: PropertyCode | None = about(
        "รหัสสิ่งที่วัด หากต่างจากชื่อช่อง", "Code of what is observed, if not the field's", default=None
    )
    definition: NonBlank | None = about("ที่อยู่ (URI) ของนิยามสิ่งที่วัด", "URI that defines what is observed", default=None)
    decimals: int | None = about("จำนวนทศนิยมที่แสดง", "Decimals shown", default=None, ge=0, le=6)
    valid: Valid | None = about("ช่วงค่าที่เป็นไปได้ นอกช่วงถือว่าน่าสงสัย", "Values beyond are suspect", default=None)
    every: Span | None = about("วัดทุกเท่าใด", "How often it is measured", default=None)
    aggregate: Literal["mean", "sum", "min", "max", "last"] = about("สรุปอย่างไร", "How it is summed up", default="mean")
    role: Literal["battery", "heartbeat", "signal"] | None = about(
        "บทบาทพิเศษ เช่น แบตเตอรี่", "Special role, such as the battery", default=None
    )
    instrument: NonBlank | None = about("เครื่องมือที่ใช้วัด", "The instrument", default=None)
    method: NonBlank | None = about("วิธีวัด", "The method", default=None)


class ThingsShape(DefinitionModel):
    """Where the things come from."""

    register_: Key = Field(
        alias="register",
        description="Each record of this register is such a thing",
        json_schema_extra={"th": "ทุกระเบียนของทะเบียนนี้เป็นสิ่งชนิดนี้"},
    )


class SeeShape(DefinitionModel):
    """Who may see the readings."""

    see: list[RoleName] = about("บทบาทที่ดูได้", "Roles that may see them", default=["public"], min_length=1)


class RetentionShape(DefinitionModel):
    """How long readings stay at hand."""

    raw: Span = about("เก็บในฐานข้อมูลนานเท่าใด", "How long they stay in the database", default="400d")
    archive: Literal["forever"] = about("หลังจากนั้นเก็บในแฟ้ม", "Afterwards they stay in files", default="forever")

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if seconds_of(self.raw) < 3 * 86_400:
            refuse(
                Text(f"{self.raw} สั้นเกินไป", f"{self.raw} is too short"),
                Text("เขียน 3d ขึ้นไป", "Write 3d or more"),
                at="raw",
            )
        return self


class CommandShape(DefinitionModel):
    """An order that things of the kind obey."""

    name: BothLanguages | None = about("ชื่อคำสั่ง", "What the command is called", default=None)
    schema_: dict[str, Any] = Field(
        alias="schema",
        description="JSON Schema (2020-12) of the body",
        json_schema_extra={"th": "JSON Schema ของเนื้อคำสั่ง"},
    )
    timeout: Span = about("รอคำตอบนานเท่าใด", "How long an answer is waited for", default="60s")

    @model_validator(mode="after")
    def _is_schema(self) -> Self:
        try:
            Draft202012Validator.check_schema(self.schema_)
        except SchemaError as error:
            refuse(
                Text("schema ไม่ใช่ JSON Schema ที่ถูกต้อง", "schema is not a valid JSON Schema"),
                Text(f"แก้ตามนี้: {error.message[:200]}", f"Mend this: {error.message[:200]}"),
                at="schema",
            )
        if "$ref" in str(self.schema_):
            refuse(
                Text("schema ใช้ $ref ไม่ได้", "schema may not use $ref"),
                Text("เขียนเต็มในที่เดียว", "Write it out in place"),
                at="schema",
            )
        return self


class PageShape(DefinitionModel):
    """What a station's page explains."""

    compute: Literal["air.thai_aqi", "water.surface_class", "water.river_level", "heat.index", "none"] = about(
        "คำนวณอะไรให้ดู", "What it computes", default="none"
    )


class SensorDefinition(DefinitionBody):
    """A sort of thing that measures or obeys, with its streams."""

    kind: Literal["sensor"] = about("ชนิด", "The kind")
    name: BothLanguages = about("ชื่อชนิดสถานี", "What such a thing is called")
    about_: BothLanguages | None = Field(
        default=None, alias="about", description="What it is for", json_schema_extra={"th": "ใช้ทำอะไร"}
    )
    streams: dict[PropertyCode, StreamShape] = about(
        "ค่าที่วัด ตามรหัส", "What it measures, by code", min_length=1, max_length=60
    )
    things: ThingsShape | None = about("ที่มาของสิ่งชนิดนี้", "Where its things come from", default=None)
    access: SeeShape = about("ผู้ที่ดูได้", "Who may see it", default=SeeShape())
    silence: Span | None = about("เงียบนานเท่าใดจึงเตือน", "Silent for how long is an alarm", default=None)
    retention: RetentionShape = about("เก็บนานเท่าใด", "How long readings are kept", default=RetentionShape())
    commands: dict[PropertyCode, CommandShape] = about("คำสั่งที่รับ", "Commands that it takes", default={})
    page: PageShape = about("หน้าสถานี", "The station's page", default=PageShape())
    metadata: dict[str, Any] = about("คำอธิบายข้อมูลสำหรับบัญชีข้อมูล", "Metadata for the data catalogue", default={})

    @model_validator(mode="after")
    def _codes(self) -> Self:
        taken = RESERVED & set(self.streams)
        if taken:
            code = sorted(taken)[0]
            refuse(
                Text(f"รหัส {code} สงวนไว้ในข้อความของอุปกรณ์", f"{code} is reserved in devices' messages"),
                Text("ใช้รหัสอื่น เช่น temperature", "Use another code, such as temperature"),
                at="streams",
            )
        return self


class FeedMapping(DefinitionModel):
    """Where a thing's values stand in the answer. JSON paths are keys and list places joined by dots: ``AQILast.PM25.value``."""

    rows: str = about(
        "ที่อยู่ของรายการ (ว่างคือทั้งคำตอบ)", "Where the list of rows lies (empty: the answer itself)", default=""
    )
    thing: NonBlank = about("ช่องรหัสสถานี", "The field that names the station")
    name_th: NonBlank | None = about("ช่องชื่อไทย", "The field with the Thai name", default=None)
    name_en: NonBlank | None = about("ช่องชื่ออังกฤษ", "The field with the English name", default=None)
    lon: NonBlank | None = about("ช่องลองจิจูด", "The field with the longitude", default=None)
    lat: NonBlank | None = about("ช่องละติจูด", "The field with the latitude", default=None)
    time: list[NonBlank] = about(
        "ช่องเวลา หรือช่องวันที่และเวลา", "The field of the time, or those of date and time", min_length=1, max_length=2
    )
    time_format: NonBlank = about(
        "รูปแบบเวลา: iso หรือแบบ strptime เช่น %Y-%m-%d %H:%M (เวลาไทย)",
        "iso, or a strptime format such as %Y-%m-%d %H:%M (Bangkok time where no zone is told)",
        default="iso",
    )


class FeedStream(DefinitionModel):
    """One property of a feed."""

    field: NonBlank = about("ช่องของค่า", "The field of the value")
    unit: Ucum | None = about(
        "หน่วยของแหล่ง หากต่างจากของเรา", "The source's unit where it differs from ours", default=None
    )
    missing: list[str | int | float] = about(
        "ค่าที่แปลว่าไม่มีข้อมูล", "What means no data", default=[-1, -999, "-", "N/A", "", "-1"]
    )


class FeedDefinition(DefinitionBody):
    """An address of others from which readings are pulled."""

    kind: Literal["feed"] = about("ชนิด", "The kind")
    name: BothLanguages = about("ชื่อแหล่งข้อมูล", "What the source is called")
    url: NonBlank = about("ที่อยู่ http หรือ https", "An http or https address", max_length=1000)
    format: Literal["json", "csv"] = about("รูปแบบคำตอบ", "The form of the answer", default="json")
    encoding: Literal["utf-8", "tis-620", "cp874"] = about("รหัสตัวอักษรของ CSV", "Encoding of a CSV", default="utf-8")
    every: Span = about("ดึงทุกเท่าใด", "How often it is pulled", default="1h")
    sensor: Key = about("ชนิดสถานีที่รับค่า", "The kind of station that takes the values")
    mapping: FeedMapping = about("ช่องของสถานีและเวลา", "Where station and time stand")
    streams: dict[PropertyCode, FeedStream] = about("ช่องของแต่ละค่า", "Where each value stands", min_length=1)
    only: list[NonBlank] = about("รับเฉพาะสถานีเหล่านี้ (ว่างคือทั้งหมด)", "Only these stations (none: all)", default=[])
    licence: NonBlank = about("สัญญาอนุญาตและการอ้างที่มา", "Licence and attribution")
    enabled: bool = about("ดึงตามเวลา", "Pulled by the clock", default=True)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not re.fullmatch(r"https?://[^\s/@]+(/\S*)?", self.url):
            refuse(
                Text("ที่อยู่ไม่ใช่ http หรือ https หรือมีชื่อผู้ใช้อยู่ในที่อยู่", "It is not an http or https address, or names a user"),
                Text("เขียนเช่น https://example.go.th/data.json", "Write one such as https://example.go.th/data.json"),
                at="url",
            )
        if seconds_of(self.every) < 60:
            refuse(Text("ถี่เกินไป", "That is too often"), Text("เขียน 1m ขึ้นไป", "Write 1m or more"), at="every")
        return self
