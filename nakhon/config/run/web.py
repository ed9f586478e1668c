"""The web server's process: granian serving ``nakhon.config.asgi``, tied to the life of the supervisor.

``NAKHON_WEB_PROCESSES`` (1) and ``NAKHON_WEB_THREADS`` (2 a core and one, at most 8) say how many requests Django answers
at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import Interfaces, Loops

from nakhon.config.run import process

TARGET = "nakhon.config.asgi:application"


def load(target: str) -> Callable[..., Any]:
    """The application, loaded in granian's worker process, which must not outlive granian's main one either."""
    os.environ.pop("NAKHON_PARENT_PID", None)
    process.die_with_parent()
    from importlib import import_module

    module, _, name = target.partition(":")
    application: Callable[..., Any] = getattr(import_module(module), name)
    return application


def main() -> None:
    process.die_with_parent()
    Granian(
        target=TARGET,
        address=os.environ["NAKHON_HOST"],
        port=int(os.environ["NAKHON_PORT"]),
        interface=Interfaces.ASGI,
        workers=int(os.environ.get("NAKHON_WEB_PROCESSES", "1")),
        loop=Loops.uvloop,
        backlog=1024,
        websockets=False,
        log_access=False,
        workers_kill_timeout=15,
    ).serve(target_loader=load)


if __name__ == "__main__":
    main()
