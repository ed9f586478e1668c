"""What the console calls the codes of acts, events, jobs and things: one sentence in each language beside the code itself.

An act's sentence is put together from its subject and its deed, so that most new ones have words without a line here.
"""

from __future__ import annotations

import re

from nakhon.knowledge.text import Text

ROOMS: dict[str, Text] = {
    "citydata": Text("ข้อมูลเมือง", "City data"),
    "kernel": Text("ระบบกลาง", "Platform"),
    "people": Text("บุคคลและหน่วยงาน", "People and organisations"),
    "city": Text("ข้อมูลเมือง", "City record"),
    "definitions": Text("คำนิยาม", "Definitions"),
    "solutions": Text("ชุดระบบ", "Solutions"),
    "web": Text("การเข้าสู่ระบบ", "Sign-in"),
}

SUBJECTS: dict[str, Text] = {
    "citydata.alert": Text("การแจ้งเตือน", "Alert"),
    "citydata.change": Text("คำขอแก้ไขข้อมูลทะเบียน", "Proposed change"),
    "citydata.command": Text("คำสั่งถึงอุปกรณ์", "Command to a device"),
    "citydata.device": Text("อุปกรณ์", "Device"),
    "citydata.dataset": Text("ชุดข้อมูล", "Dataset"),
    "citydata.export": Text("การส่งออกข้อมูลทะเบียน", "Export of a register"),
    "citydata.feed": Text("แหล่งข้อมูลภายนอก", "Feed"),
    "citydata.import": Text("การนำเข้าข้อมูลทะเบียน", "Import into a register"),
    "citydata.map": Text("แผนที่ของทะเบียน", "Map of a register"),
    "citydata.readings": Text("ค่าที่วัดได้", "Readings"),
    "citydata.record": Text("ระเบียนข้อมูลเมือง", "Record of a register"),
    "citydata.records": Text("ระเบียนข้อมูลเมืองหลายรายการ", "Many records of a register"),
    "citydata.register": Text("ทะเบียนข้อมูลเมือง", "Register"),
    "citydata.schedule": Text("ตารางเวลาสั่งงานอุปกรณ์", "Schedule of commands"),
    "citydata.thing": Text("สถานีหรือสิ่งที่วัด", "Station"),
    "citydata.watch": Text("กฎเฝ้าระวัง", "Watch"),
    "definitions.set": Text("คำนิยามของเมือง", "Definitions"),
    "kernel.audit": Text("บันทึกการใช้งาน", "Audit trail"),
    "kernel.file": Text("ไฟล์", "File"),
    "kernel.keys": Text("กุญแจเข้ารหัส", "Encryption keys"),
    "kernel.work": Text("งานเบื้องหลัง", "Background work"),
    "people.breach": Text("เหตุข้อมูลรั่วไหล", "Data breach"),
    "people.consent": Text("ความยินยอม", "Consent"),
    "people.household": Text("ครัวเรือน", "Household"),
    "people.member": Text("บุคลากร", "Member of staff"),
    "people.organisation": Text("หน่วยงาน", "Organisation"),
    "people.person": Text("ระเบียนบุคคล", "Person's record"),
    "people.purpose": Text("วัตถุประสงค์การใช้ข้อมูล", "Purpose"),
    "people.purposes": Text("ชุดวัตถุประสงค์ตั้งต้น", "Typical purposes"),
    "people.retention": Text("การเก็บรักษาข้อมูล", "Retention"),
    "people.rights": Text("คำขอใช้สิทธิ", "Rights request"),
    "people.sensitive": Text("ข้อมูลอ่อนไหว", "Sensitive data"),
    "people.unit": Text("หน่วยงานย่อย", "Unit"),
    "solutions.solution": Text("ชุดระบบ", "Solution"),
    "solutions.upload": Text("ไฟล์ชุดระบบ", "Solution file"),
    "web.account": Text("บัญชีผู้ใช้", "Account"),
    "web.code": Text("รหัสใช้ครั้งเดียว", "One-time code"),
    "web.invitation": Text("คำเชิญ", "Invitation"),
    "web.password": Text("รหัสผ่าน", "Password"),
    "web.provider": Text("บัญชีภายนอก", "Outside account"),
    "web.recovery_codes": Text("รหัสสำรอง", "Recovery codes"),
    "web.second_factor": Text("วิธียืนยันขั้นที่สอง", "Second factor"),
    "web.session": Text("การเข้าใช้งาน", "Session"),
    "web.signin": Text("การเข้าสู่ระบบ", "Sign-in"),
}

