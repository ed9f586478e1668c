"""Clocks of the PDPA and of the Licensing Facilitation Act."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from nakhon.knowledge.dates import BANGKOK, DateError
from nakhon.knowledge.duties import (
    DutyError,
    LawfulBasis,
    access_request_due,
    breach_notification_due,
    delay_notices,
    may_process,
    permit_clock,
    result_notice_due,
    rights_request_due,
)
from nakhon.knowledge.legal import EffectiveRow, NoRuleInForce


def test_a_breach_is_told_within_72_hours_holidays_or_not() -> None:
    aware = datetime(2026, 5, 1, 22, 0, tzinfo=BANGKOK)
    assert breach_notification_due(aware) == datetime(2026, 5, 4, 22, 0, tzinfo=BANGKOK)
    with pytest.raises(DateError):
        breach_notification_due(datetime(2026, 5, 1, 22, 0))


def test_an_access_request_is_answered_within_30_days() -> None:
    assert access_request_due(date(2026, 3, 10)) == date(2026, 4, 9)
    assert rights_request_due(date(2026, 3, 10)) == date(2026, 4, 9)


def test_the_figure_of_the_events_day_decides() -> None:
    def row(days: int, start: date, end: date | None) -> EffectiveRow:
        return EffectiveRow("pdpa.access_request_days", days, start, end, "b", "s", False)

    rows = [row(30, date(2022, 6, 1), date(2027, 1, 1)), row(15, date(2027, 1, 1), None)]
    assert access_request_due(date(2026, 12, 31), rows) == date(2027, 1, 30)
    assert access_request_due(date(2027, 1, 1), rows) == date(2027, 1, 16)


def test_before_the_act_there_is_no_duty() -> None:
    with pytest.raises(NoRuleInForce):
        access_request_due(date(2020, 1, 1))


def test_withdrawn_consent_stops_its_own_purpose_only() -> None:
    assert not may_process(LawfulBasis.CONSENT, consent_stands=False)
    assert may_process(LawfulBasis.CONSENT, consent_stands=True)
    assert may_process(LawfulBasis.PUBLIC_TASK, consent_stands=False)
    assert all(basis.label.th and basis.label.en for basis in LawfulBasis)


def test_a_complete_application_starts_at_once() -> None:
    clock = permit_clock(date(2026, 3, 2), 30)
    assert (clock.starts, clock.due) == (date(2026, 3, 2), date(2026, 4, 1))


def test_an_incomplete_application_starts_when_mended() -> None:
    clock = permit_clock(date(2026, 3, 2), 30, fix_by=date(2026, 3, 9), fixed_on=date(2026, 3, 6))
    assert (clock.starts, clock.due) == (date(2026, 3, 6), date(2026, 4, 5))
    assert permit_clock(date(2026, 3, 2), 30, fix_by=date(2026, 3, 9), fixed_on=date(2026, 3, 9)).starts == date(
        2026, 3, 9
    )


@pytest.mark.parametrize(
    ("fixed_on", "code"),
    [(None, "duties.not_complete"), (date(2026, 3, 10), "duties.fixed_late"), (date(2026, 3, 1), "duties.fixed_late")],
)
def test_an_application_not_mended_in_time_has_no_clock(fixed_on: date | None, code: str) -> None:
    with pytest.raises(DutyError) as refused:
        permit_clock(date(2026, 3, 2), 30, fix_by=date(2026, 3, 9), fixed_on=fixed_on)
    assert refused.value.code == code


def test_a_manual_without_time_is_refused() -> None:
    with pytest.raises(DutyError):
        permit_clock(date(2026, 3, 2), 0)


def test_delay_is_explained_every_seven_days() -> None:
    due = date(2026, 4, 1)
    assert delay_notices(due, date(2026, 4, 24)) == (date(2026, 4, 8), date(2026, 4, 15), date(2026, 4, 22))
    assert delay_notices(due, date(2026, 4, 8)) == (date(2026, 4, 8),)
    assert delay_notices(due, date(2026, 4, 7)) == ()
    assert delay_notices(due, date(2026, 3, 20)) == ()


def test_the_result_is_told_within_seven_days() -> None:
    assert result_notice_due(date(2026, 4, 1)) == date(2026, 4, 8)
