"""Water: classes of surface water, the water quality index, level of rivers against their banks, rain of a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from nakhon.knowledge.bands import Band
from nakhon.knowledge.digits import Number, exact, round_half_up
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.legal import EffectiveRow, packaged_rows, select
from nakhon.knowledge.text import Text

# Parameters of the classes with the UCUM codes of their units.
PARAMETERS: dict[str, tuple[Text, str]] = {
    "do": (Text("ออกซิเจนละลาย (DO)", "Dissolved oxygen (DO)"), "mg/L"),
    "bod": (Text("บีโอดี (BOD)", "Biochemical oxygen demand (BOD)"), "mg/L"),
    "tcb": (Text("โคลิฟอร์มทั้งหมด (TCB)", "Total coliform bacteria (TCB)"), "{MPN}/dL"),
    "fcb": (Text("ฟีคอลโคลิฟอร์ม (FCB)", "Faecal coliform bacteria (FCB)"), "{MPN}/dL"),
    "ph": (Text("ความเป็นกรด-ด่าง (pH)", "Acidity (pH)"), "[pH]"),
    "no3_n": (Text("ไนเทรต-ไนโตรเจน", "Nitrate nitrogen"), "mg/L"),
    "nh3_n": (Text("แอมโมเนีย-ไนโตรเจน", "Ammonia nitrogen"), "mg/L"),
}
SURFACE_CLASSES: dict[int, Text] = {
    2: Text(
        "ประเภทที่ 2: สะอาดพอสำหรับอนุรักษ์สัตว์น้ำ ประมง ว่ายน้ำ และทำน้ำประปาเมื่อปรับปรุงแล้ว",
        "Class 2: clean enough for aquatic life, fishing, swimming, and for drinking after treatment",
    ),
    3: Text(
        "ประเภทที่ 3: ใช้เพื่อการเกษตร และทำน้ำประปาเมื่อปรับปรุงแล้ว",
        "Class 3: for farming, and for drinking after treatment",
    ),
    4: Text(
        "ประเภทที่ 4: ใช้เพื่ออุตสาหกรรม และทำน้ำประปาได้เมื่อปรับปรุงเป็นพิเศษ",
        "Class 4: for industry, and for drinking only after special treatment",
    ),
    5: Text("ประเภทที่ 5: ใช้เพื่อการคมนาคม", "Class 5: for navigation"),
}
WQI_NOTE = Text(
    "เส้นโค้งคะแนนยังไม่ได้ยืนยันกับกรมควบคุมมลพิษ ใช้ดูแนวโน้มเท่านั้น",
    "Not verified; confirm the scoring curves with the Pollution Control Department. For trends only",
)
WQI_PARAMETERS = ("do", "bod", "tcb", "fcb", "nh3_n")

_WQI_BANDS = {
    "very_good": Band("very_good", Text("ดีมาก", "Very good"), 0, Text("รักษาคุณภาพน้ำไว้", "Keep the water as it is.")),
    "good": Band("good", Text("ดี", "Good"), 0, Text("ติดตามตามรอบปกติ", "Watch at the usual intervals.")),
    "fair": Band("fair", Text("พอใช้", "Fair"), 1, Text("หาแหล่งน้ำเสียที่เพิ่มขึ้น", "Look for new sources of waste water.")),
    "poor": Band(
        "poor", Text("เสื่อมโทรม", "Poor"), 2, Text("ตรวจแหล่งน้ำเสีย งดลงเล่นน้ำ", "Inspect outfalls; do not swim.")
    ),
    "very_poor": Band(
        "very_poor",
        Text("เสื่อมโทรมมาก", "Very poor"),
        3,
        Text("งดสัมผัสน้ำ และเร่งแก้ไขแหล่งน้ำเสีย", "Keep out of the water, and deal with the outfalls at once."),
    ),
}
_OXYGEN_BANDS = {
    "good": Band("good", Text("ออกซิเจนดี", "Plenty of oxygen"), 0, Text("ปลาและสัตว์น้ำอยู่ได้สบาย", "Fish live well here.")),
    "fair": Band(
        "fair", Text("ออกซิเจนพอใช้", "Enough oxygen"), 1, Text("สัตว์น้ำส่วนใหญ่ยังอยู่ได้", "Most fish can still live here.")
    ),
    "low": Band(
        "low",
        Text("ออกซิเจนต่ำ", "Little oxygen"),
        2,
        Text("ปลาเริ่มขาดอากาศ อาจเห็นปลาลอยหัว", "Fish begin to lack air and may gasp at the surface."),
    ),
    "very_low": Band(
        "very_low",
        Text("ออกซิเจนต่ำมาก", "Almost no oxygen"),
        3,
        Text(
            "น้ำใกล้เน่าเสีย ปลาอาจตาย โปรดแจ้งเทศบาลเมื่อพบปลาตาย",
            "The water is close to foul and fish may die: tell the city if they do.",
        ),
    ),
}
_RIVER_BANDS = {
    "very_low": Band("very_low", Text("น้อยวิกฤต", "Critically low"), 2, Text("ใช้น้ำอย่างประหยัด", "Use water sparingly.")),
    "low": Band("low", Text("น้อย", "Low"), 1, Text("ติดตามปริมาณน้ำ", "Watch the supply of water.")),
    "normal": Band("normal", Text("ปกติ", "Normal"), 0, Text("ไม่ต้องดำเนินการ", "Nothing to do.")),
    "high": Band(
        "high",
        Text("มาก", "High"),
        2,
        Text("ติดตามประกาศ และยกของขึ้นที่สูง", "Follow the announcements and raise your belongings."),
    ),
    "overflow": Band(
        "overflow",
        Text("ล้นตลิ่ง", "Over the bank"),
        3,
        Text("อยู่ห่างริมน้ำ และเตรียมอพยพตามประกาศ", "Keep away from the water and be ready to leave when told."),
    ),
    "critical": Band(
        "critical",
        Text("ถึงระดับวิกฤตของสถานี", "At the station's critical level"),
        3,
        Text("อยู่ห่างริมน้ำ และเตรียมอพยพตามประกาศ", "Keep away from the water and be ready to leave when told."),
    ),
    "warning": Band(
        "warning",
        Text("ถึงระดับเตือนภัยของสถานี", "At the station's warning level"),
        2,
        Text("ติดตามประกาศ และยกของขึ้นที่สูง", "Follow the announcements and raise your belongings."),
    ),
}
_RAIN_BANDS = {
    "none": Band("none", Text("ไม่มีฝน", "No rain"), 0, Text("ไม่ต้องดำเนินการ", "Nothing to do.")),
    "light": Band("light", Text("ฝนเล็กน้อย", "Light rain"), 0, Text("ไม่ต้องดำเนินการ", "Nothing to do.")),
    "moderate": Band("moderate", Text("ฝนปานกลาง", "Moderate rain"), 1, Text("ขับขี่ด้วยความระมัดระวัง", "Drive with care.")),
    "heavy": Band(
        "heavy", Text("ฝนหนัก", "Heavy rain"), 2, Text("ระวังน้ำท่วมขังในที่ลุ่ม", "Beware of flooding in low places.")
    ),
    "very_heavy": Band(
        "very_heavy",
        Text("ฝนหนักมาก", "Very heavy rain"),
        3,
        Text("ระวังน้ำท่วมฉับพลันและดินถล่ม", "Beware of flash floods and landslides."),
    ),
}


class WaterError(KnowledgeError):
    """A sample or level that cannot be judged."""


@dataclass(frozen=True, slots=True)
class SurfaceClass:
    """``value`` 2 to 5. ``deciding`` are the parameters that keep the water out of the next better class; ``missing`` those that
    class 2 asks for and the sample lacks: while any is missing, the class is the best that the water can have.
    """

    value: int
    deciding: tuple[str, ...]
    missing: tuple[str, ...]
    row_id: str

    @property
    def name(self) -> Text:
        return SURFACE_CLASSES[self.value]

    @property
    def complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class WaterQualityIndex:
    """``value`` 0 to 100, whole; ``scores`` by parameter; show ``note`` beside it."""

    value: int
    band: Band
    scores: Mapping[str, Decimal]
    row_id: str
    note: Text = WQI_NOTE


@dataclass(frozen=True, slots=True)
class RiverLevel:
    """``percent`` of the bank, to one decimal; ``by_station`` when the station's own levels decided the band."""

    percent: Decimal
    band: Band
    by_station: bool