DEEDS: dict[str, Text] = {
    "archived": Text("เก็บ{}เข้าแฟ้ม", "{} archived"),
    "disabled": Text("ปิดใช้{}", "{} disabled"),
    "enabled": Text("เปิดใช้{}", "{} enabled"),
    "heard": Text("{}กลับมาส่งค่า", "{} heard again"),
    "key_made": Text("ออกกุญแจของ{}", "{}: key made"),
    "key_revoked": Text("เพิกถอนกุญแจของ{}", "{}: key revoked"),
    "placed": Text("ตั้งตำแหน่งของ{}", "{} placed"),
    "pulled": Text("ดึงข้อมูลจาก{}", "{} pulled"),
    "returned": Text("นำ{}กลับมาใช้", "{} in use again"),
    "run": Text("ทำตาม{}", "{} carried out"),
    "saved": Text("บันทึก{}", "{} saved"),
    "silent": Text("{}ขาดการติดต่อ", "{} silent"),
    "decided": Text("พิจารณา{}", "{} decided"),
    "history_viewed": Text("เปิดดูประวัติของ{}", "History looked at: {}"),
    "proposed": Text("เสนอ{}", "{} proposed"),
    "loaded": Text("นำเข้า{}สาธิตเป็นชุด", "{} loaded in bulk"),
    "refitted": Text("ปรับข้อมูลตามคำนิยามใหม่ของ{}", "{}: records fitted to its new definition"),
    "restored": Text("นำ{}กลับมา", "{} restored"),
    "retired": Text("เลิกใช้{}", "{} retired"),
    "viewed": Text("เปิดดู{}", "{} looked at"),
    "acknowledged": Text("รับทราบ{}", "{} acknowledged"),
    "assigned": Text("มอบหมาย{}", "{} assigned"),
    "added": Text("เพิ่ม{}", "{} added"),
    "adopted": Text("นำ{}มาใช้", "{} adopted"),
    "all_ended": Text("สิ้นสุด{}ทั้งหมด", "All of it ended: {}"),
    "all_replayed": Text("สั่ง{}ที่ล้มเหลวใหม่ทั้งหมด", "All dead letters replayed: {}"),
    "applied": Text("ใช้{}", "{} applied"),
    "assessed": Text("ประเมิน{}", "{} assessed"),
    "attached": Text("แนบ{}", "{} attached"),
    "changed": Text("แก้ไข{}", "{} changed"),
    "closed": Text("ปิด{}", "{} closed"),
    "confirmed": Text("ยืนยัน{}", "{} confirmed"),
    "created": Text("เพิ่ม{}", "{} created"),
    "defined": Text("กำหนด{}", "{} defined"),
    "done": Text("{}สำเร็จ", "{} done"),
    "dropped": Text("ทิ้ง{}", "{} dropped"),
    "edited": Text("แก้ไข{}", "{} edited"),
    "ended": Text("สิ้นสุด{}", "{} ended"),
    "enrolled": Text("ตั้ง{}", "{} enrolled"),
    "erased": Text("ลบ{}ถาวร", "{} erased"),
    "executed": Text("ดำเนินการ{}", "{} carried out"),
    "exported": Text("ส่งออก{}", "{} exported"),
    "extended": Text("ขยายเวลา{}", "{} extended"),
    "failed": Text("{}ไม่สำเร็จ", "{} failed"),
    "finished": Text("{}เสร็จแล้ว", "{} finished"),
    "fulfilled": Text("ดำเนินการตาม{}แล้ว", "{} fulfilled"),
    "given": Text("ให้{}", "{} given"),
    "held": Text("พัก{}", "{} put on hold"),
    "in_progress": Text("เริ่มดำเนินการ{}", "{} in progress"),
    "installed": Text("ติดตั้ง{}", "{} installed"),
    "kept": Text("เก็บ{}", "{} kept"),
    "linked": Text("เชื่อม{}", "{} linked"),
    "merged": Text("รวม{}", "{} merged"),
    "moved": Text("ย้าย{}", "{} moved"),
    "notified": Text("แจ้ง{}ต่อสำนักงานคุ้มครองข้อมูลส่วนบุคคล", "{} notified to the regulator"),
    "opened": Text("เปิด{}", "{} opened"),
    "passed": Text("ผ่าน{}", "{} passed"),
    "read": Text("เปิดดู{}", "{} read"),
    "received": Text("รับ{}", "{} received"),
    "recorded": Text("บันทึก{}", "{} recorded"),
    "refused": Text("ปฏิเสธ{}", "{} refused"),
    "registered": Text("ขึ้นทะเบียน{}", "{} registered"),
    "removed": Text("นำ{}ออก", "{} removed"),
    "renewed": Text("ออก{}ใหม่", "{} renewed"),
    "reopened": Text("เปิด{}อีกครั้ง", "{} opened again"),
    "replayed": Text("สั่ง{}ใหม่", "{} replayed"),
    "reported": Text("รายงาน{}", "{} reported"),
    "reset": Text("รีเซ็ต{}", "{} reset"),
    "restricted": Text("ระงับการใช้{}", "{} restricted"),
    "revealed": Text("เปิดดู{}แบบไม่ปกปิด", "{} revealed"),
    "revoked": Text("เพิกถอน{}", "{} revoked"),
    "rotated": Text("หมุนเวียน{}", "{} rotated"),
    "searched": Text("ค้นหา{}", "{} searched"),
    "sent": Text("ส่ง{}", "{} sent"),
    "shown": Text("แสดง{}", "{} shown"),
    "stored": Text("รับ{}", "{} stored"),
    "told": Text("แจ้งเจ้าของข้อมูลเรื่อง{}", "{}: persons told"),
    "unlinked": Text("เลิกเชื่อม{}", "{} unlinked"),
    "unrestricted": Text("เลิกระงับการใช้{}", "{} no longer restricted"),
    "used": Text("ใช้{}", "{} used"),
    "verified": Text("ตรวจสอบ{}", "{} verified"),
    "verifying": Text("รอยืนยันตัวตนของ{}", "{}: identity being verified"),
    "withdrawn": Text("ถอน{}", "{} withdrawn"),
}

