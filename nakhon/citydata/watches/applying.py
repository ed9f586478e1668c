"""Makes watch definitions true: a row for each, switched off when its rule changed, its live alerts ended when it is taken out."""

from __future__ import annotations

from nakhon.citydata.watches.alerting import end_all
from nakhon.citydata.watches.events import WatchSwitched
from nakhon.citydata.watches.models import Watch, WatchState
from nakhon.citydata.watches.shapes import WatchDefinition, rule_of
from nakhon.citydata.watches.streams import known_streams
from nakhon.kernel.audit import record
from nakhon.kernel.context import Context
from nakhon.kernel.definitions.checking import digest_of
from nakhon.kernel.definitions.shapes import nearest
from nakhon.kernel.errors import Invalid
from nakhon.kernel.outbox import announce
from nakhon.knowledge.text import Text


def apply_watch(ctx: Context, body: WatchDefinition) -> None:
    """Create or change the watch. Other words leave it on; another rule switches it off until it was tried anew, unless the
    definition itself says ``enabled: true``. Raises ``Invalid`` when the kind of thing has no such stream."""
    _has_stream(body)
    digest = digest_of(rule_of(body))
    watch = Watch.objects.select_for_update().filter(key=body.id).first()
    new = watch is None or watch.removed_at is not None
    if watch is None:
        watch = Watch(key=body.id, version=0, digest="")
    other_rule = watch.digest != digest
    if other_rule:
        watch.version += 1
    watch.name_th, watch.name_en = body.name.th, body.name.en
    watch.body, watch.digest = body.model_dump(mode="json"), digest
    watch.sensor, watch.prop = body.when.sensor, body.when.property_
    watch.changed_at, watch.removed_at = ctx.now, None
    if new or other_rule:
        watch.fault = None
    was_on = watch.enabled
    if new or other_rule or body.enabled:
        watch.enabled = body.enabled
    watch.save()
    if other_rule and not watch._state.adding:
        end_all(ctx, watch, reason="withdrawn")
        WatchState.objects.filter(watch=watch).delete()
    if was_on != watch.enabled:
        _tell(ctx, watch)


def _tell(ctx: Context, watch: Watch) -> None:
    watch.switched_at, watch.switched_by = ctx.now, ctx.actor.trail_label[:200]
    watch.untried = "enabled: true" if watch.enabled else ""
    watch.save(update_fields=["switched_at", "switched_by", "untried"])
    act = "citydata.watch.switched_on" if watch.enabled else "citydata.watch.switched_off"
    record(ctx, act, watch, detail={"watch": watch.key, "version": watch.version, "by": "definition"})
    announce(ctx, WatchSwitched(watch.key, watch.enabled))


def remove_watch(ctx: Context, key: str) -> None:
    """Take the watch out of use; its alerts end, and stay with its trials as history."""
    watch = Watch.objects.select_for_update().filter(key=key, removed_at=None).first()
    if watch is None:
        return
    was_on, watch.enabled, watch.removed_at = watch.enabled, False, ctx.now
    watch.save(update_fields=["enabled", "removed_at"])
    end_all(ctx, watch, reason="withdrawn")
    WatchState.objects.filter(watch=watch).delete()
    if was_on:
        _tell(ctx, watch)


def _has_stream(body: WatchDefinition) -> None:
    known = known_streams(body.when.sensor)
    if known is None or body.when.property_ in known:
        return
    meant = nearest(body.when.property_, known)
    raise Invalid(
        Text(f"{body.when.sensor} ไม่มีสิ่งที่วัดชื่อ “{body.when.property_}” (กฎ {body.id})",
             f"{body.when.sensor} has no stream called “{body.when.property_}” (watch {body.id})"),
        Text(f"หมายถึง {meant} หรือไม่", f"Did you mean {meant}?") if meant
        else Text(f"เลือกจาก {', '.join(known)}", f"Choose from {', '.join(known)}"),
    )  # fmt: skip
