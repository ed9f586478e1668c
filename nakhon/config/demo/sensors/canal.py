"""A canal that came back: made-up samples of the Mae Kha before and after its works, and two made-up probes that go on.

After the works the oxygen lies between 2 and 4 mg/L, as the Local Smart City Report 2566 tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from nakhon.config.demo.sensors.chance import season, share, smooth, swing
from nakhon.config.demo.sensors.shapes import Life, Quarterly, Series, Spot, Value, told, told_rows
from nakhon.knowledge.dates import in_bangkok

# least and greatest of each property: above the works, before them, after them
_RANGES = {
    "do": ((2.6, 4.4), (0.3, 1.6), (2.1, 3.9)),
    "bod": ((3.0, 6.5), (11.0, 28.0), (2.5, 4.6)),
    "nh3_n": ((0.3, 1.4), (3.5, 12.0), (0.2, 0.8)),
    "no3_n": ((0.4, 1.8), (0.2, 1.1), (0.6, 2.2)),
    "ph": ((6.9, 7.6), (6.7, 7.3), (7.0, 7.6)),
}


def _stage(data: Mapping[str, Any], at: datetime) -> int:
    done = data.get("works_done_on")
    if not done:
        return 0
    return 2 if in_bangkok(at).date() >= date.fromisoformat(str(done)) else 1


def _sample(code: str, decimals: int) -> Value:
    def value(key: str, data: Mapping[str, Any], at: datetime) -> float | None:
        least, most = _RANGES[code][_stage(data, at)]
        return round(least + (most - least) * share(key, code, in_bangkok(at).date()), decimals)

    return value


def _water_temperature(key: str, data: Mapping[str, Any], at: datetime) -> float | None:
    mean = 26.8 + 2.4 * season(at, 120, 60) - 3.0 * season(at, 5, 40)
    return round(mean + 1.1 * swing(at, 16) + 0.4 * smooth(key, at, 12), 1)


def oxygen(key: str, data: Mapping[str, Any], at: datetime) -> float | None:
    """Highest in the afternoon, lowest before dawn; less in the hot months, when there is little water."""
    mean = 3.05 - 0.35 * season(at, 100, 45) - (0.2 if key.endswith("P2") else 0.0)
    return round(
        max(0.4, mean + 0.55 * swing(at, 15) + 0.5 * smooth(key, at, 90) + 0.1 * smooth(f"{key}-fast", at, 3)), 1
    )


def _samples(code: str, value: Value) -> Quarterly:
    seven_years = timedelta(days=7 * 365)
    return Quarterly("canal-sample", code, timedelta(days=1), seven_years, seven_years, value, timedelta(hours=10))


def _probe(code: str, value: Value) -> Series:
    return Series("canal-probe", code, timedelta(hours=1), timedelta(days=40), timedelta(days=365), value)


LIFE = Life(
    slug="chiangmai",
    solution="canal-water",
    rows=lambda now: {"canal-point": told_rows("canal-water", "points.yaml")},
    series=(
        *(_samples(code, _sample(code, 2 if code.startswith("n") else 1)) for code in _RANGES),
        _samples("temperature", _water_temperature),
        _probe("do", oxygen),
        _probe("temperature", _water_temperature),
    ),
    watches=("low-oxygen", "sample-low-oxygen"),
    tried=("low-oxygen",),
    spots=tuple(Spot("canal-probe", **one) for one in told("canal-water", "points.yaml")["probes"]),
)
