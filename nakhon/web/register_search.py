"""The list of a register as its address says it: words, filters by the type of each property, order, columns, area, status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict

from nakhon.citydata.registers.rules.entries import EntryRefused, read_entry
from nakhon.citydata.registers.types import Filter, FilterOp, PropertyCard, RegisterCard
from nakhon.knowledge.digits import arabic_digits
from nakhon.knowledge.text import Text
from nakhon.web.property_words import value_text
from nakhon.web.standing import symbol

STATUSES = {"ACTIVE": Text("ใช้งาน", "In use"), "RETIRED": Text("เลิกใช้", "Retired"), "ALL": Text("ทั้งหมด", "All")}
EMPTY = "__none__"
"""In a filter: those without a value."""
_PREFIX = "f."
_OPS: dict[str, tuple[FilterOp, Text]] = {
    "ge": ("ge", Text("ตั้งแต่", "from")),
    "le": ("le", Text("ถึง", "to")),
    "has": ("contains", Text("มีคำว่า", "contains")),
}


@dataclass(slots=True)
class FilterField:
    """One property's filter. ``kind`` is choices, range, date or text; ``values`` what was typed, by input."""

    card: PropertyCard
    kind: str
    name: str
    values: dict[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    options: tuple[tuple[str, Text, bool], ...] = ()
    error: Text | None = None
    unit: str = ""


@dataclass(slots=True)
class Search:
    """``given`` goes to ``find_records``; ``chips`` are (words, address without it)."""

    text: str
    filters: list[Filter]
    fields: list[FilterField]
    bbox: tuple[float, float, float, float] | None
    sort: str
    status: str
    columns: list[PropertyCard]
    chips: list[tuple[Text, str]]
    query: QueryDict

    @property
    def narrowed(self) -> bool:
        return bool(self.text or self.filters or self.bbox or self.status != "ACTIVE")

    @property
    def fields_wrong(self) -> bool:
        return any(one.error for one in self.fields)

    def given(self) -> dict[str, Any]:
        """What says which records: for counts, exports and edits of many."""
        return {"text": self.text, "filters": self.filters, "bbox": self.bbox}

    def hidden(self, *but: str) -> list[tuple[str, str]]:
        """The address as hidden inputs, without the names that start with one of ``but``."""
        skip = (*but, "after", "lang")
        return [(key, value) for key, values in self.query.lists() for value in values if not key.startswith(skip)]


def filterable(card: PropertyCard) -> str:
    """How a property is filtered; "" when it is not."""
    if card.protected:
        return ""
    if card.choices or card.type == "boolean":
        return "choices"
    if card.type in ("integer", "number"):
        return "range"
    if card.format == "date":
        return "date"
    return "text" if card.type in ("string", "array") and card.format in ("", "email", "uri") else ""


def search_of(request: HttpRequest, register: RegisterCard) -> Search:
    query = request.GET
    fields = [_field(card, kind, query) for card in register.properties if (kind := filterable(card))]
    fields.sort(key=lambda one: one.card.name not in register.filters)
    filters = [made for one in fields for made in _filters(one)]
    text = query.get("q", "").strip()[:200]
    bbox = box_of(query.get("bbox", ""))
    status = query.get("status", "ACTIVE")
    search = Search(
        text=text, filters=filters, fields=fields, bbox=bbox, sort=_sort(register, query.get("sort", "")),
        status=status if status in STATUSES else "ACTIVE", columns=_columns(request, register), chips=[], query=query,
    )  # fmt: skip
    search.chips = _chips(search)
    return search


def box_of(written: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north; None for anything else."""
    try:
        west, south, east, north = (float(part) for part in written.split(","))
    except ValueError:
        return None
    return (west, south, east, north) if -180 <= west < east <= 180 and -90 <= south < north <= 90 else None


def _sort(register: RegisterCard, wanted: str) -> str:
    name = wanted.lstrip("-")
    card = register.property(name)
    sound = name in ("key", "changed_at") or (card is not None and not card.protected and card.type != "array")
    return wanted if sound else register.sort


def _columns(request: HttpRequest, register: RegisterCard) -> list[PropertyCard]:
    """The columns of the address, or those this reader chose last for the register, or the definition's."""
    kept = request.session.get("register_columns", {})
    wanted: Sequence[str] = request.GET.getlist("cols")
    if wanted:
        kept = {**kept, register.key: list(wanted)}
        request.session["register_columns"] = kept
    names = kept.get(register.key) or register.columns
    found = [card for name in names if (card := register.property(name)) is not None]
    return found or [card for card in register.properties if card.name in register.columns]


def _field(card: PropertyCard, kind: str, query: QueryDict) -> FilterField:
    name = f"{_PREFIX}{card.name}"
    made = FilterField(card, kind, name, unit=symbol(card.unit))
    if kind == "choices":
        made.chosen = tuple(value for value in query.getlist(name) if value)
        known = [(str(one.value), one.label) for one in card.choices] or [
            ("true", Text("ใช่", "Yes")),
            ("false", Text("ไม่ใช่", "No")),
        ]
        known.append((EMPTY, Text("ไม่มีข้อมูล", "No value")))
        made.options = tuple((value, label, value in made.chosen) for value, label in known)
    else:
        for op in ("has",) if kind == "text" else ("ge", "le"):
            made.values[op] = query.get(f"{name}.{op}", "").strip()[:200]
    return made


def _filters(one: FilterField) -> list[Filter]:
    card, found = one.card, []
    try:
        if one.kind == "choices":
            if EMPTY in one.chosen and len(one.chosen) == 1:
                return [Filter(card.name, "missing")]
            values = [_choice(card, value) for value in one.chosen if value != EMPTY]
            if values:
                found.append(Filter(card.name, "in", values))
            return found
        for op, written in one.values.items():
            if not written:
                continue
            value = written if op == "has" else read_entry(card, arabic_digits(written))
            if value is not None:
                found.append(Filter(card.name, _OPS[op][0], value))
    except EntryRefused as refused:
        one.error = refused.text
    return found


def _choice(card: PropertyCard, written: str) -> Any:
    if card.type == "boolean" and not card.choices:
        return written == "true"
    for choice in card.choices:
        if str(choice.value) == written:
            return choice.value
    raise EntryRefused(Text(f"ไม่มีตัวเลือก “{written}”", f"There is no choice “{written}”"))


def _chips(search: Search) -> list[tuple[Text, str]]:
    chips: list[tuple[Text, str]] = []
    if search.text:
        chips.append((Text(f"“{search.text}”", f"“{search.text}”"), without(search.query, "q")))
    for one in search.fields:
        if one.kind == "choices":
            for value, label, chosen in one.options:
                if chosen:
                    words = Text(f"{one.card.title.th}: {label.th}", f"{one.card.title.en}: {label.en}")
                    chips.append((words, without(search.query, one.name, value)))
        else:
            for op, written in one.values.items():
                if written:
                    said = _OPS[op][1]
                    unit = f" {one.unit}" if one.unit and op != "has" else ""
                    words = Text(
                        f"{one.card.title.th} {said.th} {written}{unit}",
                        f"{one.card.title.en} {said.en} {written}{unit}",
                    )
                    chips.append((words, without(search.query, f"{one.name}.{op}")))
    if search.bbox:
        chips.append((Text("เฉพาะบริเวณบนแผนที่", "Only the area on the map"), without(search.query, "bbox")))
    if search.status != "ACTIVE":
        words = STATUSES[search.status]
        chips.append((Text(f"สถานะ: {words.th}", f"Status: {words.en}"), without(search.query, "status")))
    return chips


def without(query: QueryDict, name: str, value: str = "") -> str:
    """The address without a part, at its first page."""
    left = query.copy()
    left.pop("after", None)
    values = [one for one in left.getlist(name) if value and one != value]
    left.pop(name, None)
    if values:
        left.setlist(name, values)
    return f"?{left.urlencode()}"


def cells(columns: Sequence[PropertyCard], data: Mapping[str, Any], masked: Sequence[str]) -> list[dict[str, Any]]:
    """A row's cells in the order of the columns: what to show, whether it is a number, whether it is masked."""
    made = []
    for card in columns:
        value = data.get(card.name)
        hidden = card.protected and card.name in masked
        there = value not in (None, "", [])
        number = isinstance(value, int | float) and not isinstance(value, bool)
        made.append(
            {"card": card, "masked": hidden, "value": value_text(card, value) if there else None, "number": number}
        )
    return made
