"""How many readings a second ``ingest.store`` takes, beside raw COPY of the same rows into the same table in the same run.

``python -m benchmarks.sensors.ingest`` with DATABASE_URL of a migrated database (the owner's), for about a minute.
"""

from __future__ import annotations

import argparse
import random
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=1000)
    parser.add_argument("--batches", type=int, default=30)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--role", default="nakhon_app", help="the role that stores, as the running platform does")
    options = parser.parse_args()

    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from nakhon.citydata.sensors.ingest import Reading, make_partition, store
    from nakhon.citydata.sensors.making import ThingSpec, keep_true, make_things
    from nakhon.citydata.sensors.models import Datastream, Observation, Rollup, SensorKind
    from nakhon.kernel.keys import ensure_keys
    from nakhon.kernel.models import Tenant
    from nakhon.kernel.tasks import system_context
    from nakhon.kernel.tenancy import act_in
    from nakhon.knowledge.text import Text

    ensure_keys()
    owner = connection.copy()
    connection.settings_dict.setdefault("OPTIONS", {})["assume_role"] = options.role
    connection.close()
    now = timezone.now()
    tenant = Tenant.objects.create(slug=f"bench-{int(time.time())}", name_th="วัด", name_en="Bench", created_at=now)
    ctx = system_context(tenant, "benchmark", now)
    with act_in(ctx):
        kind = SensorKind.objects.create(
            key="bench", name_th="วัด", name_en="Bench", changed_at=now,
            body={"streams": {"value": {"name": {"th": "ค่า", "en": "Value"}}}},
        )  # fmt: skip
        keep_true(ctx, kind)
        make_things(ctx, kind, [ThingSpec(f"t{index}", Text("ก", "a")) for index in range(options.batch)])
        streams = list(Datastream.objects.order_by("pk").values_list("pk", flat=True))

    def batches(wide: int, start: datetime, step: timedelta, amount: int) -> list[list[Any]]:
        """``amount`` batches, each of ``wide`` streams with as many times as fill it."""
        made, tick = [], 0
        for _ in range(amount):
            batch = []
            for _ in range(options.batch // wide):
                at = start + step * tick
                batch += [Reading(stream, at, random.random() * 50) for stream in streams[:wide]]
                tick += 1
            made.append(batch)
        return made

    def timed(work: Callable[[], None]) -> float:
        begun = time.perf_counter()
        work()
        return time.perf_counter() - begun

    def put(rows: Sequence[Sequence[Any]]) -> None:
        for batch in rows:
            done = store(tenant.pk, batch)
            assert done.inserted == len(batch), done

    def copy(rows: Sequence[Sequence[Any]]) -> None:
        with owner.cursor():
            pass
        raw = owner.connection
        for batch in rows:
            with (
                raw.cursor() as cursor,
                cursor.copy(
                    "COPY citydata_sensors_observation (tenant_id, datastream_id, phenomenon_time, received_at, result, quality, "
                    "revision) FROM STDIN"
                ) as pipe,
            ):
                for reading in batch:
                    pipe.write_row((tenant.pk, reading.datastream, reading.time, now, reading.result, 0, 0))

    old = now - timedelta(days=1)
    for days in (59, 60, 61):
        day = now - timedelta(days=days)
        make_partition(day.year, day.month)
    put(batches(1000 if options.batch >= 1000 else options.batch, old - timedelta(hours=1), timedelta(seconds=1), 3))
    total = options.batch * options.batches
    print(f"batches of {options.batch}, {options.batches} each; readings a second, and the share of raw COPY's")
    shapes: list[SimpleNamespace] = [
        SimpleNamespace(name="one reading of each of 1,000 streams", wide=min(1000, options.batch), step=61, hours=0),
        SimpleNamespace(name="ten readings of 100 streams", wide=100, step=31, hours=9),
        SimpleNamespace(name="a hundred readings of 10 streams", wide=10, step=7, hours=14),
    ]
    for shape in shapes:
        begun = old + timedelta(hours=shape.hours)
        step = timedelta(seconds=shape.step)
        plain = batches(shape.wide, begun - timedelta(days=60), step, options.batches)
        raw = total / timed(lambda rows=plain: copy(rows))  # type: ignore[misc]
        rows = batches(shape.wide, begun, step, options.batches)
        ours = total / timed(lambda rows=rows: put(rows))  # type: ignore[misc]
        again = timed(lambda rows=rows: [store(tenant.pk, batch) for batch in rows] and None)  # type: ignore[misc]
        print(
            f"  {shape.name:42} store {ours:8,.0f}/s  COPY {raw:8,.0f}/s  {ours / raw:5.1%}  again {total / again:8,.0f}/s"
        )

    parts = [
        batches(100, old + timedelta(minutes=index * 7), timedelta(seconds=3), options.batches)
        for index in range(options.threads)
    ]
    width = len(streams) // options.threads

    def shifted(index: int) -> None:
        own = streams[index * width : (index + 1) * width][:100]
        for batch in parts[index]:
            moved = [
                Reading(own[place % len(own)], r.time - timedelta(days=3), r.result) for place, r in enumerate(batch)
            ]
            store(tenant.pk, moved)
        connection.close()

    def together() -> None:
        threads = [threading.Thread(target=shifted, args=(index,)) for index in range(options.threads)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    print(f"  {options.threads} threads, streams of their own {total * options.threads / timed(together):>14,.0f}/s")
    with act_in(ctx):
        Observation.objects.all()._raw_delete("default")
        Rollup.objects.all()._raw_delete("default")
    owner.close()


if __name__ == "__main__":
    main()
