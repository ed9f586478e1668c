"""The fourteen items that every dataset of a Thai state agency must describe, and what may be published openly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text

PUBLIC_DATA = "ข้อมูลสาธารณะ"
PERSONAL_DATA = "ข้อมูลส่วนบุคคล"
SECURITY_DATA = "ข้อมูลความมั่นคง"
CLASSIFIED_DATA = "ข้อมูลความลับทางราชการ"
DATA_CATEGORIES = (PUBLIC_DATA, PERSONAL_DATA, SECURITY_DATA, CLASSIFIED_DATA)
"""Source: Digital Government Act B.E. 2562 s.8; data classes of the Government Data Catalog (GD Catalog)."""


class DatasetError(KnowledgeError):
    """A dataset that may not be published as it is."""


@dataclass(frozen=True, slots=True)
class MandatoryItem:
    """One of the fourteen: its number, the CKAN fields that hold it (all are needed), and its name."""

    number: int
    fields: tuple[str, ...]
    name: Text


MANDATORY_ITEMS: tuple[MandatoryItem, ...] = (
    MandatoryItem(1, ("data_type",), Text("ประเภทชุดข้อมูล", "Type of dataset")),
    MandatoryItem(2, ("title",), Text("ชื่อชุดข้อมูล", "Title")),
    MandatoryItem(3, ("owner_org",), Text("องค์กร", "Organisation")),
    MandatoryItem(4, ("maintainer",), Text("ชื่อผู้ติดต่อ", "Contact")),
    MandatoryItem(5, ("maintainer_email",), Text("อีเมลผู้ติดต่อ", "Contact's e-mail")),
    MandatoryItem(6, ("tag_string",), Text("คำสำคัญ", "Keywords")),
    MandatoryItem(7, ("notes",), Text("รายละเอียด", "Description")),
    MandatoryItem(8, ("objective",), Text("วัตถุประสงค์", "Objective")),
    MandatoryItem(
        9, ("update_frequency_unit", "update_frequency_interval"), Text("ความถี่ในการปรับปรุง", "Frequency of update")
    ),
    MandatoryItem(10, ("geo_coverage",), Text("ขอบเขตเชิงภูมิศาสตร์", "Geographic coverage")),
    MandatoryItem(11, ("data_source",), Text("แหล่งที่มา", "Origin")),
    MandatoryItem(12, ("data_format",), Text("รูปแบบการเก็บข้อมูล", "Format")),
    MandatoryItem(13, ("data_category",), Text("หมวดหมู่ตามธรรมาภิบาลข้อมูล", "Category under data governance")),
    MandatoryItem(14, ("license_id",), Text("สัญญาอนุญาต", "Licence")),
)
"""Source: Government Data Catalog metadata standard, the field names of the national CKAN extension."""


def missing_items(dataset: Mapping[str, object]) -> tuple[int, ...]:
    """The numbers of the mandatory items that ``dataset`` (CKAN fields) leaves out or blank; empty when complete.

    Source: Government Data Catalog metadata standard.
    """
    return tuple(item.number for item in MANDATORY_ITEMS if any(_blank(dataset.get(name)) for name in item.fields))


def require_publishable(dataset: Mapping[str, object]) -> None:
    """Raise ``DatasetError`` unless ``dataset`` may stand on the public portal.

    ``datacatalog.not_public`` unless its category is public data; ``datacatalog.incomplete`` names the missing items.
    Source: Digital Government Act B.E. 2562 s.17; Government Data Catalog metadata standard.
    """
    category = dataset.get("data_category")
    if not _blank(category) and category != PUBLIC_DATA:
        raise DatasetError(
            "datacatalog.not_public",
            Text(f"เผยแพร่ไม่ได้ เพราะเป็น{category}", f"It cannot be published: its category is {category}"),
            Text(
                f"เผยแพร่ได้เฉพาะ{PUBLIC_DATA} ทำข้อมูลให้ไม่ระบุตัวตนก่อน แล้วจัดหมวดหมู่ใหม่",
                "Only public data may be published: make it anonymous and classify it anew",
            ),
        )
    if missing := missing_items(dataset):
        items = [item for item in MANDATORY_ITEMS if item.number in missing]
        raise DatasetError(
            "datacatalog.incomplete",
            Text(f"ข้อมูลอธิบายชุดข้อมูลไม่ครบ {len(items)} รายการ", f"{len(items)} mandatory items are missing"),
            Text(
                "กรอกรายการที่ " + ", ".join(f"{item.number} {item.name.th}" for item in items),
                "Fill in " + ", ".join(f"{item.number} {item.name.en}" for item in items),
            ),
        )


def _blank(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | tuple) and not any(not _blank(one) for one in value))
