"""Showing an operator what is being done: a spinner that counts seconds on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.text import Text as Rich

from nakhon.config.run.errors import RunError
from nakhon.knowledge.text import Text

Note = Callable[[str], None]


def say(text: Text) -> None:
    """One message in both languages, Thai above English."""
    click.echo(text.th)
    click.echo(text.en)


def fail(error: RunError) -> None:
    """The error on standard error: what happened, what to do, the program's own words."""
    lines = error.lines()
    click.secho(f"✗ {lines[0]}", fg="red", bold=True, err=True)
    click.secho(f"  {lines[1]}", fg="red", err=True)
    for line in lines[2:]:
        click.echo(f"  {line}", err=True)


class Steps:
    """Steps with ticks and elapsed seconds."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)

    @contextmanager
    def step(self, what: Text) -> Iterator[Note]:
        """Do one step; the yielded function shows what it is busy with now. A failure is marked and passed on."""
        title = f"{what.th} · {what.en}"
        began = time.monotonic()
        if not self._console.is_terminal:
            click.echo(f"  … {title}")
            sys.stdout.flush()
            try:
                yield lambda _: None
            except BaseException:
                click.echo(f"  ✗ {title} ({time.monotonic() - began:.1f} s)")
                raise
            click.echo(f"  ✓ {title} ({time.monotonic() - began:.1f} s)")
            return
        with self._console.status(title) as status:
            try:
                yield lambda detail: status.update(
                    f"{title}  [dim]{_safe(detail)}[/dim]  {time.monotonic() - began:.0f} s"
                )
            except BaseException:
                status.stop()
                self._line("✗", "red", title, began)
                raise
        self._line("✓", "green", title, began)

    def note(self, what: Text) -> None:
        """A remark between two steps, in both languages."""
        for line in (what.th, what.en):
            click.echo(f"    {line}")

    def _line(self, mark: str, colour: str, title: str, began: float) -> None:
        seconds = f"  {time.monotonic() - began:.1f} s"
        self._console.print(Rich.assemble((f"  {mark} ", colour), title, (seconds, "dim")))


def _safe(text: str) -> str:
    return text.replace("[", "\\[")[:60]
