"""The audit trail: who did what, when, to which thing and why; it only grows, and each entry seals the one before.

The chain is an HMAC per tenant under a key that the database does not hold, so an entry changed, removed or inserted with
SQL shows in ``verify``. Values of personal fields are never written into it: only that they changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db import models, transaction

from nakhon.kernel.context import Context
from nakhon.kernel.keys import keyed_hash, keyring, tenant_key
from nakhon.kernel.models import AuditEntry, AuditHead
from nakhon.kernel.tenancy import act_in
from nakhon.kernel.verbs import recorded

GENESIS = b"\x00" * 32


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the chain does not hold: ``seq`` of the entry and what is wrong with it."""

    seq: int
    problem: str


def _key(ctx: Context) -> bytes:
    return tenant_key(keyring().audit, "audit", ctx.tenant.id)


def _digest(key: bytes, previous: bytes, entry: AuditEntry) -> bytes:
    body = json.dumps(
        [
            entry.seq,
            entry.at.isoformat(),
            entry.actor_kind,
            entry.actor_id,
            entry.actor_label,
            entry.action,
            entry.object_type,
            entry.object_id,
            entry.detail,
            entry.purpose,
            entry.address,
            entry.request_id,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return keyed_hash(key, previous, body.encode())


def record(ctx: Context, action: str, thing: object = None, *, detail: Mapping[str, Any] | None = None) -> AuditEntry:
    """Append an entry for ``action`` (``room.subject.done``) on ``thing`` (a model instance, a text, or nothing).

    ``detail`` must be JSON and hold no personal value. Runs in the caller's transaction: no change without its entry.
    """
    if isinstance(thing, models.Model):
        object_type, object_id = thing._meta.label_lower, str(thing.pk)
    else:
        object_type, object_id = ("", "") if thing is None else ("", str(thing))
    with act_in(ctx), transaction.atomic():
        AuditHead.objects.get_or_create(tenant_id=ctx.tenant.id, defaults={"hash": GENESIS})
        head = AuditHead.objects.select_for_update().get()
        entry = AuditEntry(
            seq=head.seq + 1,
            at=ctx.now.astimezone(UTC),
            actor_kind=ctx.actor.kind.value,
            actor_id=ctx.actor.id,
            actor_label=ctx.actor.trail_label,
            action=action,
            object_type=object_type,
            object_id=object_id,
            detail=json.loads(json.dumps(dict(detail or {}), default=str)),
            purpose=ctx.purpose,
            address=ctx.address,
            request_id=ctx.request_id,
        )
        entry.hash = _digest(_key(ctx), bytes(head.hash), entry)
        entry.save(force_insert=True)
        AuditHead.objects.filter(pk=head.pk).update(seq=entry.seq, hash=entry.hash)
    recorded.set(recorded.get() + 1)
    return entry


def verify(ctx: Context) -> Iterator[Fault]:
    """Walk the tenant's chain from its first entry and yield each ``Fault``; nothing yielded means it holds."""
    with act_in(ctx):
        key, previous, expected = _key(ctx), GENESIS, 1
        for entry in AuditEntry.objects.order_by("seq").iterator(chunk_size=2000):
            if entry.seq != expected:
                yield Fault(expected, f"missing: the chain jumps to {entry.seq}")
                expected = entry.seq
            if _digest(key, previous, entry) != bytes(entry.hash):
                yield Fault(entry.seq, "altered: its seal does not match its content")
            previous, expected = bytes(entry.hash), entry.seq + 1
        head = AuditHead.objects.first()
        if head is not None and (head.seq != expected - 1 or bytes(head.hash) != previous):
            yield Fault(head.seq, "cut: the last entries are gone or the head was altered")
        if head is None and expected > 1:
            yield Fault(expected - 1, "cut: the head of the chain is gone")
