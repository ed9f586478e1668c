"""A record's properties as people read them: title, value with its unit, the label of a choice, dates in the Buddhist era."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from nakhon.citydata.registers.types import PropertyCard
from nakhon.knowledge import dates
from nakhon.knowledge.digits import format_number
from nakhon.knowledge.text import Text
from nakhon.web.standing import symbol

YES, NO = Text("ใช่", "Yes"), Text("ไม่ใช่", "No")


@dataclass(frozen=True, slots=True)
class Said:
    """A property in words. ``href`` is set for a web or e-mail address."""

    name: str
    title: Text
    value: Text
    href: str = ""
    number: bool = False


def said(cards: Sequence[PropertyCard], data: Mapping[str, Any]) -> list[Said]:
    """The properties that hold something, in the order of the definition; protected ones are left out."""
    return [
        _said(card, data[card.name])
        for card in cards
        if not card.protected and data.get(card.name) not in (None, "", [])
    ]


def _said(card: PropertyCard, value: Any) -> Said:
    href = value if card.format == "uri" and str(value).startswith(("https://", "http://")) else ""
    if card.format == "email":
        href = f"mailto:{value}"
    unit = symbol(card.unit)
    text = value_text(card, value)
    if unit:
        text = Text(f"{text.th} {unit}", f"{text.en} {unit}")
    return Said(card.name, card.title, text, href, isinstance(value, int | float) and not isinstance(value, bool))


def value_text(card: PropertyCard, value: Any) -> Text:
    """A value alone, without its unit."""
    if isinstance(value, list):
        parts = [value_text(card, one) for one in value]
        return Text(", ".join(part.th for part in parts) or "–", ", ".join(part.en for part in parts) or "–")
    label = next((choice.label for choice in card.choices if choice.value == value), None)
    if label is not None:
        return label
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, int | float):
        exact = Decimal(repr(value) if isinstance(value, float) else value)
        exponent = exact.normalize().as_tuple().exponent
        # A code or a year that is a whole number has no thousands in it; what has a unit is an amount.
        if isinstance(value, int) and not card.unit:
            return Text(str(value), str(value))
        shown = format_number(exact, decimals=min(4, max(0, -exponent)) if isinstance(exponent, int) else 0)
        return Text(shown, shown)
    if card.format in ("date", "date-time"):
        return _when(str(value))
    shown = str(value).strip() or "–"
    return Text(shown, shown)


def _when(value: str) -> Text:
    try:
        if "T" in value or " " in value:
            return dates.format_moment(datetime.fromisoformat(value))
        return dates.format_long(date.fromisoformat(value))
    except (ValueError, dates.DateError):
        return Text(value, value)


def english_twin(name: str, known: Sequence[str]) -> str:
    """The property that says in English what ``name`` says in Thai ("name_th" and "name_en"), or ``name`` itself."""
    twin = f"{name.removesuffix('_th')}_en" if name.endswith("_th") else f"{name}_en"
    return twin if twin in known else name


def title_of(title: str, property_name: str, data: Mapping[str, Any], language: str) -> str:
    """A record's name in the reader's language where the register holds it in both."""
    if language != "en" or not property_name:
        return title
    return str(data.get(english_twin(property_name, list(data))) or title)
