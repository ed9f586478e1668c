"""Makes a city with devices on a running platform and prints their log-ins as JSON: ``python benchmarks/mqtt/stage.py 16``.

Run with the platform's ``NAKHON_HOME``; the platform's own verbs make everything.
"""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nakhon.config.run.django import setup


def main(amount: int) -> dict[str, Any]:
    """``city``, ``tenant`` and ``devices``: each a slug, its key and its streams' keys by property code."""
    setup("app")
    from django.utils import timezone

    from nakhon.citydata.sensors.making import ThingSpec, keep_true, make_things
    from nakhon.citydata.sensors.models import SensorKind
    from nakhon.citydata.sensors.services import add_device, make_device_key
    from nakhon.kernel.context import Actor, ActorKind, Context, TenantRef
    from nakhon.kernel.models import Tenant
    from nakhon.kernel.tenancy import act_in
    from nakhon.knowledge.text import Text
    from nakhon.people.models import Organisation

    now, slug = timezone.now(), f"measured-{secrets.token_hex(4)}"
    name = Text("เมืองทดสอบ", "Measured city")
    tenant = Tenant.objects.create(slug=slug, name_th=name.th, name_en=name.en, created_at=now)
    actor = Actor(ActorKind.STAFF, "bench", "bench", frozenset({"admin"}))
    ctx = Context(TenantRef(tenant.pk, slug, name), actor, now)
    with act_in(ctx):
        Organisation.objects.create(tenant=tenant, kind="CITY_MUN", name_th=name.th, name_en=name.en)
        stream = {"name": {"th": "ฝุ่น PM2.5", "en": "PM2.5"}, "unit": "ug/m3", "observed": "pm25"}
        kind = SensorKind.objects.create(
            key="air-station",
            name_th="สถานีวัดอากาศ",
            name_en="Air station",
            body={"streams": {"pm25": stream}, "access": {"see": ["public"]}},
            changed_at=now,
        )
        keep_true(ctx, kind)
        things = make_things(ctx, kind, [ThingSpec(f"t{i}", Text(f"สถานี {i}", f"Station {i}")) for i in range(amount)])
    devices = []
    for index, thing in enumerate(things):
        add_device(ctx, thing=thing.number, slug=f"d{index}")
        key = make_device_key(ctx, device=f"d{index}").key
        with act_in(ctx):
            streams = {row.code: row.pk for row in thing.streams.all()}
        devices.append({"slug": f"d{index}", "key": key, "streams": streams})
    return {"city": slug, "tenant": str(tenant.pk), "devices": devices}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
