"""Who may see which watches and alerts: those who may see the kind of thing that is watched."""

from __future__ import annotations

from nakhon.citydata.sensors.access import visible_kinds
from nakhon.kernel.context import Context


def seen_sensors(ctx: Context) -> list[str]:
    """The kinds of things of which the actor may see watches and alerts."""
    return [kind.key for kind in visible_kinds(ctx).values()]
