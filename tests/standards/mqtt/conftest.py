"""A running MQTT door over the real database: devices of two cities, and the server in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import uvloop
from django.db import connection
from django.utils import timezone

from nakhon.citydata.sensors import ingest
from nakhon.citydata.sensors.devices import forget_sessions
from nakhon.citydata.sensors.models import Observation
from nakhon.citydata.sensors.services import add_device, make_device_key
from nakhon.kernel.context import Context
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from nakhon.standards.mqtt.house import House
from nakhon.standards.mqtt.limits import Limits
from nakhon.standards.mqtt.server import Server
from tests import make
from tests.citydata.sensors import stage

STATION = stage.AIR | {
    "commands": {
        "light": {
            "schema": {"type": "object", "properties": {"level": {"type": "integer"}}, "required": ["level"]},
            "timeout": "60s",
        }
    }
}


@dataclass
class Device:
    """A registered device with its key, its streams by code and where it may publish."""

    ctx: Context
    slug: str
    key: str
    streams: dict[str, tuple[int, int]]

    @property
    def user(self) -> str:
        return f"{self.ctx.tenant.slug}/{self.slug}"

    def topic(self, last: str) -> str:
        return f"{self.ctx.tenant.slug}/devices/{self.slug}/{last}"

    def stored(self, code: str = "pm25") -> list[float | None]:
        """The results that are committed, by time."""
        with act_in(self.ctx):
            rows = Observation.objects.filter(datastream_id=self.streams[code][0]).order_by("phenomenon_time")
            return list(rows.values_list("result", flat=True))


@dataclass
class Door:
    """The server, and a way to ask something of it in its own thread."""

    server: Server
    port: int
    loop: asyncio.AbstractEventLoop

    def run(self, question: Callable[[], Any]) -> Any:
        async def ask() -> Any:
            return question()

        return asyncio.run_coroutine_threadsafe(ask(), self.loop).result(10)


def device_of(city: Organisation, slug: str) -> Device:
    ctx = make.ctx(city, "admin", now=timezone.now())
    with act_in(ctx):
        from nakhon.citydata.sensors.models import SensorKind

        kind = SensorKind.objects.filter(key="air-station").first()
    kind = kind or stage.kind(ctx, body=STATION)
    thing = _thing(ctx, kind, slug)
    add_device(ctx, thing=thing.number, slug=slug)
    key = make_device_key(ctx, device=slug).key
    with act_in(ctx):
        streams = {row.code: (row.pk, row.number) for row in thing.streams.all()}
    return Device(ctx, slug, key, streams)


def _thing(ctx: Context, kind: Any, key: str) -> Any:
    from nakhon.citydata.sensors.making import ThingSpec, make_things
    from nakhon.knowledge.text import Text

    with act_in(ctx):
        return make_things(ctx, kind, [ThingSpec(key, Text("สถานี", "Station"))])[0]


@pytest.fixture
def cities(transactional_db: None) -> tuple[Organisation, Organisation]:
    return (
        make.city("samui", "เทศบาลนครเกาะสมุย", "Koh Samui City Municipality"),
        make.city("yala", "เทศบาลนครยะลา", "Yala City Municipality"),
    )


@pytest.fixture
def station(cities: tuple[Organisation, Organisation]) -> Device:
    return device_of(cities[0], "air-01")


@pytest.fixture
def neighbour(cities: tuple[Organisation, Organisation]) -> Device:
    return device_of(cities[1], "air-01")


@pytest.fixture
def open_door(transactional_db: None) -> Iterator[Callable[..., Door]]:
    """Opens doors with other limits; all end with the test."""
    ending: list[Callable[[], None]] = []
    forget_sessions()
    ingest.forget_streams()

    def open_(limits: Limits | None = None, house: House | None = None, **more: Any) -> Door:
        loop = uvloop.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()

        async def start() -> tuple[Server, int]:
            server = Server(house or House(), limits=limits, **more)
            return server, await server.start("127.0.0.1", 0)

        server, port = asyncio.run_coroutine_threadsafe(start(), loop).result(10)

        def end() -> None:
            asyncio.run_coroutine_threadsafe(server.stop(2.0), loop).result(20)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()

        ending.append(end)
        return Door(server, port, loop)

    yield open_
    for end in ending:
        end()
    _end_connections()


def _end_connections() -> None:
    """Connections that threads of the server kept: the tables cannot be emptied while they stand in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = session_user AND pid <> pg_backend_pid() AND state = 'idle'"
        )


@pytest.fixture
def door(open_door: Callable[..., Door]) -> Door:
    return open_door()
