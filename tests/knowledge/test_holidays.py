"""Official holidays: the rows, their sources, and what a city adds or moves."""

from __future__ import annotations

from datetime import date

import pytest
from holidays.countries.thailand import Thailand

from nakhon.knowledge.holidays import (
    Holiday,
    HolidayError,
    HolidayKind,
    closed_days,
    covered_years,
    holidays_between,
    national_holidays,
)

YEAR_2569 = closed_days(holidays_between(date(2026, 1, 1), date(2026, 12, 31)))


@pytest.mark.parametrize(
    "day",
    [
        (1, 1),
        (1, 2),
        (3, 3),
        (4, 6),
        (4, 13),
        (4, 14),
        (4, 15),
        (5, 4),
        (5, 13),
        (6, 1),
        (6, 3),
        (7, 28),
        (8, 12),
        (10, 13),
        (10, 23),
        (12, 7),
        (12, 10),
        (12, 31),
    ],
)
def test_holidays_of_2569(day: tuple[int, int]) -> None:
    assert date(2026, *day) in YEAR_2569


@pytest.mark.parametrize("year", range(2023, 2029))
def test_labour_day_and_childrens_day_are_not_office_holidays(year: int) -> None:
    names = {row.name_en for row in national_holidays() if row.day.year == year}
    assert not any("Labo" in name or "Children" in name for name in names)
    if year != 2027:
        assert date(year, 5, 1) not in closed_days(national_holidays())


def test_the_special_day_of_2569_is_by_cabinet_resolution() -> None:
    (row,) = holidays_between(date(2026, 1, 2), date(2026, 1, 2))
    assert (row.kind, row.confirm) == (HolidayKind.CABINET_SPECIAL, False)
    assert row.name.th == "วันหยุดราชการเพิ่มเป็นกรณีพิเศษ"


def test_every_row_has_names_kind_source_and_a_place_in_the_years() -> None:
    assert covered_years() == (2023, 2028)
    for row in national_holidays():
        assert row.name.th and row.name.en and row.source
        assert row.kind is not HolidayKind.LOCAL
        assert row.kind.label.th
        if row.kind is HolidayKind.SUBSTITUTION:
            assert row.day.weekday() < 5
        if row.day.year >= 2027:
            assert row.confirm, "the cabinet has not announced this year"


@pytest.mark.parametrize("year", range(2023, 2029))
def test_rows_agree_with_the_holidays_library(year: int) -> None:
    theirs = {
        day
        for day, name in Thailand(years=[year], language="en_US", categories=("public", "government")).items()
        if day.year == year
        and name not in ("National Labor Day", "National Labor Day (in lieu)", "National Children's Day")
    }
    ours = {row.day for row in national_holidays() if row.day.year == year}
    # The cabinet's list of 2566 has one substitution at New Year, on 2 January; the library adds a second.
    assert theirs - ours == ({date(2023, 1, 3)} if year == 2023 else set())
    assert ours <= theirs


def test_a_city_adds_and_removes_days() -> None:
    fair = Holiday(
        date(2026, 11, 24), "งานประเพณีลอยกระทง", "Loi Krathong Fair", HolidayKind.LOCAL, "ประกาศเทศบาล", False
    )
    found = holidays_between(date(2026, 11, 1), date(2026, 12, 9), added=[fair], removed=[date(2026, 12, 7)])
    assert [row.day for row in found] == [date(2026, 11, 24), date(2026, 12, 5)]


def test_years_without_rows_are_refused_rather_than_taken_as_free_of_holidays() -> None:
    with pytest.raises(HolidayError) as refused:
        holidays_between(date(2028, 12, 1), date(2029, 1, 31))
    assert refused.value.code == "holidays.not_covered"
    with pytest.raises(HolidayError) as refused:
        holidays_between(date(2026, 2, 1), date(2026, 1, 1))
    assert refused.value.code == "holidays.backwards"
    assert holidays_between(date(2030, 1, 1), date(2030, 12, 31), rows=[]) == ()
