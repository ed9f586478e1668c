"""What waits for an officer: the figures on the console's first page, each with the page that deals with it."""

from __future__ import annotations

from dataclasses import dataclass

from nakhon.kernel.context import Context
from nakhon.kernel.permissions import OUTBOX_READ
from nakhon.kernel.queries import outbox_state
from nakhon.knowledge.text import Text
from nakhon.people.permissions import MEMBER_EDIT, RIGHTS_READ
from nakhon.people.queries.members import members
from nakhon.people.queries.rights import rights_requests


@dataclass(frozen=True, slots=True)
class Waiting:
    """A figure that asks for attention. ``route`` is a name in the ``city`` namespace; ``good`` None leaves it neutral."""

    label: Text
    value: int
    route: str
    note: Text | None = None
    good: bool | None = None


def waiting(ctx: Context) -> list[Waiting]:
    """The figures that the reader may see and do something about."""
    found: list[Waiting] = []
    if ctx.may(RIGHTS_READ):
        requests = rights_requests(ctx)
        late = sum(row.days_left is not None and row.days_left < 0 for row in requests)
        found.append(
            Waiting(
                Text("คำขอใช้สิทธิที่ยังไม่เสร็จ", "Rights requests open"),
                len(requests),
                "rights",
                Text(f"เกินกำหนด {late} เรื่อง", f"{late} late") if late else Text("ไม่มีเรื่องเกินกำหนด", "None is late"),
                not late,
            )
        )
    if ctx.may(OUTBOX_READ):
        state = outbox_state(ctx)
        found.append(
            Waiting(
                Text("งานเบื้องหลังที่ล้มเหลว", "Background work that failed"),
                state.dead,
                "outbox",
                Text(f"รอทำ {state.pending} งาน", f"{state.pending} waiting"),
                not state.dead,
            )
        )
    if ctx.may(MEMBER_EDIT):
        alone = sum("admin" in row.role_codes for row in members(ctx)) < 2
        if alone:
            found.append(
                Waiting(
                    Text("ผู้ดูแลระบบ", "Administrators"),
                    1,
                    "members",
                    Text("ควรมีอย่างน้อย 2 คน เผื่อคนหนึ่งไม่อยู่", "Have at least two, in case one is away"),
                    False,
                )
            )
    return found
