"""Reads what a person typed for a property: Thai digits, dates in the Buddhist era, the word of a choice. Pure."""

from __future__ import annotations

from typing import Any

from nakhon.citydata.registers.importing.values import BadValue, converter_of
from nakhon.citydata.registers.types import PropertyCard
from nakhon.knowledge.text import Text


class EntryRefused(ValueError):
    """What was typed cannot be a value of the property; ``text`` says why and what to write instead."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def read_entry(card: PropertyCard, written: Any) -> Any:
    """The value of the property, None where nothing was given. Raises ``EntryRefused``. Read as a cell of an imported file is."""
    labels = {str(one.value): one.label.as_dict() for one in card.choices}
    schema: dict[str, Any] = {**card.schema, "unit": card.unit}
    if card.type == "array":
        schema["items"] = {**schema.get("items", {}), "labels": labels}
    else:
        schema["labels"] = labels
    if isinstance(written, list | tuple):
        written = list(written) or None
    try:
        found = converter_of(schema)(written)
    except BadValue as error:
        raise EntryRefused(error.reason) from None
    return None if found in ("", []) else found
