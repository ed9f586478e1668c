"""Failures of watches and alerts: what happened and what to do, in both languages. No HTTP."""

from __future__ import annotations

from nakhon.kernel.errors import Conflict, Invalid, NakhonError, NotFound
from nakhon.knowledge.text import Text


class WatchNotFound(NotFound):
    code = "citydata.watch_not_found"
    default_message = Text("ไม่พบกฎเฝ้าระวังนี้", "There is no such watch")
    default_remedy = Text("เลือกจากรายการกฎเฝ้าระวัง", "Choose one from the list of watches")


class AlertNotFound(NotFound):
    code = "citydata.alert_not_found"
    default_message = Text("ไม่พบการแจ้งเตือนนี้", "There is no such alert")
    default_remedy = Text("เลือกจากรายการแจ้งเตือน", "Choose one from the list of alerts")


class TrialNotFound(NotFound):
    code = "citydata.trial_not_found"
    default_message = Text("ไม่พบผลทดลองนี้", "There is no such trial")
    default_remedy = Text("เปิดจากหน้าของกฎเฝ้าระวัง", "Open it from the watch's page")


class TrialNeeded(Conflict):
    """A watch may not wake people before anybody knows how often it would."""

    code = "citydata.trial_needed"
    default_message = Text(
        "กฎฉบับปัจจุบันยังไม่เคยทดลองกับข้อมูลย้อนหลัง", "The present version of this watch was never tried on past data"
    )
    default_remedy = Text(
        "ทดลองกับข้อมูลย้อนหลังก่อน หรือระบุเหตุผลที่เปิดใช้โดยไม่ทดลอง เหตุผลจะถูกบันทึกไว้",
        "Try it on past data first, or give the reason for switching it on untried; the reason is recorded",
    )


class AlertClosed(Conflict):
    code = "citydata.alert_closed"
    default_message = Text("การแจ้งเตือนนี้สิ้นสุดแล้ว", "This alert has ended")
    default_remedy = Text("เปิดรายการแจ้งเตือนเพื่อดูรายการที่ยังไม่สิ้นสุด", "See the list of alerts for those still open")


class TrialTooLong(Invalid):
    code = "citydata.trial_too_long"


class ConditionWrong(NakhonError):
    """A condition cannot be used; ``line`` and ``column`` count from 1 in the condition's own text."""

    code = "citydata.condition_wrong"

    def __init__(self, line: int, column: int, message: Text, remedy: Text) -> None:
        super().__init__(message, remedy)
        self.line, self.column = line, column


class ConditionFailed(NakhonError):
    """A sound condition met data that allow no answer."""

    code = "citydata.condition_failed"
    default_remedy = Text(
        "ตรวจข้อมูลของจุดตรวจวัด หรือเขียน has(...) นำหน้าในเงื่อนไข", "Check the thing's data, or ask with has(...) first"
    )
