"""Where a backup's passphrase comes from: a file, ``NAKHON_BACKUP_PASSPHRASE``, or the person at the keyboard."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from nakhon.config.run.errors import RunError
from nakhon.knowledge.text import Text


def ask(file: Path | None, *, twice: bool) -> str:
    """The passphrase, never from the command line (every user of the machine could read it there)."""
    if file is not None:
        try:
            return file.read_text().strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise RunError(
                Text(th=f"อ่านไฟล์รหัสผ่าน {file} ไม่ได้", en=f"The passphrase file {file} cannot be read"),
                Text(th="ตรวจชื่อและสิทธิ์ของไฟล์", en="Check the file's name and permissions"),
                detail=str(error),
            ) from error
    if given := os.environ.get("NAKHON_BACKUP_PASSPHRASE"):
        return given
    if not sys.stdin.isatty():
        raise RunError(
            Text(th="ไม่ได้ระบุรหัสผ่านของสำเนาสำรอง", en="No passphrase for the backup was given"),
            Text(
                th="ใช้ --passphrase-file ไฟล์ หรือกำหนด NAKHON_BACKUP_PASSPHRASE",
                en="Use --passphrase-file FILE, or set NAKHON_BACKUP_PASSPHRASE",
            ),
        )
    said: str = click.prompt("รหัสผ่านของสำเนาสำรอง · passphrase", hide_input=True, confirmation_prompt=twice)
    return said
