"""The shapes of one property and of a record in a register's definition: a strict part of JSON Schema 2020-12, in two languages."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

import jsonschema_rs
from pydantic import AfterValidator, Field, model_validator

from nakhon.kernel.definitions.fields import BothLanguages, DefinitionModel, NonBlank, about, refuse
from nakhon.knowledge.text import Text

Sensitivity = Literal["open", "internal", "personal", "sensitive"]
PROTECTED = frozenset({"personal", "sensitive"})
PropertyType = Literal["string", "integer", "number", "boolean", "array"]
FORMATS = ("date", "date-time", "time", "email", "uri", "uuid")
MOST_PROPERTIES = 200

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
RESERVED = frozenset({"id", "key", "status", "changed_at", "made_at", "geometry", "count"})
_FOR_TYPES: dict[str, tuple[str, ...]] = {
    "minLength": ("string",), "maxLength": ("string",), "pattern": ("string",), "format": ("string",),
    "minimum": ("integer", "number"), "maximum": ("integer", "number"), "exclusiveMinimum": ("integer", "number"),
    "exclusiveMaximum": ("integer", "number"), "multipleOf": ("integer", "number"), "unit": ("integer", "number", "string"),
    "items": ("array",), "minItems": ("array",), "maxItems": ("array",), "uniqueItems": ("array",),
}  # fmt: skip
SCHEMA_KEYWORDS = (
    "type", "enum", "minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "items", "minItems", "maxItems", "uniqueItems",
)  # fmt: skip
"""The keywords of a property that are JSON Schema's own; the others (th, unit, labels ...) only describe it."""


def _named(value: str) -> str:
    if not _NAME.fullmatch(value) or value in RESERVED:
        offer = re.sub(r"[^a-z0-9_]+", "_", value.lower()).strip("_0123456789")
        offer = f"the_{offer}" if offer in RESERVED else offer or "watts"
        refuse(
            Text(f"ชื่อคุณสมบัติ “{value}” ใช้ไม่ได้", f"“{value}” cannot be the name of a property"),
            Text(
                f"ใช้อักษรอังกฤษตัวเล็ก ตัวเลข และ _ ไม่เกิน 60 ตัว และไม่ใช่คำที่ระบบใช้ ({', '.join(sorted(RESERVED))}) เช่น {offer}",
                f"Use up to 60 small English letters, digits and _, and none of {', '.join(sorted(RESERVED))}; for instance {offer}",
            ),
        )
    return value


PropertyName = Annotated[str, Field(max_length=60), AfterValidator(_named)]


def _sound(keywords: dict[str, Any], at: str) -> None:
    """Refuse what JSON Schema itself refuses: a pattern that is none, bounds of the wrong type."""
    try:
        jsonschema_rs.Draft202012Validator(keywords)
    except (jsonschema_rs.ValidationError, ValueError) as error:
        reason = str(getattr(error, "message", error))[:200]
        refuse(
            Text(f"ไม่ใช่ JSON Schema ที่ถูกต้อง: {reason}", f"It is no valid JSON Schema: {reason}"),
            Text(
                "แก้ค่านี้ตาม JSON Schema 2020-12 เช่น pattern: '^KS-[0-9]{4}$'",
                "Mend it as JSON Schema 2020-12 has it, for instance pattern: '^KS-[0-9]{4}$'",
            ),
            at=at,
        )


