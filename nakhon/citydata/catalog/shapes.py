"""The shape of a definition of the kind ``dataset``: files and links with their description."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from nakhon.citydata.registers.body import CatalogMetadata, Role
from nakhon.kernel.definitions.fields import BothLanguages, DefinitionBody, DefinitionModel, NonBlank, about, refuse
from nakhon.knowledge.text import Text

DataType = Literal["ข้อมูลระเบียน", "ข้อมูลสถิติ", "ข้อมูลภูมิสารสนเทศเชิงพื้นที่", "ข้อมูลหลากหลายประเภท", "ข้อมูลประเภทอื่นๆ"]
"""The types of datasets of the Government Data Catalog metadata standard, item 1."""


def _web_address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/$.?#][^\s]*", value):
        refuse(
            Text(f"“{value}” ไม่ใช่ลิงก์ของเว็บ", f"“{value}” is not a web address"),
            Text("เขียนให้ครบตั้งแต่ https://", "Write it whole, from https:// on"),
        )
    return value


class Link(DefinitionModel):
    """Data that lie elsewhere."""

    name: BothLanguages = about("ชื่อลิงก์", "What it is called")
    url: Annotated[str, AfterValidator(_web_address)] = about("ที่อยู่เว็บ", "The address", max_length=1000)
    format: NonBlank = about("รูปแบบ เช่น CSV, PDF, API", "The format, for instance CSV, PDF or API", max_length=20)


class Seers(DefinitionModel):
    """Who may see it; left out, the sensitivity decides."""

    see: list[Role] | None = about("ใครเห็นได้", "Roles that may see it", default=None)


class DatasetDefinition(DefinitionBody):
    """A dataset that is neither a register nor a kind of station: files and links."""

    model_config = ConfigDict(serialize_by_alias=True)

    kind: Literal["dataset"] = about("ชนิด", "The kind")
    name: BothLanguages = about("ชื่อชุดข้อมูล", "The dataset's name")
    about_: BothLanguages | None = Field(
        default=None, alias="about", description="What it holds", json_schema_extra={"th": "ชุดข้อมูลนี้คืออะไร"}
    )
    data_type: DataType = about("ประเภทชุดข้อมูล", "Type of dataset (item 1)", default="ข้อมูลหลากหลายประเภท")
    sensitivity: Literal["open", "internal", "personal", "sensitive"] = about(
        "ชั้นความลับ: open, internal, personal, sensitive",
        "Sensitivity: open, internal, personal or sensitive",
        default="open",
    )
    access: Seers = about("ใครเห็นได้", "Who may see it", default=Seers())
    links: list[Link] = about("ลิงก์ไปยังข้อมูล", "Links to data", default=[], max_length=100)
    metadata: CatalogMetadata = about("ข้อมูลอธิบายชุดข้อมูล", "Metadata of the dataset", default=CatalogMetadata())

    @model_validator(mode="after")
    def _not_public_unless_open(self) -> Self:
        if self.sensitivity != "open" and {"public", "citizen"} & set(self.access.see or ()):
            refuse(
                Text(f"ชุดข้อมูลชั้น {self.sensitivity} เปิดให้ประชาชนเห็นไม่ได้", f"A dataset that is {self.sensitivity} cannot be public"),
                Text("เอา public และ citizen ออก หรือเปลี่ยน sensitivity เป็น open เมื่อข้อมูลเปิดเผยได้จริง",
                     "Take public and citizen away, or make it open where it may truly be disclosed"),
                at="access",
            )  # fmt: skip
        return self
