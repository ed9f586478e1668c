"""Fiscal, tax and academic years on both sides of their borders."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhon.knowledge.fiscal import (
    AcademicCalendar,
    FiscalError,
    FiscalYear,
    academic_term,
    fiscal_quarter,
    fiscal_year,
    tax_year,
)


@pytest.mark.parametrize(
    ("day", "be", "fiscal", "quarter"),
    [
        (date(2026, 4, 15), 2569, 2569, 3),
        (date(2026, 9, 30), 2569, 2569, 4),
        (date(2026, 10, 1), 2569, 2570, 1),
        (date(2026, 12, 31), 2569, 2570, 1),
        (date(2027, 1, 1), 2570, 2570, 2),
    ],
)
def test_fiscal_year_and_quarter(day: date, be: int, fiscal: int, quarter: int) -> None:
    assert tax_year(day) == be
    assert fiscal_year(day).year == fiscal
    assert fiscal_quarter(day) == quarter


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)))
def test_quarters_cover_the_year_without_gap(day: date) -> None:
    year = fiscal_year(day)
    assert year.first_day <= day <= year.last_day
    first, last = year.quarter_range(fiscal_quarter(day))
    assert first <= day <= last
    edges = [year.quarter_range(quarter) for quarter in (1, 2, 3, 4)]
    assert edges[0][0] == year.first_day and edges[3][1] == year.last_day
    assert all(edges[i][1] + timedelta(days=1) == edges[i + 1][0] for i in range(3))


def test_fiscal_year_label_and_refusal() -> None:
    assert FiscalYear(2569).label.th == "ปีงบประมาณ พ.ศ. 2569"
    assert FiscalYear(2569).label.en == "Fiscal year 2569 (FY2026)"
    with pytest.raises(FiscalError):
        FiscalYear(2569).quarter_range(5)


SCHOOL = AcademicCalendar((5, 16), (10, 11), (11, 1), (4, 1))


@pytest.mark.parametrize(
    ("day", "year", "term"),
    [
        (date(2026, 5, 15), 2568, None),
        (date(2026, 5, 16), 2569, 1),
        (date(2026, 10, 11), 2569, 1),
        (date(2026, 10, 12), 2569, None),
        (date(2026, 11, 1), 2569, 2),
        (date(2027, 1, 10), 2569, 2),
        (date(2027, 4, 1), 2569, 2),
        (date(2027, 4, 2), 2569, None),
    ],
)
def test_academic_year_is_named_by_its_may(day: date, year: int, term: int | None) -> None:
    found = academic_term(day, SCHOOL)
    assert (found.year, found.term) == (year, term)


def test_term_labels() -> None:
    assert academic_term(date(2026, 6, 1), SCHOOL).label.th == "ภาคเรียนที่ 1/2569"
    assert academic_term(date(2026, 10, 20), SCHOOL).label.en == "School holidays, academic year 2569"


@pytest.mark.parametrize("days", [((5, 16), (5, 1), (11, 1), (4, 1)), ((5, 16), (10, 11), (11, 31), (4, 1))])
def test_a_school_calendar_out_of_order_is_refused(days: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(FiscalError):
        AcademicCalendar(*days)
