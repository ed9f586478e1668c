"""Steps that the tests of imports share: send a file, map it, let the real worker work."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nakhon.citydata.registers.importing import queries, services
from nakhon.citydata.registers.importing.types import ImportInfo, Policy
from nakhon.citydata.registers.models import Record, RecordStatus
from nakhon.kernel.context import Context
from nakhon.kernel.models import Work, WorkStatus
from nakhon.kernel.tenancy import act_in
from tests import make

HEADS = ("รหัส", "กำลังไฟ", "สภาพ", "ซ่อมล่าสุด", "ลองจิจูด", "ละติจูด")
COLUMNS = {"code": "รหัส", "watts": "กำลังไฟ", "state": "สภาพ", "fixed_on": "ซ่อมล่าสุด"}
PLACE = {"from": "columns", "x": "ลองจิจูด", "y": "ละติจูด"}


def lamp(number: int, **changed: Any) -> dict[str, Any]:
    """A row by its number; ``code``, ``watts``, ``state``, ``fixed_on``, ``lon`` and ``lat`` change a cell."""
    cells = {
        "code": f"KS-{number:04d}", "watts": "๑๐๐", "state": "ใช้ได้", "fixed_on": "15/01/2569",
        "lon": 100.0 + number / 100_000, "lat": 9.53,
    } | changed  # fmt: skip
    return dict(zip(HEADS, cells.values(), strict=True))


def csv_of(rows: Iterable[Mapping[str, Any]], heads: Sequence[str] = HEADS) -> bytes:
    lines = [",".join(heads)] + [",".join(str(row.get(head, "")) for head in heads) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


def begin(ctx: Context, data: bytes, name: str = "lamps.csv", register: str = "lamp") -> ImportInfo:
    return services.begin_import(ctx, register=register, stream=io.BytesIO(data), name=name)


def map_lamps(ctx: Context, run: ImportInfo, policy: str = Policy.ADD, **more: Any) -> ImportInfo:
    given: dict[str, Any] = {"columns": COLUMNS, "geometry": PLACE, "srid": 4326, "policy": policy}
    return services.map_import(ctx, run_id=run.id, **(given | more))


def bring_in(ctx: Context, rows: Iterable[Mapping[str, Any]], policy: str = Policy.ADD, **more: Any) -> ImportInfo:
    """The whole way, for lamps."""
    run = map_lamps(ctx, begin(ctx, csv_of(rows)), policy, **more)
    services.confirm_import(ctx, run_id=run.id)
    work(ctx)
    return queries.import_run(ctx, run_id=run.id)


def work(ctx: Context) -> None:
    """Let the real worker work until nothing is left: each chunk asks for the next one."""
    for _ in range(60):
        make.run_worker()
        with act_in(ctx):
            if not Work.objects.filter(status=WorkStatus.PENDING).exists():
                return
    raise AssertionError("The work does not end")


def records(ctx: Context, *, status: str = RecordStatus.ACTIVE) -> dict[str, Record]:
    with act_in(ctx):
        return {row.key: row for row in Record.objects.filter(status=status)}
