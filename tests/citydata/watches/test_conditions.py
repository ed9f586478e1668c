"""Conditions: what CEL says is so; what is wrong is told at its place with a remedy; nothing runs on for ever."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from nakhon.citydata.watches.errors import ConditionFailed, ConditionWrong
from nakhon.citydata.watches.rules import Condition, Scope, decimals

AT = datetime(2026, 4, 10, 8, 30, tzinfo=UTC)


def _scope(value: float = 38.0, previous: float | None = None, **more: Any) -> Scope:
    thing = decimals({"name": "หน้าศาลากลาง", "number": 3, "properties": {"zone": "north", "limit": 50}})
    return Scope(value, previous, AT, thing, decimals(more.get("record", {"watts": 250, "poles": [1, 2]})))


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("value > 37.5", True),
        ("value > 37", True),
        ("value == 38", True),
        ("value < 37.5", False),
        ("value * 2.0 > 70.0", True),
        ("previous != null && value - previous > 1.0", False),
        ("thing.properties.limit < value", False),
        ("thing.properties.zone == 'north' && value >= 38", True),
        ("record.watts > 100 && record.watts * 2.0 == 500.0", True),
        ("has(record.missing) && record.missing == 1", False),
        ("now.getHours('Asia/Bangkok') >= 15", True),
        ("thing.name.startsWith('หน้า')", True),
        ("2.0 in record.poles", True),
    ],
)
def test_what_holds(source: str, answer: bool) -> None:
    assert Condition(source).holds(_scope()) is answer


def test_previous_is_null_at_first_and_a_number_afterwards() -> None:
    jump = Condition("previous != null && value - previous > 1.0")
    assert jump.holds(_scope(38.0, 36.0)) and not jump.holds(_scope(38.0, 37.5)) and not jump.holds(_scope(38.0, None))


@pytest.mark.parametrize(
    ("source", "line", "column", "said", "remedy"),
    [
        ("value >", 1, 8, "cannot be read", "CEL"),
        ("valeu > 3", 1, 1, "“valeu”", "Did you mean value?"),
        ("value > 1 &&\n ozone < 2", 2, 2, "“ozone”", "value, previous"),
        ("value > 37.5 and value < 40", 1, 14, "cannot be read", "&&"),
        ("value > 37,5", 1, 11, "cannot be read", "37.5"),
        ("value = 3", 1, 7, "cannot be read", "=="),
        ("value + 1", 1, 1, "yes or no", "value > 37.5"),
        ("value", 1, 1, "yes or no", "value > 37.5"),
        ("value * 2 > 70", 1, 7, "decimal", "2.0"),
        ("value * 2.0 > 70", 1, 13, "decimal", "2.0"),
        ("value > '3'", 1, 7, ">", "quotes"),
        ("now > 3", 1, 5, ">", "quotes"),
        ("abs(value) > 2.0", 1, 4, "“abs”", "value"),
        ("ค่า > 3", 1, 1, "cannot be read", "CEL"),
        ("(" * 60 + "true" + ")" * 60, 1, 1, "too deep", "Shorten"),
        ("value > 1" + " || value > 1" * 100, 1, 1, "1000", "several"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(source: str, line: int, column: int, said: str, remedy: str) -> None:
    with pytest.raises(ConditionWrong) as wrong:
        Condition(source)
    assert (wrong.value.line, wrong.value.column) == (line, column)
    assert said in wrong.value.message.en and remedy in wrong.value.remedy.en
    assert wrong.value.message.th != wrong.value.message.en


@pytest.mark.parametrize("source", ["record.missing == 1", "thing.properties.zone > 3", "[1.0][3] > value"])
def test_data_that_allow_no_answer_fail_and_are_not_taken_for_a_no(source: str) -> None:
    with pytest.raises(ConditionFailed):
        Condition(source).holds(_scope())


def test_no_condition_keeps_the_worker_busy() -> None:
    many = "[" + ",".join(["1"] * 40) + "]"
    bomb = Condition(f"{many}.all(a, {many}.all(b, {many}.all(c, {many}.all(d, a + b + c + d > 0))))")
    started = time.monotonic()
    with pytest.raises(ConditionFailed):
        bomb.holds(_scope())
    assert Condition("thing.name.matches('(a+)+$')").holds(_scope()) is False
    assert time.monotonic() - started < 2