ACTS: dict[str, Text] = {
    "citydata.dataset.file_added": Text("เพิ่มไฟล์ในชุดข้อมูล", "File added to a dataset"),
    "citydata.dataset.file_removed": Text("นำไฟล์ออกจากชุดข้อมูล", "File taken out of a dataset"),
    "citydata.watch.switched_off": Text("ปิดใช้กฎเฝ้าระวัง", "Watch switched off"),
    "citydata.watch.switched_on": Text("เปิดใช้กฎเฝ้าระวัง", "Watch switched on"),
    "citydata.watch.trial_asked": Text("สั่งทดลองกฎเฝ้าระวังกับข้อมูลย้อนหลัง", "Trial of a watch asked for"),
    "citydata.export.begun": Text("ส่งออกข้อมูลทะเบียน", "Records of a register exported"),
    "citydata.export.expired": Text("ลบไฟล์ส่งออกที่หมดอายุ", "Export erased when its time was over"),
    "citydata.import.bad_rows": Text("ดาวน์โหลดแถวที่ไม่ผ่านการนำเข้า", "Refused rows of an import downloaded"),
    "citydata.import.begun": Text("รับไฟล์เพื่อนำเข้าทะเบียน", "File for an import received"),
    "citydata.import.cancelled": Text("ยกเลิกการนำเข้าข้อมูลทะเบียน", "Import cancelled"),
    "citydata.import.file_erased": Text("ลบไฟล์ของการนำเข้าที่จบแล้ว", "File of a finished import erased"),
    "citydata.import.finished": Text("นำเข้าข้อมูลทะเบียนเสร็จ", "Import finished"),
    "citydata.import.mapped": Text("จับคู่คอลัมน์ของไฟล์นำเข้า", "Columns of an import mapped"),
    "citydata.import.undo": Text("สั่งถอนการนำเข้าข้อมูลทะเบียน", "Undoing of an import asked for"),
    "citydata.import.undone": Text("ถอนการนำเข้าข้อมูลทะเบียนแล้ว", "Import undone"),
    "kernel.audit.verification_asked": Text("สั่งตรวจสอบบันทึกการใช้งาน", "Verifying of the audit trail asked for"),
    "people.breach.officers_told": Text("แจ้งเจ้าหน้าที่คุ้มครองข้อมูลเรื่องข้อมูลรั่วไหล", "Data breach: protection officers told"),
    "people.breach.persons_told": Text("แจ้งเจ้าของข้อมูลเรื่องข้อมูลรั่วไหล", "Data breach: persons told"),
    "people.breach.regulator_notified": Text(
        "แจ้งข้อมูลรั่วไหลต่อสำนักงานคุ้มครองข้อมูลส่วนบุคคล", "Data breach: regulator notified"
    ),
    "people.household.moved": Text("ย้ายบุคคลระหว่างครัวเรือน", "Person moved between households"),
    "people.organisation.edited": Text("แก้ไขข้อมูลหน่วยงาน", "Organisation's record edited"),
    "people.person.registered": Text("ขึ้นทะเบียนบุคคล", "Person registered"),
    "people.person.used": Text("นำข้อมูลบุคคลไปใช้ตามวัตถุประสงค์", "Person's data used for a purpose"),
    "people.retention.executed": Text("ลบข้อมูลที่ครบกำหนดเก็บ", "Data that was due to go erased"),
    "people.retention.reported": Text("รายงานข้อมูลที่ครบกำหนดเก็บ", "Data that is due to go reported"),
    "people.rights.officers_told": Text(
        "แจ้งเจ้าหน้าที่คุ้มครองข้อมูลเรื่องคำขอใช้สิทธิ", "Rights request: protection officers told"
    ),
    "people.rights.reminded": Text("เตือนกำหนดเวลางานคุ้มครองข้อมูล", "Deadlines of data protection reminded of"),
    "web.contact.changed": Text("เปลี่ยนเบอร์โทรศัพท์หรืออีเมลของบัญชี", "Phone or e-mail of an account changed"),
    "web.contact.confirmed": Text("ยืนยันเบอร์โทรศัพท์หรืออีเมลของบัญชี", "Phone or e-mail of an account confirmed"),
    "web.password.changed": Text("เปลี่ยนรหัสผ่าน", "Password changed"),
    "people.member.ended": Text("ให้บุคลากรพ้นหน้าที่", "Membership ended"),
    "people.member.changed": Text("เปลี่ยนบทบาทหรือตำแหน่งของบุคลากร", "Roles, title or units of a member changed"),
    "people.person.account_linked": Text("ผูกบัญชีกับระเบียนบุคคล", "Account linked to a person's record"),
    "people.person.account_unlinked": Text("เลิกผูกบัญชีกับระเบียนบุคคล", "Account unlinked from a person's record"),
    "people.person.merged_away": Text("ระเบียนบุคคลถูกรวมเข้ากับระเบียนอื่น", "Person's record merged into another"),
    "people.retention.rule_set": Text("กำหนดระยะเวลาเก็บข้อมูล", "Retention rule set"),
    "web.password.passed": Text("ผ่านรหัสผ่าน", "Password accepted"),
    "web.password.reset_asked": Text("ขอตั้งรหัสผ่านใหม่", "Password reset asked for"),
    "web.session.all_ended": Text("ออกจากระบบทุกอุปกรณ์", "Signed out everywhere"),
    "web.signin.done": Text("เข้าสู่ระบบ", "Signed in"),
    "web.signin.ended": Text("ออกจากระบบ", "Signed out"),
    "web.signin.failed": Text("เข้าสู่ระบบไม่สำเร็จ", "Sign-in failed"),
    "kernel.work.all_replayed": Text("สั่งงานที่ล้มเหลวใหม่ทั้งหมด", "All dead letters replayed"),
}
"""Acts whose sentence is not the sum of its parts."""

