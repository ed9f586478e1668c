"""``nakhon stop``: stop everything of this home, in order."""

from __future__ import annotations

import click

from nakhon.config.run import supervisor
from nakhon.config.run.home import Home
from nakhon.config.run.progress import say
from nakhon.knowledge.text import Text


@click.command(
    "stop",
    help="หยุดเว็บ งานเบื้องหลัง และฐานข้อมูลของที่นี่ตามลำดับ\n\nStop web, worker and database of this home, in order.",
    short_help="หยุดระบบ · stop the platform",
)
def command() -> None:
    if supervisor.stop(Home.locate()):
        say(Text(th="หยุดระบบแล้ว ข้อมูลทั้งหมดยังอยู่", en="Stopped; all data are kept"))
    else:
        say(Text(th="ระบบไม่ได้ทำงานอยู่", en="The platform was not running"))
