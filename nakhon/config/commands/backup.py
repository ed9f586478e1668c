"""``nakhon backup FILE``: everything of this home in one encrypted file."""

from __future__ import annotations

from pathlib import Path

import click

from nakhon.config.run import backup
from nakhon.config.run.home import Home
from nakhon.config.run.passphrase import ask
from nakhon.config.run.progress import say
from nakhon.knowledge.text import Text


@click.command(
    "backup",
    help="สำรองฐานข้อมูล ไฟล์แนบ กุญแจ และรหัสลับ ลงในไฟล์เข้ารหัสไฟล์เดียว\n\n"
    "Save database, attachments, keys and secrets in one encrypted file. The platform may keep running.",
    short_help="สำรองข้อมูล · back up",
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="อ่านรหัสผ่านจากไฟล์ (หรือ NAKHON_BACKUP_PASSPHRASE) · read the passphrase from a file",
)
def command(file: Path, passphrase_file: Path | None) -> None:
    target = file.resolve()
    manifest = backup.create(Home.locate(), target, ask(passphrase_file, twice=True))
    rows, size = sum(manifest.rows.values()), target.stat().st_size / 1_048_576
    say(
        Text(
            th=f"สำรองแล้ว: {target} ({size:.1f} MB, {len(manifest.rows)} ตาราง {rows} แถว) "
            "เก็บรหัสผ่านไว้คนละที่กับไฟล์ หากลืมจะเปิดไม่ได้อีก",
            en=f"Saved: {target} ({size:.1f} MB, {len(manifest.rows)} tables, {rows} rows). "
            "Keep the passphrase apart from the file: without it nothing opens",
        )
    )
