"""Live pages: a ticket for what one may see, events within seconds of the fact, an end, and nothing left when readers vanish."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.utils import timezone

from nakhon.citydata.sensors.ingest import Reading, store
from nakhon.kernel.context import Context
from nakhon.kernel.live import Hint, parse
from nakhon.people.models import Organisation
from nakhon.web.live import tickets
from nakhon.web.live.stream import Streams, event, is_stream
from nakhon.web.live.tickets import reader_of, ticket_for
from tests import make
from tests.citydata.sensors import stage
from tests.platform import Platform


@pytest.fixture
def live_city(transactional_db: None) -> Organisation:
    return make.city("samui", "เทศบาลนครเกาะสมุย", "Koh Samui City Municipality")


class Reader:
    """One open stream, spoken to as the server speaks to an ASGI application."""

    def __init__(self, streams: Streams, ticket: str, path: str = "/samui/live/stream", method: str = "GET") -> None:
        self.said: list[dict[str, Any]] = []
        self.left = asyncio.Event()
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": f"ticket={ticket}".encode(),
            "headers": [],
            "client": ("127.0.0.1", 1),
        }
        self.task = asyncio.create_task(streams(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self.said.append(dict(message))

    @property
    def status(self) -> int | None:
        return self.said[0]["status"] if self.said else None

    def events(self, name: str) -> list[Any]:
        text = b"".join(message.get("body", b"") for message in self.said).decode()
        parts = [part.split("\n") for part in text.split("\n\n")]
        return [json.loads(lines[1][6:]) for lines in parts if lines[0] == f"event: {name}"]

    async def until(self, good: Callable[[], Any], seconds: float = 10.0) -> None:
        until = time.monotonic() + seconds
        while not good():
            assert time.monotonic() < until, self.said
            await asyncio.sleep(0.02)


def air(ctx: Context, see: str = "public", key: str = "air-station") -> Any:
    kind = stage.kind(ctx, key=key, body=stage.AIR | {"access": {"see": [see]}})
    return stage.stream(ctx, stage.things(ctx, kind)[0])


def run(story: Any) -> None:
    asyncio.run(story())
    connection.close()


async def in_thread(ctx: Context, *readings: Reading) -> None:
    def say() -> None:
        store(replace(ctx, now=timezone.now()), readings)
        connection.close()

    await asyncio.to_thread(say)


def test_a_reading_reaches_those_who_may_see_it_and_nobody_else(live_city: Organisation) -> None:
    admin = make.ctx(live_city, "admin")
    open_, closed = air(admin), air(admin, "dpo", "secret")
    elsewhere = make.city("yala", "เทศบาลนครยะลา", "Yala City Municipality")

    async def story() -> None:
        streams = Streams(beat=0.05)
        public = Reader(streams, ticket_for(make.ctx(live_city)))
        officer = Reader(streams, ticket_for(make.ctx(live_city, "dpo")))
        stranger = Reader(streams, ticket_for(make.ctx(elsewhere, "admin")), "/yala/live/stream")
        for one in (public, officer, stranger):
            await one.until(lambda one=one: {"live": True} in one.events("state"))
        for one in (public, officer, stranger):
            one.said.clear()
        now = timezone.now()
        await in_thread(admin, Reading(open_.pk, now, 31.2), Reading(closed.pk, now, 99.0))
        await officer.until(lambda: officer.events("obs"))
        await public.until(lambda: public.events("obs"))
        [told] = public.events("obs")
        assert told["streams"][str(open_.number)]["value"] == 31.2
        assert set(told["streams"]) == {str(open_.number)}
        assert set(officer.events("obs")[0]["streams"]) == {str(open_.number), str(closed.number)}
        await asyncio.sleep(0.3)
        assert stranger.events("obs") == []
        await _end(streams, public, officer, stranger)

    run(story)


async def _end(streams: Streams, *readers: Reader) -> None:
    for one in readers:
        one.left.set()
    await asyncio.gather(*(one.task for one in readers))
    await streams.stop()


def test_many_readings_within_a_turn_are_one_message(live_city: Organisation) -> None:
    admin = make.ctx(live_city, "admin")
    stream = air(admin)

    async def story() -> None:
        streams = Streams(beat=0.8)
        one = Reader(streams, ticket_for(make.ctx(live_city)))
        await one.until(lambda: {"live": True} in one.events("state"))
        await asyncio.sleep(1.0)
        one.said.clear()
        for value in range(5):
            await in_thread(admin, Reading(stream.pk, timezone.now(), float(value)))
        await one.until(lambda: any(_value(said, stream) == 4.0 for said in one.events("obs")))
        assert len(one.events("obs")) <= 2
        await _end(streams, one)

    run(story)


def _value(said: Any, stream: Any) -> Any:
    return said.get("streams", {}).get(str(stream.number), {}).get("value")


def test_alerts_and_commands_are_told_to_staff_only(live_city: Organisation) -> None:
    admin = make.ctx(live_city, "admin")

    async def story() -> None:
        streams = Streams(beat=0.05)
        public = Reader(streams, ticket_for(make.ctx(live_city)))
        staff = Reader(streams, ticket_for(make.ctx(live_city, "officer")))
        for one in (public, staff):
            await one.until(lambda one=one: {"live": True} in one.events("state"))
            await asyncio.sleep(0.2)
            one.said.clear()

        def notify() -> None:
            with connection.cursor() as cursor:
                for kind in ("alert", "command", "import", "unheard-of"):
                    said = json.dumps({"t": str(admin.tenant.id), "k": kind, "i": ["a1"]})
                    cursor.execute("SELECT pg_notify('nakhon_live', %s)", [said])
                cursor.execute("SELECT pg_notify('nakhon_live', 'nonsense')")
            connection.close()

        await asyncio.to_thread(notify)
        await staff.until(lambda: staff.events("alert") and staff.events("command") and staff.events("import"))
        assert staff.events("alert") == [{"ids": ["a1"]}]
        assert public.events("alert") == public.events("command") == public.events("import") == []
        await _end(streams, public, staff)

    run(story)


def test_a_stream_ends_so_that_rights_are_looked_at_anew(live_city: Organisation) -> None:
    async def story() -> None:
        streams = Streams(life=0.3, beat=0.05)
        one = Reader(streams, ticket_for(make.ctx(live_city)))
        await asyncio.wait_for(one.task, 5)
        assert one.events("end") == [{}]
        assert one.said[-1]["more_body"] is False
        assert streams.readers == 0
        await streams.stop()

    run(story)


def test_heartbeats_keep_a_quiet_stream_open(live_city: Organisation) -> None:
    async def story() -> None:
        streams = Streams(heartbeat=0.1)
        one = Reader(streams, ticket_for(make.ctx(live_city)))
        await one.until(lambda: sum(said.get("body") == b": \n\n" for said in one.said) >= 3)
        await _end(streams, one)

    run(story)


def test_two_hundred_readers_that_vanish_leave_nothing_behind(live_city: Organisation) -> None:
    async def story() -> None:
        streams = Streams(beat=0.05)
        with patch("nakhon.web.live.stream.MOST_OF_ADDRESS", 500):
            before = len(asyncio.all_tasks())
            sizes = []
            for _ in range(3):
                readers = [Reader(streams, ticket_for(make.ctx(live_city))) for _ in range(200)]
                await readers[-1].until(lambda: streams.readers == 200)
                for one in readers:
                    one.task.cancel() if id(one) % 2 else one.left.set()
                await asyncio.gather(*(one.task for one in readers), return_exceptions=True)
                await asyncio.sleep(0.2)
                assert streams.readers == 0
                assert streams._addresses == {}
                assert streams._hub is not None and streams._hub._pending == {} and streams._hub._clients == {}
                del readers
                gc.collect()
                sizes.append(sum(1 for thing in gc.get_objects() if type(thing).__name__ == "Client"))
            assert len(asyncio.all_tasks()) <= before
            assert sizes[-1] == sizes[0]
        await streams.stop()

    run(story)


def test_a_reader_that_does_not_read_is_let_go(live_city: Organisation) -> None:
    async def story() -> None:
        streams = Streams()
        one = Reader(streams, ticket_for(make.ctx(live_city)))
        await one.until(lambda: streams.readers == 1)
        [client] = next(iter(streams._hub._clients.values())).popitem()[1]  # type: ignore[union-attr]
        for _ in range(20):
            client.offer(("obs", {}))
        assert client.lost
        await asyncio.wait_for(one.task, 5)
        await streams.stop()

    run(story)


@pytest.mark.parametrize("wrong", ["none", "altered", "old", "another city", "post"])
def test_without_a_good_ticket_there_is_no_stream(live_city: Organisation, wrong: str) -> None:
    good = ticket_for(make.ctx(live_city))

    async def story() -> None:
        streams = Streams()
        path, method, ticket = "/samui/live/stream", "GET", good
        if wrong == "none":
            ticket = ""
        elif wrong == "altered":
            ticket = good[:-2] + ("aa" if good[-2:] != "aa" else "bb")
        elif wrong == "another city":
            path = "/yala/live/stream"
        elif wrong == "post":
            method = "POST"
        with patch.object(tickets, "LIFE", -1 if wrong == "old" else 60):
            one = Reader(streams, ticket, path, method)
            await asyncio.wait_for(one.task, 5)
        assert one.status == (405 if wrong == "post" else 403)
        assert set(json.loads(one.said[1]["body"])) >= {"title", "title_en"}

    run(story)


def test_the_ticket_carries_the_rights_of_now(live_city: Organisation) -> None:
    reader = reader_of(ticket_for(make.ctx(live_city, "officer", "dpo")))
    assert reader is not None and reader.roles == {"officer", "dpo"} and reader.city == "samui"
    assert reader_of(signing.dumps({"t": "x"}, salt="nakhon.live")) is None
    assert reader_of(signing.dumps({"r": ["admin"]}, salt="another")) is None


def test_the_public_gets_a_ticket_for_what_is_public(live_city: Organisation) -> None:
    answer = Client().get("/samui/live/ticket")
    assert answer.headers["Cache-Control"] == "no-store"
    reader = reader_of(answer.json()["ticket"])
    assert reader is not None and (reader.kind, reader.roles) == ("public", {"public"})
    assert Client().get("/nowhere/live/ticket").status_code == 404
    assert Client().post("/samui/live/ticket").status_code in (403, 405)


def test_addresses_of_streams() -> None:
    assert is_stream("/samui/live/stream") and is_stream("/live/stream")
    assert not any(map(is_stream, ("/samui/live/ticket", "/a/b/live/stream", "/samui/live/stream/", "/x/live/streams")))


def test_an_event_is_one_line_of_data() -> None:
    assert event("obs", {"a": "x\ny"}) == b'event: obs\ndata: {"a":"x\\ny"}\n\n'


def test_a_hint_that_is_none() -> None:
    assert parse('{"t": "01a20554-3192-74bc-9732-50e235f5b02b", "k": "obs", "i": [1]}') == Hint(
        parse('{"t": "01a20554-3192-74bc-9732-50e235f5b02b", "k": "obs"}').tenant,
        "obs",
        (1,),  # type: ignore[union-attr]
    )
    for wrong in ("", "{}", "[]", '{"t": 1, "k": "x"}', '{"t": "x", "k": "obs"}', "null"):
        assert parse(wrong) is None


@pytest.mark.slow
def test_the_running_platform_streams_beside_pages(platform: Platform) -> None:
    import httpx

    with httpx.Client(base_url=platform.url, timeout=10) as web:
        ticket = web.get("/samui/live/ticket").json()["ticket"]
        with web.stream("GET", "/samui/live/stream", params={"ticket": ticket}) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines = answer.iter_lines()
            assert next(line for line in lines if line.startswith("event:")) == "event: state"
            assert httpx.get(f"{platform.url}/healthz", timeout=10).json()["status"] in ("ok", "degraded")
        assert web.get("/yala/live/stream", params={"ticket": ticket}).status_code == 403


@pytest.mark.slow
def test_headers_uploads_and_methods_pass_through_the_server(platform: Platform) -> None:
    import httpx

    with httpx.Client(base_url=platform.url, timeout=20) as web:
        page = web.get("/", headers={"Cookie": "nakhon_language=en"})
        assert page.status_code == 200 and "X-Request-ID" in page.headers and 'lang="en"' in page.text
        assert web.head("/").status_code == 200 and web.head("/").content == b""
        assert web.get("/ไม่มี/").status_code == 404
        kept = web.get("/healthz", headers={"X_Forwarded_For": "203.0.113.9"})
        assert "checks" in kept.json()  # still known as this machine: a header with an underscore passes for no other
        assert web.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    port = int(platform.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as half:
        half.sendall(b"POST /samui/signin/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\nabc")
        half.shutdown(socket.SHUT_WR)
    assert httpx.get(f"{platform.url}/healthz", timeout=10).status_code == 200
