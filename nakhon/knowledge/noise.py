"""Noise: averages of sound levels by energy, and the limits of the Thai standards."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from nakhon.knowledge.digits import Number, exact, round_half_up
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.legal import EffectiveRow, packaged_rows, select
from nakhon.knowledge.text import Text


class NoiseError(KnowledgeError):
    """Levels or durations that cannot be averaged."""


@dataclass(frozen=True, slots=True)
class NoiseVerdict:
    """Whether a limit is kept: ``level`` and ``limit`` in dB(A), ``excess`` above the limit or 0, ``row_id`` of the limit."""

    within: bool
    level: Decimal
    limit: Decimal
    excess: Decimal
    row_id: str

    @property
    def words(self) -> Text:
        if self.within:
            return Text("ไม่เกินมาตรฐาน", "Within the standard")
        return Text(f"เกินมาตรฐาน {self.excess} เดซิเบลเอ", f"{self.excess} dB(A) above the standard")


def leq(levels: Sequence[Number], durations: Sequence[Number] | None = None) -> Decimal:
    """The equivalent level of ``levels`` in dB(A), by energy, to one decimal; ``durations`` weigh them (any unit, equal if None).

    Raises ``NoiseError`` for no level, a level beyond -20..200 dB, or durations that do not match or are not above 0.
    Source: IEC 61672-1, ISO 1996-1: Leq = 10 log10(mean of 10^(L/10)).
    """
    sounds = [float(exact(level)) for level in levels]
    times = [1.0] * len(sounds) if durations is None else [float(exact(value)) for value in durations]
    if not sounds or len(sounds) != len(times) or min(times) <= 0 or not all(-20 <= sound <= 200 for sound in sounds):
        raise NoiseError(
            "noise.levels",
            Text("ระดับเสียงที่นำมาเฉลี่ยไม่ถูกต้อง", "The levels cannot be averaged"),
            Text(
                "ส่งระดับเสียงอย่างน้อยหนึ่งค่าระหว่าง -20 ถึง 200 เดซิเบลเอ และระยะเวลาที่มากกว่า 0 เท่าจำนวนค่า",
                "Give at least one level from -20 to 200 dB(A), and as many durations above 0 as levels",
            ),
        )
    energy = sum(time * 10 ** (sound / 10) for sound, time in zip(sounds, times, strict=True)) / sum(times)
    return round_half_up(exact(10 * math.log10(energy)), 1)


def check_day(leq_24h: Number, on: date, *, rows: Iterable[EffectiveRow] | None = None) -> NoiseVerdict:
    """A 24-hour Leq against the general standard of 70 dB(A). Source: NEB notice 15, B.E. 2540."""
    return _against("noise.leq_24h", exact(leq_24h), on, rows)


def check_peak(lmax: Number, on: date, *, rows: Iterable[EffectiveRow] | None = None) -> NoiseVerdict:
    """The highest level of a measurement against 115 dB(A). Source: NEB notice 15, B.E. 2540."""
    return _against("noise.lmax", exact(lmax), on, rows)


def check_nuisance(
    source: Number, background: Number, on: date, *, rows: Iterable[EffectiveRow] | None = None
) -> NoiseVerdict:
    """How far a noise stands above the background: more than 10 dB(A) is a nuisance. ``level`` is the difference.

    Both are levels as an officer determined them under the notice; its corrections are not made here.
    Source: NEB notice 29, B.E. 2550.
    """
    return _against("noise.nuisance", exact(source) - exact(background), on, rows)


def _against(key: str, level: Decimal, on: date, rows: Iterable[EffectiveRow] | None) -> NoiseVerdict:
    row = select(packaged_rows("environment") if rows is None else rows, key, on)
    limit = exact(Decimal(str(row.value)))
    value = round_half_up(level, 1)
    return NoiseVerdict(value <= limit, value, limit, max(Decimal(0), value - limit), row.id)
