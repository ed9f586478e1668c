"""A run's mapping made ready for work: from the rows of a file to records that are fit to store, or the reasons why not."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from nakhon.citydata.registers.importing import places
from nakhon.citydata.registers.importing.mapping import GeometryFrom
from nakhon.citydata.registers.importing.types import KEY, Policy, Reason
from nakhon.citydata.registers.importing.values import BadValue, Converter, converter_of
from nakhon.citydata.registers.reading.types import ROW_FAULTS, SourceRow
from nakhon.citydata.registers.rules.shape import Shape
from nakhon.citydata.registers.writing_records import Prepared, Refusal, prepare
from nakhon.knowledge.text import Text

_HIDDEN = Text(
    "ค่านี้ไม่ตรงรูปแบบที่ทะเบียนกำหนด (ไม่แสดงค่าเพราะเป็นข้อมูลที่ปกปิด)",
    "The value does not have the form that the register asks for (not shown here: the property is protected)",
)
_POINT_SIZE = 21


class Converted(msgspec.Struct, frozen=True):
    """One row: ready to be stored, or refused."""

    row: SourceRow
    ready: Prepared | None
    reasons: tuple[Reason, ...] = ()
    place: tuple[float, float] | None = None


class Plan:
    """The mapping of one run, compiled for its register."""

    def __init__(self, shape: Shape, mapping: Mapping[str, Any], options: Mapping[str, Any], srid: int | None) -> None:
        self.shape = shape
        self.policy = Policy(options.get("policy") or Policy.ADD)
        columns: Mapping[str, str] = mapping.get("columns") or {}
        self.columns = {name: column for name, column in columns.items() if column}
        self._key_column = self.columns.get(KEY, "") if shape.body.key is None else ""
        schemas = shape.body.record.model_dump(mode="json")["properties"]
        self._converters: list[tuple[str, str, Converter]] = [
            (name, column, converter_of(schemas[name])) for name, column in self.columns.items() if name in schemas
        ]
        where = mapping.get("geometry")
        self.where = GeometryFrom(where["from"], where.get("x", ""), where.get("y", "")) if where else None
        self._swapped = bool(options.get("swapped"))
        self._srid = srid or places.WGS84
        whole = set(self.columns) >= set(shape.properties)
        self.partial = self.policy is not Policy.ADD and not (self.policy is Policy.REPLACE and whole)

    def key_of(self, row: SourceRow) -> str:
        """The key that the row's record has, "" when it cannot be told."""
        name = self.shape.body.key
        if name is None:
            return " ".join(str(row.values.get(self._key_column, "")).split()) if self._key_column else ""
        column = self.columns.get(name)
        if column is None:
            return ""
        try:
            value = next(convert for one, _, convert in self._converters if one == name)(row.values.get(column))
        except (BadValue, StopIteration):
            return ""
        return " ".join(str(value).split()) if value is not None else ""

    def convert(self, rows: Sequence[SourceRow]) -> list[Converted]:
        """Each row of a batch, in order; shapes are moved to WGS 84 all at once."""
        reasons: list[list[Reason]] = [[] for _ in rows]
        shapes: list[bytes | None] = []
        for row, wrong in zip(rows, reasons, strict=True):
            if row.fault and (row.fault != "geometry" or (self.where and self.where.kind == "geometry")):
                wrong.append(Reason(ROW_FAULTS[row.fault]))
            try:
                shapes.append(places.wkb_of(row.values, row.geometry, self.where))
            except BadValue as bad:
                wrong.append(self._of_place(bad.reason))
                shapes.append(None)
        moved = places.to_wgs84(shapes, self._srid, swapped=self._swapped)
        return [self._one(row, wkb, wrong) for row, wkb, wrong in zip(rows, moved, reasons, strict=True)]

    def _of_place(self, text: Text) -> Reason:
        where = self.where
        column = " / ".join(part for part in (where.x, where.y) if part) if where else ""
        return Reason(text, column, "geometry")

    def _one(self, row: SourceRow, wkb: bytes | BadValue | None, wrong: list[Reason]) -> Converted:
        if isinstance(wkb, BadValue):
            wrong.append(self._of_place(wkb.reason))
            wkb = None
        data: dict[str, Any] = {}
        for name, column, convert in self._converters:
            value = row.values.get(column)
            if value is None:
                continue
            try:
                made = convert(value)
            except BadValue as bad:
                hidden = name in self.shape.protected
                wrong.append(Reason(_HIDDEN if hidden else bad.reason, column, name))
                continue
            if made is not None:
                data[name] = made
        given, place = _given(wkb)
        told = {reason.property for reason in wrong}
        key = " ".join(str(row.values.get(self._key_column, "")).split()) if self._key_column else ""
        found = prepare(self.shape, data, given, key, moves=self.where is not None, partial=self.partial)
        if isinstance(found, Refusal):
            wrong += [
                Reason(text, self.columns.get(name, ""), name)
                for name, text in found.problems.items()
                if name not in told
            ]
        if wrong or isinstance(found, Refusal):
            return Converted(row, None, tuple(wrong), place)
        return Converted(row, found, (), place)


def _given(wkb: bytes | None) -> tuple[Any, tuple[float, float] | None]:
    """What ``prepare`` takes, and a point for a map."""
    if wkb is None:
        return None, None
    if len(wkb) == _POINT_SIZE:
        x, y = struct.unpack_from("<dd", wkb, 5)
        return {"type": "Point", "coordinates": [x, y]}, (x, y)
    import shapely

    middle = shapely.from_wkb(wkb).representative_point()
    x, y = (middle.x, middle.y) if not middle.is_empty else (math.nan, math.nan)
    return wkb, (x, y) if math.isfinite(x) else None