def surface_class(
    sample: Mapping[str, Number], on: date, *, rows: Iterable[EffectiveRow] | None = None
) -> SurfaceClass:
    """The class of one sample: keys of ``PARAMETERS`` in their units. Class 1 is never assigned by formula.

    Metals and pesticides of the notice are not judged here. Raises ``WaterError`` for an unknown parameter, an empty sample, a
    negative value or a pH beyond 14. Source: NEB notice 8, B.E. 2537.
    """
    values = _sample(sample)
    return _classify({code: (value, value) for code, value in values.items()}, on, rows)


def surface_class_of_set(
    samples: Sequence[Mapping[str, Number]], on: date, *, rows: Iterable[EffectiveRow] | None = None
) -> SurfaceClass:
    """The class of a set of samples: the 20th percentile of DO and the 80th of the others, linear between samples.

    A parameter is taken from the samples that have it; pH is judged at both percentiles, since both ends bind.
    Raises ``WaterError`` as ``surface_class``. Source: NEB notice 8, B.E. 2537; percentile as Excel's PERCENTILE.INC.
    """
    columns: dict[str, list[Decimal]] = {}
    for sample in samples:
        for code, value in _sample(sample).items():
            columns.setdefault(code, []).append(value)
    if not columns:
        raise _nothing()
    return _classify(
        {code: (percentile(found, 20), percentile(found, 80)) for code, found in columns.items()}, on, rows
    )


