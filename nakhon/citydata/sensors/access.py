"""Who may see which kinds of things: the roles that a kind's definition names; "public" means everybody."""

from __future__ import annotations

from nakhon.citydata.sensors.errors import SensorsNotFound
from nakhon.citydata.sensors.models import Datastream, Device, SensorKind, Thing
from nakhon.kernel.context import Context
from nakhon.kernel.permissions import SYSTEM_ROLE


def may_see(ctx: Context, kind: SensorKind) -> bool:
    roles = set((kind.body.get("access") or {}).get("see") or ["public"])
    return "public" in roles or SYSTEM_ROLE in ctx.actor.roles or not roles.isdisjoint(ctx.actor.roles)


def visible_kinds(ctx: Context) -> dict[object, SensorKind]:
    """The kinds that the actor may see, by their id; withdrawn ones too, for their readings stay."""
    return {kind.pk: kind for kind in SensorKind.objects.order_by("key") if may_see(ctx, kind)}


def thing_numbered(ctx: Context, number: int) -> Thing:
    """The thing of this number. Raises ``SensorsNotFound``, also when the actor may not see its kind."""
    row: Thing | None = Thing.objects.select_related("kind", "location").filter(number=number).first()
    if row is None or not may_see(ctx, row.kind):
        raise SensorsNotFound
    return row


def stream_numbered(ctx: Context, number: int) -> Datastream:
    """The stream of this number, likewise."""
    row: Datastream | None = (
        Datastream.objects.select_related("thing__kind", "observed", "latest").filter(number=number).first()
    )
    if row is None or not may_see(ctx, row.thing.kind):
        raise SensorsNotFound
    return row


def device_named(slug: str, *, lock: bool = False) -> Device:
    """The device of this name. Raises ``SensorsNotFound``."""
    rows = Device.objects.select_for_update(of=("self",)) if lock else Device.objects.all()
    row: Device | None = rows.select_related("thing__kind").filter(slug=slug).first()
    if row is None:
        raise SensorsNotFound
    return row
