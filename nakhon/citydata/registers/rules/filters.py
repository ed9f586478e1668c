"""Conditions on records: read from words or given, held against the definition, and written as SQL with its parameters."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, get_args

from nakhon.citydata.registers.errors import FilterRefused
from nakhon.citydata.registers.properties import Property
from nakhon.citydata.registers.rules.shape import Shape
from nakhon.citydata.registers.types import Filter, FilterOp
from nakhon.knowledge.digits import arabic_digits
from nakhon.knowledge.text import Text

OPS: tuple[str, ...] = get_args(FilterOp)
MOST_FILTERS, MOST_CHOICES = 20, 500
_SIGNS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
_ORDERED = frozenset({"integer", "number"})
_DATED = frozenset({"date", "date-time", "time"})


@dataclass(slots=True)
class Conditions:
    """``has`` is what the index on properties answers (equalities), ``sql`` the rest with its ``values``."""

    has: dict[str, Any] = field(default_factory=dict)
    sql: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, sql: str, *values: Any) -> None:
        self.sql.append(sql)
        self.values += values


def read_filters(shape: Shape, given: Mapping[str, Collection[str] | str], allowed: Collection[str]) -> list[Filter]:
    """Filters from an address: ``watts__ge=30``, ``state=good``, ``fixed_on__missing=1``; several values of a name mean ``in``.

    Names that are no property are passed over, for an address carries other things too. Raises ``FilterRefused``.
    """
    found = []
    for written, raw in given.items():
        name, _, op = written.partition("__")
        if name not in allowed and name != "changed_at":
            continue
        op = op or "eq"
        if op not in OPS:
            raise _refused(name, Text(f"ไม่มีเงื่อนไข “{op}”", f"There is no condition “{op}”"))
        texts = [raw] if isinstance(raw, str) else list(raw)
        if op not in ("missing", "present"):
            texts = [text for text in texts if text.strip()]
            if not texts:
                continue
        values = [_read(shape.properties.get(name), name, text) for text in texts]
        if len(values) > 1 and op == "eq":
            op = "in"
        found.append(Filter(name, op, values if op == "in" else values[0] if values else None))  # type: ignore[arg-type]
    return found


def _refused(name: str, text: Text) -> FilterRefused:
    return FilterRefused(fields={name: text})


def _read(found: Property | None, name: str, text: str) -> Any:
    kind = found.type if found is not None else "string"
    kind = found.items.type if found is not None and found.items is not None else kind
    clean = text.strip()
    if kind in _ORDERED:
        number = arabic_digits(clean).replace(",", "")
        try:
            return int(number) if kind == "integer" else float(number)
        except ValueError:
            raise _refused(name, Text(f"“{clean}” ไม่ใช่ตัวเลข", f"“{clean}” is not a number")) from None
    if kind == "boolean":
        return clean.lower() in ("1", "true", "yes", "ใช่", "on")
    return clean


def conditions(shape: Shape, filters: Iterable[Filter], allowed: Collection[str]) -> Conditions:
    """The conditions as SQL on ``r``, a record. Raises ``FilterRefused`` for a property that is not ``allowed`` (unknown or
    not for this viewer: both are told alike), a value of another type, or too many conditions."""
    made = Conditions()
    chosen = list(filters)
    if len(chosen) > MOST_FILTERS:
        raise FilterRefused(Text(f"ตัวกรองเกิน {MOST_FILTERS} ข้อ", f"More than {MOST_FILTERS} conditions"))
    for one in chosen:
        if one.op not in OPS:
            raise _refused(one.name, Text(f"ไม่มีเงื่อนไข “{one.op}”", f"There is no condition “{one.op}”"))
        if one.name in ("key", "changed_at"):
            _on_column(made, one)
        elif one.name in allowed:
            _on_property(made, shape.properties[one.name], one)
        else:
            known = ", ".join(allowed)
            raise _refused(
                one.name,
                Text(f"กรองด้วย “{one.name}” ไม่ได้ เลือกจาก {known}", f"“{one.name}” cannot filter; choose from {known}"),
            )
    return made


def _on_column(made: Conditions, one: Filter) -> None:
    if one.name == "key":
        if one.op == "eq":
            made.add("r.key = %s", str(one.value))
        elif one.op == "in":
            made.add("r.key = ANY(%s)", [str(value) for value in _choices(one)])
        elif one.op == "starts":
            made.add("starts_with(r.key, %s)", str(one.value))
        elif one.op == "contains":
            made.add("strpos(lower(r.key), lower(%s)) > 0", str(one.value))
        else:
            raise _refused(
                "key", Text("รหัสกรองได้ด้วย eq, in, starts, contains", "A key is filtered by eq, in, starts or contains")
            )
        return
    if one.op not in _SIGNS:
        raise _refused(
            one.name, Text("เวลาที่แก้ไขกรองได้ด้วย ge, gt, le, lt", "A time of change is filtered by ge, gt, le or lt")
        )
    made.add(f"r.changed_at {_SIGNS[one.op]} %s", _time(one))


def _time(one: Filter) -> Any:
    if isinstance(one.value, datetime | date):
        return one.value
    try:
        return datetime.fromisoformat(str(one.value))
    except ValueError:
        raise _refused(
            one.name, Text("เขียนวันเวลาแบบ 2026-04-10", "Write a time as 2026-04-10 or 2026-04-10T08:30:00+07:00")
        ) from None


def _choices(one: Filter) -> list[Any]:
    values = list(one.value) if isinstance(one.value, list | tuple | set | frozenset) else [one.value]
    if len(values) > MOST_CHOICES:
        raise _refused(one.name, Text(f"เลือกได้ไม่เกิน {MOST_CHOICES} ค่า", f"Choose at most {MOST_CHOICES} values"))
    return values


def _on_property(made: Conditions, found: Property, one: Filter) -> None:
    name = one.name
    if one.op == "missing":
        made.add("NOT jsonb_exists(r.data, %s)", name)
    elif one.op == "present":
        made.add("jsonb_exists(r.data, %s)", name)
    elif one.op == "eq":
        value = _typed(found, one, one.value)
        if name in made.has and made.has[name] != value:
            made.add("r.data @> %s::jsonb", json.dumps({name: value}))
        made.has[name] = value
    elif one.op == "ne":
        made.add("NOT (r.data @> %s::jsonb)", json.dumps({name: _typed(found, one, one.value)}))
    elif one.op == "in":
        values = [_typed(found, one, value) for value in _choices(one)]
        if found.type == "array":
            flat = [value[0] for value in values]
            made.add("EXISTS (SELECT 1 FROM jsonb_array_elements(r.data -> %s) e WHERE e = ANY(%s::jsonb[]))",
                     name, [json.dumps(value) for value in flat])  # fmt: skip
        else:
            made.add("r.data -> %s = ANY(%s::jsonb[])", name, [json.dumps(value) for value in values])
    elif one.op in ("contains", "starts"):
        if found.type not in ("string", "array"):
            raise _refused(
                name, Text(f"{found.th}เป็นตัวเลข ใช้ eq, ge, le", f"{found.title} is no text: use eq, ge or le")
            )
        test = (
            "strpos(lower(r.data ->> %s), lower(%s)) > 0"
            if one.op == "contains"
            else "starts_with(lower(r.data ->> %s), lower(%s))"
        )
        made.add(test, name, str(one.value))
    else:
        _on_range(made, found, one)


def _on_range(made: Conditions, found: Property, one: Filter) -> None:
    sign = _SIGNS[one.op]
    if found.type in _ORDERED:
        made.add(f"CASE WHEN jsonb_typeof(r.data -> %s) = 'number' THEN (r.data -> %s)::numeric {sign} %s ELSE false END",
                 one.name, one.name, _typed(found, one, one.value))  # fmt: skip
    elif found.format in _DATED:
        made.add(f'(r.data ->> %s) COLLATE "C" {sign} %s', one.name, str(one.value))
    else:
        raise _refused(
            one.name,
            Text(
                f"{found.th}ไม่ใช่ตัวเลขหรือวันที่ จึงกรองเป็นช่วงไม่ได้", f"{found.title} is no number or date, so it has no range"
            ),
        )


def _typed(found: Property, one: Filter, value: Any) -> Any:
    kind = found.items.type if found.items is not None else found.type
    good = {
        "string": isinstance(value, str),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
    }[kind]
    if not good:
        raise _refused(
            one.name,
            Text(f"ค่าที่ใช้กรอง{found.th}ต้องเป็นชนิด {kind}", f"The value for {found.title} must be of type {kind}"),
        )
    # An array contains its element: {"tags": ["a"]} is contained in every list of tags with an a.
    return [value] if found.type == "array" else value
