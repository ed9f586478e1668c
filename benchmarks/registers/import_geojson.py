"""How long a large file takes from confirmation to its last record, and how much memory the worker needs, beside raw COPY.

``python -m benchmarks.registers.import_geojson`` with DATABASE_URL of a migrated database (the owner's) and a NAKHON_HOME of its
own. ``--format csv --rows 1000000 --kill`` kills the worker once on the way and shows that nothing is lost or done twice.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

REGISTER = """\
kind: register
id: bench-lamp
name: {th: โคมไฟวัดความเร็ว, en: Lamps to measure with}
geometry: Point
key: code
record:
  required: [code, watts]
  properties:
    code: {type: string, title: Code, th: รหัส}
    watts: {type: integer, title: Power, th: กำลังไฟ, unit: W, minimum: 1, maximum: 1000}
    road: {type: string, title: Road, th: ถนน}
    kind_of_lamp: {type: string, title: Kind, th: ชนิด, enum: [led, hps], labels: {led: {th: แอลอีดี, en: LED}, hps: {th: โซเดียม, en: Sodium}}}
    installed: {type: string, format: date, title: Installed, th: ติดตั้ง}
    height: {type: number, title: Height, th: ความสูง, unit: m}
    smart: {type: boolean, title: Smart, th: อัจฉริยะ}
    note: {type: string, title: Note, th: หมายเหตุ}
