"""Failures of the people room, beside those of the kernel that it raises as they are."""

from __future__ import annotations

from nakhon.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from nakhon.knowledge.text import Text


class WouldCircle(Invalid):
    code = "people.would_circle"
    default_message = Text("ย้ายไปอยู่ใต้หน่วยย่อยของตนเองไม่ได้", "It cannot be moved below itself or one of its own parts")
    default_remedy = Text("เลือกหน่วยงานแม่อื่น", "Choose another parent")


class UnitInUse(Conflict):
    """``fields`` is empty; the message names who or what still belongs to the unit."""

    code = "people.unit_in_use"
    default_message = Text("หน่วยงานนี้ยังมีบุคลากรหรือหน่วยย่อยอยู่", "The unit still has members or open parts")
    default_remedy = Text("ย้ายบุคลากรและหน่วยย่อยออกก่อน แล้วปิดอีกครั้ง", "Move them elsewhere first, then close it again")


class LastAdministrator(Conflict):
    code = "people.last_administrator"
    default_message = Text("หน่วยงานต้องมีผู้ดูแลระบบอย่างน้อยหนึ่งคน", "An organisation must keep at least one administrator")
    default_remedy = Text("แต่งตั้งผู้ดูแลระบบคนใหม่ก่อน", "Appoint another administrator first")


class AlreadyMember(Conflict):
    code = "people.already_member"
    default_message = Text("บุคคลนี้เป็นบุคลากรของหน่วยงานอยู่แล้ว", "This person is a member of the staff already")
    default_remedy = Text("แก้ไขบทบาทจากรายชื่อบุคลากร", "Change the roles in the list of staff")


class AlreadyRegistered(Conflict):
    """The same identity number is held by another record. ``person_id`` is that record's id, for a link."""

    code = "people.already_registered"
    default_message = Text("มีบุคคลที่ใช้เลขประจำตัวนี้ในทะเบียนแล้ว", "A person with this identity number is registered already")
    default_remedy = Text(
        "เปิดระเบียนเดิม หรือรวมระเบียนถ้าเป็นคนเดียวกัน", "Open the existing record, or merge the two if they are one person"
    )

    def __init__(self, person_id: str) -> None:
        super().__init__()
        self.person_id = person_id


class Restricted(Forbidden):
    code = "people.restricted"
    default_message = Text(
        "เจ้าของข้อมูลขอระงับการใช้ข้อมูลนี้ (มาตรา 34)", "The person has had the use of this data restricted (section 34)"
    )
    default_remedy = Text(
        "ติดต่อเจ้าหน้าที่คุ้มครองข้อมูลส่วนบุคคล (DPO) ของหน่วยงาน", "Ask your organisation's data protection officer"
    )


class PurposeUnknown(Invalid):
    code = "people.purpose_unknown"
    default_message = Text("ไม่มีวัตถุประสงค์นี้ในบันทึกรายการประมวลผล", "This purpose is not in the record of processing")
    default_remedy = Text(
        "เลือกวัตถุประสงค์จากรายการที่หน่วยงานประกาศไว้", "Choose a purpose that the organisation has declared"
    )


class GuardianNeeded(Invalid):
    code = "people.guardian_needed"
    default_message = Text(
        "ผู้ให้ความยินยอมยังไม่บรรลุนิติภาวะ ต้องให้ผู้ใช้อำนาจปกครองให้ความยินยอม (มาตรา 20)",
        "The person is a minor: a holder of parental power must consent (section 20)",
    )
    default_remedy = Text("ระบุผู้ปกครองที่ให้ความยินยอม", "Name the guardian who consents")


class ConsentNotTheBasis(Invalid):
    code = "people.consent_not_the_basis"
    default_message = Text(
        "วัตถุประสงค์นี้ไม่ได้ใช้ฐานความยินยอม จึงไม่ต้องขอและถอนความยินยอมไม่ได้",
        "This purpose does not rest on consent, so none is asked for and none can be withdrawn",
    )
    default_remedy = Text(
        "หากไม่เห็นด้วยกับการใช้ข้อมูล ใช้สิทธิคัดค้านได้ที่หน้า “คำขอใช้สิทธิ”",
        "To disagree with this use, object on the page of rights requests",
    )


class WrongStep(Conflict):
    code = "people.wrong_step"
    default_message = Text("ทำขั้นตอนนี้ในสถานะปัจจุบันไม่ได้", "This step is not possible in the present state")
    default_remedy = Text("เปิดรายการล่าสุดและทำขั้นตอนที่แสดง", "Open the latest version and take one of the steps shown")


class PersonNotFound(NotFound):
    code = "people.person_not_found"
    default_message = Text("ไม่พบบุคคลนี้ในทะเบียน", "No such person is registered here")
    default_remedy = Text("ค้นหาอีกครั้งด้วยชื่อ เลขประจำตัว หรือโทรศัพท์", "Search again by name, identity number or telephone")


class NotLinked(NotFound):
    code = "people.not_linked"
    default_message = Text(
        "บัญชีนี้ยังไม่ได้เชื่อมกับข้อมูลของคุณที่หน่วยงานนี้", "This account is not linked to a record of yours here yet"
    )
    default_remedy = Text(
        "กรอกข้อมูลของคุณในหน้าโปรไฟล์ หรือนำบัตรประชาชนไปติดต่อเจ้าหน้าที่",
        "Fill in your profile, or bring your ID card to the office",
    )
