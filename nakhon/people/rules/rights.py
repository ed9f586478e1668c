"""The desk's decisions: which step leads where, when a request is due, what must stay although its person asks for erasure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nakhon.knowledge.duties import LawfulBasis
from nakhon.knowledge.text import Text

STEPS: dict[str, frozenset[str]] = {
    "RECEIVED": frozenset({"VERIFYING", "IN_PROGRESS", "REFUSED", "WITHDRAWN"}),
    "VERIFYING": frozenset({"IN_PROGRESS", "REFUSED", "WITHDRAWN"}),
    "IN_PROGRESS": frozenset({"FULFILLED", "REFUSED", "WITHDRAWN"}),
    "FULFILLED": frozenset(),
    "REFUSED": frozenset(),
    "WITHDRAWN": frozenset(),
}
OPEN_STATES = frozenset(state for state, following in STEPS.items() if following)


def may_step(before: str, after: str) -> bool:
    return after in STEPS.get(before, frozenset())


@dataclass(frozen=True, slots=True)
class RefusalGround:
    """A reason for which the law lets a controller refuse, and the kinds of request it applies to (empty: all)."""

    text: Text
    kinds: frozenset[str]


REFUSAL_GROUNDS: dict[str, RefusalGround] = {
    "IDENTITY": RefusalGround(
        Text("ไม่สามารถยืนยันตัวตนของผู้ขอได้", "The identity of the requester could not be established"), frozenset()
    ),
    "NO_DATA": RefusalGround(Text("ไม่มีข้อมูลของผู้ขออยู่ในความดูแล", "No data about the requester is held"), frozenset()),
    "LAW_OR_COURT": RefusalGround(
        Text("ต้องปฏิเสธตามกฎหมายหรือคำสั่งศาล (มาตรา 30 วรรคสอง)", "A law or court order requires refusal (s.30)"),
        frozenset({"ACCESS", "PORTABILITY"}),
    ),
    "OTHERS_RIGHTS": RefusalGround(
        Text("กระทบสิทธิและเสรีภาพของผู้อื่น (มาตรา 30-31)", "It would harm the rights and freedoms of others (s.30-31)"),
        frozenset({"ACCESS", "PORTABILITY"}),
    ),
    "PUBLIC_TASK": RefusalGround(
        Text("จำเป็นต่อภารกิจเพื่อประโยชน์สาธารณะหรือการใช้อำนาจรัฐ (มาตรา 32-33)", "Needed for a public task (s.32-33)"),
        frozenset({"OBJECT", "ERASE", "RESTRICT", "PORTABILITY"}),
    ),
    "LEGAL_DUTY": RefusalGround(
        Text("ต้องเก็บไว้ตามกฎหมาย (มาตรา 33 วรรคสอง)", "A law requires it to be kept (s.33)"),
        frozenset({"ERASE", "RESTRICT"}),
    ),
    "LEGAL_CLAIM": RefusalGround(
        Text("จำเป็นต่อการใช้สิทธิเรียกร้องตามกฎหมาย (มาตรา 32-33)", "Needed for legal claims (s.32-33)"),
        frozenset({"OBJECT", "ERASE", "RESTRICT"}),
    ),
    "ALREADY_RIGHT": RefusalGround(
        Text("ข้อมูลถูกต้องและเป็นปัจจุบันอยู่แล้ว (มาตรา 36)", "The data is right and up to date already (s.36)"),
        frozenset({"RECTIFY"}),
    ),
}

APPEAL = Text(
    "หากไม่เห็นด้วย คุณมีสิทธิร้องเรียนต่อคณะกรรมการผู้เชี่ยวชาญ สำนักงานคณะกรรมการคุ้มครองข้อมูลส่วนบุคคล (สคส.) ตามมาตรา 73",
    "If you disagree, you may complain to the expert committee at the Office of the Personal Data Protection Committee (s.73)",
)


def grounds_for(kind: str) -> dict[str, Text]:
    """The grounds on which a request of ``kind`` may be refused."""
    return {code: ground.text for code, ground in REFUSAL_GROUNDS.items() if not ground.kinds or kind in ground.kinds}


def due_after_pause(due_on: date, paused_on: date, resumed_on: date) -> tuple[date, int]:
    """The due day moved by the whole days of a pause, and how many they were."""
    days = max(0, (resumed_on - paused_on).days)
    return due_on + timedelta(days=days), days


@dataclass(frozen=True, slots=True)
class Use:
    """A purpose for which a person's data is held: its basis, how long it keeps, when it was last used."""

    code: str
    name: Text
    basis: LawfulBasis
    retention_months: int
    last_used_at: datetime


# PDPA B.E. 2562 s.33 exempts what s.24(1) and s.24(4) allow, what a law requires, and legal claims; data that a contract still
# needs has not become unnecessary (s.33 (1)).
_KEEPING_BASES = frozenset(
    {LawfulBasis.ARCHIVE_RESEARCH, LawfulBasis.PUBLIC_TASK, LawfulBasis.LEGAL_OBLIGATION, LawfulBasis.CONTRACT}
)


def months_after(moment: datetime, months: int) -> datetime:
    """``months`` calendar months later; the 31st becomes the last day of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    for day in range(moment.day, moment.day - 4, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise ValueError(moment)


def months_before(moment: datetime, months: int) -> datetime:
    """``months`` calendar months earlier."""
    return months_after(moment, -months)


def why_kept(use: Use, now: datetime) -> Text | None:
    """Why data held for ``use`` must stay although its person asks for erasure; None when nothing keeps it.

    It stays while a basis that s.33 exempts runs and its retention period has not ended.
    """
    until = months_after(use.last_used_at, use.retention_months)
    if use.basis not in _KEEPING_BASES or until <= now:
        return None
    return Text(
        f"ต้องเก็บไว้เพื่อ{use.name.th} (ฐาน: {use.basis.label.th}) ถึง {until.day:02d}/{until.month:02d}/{until.year + 543}",
        f"Kept for {use.name.en} (basis: {use.basis.label.en}) until {until.date().isoformat()}",
    )
