"""Greenhouse gases: dated emission factors, methane from landfilled waste over the years, composting, and what is avoided."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from nakhon.knowledge.digits import Number, exact
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text

ESTIMATE_LABEL = Text(
    "ค่าประมาณการ ไม่ใช่คาร์บอนเครดิตที่ขึ้นทะเบียน T-VER",
    "An estimate, not a registered T-VER credit",
)
# Mass of methane per mass of its carbon, 16/12.
_CH4_PER_C = Decimal(16) / 12


class EmissionsError(KnowledgeError):
    """No factor, more than one, or quantities that cannot be."""


@dataclass(frozen=True, slots=True)
class EmissionFactor:
    """A factor in force from ``effective_from`` until the day before ``effective_to``; until the day before ``transition_to`` it
    may still be used beside its successor. ``scope`` is that of the GHG Protocol (1, 2, 3) or None; ``gwp_set`` is the set of
    global warming potentials inside it ("AR5") or "". Keep ``id`` with what was computed. Raises ``EmissionsError`` if incomplete.
    """

    code: str
    value: Decimal
    unit: str
    scope: int | None
    gwp_set: str
    effective_from: date
    effective_to: date | None
    transition_to: date | None
    source: str
    confirm: bool

    def __post_init__(self) -> None:
        ends_early = self.effective_to is not None and self.effective_to <= self.effective_from
        window_wrong = self.transition_to is not None and (
            self.effective_to is None or self.transition_to <= self.effective_to
        )
        complete = self.code.strip() and self.unit.strip() and self.source.strip() and self.scope in (None, 1, 2, 3)
        if ends_early or window_wrong or not complete:
            raise EmissionsError(
                "emissions.row",
                Text(f"แถว {self.code or '?'} ไม่สมบูรณ์", f"The row {self.code or '?'} is not complete"),
                Text(
                    "ระบุรหัส หน่วย แหล่งที่มา ขอบเขต 1 2 หรือ 3 และวันสิ้นสุดที่เรียงตามลำดับ",
                    "Give code, unit, source, scope 1, 2 or 3, and ends in their order",
                ),
            )

    @property
    def id(self) -> str:
        return f"{self.code}@{self.effective_from.isoformat()}"

    def in_force(self, on: date) -> bool:
        """Whether it is the standard factor on ``on``."""
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)

    def allowed(self, on: date) -> bool:
        """Whether it is in force on ``on``, or its transition window still runs."""
        return self.in_force(on) or (
            self.transition_to is not None and self.effective_from <= on and on < self.transition_to
        )


@dataclass(frozen=True, slots=True)
class Estimate:
    """``kg_co2e``, negative where less is emitted, with the ids of the factors used. Show ``label`` beside it."""

    kg_co2e: Decimal
    factor_ids: tuple[str, ...]
    label: Text = ESTIMATE_LABEL

    @property
    def tonnes_co2e(self) -> Decimal:
        return self.kg_co2e / 1000


@dataclass(frozen=True, slots=True)
class WasteModel:
    """Parameters of the first-order decay of one kind of waste in one kind of site; shares from 0 to 1, ``k`` per year.

    Raises ``EmissionsError`` outside. Source: IPCC 2006 Guidelines vol. 5 ch. 3.
    """

    doc: Decimal
    docf: Decimal
    mcf: Decimal
    k: Decimal
    ch4_share: Decimal = Decimal("0.5")
    ox: Decimal = Decimal(0)
    factor_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        shares = (self.doc, self.docf, self.mcf, self.ch4_share, self.ox)
        if not all(0 <= share <= 1 for share in shares) or self.k <= 0:
            raise _impossible()

    @property
    def ultimate_ch4(self) -> Decimal:
        """Tonnes of methane that one tonne of waste gives in the end, before oxidation."""
        return self.doc * self.docf * self.mcf * self.ch4_share * _CH4_PER_C


@cache
def emission_factors() -> tuple[EmissionFactor, ...]:
    """The rows that come with the platform. Source: ``data/emission-factors.yaml``, each row its own."""
    text = files("nakhon.knowledge").joinpath("data/emission-factors.yaml").read_text(encoding="utf-8")
    return read_factors(yaml.safe_load(text))


def read_factors(documents: Iterable[Mapping[str, Any]]) -> tuple[EmissionFactor, ...]:
    """Factors from parsed YAML, values written as text or numbers. Raises ``EmissionsError`` naming the row that is wrong.

    Source: the fields of ``EmissionFactor``.
    """
    fields = set(EmissionFactor.__dataclass_fields__)
    rows = []
    for number, document in enumerate(documents, start=1):
        try:
            wrong = ", ".join(sorted(fields ^ set(document)))
            days = [document.get(field) for field in ("effective_from", "effective_to", "transition_to")]
            if wrong or not isinstance(days[0], date) or not all(day is None or isinstance(day, date) for day in days):
                raise ValueError(wrong or "effective_from, effective_to, transition_to")
            rows.append(EmissionFactor(**{**document, "value": exact(Decimal(str(document["value"])))}))
        except (ValueError, ArithmeticError) as fault:
            if isinstance(fault, EmissionsError):
                raise
            raise EmissionsError(
                "emissions.fields",
                Text(f"แถวที่ {number} มีช่องไม่ถูกต้อง", f"Row {number} has wrong fields"),
                Text(
                    f"แก้ให้มีครบตามแถวตัวอย่าง วันที่เขียนแบบ 2026-01-01 ({fault})",
                    f"Give every field; write dates like 2026-01-01 ({fault})",
                ),
            ) from None
    return tuple(rows)


def emission_factor(
    code: str, on: date, *, rows: Iterable[EmissionFactor] | None = None, earlier: bool = False
) -> EmissionFactor:
    """The factor of ``code`` for an activity on ``on``. With ``earlier`` the one whose transition window still runs.

    Raises ``EmissionsError``: none in force, several, or ``earlier`` asked after the window.
    Source: Thailand Greenhouse Gas Management Organization: earlier factors could be used until 31 March 2569.
    """
    of_code = [row for row in (emission_factors() if rows is None else rows) if row.code == code]
    found = [row for row in of_code if (row.allowed(on) and not row.in_force(on) if earlier else row.in_force(on))]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(row.id for row in found)
        raise EmissionsError(
            "emissions.overlap",
            Text(f"มีค่าการปล่อย {code} มากกว่าหนึ่งค่าในวันนั้น", f"More than one factor of {code} holds on that day"),
            Text(f"กำหนดวันสิ้นสุดให้เหลือค่าเดียว: {names}", f"Give all but one an end: {names}"),
        )
    raise EmissionsError(
        "emissions.none",
        Text(f"ไม่มีค่าการปล่อย {code} ที่ใช้ได้ในวันนั้น", f"No factor of {code} can be used on that day"),
        Text("เพิ่มแถวที่มีผลในวันนั้น หรือตรวจรหัสและวันที่", "Add a row in force then, or check code and date"),
    )


def emissions_of(
    quantity: Number, code: str, on: date, *, rows: Iterable[EmissionFactor] | None = None, earlier: bool = False
) -> Estimate:
    """``quantity`` (in the factor's unit below the line, kWh of kgCO2e/kWh) times the factor of the day.

    Raises ``EmissionsError`` as ``emission_factor``, for a negative quantity, or for a factor that is not in kgCO2e.
    Source: activity times factor, GHG Protocol and TGO guideline for organisations.
    """
    factor = emission_factor(code, on, rows=rows, earlier=earlier)
    amount = exact(quantity)
    if amount < 0 or not factor.unit.startswith("kgCO2e/"):
        raise _impossible()
    return Estimate(amount * factor.value, (factor.id,))


def food_waste_model(
    on: date,
    *,
    site: str = "managed_anaerobic",
    highly_degradable: bool = False,
    covered: bool = False,
    rows: Iterable[EmissionFactor] | None = None,
) -> WasteModel:
    """The model of food waste in a tropical, wet landfill. ``site``: managed_anaerobic, deep_unmanaged, semi_aerobic,
    shallow_unmanaged. ``highly_degradable`` takes DOCf of the 2019 Refinement, ``covered`` the oxidation of covered sites.

    Raises ``EmissionsError`` for an unknown site. Source: IPCC 2006 Guidelines vol. 5 and 2019 Refinement, as rows.
    """
    table = tuple(emission_factors() if rows is None else rows)
    codes = (
        "waste.food.doc",
        "waste.docf_highly_degradable" if highly_degradable else "waste.docf",
        f"waste.mcf.{site}",
        "waste.food.k",
        "waste.ch4_share",
        "waste.ox.covered" if covered else "waste.ox.uncovered",
    )
    found = [emission_factor(code, on, rows=table) for code in codes]
    doc, docf, mcf, k, share, ox = (row.value for row in found)
    return WasteModel(doc, docf, mcf, k, share, ox, tuple(row.id for row in found))


def landfill_methane(
    deposits_t: Sequence[Number], model: WasteModel, *, years: int, recovered_t: Sequence[Number] = ()
) -> tuple[Decimal, ...]:
    """Tonnes of CH4 emitted in each of ``years`` years, from tonnes of wet waste put down in year 1, 2, and so on.

    Waste of a year begins to decay on the next 1 January. ``recovered_t`` is the methane caught in each year, taken off before
    oxidation. Raises ``EmissionsError`` for negative amounts or more recovered than generated.
    Source: IPCC 2006 Guidelines vol. 5 ch. 3, first-order decay, equations 3.1 to 3.6.
    """
    deposits = [exact(amount) for amount in deposits_t]
    caught = [exact(amount) for amount in recovered_t] + [Decimal(0)] * max(0, years - len(recovered_t))
    if years < 1 or any(amount < 0 for amount in (*deposits, *caught)):
        raise _impossible()
    stays = exact(math.exp(-float(model.k)))
    store, emitted = Decimal(0), []
    for year in range(years):
        generated = store * (1 - stays) * model.ch4_share * _CH4_PER_C
        if caught[year] > generated:
            raise _impossible()
        emitted.append((generated - caught[year]) * (1 - model.ox))
        added = deposits[year] * model.doc * model.docf * model.mcf if year < len(deposits) else Decimal(0)
        store = store * stays + added
    return tuple(emitted)


def landfill_ultimate(
    waste_t: Number, model: WasteModel, on: date, *, rows: Iterable[EmissionFactor] | None = None
) -> Estimate:
    """kgCO2e that ``waste_t`` tonnes give over all years in a landfill. Raises ``EmissionsError`` below 0.

    Source: IPCC 2006 Guidelines vol. 5 ch. 3, equation 3.2 (methane potential), with GWP100 of the rows.
    """
    tonnes, warming = exact(waste_t), emission_factor("gwp.ch4", on, rows=rows)
    if tonnes < 0:
        raise _impossible()
    kg = tonnes * 1000 * model.ultimate_ch4 * (1 - model.ox) * warming.value
    return Estimate(kg, (*model.factor_ids, warming.id))


def composting(waste_t: Number, on: date, *, rows: Iterable[EmissionFactor] | None = None) -> Estimate:
    """kgCO2e of composting ``waste_t`` tonnes of wet waste: 175.6 kg a tonne at present. Raises ``EmissionsError`` below 0.

    Source: IPCC 2006 Guidelines vol. 5 ch. 4, methane and nitrous oxide, with GWP100 of the rows.
    """
    pairs = (("waste.composting.ch4", "gwp.ch4"), ("waste.composting.n2o", "gwp.n2o"))
    return _treatment(waste_t, on, pairs, rows)


def anaerobic_digestion(waste_t: Number, on: date, *, rows: Iterable[EmissionFactor] | None = None) -> Estimate:
    """kgCO2e of the methane that escapes when ``waste_t`` tonnes of wet waste are digested. Raises ``EmissionsError`` below 0.

    Source: IPCC 2006 Guidelines vol. 5 ch. 4, with GWP100 of the rows.
    """
    return _treatment(waste_t, on, (("waste.anaerobic_digestion.ch4", "gwp.ch4"),), rows)


def avoided_by_composting(
    waste_t: Number, model: WasteModel, on: date, *, rows: Iterable[EmissionFactor] | None = None
) -> Estimate:
    """kgCO2e that composting ``waste_t`` tonnes avoids over all years against a landfill of ``model``.

    An estimate, not a registered credit: the label says so. Raises ``EmissionsError`` below 0.
    Source: ``landfill_ultimate`` less ``composting``.
    """
    table = tuple(emission_factors() if rows is None else rows)
    buried, composted = landfill_ultimate(waste_t, model, on, rows=table), composting(waste_t, on, rows=table)
    ids = tuple(dict.fromkeys((*buried.factor_ids, *composted.factor_ids)))
    return Estimate(buried.kg_co2e - composted.kg_co2e, ids)


def _treatment(
    waste_t: Number, on: date, pairs: Iterable[tuple[str, str]], rows: Iterable[EmissionFactor] | None
) -> Estimate:
    tonnes = exact(waste_t)
    if tonnes < 0:
        raise _impossible()
    table = tuple(emission_factors() if rows is None else rows)
    total, ids = Decimal(0), []
    for gas, warming in pairs:
        # Grams per kilogram are kilograms per tonne.
        per_tonne, potential = emission_factor(gas, on, rows=table), emission_factor(warming, on, rows=table)
        total += tonnes * per_tonne.value * potential.value
        ids += [per_tonne.id, potential.id]
    return Estimate(total, tuple(ids))


def _impossible() -> EmissionsError:
    return EmissionsError(
        "emissions.figures",
        Text("ปริมาณหรือพารามิเตอร์ไม่อยู่ในช่วงที่เป็นไปได้", "The quantities or parameters are not possible"),
        Text(
            "ปริมาณต้องไม่ติดลบ สัดส่วนอยู่ระหว่าง 0 ถึง 1 และก๊าซที่ดักได้ต้องไม่เกินที่เกิดขึ้น",
            "No quantity below 0, shares from 0 to 1, and no more gas recovered than was generated",
        ),
    )