access: {edit: [officer]}
"""
HEADS = ("code", "watts", "road", "kind_of_lamp", "installed", "height", "smart", "note")


def row_of(number: int) -> tuple[list[Any], float, float]:
    """The cells and the place of lamp ``number``: Thai words, B.E. dates and Thai labels, as offices send them."""
    cells = [
        f"L-{number:07d}", (40, 60, 100, 250)[number % 4], f"ถนนเลี่ยงเมืองสาย {number % 97}", ("แอลอีดี", "โซเดียม")[number % 2],
        f"{1 + number % 28:02d}/{1 + number % 12:02d}/{2550 + number % 19}", 8.5, ("ใช่", "ไม่ใช่")[number % 3 > 0],
        f"โคมไฟถนนในเขตเทศบาล ใกล้วัดที่ {number % 211}",
    ]  # fmt: skip
    return cells, round(99.9 + (number % 1000) / 5000, 6), round(9.4 + (number // 1000) / 10000, 6)


def write_file(path: Path, rows: int, kind: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        if kind == "csv":
            file.write("\ufeff" + ",".join((*HEADS, "longitude", "latitude")) + "\n")
        else:
            file.write('{"type":"FeatureCollection","features":[')
        for number in range(rows):
            cells, lon, lat = row_of(number)
            if kind == "csv":
                file.write(",".join(map(str, (*cells, lon, lat))) + "\n")
            else:
                place = {"type": "Point", "coordinates": [lon, lat]}
                feature = {"type": "Feature", "properties": dict(zip(HEADS, cells, strict=True)), "geometry": place}
                file.write(("," if number else "") + "\n" + json.dumps(feature, ensure_ascii=False))
        if kind != "csv":
            file.write("]}")


def peak_mb(pid: int) -> float:
    """The most memory that a process has had resident, in megabytes (Linux)."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def _worked() -> float:
    """Processor seconds of the workers that have ended: what a busy machine does not blur."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "django", "work"], env=os.environ.copy())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--format", choices=("geojson", "csv"), default="geojson")
    parser.add_argument("--kill", action="store_true", help="SIGKILL the worker once, a third of the way")
    parser.add_argument("--most-seconds", type=int, default=600)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nakhon.config.settings")
    os.environ.setdefault("NAKHON_MAX_UPLOAD_MB", "500")

    import django

    django.setup()
    from nakhon.citydata.registers.importing import queries, services

    ctx = _city()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"lamps.{options.format}"
        write_file(path, options.rows, options.format)
        print(f"file: {options.rows:,} rows, {path.stat().st_size / 1e6:.1f} MB of {options.format}")
        begun = time.perf_counter()
        with path.open("rb") as stream:
            run = services.begin_import(ctx, register="bench-lamp", stream=stream, name=path.name)
        services.map_import(
            ctx, run_id=run.id, columns=run.mapping["columns"], geometry=run.mapping["geometry"], srid=run.srid
        )
        print(f"received and looked at: {time.perf_counter() - begun:.1f} s")
    worker = start_worker()
    time.sleep(4)
    peak, killed, begun = 0.0, not options.kill, time.perf_counter()
    services.confirm_import(ctx, run_id=run.id)
    try:
        while True:
            time.sleep(0.25)
            peak = max(peak, peak_mb(worker.pid))
            now = queries.import_run(ctx, run_id=run.id)
            if not killed and now.rows_read >= options.rows / 3:
                worker.send_signal(signal.SIGKILL)
                worker.wait()
                print(f"killed the worker after {now.rows_read:,} rows, {time.perf_counter() - begun:.1f} s")
                worker, killed = start_worker(), True
            if now.state != "RUNNING":
                break
            if time.perf_counter() - begun > options.most_seconds:
                print(f"time is over: {now.rows_read:,} rows read, {now.rate or 0:.0f} rows a second")
                services.cancel_import(ctx, run_id=run.id)
                break
    finally:
        worker.terminate()
        worker.wait(30)
    seconds = time.perf_counter() - begun
    done = queries.import_run(ctx, run_id=run.id)
    print(
        f"{done.state}: {done.rows_good:,} good, {done.rows_bad:,} bad in {seconds:.1f} s "
        f"({done.rows_read / seconds:,.0f} rows a second), worker's peak {peak:.0f} MB, "
        f"its processor time {_worked():.1f} s; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    copied, copy_seconds = _raw_copy(ctx)
    print(
        f"raw COPY of the same {copied:,} rows with the same indexes: {copy_seconds:.1f} s; ratio {seconds / copy_seconds:.1f}"
    )
    assert copied == done.rows_good, "records and counts differ"


def _city() -> Any:
    """A city with the register, and an officer's context in it."""
    from django.utils import timezone

    from nakhon.kernel.context import Actor, ActorKind, Context, TenantRef
    from nakhon.kernel.definitions.checking import check
    from nakhon.kernel.definitions.queries import plan_definitions
    from nakhon.kernel.definitions.reader import Source
    from nakhon.kernel.definitions.services import apply_definitions
    from nakhon.kernel.keys import ensure_keys
    from nakhon.kernel.models import Tenant
    from nakhon.kernel.tenancy import act_in
    from nakhon.knowledge.text import Text
    from nakhon.people.models import Organisation

    ensure_keys()
    slug, now = f"measured-{secrets.token_hex(4)}", timezone.now()
    tenant = Tenant.objects.create(slug=slug, name_th="เมืองทดสอบ", name_en="Measured", created_at=now)
    actor = Actor(ActorKind.STAFF, "bench", "bench", frozenset({"admin", "officer"}))
    ctx = Context(TenantRef(tenant.pk, slug, Text("เมืองทดสอบ", "Measured")), actor, now)
    with act_in(ctx):
        Organisation.objects.create(tenant=tenant, kind="CITY_MUN", name_th="เมืองทดสอบ", name_en="Measured")
    documents = check([Source("register.yaml", REGISTER.encode())]).documents
    plan = plan_definitions(ctx, documents=documents)
    apply_definitions(ctx, documents=documents, plan_hash=plan.hash)
    return ctx


def _raw_copy(ctx: Any) -> tuple[int, float]:
    """COPY of what was stored into an empty table with the same columns and indexes, as fast as PostgreSQL takes it."""
    from django.db import connection

    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_raw (LIKE citydata_registers_record INCLUDING DEFAULTS INCLUDING INDEXES)")
        try:
            raw: Any = cursor.cursor
            with raw.copy(
                "COPY (SELECT * FROM citydata_registers_record WHERE tenant_id = %s) TO STDOUT (FORMAT binary)",
                [ctx.tenant.id],
            ) as out:
                pieces = [bytes(piece) for piece in out]
            begun = time.perf_counter()
            with raw.copy("COPY bench_raw FROM STDIN (FORMAT binary)") as into:
                for piece in pieces:
                    into.write(piece)
            seconds = time.perf_counter() - begun
            cursor.execute("SELECT count(*) FROM bench_raw")
            return int(cursor.fetchone()[0]), seconds
        finally:
            cursor.execute("DROP TABLE IF EXISTS bench_raw")


if __name__ == "__main__":
    main()