class Item(DefinitionModel):
    """What a list property holds: texts or numbers, maybe from a fixed choice."""

    type: Literal["string", "integer", "number"] = about("ชนิดของแต่ละค่า", "The type of each value")
    enum: list[str | int | float] | None = about("ค่าที่เลือกได้", "The values to choose from", default=None)
    labels: dict[str, BothLanguages] = about("คำเรียกของแต่ละค่า", "What each value is called", default={})
    pattern: str | None = about("รูปแบบของข้อความ", "The form of the text", default=None)
    maxLength: int | None = about("ความยาวมากสุด", "The greatest length", default=None, ge=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _choice(self.type, self.enum, self.labels)
        _sound({k: v for k, v in self.model_dump().items() if k in SCHEMA_KEYWORDS and v is not None}, "pattern")
        return self


def _choice(kind: str, enum: list[Any] | None, labels: dict[str, BothLanguages]) -> None:
    if enum is not None:
        if not enum or len(set(map(str, enum))) != len(enum):
            refuse(
                Text("enum ว่างหรือมีค่าซ้ำ", "enum is empty or names a value twice"),
                Text("ใส่แต่ละค่าหนึ่งครั้ง", "Write each value once"), at="enum",
            )  # fmt: skip
        types: dict[str, Any] = {"string": str, "integer": int, "number": (int, float)}
        wrong = [
            value
            for value in enum
            if kind not in types or isinstance(value, bool) or not isinstance(value, types[kind])
        ]
        if wrong:
            refuse(
                Text(f"ค่า “{wrong[0]}” ใน enum ไม่ใช่ชนิด {kind}", f"“{wrong[0]}” in enum is not of type {kind}"),
                Text("แก้ค่าหรือ type ให้ตรงกัน ค่าที่เป็นข้อความใส่อัญประกาศ", "Let value and type agree; put texts in quotes"), at="enum",
            )  # fmt: skip
    stray = [name for name in labels if name not in {str(value) for value in enum or ()}]
    if stray:
        refuse(
            Text(f"labels มี “{stray[0]}” ซึ่งไม่อยู่ใน enum", f"labels names “{stray[0]}”, which is not in enum"),
            Text(f"เพิ่ม “{stray[0]}” ใน enum หรือลบออกจาก labels", f"Add “{stray[0]}” to enum, or take it out of labels"), at="labels",
        )  # fmt: skip


class Property(DefinitionModel):
    """One property of a record. ``title`` is its English name and ``th`` its Thai one; both are required."""

    type: PropertyType = about("ชนิดของค่า", "The type of the value")
    title: NonBlank = about("ชื่อภาษาอังกฤษ", "Its name in English")
    th: NonBlank = about("ชื่อภาษาไทย", "Its name in Thai")
    description: NonBlank | None = about("คำอธิบายภาษาอังกฤษ", "What it means, in English", default=None)
    description_th: NonBlank | None = about("คำอธิบายภาษาไทย", "What it means, in Thai", default=None)
    unit: NonBlank | None = about("หน่วยของค่า เช่น W", "The unit of the value, for instance W", default=None)
    sensitivity: Sensitivity = about(
        "open เปิดเผย, internal เฉพาะเจ้าหน้าที่, personal และ sensitive เข้ารหัสและปกปิด",
        "open, internal (staff only), personal and sensitive (encrypted and masked)", default="open",
    )  # fmt: skip
    search: bool | None = about("ค้นด้วยคำได้หรือไม่", "Whether a search by words finds it", default=None)
    enum: list[str | int | float] | None = about("ค่าที่เลือกได้", "The values to choose from", default=None)
    labels: dict[str, BothLanguages] = about("คำเรียกของแต่ละค่าใน enum", "What each value of enum is called", default={})
    minLength: int | None = about("ความยาวน้อยสุด", "The least length", default=None, ge=0)
    maxLength: int | None = about("ความยาวมากสุด", "The greatest length", default=None, ge=1)
    pattern: str | None = about("รูปแบบของข้อความ (regular expression)", "The form of the text", default=None)
    format: Literal["date", "date-time", "time", "email", "uri", "uuid"] | None = about(
        "รูปแบบมาตรฐาน", "A standard form", default=None
    )
    minimum: float | int | None = about("ค่าน้อยสุด", "The least value", default=None)
    maximum: float | int | None = about("ค่ามากสุด", "The greatest value", default=None)
    exclusiveMinimum: float | int | None = about("ต้องมากกว่าค่านี้", "The value must be above this", default=None)
    exclusiveMaximum: float | int | None = about("ต้องน้อยกว่าค่านี้", "The value must be below this", default=None)
    multipleOf: float | int | None = about("เป็นพหุคูณของ", "A multiple of", default=None, gt=0)
    items: Item | None = about("แต่ละค่าในรายการ", "Each value of the list", default=None)
    minItems: int | None = about("จำนวนค่าน้อยสุด", "The least number of values", default=None, ge=0)
    maxItems: int | None = about("จำนวนค่ามากสุด", "The greatest number of values", default=None, ge=1)
    uniqueItems: bool | None = about("ห้ามค่าซ้ำ", "No value twice", default=None)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for name, types in _FOR_TYPES.items():
            if getattr(self, name) is not None and self.type not in types:
                refuse(
                    Text(f"{name} ใช้กับ type: {self.type} ไม่ได้", f"{name} does not go with type: {self.type}"),
                    Text(f"ลบ {name} หรือใช้ type: {' หรือ '.join(types)}", f"Take {name} out, or use type: {' or '.join(types)}"),
                    at=name,
                )  # fmt: skip
        if self.type == "array" and self.items is None:
            refuse(
                Text("รายการต้องบอกว่าแต่ละค่าเป็นอะไร", "A list must say what its values are"),
                Text("เพิ่ม items: {type: string}", "Add items: {type: string}"), at="type",
            )  # fmt: skip
        _choice(self.type, self.enum, self.labels)
        _sound(self.schema_part(), "pattern" if self.pattern else "type")
        if self.search and self.protected:
            refuse(
                Text("คุณสมบัติที่ปกปิดค้นด้วยคำไม่ได้", "A protected property cannot be searched by words"),
                Text("ลบ search: true", "Take search: true out"), at="search",
            )  # fmt: skip
        return self

    @property
    def name(self) -> Text:
        return Text(self.th, self.title)

    @property
    def protected(self) -> bool:
        return self.sensitivity in PROTECTED

    def schema_part(self) -> dict[str, Any]:
        """The keywords of JSON Schema alone."""
        dumped = self.model_dump(mode="json", include=set(SCHEMA_KEYWORDS), exclude_none=True)
        if "items" in dumped:
            dumped["items"] = {k: v for k, v in dumped["items"].items() if k in SCHEMA_KEYWORDS}
        return dumped


class RecordSchema(DefinitionModel):
    """The JSON Schema of a record: an object with the properties named, and no others."""

    type: Literal["object"] = about("ต้องเป็น object", "Must be object", default="object")
    required: list[str] = about("คุณสมบัติที่ต้องมี", "The properties that must be there", default=[])
    properties: dict[PropertyName, Property] = about(
        "คุณสมบัติ", "The properties", min_length=1, max_length=MOST_PROPERTIES
    )
    dependentRequired: dict[str, list[str]] = about(
        "เมื่อมีคุณสมบัติหนึ่ง ต้องมีอีกคุณสมบัติหนึ่ง", "Properties that another one calls for", default={}
    )

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        named = [("required", name) for name in self.required]
        named += [("dependentRequired", n) for name, more in self.dependentRequired.items() for n in (name, *more)]
        for at, name in named:
            if name not in self.properties:
                refuse(
                    Text(f"{at} มี “{name}” ซึ่งไม่มีใน properties", f"{at} names “{name}”, which is not among the properties"),
                    Text(f"เพิ่ม {name} ใน properties หรือลบออกจาก {at}", f"Add {name} to properties, or take it out of {at}"), at=at,
                )  # fmt: skip
        return self

    def json_schema(self) -> dict[str, Any]:
        """The complete JSON Schema 2020-12 of a record, without what only describes."""
        schema: dict[str, Any] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": {name: found.schema_part() for name, found in self.properties.items()},
            "required": list(self.required),
            "additionalProperties": False,
        }
        if self.dependentRequired:
            schema["dependentRequired"] = dict(self.dependentRequired)
        return schema
