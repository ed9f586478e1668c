"""The room's scheduled job: uploads that nobody confirmed are forgotten."""

from __future__ import annotations

from datetime import timedelta

from nakhon.kernel.context import Context
from nakhon.kernel.tasks import scheduled
from nakhon.solutions.models import Draft

DRAFT_LIFE = timedelta(days=1)


@scheduled("solutions.forget_drafts", "40 2 * * *", "ลบไฟล์ที่ส่งมาแต่ไม่ได้ยืนยัน", "Forget uploads that nobody confirmed")
def forget_drafts(ctx: Context) -> None:
    Draft.objects.filter(made_at__lt=ctx.now - DRAFT_LIFE).delete()
