"""What an acceptance story of a solution is given: a city that stands by itself, and the people who act in it.

``solutions/<id>/story.py`` holds ``def story(stage: Stage) -> None``: it installs the solution and lives with it, and raises
``AssertionError`` where the solution does not do what it says. The tests run every story.
"""

from __future__ import annotations

from typing import Protocol

from nakhon.kernel.context import Context
from nakhon.kernel.definitions.planning import Plan


class Stage(Protocol):
    """The stage of a story: a city of its own, an administrator, officers and the public."""

    def ctx(self, *roles: str) -> Context:
        """Somebody with these roles; without any, the public."""
        ...

    def install(self, solution: str, **values: object) -> Plan:
        """Plan and apply a solution as the administrator."""
        ...

    def remove(self, solution: str, *, keep_data: bool = False) -> Plan:
        """Plan and carry out the removal as the administrator."""
        ...

    def define(self, text: str) -> Plan:
        """Plan and apply YAML definitions of the city's own."""
        ...

    def work(self) -> None:
        """Let all background work be done that waits, such as the chunks of an import."""
        ...
