"""Units of measurement that sensors and laboratories use: UCUM code, symbol, names, and conversion between those alike."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from nakhon.knowledge.digits import Number, exact
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text


class UnitsError(KnowledgeError):
    """An unknown unit, or two units that do not measure the same thing."""


class Dimension(StrEnum):
    """What a unit measures; only units of one dimension convert into each other. Source: ISO 80000."""

    COUNT = "COUNT"
    VEHICLES = "VEHICLES"
    PEOPLE = "PEOPLE"
    SHARE = "SHARE"
    LENGTH = "LENGTH"
    AREA = "AREA"
    VOLUME = "VOLUME"
    MASS = "MASS"
    TIME = "TIME"
    RATE = "RATE"
    SPEED = "SPEED"
    FLOW = "FLOW"
    RAIN_RATE = "RAIN_RATE"
    TEMPERATURE = "TEMPERATURE"
    PRESSURE = "PRESSURE"
    ANGLE = "ANGLE"
    FREQUENCY = "FREQUENCY"
    POWER = "POWER"
    ENERGY = "ENERGY"
    VOLTAGE = "VOLTAGE"
    CURRENT = "CURRENT"
    ILLUMINANCE = "ILLUMINANCE"
    LUMINOUS_FLUX = "LUMINOUS_FLUX"
    IRRADIANCE = "IRRADIANCE"
    SOUND_LEVEL = "SOUND_LEVEL"
    MASS_CONCENTRATION = "MASS_CONCENTRATION"
    MIXING_RATIO = "MIXING_RATIO"
    ACIDITY = "ACIDITY"
    CONDUCTIVITY = "CONDUCTIVITY"
    TURBIDITY = "TURBIDITY"
    BACTERIA = "BACTERIA"

    @property
    def label(self) -> Text:
        return _DIMENSION_LABELS[self]


_DIMENSION_LABELS = {
    Dimension.COUNT: Text("จำนวนนับ", "Count"),
    Dimension.VEHICLES: Text("จำนวนยานพาหนะ", "Vehicles"),
    Dimension.PEOPLE: Text("จำนวนคน", "People"),
    Dimension.SHARE: Text("สัดส่วน", "Share"),
    Dimension.LENGTH: Text("ความยาว", "Length"),
    Dimension.AREA: Text("พื้นที่", "Area"),
    Dimension.VOLUME: Text("ปริมาตร", "Volume"),
    Dimension.MASS: Text("มวล", "Mass"),
    Dimension.TIME: Text("ระยะเวลา", "Duration"),
    Dimension.RATE: Text("จำนวนต่อเวลา", "Count per time"),
    Dimension.SPEED: Text("ความเร็ว", "Speed"),
    Dimension.FLOW: Text("อัตราการไหล", "Flow"),
    Dimension.RAIN_RATE: Text("ความแรงของฝน", "Rainfall rate"),
    Dimension.TEMPERATURE: Text("อุณหภูมิ", "Temperature"),
    Dimension.PRESSURE: Text("ความดัน", "Pressure"),
    Dimension.ANGLE: Text("มุม", "Angle"),
    Dimension.FREQUENCY: Text("ความถี่", "Frequency"),
    Dimension.POWER: Text("กำลัง", "Power"),
    Dimension.ENERGY: Text("พลังงาน", "Energy"),
    Dimension.VOLTAGE: Text("แรงดันไฟฟ้า", "Voltage"),
    Dimension.CURRENT: Text("กระแสไฟฟ้า", "Electric current"),
    Dimension.ILLUMINANCE: Text("ความสว่าง", "Illuminance"),
    Dimension.LUMINOUS_FLUX: Text("ฟลักซ์การส่องสว่าง", "Luminous flux"),
    Dimension.IRRADIANCE: Text("ความเข้มรังสี", "Irradiance"),
    Dimension.SOUND_LEVEL: Text("ระดับเสียง", "Sound level"),
    Dimension.MASS_CONCENTRATION: Text("ความเข้มข้นโดยมวล", "Mass concentration"),
    Dimension.MIXING_RATIO: Text("สัดส่วนโดยปริมาตรในอากาศ", "Mixing ratio in air"),
    Dimension.ACIDITY: Text("ความเป็นกรด-ด่าง", "Acidity"),
    Dimension.CONDUCTIVITY: Text("ความนำไฟฟ้า", "Conductivity"),
    Dimension.TURBIDITY: Text("ความขุ่น", "Turbidity"),
    Dimension.BACTERIA: Text("ความหนาแน่นของแบคทีเรีย", "Density of bacteria"),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """``code`` is UCUM; ``symbol`` is what people read. A value times ``factor`` plus ``offset`` is in the dimension's base."""

    code: str
    symbol: str
    name: Text
    dimension: Dimension
    factor: Fraction
    offset: Fraction = Fraction(0)
    aliases: tuple[str, ...] = ()


