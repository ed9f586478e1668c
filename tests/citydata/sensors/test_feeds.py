"""Feeds: pulled over real HTTP from this machine, read by their mapping, tried again, and never called inside the network."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from nakhon.citydata.sensors import queries, services
from nakhon.citydata.sensors.errors import FeedFailed, SensorsNotFound
from nakhon.citydata.sensors.models import Feed
from nakhon.citydata.sensors.pulling import fetch, public_address
from nakhon.citydata.sensors.rules.feeds import AnswerFault, at_path, read_answer, read_number
from nakhon.kernel.context import Context
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.dates import BANGKOK
from nakhon.people.models import Organisation
from tests import make
from tests.solutions.stage import City

NOW = make.NOW
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "air_weather" / "air4thai_35t_hourly.csv.gz"


def _station(code: str, pm25: Any, at: str = "15:00") -> dict[str, Any]:
    """A station in the shape of Air4Thai's service, with numbers of our own."""
    return {
        "stationID": code, "nameTH": f"สถานี {code}", "nameEN": f"Station {code}", "lat": "18.84", "long": "98.97",
        "AQILast": {"date": "2026-04-10", "time": at, "PM25": {"color_id": "2", "aqi": "38", "value": pm25},
                    "O3": {"value": "20"}},
    }  # fmt: skip


class _Source(BaseHTTPRequestHandler):
    body = b""
    status = 200
    asked: list[dict[str, str]] = []

    def do_GET(self) -> None:
        type(self).asked.append(dict(self.headers))
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
            self.end_headers()
        elif self.headers.get("If-None-Match") == '"1"' and self.status == 200:
            self.send_response(304)
            self.end_headers()
        else:
            self.send_response(self.status)
            self.send_header("ETag", '"1"')
            self.send_header("Content-Length", str(len(self.body)))
            self.end_headers()
            self.wfile.write(self.body)

    def log_message(self, *words: Any) -> None:
        pass


@pytest.fixture
def source(settings: Any) -> Iterator[str]:
    settings.NAKHON_FEEDS_MAY_CALL_PRIVATE = True
    _Source.asked, _Source.status = [], 200
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Source)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


KIND = """\
kind: sensor
id: air-station
name: {th: สถานีวัดอากาศ, en: Air station}
streams:
  pm25: {name: {th: ฝุ่น PM2.5, en: PM2.5}, unit: ug/m3, valid: {min: 0, max: 1000}}
  o3: {name: {th: โอโซน, en: Ozone}, unit: "ug/m3"}
"""
FEED = """\
kind: feed
id: air4thai
name: {th: แหล่งอากาศ, en: Air source}
url: URL/data.json
sensor: air-station
mapping: {rows: stations, thing: stationID, name_th: nameTH, name_en: nameEN, lon: long, lat: lat,
          time: [AQILast.date, AQILast.time], time_format: "%Y-%m-%d %H:%M"}
streams:
  pm25: {field: AQILast.PM25.value}
  o3: {field: AQILast.O3.value, unit: "[ppb]"}
licence: ทดสอบ
"""


@pytest.fixture
def ctx(samui: Organisation, source: str) -> Context:
    from nakhon.knowledge.units import unit

    city = City(samui)
    city.define(KIND)
    city.define(FEED.replace("URL", source).replace("[ppb]", unit("ppb").code))
    return make.ctx(samui, "admin")


def _serve(*stations: dict[str, Any]) -> None:
    _Source.body = json.dumps({"stations": list(stations)}).encode()


def test_a_pull_makes_stations_and_stores_values_in_our_units(ctx: Context) -> None:
    _serve(_station("35t", "31.2"), _station("36t", "-1"), _station("37t", "เสีย"))
    told = services.pull_feed(ctx, feed="air4thai")
    assert (told["status"], told["stations"], told["new_stations"], told["stored"]) == ("ok", 3, 3, 4)
    assert (told["missing"], told["refused"]) == (1, 1)
    found = queries.things(ctx)[0]
    pm25, o3 = found.stream("pm25"), found.stream("o3")
    assert pm25 is not None and o3 is not None
    assert (pm25.result, pm25.time) == (31.2, datetime(2026, 4, 10, 15, tzinfo=BANGKOK))
    assert o3.result == pytest.approx(20 * 48.0 / 24.45, rel=0.01)
    assert (found.key, found.lon, found.lat, found.name.en) == ("35t", 98.97, 18.84, "Station 35t")


