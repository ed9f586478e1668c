"""Why a file cannot be taken in, and what its owner can do about it."""

from __future__ import annotations

from nakhon.kernel.errors import Invalid, TooLarge
from nakhon.knowledge.text import Text


class Unreadable(Invalid):
    """The file is damaged, or not what it seems."""

    code = "citydata.file_unreadable"
    default_message = Text("อ่านไฟล์นี้ไม่ได้", "The file cannot be read")
    default_remedy = Text(
        "เปิดไฟล์ในเครื่องของคุณ บันทึกใหม่ แล้วส่งอีกครั้ง", "Open it on your own device, save it again and send it"
    )


class FormatUnknown(Invalid):
    code = "citydata.format_unknown"
    default_message = Text("ไม่รู้จักชนิดของไฟล์นี้", "The kind of this file is not known")
    default_remedy = Text(
        "ส่งเป็น CSV, Excel (.xlsx), GeoJSON, GeoPackage (.gpkg) หรือ Shapefile ที่บีบอัดเป็น .zip",
        "Send CSV, Excel (.xlsx), GeoJSON, GeoPackage (.gpkg) or a Shapefile packed as .zip",
    )


class EncodingUnknown(Invalid):
    code = "citydata.encoding_unknown"
    default_message = Text("อ่านตัวอักษรในไฟล์นี้ไม่ได้", "The letters of this file cannot be read")
    default_remedy = Text(
        "บันทึกไฟล์เป็น “CSV UTF-8” แล้วส่งอีกครั้ง หรือเลือกรหัสตัวอักษรเอง",
        "Save it as “CSV UTF-8” and send it again, or choose the encoding yourself",
    )


class NothingInside(Invalid):
    code = "citydata.file_without_rows"
    default_message = Text("ไฟล์นี้ไม่มีแถวข้อมูล", "The file holds no rows")
    default_remedy = Text(
        "ตรวจว่าเลือกไฟล์และแผ่นงานถูกต้อง และแถวแรกเป็นหัวตาราง",
        "Check the file and the sheet; its first row names the columns",
    )


class Harmful(Invalid):
    """Something in the file reaches out of it or would exhaust the machine."""

    code = "citydata.file_harmful"
    default_message = Text("ไฟล์มีส่วนที่อาจเป็นอันตราย", "The file holds something that could do harm")
    default_remedy = Text(
        "ส่งออกข้อมูลใหม่จากโปรแกรมเดิมเป็นไฟล์ธรรมดา แล้วส่งอีกครั้ง", "Export the data anew as a plain file and send it again"
    )


class TooMuch(TooLarge):
    code = "citydata.file_too_much"
    default_message = Text("ข้อมูลในไฟล์มากเกินกำหนด", "The file holds more than is allowed")
    default_remedy = Text("แบ่งเป็นหลายไฟล์แล้วส่งทีละไฟล์", "Divide it into several files and send one at a time")


class LayerMissing(Invalid):
    code = "citydata.layer_missing"

    def __init__(self, wanted: str, there: tuple[str, ...]) -> None:
        names = ", ".join(f"“{name}”" for name in there[:20]) or "-"
        super().__init__(
            Text(f"ไม่พบแผ่นงานหรือชั้นข้อมูล “{wanted}”", f"There is no sheet or layer “{wanted}”"),
            Text(f"เลือกจาก {names}", f"Choose one of {names}"),
        )
