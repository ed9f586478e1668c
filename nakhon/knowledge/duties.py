"""Clocks and decisions that two laws put on a municipality: PDPA (B.E. 2562) and Licensing Facilitation (B.E. 2558).

Every figure comes from a row (``nakhon.knowledge.legal``) chosen by the day of the event; none is written here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from nakhon.knowledge.dates import in_bangkok
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.legal import EffectiveRow, legal_figures, select
from nakhon.knowledge.text import Text


class DutyError(KnowledgeError):
    """A duty's clock cannot start or run as asked."""


class LawfulBasis(StrEnum):
    """Why personal data may be processed. Source: PDPA B.E. 2562 s.19 and s.24."""

    CONSENT = "CONSENT"
    ARCHIVE_RESEARCH = "ARCHIVE_RESEARCH"
    VITAL_INTEREST = "VITAL_INTEREST"
    CONTRACT = "CONTRACT"
    PUBLIC_TASK = "PUBLIC_TASK"
    LEGITIMATE_INTEREST = "LEGITIMATE_INTEREST"
    LEGAL_OBLIGATION = "LEGAL_OBLIGATION"

    @property
    def label(self) -> Text:
        return _BASIS_LABELS[self]


_BASIS_LABELS = {
    LawfulBasis.CONSENT: Text("ความยินยอม", "Consent"),
    LawfulBasis.ARCHIVE_RESEARCH: Text("จดหมายเหตุ วิจัย หรือสถิติ", "Archive, research or statistics"),
    LawfulBasis.VITAL_INTEREST: Text("ป้องกันอันตรายต่อชีวิต ร่างกาย หรือสุขภาพ", "Vital interest"),
    LawfulBasis.CONTRACT: Text("ปฏิบัติตามสัญญา", "Contract"),
    LawfulBasis.PUBLIC_TASK: Text("ภารกิจเพื่อประโยชน์สาธารณะหรือการใช้อำนาจรัฐ", "Public task or official authority"),
    LawfulBasis.LEGITIMATE_INTEREST: Text("ประโยชน์โดยชอบด้วยกฎหมาย", "Legitimate interest"),
    LawfulBasis.LEGAL_OBLIGATION: Text("ปฏิบัติตามกฎหมาย", "Legal obligation"),
}


def may_process(basis: LawfulBasis, *, consent_stands: bool) -> bool:
    """Whether processing for one purpose may go on: always for a basis that needs no consent, else while consent stands.

    ``consent_stands`` is that purpose's own consent, given and not withdrawn. Source: PDPA B.E. 2562 s.19, s.24.
    """
    return consent_stands if basis is LawfulBasis.CONSENT else True


def access_request_due(received: date, rows: Iterable[EffectiveRow] | None = None) -> date:
    """Last day to answer a request for access or a copy: 30 days after receipt at present. Source: PDPA B.E. 2562 s.30."""
    return received + timedelta(days=_figure("pdpa.access_request_days", received, rows))


def rights_request_due(received: date, rows: Iterable[EffectiveRow] | None = None) -> date:
    """Last day to answer the other rights (portability, objection, erasure, restriction, rectification).

    Source: PDPA B.E. 2562 s.31 to s.36, with the period of s.30 as the house rule.
    """
    return received + timedelta(days=_figure("pdpa.other_request_days", received, rows))


def breach_notification_due(aware_at: datetime, rows: Iterable[EffectiveRow] | None = None) -> datetime:
    """Last moment to tell the regulator of a breach: 72 hours on the wall clock after becoming aware, holidays or not.

    In Bangkok time. Raises ``DateError`` without a time zone. Source: PDPA B.E. 2562 s.37(4); PDPC notice B.E. 2565.
    """
    local = in_bangkok(aware_at)
    return local + timedelta(hours=_figure("pdpa.breach_notification_hours", local.date(), rows))


@dataclass(frozen=True, slots=True)
class PermitClock:
    """The days of one application: when the period began, when the decision is due, until when its result must be told."""

    starts: date
    due: date


def permit_clock(
    received: date, manual_days: int, *, fix_by: date | None = None, fixed_on: date | None = None
) -> PermitClock:
    """The clock of an application under a public manual that promises ``manual_days`` calendar days.

    A complete application starts it on the day of receipt. An incomplete one has ``fix_by``, and the clock starts on
    ``fixed_on``. Raises ``DutyError``: ``duties.not_complete`` while it is not fixed, ``duties.fixed_late`` if it was fixed
    after the deadline (the application goes back with reasons and the right to appeal), ``duties.period`` for a period
    under one day. Source: Licensing Facilitation Act B.E. 2558 s.7 to s.10.
    """
    if manual_days < 1:
        raise DutyError(
            "duties.period",
            Text("คู่มือประชาชนต้องกำหนดเวลาอย่างน้อย 1 วัน", "A public manual must promise at least one day"),
            Text("แก้ระยะเวลาในคู่มือสำหรับประชาชน", "Mend the period in the public manual"),
        )
    if fix_by is None:
        return PermitClock(received, received + timedelta(days=manual_days))
    if fixed_on is None:
        raise DutyError(
            "duties.not_complete",
            Text("คำขอยังไม่ครบถ้วน เวลาจึงยังไม่เริ่มนับ", "The application is not complete, so its clock has not started"),
            Text("รอเอกสารภายในกำหนดที่แจ้งไว้", "Wait for the missing items until the deadline that was set"),
        )
    if not received <= fixed_on <= fix_by:
        raise DutyError(
            "duties.fixed_late",
            Text("แก้ไขคำขอไม่อยู่ภายในกำหนด", "The application was not mended within its deadline"),
            Text(
                "คืนคำขอพร้อมเหตุผลและแจ้งสิทธิอุทธรณ์ ผู้ยื่นยื่นใหม่ได้",
                "Return it with reasons and the right to appeal; the applicant may apply anew",
            ),
        )
    return PermitClock(fixed_on, fixed_on + timedelta(days=manual_days))


def delay_notices(due: date, until: date, rows: Iterable[EffectiveRow] | None = None) -> tuple[date, ...]:
    """The days on which the applicant must be told why it is late: every 7 days after ``due``, up to and with ``until``.

    ``until`` is the day it was finished, or today. Nothing is due on the day it was finished unless that day is one of them.
    Source: Licensing Facilitation Act B.E. 2558 s.10.
    """
    every = _figure("facilitation.delay_notice_every_days", due, rows)
    return tuple(due + timedelta(days=every * n) for n in range(1, max(0, (until - due).days) // every + 1))


def result_notice_due(finished: date, rows: Iterable[EffectiveRow] | None = None) -> date:
    """Last day to tell the applicant the result: 7 days after the decision. Source: Licensing Facilitation Act B.E. 2558 s.10."""
    return finished + timedelta(days=_figure("facilitation.result_notice_days", finished, rows))


def _figure(key: str, on: date, rows: Iterable[EffectiveRow] | None) -> int:
    return int(select(legal_figures() if rows is None else rows, key, on).value)