def _rows(dimension: Dimension, *rows: tuple[str, str, str, str, str, str]) -> tuple[Unit, ...]:
    # Each row: UCUM code, symbol, Thai name, English name, factor to the first row of the dimension, other spellings.
    return tuple(
        Unit(code, symbol, Text(th, en), dimension, _factor(factor), aliases=tuple(others.split()))
        for code, symbol, th, en, factor, others in rows
    )


def _factor(written: str) -> Fraction:
    above, _, below = written.partition("/")
    return Fraction(above) / Fraction(below or 1)


# Source: The Unified Code for Units of Measure (UCUM) 2.1; {NTU}, {MPN}, {A} and {count} are annotations in the sense of UCUM.
UNITS: tuple[Unit, ...] = (
    *_rows(Dimension.COUNT, ("1", "", "จำนวน", "count", "1", "count {count} unit")),
    *_rows(Dimension.VEHICLES, ("{vehicle}", "คัน", "คัน", "vehicles", "1", "")),
    *_rows(Dimension.PEOPLE, ("{person}", "คน", "คน", "people", "1", "persons")),
    *_rows(Dimension.SHARE, ("%", "%", "ร้อยละ", "per cent", "1", "percent %RH %rh")),
    *_rows(
        Dimension.LENGTH,
        ("m", "m", "เมตร", "metre", "1", "เมตร ม."),
        ("km", "km", "กิโลเมตร", "kilometre", "1000", "กม."),
        ("cm", "cm", "เซนติเมตร", "centimetre", "0.01", "ซม."),
        ("mm", "mm", "มิลลิเมตร", "millimetre", "0.001", "มม."),
    ),
    *_rows(
        Dimension.AREA,
        ("m2", "m²", "ตารางเมตร", "square metre", "1", "ตร.ม."),
        ("km2", "km²", "ตารางกิโลเมตร", "square kilometre", "1000000", "ตร.กม."),
        ("har", "ha", "เฮกตาร์", "hectare", "10000", "ha"),
    ),
    *_rows(
        Dimension.VOLUME,
        ("m3", "m³", "ลูกบาศก์เมตร", "cubic metre", "1", "ลบ.ม."),
        ("L", "L", "ลิตร", "litre", "0.001", "l ลิตร"),
    ),
    *_rows(
        Dimension.MASS,
        ("kg", "kg", "กิโลกรัม", "kilogram", "1", "กก."),
        ("g", "g", "กรัม", "gram", "0.001", "กรัม"),
        ("t", "t", "ตัน", "tonne", "1000", "ตัน"),
    ),
    *_rows(
        Dimension.TIME,
        ("s", "s", "วินาที", "second", "1", "sec วินาที"),
        ("min", "min", "นาที", "minute", "60", "นาที"),
        ("h", "h", "ชั่วโมง", "hour", "3600", "hr ชม."),
        ("d", "d", "วัน", "day", "86400", "day วัน"),
    ),
    *_rows(
        Dimension.RATE, ("/h", "/h", "ต่อชั่วโมง", "per hour", "1", "1/h"), ("/d", "/d", "ต่อวัน", "per day", "1/24", "1/d")
    ),
    *_rows(
        Dimension.SPEED,
        ("m/s", "m/s", "เมตรต่อวินาที", "metre per second", "1", "mps"),
        ("km/h", "km/h", "กิโลเมตรต่อชั่วโมง", "kilometre per hour", "1/3.6", "kph กม./ชม."),
        ("[kn_i]", "kn", "นอต", "knot", "1852/3600", "kn knot"),
    ),
    *_rows(
        Dimension.FLOW,
        ("m3/s", "m³/s", "ลูกบาศก์เมตรต่อวินาที", "cubic metre per second", "1", "cms ลบ.ม./วินาที"),
        ("m3/h", "m³/h", "ลูกบาศก์เมตรต่อชั่วโมง", "cubic metre per hour", "1/3600", ""),
        ("m3/d", "m³/d", "ลูกบาศก์เมตรต่อวัน", "cubic metre per day", "1/86400", "ลบ.ม./วัน"),
        ("L/s", "L/s", "ลิตรต่อวินาที", "litre per second", "0.001", "l/s"),
        ("L/min", "L/min", "ลิตรต่อนาที", "litre per minute", "0.001/60", "l/min lpm"),
    ),
    *_rows(
        Dimension.RAIN_RATE,
        ("mm/h", "mm/h", "มิลลิเมตรต่อชั่วโมง", "millimetre per hour", "1", "มม./ชม."),
        ("mm/d", "mm/d", "มิลลิเมตรต่อวัน", "millimetre per day", "1/24", "มม./วัน"),
    ),
    Unit("K", "K", Text("เคลวิน", "kelvin"), Dimension.TEMPERATURE, Fraction(1)),
    Unit(
        "Cel",
        "°C",
        Text("องศาเซลเซียส", "degree Celsius"),
        Dimension.TEMPERATURE,
        Fraction(1),
        Fraction("273.15"),
        ("C", "degC", "℃"),
    ),
    Unit(
        "[degF]",
        "°F",
        Text("องศาฟาเรนไฮต์", "degree Fahrenheit"),
        Dimension.TEMPERATURE,
        _factor("5/9"),
        Fraction("459.67") * 5 / 9,
        ("F", "degF", "℉"),
    ),
    *_rows(
        Dimension.PRESSURE,
        ("Pa", "Pa", "ปาสกาล", "pascal", "1", ""),
        ("hPa", "hPa", "เฮกโตปาสกาล", "hectopascal", "100", "mbar"),
        ("kPa", "kPa", "กิโลปาสกาล", "kilopascal", "1000", ""),
        ("bar", "bar", "บาร์", "bar", "100000", ""),
        ("atm", "atm", "บรรยากาศ", "atmosphere", "101325", ""),
    ),
    *_rows(Dimension.ANGLE, ("deg", "°", "องศา", "degree", "1", "degree degrees องศา")),
    *_rows(Dimension.FREQUENCY, ("Hz", "Hz", "เฮิรตซ์", "hertz", "1", "")),
    *_rows(
        Dimension.POWER,
        ("W", "W", "วัตต์", "watt", "1", "วัตต์"),
        ("kW", "kW", "กิโลวัตต์", "kilowatt", "1000", ""),
        ("MW", "MW", "เมกะวัตต์", "megawatt", "1000000", ""),
    ),
    *_rows(
        Dimension.ENERGY,
        ("kW.h", "kWh", "กิโลวัตต์-ชั่วโมง", "kilowatt-hour", "1", "kWh หน่วย"),
        ("W.h", "Wh", "วัตต์-ชั่วโมง", "watt-hour", "0.001", "Wh"),
        ("MW.h", "MWh", "เมกะวัตต์-ชั่วโมง", "megawatt-hour", "1000", "MWh"),
        ("MJ", "MJ", "เมกะจูล", "megajoule", "1/3.6", ""),
    ),
    *_rows(Dimension.VOLTAGE, ("V", "V", "โวลต์", "volt", "1", ""), ("mV", "mV", "มิลลิโวลต์", "millivolt", "0.001", "")),
    *_rows(
        Dimension.CURRENT,
        ("A", "A", "แอมแปร์", "ampere", "1", ""),
        ("mA", "mA", "มิลลิแอมแปร์", "milliampere", "0.001", ""),
    ),
    *_rows(Dimension.ILLUMINANCE, ("lx", "lx", "ลักซ์", "lux", "1", "lux")),
    *_rows(Dimension.LUMINOUS_FLUX, ("lm", "lm", "ลูเมน", "lumen", "1", "lumen")),
    *_rows(Dimension.IRRADIANCE, ("W/m2", "W/m²", "วัตต์ต่อตารางเมตร", "watt per square metre", "1", "")),
    *_rows(Dimension.SOUND_LEVEL, ("dB[SPL]{A}", "dB(A)", "เดซิเบลเอ", "A-weighted decibel", "1", "dBA dB(A) dB[SPL]")),
    *_rows(
        Dimension.MASS_CONCENTRATION,
        ("ug/m3", "µg/m³", "ไมโครกรัมต่อลูกบาศก์เมตร", "microgram per cubic metre", "1", "mcg/m3 มคก./ลบ.ม."),
        ("mg/m3", "mg/m³", "มิลลิกรัมต่อลูกบาศก์เมตร", "milligram per cubic metre", "1000", "มก./ลบ.ม."),
        ("mg/L", "mg/L", "มิลลิกรัมต่อลิตร", "milligram per litre", "1000000", "mg/l มก./ล."),
        ("ug/L", "µg/L", "ไมโครกรัมต่อลิตร", "microgram per litre", "1000", "ug/l"),
    ),
    *_rows(
        Dimension.MIXING_RATIO,
        ("[ppb]", "ppb", "ส่วนในพันล้านส่วน", "part per billion", "1", "ppb"),
        ("[ppm]", "ppm", "ส่วนในล้านส่วน", "part per million", "1000", "ppm"),
    ),
    *_rows(Dimension.ACIDITY, ("[pH]", "pH", "ค่าพีเอช", "pH", "1", "pH")),
    *_rows(
        Dimension.CONDUCTIVITY,
        ("mS/cm", "mS/cm", "มิลลิซีเมนส์ต่อเซนติเมตร", "millisiemens per centimetre", "1", ""),
        ("uS/cm", "µS/cm", "ไมโครซีเมนส์ต่อเซนติเมตร", "microsiemens per centimetre", "0.001", ""),
        ("S/m", "S/m", "ซีเมนส์ต่อเมตร", "siemens per metre", "10", ""),
    ),
    *_rows(Dimension.TURBIDITY, ("{NTU}", "NTU", "เอ็นทียู", "nephelometric turbidity unit", "1", "NTU FNU")),
    *_rows(
        Dimension.BACTERIA,
        (
            "{MPN}/dL",
            "MPN/100 mL",
            "เอ็มพีเอ็นต่อ 100 มิลลิลิตร",
            "most probable number per 100 mL",
            "1",
            "MPN/100mL MPN/100ml",
        ),
    ),
)

