"""The room's jobs: every night, retention reports what is due to go and acts on reports whose time of grace is over."""

from __future__ import annotations

from nakhon.kernel.context import Context
from nakhon.kernel.tasks import scheduled
from nakhon.people.services.retention import run_retention


@scheduled("people.retention", "40 1 * * *", "ลบข้อมูลที่ครบกำหนดเก็บ", "Forget what is due to go")
def forget_what_is_due(ctx: Context) -> None:
    run_retention(ctx)
