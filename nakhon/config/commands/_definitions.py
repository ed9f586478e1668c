"""What the commands ``definitions`` and ``solution`` share: set-up, the city, saying what happened, exit codes.

Exit codes: 0 done, 1 refused (faulty files, a plan that cannot be carried out), 2 wrong use (unknown city, path or option).
"""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from nakhon.knowledge.text import Text

if TYPE_CHECKING:
    from nakhon.kernel.context import Context
    from nakhon.kernel.definitions.planning import Plan

REFUSED, WRONG_USE = 1, 2
F = TypeVar("F", bound=Callable[..., Any])

language = click.option(
    "--language",
    type=click.Choice(["th", "en"]),
    default="th",
    show_default=True,
    help="ภาษาของข้อความ · language of messages",
)
as_json = click.option("--json", "as_json", is_flag=True, help="พิมพ์เป็น JSON · print JSON")
city_option = click.option("--city", required=True, help="ชื่อย่อของเมือง เช่น samui · the city's short name")
yes = click.option("--yes", is_flag=True, help="ไม่ต้องถามยืนยัน · do not ask")


def load(*, database: bool = True) -> None:
    """Load Django; without ``database`` nothing needs to run, as checking files needs none."""
    from nakhon.config.run.django import setup

    if not database:
        os.environ.setdefault("NAKHON_SECRET_KEY", "only-reads-files")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nakhon.config.settings")
    setup()


def colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def say(text: Text, language: str, *, error: bool = False) -> None:
    click.echo(text.in_(language), err=error)


def stop(text: Text, language: str, code: int = WRONG_USE) -> None:
    """Print and exit with ``code``."""
    say(text, language, error=True)
    raise click.exceptions.Exit(code)


@contextmanager
def refusals(language: str) -> Iterator[None]:
    """Turns the platform's failures into a message and an exit code."""
    from nakhon.kernel.definitions.faults import FaultyDefinitions, render_faults
    from nakhon.kernel.errors import NakhonError, NotFound

    try:
        yield
    except FaultyDefinitions as error:
        click.echo(render_faults(error.faults, language=language, colour=colour()), err=True)
        raise click.exceptions.Exit(REFUSED) from None
    except NakhonError as error:
        click.echo(error.message.in_(language), err=True)
        for name, told in error.fields.items():
            click.echo(f"  {name}: {told.in_(language)}", err=True)
        say(Text(f"วิธีแก้: {error.remedy.th}", f"Remedy: {error.remedy.en}"), language, error=True)
        raise click.exceptions.Exit(WRONG_USE if isinstance(error, NotFound) else REFUSED) from None


def context(city: str, language: str) -> Context:
    """The platform itself acting in ``city``, named after the operator who typed the command."""
    from dataclasses import replace

    from nakhon.kernel.definitions.shapes import listed, nearest
    from nakhon.kernel.models import Tenant
    from nakhon.kernel.tasks import system_context

    tenant = Tenant.objects.filter(slug=city).first()
    if tenant is None:
        slugs = sorted(Tenant.objects.values_list("slug", flat=True))
        meant = nearest(city, slugs)
        hint = (
            (f" หมายถึง {meant} หรือไม่", f"; did you mean {meant}?")
            if meant
            else (f" ที่มี: {listed(slugs)}", f"; there are: {listed(slugs)}")
        )
        stop(Text(f"ไม่มีหน่วยงานชื่อย่อ {city}{hint[0]}", f"No organisation is called {city}{hint[1]}"), language)
        raise AssertionError
    return replace(system_context(tenant, f"command line ({getpass.getuser()})"), language=language)


def show_plan(plan: Plan, language: str, as_json: bool) -> None:
    from nakhon.kernel.definitions.rendering import render_plan

    if as_json:
        click.echo(json.dumps(plan.as_data(), ensure_ascii=False, indent=1))
    else:
        click.echo(render_plan(plan, language=language, colour=colour()))


def confirmed(yes: bool, language: str) -> bool:
    """Whether to go on: asked, unless ``yes`` was given. Without a terminal to ask on the answer is no."""
    if yes:
        return True
    if not sys.stdin.isatty():
        say(Text("ไม่ได้ดำเนินการ: ใส่ --yes เพื่อยืนยัน", "Nothing was done: confirm with --yes"), language, error=True)
        return False
    return click.confirm(Text("ดำเนินการตามแผนนี้หรือไม่", "Apply this plan?").in_(language), default=False)


def existing(path: str, language: str) -> Path:
    found = Path(path)
    if not found.exists():
        stop(Text(f"ไม่พบไฟล์หรือโฟลเดอร์ {path}", f"There is no file or folder {path}"), language)
    return found
