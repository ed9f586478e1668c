"""How long the tiles of the largest register take at each zoom, how large they are, and PostgreSQL's processor time beside.

``python -m benchmarks.registers.tiles`` after ``benchmarks.registers.import_geojson``, with the same environment, on the machine
of the database (its processor time is read from /proc).
"""

from __future__ import annotations

import math
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

TURNS = 5


def _used(pid: int) -> float:
    """Processor seconds of a process so far (Linux)."""
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def _tile_at(lon: float, lat: float, z: int) -> tuple[int, int]:
    side, phi = 2**z, math.radians(lat)
    return int((lon + 180) / 360 * side), int((1 - math.asinh(math.tan(phi)) / math.pi) / 2 * side)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nakhon.config.settings")
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from nakhon.citydata.registers import queries
    from nakhon.kernel.context import Actor, ActorKind, Context, TenantRef
    from nakhon.kernel.tenancy import act_in
    from nakhon.knowledge.text import Text

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.tenant_id, t.slug, r.key, r.record_count FROM citydata_registers_register r "
            "JOIN kernel_tenant t ON t.id = r.tenant_id ORDER BY r.record_count DESC LIMIT 1"
        )
        tenant, slug, key, count = cursor.fetchone()
    actor = Actor(ActorKind.STAFF, "bench", "bench", frozenset({"officer"}))
    ctx = Context(TenantRef(tenant, slug, Text(slug, slug)), actor, timezone.now())
    layer = queries.map_layer(ctx, register=key)
    assert layer.bounds is not None, "The register has no places"
    lon, lat = (layer.bounds[0] + layer.bounds[2]) / 2, (layer.bounds[1] + layer.bounds[3]) / 2
    print(f"{slug}/{key}: {count:,} records")
    for z in (5, 6, 8, 10, 12, 13, 14, 15, 16):
        x, y = _tile_at(lon, lat, z)
        best, size = math.inf, 0
        with act_in(ctx), connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid: Any = cursor.fetchone()[0]
            before = _used(pid)
            for _ in range(TURNS):
                begun = time.perf_counter()
                size = len(queries.tile(replace(ctx, now=timezone.now()), register=key, z=z, x=x, y=y))
                best = min(best, time.perf_counter() - begun)
            used = (_used(pid) - before) / TURNS
        print(f"z{z:<2} best {best * 1000:7.0f} ms, processor {used * 1000:6.0f} ms, {size / 1000:7.1f} kB")


if __name__ == "__main__":
    main()
