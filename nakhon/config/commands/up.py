"""``nakhon up``: start everything, or say that it already runs."""

from __future__ import annotations

import click

from nakhon.config.run.home import Home
from nakhon.config.run.up import bring_up


@click.command(
    "up",
    help="เริ่มระบบทั้งหมดจนพร้อมให้บริการ\n\nStart the whole platform and wait until it is healthy.",
    short_help="เริ่มระบบ · start the platform",
)
@click.option("--detach", "-d", is_flag=True, help="ทำงานเบื้องหลัง · run in the background")
@click.option("--port", type=click.IntRange(1, 65535), help="พอร์ตของเว็บ (NAKHON_PORT, 8000) · the web's port")
@click.option(
    "--demo/--no-demo",
    "demo",
    default=None,
    help="นำเข้าข้อมูลสาธิตอีกครั้ง/ไม่ใช้ข้อมูลสาธิต · load the demonstration again/not at all",
)
@click.pass_context
def command(ctx: click.Context, detach: bool, port: int | None, demo: bool | None) -> None:
    ctx.exit(bring_up(Home.locate(), port=port, detach=detach, demo=demo is not False, demo_again=demo is True))
