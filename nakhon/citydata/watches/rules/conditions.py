"""Conditions in CEL (Common Expression Language): checked when they are read, bounded when they are asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

from nakhon.citydata.watches.errors import ConditionFailed, ConditionWrong
from nakhon.kernel.definitions.shapes import nearest
from nakhon.knowledge.text import Text

LONGEST = 1000
"""Characters of a condition."""

NAMES: Mapping[str, Text] = {
    "value": Text("ค่าที่เฝ้าดู (ตัวเลข)", "the value watched, a number"),
    "previous": Text("ค่าก่อนหน้า หรือ null หากยังไม่มี", "the value before it, or null when there is none"),
    "thing": Text("จุดตรวจวัด: name, number, properties", "the thing: name, number, properties"),
    "record": Text("ระเบียนของทะเบียนที่จุดตรวจวัดผูกอยู่", "the register's record that the thing belongs to"),
    "now": Text("เวลาของค่าที่เฝ้าดู", "the time of the value watched"),
}
"""What a condition can speak of."""

_PLACE = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_UNKNOWN = re.compile(r"undeclared reference to '([^']*)'")
_OVERLOAD = re.compile(r"found no matching overload for '([^']*)' applied to '\(([^)]*)\)'")
_COMPARES = frozenset({"_<_", "_<=_", "_>_", "_>=_", "_==_", "_!=_"})
_WHOLE = frozenset({"int", "uint"})


def _environment(number: Any) -> Any:
    of_text = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
    types = {
        "value": number,
        "previous": cel.Type.DYN,
        "now": cel.Type.TIMESTAMP,
        "thing": of_text,
        "record": of_text,
    }
    return cel.NewEnv(variables=types)


@lru_cache(maxsize=1)
def _environments() -> tuple[Any, Any]:
    """One that lets decimals be compared with whole numbers, as people write them, and one that knows ``value`` is a decimal."""
    return _environment(cel.Type.DYN), _environment(cel.Type.DOUBLE)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a condition is asked about at one moment. Numbers in ``thing`` and ``record`` are decimals."""

    value: float
    previous: float | None
    now: datetime
    thing: Mapping[str, Any]
    record: Mapping[str, Any]


class Condition:
    """A checked condition. Equal texts share one compiled expression."""

    __slots__ = ("_expression", "source")

    def __init__(self, source: str) -> None:
        """Raises ``ConditionWrong`` with the line and column in ``source``, what is wrong and what to write."""
        self.source = source
        self._expression = _compiled(source)

    def holds(self, scope: Scope) -> bool:
        """Whether it is so. Raises ``ConditionFailed`` when the data do not allow an answer (a property is missing, say)."""
        data = {
            "value": scope.value,
            "previous": scope.previous,
            "now": scope.now,
            "thing": scope.thing,
            "record": scope.record,
        }
        try:
            found = self._expression.eval(data=data)
        except RuntimeError as error:
            raise ConditionFailed(_failure(str(error))) from None
        answer = found.plain_value()
        if found.type() != cel.Type.BOOL or not isinstance(answer, bool):
            raise ConditionFailed(_failure(str(answer)))
        return answer

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)

    def __repr__(self) -> str:
        return f"Condition({self.source!r})"


