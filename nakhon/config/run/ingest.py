"""The ingest process: devices speak to it over MQTT. Tied to the life of the supervisor; SIGTERM commits what was taken.

Its figures go to ``run/ingest.json`` in the home every few seconds, for ``nakhon status``, ``nakhon doctor`` and ``/metrics``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import ssl
import time
from pathlib import Path
from typing import Any

import uvloop

from nakhon.config.run import process
from nakhon.config.run.home import Home, write_private

log = logging.getLogger("nakhon.mqtt")

FIGURES_SECONDS = 3.0
THREADS = 3


def tls_context() -> ssl.SSLContext | None:
    """From ``NAKHON_MQTT_CERT`` and ``NAKHON_MQTT_KEY`` (paths, PEM); None for a plain port."""
    certificate, key = os.environ.get("NAKHON_MQTT_CERT", ""), os.environ.get("NAKHON_MQTT_KEY", "")
    if not certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key or None)
    return context


async def serve(host: str, port: int, home: Home) -> None:
    """Serve until SIGTERM or SIGINT, then commit and acknowledge what was taken, and tell the devices."""
    from nakhon.kernel import live
    from nakhon.standards.mqtt import figures
    from nakhon.standards.mqtt.house import House
    from nakhon.standards.mqtt.limits import Limits
    from nakhon.standards.mqtt.server import Server

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    server = Server(House(), limits=Limits.from_environment(), threads=THREADS)
    context = tls_context()
    found = await server.start(host, port, context)
    log.info("listening for MQTT", extra={"host": host, "port": found, "tls": context is not None})
    if context is None and host not in ("127.0.0.1", "::1", "localhost"):
        log.warning("MQTT without TLS on an address that others reach: set NAKHON_MQTT_CERT and NAKHON_MQTT_KEY")

    def hear(hint: live.Hint) -> None:
        if hint.kind == "command":
            server.wake(hint.tenant, hint.ids)

    about = {"port": found, "tls": context is not None, "pid": os.getpid()}
    tasks = [
        loop.create_task(live.listen(hear)),
        loop.create_task(_write_figures(server, home.run / figures.NAME, about)),
    ]
    await stop.wait()
    for task in tasks:
        task.cancel()
    drained = await server.stop()
    with contextlib.suppress(OSError):
        (home.run / figures.NAME).unlink()
    log.info("stopped", extra={"all_stored": drained})


async def _write_figures(server: Any, path: Path, about: dict[str, Any]) -> None:
    while True:
        with contextlib.suppress(OSError):
            write_private(path, json.dumps({"at": time.time(), **about, **server.report()}))
        await asyncio.sleep(FIGURES_SECONDS)


def main() -> None:
    """``python -m nakhon.config.run.ingest``; the environment comes from the supervisor."""
    if "NAKHON_PARENT_PID" in os.environ:
        process.die_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nakhon.config.settings")
    import django

    django.setup()
    home = Home.locate(os.environ.get("NAKHON_HOME"))
    home.run.mkdir(parents=True, exist_ok=True)
    uvloop.run(serve(os.environ.get("NAKHON_MQTT_HOST") or "127.0.0.1", int(os.environ["NAKHON_MQTT_PORT"]), home))
    os._exit(0)  # threads that wait for a database that is gone must not keep the process


if __name__ == "__main__":
    main()
