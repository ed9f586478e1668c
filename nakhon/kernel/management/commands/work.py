"""``work``: run the background worker until told to stop."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app

from nakhon.kernel.tasks import companions

GRACE_SECONDS = 20


def run_until_stopped(**options: Any) -> None:
    """Take work from the queue until a signal says stop, or, with ``wait=False``, until nothing is due."""

    async def run() -> None:
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with app.replace_connector(connector) as worker_app:
            async with worker_app.open_async():
                # A worker that only does what is due now has nobody beside it to bring more.
                beside = [asyncio.ensure_future(one(worker_app)) for one in companions if options.get("wait", True)]
                try:
                    await worker_app.run_worker_async(
                        name=f"{socket.gethostname()}-{os.getpid()}",
                        concurrency=int(os.environ.get("NAKHON_WORKER_CONCURRENCY", "2")),
                        shutdown_graceful_timeout=GRACE_SECONDS,
                        delete_jobs="successful",
                        **options,
                    )
                finally:
                    for one in beside:
                        one.cancel()
                    await asyncio.gather(*beside, return_exceptions=True)

    asyncio.run(run())


class Command(BaseCommand):
    help = "Run the background worker"

    def handle(self, *args: Any, **options: Any) -> None:
        run_until_stopped()
