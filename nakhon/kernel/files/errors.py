"""Failures of files. Each names the file and the limit."""

from __future__ import annotations

from collections.abc import Iterable

from nakhon.kernel.errors import Forbidden, Invalid, NotFound, TooLarge, Unavailable
from nakhon.kernel.files.types import MB, TYPE_WORDS
from nakhon.knowledge.text import Text


def megabytes(size: int) -> str:
    """A size as people read it: "15 MB", "0.3 MB"."""
    value = size / MB
    return f"{value:.0f} MB" if value >= 10 or value == int(value) else f"{max(value, 0.1):.1f} MB"


def _listed(types: Iterable[str]) -> dict[str, str]:
    words = [TYPE_WORDS[kind] for kind in sorted(types)]
    return {"th": ", ".join(w.th for w in words), "en": ", ".join(w.en for w in words)}


class FileTooLarge(TooLarge):
    code = "file.too_large"
    default_message = Text("ไฟล์ใหญ่เกินกำหนด", "The file is too large")

    def __init__(self, name: str, limit: int) -> None:
        super().__init__(
            Text("ไฟล์ “{name}” ใหญ่เกิน {limit}", "The file “{name}” is larger than {limit}").format(
                name=name, limit=megabytes(limit)
            ),
            Text("ลดขนาดไฟล์ให้ไม่เกิน {limit} แล้วส่งอีกครั้ง", "Make it {limit} or smaller and send it again").format(
                limit=megabytes(limit)
            ),
        )


class TooManyPixels(TooLarge):
    code = "file.too_many_pixels"
    default_message = Text("ภาพละเอียดเกินกำหนด", "The image has too many pixels")

    def __init__(self, name: str, limit: int) -> None:
        super().__init__(
            Text(
                "ภาพ “{name}” ละเอียดเกิน {limit} ล้านพิกเซล", "The image “{name}” has more than {limit} million pixels"
            ).format(name=name, limit=f"{limit / 1e6:g}"),
            Text("ย่อภาพแล้วส่งอีกครั้ง", "Make the image smaller and send it again"),
        )


class TooManyFiles(Invalid):
    code = "file.too_many"
    default_message = Text("แนบไฟล์เกินจำนวนที่กำหนด", "Too many files are attached")

    def __init__(self, name: str, limit: int) -> None:
        super().__init__(
            Text(
                "แนบไฟล์ “{name}” ไม่ได้ รายการนี้แนบได้ไม่เกิน {limit} ไฟล์",
                "“{name}” cannot be attached: at most {limit} files are accepted here",
            ).format(name=name, limit=limit),
            Text("ลบไฟล์ที่ไม่จำเป็นออกก่อน", "Remove a file that is not needed first"),
        )


class EmptyFile(Invalid):
    code = "file.empty"
    default_message = Text("ไฟล์ว่างเปล่า", "The file is empty")

    def __init__(self, name: str) -> None:
        super().__init__(
            Text("ไฟล์ “{name}” ว่างเปล่า", "The file “{name}” is empty").format(name=name),
            Text("ตรวจว่าเลือกไฟล์ถูกต้องแล้วส่งอีกครั้ง", "Check that it is the right file and send it again"),
        )


class TypeRefused(Invalid):
    """The bytes are of no kind that is accepted here. ``found`` says what they look like, where that is known."""

    code = "file.type_refused"
    default_message = Text("ไม่รับไฟล์ชนิดนี้", "This kind of file is not accepted")

    def __init__(self, name: str, accepted: Iterable[str], found: Text | None = None) -> None:
        words = _listed(accepted)
        what = Text(" (เนื้อไฟล์เป็น{found})", " (its content is {found_en})") if found else None
        more = what.format(found=found.th, found_en=found.en) if what and found else None
        super().__init__(
            Text(
                f"ไม่รับไฟล์ “{name}”{more.th if more else ''}",
                f"The file “{name}” is not accepted{more.en if more else ''}",
            ),
            Text(f"ชนิดที่รับได้: {words['th']}", f"Accepted here: {words['en']}"),
        )


class Damaged(Invalid):
    code = "file.damaged"
    default_message = Text("ไฟล์เสียหรือไม่สมบูรณ์", "The file is damaged or incomplete")

    def __init__(self, name: str) -> None:
        super().__init__(
            Text("ไฟล์ “{name}” เสียหรือไม่สมบูรณ์", "The file “{name}” is damaged or incomplete").format(name=name),
            Text(
                "เปิดดูในเครื่องของคุณก่อน แล้วบันทึกและส่งใหม่",
                "See whether it opens on your own device, save it again and send it",
            ),
        )


class Dangerous(Invalid):
    """It carries something that could act: a macro, a script, another file hidden behind the first."""

    code = "file.dangerous"
    default_message = Text("ไฟล์มีส่วนที่อาจเป็นอันตราย", "The file holds something that could do harm")

    def __init__(self, name: str, found: Text) -> None:
        super().__init__(
            Text(f"ไม่รับไฟล์ “{name}” เพราะ{found.th}", f"The file “{name}” is not accepted: {found.en}"),
            Text(
                "บันทึกเป็นไฟล์ธรรมดา เช่น PDF หรือ .docx ที่ไม่มีมาโคร แล้วส่งอีกครั้ง",
                "Save it as a plain file, such as a PDF or a .docx without macros, and send it again",
            ),
        )


class FileMissing(NotFound):
    code = "file.missing"
    default_message = Text("ไม่พบไฟล์นี้", "This file was not found")
    default_remedy = Text(
        "ไฟล์อาจถูกลบแล้ว กลับไปที่หน้าเดิมแล้วลองอีกครั้ง", "It may have been removed; go back to the page and try again"
    )


class LinkInvalid(NotFound):
    code = "file.link_invalid"
    default_message = Text("ลิงก์ไฟล์ไม่ถูกต้อง", "The link to the file is not valid")
    default_remedy = Text("กลับไปที่หน้าเดิมแล้วเปิดไฟล์จากที่นั่น", "Go back to the page and open the file from there")


class LinkExpired(Forbidden):
    code = "file.link_expired"
    default_message = Text("ลิงก์ไฟล์หมดอายุแล้ว", "The link to the file has expired")
    default_remedy = Text("โหลดหน้าเดิมใหม่เพื่อรับลิงก์ใหม่", "Reload the page that you came from to get a new link")


class LinkNotYours(Forbidden):
    code = "file.link_not_yours"
    default_message = Text("ลิงก์นี้ออกให้ผู้ใช้คนอื่น", "This link was made for somebody else")
    default_remedy = Text("เข้าสู่ระบบแล้วเปิดไฟล์จากหน้าของคุณเอง", "Sign in and open the file from your own page")


class PurposeMissing(Invalid):
    code = "file.purpose_missing"
    default_message = Text(
        "ไฟล์นี้มีข้อมูลอ่อนไหว ต้องระบุวัตถุประสงค์ก่อนเปิด", "This file holds sensitive data: say for what purpose you open it"
    )
    default_remedy = Text("ระบุวัตถุประสงค์แล้วเปิดอีกครั้ง", "State the purpose and open it again")


class StorageDown(Unavailable):
    code = "file.storage_down"
    default_message = Text("ที่เก็บไฟล์ไม่ตอบสนอง ยังไม่ได้บันทึกไฟล์", "The file store does not answer; the file was not saved")
    default_remedy = Text("รอสักครู่แล้วส่งอีกครั้ง ข้อมูลอื่นยังอยู่", "Wait a while and send it again; nothing else was lost")
