"""``nakhon up``: from whatever state the home is in to a platform that answers, or a message that says what is in the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import replace
from typing import Any

import click

from nakhon.config.run import supervisor
from nakhon.config.run.environment import Environment, local_url, port_is_free, resolve
from nakhon.config.run.errors import RunError
from nakhon.config.run.home import REPOSITORY, Home, read_json
from nakhon.config.run.logs import tail
from nakhon.config.run.prepare import prepare_all
from nakhon.config.run.progress import Steps, fail, say
from nakhon.knowledge.text import Text

HEALTH_TIMEOUT = float(os.environ.get("NAKHON_START_TIMEOUT", "120"))
PORTS_TRIED = 50


def bring_up(home: Home, *, port: int | None, detach: bool, demo: bool, demo_again: bool = False) -> int:
    """Start everything; returns the process's exit code. In the foreground it returns when the platform has stopped."""
    home.create()
    with home.lock("up.lock", wait=600):
        if supervisor.running(home):
            _say_running(home, port)
            return 0
        supervisor.clear_leftovers(home)
        environment = _with_free_mqtt_port(_with_free_port(resolve(home, port=port)))
        first_time = not home.demo_logins.exists()
        steps = Steps()
        say(Text(th=f"นคร: ข้อมูลอยู่ที่ {home.path}", en=f"Nakhon: the data live in {home.path}"))
        try:
            prepare_all(environment, steps, demo=demo, again=demo_again)
            # Setting up may have taken minutes, in which somebody else took the port.
            environment = _with_free_mqtt_port(environment)
        except BaseException:
            if environment.cluster is not None:
                environment.cluster.stop()
            raise
        if detach:
            with steps.step(Text(th="เริ่มเว็บ ประตูของอุปกรณ์ และงานเบื้องหลัง", en="Starting web, devices' door and worker")):
                daemon = _spawn(environment)
                wait_healthy(environment, daemon)
            _welcome(environment, show_logins=first_time)
            return 0
    foreground = supervisor.Supervisor(environment, console=True)

    def announce() -> None:
        try:
            wait_healthy(environment)
        except RunError as error:
            fail(error)
            return
        _welcome(environment, show_logins=first_time)
        click.echo("กด Ctrl-C เพื่อหยุด · Press Ctrl-C to stop\n")

    return foreground.run(announce)


def _spawn(environment: Environment) -> subprocess.Popen[bytes]:
    with (environment.home.log / "supervisor.out").open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "nakhon.config.run.supervisor", str(environment.port)],
            env=os.environ
            | {
                "NAKHON_HOME": str(environment.home.path),
                "NAKHON_PORT": str(environment.port),
                "NAKHON_MQTT_PORT": str(environment.mqtt_port),
            },
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )


def health(url: str, timeout: float = 5.0) -> dict[str, Any]:
    """What ``/healthz?ready`` says, as parsed JSON with the HTTP code under ``code``; OSError when nobody answers."""
    request = urllib.request.Request(f"{url}/healthz?ready", headers={"Accept": "application/json"})  # noqa: S310 (always http)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=timeout) as answer:
            body, code = answer.read(), int(answer.status)
    except urllib.error.HTTPError as error:
        body, code = error.read(), int(error.code)
    try:
        said = json.loads(body)
    except ValueError:
        said = {}
    return {**(said if isinstance(said, dict) else {}), "code": code}


def serves(said: dict[str, Any]) -> bool:
    """People can be served and a worker lives; "degraded" means that somebody should look, not that it is down."""
    return said.get("code") == 200 and said.get("status") in ("ok", "degraded")


def wait_healthy(environment: Environment, daemon: subprocess.Popen[bytes] | None = None) -> None:
    """Wait until the platform says of itself that database and worker are good. RunError with the last log lines if not."""
    url = local_url(environment.host, environment.port)
    deadline = time.monotonic() + HEALTH_TIMEOUT
    last = ""
    while time.monotonic() < deadline:
        try:
            said = health(url)
            if serves(said):
                return
            last = json.dumps(said, ensure_ascii=False)
        except OSError as error:
            last = str(error)
        if daemon is not None and daemon.poll() is not None:
            break
        time.sleep(0.15)
    home = environment.home
    detail = []
    for name in ("supervisor.out", "supervisor.log", "web.log", "worker.log", "ingest.log"):
        if said_there := tail(home.log / name, 6):
            detail += [f"{name}:", said_there]
    detail.append(f"{url}/healthz: {last}")
    raise RunError(
        Text(th="ระบบเริ่มแล้วแต่ยังไม่พร้อมให้บริการ", en="The platform was started but is not healthy"),
        Text(th="ตรวจสาเหตุด้วย: nakhon doctor", en="Find out why with: nakhon doctor"),
        detail="\n".join(detail),
    )


