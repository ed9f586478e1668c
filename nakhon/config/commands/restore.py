"""``nakhon restore FILE``: bring a backup into an empty home, verified."""

from __future__ import annotations

from pathlib import Path

import click

from nakhon.config.run import restore
from nakhon.config.run.home import Home
from nakhon.config.run.passphrase import ask
from nakhon.config.run.progress import say
from nakhon.knowledge.text import Text


@click.command(
    "restore",
    help="กู้คืนสำเนาสำรองลงในโฟลเดอร์ว่าง และตรวจสอบครบทุกส่วน\n\n"
    "Bring a backup into an empty home and verify every part; then start it with nakhon up.",
    short_help="กู้คืนข้อมูล · restore a backup",
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="อ่านรหัสผ่านจากไฟล์ (หรือ NAKHON_BACKUP_PASSPHRASE) · read the passphrase from a file",
)
def command(file: Path, passphrase_file: Path | None) -> None:
    home = Home.locate()
    restore.refuse_unless_empty(home)
    manifest = restore.restore(home, file.resolve(), ask(passphrase_file, twice=False))
    rows = sum(manifest.rows.values())
    say(
        Text(
            th=f"กู้คืนและตรวจแล้ว: {len(manifest.rows)} ตาราง {rows} แถว ไฟล์ {len(manifest.parts)} รายการ "
            f"สำรองเมื่อ {manifest.made_at} เริ่มใช้งานด้วย nakhon up",
            en=f"Restored and verified: {len(manifest.rows)} tables, {rows} rows, {len(manifest.parts)} files, "
            f"saved at {manifest.made_at}. Start it with nakhon up",
        )
    )