ACTORS: dict[str, Text] = {
    "public": Text("ผู้ที่ยังไม่ได้เข้าสู่ระบบ", "Somebody not signed in"),
    "citizen": Text("ประชาชน", "Citizen"),
    "staff": Text("เจ้าหน้าที่", "Staff"),
    "device": Text("อุปกรณ์", "Device"),
    "system": Text("ระบบ", "The platform"),
}

LABELS: dict[str, Text] = {
    "watches": Text("กฎเฝ้าระวัง", "Watches"),
    "worker": Text("งานเบื้องหลัง", "Background work"),
    "schedule": Text("งานตามเวลา", "Schedule"),
    "setup": Text("การติดตั้ง", "Set-up"),
    "demonstration": Text("ข้อมูลสาธิต", "Demonstration"),
}
"""What the parts of the platform that act by themselves are called."""


def label_words(label: str) -> Text | None:
    """The name of somebody or something that acted, as it was recorded; in words where the platform itself acted."""
    return LABELS.get(label, Text(label, label)) if label else None


FACTS: dict[str, Text] = {
    "citydata.DatasetFileAdded": Text("เพิ่มไฟล์ในชุดข้อมูลแล้ว", "File added to a dataset"),
    "citydata.DatasetFileRemoved": Text("นำไฟล์ออกจากชุดข้อมูลแล้ว", "File taken out of a dataset"),
    "citydata.TrialFinished": Text("ทดลองกฎเฝ้าระวังเสร็จแล้ว", "Trial of a watch finished"),
    "citydata.WatchSwitched": Text("เปิดหรือปิดใช้กฎเฝ้าระวังแล้ว", "Watch switched on or off"),
    "kernel.audit.verification_asked": Text("สั่งตรวจสอบบันทึกการใช้งาน", "Verifying of the audit trail asked for"),
    "definitions.DefinitionsApplied": Text("ใช้คำนิยามของเมืองแล้ว", "Definitions applied"),
    "people.PersonsMerged": Text("รวมระเบียนบุคคลแล้ว", "Persons merged"),
    "people.MembershipEnded": Text("บุคลากรพ้นหน้าที่แล้ว", "Membership ended"),
    "people.RightsRequestClosed": Text("คำขอใช้สิทธิสิ้นสุดแล้ว", "Rights request closed"),
}
"""Facts whose sentence is not the sum of its parts."""