def _with_free_port(environment: Environment) -> Environment:
    if port_is_free(environment.host, environment.port):
        return environment
    if environment.port_was_chosen:
        raise RunError(
            Text(
                th=f"พอร์ต {environment.port} มีโปรแกรมอื่นใช้อยู่", en=f"Port {environment.port} is taken by another program"
            ),
            Text(
                th=f"เลือกพอร์ตอื่น เช่น nakhon up --port {environment.port + 1} หรือปิดโปรแกรมนั้น",
                en=f"Choose another, for example nakhon up --port {environment.port + 1}, or stop that program",
            ),
        )
    for number in range(environment.port + 1, environment.port + PORTS_TRIED):
        if port_is_free(environment.host, number):
            say(
                Text(
                    th=f"พอร์ต {environment.port} ไม่ว่าง จึงใช้ {number} แทน (เลือกเองได้ด้วย --port หรือ NAKHON_PORT)",
                    en=f"Port {environment.port} is taken, so {number} is used (choose with --port or NAKHON_PORT)",
                )
            )
            own = os.environ.get("NAKHON_BASE_URL")
            return replace(environment, port=number, base_url=own or local_url(environment.host, number))
    raise RunError(
        Text(th="ไม่พบพอร์ตว่าง", en="No free port was found"),
        Text(th="กำหนดเองด้วย nakhon up --port เลขพอร์ต", en="Name one with nakhon up --port NUMBER"),
    )


def _with_free_mqtt_port(environment: Environment) -> Environment:
    """Devices need a port that stays: one that was chosen must be free; otherwise the first free from 1883 on."""
    first = environment.mqtt_port
    if port_is_free(environment.mqtt_host, first):
        return environment
    if environment.mqtt_port_was_chosen:
        raise RunError(
            Text(th=f"พอร์ต MQTT {first} มีโปรแกรมอื่นใช้อยู่", en=f"The MQTT port {first} is taken by another program"),
            Text(
                th="เลือกพอร์ตอื่นด้วย NAKHON_MQTT_PORT หรือปิดโปรแกรมนั้น",
                en="Choose another with NAKHON_MQTT_PORT, or stop that program",
            ),
        )
    for number in range(first + 1, first + PORTS_TRIED):
        if number != environment.port and port_is_free(environment.mqtt_host, number):
            say(
                Text(
                    th=f"พอร์ต MQTT {first} ไม่ว่าง จึงใช้ {number} แทน (เลือกเองได้ด้วย NAKHON_MQTT_PORT)",
                    en=f"The MQTT port {first} is taken, so {number} is used (choose with NAKHON_MQTT_PORT)",
                )
            )
            return replace(environment, mqtt_port=number)
    raise RunError(
        Text(th="ไม่พบพอร์ตว่างสำหรับ MQTT", en="No free port was found for MQTT"),
        Text(th="กำหนดเองด้วย NAKHON_MQTT_PORT", en="Name one with NAKHON_MQTT_PORT"),
    )


def _say_running(home: Home, port: int | None) -> None:
    state = read_json(home.state_file)
    say(Text(th=f"ระบบทำงานอยู่แล้ว: {state.get('url')}", en=f"The platform is already running: {state.get('url')}"))
    if port and port != state.get("port"):
        say(
            Text(
                th=f"หากต้องการใช้พอร์ต {port} ให้สั่ง nakhon stop แล้ว nakhon up --port {port}",
                en=f"To use port {port}: nakhon stop, then nakhon up --port {port}",
            )
        )
    if home.demo_logins.exists():
        click.echo(f"  บัญชีสาธิต · demonstration log-ins: {home.demo_logins}")


def _welcome(environment: Environment, *, show_logins: bool) -> None:
    click.echo("")
    click.secho(f"  ✓ พร้อมใช้งาน · Ready: {environment.base_url}/", fg="green", bold=True)
    logins = environment.home.demo_logins
    if logins.exists():
        click.echo(f"  บัญชีสาธิต (อ่านได้เฉพาะเจ้าของ) · demonstration log-ins (yours alone to read): {logins}")
        if show_logins:
            click.echo("")
            for line in logins.read_text().splitlines():
                click.echo(f"    {line}")
    click.echo("")
