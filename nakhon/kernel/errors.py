"""Failures that any room may raise: what happened and what to do about it, in both languages. No HTTP here.

A room subclasses the nearest of these; the one mapper in ``nakhon.web.problems`` turns them into pages and RFC 9457 problems.
"""

from __future__ import annotations

from collections.abc import Mapping

from nakhon.knowledge.text import Text


class NakhonError(Exception):
    """Base of all expected failures.

    ``code`` is a stable, dotted, machine-readable name; ``message`` says what happened; ``remedy`` says what to do;
    ``fields`` maps the name of an input to what is wrong with it.
    """

    code = "error"
    default_message = Text("เกิดข้อผิดพลาด", "Something went wrong")
    default_remedy = Text("ลองอีกครั้ง หากยังไม่ได้ โปรดติดต่อผู้ดูแลระบบ", "Try again; if it persists, contact the administrator")

    def __init__(
        self,
        message: Text | None = None,
        remedy: Text | None = None,
        *,
        fields: Mapping[str, Text] | None = None,
    ) -> None:
        self.message = message or self.default_message
        self.remedy = remedy or self.default_remedy
        self.fields: dict[str, Text] = dict(fields or {})
        super().__init__("; ".join([self.message.en, *(f"{name}: {text.en}" for name, text in self.fields.items())]))


class NoTenant(NakhonError):
    """A query was attempted outside any organisation: a programming error, refused before it reaches the database."""

    code = "tenant.missing"
    default_message = Text("ไม่ได้ระบุหน่วยงานเจ้าของข้อมูล", "No organisation was named for this query")
    default_remedy = Text("เรียกภายใน act_in(ctx)", "Call it inside act_in(ctx), which every verb and query opens")


class Forbidden(NakhonError):
    code = "forbidden"
    default_message = Text("คุณไม่มีสิทธิ์ทำรายการนี้", "You may not do this")
    default_remedy = Text("ขอสิทธิ์จากผู้ดูแลระบบของหน่วยงาน", "Ask your organisation's administrator for the permission")


class SignInRequired(Forbidden):
    code = "sign_in_required"
    default_message = Text("ต้องเข้าสู่ระบบก่อน", "Sign in first")
    default_remedy = Text("เข้าสู่ระบบแล้วลองอีกครั้ง", "Sign in and try again")


class NotFound(NakhonError):
    code = "not_found"
    default_message = Text("ไม่พบรายการที่ต้องการ", "It was not found")
    default_remedy = Text("ตรวจสอบลิงก์หรือเลขที่อีกครั้ง", "Check the link or the number")


class Invalid(NakhonError):
    code = "invalid"
    default_message = Text("ข้อมูลไม่ถูกต้อง", "The input is not valid")
    default_remedy = Text(
        "แก้ไขช่องที่ระบุแล้วส่งอีกครั้ง ข้อมูลที่กรอกไว้ยังอยู่", "Mend the fields named and send again; nothing was lost"
    )


class Conflict(NakhonError):
    code = "conflict"
    default_message = Text("มีผู้แก้ไขรายการนี้ไปก่อนแล้ว", "Somebody changed this in the meantime")
    default_remedy = Text("เปิดรายการล่าสุดแล้วแก้ไขอีกครั้ง", "Open the latest version and change it again")


class TooMany(NakhonError):
    """A rate limit was reached. ``retry_after`` is in whole seconds."""

    code = "rate_limited"
    default_message = Text("ทำรายการถี่เกินไป", "Too many attempts")
    default_remedy = Text("รอสักครู่แล้วลองใหม่", "Wait a while and try again")

    def __init__(self, message: Text | None = None, remedy: Text | None = None, *, retry_after: int = 60) -> None:
        super().__init__(message, remedy)
        self.retry_after = retry_after


class TooLarge(NakhonError):
    code = "too_large"
    default_message = Text("ไฟล์ใหญ่เกินกำหนด", "The file is too large")
    default_remedy = Text("ลดขนาดไฟล์แล้วส่งอีกครั้ง", "Make the file smaller and send it again")


class Unavailable(NakhonError):
    code = "unavailable"
    default_message = Text("ระบบยังไม่พร้อมใช้งาน", "The service is not available at the moment")
    default_remedy = Text("รอสักครู่แล้วลองใหม่", "Wait a while and try again")
