"""Who connects where: one place that turns a home and the operator's variables into what every process is given."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from nakhon.config.run import roles, secrets
from nakhon.config.run.cluster import Cluster
from nakhon.config.run.errors import RunError
from nakhon.config.run.home import REPOSITORY, Home, read_json
from nakhon.knowledge.text import Text

DEFAULT_PORT = 8000
DEFAULT_HOST = "127.0.0.1"
DEFAULT_MQTT_PORT = 1883
"""The port that IANA registered for MQTT; 8883 is that of MQTT over TLS."""
Role = Literal["app", "owner"]
_CHILD = "NAKHON_CHILD_OF"
"""Set in the platform's own processes to "private" or "managed": there, ``DATABASE_URL`` is the role's, not the operator's."""
_SECRET = ("DATABASE_URL", "NAKHON_OWNER_DATABASE_URL", "NAKHON_APP_DATABASE_URL", "NAKHON_BACKUP_PASSPHRASE")
_LOCAL_HOSTS = "127.0.0.1,localhost,[::1]"


@dataclass(frozen=True, slots=True)
class Environment:
    """What one copy of the platform runs with. ``owner_url`` may change the schema, ``app_url`` is bound by row security."""

    home: Home
    managed: bool
    owner_url: str
    app_url: str
    app_role: str
    host: str
    port: int
    port_was_chosen: bool
    base_url: str
    secret_key: str
    mqtt_port: int = DEFAULT_MQTT_PORT
    mqtt_port_was_chosen: bool = False

    @property
    def mqtt_host(self) -> str:
        return os.environ.get("NAKHON_MQTT_HOST") or self.host

    def child_env(self, role: Role = "app") -> dict[str, str]:
        """The environment of a child process. Web and worker get "app"; migrations and backup get "owner".

        ``DATABASE_URL`` is always the role's own; the owner's URL never reaches a process that serves people.
        """
        env = {name: value for name, value in os.environ.items() if name not in _SECRET}
        env |= {
            "DJANGO_SETTINGS_MODULE": "nakhon.config.settings",
            "DATABASE_URL": self.app_url if role == "app" else self.owner_url,
            "NAKHON_APP_ROLE": self.app_role,
            "NAKHON_HOME": str(self.home.path),
            "NAKHON_SECRET_KEY": self.secret_key,
            "NAKHON_KEYS_DIR": os.environ.get("NAKHON_KEYS_DIR", str(self.home.keys)),
            "NAKHON_BASE_URL": self.base_url,
            "NAKHON_HOST": self.host,
            "NAKHON_PORT": str(self.port),
            "NAKHON_MQTT_HOST": self.mqtt_host,
            "NAKHON_MQTT_PORT": str(self.mqtt_port),
            _CHILD: "managed" if self.managed else "private",
            "PYTHONUNBUFFERED": "1",
            # Threads share two heaps of the C library: less memory is kept after a large piece of work.
            "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2"),
            "PYTHONPATH": os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH")))),
        }
        if self.home.demo_logins.exists():
            env.setdefault("NAKHON_DEMO", "1")
        if hosts := os.environ.get("NAKHON_ALLOWED_HOSTS"):
            env["NAKHON_ALLOWED_HOSTS"] = f"{hosts},{_LOCAL_HOSTS}"
        if role == "owner":
            env["NAKHON_OWNER_DATABASE_URL"] = self.owner_url
        return env

    @property
    def cluster(self) -> Cluster | None:
        """The private cluster; None with a managed server."""
        return None if self.managed else Cluster(self.home)


def resolve(home: Home | None = None, *, port: int | None = None, create: bool = True) -> Environment:
    """Read the home's secrets (made when missing and ``create``) and the operator's variables. Starts nothing.

    A port is, in this order: ``port``, ``NAKHON_PORT``, the one of the running copy, 8000; that of MQTT likewise, with 1883.
    """
    home = home or Home.locate()
    kept = secrets.load(home, create=create)
    chosen, mqtt = port or _port_from_environment("NAKHON_PORT"), _port_from_environment("NAKHON_MQTT_PORT")
    state = read_json(home.state_file)
    number = chosen or int(state.get("port") or DEFAULT_PORT)
    host = os.environ.get("NAKHON_HOST") or DEFAULT_HOST
    inside = os.environ.get(_CHILD)
    managed_url = os.environ.get("DATABASE_URL") if inside is None else None
    if inside == "managed":
        owner_url, app_url = os.environ.get("NAKHON_OWNER_DATABASE_URL", ""), os.environ["DATABASE_URL"]
        app_role = os.environ["NAKHON_APP_ROLE"]
    elif managed_url:
        owner_url = managed_url
        app_url = os.environ.get("NAKHON_APP_DATABASE_URL") or _as_role(
            owner_url, roles.managed_app_role(owner_url), kept.app_password
        )
        app_role = urlsplit(app_url).username or roles.managed_app_role(owner_url)
    else:
        cluster = Cluster(home)
        owner_url = cluster.url(roles.OWNER, kept.owner_password, roles.DATABASE)
        app_url = cluster.url(roles.APP, kept.app_password, roles.DATABASE)
        app_role = roles.APP
    return Environment(
        home=home,
        managed=bool(managed_url) or inside == "managed",
        owner_url=owner_url,
        app_url=app_url,
        app_role=app_role,
        host=host,
        port=number,
        port_was_chosen=chosen is not None,
        base_url=(os.environ.get("NAKHON_BASE_URL") or local_url(host, number)).rstrip("/"),
        secret_key=os.environ.get("NAKHON_SECRET_KEY") or kept.secret_key,
        mqtt_port=mqtt or int(state.get("mqtt_port") or DEFAULT_MQTT_PORT),
        mqtt_port_was_chosen=mqtt is not None,
    )


def local_url(host: str, port: int) -> str:
    """The address to open on this machine: a wildcard host is reached at the loopback address."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 (compared, not bound)
    return f"http://{shown}:{port}"


def port_is_free(host: str, port: int) -> bool:
    """Could a server listen there now?"""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _port_from_environment(name: str) -> int | None:
    text = os.environ.get(name, "").strip()
    if not text:
        return None
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise RunError(
        Text(th=f"{name}={text} ไม่ใช่หมายเลขพอร์ต", en=f"{name}={text} is not a port number"),
        Text(th="ใช้เลข 1 ถึง 65535", en="Use a number from 1 to 65535"),
    )


def _as_role(url: str, role: str, password: str) -> str:
    """``url`` with another user and password, everything else kept."""
    from urllib.parse import quote

    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(role, safe='')}:{quote(password, safe='')}@{place}").geturl()