def percentile(values: Sequence[Number], percent: Number) -> Decimal:
    """The ``percent``-th percentile, linear between the two nearest values. Raises ``WaterError`` for none or beyond 0..100.

    Source: definition 7 of Hyndman and Fan (1996), the PERCENTILE.INC of spreadsheets.
    """
    ordered, share = sorted(exact(value) for value in values), exact(percent)
    if not ordered or not 0 <= share <= 100:
        raise _nothing()
    place = share / 100 * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def water_quality_index(
    sample: Mapping[str, Number], on: date, *, rows: Iterable[EffectiveRow] | None = None
) -> WaterQualityIndex:
    """The mean of the scores of DO, BOD, TCB, FCB and NH3-N, rounded half up; all five are needed, other keys are left aside.

    The curves are rows (water.wqi_curves) and **not verified**: the result carries the note that says so.
    Raises ``WaterError`` naming what is missing. Source: PCD water quality index, bands as published; curves to be confirmed.
    """
    values = _sample(sample)
    missing = [code for code in WQI_PARAMETERS if code not in values]
    if missing:
        names = [PARAMETERS[code][0] for code in missing]
        raise WaterError(
            "water.incomplete",
            Text("ค่าที่ใช้คำนวณดัชนีคุณภาพน้ำไม่ครบ", "The water quality index lacks some of its values"),
            Text(
                f"เพิ่มค่า {', '.join(name.th for name in names)}",
                f"Add: {', '.join(name.en for name in names)}",
            ),
        )
    row = _row("water.wqi_curves", on, rows)
    scores = {code: _on_curve(row.value[code], values[code]) for code in WQI_PARAMETERS}
    value = int(round_half_up(sum(scores.values(), Decimal(0)) / len(scores), 0))
    return WaterQualityIndex(value, wqi_band(value, on, rows=rows), scores, row.id)


