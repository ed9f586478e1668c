"""Clocks of rights requests and breaches run by the city's own legal figures, each on the days on which it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from nakhon.kernel.context import Context
from nakhon.kernel.definitions.faults import FaultyDefinitions
from nakhon.kernel.models import AuditEntry
from nakhon.kernel.tenancy import act_in
from nakhon.people import queries, services
from nakhon.people.city.queries import legal_figure
from nakhon.people.models import BreachIncident, Organisation, RightsRequest
from nakhon.people.types import Registered
from tests import make
from tests.solutions.stage import City

FIRST_OF_JUNE = datetime(2026, 5, 31, 17, 0, tzinfo=UTC)
"""Midnight in Bangkok: the first instant of 1 June 2026."""


def _row(figure: str, value: object, unit: str = "days", begins: str = "2026-06-01", **more: str) -> str:
    ends = f", effective_to: {more['ends']}" if "ends" in more else ""
    return (
        "kind: legal-figure\nitems:\n"
        f"  - {{id: own.{figure}, figure: {figure}, name: {{th: ข้อบังคับ, en: By-law}}, value: {value}, unit: {unit},\n"
        f"     effective_from: {begins}{ends}, legal_basis: ประกาศเทศบาล, source: ประกาศเทศบาล, confirm: false}}\n"
    )


def _ask(ctx: Context, at: datetime, kind: str = "ACCESS", **more: str) -> RightsRequest:
    return services.ask_right(replace(ctx, now=at), kind=kind, **more)


def _report(city: Organisation, aware: datetime) -> BreachIncident:
    ctx = make.ctx(city, "officer", now=aware + timedelta(hours=1))
    incident: BreachIncident = services.report_breach(ctx, title="แฟลชไดรฟ์หาย", description="หายที่ตลาด", aware_at=aware)
    return incident


def test_a_city_that_answers_within_15_days_is_held_to_15(city: Organisation, citizen: Context) -> None:
    City(city).define(_row("pdpa.access_request_days", 15))
    request = _ask(citizen, FIRST_OF_JUNE)
    assert (request.due_on, request.figure_id) == (date(2026, 6, 16), "pdpa.access_request_days@2026-06-01")
    assert queries.own_request(citizen, request_id=request.pk).rule == "pdpa.access_request_days@2026-06-01"
    # other kinds have a figure of their own, of which the city said nothing
    other = _ask(citizen, FIRST_OF_JUNE, "RESTRICT")
    assert (other.due_on, other.figure_id) == (date(2026, 7, 1), "pdpa.other_request_days@2022-06-01")


def test_a_figure_that_takes_effect_later_does_not_apply_earlier(city: Organisation, citizen: Context) -> None:
    City(city).define(_row("pdpa.access_request_days", 15))
    before = _ask(citizen, FIRST_OF_JUNE - timedelta(seconds=1))
    assert (before.due_on, before.figure_id) == (date(2026, 6, 30), "pdpa.access_request_days@2022-06-01")


def test_a_figure_that_has_ended_gives_way_to_the_platforms(city: Organisation, citizen: Context) -> None:
    City(city).define(_row("pdpa.other_request_days", 10, begins="2026-01-01", ends="2026-06-01"))
    last = _ask(citizen, FIRST_OF_JUNE - timedelta(seconds=1), "ERASE")
    assert last.due_on == date(2026, 6, 10)
    assert _ask(citizen, FIRST_OF_JUNE, "ERASE").due_on == date(2026, 7, 1)


def test_a_request_keeps_the_figure_of_its_day(city: Organisation, citizen: Context) -> None:
    request = _ask(citizen, FIRST_OF_JUNE)
    City(city).define(_row("pdpa.access_request_days", 15))
    assert queries.own_request(citizen, request_id=request.pk).row.due_on == date(2026, 7, 1)


def test_a_neighbours_figure_is_not_mine(yala: Organisation, citizen: Context) -> None:
    City(yala).define(_row("pdpa.access_request_days", 15))
    assert _ask(citizen, FIRST_OF_JUNE).due_on == date(2026, 7, 1)


def test_the_breach_deadline_is_the_citys_from_its_day_on(city: Organisation) -> None:
    City(city).define(_row("pdpa.breach_notification_hours", 24, "hours"))
    before = _report(city, FIRST_OF_JUNE - timedelta(seconds=1))
    after = _report(city, FIRST_OF_JUNE)
    assert before.deadline_at - before.aware_at == timedelta(hours=72)
    assert after.deadline_at - after.aware_at == timedelta(hours=24)
    with act_in(make.ctx(city, "dpo")):
        rules = [
            entry.detail["rule"] for entry in AuditEntry.objects.filter(action="people.breach.reported").order_by("seq")
        ]
    assert rules == ["pdpa.breach_notification_hours@2022-06-01", "pdpa.breach_notification_hours@2026-06-01"]


def test_the_age_of_majority_is_the_citys_row_too(city: Organisation, somchai: Registered) -> None:
    ctx = make.ctx(city, "dpo", now=FIRST_OF_JUNE)
    assert queries.figure_in_force(ctx, key="pdpa.minor.majority_age") == 20
    City(city).define(_row("pdpa.minor.majority_age", 18, "years"))
    assert queries.figure_in_force(ctx, key="pdpa.minor.majority_age") == 18


def test_today_is_the_day_in_bangkok(city: Organisation) -> None:
    City(city).define(_row("pdpa.access_request_days", 15))
    value = legal_figure(make.ctx(city, now=FIRST_OF_JUNE), figure="pdpa.access_request_days").value
    earlier = legal_figure(make.ctx(city, now=FIRST_OF_JUNE - timedelta(seconds=1)), figure="pdpa.access_request_days")
    assert (value, earlier.value) == (15, 30)


@pytest.mark.parametrize(
    ("value", "unit"), [(15, "hours"), ("สิบห้าวัน", "days"), (0, "days"), (-3, "days"), (1.5, "days"), ("true", "days")]
)
def test_a_row_that_the_clock_could_not_use_is_refused(city: Organisation, value: Any, unit: str) -> None:
    with pytest.raises(FaultyDefinitions) as refused:
        City(city).define(_row("pdpa.access_request_days", value, unit))
    (fault,) = refused.value.faults
    assert fault.line == 3 and ("unit" if unit == "hours" else "value") in str(fault)
    assert legal_figure(make.ctx(city), figure="pdpa.access_request_days").value == 30