_FACT_SUBJECTS: dict[str, str] = {
    "Alert": "citydata.alert",
    "Command": "citydata.command",
    "Thing": "citydata.thing",
    "Import": "citydata.import",
    "Change": "citydata.change",
    "Record": "citydata.record",
    "Records": "citydata.records",
    "Breach": "people.breach",
    "Consent": "people.consent",
    "Household": "people.household",
    "Member": "people.member",
    "Organisation": "people.organisation",
    "Person": "people.person",
    "Purpose": "people.purpose",
    "RightsRequest": "people.rights",
    "Solution": "solutions.solution",
    "Unit": "people.unit",
}

JOBS: dict[str, Text] = {
    "citydata.archive.merge": Text("รวมค่าที่มาช้าเข้าแฟ้มของวันเก่า", "Merge late readings into an archived day"),
    "citydata.feed.pull": Text("ดึงข้อมูลจากแหล่งภายนอก", "Pull a feed"),
    "citydata.things.follow": Text("ปรับสถานีให้ตรงกับทะเบียน", "Bring stations into step with a register"),
    "citydata.export.make": Text("เตรียมไฟล์ส่งออก", "Make the file of an export"),
    "citydata.import.finish": Text("เลิกใช้ระเบียนที่ไม่มีในไฟล์นำเข้า", "Retire records that an import does not name"),
    "citydata.import.step": Text("นำเข้าข้อมูลทะเบียนทีละส่วน", "Bring in a part of a file"),
    "citydata.import.undo": Text("ถอนการนำเข้าทีละส่วน", "Undo a part of an import"),
    "citydata.refit_register": Text("ปรับระเบียนตามคำนิยามใหม่ของทะเบียน", "Fit records to a register's new definition"),
    "files.erase": Text("ลบไฟล์ถาวร", "Erase a file"),
    "files.previews": Text("สร้างภาพตัวอย่าง", "Make previews"),
    "kernel.verify_audit": Text("ตรวจสอบบันทึกการใช้งาน", "Verify the audit trail"),
    "people.message": Text("ส่งข้อความถึงผู้รับ", "Send a message"),
    "web.invitation": Text("ส่งคำเชิญถึงบุคลากรใหม่", "Invite a new member of staff"),
    "web.password_reset": Text("ส่งลิงก์ตั้งรหัสผ่านใหม่", "Send a password reset link"),
}

_FACT = re.compile(r"^([A-Z][A-Za-z]*?)([A-Z][a-z]+)$")


def act_words(action: str) -> Text | None:
    """What an act is called; None where nobody has given it words."""
    if action in ACTS:
        return ACTS[action]
    subject, _, deed = action.rpartition(".")
    return _together(subject, deed)


def fact_words(name: str) -> Text | None:
    """What a fact (``people.UnitMoved``) is called; None where nobody has given it words."""
    if name in FACTS:
        return FACTS[name]
    found = _FACT.match(name.partition(".")[2])
    subject = _FACT_SUBJECTS.get(found[1], "") if found else ""
    return _together(subject, found[2].lower()) if found else None


def job_words(name: str) -> Text | None:
    """What a job or a handler is called; a scheduled one by what its schedule says; None where it has no words."""
    from nakhon.kernel.tasks import schedules

    if name.startswith("schedule:"):
        return next((one.text for one in schedules() if f"schedule:{one.name}" == name), None)
    return JOBS.get(name)


def _together(subject: str, deed: str) -> Text | None:
    if subject not in SUBJECTS or deed not in DEEDS:
        return None
    noun, pattern = SUBJECTS[subject], DEEDS[deed]
    return Text(pattern.th.format(noun.th), pattern.en.format(noun.en))