def wqi_band(value: int, on: date, *, rows: Iterable[EffectiveRow] | None = None) -> Band:
    """The band of a whole index from 0 to 100. Raises ``WaterError`` outside. Source: PCD, bands of the water quality index."""
    if not 0 <= value <= 100:
        raise WaterError(
            "water.wqi",
            Text("ดัชนีคุณภาพน้ำต้องอยู่ระหว่าง 0 ถึง 100", "The water quality index lies from 0 to 100"),
            Text("ตรวจคะแนนที่นำมาเฉลี่ย", "Check the scores that it was averaged from"),
        )
    return _WQI_BANDS[_from_lowest(_row("water.wqi_bands", on, rows).value, Decimal(value))]


def oxygen_band(do: Number, on: date, *, rows: Iterable[EffectiveRow] | None = None) -> Band:
    """Dissolved oxygen in mg/L in words for citizens. Raises ``WaterError`` below 0.

    Source: the DO limits of classes 2, 3 and 4 of NEB notice 8, B.E. 2537; the words are the platform's.
    """
    value = _sample({"do": do})["do"]
    return _OXYGEN_BANDS[_from_lowest(_row("water.do_words", on, rows).value, value)]


def river_level(
    level: Number,
    *,
    bed: Number,
    bank: Number,
    on: date,
    warning: Number | None = None,
    critical: Number | None = None,
    rows: Iterable[EffectiveRow] | None = None,
) -> RiverLevel:
    """How full a river is, in per cent of the way from bed to bank; all levels in metres above one datum (รทก.).

    A station's own ``warning`` and ``critical`` levels replace the upper part of the scale: at or above them the band is theirs, below
    the warning level it is "normal" at most. Water over the bank is an overflow whatever the station says.
    Raises ``WaterError`` if the bank is not above the bed, or the critical level not above the warning level.
    Source: National Hydroinformatics Data Center, scale of the water situation.
    """
    here, floor, top = exact(level), exact(bed), exact(bank)
    alert = None if warning is None else exact(warning)
    alarm = None if critical is None else exact(critical)
    if top <= floor or (alert is not None and alarm is not None and alarm <= alert):
        raise WaterError(
            "water.levels",
            Text("ระดับอ้างอิงของสถานีไม่ถูกต้อง", "The station's reference levels are not right"),
            Text(
                "ระดับตลิ่งต้องสูงกว่าท้องน้ำ และระดับวิกฤตต้องสูงกว่าระดับเตือนภัย",
                "The bank must be above the bed, and the critical level above the warning level",
            ),
        )
    share = (here - floor) / (top - floor) * 100
    percent = round_half_up(share, 1)
    scale = _to_highest(_row("water.river_bands", on, rows).value, share, "overflow")
    if scale == "overflow":
        return RiverLevel(percent, _RIVER_BANDS[scale], False)
    if alarm is not None and here >= alarm:
        return RiverLevel(percent, _RIVER_BANDS["critical"], True)
    if alert is not None and here >= alert:
        return RiverLevel(percent, _RIVER_BANDS["warning"], True)
    if alert is not None and scale == "high":
        return RiverLevel(percent, _RIVER_BANDS["normal"], True)
    return RiverLevel(percent, _RIVER_BANDS[scale], False)


def rain_band(mm_24h: Number, on: date, *, rows: Iterable[EffectiveRow] | None = None) -> Band:
    """The class of the rain of 24 hours in mm, first rounded to 0.1. Raises ``WaterError`` below 0.

    Source: Thai Meteorological Department: 0.1-10.0 light, 10.1-35.0 moderate, 35.1-90.0 heavy, more very heavy.
    """
    value = exact(mm_24h)
    if value < 0:
        raise _negative("ฝน", "rain")
    return _RAIN_BANDS[_to_highest(_row("water.rain_bands_24h", on, rows).value, round_half_up(value, 1), "very_heavy")]


