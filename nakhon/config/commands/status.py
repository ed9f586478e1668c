"""``nakhon status``: what runs and how it is; exit code 0 healthy, 1 unhealthy, 3 not running."""

from __future__ import annotations

import json

import click

from nakhon.config.run.home import Home
from nakhon.config.run.status import Status, collect

_STATES = {
    "running": ("ทำงานปกติ · running and healthy", "green", 0),
    "degraded": ("ให้บริการได้ แต่ควรตรวจ (สั่ง nakhon doctor) · serving, but look at it (try nakhon doctor)", "yellow", 0),
    "unhealthy": ("ทำงานอยู่แต่ผิดปกติ (สั่ง nakhon doctor) · running but unhealthy (try nakhon doctor)", "red", 1),
    "partial": ("ทำงานเพียงบางส่วน (สั่ง nakhon up) · only partly running (try nakhon up)", "yellow", 3),
    "stopped": ("ไม่ได้ทำงาน (เริ่มด้วย nakhon up) · not running (start with nakhon up)", "yellow", 3),
}


@click.command(
    "status",
    help="สถานะ ที่อยู่ หน่วยความจำ ขนาดฐานข้อมูล และคิวงาน\n\nState, address, memory, database size and queue."
    " Exit code: 0 healthy, 1 unhealthy, 3 not running.",
    short_help="สถานะของระบบ · state of the platform",
)
@click.option("--json", "as_json", is_flag=True, help="พิมพ์เป็น JSON · print JSON")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    status = collect(Home.locate())
    if as_json:
        click.echo(json.dumps(status.as_dict(), ensure_ascii=False, indent=1))
    else:
        _show(status)
    ctx.exit(_STATES[status.state][2])


def _show(status: Status) -> None:
    text, colour, _ = _STATES[status.state]
    click.secho(text, fg=colour, bold=True)

    def row(name: str, value: object) -> None:
        if value is not None:
            click.echo(f"  {name}: {value}")

    row("ที่อยู่ · address", status.url)
    row("โฟลเดอร์ข้อมูล · home", status.home)
    row("รุ่น · version", status.version)
    if status.uptime_seconds is not None:
        row("ทำงานมาแล้ว · uptime", _duration(status.uptime_seconds))
    for name, part in status.processes.items():
        row(
            name,
            f"pid {part.pid}, {part.processes} process(es), RSS {_size(part.rss)}, PSS {_size(part.pss)}, restarts {part.restarts}",
        )
    if status.processes:
        row("หน่วยความจำรวม · memory in all", f"RSS {_size(status.rss)}, PSS {_size(status.pss)}")
    if status.database_bytes is not None:
        row("ฐานข้อมูล · database", f"{status.database}, {_size(status.database_bytes)}")
    row("งานในคิว · queue", status.queue)
    row("งานที่ล้มเหลว · dead letters", status.dead_letters)
    row("เมือง · cities", status.cities)


def _size(size: int) -> str:
    return f"{size / 1_048_576:,.0f} MB"


def _duration(seconds: float) -> str:
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}"
