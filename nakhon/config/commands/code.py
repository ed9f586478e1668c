"""``nakhon code EMAIL``: the six digits that the authenticator of a demonstration account would show now."""

from __future__ import annotations

import click

from nakhon.config.run.django import setup


@click.command()
@click.argument("email")
def command(email: str) -> None:
    """รหัสยืนยันตัวตนของบัญชีสาธิต · The second-factor code of a demonstration account.

    EMAIL is one of those in demo-logins.txt. No other account's code can be shown.
    """
    setup()
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    from nakhon.config.demo.accounts import known_logins

    login = known_logins().get(email)
    if login is None:
        raise click.ClickException(
            f"ไม่มีบัญชีสาธิตชื่อ {email} ดูรายชื่อใน demo-logins.txt\n"
            f"There is no demonstration account {email}; demo-logins.txt lists them"
        )
    counter = next(iter(yield_hotp_counters_from_time()))
    click.echo(format_hotp_value(hotp_value(login["totp_secret"], counter)))