# Grams per mole. Source: IUPAC standard atomic weights, abridged.
MOLAR_MASSES: dict[str, Decimal] = {
    "o3": Decimal("47.998"),
    "co": Decimal("28.010"),
    "no2": Decimal("46.006"),
    "no": Decimal("30.006"),
    "so2": Decimal("64.066"),
    "h2s": Decimal("34.08"),
    "nh3": Decimal("17.031"),
    "co2": Decimal("44.009"),
    "ch4": Decimal("16.043"),
}
# Litres that one mole of gas fills at 25 degrees Celsius and 1 atmosphere. Source: ideal gas law, R = 8.314462618 J/(mol K).
MOLAR_VOLUME_L = Decimal("24.465")


def _spelling(written: str) -> str:
    # Both micro signs (U+00B5, U+03BC), superscripts and spaces differ between keyboards, not between units.
    for old, new in (("\u00b5", "u"), ("\u03bc", "u"), ("²", "2"), ("³", "3"), ("°", ""), (" ", ""), ("⁻", "-")):
        written = written.replace(old, new)
    return written


_BY_SPELLING: dict[str, Unit] = {}
for _unit in UNITS:
    for _written in (_unit.code, _unit.symbol, _unit.name.th, _unit.name.en, *_unit.aliases):
        _BY_SPELLING.setdefault(_spelling(_written), _unit)
