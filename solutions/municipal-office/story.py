"""A municipality has its divisions, works its hours and computes its deadlines on the day that it installs its office."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from nakhon.kernel.definitions.queries import definition_history
from nakhon.knowledge.dates import BANGKOK
from nakhon.knowledge.duties import access_request_due
from nakhon.people.city.queries import legal_figure, legal_figure_rows, office_calendar
from nakhon.people.queries.units import unit_tree
from nakhon.solutions.story import Stage

CLOSED_AT_NOON = """
kind: office-calendar
id: office
name: {th: เวลาราชการช่วงเดือนรอมฎอน, en: Office hours during Ramadan}
effective_from: 2023-01-01
week:
  monday: [{opens: "08:30", closes: "12:00"}]
  tuesday: [{opens: "08:30", closes: "12:00"}]
holidays:
  - {date: 2026-04-20, name: {th: วันสถาปนาเทศบาล, en: Municipality Day}}
"""


def story(stage: Stage) -> None:
    officer = stage.ctx("officer")
    assert unit_tree(officer) == ()

    plan = stage.install("municipal-office")
    assert plan.count("created") == len(plan.entries) > 50

    # the officer finds the divisions and their sections
    tree = unit_tree(officer)
    names = [node.name.th for node in tree]
    assert names == [
        "สำนักปลัดเทศบาล", "กองคลัง", "กองช่าง", "กองสาธารณสุขและสิ่งแวดล้อม", "กองการศึกษา", "กองสวัสดิการสังคม",
        "กองยุทธศาสตร์และงบประมาณ", "กองการประปา", "หน่วยตรวจสอบภายใน",
    ]  # fmt: skip
    works = next(node for node in tree if node.name.th == "กองช่าง")
    assert "งานไฟฟ้าสาธารณะ" in [node.name.th for node in works.children]

    # Friday 15:30 and two working hours more is after Songkran: Thursday 16 April, 09:30
    calendar = office_calendar(officer)
    due = calendar.add_working_time(datetime(2026, 4, 10, 15, 30, tzinfo=BANGKOK), timedelta(hours=2))
    assert due == datetime(2026, 4, 16, 9, 30, tzinfo=BANGKOK)
    assert not calendar.is_working_day(date(2026, 4, 13))

    # a request for one's data is to be answered within the days that the law gives
    assert legal_figure(officer, figure="pdpa.access_request_days").value == 30
    assert access_request_due(date(2026, 3, 10), legal_figure_rows(officer)) == date(2026, 4, 9)

    # the municipality changes its hours itself; who changed what stays readable
    stage.define(CLOSED_AT_NOON)
    assert not office_calendar(officer).is_open(datetime(2026, 4, 21, 14, 0, tzinfo=BANGKOK))
    assert not office_calendar(officer).is_working_day(date(2026, 4, 20))
    newest, first = definition_history(stage.ctx("admin"), kind="office-calendar", key="office")
    assert (newest.solution, first.solution) == ("", "municipal-office")
    assert "week.wednesday[0]" in [change.path for change in newest.changes]

    # nobody works there yet, so it can go; its units are closed, not lost, and open again
    stage.remove("municipal-office")
    assert unit_tree(officer) == ()
    stage.install("municipal-office")
    assert [node.name.th for node in unit_tree(officer)] == names
