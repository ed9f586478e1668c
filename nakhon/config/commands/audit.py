"""``nakhon audit verify``: walk the sealed chain of one city or of all, and say whether it holds; exit code 1 when not."""

from __future__ import annotations

import json
from typing import Any

import click

from nakhon.config.commands import _definitions as shared
from nakhon.knowledge.text import Text


@click.group("audit", short_help="บันทึกการใช้งาน · the audit trail")
def command() -> None:
    """บันทึกการใช้งานของระบบ · The audit trail.

    รหัสออก · Exit codes: 0 ถูกต้อง · it holds, 1 พบความผิดปกติ · a fault was found, 2 ใช้คำสั่งผิด · wrong use.
    """


@command.command("verify")
@click.option("--city", default="", help="ชื่อย่อของเมือง เช่น samui · the city's short name")
@click.option("--all", "every", is_flag=True, help="ทุกหน่วยงานในระบบ · every organisation on the platform")
@shared.language
@shared.as_json
def verify(city: str, every: bool, language: str, as_json: bool) -> None:
    """ตรวจว่าไม่มีใครแก้ ลบ หรือแทรกรายการ · See that no entry was changed, removed or inserted."""
    if bool(city) == every:
        raise click.UsageError("ระบุ --city ชื่อย่อ หรือ --all อย่างใดอย่างหนึ่ง · Give either --city NAME or --all")
    shared.load()
    from nakhon.kernel.models import Tenant
    from nakhon.kernel.services import verify_audit

    slugs = list(Tenant.objects.order_by("slug").values_list("slug", flat=True)) if every else [city]
    rows: list[dict[str, Any]] = []
    for slug in slugs:
        ctx = shared.context(slug, language)
        with shared.refusals(language):
            verdict = verify_audit(ctx)
        faults = [{"seq": fault.seq, "kind": fault.kind, "text": fault.text.in_(language)} for fault in verdict.shown]
        rows.append(
            {
                "city": slug,
                "holds": verdict.holds,
                "entries": verdict.entries,
                "faults": verdict.faults,
                "first": faults,
                "recorded": verdict.is_recorded,
            }
        )
        if not as_json:
            _show(rows[-1], language)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    if not all(row["holds"] for row in rows):
        raise click.exceptions.Exit(shared.REFUSED)


def _show(row: dict[str, Any], language: str) -> None:
    if row["holds"]:
        said = Text(
            f"{row['city']}: ถูกต้องครบถ้วน {row['entries']:,} รายการ",
            f"{row['city']}: holds, entries: {row['entries']:,}",
        )
        click.secho(said.in_(language), fg="green")
        return
    said = Text(
        f"{row['city']}: ไม่ถูกต้อง พบความผิดปกติ {row['faults']:,} จุด ใน {row['entries']:,} รายการ",
        f"{row['city']}: does not hold, faults: {row['faults']:,} in {row['entries']:,} entries",
    )
    click.secho(said.in_(language), fg="red", bold=True)
    for fault in row["first"]:
        click.echo(
            Text(f"  ลำดับที่ {fault['seq']}: {fault['text']}", f"  no. {fault['seq']}: {fault['text']}").in_(language)
        )
    if not row["recorded"]:
        said = Text("  หัวของสายหายไป จึงบันทึกผลการตรวจไม่ได้", "  The head is gone, so this outcome could not be recorded")
        click.echo(said.in_(language))
    said = Text(
        "วิธีแก้: เก็บหลักฐานไว้ แจ้งผู้ตรวจสอบภายใน แล้วเทียบกับสำเนาสำรองด้วย nakhon restore ในโฟลเดอร์ใหม่",
        "Remedy: keep the evidence, tell the internal auditor, and compare with a backup: nakhon restore into a new home",
    )
    click.echo(said.in_(language))