_BY_SPELLING.pop("", None)
# The degree sign alone means an angle; _spelling drops it before C and F.
_BY_CODE = {unit.code: unit for unit in UNITS}


def unit(written: str) -> Unit:
    """The unit of a UCUM code, a symbol or a common spelling ("ug/m3", "µg/m³", "kWh", "°C"). Raises ``UnitsError``.

    Letters keep their case: mS and MS differ. Source: UCUM 2.1.
    """
    text = written.strip()
    found = _BY_CODE.get(text) or (_BY_CODE["deg"] if text == "°" else _BY_SPELLING.get(_spelling(text)))
    if found is None:
        raise UnitsError(
            "units.unknown",
            Text(f"ไม่รู้จักหน่วยวัด {text[:40] or '(ว่าง)'}", f"The unit {text[:40] or '(empty)'} is not known"),
            Text(
                "ใช้รหัส UCUM จากรายการหน่วยวัด เช่น ug/m3, Cel, mm",
                "Use a UCUM code from the list of units, such as ug/m3, Cel, mm",
            ),
        )
    return found


def compatible(written: str, *, substance: str | None = None) -> tuple[Unit, ...]:
    """The units that a value in ``written`` can be converted into, itself among them; with ``substance`` (a gas in
    ``MOLAR_MASSES``) also across mass concentration and mixing ratio. Raises ``UnitsError``. Source: as ``convert``.
    """
    dimension = unit(written).dimension
    reach = {dimension}
    if substance is not None and dimension in _GAS_DIMENSIONS:
        _molar_mass(substance)
        reach |= _GAS_DIMENSIONS
    return tuple(one for one in UNITS if one.dimension in reach)


