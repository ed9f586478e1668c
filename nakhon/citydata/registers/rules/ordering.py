"""The order of a list of records and the key of its next page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from nakhon.citydata.registers.errors import FilterRefused
from nakhon.citydata.registers.rules.shape import Shape
from nakhon.knowledge.text import Text
from nakhon.people.keyset import THAI, page_key, read_key

_NOTHING = "\x00"


@dataclass(frozen=True, slots=True)
class Order:
    """An SQL expression on ``r`` with its parameters, ascending or not; None stands for the key itself."""

    name: str
    sql: str | None
    values: tuple[Any, ...]
    cast: str
    descending: bool

    @property
    def direction(self) -> str:
        return "DESC" if self.descending else "ASC"

    @property
    def by(self) -> str:
        if self.sql is None:
            return f"r.key {self.direction}"
        return f"{self.sql} {self.direction} NULLS LAST, r.key {self.direction}"

    def after(self, text: str) -> tuple[str, list[Any]]:
        """The condition for the rows after the page key ``text``. Raises ``Invalid`` for a key that is none."""
        sign = "<" if self.descending else ">"
        if self.sql is None:
            _, key = read_key(text, 2)
            return f"r.key {sign} %s", [key]
        value, key = read_key(text, 2)
        if value == _NOTHING:
            return f"({self.sql} IS NULL AND r.key {sign} %s)", [*self.values, key]
        last = f"%s::{self.cast}"
        sql = f"({self.sql} {sign} {last} OR ({self.sql} = {last} AND r.key {sign} %s) OR {self.sql} IS NULL)"
        return sql, [*self.values, value, *self.values, value, key, *self.values]

    def key_of(self, value: Any, key: str) -> str:
        return page_key(_NOTHING if value is None else value, key)


def order_of(shape: Shape, wanted: str | None, allowed: Collection[str]) -> Order:
    """The order for ``wanted``: a property, ``key`` or ``changed_at``, with a leading ``-`` for the greatest first.

    Nothing wanted means that of the definition. Raises ``FilterRefused`` for a property that the viewer does not see.
    """
    text = wanted or shape.body.list.sort or "key"
    descending, name = text.startswith("-"), text.lstrip("-")
    if name == "key" or (name == shape.body.key and name in allowed and shape.properties[name].type == "string"):
        return Order("key", None, (), "text", descending)
    if name == "changed_at":
        return Order(name, "r.changed_at", (), "timestamptz", descending)
    if name not in allowed:
        if wanted is None:
            return Order("key", None, (), "text", descending)
        raise FilterRefused(fields={"sort": Text(f"เรียงตาม “{name}” ไม่ได้", f"The list cannot be sorted by “{name}”")})
    if shape.properties[name].type in ("integer", "number"):
        sql = "(CASE WHEN jsonb_typeof(r.data -> %s) = 'number' THEN (r.data -> %s)::numeric END)"
        return Order(name, sql, (name, name), "numeric", descending)
    return Order(name, f'((r.data ->> %s) COLLATE "{THAI}")', (name,), "text", descending)
