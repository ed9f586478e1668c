"""``nakhon doctor``: what is wrong, and the command that mends it; exit code 1 when something is."""

from __future__ import annotations

import json

import click

from nakhon.config.run.doctor import examine
from nakhon.config.run.home import Home


@click.command(
    "doctor",
    help="ตรวจทุกส่วนและบอกคำสั่งที่แก้ได้\n\nCheck every part and name the command that mends it.",
    short_help="ตรวจหาสิ่งผิดปกติ · find what is wrong",
)
@click.option("--json", "as_json", is_flag=True, help="พิมพ์เป็น JSON · print JSON")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    findings = examine(Home.locate())
    wrong = [finding for finding in findings if not finding.ok]
    if as_json:
        body = {"ok": not wrong, "checks": [finding.as_dict() for finding in findings]}
        click.echo(json.dumps(body, ensure_ascii=False, indent=1))
        ctx.exit(1 if wrong else 0)
    for finding in findings:
        click.secho("✓ " if finding.ok else "✗ ", fg="green" if finding.ok else "red", nl=False)
        click.echo(f"{finding.name.th} · {finding.name.en}: {finding.found.th} · {finding.found.en}")
        if not finding.ok:
            click.secho(f"    → {finding.mend}", fg="yellow")
    click.echo("")
    if wrong:
        click.echo(f"พบปัญหา {len(wrong)} ข้อ · {len(wrong)} problem(s) found")
    else:
        click.echo("ทุกอย่างเรียบร้อย · all is well")
    ctx.exit(1 if wrong else 0)
