"""A register's definition made ready for work: its validator, which properties are protected, searched, shown to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from jsonschema_rs import Draft202012Validator

from nakhon.citydata.registers.body import RegisterDefinition
from nakhon.citydata.registers.properties import Property
from nakhon.citydata.registers.rules.terms import indexed_terms_of
from nakhon.knowledge.text import Text

if TYPE_CHECKING:
    from nakhon.citydata.registers.models import Register

_PLAIN = frozenset({"open", "internal"})
_FREE_TEXT = frozenset({None, "email", "uri"})


@dataclass(frozen=True)
class Shape:
    """The definition of one register, compiled. ``register_id`` is None for one that is not stored yet."""

    register_id: UUID | None
    body: RegisterDefinition

    @property
    def id(self) -> str:
        return self.body.id

    @property
    def properties(self) -> dict[str, Property]:
        return self.body.record.properties

    @cached_property
    def validator(self) -> Draft202012Validator:
        return Draft202012Validator(self.body.record.json_schema(), validate_formats=True)

    @cached_property
    def protected(self) -> frozenset[str]:
        """Properties that are kept sealed."""
        return frozenset(name for name, found in self.properties.items() if found.protected)

    @cached_property
    def sensitive(self) -> frozenset[str]:
        return frozenset(name for name, found in self.properties.items() if found.sensitivity == "sensitive")

    @cached_property
    def for_all(self) -> tuple[str, ...]:
        """Properties that everybody sees who sees the register."""
        return tuple(name for name, found in self.properties.items() if found.sensitivity == "open")

    @cached_property
    def for_staff(self) -> tuple[str, ...]:
        return tuple(name for name, found in self.properties.items() if found.sensitivity in _PLAIN)

    @cached_property
    def is_open_to_outsiders(self) -> bool:
        return not self.body.seers.isdisjoint({"public", "citizen"})

    @cached_property
    def searched(self) -> tuple[str, ...]:
        """Properties whose words are indexed: never more than what every viewer of the register may see."""
        allowed = self.for_all if self.is_open_to_outsiders else self.for_staff
        return tuple(name for name in allowed if self._is_searched(self.properties[name]))

    def _is_searched(self, found: Property) -> bool:
        if found.search is not None:
            return found.search
        texts = found.type == "string" or (
            found.type == "array" and found.items is not None and found.items.type == "string"
        )
        return texts and found.format in _FREE_TEXT

    @cached_property
    def labelled(self) -> frozenset[str]:
        """Properties whose values have labels."""
        return frozenset(name for name, found in self.properties.items() if self._labels(found))

    @cached_property
    def terms_of_labels(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """By labelled property and value, the words of its label in both languages."""
        return {
            name: {
                value: (*indexed_terms_of(label.text.th), *indexed_terms_of(label.text.en))
                for value, label in self._labels(self.properties[name]).items()
            }
            for name in self.labelled
        }

    @staticmethod
    def _labels(found: Property) -> Mapping[str, Any]:
        return (found.items.labels if found.items else None) or found.labels

    @property
    def hides_places(self) -> bool:
        """True where exact places are for few, and everybody else sees the corner of a coarse grid."""
        return self.body.sensitivity in ("personal", "sensitive")

    def name_of(self, name: str) -> Text:
        """What a property is called; its own name where the definition does not know it."""
        found = self.properties.get(name)
        return found.name if found is not None else Text(name, name)

    def label(self, name: str, value: Any) -> Text:
        """A value as people read it: the label of a choice, otherwise the value itself."""
        found = self.properties.get(name)
        if isinstance(value, bool):
            return Text("ใช่", "Yes") if value else Text("ไม่ใช่", "No")
        if isinstance(value, list):
            parts = [self.label(name, one) for one in value]
            return Text(", ".join(p.th for p in parts) or "-", ", ".join(p.en for p in parts) or "-")
        labels = (found.items.labels if found.items else found.labels) if found is not None else {}
        given = labels.get(str(value))
        shown = str(value) if value not in (None, "") else "-"
        return given.text if given is not None else Text(shown, shown)

    def title(self, data: dict[str, Any], key: str) -> str:
        """A record's name: the title property, or the key."""
        return str(data.get(self.body.title or "", "") or key)


ORDER = "order"
"""Where a stored body keeps the order of its properties: a JSON column of PostgreSQL sorts the keys of objects."""


def to_store(body: RegisterDefinition) -> dict[str, Any]:
    """A definition as a register keeps it: with every default, and the order of its properties beside."""
    return {**body.model_dump(mode="json"), ORDER: list(body.record.properties)}


def in_order(stored: dict[str, Any]) -> dict[str, Any]:
    """A stored body as the definition wrote it; one that keeps no order stays as it is."""
    body = {name: value for name, value in stored.items() if name != ORDER}
    properties = stored["record"]["properties"]
    first = {name: properties[name] for name in stored.get(ORDER, ()) if name in properties}
    return {**body, "record": {**body["record"], "properties": {**first, **properties}}}


@lru_cache(maxsize=256)
def _compiled(register_id: UUID, version: int, digest: int, source: _Source) -> Shape:
    return Shape(register_id, RegisterDefinition.model_validate(in_order(source.body), strict=False))


class _Source:
    """Carries a body past the cache's key: equal for all bodies, because pk, version and time tell them apart."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Source)

    def __hash__(self) -> int:
        return 0


def shape_of(register: Register) -> Shape:
    """The compiled definition of a stored register; compiled once for each version."""
    return _compiled(register.pk, register.version, hash(register.changed_at), _Source(register.body))


def names(shape: Shape, wanted: Iterable[str], language: str) -> str:
    """Titles of properties, listed."""
    return ", ".join(shape.name_of(name).in_(language) for name in wanted)
