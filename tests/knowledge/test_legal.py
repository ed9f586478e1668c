"""Effective-dated figures: which row holds on a day, and what an editor must refuse."""

from __future__ import annotations

from datetime import date

import pytest

from nakhon.knowledge import legal
from nakhon.knowledge.fiscal import AcademicCalendar
from nakhon.knowledge.legal import EffectiveRow, LegalError, NoRuleInForce, OverlappingRules, legal_figures, select


def row(start: str, end: str | None, value: int = 1, key: str = "sign.minimum") -> EffectiveRow:
    return EffectiveRow(
        key,
        value,
        date.fromisoformat(start),
        date.fromisoformat(end) if end else None,
        "พ.ร.บ. ตัวอย่าง",
        "Example Act",
        False,
    )


ROWS = [row("2010-01-01", "2021-01-01", 3), row("2021-01-01", None, 5), row("2000-01-01", None, 9, "other")]


@pytest.mark.parametrize(("on", "value"), [("2010-01-01", 3), ("2020-12-31", 3), ("2021-01-01", 5), ("2099-01-01", 5)])
def test_the_row_of_the_events_day_is_chosen(on: str, value: int) -> None:
    assert select(ROWS, "sign.minimum", date.fromisoformat(on)).value == value


@pytest.mark.parametrize(("key", "on"), [("sign.minimum", "2009-12-31"), ("nothing", "2026-01-01")])
def test_no_row_is_an_error(key: str, on: str) -> None:
    with pytest.raises(NoRuleInForce) as refused:
        select(ROWS, key, date.fromisoformat(on))
    assert refused.value.code == "legal.none"


def test_two_rows_are_an_error_that_names_them() -> None:
    rows = [*ROWS, row("2020-06-01", None, 7)]
    with pytest.raises(OverlappingRules) as refused:
        select(rows, "sign.minimum", date(2020, 7, 1))
    assert "sign.minimum@2020-06-01" in refused.value.remedy.th
    assert [(a.id, b.id) for a, b in legal.overlaps(rows)] == [
        ("sign.minimum@2010-01-01", "sign.minimum@2020-06-01"),
        ("sign.minimum@2020-06-01", "sign.minimum@2021-01-01"),
    ]
    assert legal.overlaps(ROWS) == ()


@pytest.mark.parametrize(("start", "end"), [("2021-01-01", "2021-01-01"), ("2021-01-01", "2020-01-01")])
def test_a_row_that_ends_before_it_begins_is_refused(start: str, end: str) -> None:
    with pytest.raises(LegalError):
        row(start, end)


def test_a_row_without_basis_is_refused() -> None:
    with pytest.raises(LegalError):
        EffectiveRow("k", 1, date(2020, 1, 1), None, " ", "source", False)


def test_the_rows_of_the_platform_are_sound() -> None:
    rows = legal_figures()
    assert legal.overlaps(rows) == ()
    assert len({one.id for one in rows}) == len(rows) >= 9
    assert all(one.unit and one.source for one in rows)


@pytest.mark.parametrize(
    "change",
    [{"effective_from": "soon"}, {"effective_from": None}, {"confirm": "maybe"}, {"extra": 1}, {"effective_to": 5}],
)
def test_rows_that_cannot_be_read_are_refused(change: dict[str, object]) -> None:
    good = {
        "key": "k", "value": 1, "unit": "days", "effective_from": date(2020, 1, 1), "effective_to": None,
        "legal_basis": "b", "source": "s", "confirm": True,
    }  # fmt: skip
    assert legal.read_rows([good])[0].value == 1
    with pytest.raises(LegalError) as refused:
        legal.read_rows([good, {**good, **change}])
    assert "2" in refused.value.message.th


def test_a_missing_field_is_named() -> None:
    with pytest.raises(LegalError) as refused:
        legal.read_rows([{"key": "k"}])
    assert "legal_basis" in refused.value.message.en


def test_the_academic_calendar_comes_from_its_row() -> None:
    found = legal.academic_calendar(select(legal_figures(), "education.academic_calendar", date(2026, 6, 1)))
    assert found == AcademicCalendar((5, 16), (10, 11), (11, 1), (4, 1))
    with pytest.raises(LegalError):
        legal.academic_calendar(row("2020-01-01", None, 5))
