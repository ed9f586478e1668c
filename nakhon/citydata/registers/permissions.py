"""The rows of registers in the permission table. Which of their holders may enter a register, its definition says (``access``)."""

from nakhon.kernel.permissions import register
from nakhon.people.roles import EVERYONE, STAFF

WORKERS = frozenset({"officer", "supervisor", "registrar"})
DECIDERS = frozenset({"supervisor", "executive", "registrar"})
PRECISE = frozenset({"officer", "supervisor", "registrar", "dpo"})

REGISTER_SEE = register("citydata.register.see", "ดูทะเบียนข้อมูลเมืองที่เปิดให้", "See the registers open to one", EVERYONE)
REGISTER_DEFINE = register("citydata.register.define", "กำหนดทะเบียนข้อมูลเมือง", "Define registers", ["admin"])
HISTORY_SEE = register("citydata.record.history", "ดูประวัติของระเบียน", "See the history of records", STAFF)
RECORD_EDIT = register("citydata.record.edit", "เพิ่มและแก้ไขระเบียนข้อมูลเมือง", "Add and change records", WORKERS)
RECORD_REVEAL = register(
    "citydata.record.reveal",
    "เปิดดูข้อมูลที่ปกปิดในทะเบียนโดยระบุวัตถุประสงค์",
    "Reveal protected properties for a stated purpose",
    PRECISE,
)
CHANGE_PROPOSE = register("citydata.change.propose", "เสนอแก้ไขข้อมูลทะเบียน", "Propose changes to records", STAFF)
CHANGE_DECIDE = register("citydata.change.decide", "พิจารณาคำขอแก้ไขข้อมูลทะเบียน", "Decide proposed changes", DECIDERS)
IMPORT_RUN = register(
    "citydata.import.run", "นำเข้าไฟล์เข้าทะเบียนและถอนการนำเข้า", "Import files and undo imports", WORKERS
)
EXPORT_RUN = register("citydata.export.run", "ส่งออกข้อมูลทะเบียนที่เปิดให้", "Export what one may see of registers", EVERYONE)
