"""The shape of a register's definition: what it holds, who enters it, how it is listed, mapped and described."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from nakhon.citydata.registers.permissions import DECIDERS, PRECISE, WORKERS
from nakhon.citydata.registers.properties import PROTECTED, RecordSchema, Sensitivity
from nakhon.kernel.definitions.fields import (
    BothLanguages,
    DefinitionBody,
    DefinitionModel,
    NonBlank,
    Words,
    refuse,
)
from nakhon.kernel.definitions.fields import (
    about as told,
)
from nakhon.kernel.definitions.shapes import nearest
from nakhon.knowledge.text import Text
from nakhon.people.roles import ROLES

GeometryKind = Literal["none", "Point", "LineString", "Polygon", "any"]
Colour = Literal["teal", "blue", "sky", "green", "lime", "yellow", "orange", "red", "pink", "purple", "brown", "grey"]
Role = Literal["public", "citizen", "officer", "supervisor", "executive", "registrar", "dpo", "auditor", "admin"]
EDIT_ROLES, APPROVE_ROLES, PRECISE_ROLES = WORKERS, DECIDERS, PRECISE
_OUTSIDERS = ("public", "citizen")


def _only(roles: list[str], allowed: frozenset[str], at: str) -> None:
    wrong = [role for role in roles if role not in allowed]
    if wrong:
        may = ", ".join(role for role in ROLES if role in allowed)
        refuse(
            Text(f"บทบาท {wrong[0]} ทำหน้าที่ {at} ไม่ได้", f"The role {wrong[0]} cannot be given {at}"),
            Text(f"เลือกจาก {may}", f"Choose from {may}"),
            at=at,
        )


class Access(DefinitionModel):
    """Roles that may see, edit, approve and see exact places. What is left out has the default of the sensitivity."""

    see: list[Role] | None = told("ใครเห็นได้", "Who may see it", default=None)
    edit: list[Role] = told("ใครแก้ไขได้", "Who may change it", default=["officer"])
    approve: list[Role] = told("ใครอนุมัติคำขอแก้ไขได้", "Who decides proposed changes", default=["supervisor"])
    precise: list[Role] = told(
        "ใครเห็นตำแหน่งจริงและข้อมูลอ่อนไหวของทะเบียนที่ปกปิด", "Who sees exact places and sensitive properties", default=[]
    )

    @model_validator(mode="after")
    def _able(self) -> Self:
        _only(list(self.edit), EDIT_ROLES, "edit")
        _only(list(self.approve), APPROVE_ROLES, "approve")
        _only(list(self.precise), PRECISE_ROLES, "precise")
        return self


class Listing(DefinitionModel):
    """How the list page begins."""

    columns: list[str] = told("คอลัมน์ที่แสดง", "The columns shown", default=[])
    filters: list[str] = told("ตัวกรองที่เสนอ", "The filters offered", default=[])
    sort: str | None = told("เรียงตาม (ขึ้นต้น - คือจากมากไปน้อย)", "Sorted by (a leading - for descending)", default=None)


class MapStyle(DefinitionModel):
    """How the register looks on the map."""

    by: str | None = told("ระบายสีตามคุณสมบัตินี้", "Coloured by this property", default=None)
    values: dict[str, Colour] = told("สีของแต่ละค่า", "The colour of each value", default={})
    color: Colour = told("สีหลัก", "The chief colour", default="teal")
    icon: NonBlank | None = told("ไอคอน", "An icon", default=None)
    label: str | None = told("คุณสมบัติที่เขียนข้างรูป", "The property written beside it", default=None)
    min_zoom: Annotated[int, Field(ge=0, le=22)] = told("เริ่มเห็นที่ระดับซูม", "The zoom from which it shows", default=0)
    legend: BothLanguages | None = told("ชื่อในคำอธิบายแผนที่", "Its name in the legend", default=None)
    group: BothLanguages | None = told("กลุ่มชั้นข้อมูล", "The group of layers it stands in", default=None)


class CatalogMetadata(DefinitionModel):
    """What the fourteen mandatory items of the government data catalogue need beyond what the definition tells already."""

    title: Words | None = told("ชื่อชุดข้อมูล หากต่างจากชื่อทะเบียน", "The dataset's title where it differs", default=None)
    objective: Words | None = told("วัตถุประสงค์", "Its objective", default=None)
    keywords: list[NonBlank] = told("คำสำคัญ", "Keywords", default=[])
    maintainer: NonBlank | None = told("ชื่อผู้ติดต่อ", "The contact", default=None)
    maintainer_email: NonBlank | None = told("อีเมลผู้ติดต่อ", "The contact's e-mail", default=None)
    update_frequency_unit: NonBlank | None = told("หน่วยความถี่ของการปรับปรุง", "Unit of the update frequency", default=None)
    update_frequency_interval: int | None = told("ค่าความถี่ของการปรับปรุง", "Interval of the update", default=None, ge=0)
    geo_coverage: NonBlank | None = told("ขอบเขตเชิงภูมิศาสตร์", "Geographic coverage", default=None)
    data_source: NonBlank | None = told("แหล่งที่มา", "Origin", default=None)
    data_category: NonBlank | None = told("หมวดหมู่ตามธรรมาภิบาลข้อมูล", "Category under data governance", default=None)
    license_id: NonBlank | None = told("สัญญาอนุญาต", "Licence", default=None)
    attribution: Words | None = told("ข้อความอ้างอิงแหล่งที่มา", "How the source is to be named", default=None)
    theme: NonBlank | None = told("หมวดเนื้อหา", "The theme", default=None)


class RegisterDefinition(DefinitionBody):
    """A register: a list of things of one kind, with properties, a place, a history and rules of access."""

    kind: Literal["register"] = told("ชนิด", "The kind")
    name: BothLanguages = told("ชื่อทะเบียน", "The register's name")
    about: BothLanguages | None = told("ทะเบียนนี้เก็บอะไร", "What it holds", default=None)
    geometry: GeometryKind = told("รูปทรงบนแผนที่", "The shape on the map", default="none")
    geometry_required: bool = told("ต้องมีตำแหน่งทุกระเบียน", "Every record must have a place", default=False)
    outside: Literal["refuse", "warn"] = told(
        "เมื่อตำแหน่งอยู่นอกประเทศไทย", "What to do with a place outside Thailand", default="refuse"
    )
    key: str | None = told("คุณสมบัติที่ใช้ระบุระเบียน หากไม่มีระบบให้เลข", "The property that tells records apart", default=None)
    title: str | None = told("คุณสมบัติที่ใช้เป็นชื่อระเบียน", "The property shown as a record's name", default=None)
    record: RecordSchema = told("โครงสร้างของระเบียน (JSON Schema)", "The JSON Schema of a record")
    sensitivity: Sensitivity = told("ชั้นความลับของทั้งทะเบียน", "The sensitivity of the register as a whole", default="open")
    access: Access = told("ใครทำอะไรได้", "Who may do what", default=Access())
    changes: Literal["direct", "approval"] = told(
        "แก้ไขได้ทันที หรือต้องมีผู้อนุมัติ", "Changed at once, or after approval", default="direct"
    )
    list: Listing = told("หน้ารายการ", "The list page", default=Listing())
    map: MapStyle | None = told("การแสดงบนแผนที่", "How it looks on the map", default=None)
    metadata: CatalogMetadata = told("ข้อมูลอธิบายชุดข้อมูล", "Metadata of the dataset", default=CatalogMetadata())

    @property
    def seers(self) -> frozenset[str]:
        """The roles that may see the register. Nobody unless named, where it is personal or sensitive."""
        if self.access.see is not None:
            return frozenset(self.access.see)
        by_default: dict[str, frozenset[str]] = {
            "open": frozenset({"public"}),
            "internal": frozenset(ROLES) - frozenset(_OUTSIDERS),
        }
        return by_default.get(self.sensitivity, frozenset())

    @model_validator(mode="after")
    def _named_properties(self) -> Self:
        self._known("key", self.key)
        self._known("title", self.title)
        for name in self.list.columns:
            self._known("list", name)
        for name in (*self.list.filters, (self.list.sort or "").lstrip("-")):
            self._known("list", name, shown=True)
        if self.map is not None:
            self._known("map", self.map.by, shown=True)
            self._known("map", self.map.label, shown=True)
        return self

    @model_validator(mode="after")
    def _sound_key(self) -> Self:
        if self.key is not None:
            found = self.record.properties[self.key]
            if (
                found.type not in ("string", "integer")
                or found.sensitivity in PROTECTED
                or self.key not in self.record.required
            ):
                refuse(
                    Text(f"“{self.key}” เป็นรหัสระเบียนไม่ได้", f"“{self.key}” cannot tell records apart"),
                    Text(
                        "รหัสต้องเป็น string หรือ integer ที่ไม่ปกปิด และอยู่ใน required",
                        "It must be a string or an integer, not protected, and among the required properties",
                    ),
                    at="key",
                )
        if self.title is not None and self.record.properties[self.title].sensitivity in PROTECTED:
            refuse(
                Text(
                    f"“{self.title}” ปกปิดไว้ จึงเป็นชื่อระเบียนไม่ได้",
                    f"“{self.title}” is protected, so it cannot be a record's name",
                ),
                Text("เลือกคุณสมบัติที่ไม่ปกปิด หรือลบ title", "Choose one that is not, or take title out"),
                at="title",
            )
        return self

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        outsiders = [role for role in _OUTSIDERS if role in self.seers]
        if outsiders and self.sensitivity != "open":
            refuse(
                Text(
                    f"ทะเบียนที่เป็น {self.sensitivity} เปิดให้ {outsiders[0]} ไม่ได้",
                    f"A register that is {self.sensitivity} cannot be open to {outsiders[0]}",
                ),
                Text(
                    "ลบออกจาก access.see หรือใช้ sensitivity: open", "Take it out of access.see, or use sensitivity: open"
                ),
                at="access",
            )
        if outsiders:
            hidden = [
                name
                for name, found in self.record.properties.items()
                if found.search and found.sensitivity == "internal"
            ]
            if hidden:
                refuse(
                    Text(
                        f"“{hidden[0]}” เห็นได้เฉพาะเจ้าหน้าที่ จึงค้นในทะเบียนที่เปิดให้ประชาชนไม่ได้",
                        f"“{hidden[0]}” is for staff only, so a register open to the public cannot be searched by it",
                    ),
                    Text("ลบ search: true", "Take search: true out"),
                    at="record",
                )
        if self.map is not None and self.geometry == "none":
            refuse(
                Text("ทะเบียนที่ไม่มีตำแหน่งแสดงบนแผนที่ไม่ได้", "A register without places cannot be on the map"),
                Text("กำหนด geometry เช่น Point หรือลบ map", "Give it a geometry, such as Point, or take map out"),
                at="map",
            )
        return self

    def _known(self, at: str, name: str | None, *, shown: bool = False) -> None:
        if not name:
            return
        found: Any = self.record.properties.get(name)
        if found is None:
            meant = nearest(name, self.record.properties)
            hint = (f"หมายถึง “{meant}” หรือไม่ ", f"Did you mean “{meant}”? ") if meant else ("", "")
            names = ", ".join(self.record.properties)
            refuse(
                Text(f"ไม่มีคุณสมบัติ “{name}” ใน record", f"The record has no property “{name}”"),
                Text(f"{hint[0]}เลือกจาก {names}", f"{hint[1]}Choose from {names}"),
                at=at,
            )
        if shown and found.sensitivity in PROTECTED:
            refuse(
                Text(
                    f"“{name}” ปกปิดไว้ จึงใช้กรอง เรียง หรือแสดงบนแผนที่ไม่ได้",
                    f"“{name}” is protected: it cannot filter, sort or show on the map",
                ),
                Text("เลือกคุณสมบัติที่ไม่ปกปิด", "Choose a property that is not"),
                at=at,
            )
