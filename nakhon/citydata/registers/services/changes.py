"""Verbs on proposed changes: propose, decide, withdraw. Nobody decides what they proposed themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry

from nakhon.citydata.registers.access import find_register, may_edit, require_approve
from nakhon.citydata.registers.errors import (
    ChangeDecided,
    ChangeNotFound,
    OwnChange,
    RecordConflict,
    RecordInvalid,
    RecordRetired,
    RegisterClosed,
)
from nakhon.citydata.registers.events import ChangeDecided as ChangeDecidedFact
from nakhon.citydata.registers.events import ChangeProposed
from nakhon.citydata.registers.models import ChangeAct, ChangeRequest, ChangeState, Record, RecordStatus, Register
from nakhon.citydata.registers.permissions import CHANGE_DECIDE, CHANGE_PROPOSE
from nakhon.citydata.registers.proposing import is_outdated, wanted_of
from nakhon.citydata.registers.queries.changes import change_card
from nakhon.citydata.registers.queries.records import record_card
from nakhon.citydata.registers.rules.shape import Shape
from nakhon.citydata.registers.rules.values import cleaned
from nakhon.citydata.registers.selecting import merged
from nakhon.citydata.registers.services.records import locked_record, ready, store_edit, store_new, store_retired
from nakhon.citydata.registers.types import UNCHANGED, ChangeCard
from nakhon.citydata.registers.writing_records import canonical, prepare
from nakhon.kernel.audit import record as note
from nakhon.kernel.context import ActorKind, Context
from nakhon.kernel.outbox import announce
from nakhon.kernel.verbs import verb
from nakhon.knowledge.text import Text

MOST_WORDS = 1000


@verb(CHANGE_PROPOSE)
def propose_change(
    ctx: Context,
    *,
    register: str,
    act: str,
    reason: str,
    record: UUID | None = None,
    revision: int | None = None,
    data: Mapping[str, Any] | None = None,
    geometry: Any = UNCHANGED,
    key: str = "",
) -> ChangeCard:
    """Ask for a record to be added (``ADD``), changed (``EDIT``) or taken out of use (``RETIRE``).

    ``data`` holds the properties to set (None empties one), ``geometry`` the new place where it changes, ``revision`` the one
    that was shown. What would be refused is refused now: raises ``RecordInvalid``, ``RecordConflict``, ``RegisterClosed``.
    """
    found, shape = find_register(ctx, register)
    if not may_edit(ctx, shape):
        raise RegisterClosed
    if act not in ChangeAct.values:
        raise RecordInvalid(fields={"act": Text("เลือกเพิ่ม แก้ไข หรือเลิกใช้", "Choose ADD, EDIT or RETIRE")})
    if not reason.strip() or len(reason) > MOST_WORDS:
        raise RecordInvalid(
            fields={
                "reason": Text(f"บอกเหตุผลไม่เกิน {MOST_WORDS:,} ตัวอักษร", f"Say why, in at most {MOST_WORDS:,} characters")
            }
        )
    row = _shown(ctx, found, shape, act, record, revision, data or {})
    given = {name: data[name] for name in data} if data else {}
    moves = geometry is not UNCHANGED and act != ChangeAct.RETIRE
    whole = given if row is None else merged(row, given)
    place = geometry if moves else None
    made = None if act == ChangeAct.RETIRE else ready(
        prepare(shape, whole, place, key if row is None else row.key, moves=moves or row is None)
    )  # fmt: skip
    tidy = {**cleaned(given), **{name: None for name, value in given.items() if value in (None, "")}}
    hidden = {name: value for name, value in tidy.items() if name in shape.protected}
    asked = ChangeRequest.objects.create(
        register=found,
        record=row,
        act=act,
        revision=row.revision if row is not None else None,
        key=(row.key if row is not None else made.key if made is not None else ""),
        data={name: value for name, value in tidy.items() if name not in shape.protected} if made is not None else {},
        sealed=canonical(hidden) if hidden and made is not None else None,
        geometry=GEOSGeometry(made.ewkb) if made is not None and moves and made.ewkb else None,
        moves=moves,
        reason=reason.strip(),
        asked_at=ctx.now,
        asked_by=ctx.actor.id,
        asked_label=ctx.actor.trail_label[:200],
    )
    detail = {"register": shape.id, "act": act, "key": asked.key, "fields": sorted(given)}
    note(ctx, "citydata.change.proposed", asked, detail=detail)
    announce(ctx, ChangeProposed(shape.id, str(asked.pk)))
    # Read again: what was given to a sealed column is a seal only when it comes from the database.
    return change_card(ctx, shape, ChangeRequest.objects.select_related("register", "record").get(pk=asked.pk))


def _shown(
    ctx: Context,
    register: Register,
    shape: Shape,
    act: str,
    record: UUID | None,
    revision: int | None,
    data: Mapping[str, Any],
) -> Record | None:
    if act == ChangeAct.ADD:
        return None
    if record is None:
        raise RecordInvalid(fields={"record": Text("ระบุระเบียนที่จะแก้ไข", "Name the record to change")})
    row = locked_record(register, record)
    if row.revision != revision:
        raise RecordConflict(record_card(ctx, shape, row), dict(data))
    if row.status == RecordStatus.RETIRED:
        raise RecordRetired
    return row


@verb(CHANGE_DECIDE)
def decide_change(ctx: Context, *, change_id: UUID, approve: bool, answer: str = "") -> ChangeCard:
    """Approve a proposed change, which carries it out, or refuse it with an answer.

    Raises ``OwnChange``, ``ChangeDecided``, ``RecordConflict`` when the same properties changed meanwhile (refuse it, or have
    it proposed anew), ``RecordInvalid`` where the definition no longer takes it, or ``RegisterClosed``.
    """
    asked = _waiting(change_id)
    found, shape = find_register(ctx, asked.register.key, lock=True)
    require_approve(ctx, shape)
    if asked.asked_by == ctx.actor.id and ctx.actor.kind is not ActorKind.SYSTEM:
        raise OwnChange
    if not approve and not answer.strip():
        raise RecordInvalid(fields={"answer": Text("บอกเหตุผลที่ไม่อนุมัติ", "Say why it is refused")})
    if approve:
        _carry_out(ctx, found, shape, asked)
    asked.state = ChangeState.APPROVED if approve else ChangeState.REFUSED
    asked.decided_at, asked.decided_by, asked.decided_label = ctx.now, ctx.actor.id, ctx.actor.trail_label[:200]
    asked.answer = answer.strip()[:MOST_WORDS]
    asked.save()
    detail = {"register": shape.id, "act": asked.act, "key": asked.key, "approved": approve}
    note(ctx, "citydata.change.decided", asked, detail=detail)
    announce(ctx, ChangeDecidedFact(shape.id, str(asked.pk), approve))
    return change_card(ctx, shape, asked)


def _waiting(change_id: UUID) -> ChangeRequest:
    rows = ChangeRequest.objects.select_for_update(of=("self",)).select_related("register", "record")
    asked: ChangeRequest | None = rows.filter(pk=change_id).first()
    if asked is None:
        raise ChangeNotFound
    if asked.state != ChangeState.WAITING:
        raise ChangeDecided
    return asked


def _carry_out(ctx: Context, register: Register, shape: Shape, asked: ChangeRequest) -> None:
    wanted = wanted_of(asked)
    place = asked.geometry if asked.moves else UNCHANGED
    if asked.record_id is None:
        key = asked.key if shape.body.key is None else ""
        card = store_new(ctx, register, shape, wanted, None if place is UNCHANGED else place, key)
        asked.record_id, asked.key = card.id, card.key
        return
    row = locked_record(register, asked.record_id)
    asked.record = row
    if is_outdated(asked):
        raise RecordConflict(
            record_card(ctx, shape, row), {n: v for n, v in wanted.items() if n not in shape.protected}
        )
    if asked.act == ChangeAct.RETIRE:
        store_retired(ctx, register, shape, row, asked.reason)
    else:
        store_edit(ctx, register, shape, row, wanted, place)


@verb(CHANGE_PROPOSE)
def withdraw_change(ctx: Context, *, change_id: UUID) -> ChangeCard:
    """Take back a change that one proposed oneself and nobody has decided. Raises ``ChangeNotFound`` or ``ChangeDecided``."""
    asked = _waiting(change_id)
    _, shape = find_register(ctx, asked.register.key)
    if asked.asked_by != ctx.actor.id:
        raise ChangeNotFound
    asked.state, asked.decided_at = ChangeState.WITHDRAWN, ctx.now
    asked.save(update_fields=["state", "decided_at"])
    note(ctx, "citydata.change.withdrawn", asked, detail={"register": shape.id, "key": asked.key})
    return change_card(ctx, shape, asked)