def convert(value: Number, source: str, target: str, *, substance: str | None = None) -> Decimal:
    """``value`` of the unit ``source`` in the unit ``target``, exact or to 28 digits, not rounded to places.

    Between µg/m³ and ppb the gas must be named (``substance``, a key of ``MOLAR_MASSES``); the air is at 25 °C and 1 atm.
    Raises ``UnitsError`` for an unknown unit or gas, or units of different dimensions, and ``NumberError`` for NaN.
    Source: UCUM 2.1 and SI; for gases the reference state of the Thai ambient air standards, 25 °C and 1 atm.
    """
    number, start, end = exact(value), unit(source), unit(target)
    if start == end:
        return number
    if start.dimension is end.dimension:
        return _decimal((Fraction(number) * start.factor + start.offset - end.offset) / end.factor)
    if {start.dimension, end.dimension} == _GAS_DIMENSIONS:
        if substance is None:
            raise UnitsError(
                "units.substance",
                Text("แปลงหน่วยนี้ไม่ได้หากไม่ทราบชนิดก๊าซ", "These units cannot be converted without knowing the gas"),
                Text("ระบุชนิดก๊าซ เช่น o3, no2, so2, co", "Name the gas, such as o3, no2, so2 or co"),
            )
        ug_m3_per_ppb = Fraction(_molar_mass(substance)) / Fraction(MOLAR_VOLUME_L)
        gas = ug_m3_per_ppb if start.dimension is Dimension.MIXING_RATIO else 1 / ug_m3_per_ppb
        return _decimal(Fraction(number) * start.factor * gas / end.factor)
    raise UnitsError(
        "units.incompatible",
        Text(
            f"แปลง {start.name.th} เป็น {end.name.th} ไม่ได้ เพราะเป็นหน่วยวัดคนละชนิด",
            f"{start.name.en} cannot become {end.name.en}: they measure different things",
        ),
        Text(
            f"เลือกหน่วยของ{start.dimension.label.th}",
            f"Choose a unit of the same kind: {start.dimension.label.en.lower()}",
        ),
    )


_GAS_DIMENSIONS = {Dimension.MASS_CONCENTRATION, Dimension.MIXING_RATIO}


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _molar_mass(substance: str) -> Decimal:
    found = MOLAR_MASSES.get(substance.lower())
    if found is None:
        raise UnitsError(
            "units.gas",
            Text("ไม่รู้จักก๊าซชนิดนี้ จึงแปลงหน่วยไม่ได้", "This gas is not known, so the units cannot be converted"),
            Text(f"ใช้รหัสหนึ่งในนี้: {', '.join(MOLAR_MASSES)}", f"Use one of these codes: {', '.join(MOLAR_MASSES)}"),
        )
    return found
