"""Shapes that the models of all kinds share: the strict base, keys, texts in two languages, dates, and how to refuse."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from nakhon.knowledge.text import Text

OWN_ERROR = "nakhon"
KEY_PATTERN = r"^[a-z0-9]+(?:[-._][a-z0-9]+)*$"
BUDDHIST_OFFSET = 543
_BUDDHIST_FROM = 2400


def refuse(message: Text, remedy: Text, at: str = "") -> NoReturn:
    """Refuse a value inside a validator of a kind's model, in both languages; ``at`` names the field that is to blame."""
    raise PydanticCustomError(
        OWN_ERROR,
        "refused",
        {"th": message.th, "en": message.en, "remedy_th": remedy.th, "remedy_en": remedy.en, "at": at},
    )


def about(th: str, en: str, **limits: Any) -> Any:
    """A field described in both languages: English as JSON Schema's ``description``, Thai beside it as ``th``."""
    return Field(description=en, json_schema_extra={"th": th}, **limits)


class DefinitionModel(BaseModel):
    """Base of what may stand in a definition: nothing unknown, nothing converted silently, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def _not_blank(value: str) -> str:
    if not value.strip():
        refuse(
            Text("ข้อความว่างเปล่า", "The text is empty"),
            Text("เติมข้อความ หรือลบทั้งช่องหากไม่ต้องการ", "Write a text, or delete the whole line if none is wanted"),
        )
    return value


def _key(value: str) -> str:
    if not re.fullmatch(KEY_PATTERN, value):
        offer = re.sub(r"[^a-z0-9._-]+", "-", value.lower()).strip("-._")
        hint_th = f" เช่น {offer}" if offer else " เช่น public-health"
        hint_en = f", for instance {offer}" if offer else ", for instance public-health"
        refuse(
            Text(f"รหัส “{value}” ใช้ไม่ได้", f"“{value}” cannot be an id"),
            Text(
                f"ใช้อักษรอังกฤษตัวเล็ก ตัวเลข และ - . _ คั่นระหว่างคำ{hint_th}",
                f"Use small English letters and digits, with - . _ between words{hint_en}",
            ),
        )
    return value


def _meant(year: int, month: str, day: str) -> str:
    """A date as it is to be written, a Buddhist year turned into the common era."""
    return f"{year - BUDDHIST_OFFSET if year >= _BUDDHIST_FROM else year:04d}-{int(month):02d}-{int(day):02d}"


def _iso_date(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", value)
    turned = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", value.strip())
    if found is not None and int(found.group(1)) >= _BUDDHIST_FROM:
        meant = _meant(int(found.group(1)), found.group(2), found.group(3))
        refuse(
            Text(f"วันที่ {value} เป็นปีพุทธศักราช", f"{value} is a year of the Buddhist era"),
            Text(f"เขียนเป็นปีคริสต์ศักราช: {meant}", f"Write the year of the common era: {meant}"),
        )
    if found is None:
        example = _meant(int(turned.group(3)), turned.group(2), turned.group(1)) if turned else "2026-04-10"
        refuse(
            Text(f"“{value}” ไม่ใช่วันที่ในรูปแบบที่อ่านได้", f"“{value}” is not a date in the form that is read"),
            Text(
                f"เขียนเป็น ปี-เดือน-วัน แบบ ค.ศ. เช่น {example}",
                f"Write year-month-day, common era, for instance {example}",
            ),
        )
    try:
        return date.fromisoformat(value)
    except ValueError:
        refuse(
            Text(f"ไม่มีวันที่ {value} ในปฏิทิน", f"There is no {value} in the calendar"),
            Text("ตรวจเดือน (01-12) และวันของเดือนนั้น", "Check the month (01 to 12) and the days it has"),
        )


NonBlank = Annotated[str, Field(min_length=1), AfterValidator(_not_blank)]
Key = Annotated[
    str,
    Field(max_length=80),
    AfterValidator(_key),
    WithJsonSchema({"type": "string", "pattern": KEY_PATTERN, "maxLength": 80}),
]
IsoDate = Annotated[date, BeforeValidator(_iso_date)]


class BothLanguages(DefinitionModel):
    """A text in Thai and in English; neither may be missing."""

    th: NonBlank = about("ข้อความภาษาไทย", "The text in Thai")
    en: NonBlank = about("ข้อความภาษาอังกฤษ", "The text in English")

    @property
    def text(self) -> Text:
        return Text(self.th, self.en)


def words(th: str | BothLanguages) -> Text:
    """A ``Words`` value as a ``Text``; where only Thai was written it stands in both places."""
    return Text(th, th) if isinstance(th, str) else th.text


def _which(value: Any) -> str:
    return "both" if isinstance(value, dict | BothLanguages) else "text"


Words = Annotated[Annotated[NonBlank, Tag("text")] | Annotated[BothLanguages, Tag("both")], Discriminator(_which)]
"""Thai alone, for what was published in Thai only, or both languages."""


class DefinitionBody(DefinitionModel):
    """Base of a kind's model. A kind adds ``kind: Literal["its-name"]`` and its own fields."""

    kind: str
    id: Key = about("รหัสของคำนิยาม ไม่ซ้ำกันในชนิดเดียวกัน", "The definition's id, unique within its kind")