def decimals(value: Any) -> Any:
    """``value`` (JSON) with every whole number as a decimal, so that a condition meets one kind of number only."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, Mapping):
        return {str(key): decimals(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [decimals(item) for item in value]
    return value


@lru_cache(maxsize=512)
def _compiled(source: str) -> Any:
    if len(source) > LONGEST:
        raise ConditionWrong(
            1, 1,
            Text(f"เงื่อนไขยาวเกิน {LONGEST} อักขระ", f"The condition has more than {LONGEST} characters"),
            Text("แบ่งเป็นกฎหลายข้อ", "Make several watches of it"),
        )  # fmt: skip
    free, strict = _environments()
    try:
        expression = free.compile(source)
    except RuntimeError as error:
        raise _wrong(str(error), source) from None
    if expression.return_type() != cel.Type.BOOL:
        raise ConditionWrong(
            1, 1,
            Text("เงื่อนไขไม่ได้ให้คำตอบว่าจริงหรือไม่จริง", "The condition does not say yes or no"),
            Text("เปรียบเทียบกับค่าหนึ่ง เช่น value > 37.5", "Compare with something, for instance value > 37.5"),
        )  # fmt: skip
    try:
        strict.compile(source)
    except RuntimeError as error:
        _refuse_mixed(str(error), source)
    return expression


def _refuse_mixed(said: str, source: str) -> None:
    """Whole numbers may be compared with ``value``, which is a decimal; CEL does not add or multiply the two."""
    for line, column, what in _PLACE.findall(said):
        overload = _OVERLOAD.search(what)
        if overload is None:
            raise _wrong(f"ERROR: <input>:{line}:{column}: {what}", source)
        if _mixed(overload) and overload[1] in _COMPARES:
            continue
        raise _wrong(f"ERROR: <input>:{line}:{column}: {what}", source)


def _mixed(overload: re.Match[str]) -> bool:
    kinds = {part.strip() for part in overload[2].split(",")}
    return "double" in kinds and bool(kinds & _WHOLE)


def _wrong(said: str, source: str) -> ConditionWrong:
    found = _PLACE.search(said)
    if found is None:
        return ConditionWrong(
            1, 1,
            Text("เงื่อนไขซับซ้อนเกินไป", "The condition is too deep"),
            Text("เขียนให้สั้นลง หรือแบ่งเป็นกฎหลายข้อ", "Shorten it, or make several watches of it"),
        )  # fmt: skip
    line, column, what = int(found[1]), int(found[2]), found[3]
    unknown = _UNKNOWN.search(what)
    if unknown is not None:
        return _unknown(line, column, unknown[1])
    overload = _OVERLOAD.search(what)
    if overload is not None and _mixed(overload):
        return ConditionWrong(
            line, column,
            Text("เลขทศนิยมกับเลขจำนวนเต็มใช้ปนกันตรงนี้ไม่ได้", "A decimal and a whole number do not go together here"),
            Text("เขียนตัวเลขเป็นทศนิยม เช่น 2.0 แทน 2", "Write the number as a decimal: 2.0 instead of 2"),
        )  # fmt: skip
    if overload is not None:
        sign = overload[1].strip("_")
        return ConditionWrong(
            line, column,
            Text(f"ใช้ {sign} กับข้อมูลคนละชนิดกัน ({overload[2]})", f"{sign} does not take these kinds of values ({overload[2]})"),
            Text("ตัวเลขเทียบกับตัวเลข ข้อความเทียบกับข้อความในเครื่องหมายคำพูด",
                 "Compare numbers with numbers, and texts with texts in quotes"),
        )  # fmt: skip
    return ConditionWrong(line, column, *_syntax(source))


def _unknown(line: int, column: int, name: str) -> ConditionWrong:
    meant = nearest(name, NAMES)
    known = ", ".join(NAMES)
    return ConditionWrong(
        line, column,
        Text(f"ไม่รู้จัก “{name}”", f"“{name}” is not known"),
        Text(f"หมายถึง {meant} หรือไม่", f"Did you mean {meant}?") if meant
        else Text(f"ใช้ได้: {known}", f"What can be used: {known}"),
    )  # fmt: skip


def _syntax(source: str) -> tuple[Text, Text]:
    message = Text("อ่านเงื่อนไขไม่เข้าใจที่จุดนี้", "The condition cannot be read from here on")
    if re.search(r"\b(and|AND|or|OR)\b", source):
        return message, Text("ใช้ && แทน and และ || แทน or", "Write && for and, || for or")
    if re.search(r"\d,\d", source):
        return message, Text("ใช้จุดทศนิยม เช่น 37.5", "Write a decimal point, for instance 37.5")
    if re.search(r"[^=!<>]=[^=]", source):
        return message, Text("ใช้ == เพื่อเปรียบเทียบว่าเท่ากัน", "Write == to ask whether two things are equal")
    return message, Text(
        "เขียนเป็น CEL เช่น value > 37.5 && previous != null", "Write CEL, for instance value > 37.5 && previous != null"
    )


def _failure(said: str) -> Text:
    missing = re.search(r'Key not found in map : "([^"]*)"', said)
    if missing is not None:
        return Text(f"ไม่มีข้อมูล “{missing[1]}” ของจุดตรวจวัดนี้", f"This thing has no “{missing[1]}”")
    if "budget" in said:
        return Text("เงื่อนไขใช้เวลาคำนวณนานเกินไป", "The condition takes too long to work out")
    return Text("คำนวณเงื่อนไขกับข้อมูลนี้ไม่ได้", "The condition cannot be worked out with these data")
