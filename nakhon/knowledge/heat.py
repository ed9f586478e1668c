"""How hot it feels: the heat index from temperature and humidity, and the Thai public-health bands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from nakhon.knowledge.bands import Band
from nakhon.knowledge.digits import Number, exact, round_half_up
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.legal import EffectiveRow, packaged_rows, select
from nakhon.knowledge.text import Text

# Coefficients of T, R, TR, T², R², T²R, TR², T²R² with T in °F and R in %. Source: Rothfusz (1990), NWS SR 90-23.
_ROTHFUSZ = (-42.379, 2.04901523, 10.14333127, -0.22475541, -6.83783e-3, -5.481717e-2, 1.22874e-3, 8.5282e-4, -1.99e-6)

_BANDS = {
    "normal": Band("normal", Text("ปกติ", "Normal"), 0, Text("ดื่มน้ำตามปกติ", "Drink as usual.")),
    "caution": Band(
        "caution",
        Text("เฝ้าระวัง", "Caution"),
        1,
        Text("ดื่มน้ำบ่อยขึ้น และพักในร่มเมื่อเหนื่อย", "Drink more often, and rest in the shade when tired."),
    ),
    "warning": Band(
        "warning",
        Text("เตือนภัย", "Warning"),
        2,
        Text(
            "เลี่ยงงานหนักกลางแดด พักในที่ร่มทุกชั่วโมง ดูแลเด็กและผู้สูงอายุ",
            "Avoid hard work in the sun, rest in the shade every hour, and look after children and elders.",
        ),
    ),
    "danger": Band(
        "danger",
        Text("อันตราย", "Danger"),
        3,
        Text(
            "งดกิจกรรมกลางแจ้ง อยู่ในที่อากาศถ่ายเท หากเวียนศีรษะหรือตัวร้อนจัดโทร. 1669",
            "Stop outdoor activities and stay where air moves; call 1669 for dizziness or a very hot body.",
        ),
    ),
    "extreme": Band(
        "extreme",
        Text("อันตรายมาก", "Extreme danger"),
        4,
        Text(
            "อยู่ในที่เย็น ห้ามทำงานกลางแจ้ง เสี่ยงโรคลมแดดถึงชีวิต พบคนหมดสติโทร. 1669 ทันที",
            "Stay somewhere cool and do not work outdoors: heatstroke can kill. Call 1669 at once for anyone who faints.",
        ),
    ),
}


class HeatError(KnowledgeError):
    """A temperature or humidity that cannot be."""


def heat_index(celsius: Number, humidity: Number) -> Decimal:
    """The heat index in °C to one decimal, from air temperature in °C and relative humidity in %.

    Steadman's simple formula first; from 80 °F upwards the Rothfusz regression with its two adjustments. It holds for shade and
    a light wind; in full sun it feels up to 8 °C hotter. Raises ``HeatError`` beyond 0..100 % or -50..60 °C.
    Source: US National Weather Service, Weather Prediction Center, heat index equation.
    """
    air, moist = float(exact(celsius)), float(exact(humidity))
    if not (-50 <= air <= 60 and 0 <= moist <= 100):
        raise HeatError(
            "heat.range",
            Text("อุณหภูมิหรือความชื้นไม่อยู่ในช่วงที่เป็นไปได้", "The temperature or humidity is not possible"),
            Text(
                "อุณหภูมิ -50 ถึง 60 องศาเซลเซียส ความชื้น 0 ถึง 100 เปอร์เซ็นต์ ตรวจเครื่องวัด",
                "Temperature from -50 to 60 °C, humidity from 0 to 100 %: check the sensor",
            ),
        )
    t = air * 9 / 5 + 32
    index = 0.5 * (t + 61 + (t - 68) * 1.2 + moist * 0.094)
    if index >= 80:
        index = _rothfusz(t, moist)
    return round_half_up(exact((index - 32) * 5 / 9), 1)


def heat_band(index_celsius: Number, on: date, *, rows: Iterable[EffectiveRow] | None = None) -> Band:
    """The public-health band of a heat index in °C, first rounded to 0.1; "normal" below the first.

    Source: Department of Health, Ministry of Public Health (``data/environment.yaml``, heat.bands).
    """
    row = select(packaged_rows("environment") if rows is None else rows, "heat.bands", on)
    value = round_half_up(exact(index_celsius), 1)
    reached = [code for code, lowest in row.value.items() if value >= Decimal(str(lowest))]
    return _BANDS[reached[-1] if reached else "normal"]


def _rothfusz(t: float, r: float) -> float:
    terms = (1, t, r, t * r, t * t, r * r, t * t * r, t * r * r, t * t * r * r)
    index = sum(factor * term for factor, term in zip(_ROTHFUSZ, terms, strict=True))
    if r < 13 and 80 <= t <= 112:
        index -= (13 - r) / 4 * ((17 - abs(t - 95)) / 17) ** 0.5
    elif r > 85 and 80 <= t <= 87:
        index += (r - 85) / 10 * (87 - t) / 5
    return index
