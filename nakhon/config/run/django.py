"""Django set up for one home: in a sub-command of ``nakhon``, or as a process: ``python -m nakhon.config.run.django work``."""

from __future__ import annotations

import os
import sys

from nakhon.config.run import process
from nakhon.config.run.environment import Role, resolve
from nakhon.config.run.errors import RunError
from nakhon.knowledge.text import Text


def setup(role: Role = "app") -> None:
    """Connect this process to the home's database as ``role`` and load Django. RunError when the platform does not run.

    A process that was already given its environment (web, worker, tests) keeps it.
    """
    if "NAKHON_CHILD_OF" not in os.environ and "NAKHON_SECRET_KEY" not in os.environ:
        environment = resolve(create=False)
        cluster = environment.cluster
        if cluster is not None and cluster.running() is None:
            raise RunError(
                Text(th="ระบบยังไม่ทำงาน", en="The platform is not running"),
                Text(th="เริ่มระบบก่อนด้วย: nakhon up --detach", en="Start it first with: nakhon up --detach"),
            )
        os.environ.update(environment.child_env(role))
    import django

    django.setup()


def main() -> None:
    """Run one management command, tied to the life of the supervisor that started it."""
    if "NAKHON_PARENT_PID" in os.environ:
        process.die_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nakhon.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["nakhon", *sys.argv[1:]])


if __name__ == "__main__":
    main()
