"""The command line ``nakhon``: the operator's verbs, and every module of ``nakhon.config.commands`` by its own name."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from typing import Any

import click

from nakhon import __version__
from nakhon.config import commands
from nakhon.config.run.errors import RunError
from nakhon.config.run.progress import fail


def _modules() -> dict[str, str]:
    found = {name.replace("_", "-"): name for _, name, _ in pkgutil.iter_modules(commands.__path__)}
    return {shown: name for shown, name in found.items() if not name.startswith("_")}


class Discovered(click.Group):
    """A group whose commands are modules: listing reads names only, so that one command never pays for another's imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_modules()})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        known = super().get_command(ctx, name)
        if known is not None or name not in _modules():
            return known
        module = importlib.import_module(f"{commands.__name__}.{_modules()[name]}")
        command = getattr(module, "group", None) or getattr(module, "command", None)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module.__name__} exposes neither `group` nor `command`")
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RunError as error:
            fail(error)
            ctx.exit(error.exit_code)


@click.group(cls=Discovered, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, "-V", "--version", prog_name="nakhon")
def main() -> None:
    """นคร: แพลตฟอร์มเมืองแบบเปิดสำหรับเทศบาลไทย

    Nakhon: the open city platform for Thai municipalities.
    """


if __name__ == "__main__":
    sys.exit(main())
