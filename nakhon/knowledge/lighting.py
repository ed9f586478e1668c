"""Street lighting: energy of a year, what a change of lamps saves, the share of time that lamps are lit, sodium equivalents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from nakhon.knowledge.digits import Number, exact, round_half_up
from nakhon.knowledge.emissions import EmissionFactor
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.legal import EffectiveRow, packaged_rows, select
from nakhon.knowledge.text import Text

EQUIVALENT_NOTE = Text(
    "ประมาณจากการเปลี่ยนหลอดทั่วไป การออกแบบแสงสว่างของถนนเป็นตัวตัดสิน",
    "From common replacements; a lighting design for the road decides",
)


class LightingError(KnowledgeError):
    """Lamps, hours or prices that cannot be."""


@dataclass(frozen=True, slots=True)
class Lamps:
    """``count`` alike lamps of ``watts`` each; ``ballast_percent`` is what ballast or driver adds. Raises ``LightingError``."""

    count: int
    watts: Number
    ballast_percent: Number = 0

    def __post_init__(self) -> None:
        if self.count < 0 or exact(self.watts) < 0 or exact(self.ballast_percent) < 0:
            raise _impossible()

    @property
    def total_watts(self) -> Decimal:
        """Power of all of them, ballast included, in W."""
        return self.count * exact(self.watts) * (100 + exact(self.ballast_percent)) / 100


@dataclass(frozen=True, slots=True)
class Saving:
    """A year's saving: kWh, baht, kgCO2e; ``payback_years`` to two decimals, None if nothing is saved."""

    kwh_before: Decimal
    kwh_after: Decimal
    kwh: Decimal
    baht: Decimal
    kg_co2e: Decimal
    payback_years: Decimal | None
    factor_id: str

    @property
    def tonnes_co2e(self) -> Decimal:
        return round_half_up(self.kg_co2e / 1000, 2)


@dataclass(frozen=True, slots=True)
class SodiumEquivalent:
    """The sodium lamp that an LED commonly replaces: its ``watts`` and what its ballast adds, in per cent."""

    watts: int
    ballast_percent: int
    note: Text = EQUIVALENT_NOTE


def annual_energy(lamps: Lamps, hours_per_night: Number, nights: int = 365) -> Decimal:
    """kWh of a year: lamps x power with ballast / 1000 x hours a night x nights. Raises ``LightingError``.

    Source: definition of the kilowatt-hour; burning hours of the Provincial Electricity Authority's street lighting are about 11.5 to 12.
    """
    hours = exact(hours_per_night)
    if not (0 <= hours <= 24 and 0 <= nights <= 366):
        raise _impossible()
    return lamps.total_watts / 1000 * hours * nights


def saving(
    before: Lamps,
    after: Lamps,
    *,
    hours_per_night: Number,
    nights: int = 365,
    baht_per_kwh: Number,
    factor: EmissionFactor,
    investment_baht: Number,
) -> Saving:
    """What replacing ``before`` by ``after`` saves in a year. ``factor`` is kgCO2e/kWh (``emissions.emission_factor``).

    A change that needs more energy gives negative savings and no payback. Raises ``LightingError`` for impossible figures or
    a factor of another unit. Source: simple payback: investment / saved baht a year.
    """
    price, invested = exact(baht_per_kwh), exact(investment_baht)
    if price < 0 or invested < 0 or factor.unit != "kgCO2e/kWh":
        raise _impossible()
    kwh_before = annual_energy(before, hours_per_night, nights)
    kwh_after = annual_energy(after, hours_per_night, nights)
    kwh = kwh_before - kwh_after
    baht = kwh * price
    payback = round_half_up(invested / baht, 2) if baht > 0 else None
    return Saving(kwh_before, kwh_after, kwh, baht, kwh * factor.value, payback, factor.id)


def uptime_percent(lamp_hours_due: Number, lamp_hours_out: Number) -> Decimal:
    """Share of the due lamp-hours that the lamps were lit, in per cent to two decimals.

    Raises ``LightingError`` unless 0 <= out <= due and due > 0. Source: 1 - lamp-hours out / lamp-hours due.
    """
    due, out = exact(lamp_hours_due), exact(lamp_hours_out)
    if not 0 <= out <= due or not due:
        raise LightingError(
            "lighting.hours",
            Text("ชั่วโมงที่ดับต้องไม่เกินชั่วโมงที่ควรติด", "The hours out cannot be more than the hours due"),
            Text("ตรวจช่วงเวลาและจำนวนดวงโคมที่นับ", "Check the period, and how many lamps were counted"),
        )
    return round_half_up((1 - out / due) * 100, 2)


def sodium_equivalent(
    led_watts: Number, on: date, *, rows: Iterable[EffectiveRow] | None = None
) -> SodiumEquivalent | None:
    """The high-pressure sodium lamp that an LED of ``led_watts`` commonly replaces, None outside the table.

    Raises ``LightingError`` below 0. Source: the platform's own table (``data/environment.yaml``), to be confirmed by a design.
    """
    watts = exact(led_watts)
    if watts < 0:
        raise _impossible()
    row = select(packaged_rows("environment") if rows is None else rows, "lighting.sodium_equivalents", on)
    for entry in row.value:
        if entry["led_from_w"] <= round_half_up(watts, 0) <= entry["led_to_w"]:
            return SodiumEquivalent(entry["sodium_w"], entry["ballast_percent"])
    return None


def _impossible() -> LightingError:
    return LightingError(
        "lighting.figures",
        Text("ตัวเลขของโคมไฟ ชั่วโมง หรือราคาไม่ถูกต้อง", "The figures of lamps, hours or prices are not possible"),
        Text(
            "ค่าต้องไม่ติดลบ คืนละไม่เกิน 24 ชั่วโมง ปีละไม่เกิน 366 คืน และใช้ค่าการปล่อยต่อกิโลวัตต์-ชั่วโมง",
            "No value below 0, at most 24 hours a night and 366 nights, and an emission factor per kWh",
        ),
    )
