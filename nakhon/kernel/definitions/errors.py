"""What may go wrong when definitions are planned and applied."""

from nakhon.kernel.definitions.faults import FaultyDefinitions
from nakhon.kernel.errors import Conflict, NotFound
from nakhon.knowledge.text import Text

__all__ = ["DefinitionHoldsData", "DefinitionInUse", "DefinitionNotFound", "FaultyDefinitions", "PlanChanged"]


class PlanChanged(Conflict):
    code = "definitions.plan_changed"
    default_message = Text(
        "ข้อมูลเปลี่ยนไปหลังจากที่แสดงแผน จึงยังไม่ได้ดำเนินการ",
        "Something changed after the plan was shown, so nothing was applied",
    )
    default_remedy = Text("ดูแผนใหม่แล้วยืนยันอีกครั้ง", "Look at the new plan and confirm again")


class DefinitionInUse(Conflict):
    code = "definitions.in_use"
    default_remedy = Text(
        "แก้หรือนำรายการที่อ้างถึงออกก่อน แล้วลองอีกครั้ง", "Change or remove what refers to it first, then try again"
    )


class DefinitionHoldsData(Conflict):
    code = "definitions.holds_data"
    default_remedy = Text(
        "ย้ายหรือปิดข้อมูลเหล่านั้นก่อน หรือสั่งให้เก็บรายการที่มีข้อมูลไว้ (--keep-data)",
        "Move or close that data first, or ask to keep what holds data (--keep-data)",
    )


class DefinitionNotFound(NotFound):
    code = "definitions.not_found"
    default_message = Text("ไม่พบคำนิยามนี้", "There is no such definition")
    default_remedy = Text(
        "ตรวจชนิดและรหัส ดูรายการได้ที่หน้าคำนิยาม", "Check its kind and id; the list of definitions shows them all"
    )
