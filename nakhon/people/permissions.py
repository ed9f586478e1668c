"""The room's rows of the permission table: each permission and the roles that hold it.

The administrator arranges the platform and sees no citizen; those who serve citizens see them masked and say why they look.
"""

from nakhon.kernel.permissions import register
from nakhon.people.roles import EVERYONE, STAFF

SIGNED_IN = EVERYONE - {"public"}
COUNTER = frozenset({"officer", "supervisor", "registrar"})

ORGANISATION_READ = register(
    "people.organisation.read", "ดูทำเนียบหน่วยงาน", "See the directory of organisations", EVERYONE
)
ORGANISATION_EDIT = register("people.organisation.edit", "แก้ไขข้อมูลหน่วยงาน", "Edit the organisation's record", ["admin"])
ORGANISATION_CREATE = register(
    "people.organisation.create", "เพิ่มและย้ายหน่วยงานในสังกัด", "Add and move organisations below one's own", ["admin"]
)
UNIT_READ = register("people.unit.read", "ดูโครงสร้างหน่วยงาน", "See the units", STAFF)
UNIT_EDIT = register("people.unit.edit", "จัดโครงสร้างหน่วยงาน", "Arrange the units", ["admin"])
MEMBER_READ = register("people.member.read", "ดูรายชื่อบุคลากร", "See the staff", STAFF)
MEMBER_EDIT = register("people.member.edit", "จัดการบุคลากรและสิทธิ์", "Manage staff and their roles", ["admin"])

PERSON_READ = register(
    "people.person.read", "ค้นและดูทะเบียนบุคคล (ปกปิด)", "Find and see persons, masked", [*COUNTER, "dpo"]
)
PERSON_EDIT = register("people.person.edit", "ขึ้นทะเบียนและแก้ไขข้อมูลบุคคล", "Register and edit persons", COUNTER)
PERSON_REVEAL = register(
    "people.person.reveal",
    "เปิดดูข้อมูลส่วนบุคคลโดยระบุวัตถุประสงค์",
    "Reveal personal data for a stated purpose",
    [*COUNTER, "dpo"],
)
PERSON_MERGE = register(
    "people.person.merge", "รวมระเบียนบุคคลที่ซ้ำ", "Merge duplicate persons", ["supervisor", "registrar"]
)
PERSON_RESTRICTED = register(
    "people.person.restricted", "ดูข้อมูลที่ถูกระงับการใช้", "See data whose use is restricted", ["dpo"]
)
SENSITIVE_READ = register(
    "people.sensitive.read", "เปิดดูข้อมูลอ่อนไหว (มาตรา 26)", "Read sensitive data (section 26)", ["registrar", "dpo"]
)
SENSITIVE_EDIT = register(
    "people.sensitive.edit", "บันทึกข้อมูลอ่อนไหว (มาตรา 26)", "Record sensitive data (section 26)", ["registrar"]
)
HOUSEHOLD_READ = register("people.household.read", "ดูข้อมูลครัวเรือน", "See households", [*COUNTER, "dpo"])
HOUSEHOLD_EDIT = register("people.household.edit", "จัดการข้อมูลครัวเรือน", "Manage households", COUNTER)

PURPOSE_READ = register(
    "people.purpose.read", "ดูวัตถุประสงค์และประกาศความเป็นส่วนตัว", "Read purposes and privacy notices", EVERYONE
)
PURPOSE_EDIT = register("people.purpose.edit", "กำหนดวัตถุประสงค์การใช้ข้อมูล", "Define purposes of processing", ["dpo"])
CONSENT_CHECK = register("people.consent.check", "ตรวจว่าใช้ข้อมูลได้หรือไม่", "Check whether data may be used", SIGNED_IN)
CONSENT_READ = register("people.consent.read", "ดูประวัติความยินยอม", "See the history of consent", [*COUNTER, "dpo"])
CONSENT_RECORD = register(
    "people.consent.record", "บันทึกความยินยอมที่เคาน์เตอร์", "Record consent given at the counter", [*COUNTER, "dpo"]
)
OWN_DATA = register("people.own.use", "ดูและจัดการข้อมูลของตนเอง", "See and manage one's own data", SIGNED_IN)

RIGHTS_RECEIVE = register("people.rights.receive", "รับคำขอใช้สิทธิ", "Receive rights requests", [*COUNTER, "dpo"])
RIGHTS_READ = register("people.rights.read", "ดูคำขอใช้สิทธิ", "See rights requests", ["registrar", "dpo"])
RIGHTS_DECIDE = register("people.rights.decide", "พิจารณาคำขอใช้สิทธิ", "Decide rights requests", ["dpo"])
BREACH_REPORT = register("people.breach.report", "แจ้งเหตุข้อมูลรั่วไหล", "Report a personal data breach", STAFF)
BREACH_READ = register(
    "people.breach.read", "ดูเหตุข้อมูลรั่วไหล", "See personal data breaches", ["executive", "auditor", "dpo"]
)
BREACH_HANDLE = register("people.breach.handle", "จัดการเหตุข้อมูลรั่วไหล", "Handle personal data breaches", ["dpo"])
PROCESSING_READ = register(
    "people.processing.read",
    "ดูบันทึกรายการประมวลผล (ROPA)",
    "Read the record of processing",
    ["executive", "auditor", "dpo"],
)
RETENTION_READ = register(
    "people.retention.read", "ดูรายงานครบกำหนดเก็บข้อมูล", "Read retention reports", ["auditor", "dpo"]
)
RETENTION_EXECUTE = register("people.retention.execute", "ลบข้อมูลที่ครบกำหนดเก็บ", "Carry out retention", ["dpo"])
