"""``nakhon keys``: change the key that seals personal fields."""

from __future__ import annotations

import click

from nakhon.config.run.django import setup


@click.group()
def command() -> None:
    """กุญแจเข้ารหัสข้อมูลส่วนบุคคล · The keys that seal personal fields."""


@command.command("rotate")
@click.option("--resume", is_flag=True, help="ทำต่อจากครั้งก่อนที่ค้าง · Go on with a rotation that was stopped.")
def rotate(resume: bool) -> None:
    """เปลี่ยนกุญแจและเข้ารหัสใหม่ทั้งหมด · Add a key, seal every personal field anew, drop the old keys.

    It may run while the platform is in use, and be stopped and resumed. Make a back-up afterwards: an older one holds the
    old keys and keeps opening with them.
    """
    setup()
    from nakhon.kernel.errors import NakhonError
    from nakhon.kernel.rotation import rotate_keys

    def tell(slug: str, table: str, cells: int) -> None:
        click.echo(f"{slug}: {table}: {cells:,}")

    try:
        done = rotate_keys(tell, resume=resume)
    except NakhonError as error:
        raise click.ClickException(
            f"{error.message.th} {error.remedy.th}\n{error.message.en}. {error.remedy.en}"
        ) from None
    click.echo(
        f"เข้ารหัสใหม่ {done.cells:,} ช่องด้วยกุญแจ {done.key_id} ทิ้งกุญแจเก่า {done.retired} ดอก\n"
        f"{done.cells:,} cells sealed with key {done.key_id}; old keys dropped: {done.retired}"
    )
