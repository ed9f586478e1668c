"""Failures of registers, beside those of the kernel that they raise as they are."""

from __future__ import annotations

from typing import Any

from nakhon.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from nakhon.knowledge.text import Text


class RegisterNotFound(NotFound):
    code = "citydata.register_not_found"
    default_message = Text("ไม่พบทะเบียนข้อมูลนี้", "There is no such register")
    default_remedy = Text("เลือกจากรายการทะเบียนที่คุณเปิดดูได้", "Choose one of the registers that are open to you")


class RegisterClosed(Forbidden):
    """The actor is on the staff, but the register's definition does not name the actor's roles."""

    code = "citydata.register_closed"
    default_message = Text("คุณไม่มีสิทธิ์ทำรายการนี้ในทะเบียนนี้", "You may not do this in this register")
    default_remedy = Text(
        "ขอให้ผู้ดูแลระบบเพิ่มบทบาทของคุณในคำนิยามของทะเบียน (access)",
        "Ask the administrator to name your role in the register's definition (access)",
    )


class RegisterInactive(Conflict):
    code = "citydata.register_inactive"
    default_message = Text("ทะเบียนนี้ปิดใช้งานแล้ว", "The register is closed")
    default_remedy = Text("ขอให้ผู้ดูแลระบบนำคำนิยามของทะเบียนกลับมา", "Ask the administrator to bring its definition back")


class RecordNotFound(NotFound):
    code = "citydata.record_not_found"
    default_message = Text("ไม่พบระเบียนนี้ในทะเบียน", "There is no such record in the register")
    default_remedy = Text("ค้นหาอีกครั้งด้วยรหัสหรือคำ", "Search again by its key or by words")


class RecordInvalid(Invalid):
    """A record that its register's definition refuses; ``fields`` is by property, with ``geometry`` and ``key`` beside."""

    code = "citydata.record_invalid"
    default_message = Text("ข้อมูลของระเบียนไม่ตรงตามที่ทะเบียนกำหนด", "The record is not as the register defines it")


class KeyTaken(Conflict):
    code = "citydata.key_taken"
    default_message = Text("มีระเบียนที่ใช้รหัสนี้แล้ว", "A record with this key is there already")
    default_remedy = Text("เปิดระเบียนเดิม หรือใช้รหัสอื่น", "Open that record, or use another key")


class RecordConflict(Conflict):
    """Somebody changed the record after it was shown. ``current`` is the record as it is, ``yours`` what was sent: nothing is lost."""

    code = "citydata.record_conflict"
    default_message = Text("มีผู้แก้ไขระเบียนนี้หลังจากที่คุณเปิดดู", "Somebody changed this record after you opened it")
    default_remedy = Text(
        "เทียบค่าปัจจุบันกับค่าของคุณ แล้วเลือกบันทึกอีกครั้ง", "Compare the present values with yours, choose, and save again"
    )

    def __init__(self, current: Any = None, yours: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.current = current
        self.yours = dict(yours or {})


class RecordRetired(Conflict):
    code = "citydata.record_retired"
    default_message = Text("ระเบียนนี้เลิกใช้แล้ว", "The record has been retired")
    default_remedy = Text("นำระเบียนกลับมาใช้ก่อน แล้วจึงแก้ไข", "Restore it first, then change it")


class NeedsApproval(Forbidden):
    code = "citydata.needs_approval"
    default_message = Text("ทะเบียนนี้แก้ไขโดยต้องมีผู้อนุมัติ", "Changes to this register need approval")
    default_remedy = Text("ส่งเป็นคำขอแก้ไขให้ผู้อนุมัติพิจารณา", "Send it as a proposed change")


class ChangeNotFound(NotFound):
    code = "citydata.change_not_found"
    default_message = Text("ไม่พบคำขอแก้ไขนี้", "There is no such proposed change")
    default_remedy = Text("เปิดจากรายการคำขอที่รอพิจารณา", "Open it from the list of changes that wait")


class ChangeDecided(Conflict):
    code = "citydata.change_decided"
    default_message = Text("คำขอแก้ไขนี้ได้รับการพิจารณาไปแล้ว", "This proposed change has been decided already")
    default_remedy = Text("ส่งคำขอใหม่หากยังต้องการแก้ไข", "Propose it again if it is still wanted")


class OwnChange(Forbidden):
    code = "citydata.own_change"
    default_message = Text("คุณพิจารณาคำขอของตนเองไม่ได้", "You cannot decide a change that you proposed")
    default_remedy = Text("ให้ผู้อนุมัติคนอื่นพิจารณา", "Let another approver decide it")


class TooManyRecords(TooLarge):
    code = "citydata.too_many_records"
    default_message = Text("ระเบียนที่เลือกมีมากเกินไป", "Too many records are chosen")
    default_remedy = Text("กรองให้แคบลง หรือใช้การนำเข้าไฟล์แทน", "Filter more narrowly, or import a file instead")


class FilterRefused(Invalid):
    code = "citydata.filter_refused"
    default_message = Text("ตัวกรองใช้ไม่ได้", "The filter cannot be used")
    default_remedy = Text("แก้ตัวกรองตามที่ระบุ", "Mend the filter as told")
