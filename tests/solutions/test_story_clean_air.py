"""The solution clean-air on the real hours of a station of the Pollution Control Department: pulled, indexed and warned as reckoned apart.

The hours are read from the folder of shared data and not kept here; without it the test is skipped.
"""

from __future__ import annotations

import csv
import gzip
import io
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from nakhon.citydata.sensors.queries import series, things
from nakhon.citydata.sensors.services import pull_feed
from nakhon.citydata.watches.queries import trial_card
from nakhon.citydata.watches.services import try_watch
from nakhon.citydata.watches.trials import run_trial
from nakhon.knowledge.air import air_quality, rolling_means
from nakhon.knowledge.dates import BANGKOK
from nakhon.people.models import Organisation
from tests.solutions.stage import City

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "air_weather"
HOURS, TABLE = FOLDER / "air4thai_35t_hourly.csv.gz", FOLDER / "thai_aqi_breakpoints_2018.csv"
HOUR = timedelta(hours=1)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not HOURS.exists() or not TABLE.exists(), reason="the shared data are not here"),
]

FEED = """\
kind: feed
id: air4thai-35t
name: {th: Air4Thai ย้อนหลัง, en: Air4Thai of the past}
url: URL/hours.csv
format: csv
sensor: air-station
mapping: {thing: stationID, time: [DATETIMEDATA], time_format: "%Y-%m-%d %H:%M:%S"}
streams:
  pm25: {field: PM25}
  pm10: {field: PM10}
  o3: {field: O3}
  no2: {field: NO2}
  so2: {field: SO2}
licence: กรมควบคุมมลพิษ
"""


@pytest.fixture
def source(settings: Any) -> Iterator[str]:
    """The real hours, served from loopback as a neighbour's server would."""
    settings.NAKHON_FEEDS_MAY_CALL_PRIVATE = True
    body = gzip.decompress(HOURS.read_bytes())

    class Source(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/csv; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Source)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _real(column: str) -> dict[datetime, float]:
    with gzip.open(HOURS, "rt", encoding="utf-8") as file:
        rows = csv.DictReader(io.StringIO(file.read()))
        return {
            datetime.fromisoformat(row["DATETIMEDATA"]).replace(tzinfo=BANGKOK): float(row[column])
            for row in rows
            if row[column]
        }


def _index(pollution: str, mean: float) -> int:
    """The index by the table as it was published, in whole concentrations, with nothing of the platform's own."""
    whole = int(mean + 0.5)
    with TABLE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            low, high = float(row["min_p"]), float(row["max_p"])
            if row["pollution"] == pollution and low <= whole <= high:
                first, last = float(row["min_aqi"]), float(row["max_aqi"])
                return int((last - first) / (high - low) * (whole - low) + first + 0.5)
    raise AssertionError((pollution, mean))


def _means(hours: dict[datetime, float], first: datetime, amount: int) -> list[float | None]:
    """For each hour the plain mean of the 24 that end with it, where 18 of them were measured."""
    found: list[float | None] = []
    for place in range(amount):
        at = first + place * HOUR
        there = [hours[at - back * HOUR] for back in range(24) if at - back * HOUR in hours]
        found.append(sum(there) / len(there) if len(there) >= 18 else None)
    return found


def test_real_hours_give_the_index_and_the_warning_that_were_reckoned_apart(samui: Organisation, source: str) -> None:
    city = City(samui)
    city.install("clean-air")
    city.define(FEED.replace("URL", source))
    told = pull_feed(city.ctx("officer"), feed="air4thai-35t")
    real = {name: _real(name) for name in ("PM25", "PM10", "O3", "NO2", "SO2")}
    assert (told["status"], told["new_stations"], told["refused"]) == ("ok", 1, 0), told
    assert told["stored"] == sum(len(hours) for hours in real.values()) > 4000

    # everybody sees the station that the feed made, with the very values of the source
    (station,) = things(city.ctx(), kind="air-station")
    assert station.key == "35t"
    dust = station.stream("pm25")
    assert dust is not None
    first, last = min(real["PM25"]), max(real["PM25"])
    points = series(city.ctx(), datastream=dust.number, since=first, until=last + HOUR).points
    assert {point.time: point.result for point in points} == real["PM25"]

    # the index of each hour, by the table of those days, against the published table in plain arithmetic
    amount = (last - first) // HOUR + 1
    by_hour: dict[datetime, Any] = {point.time: point.result for point in points}
    means = rolling_means([by_hour.get(first + i * HOUR) for i in range(amount)], hours=24, on=first.date())
    apart = _means(real["PM25"], first, amount)
    assert [mean.value is None for mean in means] == [mean is None for mean in apart]
    seen = set()
    for mean, expected in zip(means, apart, strict=True):
        if mean.value is not None and expected is not None:
            index = air_quality({"pm25": mean.value}, date(2020, 12, 1)).value
            assert index == _index("PM25", expected), (mean.value, expected)
            seen.add(index)
    assert len(seen) > 20 and max(seen) > 50, "a season with clean and dusty days"

    # the trial of the watch over the whole season finds the episodes that plain arithmetic finds
    trial = try_watch(city.ctx("officer"), watch="dust-warning", since=first, until=last + HOUR)
    run_trial(str(samui.tenant.pk), str(trial.pk))
    found = trial_card(city.ctx("officer"), trial_id=trial.pk)
    assert (found.state, found.readings) == ("DONE", len(real["PM25"]))
    expected_openings = _episodes(apart, first)
    assert expected_openings, "the season has days above the standard"
    assert [one.opened for one in found.firings] == expected_openings, (found.firings, expected_openings)


def _episodes(means: list[float | None], first: datetime) -> list[datetime]:
    """Openings of "above 37.5 for an hour, until below 35 for three hours", hour by hour; an hour without a mean is passed over."""
    found: list[datetime] = []
    above: datetime | None = None
    below: datetime | None = None
    is_open = False
    for place, mean in enumerate(means):
        at = first + place * HOUR
        if mean is None:
            continue
        if is_open:
            below = (below or at) if mean < 35 else None
            if below is not None and at - below >= 3 * HOUR:
                is_open, above, below = False, None, None
            continue
        above = (above or at) if mean > 37.5 else None
        if above is not None and at - above >= HOUR:
            found.append(at)
            is_open = True
    return found
