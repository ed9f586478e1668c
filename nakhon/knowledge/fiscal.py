"""Years that are not calendar years: the fiscal year and its quarters, the tax year, and the academic year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from nakhon.knowledge.dates import be_year
from nakhon.knowledge.errors import KnowledgeError
from nakhon.knowledge.text import Text


class FiscalError(KnowledgeError):
    """A fiscal year, quarter or academic calendar that does not exist."""


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """Fiscal year ``year`` (B.E.), from 1 October of the year before to 30 September. Source: Budget Procedures Act B.E. 2561 s.4."""

    year: int

    @property
    def first_day(self) -> date:
        return date(self.year - 544, 10, 1)

    @property
    def last_day(self) -> date:
        return date(self.year - 543, 9, 30)

    @property
    def label(self) -> Text:
        return Text(f"ปีงบประมาณ พ.ศ. {self.year}", f"Fiscal year {self.year} (FY{self.year - 543})")

    def quarter_range(self, quarter: int) -> tuple[date, date]:
        """First and last day of ``quarter`` 1 (October to December) to 4 (July to September).

        Raises ``FiscalError`` for any other quarter. Source: Budget Procedures Act B.E. 2561 s.4.
        """
        if quarter not in (1, 2, 3, 4):
            raise FiscalError(
                "fiscal.quarter",
                Text("ไตรมาสมีเพียง 1 ถึง 4", "A quarter is 1, 2, 3 or 4"),
                Text("เลือกไตรมาส 1 ถึง 4", "Choose a quarter from 1 to 4"),
            )
        months_from_january = 9 + 3 * (quarter - 1)
        first = date(self.year - 544 + months_from_january // 12, months_from_january % 12 + 1, 1)
        following = FiscalYear(self.year + 1).first_day if quarter == 4 else self.quarter_range(quarter + 1)[0]
        return first, following - timedelta(days=1)


def fiscal_year(on: date) -> FiscalYear:
    """The fiscal year that ``on`` falls in: October to December belong to the next Thai year.

    Source: Budget Procedures Act B.E. 2561 s.4.
    """
    return FiscalYear(on.year + (544 if on.month >= 10 else 543))


def fiscal_quarter(on: date) -> int:
    """1 for October to December, 2 January to March, 3 April to June, 4 July to September. Source: as ``fiscal_year``."""
    return (on.month - 10) % 12 // 3 + 1


def tax_year(on: date) -> int:
    """The B.E. year for land, building and signboard tax: the calendar year.

    Source: Land and Building Tax Act B.E. 2562 s.9 (who owns on 1 January); Signboard Tax Act B.E. 2510 s.7.
    """
    return be_year(on)


@dataclass(frozen=True, slots=True)
class AcademicCalendar:
    """Opening and closing days as (month, day). ``term_2_closes`` falls in the following year.

    Schools may move them, and the ministry may amend them: build one from the row ``education.academic_calendar`` with
    ``nakhon.knowledge.legal.academic_calendar`` or from the school's own dates.
    """

    term_1_opens: tuple[int, int]
    term_1_closes: tuple[int, int]
    term_2_opens: tuple[int, int]
    term_2_closes: tuple[int, int]

    def __post_init__(self) -> None:
        in_order = self.term_2_closes < self.term_1_opens < self.term_1_closes < self.term_2_opens
        if not in_order or not all(
            _is_day(day) for day in (self.term_1_opens, self.term_1_closes, self.term_2_opens, self.term_2_closes)
        ):
            raise FiscalError(
                "fiscal.academic_calendar",
                Text("วันเปิดปิดภาคเรียนไม่เรียงลำดับ", "The term dates are not in order"),
                Text(
                    "เรียงเป็น เปิดเทอม 1 ปิดเทอม 1 เปิดเทอม 2 และปิดเทอม 2 ในปีถัดไปก่อนเปิดเทอม 1",
                    "Order them: term 1 opens, closes, term 2 opens, and closes next year before term 1 opens",
                ),
            )


@dataclass(frozen=True, slots=True)
class AcademicTerm:
    """Academic year ``year`` (B.E. of the May in which it began) and ``term`` 1 or 2, or None in the holidays."""

    year: int
    term: int | None

    @property
    def label(self) -> Text:
        if self.term is None:
            return Text(f"ปิดภาคเรียน ปีการศึกษา {self.year}", f"School holidays, academic year {self.year}")
        return Text(f"ภาคเรียนที่ {self.term}/{self.year}", f"Term {self.term}/{self.year}")


def academic_term(on: date, calendar: AcademicCalendar) -> AcademicTerm:
    """The academic year and term of ``on``; the year runs until the day before the next term 1 opens.

    Source: Ministry of Education Regulation on the School Year, Opening and Closing of Schools B.E. 2549.
    """
    day = (on.month, on.day)
    year = on.year + 543 - (1 if day < calendar.term_1_opens else 0)
    if calendar.term_1_opens <= day <= calendar.term_1_closes:
        return AcademicTerm(year, 1)
    if day >= calendar.term_2_opens or day <= calendar.term_2_closes:
        return AcademicTerm(year, 2)
    return AcademicTerm(year, None)


def _is_day(day: tuple[int, int]) -> bool:
    try:
        date(2000, *day)
    except ValueError:
        return False
    return True
