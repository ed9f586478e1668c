"""Finds records in SQL: words, conditions and a box through the indexes, the rest row by row, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from nakhon.citydata.registers.access import sees_exact, shown_properties
from nakhon.citydata.registers.errors import FilterRefused
from nakhon.citydata.registers.models import Register
from nakhon.citydata.registers.rules.filters import conditions
from nakhon.citydata.registers.rules.ordering import Order, order_of
from nakhon.citydata.registers.rules.shape import Shape
from nakhon.citydata.registers.rules.terms import terms_of
from nakhon.citydata.registers.types import Filter
from nakhon.kernel.context import Context
from nakhon.knowledge.text import Text

Box = Sequence[float]


@dataclass(frozen=True, slots=True)
class Question:
    """A search ready to run: ``where`` on ``r`` with its ``values``; the place column that the actor may see."""

    where: str
    values: list[Any]
    place: str


@dataclass(frozen=True, slots=True)
class Found:
    id: UUID
    key: str
    data: dict[str, Any]
    has_sealed: bool
    place: str | None
    status: str
    revision: int
    changed_at: datetime


def words_query(text: str) -> str | None:
    """What was typed as a ``tsquery``: every term must begin a word of the record. None where nothing can be searched."""
    terms = [term.replace("\\", "").replace("'", "''") for term in dict.fromkeys(terms_of(text))]
    return " & ".join(f"'{term}':*" for term in terms if term) or None


def box_of(bbox: Box | None) -> list[float] | None:
    """West, south, east, north in degrees. Raises ``FilterRefused`` for anything else."""
    if bbox is None:
        return None
    refused = FilterRefused(
        fields={
            "bbox": Text(
                "กรอบต้องเป็นตัวเลขสี่ตัว: ตะวันตก,ใต้,ตะวันออก,เหนือ (องศา)",
                "A box is four numbers in degrees: west,south,east,north",
            )
        }
    )
    try:
        west, south, east, north = (float(part) for part in bbox)
    except (TypeError, ValueError):
        raise refused from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise refused
    return [west, south, east, north]


def question(
    ctx: Context,
    register: Register,
    shape: Shape,
    *,
    text: str = "",
    filters: Iterable[Filter] = (),
    bbox: Box | None = None,
    status: str = "ACTIVE",
) -> Question | None:
    """The conditions of a search; None where words were given that no record can have. Raises ``FilterRefused``."""
    made = conditions(shape, filters, shown_properties(ctx, shape))
    place = "geometry" if sees_exact(ctx, shape) else "coarse"
    where = ["r.tenant_id = %s", "r.register_id = %s"]
    values: list[Any] = [ctx.tenant.id, register.pk]
    if status:
        where.append("r.status = %s")
        values.append(status)
    box, words = box_of(bbox), words_query(text) if text.strip() else None
    if text.strip() and words is None:
        return None
    if box is not None or words is not None or made.has:
        where.append(
            "r.id IN (SELECT citydata_records_found(%s, CASE WHEN %s THEN ST_MakeEnvelope(%s, %s, %s, %s, 4326) END, %s, "
            "%s::tsquery, %s::jsonb))"
        )
        values += [register.pk, box is not None, *(box or (None, None, None, None)), place == "coarse", words]
        values.append(json.dumps(made.has) if made.has else None)
    return Question(" AND ".join([*where, *made.sql]), [*values, *made.values], place)


def page_of(
    ctx: Context, shape: Shape, asked: Question, *, sort: str | None, after: str, limit: int, places: str = "point"
) -> tuple[list[Found], str]:
    """One page of what was asked and the key of the next. ``places``: ``point`` or ``geojson``."""
    order = order_of(shape, sort, shown_properties(ctx, shape))
    where, values = asked.where, list(asked.values)
    if after:
        more, last = order.after(after)
        where, values = f"{where} AND {more}", [*values, *last]
    column = f"r.{asked.place}"
    place = f"ST_AsGeoJSON({column}, 7)" if places == "geojson" else f"ST_AsText(ST_PointOnSurface({column}), 7)"
    sql = (
        f"SELECT r.id, r.key, r.data, r.sealed IS NOT NULL, {place}, r.status, r.revision, r.changed_at, "  # noqa: S608
        f"{order.sql or 'NULL'} FROM citydata_registers_record r WHERE {where} ORDER BY {order.by} LIMIT %s"
    )
    selected = list(order.values) if order.sql else []
    ordered = list(order.values) if order.sql else []
    with connection.cursor() as cursor:
        cursor.execute(sql, [*selected, *values, *ordered, limit + 1])
        rows = cursor.fetchall()
    return _paged(rows, order, limit)


def _paged(rows: list[Any], order: Order, limit: int) -> tuple[list[Found], str]:
    shown = [Found(r[0], r[1], _json(r[2]), r[3], r[4], r[5], r[6], r[7]) for r in rows[:limit]]
    more = order.key_of(rows[limit - 1][8], rows[limit - 1][1]) if len(rows) > limit else ""
    return shown, more


def _json(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(value) if isinstance(value, str) else value
    return found


def count_of(asked: Question | None) -> int:
    """How many records are found."""
    if asked is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM citydata_registers_record r WHERE {asked.where}", asked.values)  # noqa: S608
        return int(cursor.fetchone()[0])


def ids_of(asked: Question | None, most: int) -> list[UUID]:
    """Ids of what is found, by key, at most ``most`` + 1."""
    if asked is None:
        return []
    sql = f"SELECT r.id FROM citydata_registers_record r WHERE {asked.where} ORDER BY r.key LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*asked.values, most + 1])
        return [row[0] for row in cursor.fetchall()]
