"""The room's jobs: retention every night; every morning, a reminder of rights requests and breaches that are due."""

from __future__ import annotations

from nakhon.kernel.context import Context
from nakhon.kernel.tasks import scheduled
from nakhon.people.services.notices import remind_of_deadlines
from nakhon.people.services.retention import run_retention


@scheduled("people.retention", "40 1 * * *", "ลบข้อมูลที่ครบกำหนดเก็บ", "Forget what is due to go")
def forget_what_is_due(ctx: Context) -> None:
    run_retention(ctx)


@scheduled(
    "people.deadlines",
    "0 8 * * *",
    "เตือนคำขอใช้สิทธิและเหตุข้อมูลรั่วไหลที่ใกล้ครบกำหนด",
    "Remind of rights requests and breaches that are due",
)
def remind_of_what_is_due(ctx: Context) -> None:
    remind_of_deadlines(ctx)
