"""Counts the use of datasets by day, without keeping who it was."""

from __future__ import annotations

from django.db import connection

from nakhon.citydata.catalog.types import USES, Use
from nakhon.kernel.context import ActorKind, Context
from nakhon.knowledge.dates import in_bangkok


def count_use(ctx: Context, key: str, use: Use) -> None:
    """Add one to the day's count of a dataset. What the platform itself does is no use."""
    if use not in USES:
        raise ValueError(use)
    if ctx.actor.kind is ActorKind.SYSTEM:
        return
    sql = (
        f"INSERT INTO citydata_catalog_datasetuse AS u (id, tenant_id, dataset, day, view, preview, download) "  # noqa: S608
        f"VALUES (gen_random_uuid(), %(tenant)s, %(key)s, %(day)s, 0, 0, 0) "
        f"ON CONFLICT (tenant_id, dataset, day) DO UPDATE SET {use} = u.{use} + 1"
    ).replace("0, 0, 0", ", ".join("1" if name == use else "0" for name in USES))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": ctx.tenant.id, "key": key, "day": in_bangkok(ctx.now).date()})
