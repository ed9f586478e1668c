"""Questions about proposed changes: which wait, and one beside the record as it is."""

from __future__ import annotations

import json
from uuid import UUID

from nakhon.citydata.registers.access import find_register, may_see, sees_exact, visible
from nakhon.citydata.registers.errors import ChangeNotFound
from nakhon.citydata.registers.models import ChangeRequest, ChangeState
from nakhon.citydata.registers.permissions import CHANGE_PROPOSE
from nakhon.citydata.registers.proposing import is_outdated, wanted_of
from nakhon.citydata.registers.rules.shape import Shape, shape_of
from nakhon.citydata.registers.types import ChangeCard, Page
from nakhon.citydata.registers.watching import note_record
from nakhon.citydata.registers.writing_records import opened
from nakhon.kernel.context import Context
from nakhon.kernel.verbs import query
from nakhon.people.keyset import page_key, read_key

MOST = 200


@query(CHANGE_PROPOSE)
def changes_waiting(
    ctx: Context, *, register: str = "", state: str = ChangeState.WAITING.value, after: str = "", limit: int = 50
) -> Page[ChangeCard]:
    """Proposed changes of one register, or of all that the actor may see, newest first; ``state`` "" for every state."""
    rows = ChangeRequest.objects.select_related("register", "record").order_by("-pk")
    if register:
        found, _ = find_register(ctx, register)
        rows = rows.filter(register=found)
    if state:
        rows = rows.filter(state=state)
    if after:
        rows = rows.filter(pk__lt=UUID(read_key(after, 1)[0]))
    limit = max(1, min(limit, MOST))
    seen: list[ChangeRequest] = []
    more = False
    for row in rows.iterator(chunk_size=200):
        if not may_see(ctx, shape_of(row.register)):
            continue
        if len(seen) == limit:
            more = True
            break
        seen.append(row)
    cards = [change_card(ctx, shape_of(row.register), row) for row in seen]
    return Page(cards, page_key(seen[-1].pk) if more else "")


@query(CHANGE_PROPOSE)
def change(ctx: Context, *, change_id: UUID) -> ChangeCard:
    """One proposed change beside the record as it is. Raises ``ChangeNotFound``."""
    row = ChangeRequest.objects.select_related("register", "record").filter(pk=change_id).first()
    if row is None:
        raise ChangeNotFound
    _, shape = find_register(ctx, row.register.key)
    if row.record is not None:
        note_record(ctx, shape, row.record, "viewed")
    return change_card(ctx, shape, row)


def change_card(ctx: Context, shape: Shape, row: ChangeRequest) -> ChangeCard:
    """A change as the actor may see it: protected properties by name only."""
    exact = sees_exact(ctx, shape)
    wanted = wanted_of(row)
    shown = {name: wanted[name] for name in shape.for_staff if name in wanted}
    now = visible(ctx, shape, row.record.data) if row.record is not None else {}
    place = row.record.geometry if row.record is not None else None
    return ChangeCard(
        id=row.pk,
        register=shape.id,
        record_id=row.record_id,
        key=row.key,
        title=shape.title({**now, **{n: v for n, v in shown.items() if v is not None}}, row.key or "-"),
        act=row.act,
        state=row.state,
        reason=row.reason,
        now=now,
        wanted=shown,
        masked=tuple(sorted(opened(row.sealed))),
        moves=row.moves,
        geometry_now=json.loads(place.json) if place is not None and exact else None,
        geometry_wanted=json.loads(row.geometry.json) if row.geometry is not None and exact else None,
        outdated=row.state == ChangeState.WAITING and is_outdated(row),
        asked_at=row.asked_at,
        asked_label=row.asked_label,
        decided_at=row.decided_at,
        decided_label=row.decided_label,
        answer=row.answer,
        is_own=row.asked_by == ctx.actor.id,
    )
