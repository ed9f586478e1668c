"""Failures of imports and exports, beside those of reading and of registers."""

from __future__ import annotations

from nakhon.kernel.errors import Conflict, Invalid, NotFound
from nakhon.knowledge.text import Text


class ImportNotFound(NotFound):
    code = "citydata.import_not_found"
    default_message = Text("ไม่พบการนำเข้านี้", "There is no such import")
    default_remedy = Text("เปิดจากรายการนำเข้าของทะเบียน", "Open it from the register's list of imports")


class ImportStateWrong(Conflict):
    code = "citydata.import_state"
    default_message = Text("การนำเข้านี้อยู่ในสถานะที่ทำรายการนี้ไม่ได้", "The import is not in a state in which this can be done")
    default_remedy = Text("เปิดหน้าการนำเข้าเพื่อดูสถานะล่าสุด", "Open the import to see where it stands")


class MappingRefused(Invalid):
    """``fields`` is by property, with ``geometry``, ``srid`` and ``policy`` beside."""

    code = "citydata.mapping_refused"
    default_message = Text("การจับคู่คอลัมน์ยังไม่ถูกต้อง", "The mapping of columns is not right yet")
    default_remedy = Text("แก้ตามที่ระบุ แล้วดูตัวอย่างอีกครั้ง", "Mend what is named and look at the preview again")


class ImportBusy(Conflict):
    code = "citydata.import_busy"
    default_message = Text("ทะเบียนนี้มีการนำเข้าอื่นกำลังทำงาน", "Another import is working on this register")
    default_remedy = Text("รอให้เสร็จหรือยกเลิกก่อน", "Wait until it is done, or cancel it")


class BadRowsClosed(Conflict):
    code = "citydata.bad_rows_closed"
    default_message = Text(
        "แถวที่ไม่ผ่านมีข้อมูลส่วนบุคคล ดาวน์โหลดได้เฉพาะผู้นำเข้า",
        "The refused rows hold personal data: only who imported them may download them",
    )
    default_remedy = Text("ขอให้ผู้นำเข้าแก้ไขไฟล์เดิม", "Ask that person to mend the file")


class ExportNotFound(NotFound):
    code = "citydata.export_not_found"
    default_message = Text("ไม่พบไฟล์ส่งออกนี้ หรือหมดอายุแล้ว", "There is no such export, or it has expired")
    default_remedy = Text("ส่งออกใหม่อีกครั้ง", "Export it again")


class ExportTooLarge(Invalid):
    code = "citydata.export_too_large"
    default_message = Text("ข้อมูลมากเกินกว่าจะส่งออกโดยไม่เข้าสู่ระบบ", "That is too much to export without signing in")
    default_remedy = Text("เข้าสู่ระบบ หรือกรองให้เหลือน้อยลง", "Sign in, or filter for fewer records")