def _row(key: str, on: date, rows: Iterable[EffectiveRow] | None) -> EffectiveRow:
    return select(packaged_rows("environment") if rows is None else rows, key, on)


def _from_lowest(bands: Mapping[str, Any], value: Decimal) -> str:
    return next(code for code, lowest in bands.items() if value >= Decimal(str(lowest)))


def _to_highest(bands: Mapping[str, Any], value: Decimal, above: str) -> str:
    return next((code for code, highest in bands.items() if value <= Decimal(str(highest))), above)


def _sample(sample: Mapping[str, Number]) -> dict[str, Decimal]:
    values = {code: exact(value) for code, value in sample.items()}
    unknown = sorted(set(values) - set(PARAMETERS))
    if unknown:
        raise WaterError(
            "water.parameter",
            Text("มีพารามิเตอร์คุณภาพน้ำที่ไม่รู้จัก", "The sample has a parameter that is not known"),
            Text(f"ใช้รหัสหนึ่งในนี้: {', '.join(PARAMETERS)}", f"Use one of these codes: {', '.join(PARAMETERS)}"),
        )
    if not values:
        raise _nothing()
    for code, value in values.items():
        if value < 0:
            raise _negative(PARAMETERS[code][0].th, PARAMETERS[code][0].en)
    if values.get("ph", Decimal(7)) > 14:
        raise WaterError(
            "water.ph",
            Text("ค่า pH ต้องอยู่ระหว่าง 0 ถึง 14", "pH lies from 0 to 14"),
            Text("ตรวจเครื่องวัดหรือหน่วยของค่านี้", "Check the sensor, or the unit of this value"),
        )
    return values


def _classify(
    ranges: Mapping[str, tuple[Decimal, Decimal]], on: date, rows: Iterable[EffectiveRow] | None
) -> SurfaceClass:
    row = _row("water.surface_classes", on, rows)
    classes: dict[int, Mapping[str, Mapping[str, Any]]] = row.value
    missing = tuple(code for code in classes[min(classes)] if code not in ranges)
    deciding: tuple[str, ...] = ()
    for number in sorted(classes):
        failed = tuple(
            code for code, limit in classes[number].items() if code in ranges and not _keeps(limit, *ranges[code])
        )
        if not failed:
            return SurfaceClass(number, deciding, missing, row.id)
        deciding = failed
    return SurfaceClass(max(classes) + 1, deciding, missing, row.id)


def _keeps(limit: Mapping[str, Any], low: Decimal, high: Decimal) -> bool:
    return ("min" not in limit or low >= Decimal(str(limit["min"]))) and (
        "max" not in limit or high <= Decimal(str(limit["max"]))
    )


def _on_curve(points: Sequence[Sequence[Any]], value: Decimal) -> Decimal:
    curve = [(Decimal(str(x)), Decimal(str(y))) for x, y in points]
    if value <= curve[0][0]:
        return curve[0][1]
    for (x1, y1), (x2, y2) in pairwise(curve):
        if value <= x2:
            return y1 + (value - x1) / (x2 - x1) * (y2 - y1)
    return curve[-1][1]


def _nothing() -> WaterError:
    return WaterError(
        "water.nothing",
        Text("ไม่มีค่าคุณภาพน้ำให้ประเมิน", "There is no value to judge"),
        Text("ส่งค่าที่ตรวจวัดได้อย่างน้อยหนึ่งค่า", "Give at least one measured value"),
    )


def _negative(th: str, en: str) -> WaterError:
    return WaterError(
        "water.negative",
        Text(f"ค่า {th} ติดลบไม่ได้", f"The value cannot be negative: {en}"),
        Text("ตรวจเครื่องวัด หรือเว้นว่างเมื่อไม่มีค่า", "Check the sensor, or leave it out when there is none"),
    )