def test_what_did_not_change_is_not_read_again(ctx: Context) -> None:
    _serve(_station("35t", "31.2"))
    services.pull_feed(ctx, feed="air4thai")
    assert services.pull_feed(ctx, feed="air4thai") == {"status": "unchanged"}
    assert _Source.asked[1]["If-None-Match"] == '"1"'


@pytest.mark.parametrize("body", [b"<html>", b'{"stations": 5}', b"[]", b"\xff\xfe"])
def test_a_failure_is_noted_and_tried_again_later_and_later(ctx: Context, body: bytes) -> None:
    _Source.body = body
    pauses = []
    for _ in range(3):
        assert services.pull_feed(ctx, feed="air4thai")["status"] == "failed"
        pauses.append(queries.feeds(ctx)[0].next_at - ctx.now)
    assert pauses == [timedelta(hours=2), timedelta(hours=4), timedelta(hours=8)]
    _serve(_station("35t", "31.2"))
    assert services.pull_feed(ctx, feed="air4thai")["status"] == "ok"
    row = queries.feeds(ctx)[0]
    assert (row.failures, row.next_at) == (0, ctx.now + timedelta(hours=1))


def test_a_source_that_answers_no_or_redirects_inside_is_a_failure(ctx: Context, source: str, settings: Any) -> None:
    _Source.status = 500
    assert "500" in services.pull_feed(ctx, feed="air4thai")["message"]["en"]
    settings.NAKHON_FEEDS_MAY_CALL_PRIVATE = False
    assert "inside the network" in services.pull_feed(ctx, feed="air4thai")["message"]["en"]
    with pytest.raises(SensorsNotFound):
        services.pull_feed(ctx, feed="nothing")
    with act_in(ctx):
        Feed.objects.update(active=False)
    with pytest.raises(SensorsNotFound):
        services.pull_feed(ctx, feed="air4thai")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "0.0.0.0", "100.64.0.1", "localhost"]
)
def test_no_address_inside_the_network_is_called(host: str) -> None:
    with pytest.raises(FeedFailed):
        public_address(host, 80)


def test_a_public_address_passes() -> None:
    assert public_address("8.8.8.8", 443) == "8.8.8.8"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://x", "http://user@8.8.8.8/", "http://", "http://a:99999/"]
)
def test_only_plain_web_addresses_are_called(url: str) -> None:
    with pytest.raises(FeedFailed):
        fetch(url)


def test_paths_and_numbers() -> None:
    assert at_path({"a": [{"b": 5}]}, "a.0.b") == 5
    assert at_path({"a": []}, "a.0.b") is None
    assert [read_number(x) for x in ("๓๑.๒", "1,234", "nan", "inf", "", True, None, 5)] == [
        31.2, 1234.0, None, None, None, None, None, 5.0,
    ]  # fmt: skip


CSV_FEED: dict[str, Any] = {
    "format": "csv", "encoding": "utf-8", "only": [],
    "mapping": {"rows": "", "thing": "stationID", "time": ["DATETIMEDATA"], "time_format": "%Y-%m-%d %H:%M:%S"},
    "streams": {"pm25": {"field": "PM25", "unit": None, "missing": [-1, ""]}},
}  # fmt: skip


@pytest.mark.skipif(not SHARED.exists(), reason="the excerpt of Air4Thai is not beside the project")
def test_a_real_series_is_read_completely() -> None:
    raw = gzip.decompress(SHARED.read_bytes())
    answer = read_answer(CSV_FEED, raw)
    lines = raw.decode().splitlines()[1:]
    filled = [line.split(",")[7] for line in lines if line.split(",")[7]]
    assert len(answer.readings) == len(filled) == 999
    assert answer.missing == 1 and answer.faults == []
    assert sum(one.values["pm25"] for one in answer.readings) == pytest.approx(sum(map(float, filled)))
    assert answer.readings[0].time == datetime(2020, 11, 3, tzinfo=BANGKOK)


def test_rows_that_cannot_be_read_are_told_by_their_place() -> None:
    raw = b"stationID,DATETIMEDATA,PM25\n,2020-11-03 00:00:00,1\n35t,never,1\n35t,2020-11-03 00:00:00,x\n"
    answer = read_answer(CSV_FEED, raw)
    assert [place for place, _ in answer.faults] == [1, 2, 3]
    with pytest.raises(AnswerFault):
        read_answer(CSV_FEED, "ฝุ่น".encode("cp874"))
