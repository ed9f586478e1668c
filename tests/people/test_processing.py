"""The record of processing is made from the models; every column that looks personal is declared; what is due is forgotten."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from openpyxl import load_workbook

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Forbidden, Invalid, SignInRequired
from nakhon.kernel.personal import NotPersonal, Personal, declarations, undeclared, unknown_columns
from nakhon.kernel.tasks import schedules
from nakhon.kernel.tenancy import act_in
from nakhon.knowledge.text import Text
from nakhon.people import queries, services
from nakhon.people.errors import WrongStep
from nakhon.people.models import Organisation, Person
from nakhon.people.processing import COLUMNS, as_json, as_xlsx, months_text
from nakhon.people.services.purposes import typical_purposes
from nakhon.people.types import Registered
from tests import make

SAMUI = Text("เทศบาลนครเกาะสมุย", "Koh Samui City Municipality")


def test_every_column_that_looks_personal_is_declared() -> None:
    assert undeclared() == [], (
        "declare them: personal = {...} on the model, or declare() in nakhon/people/processing.py"
    )


def test_no_declaration_is_left_over() -> None:
    assert unknown_columns() == []


def test_the_watch_sees_a_forgotten_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(Person.personal, "phone")
    monkeypatch.delitem(Person.personal, "last_name")
    assert undeclared() == ["people.person.last_name", "people.person.phone"]


def test_declared_purposes_are_declared_to_the_people_too() -> None:
    known = {row["code"]: set(row["categories"]) for row in typical_purposes()}
    for label, columns in declarations().items():
        for name, about in columns.items():
            assert isinstance(about, Personal | NotPersonal)
            if isinstance(about, Personal):
                assert about.purposes and set(about.purposes) <= set(known), f"{label}.{name}"


def test_the_record_has_the_columns_of_section_39(city: Organisation, somchai: Registered, citizen: Context) -> None:
    request = services.ask_right(citizen, kind="ERASE")
    dpo = make.ctx(city, "dpo")
    services.refuse_request(
        dpo, request_id=request.pk, version=request.version, ground="LEGAL_DUTY", answer="ต้องเก็บตามกฎหมาย"
    )
    rows = {row.code: row for row in queries.record_of_processing(dpo)}
    assert len(rows) == len(typical_purposes())
    registry, rights = rows["registry"], rows["rights"]
    assert registry.persons == 1 and "people.person.first_name" in registry.fields
    assert "people.personsensitive.body" not in registry.fields and "people.personsensitive.body" in rows["care"].fields
    assert registry.retention.th == "5 ปี นับจากใช้ครั้งสุดท้าย แล้วทำให้ระบุตัวไม่ได้"
    assert [number for number, _ in rights.refused] == ["DSR-2569-0001"]
    data = as_json(rows.values(), SAMUI, "dpo@example.go.th")
    assert json.loads(json.dumps(data))["activities"][0]["lawful_basis"]["en"] == "Public task or official authority"
    for language, title in (("th", "วัตถุประสงค์"), ("en", "Purpose")):
        sheet = load_workbook(io.BytesIO(as_xlsx(rows.values(), SAMUI, "dpo@example.go.th", language))).worksheets[0]
        assert [cell.value for cell in sheet[2]][1] == title and sheet.max_row == 2 + len(rows)
        assert sheet.max_column == len(COLUMNS)


def test_who_may_read_the_record(city: Organisation) -> None:
    for role in ("officer", "registrar", "admin"):
        with pytest.raises(Forbidden):
            queries.record_of_processing(make.ctx(city, role))
    with pytest.raises(SignInRequired):
        queries.record_of_processing(make.ctx(city))


def test_months_in_words() -> None:
    assert months_text(30, "DELETE").en == "2 years 6 months after the last use, then delete"
    assert months_text(3, "ARCHIVE").th == "3 เดือน นับจากใช้ครั้งสุดท้าย แล้วเก็บเข้าคลัง"


def test_retention_reports_first_and_acts_after_the_grace(
    dpo: Context, registrar: Context, register: Callable[..., UUID], somchai: Registered
) -> None:
    services.set_retention_rule(dpo, subject="people.person", months=72, action="ANONYMISE", legal_basis="ประกาศเทศบาล")
    old, used_again = register(first_name="เก่า"), register(first_name="กลับมา")
    at_home = register(first_name="อยู่บ้าน")
    services.create_household(registrar, fields={"subdistrict_code": "840401"}, head_id=at_home)
    later = replace(dpo, now=make.NOW + timedelta(days=365 * 6 + 10))
    services.use_person(replace(registrar, now=later.now), person_id=somchai.id, purpose="registry")
    services.run_retention(later)
    _, (run,) = queries.retention(later)
    assert (run.state, run.found, run.done) == ("REPORTED", 2, 0)
    assert queries.person_name(later, person_id=old) == "เก่า", "a report touches nothing"
    services.use_person(replace(registrar, now=later.now), person_id=used_again, purpose="registry")
    services.run_retention(replace(later, now=later.now + timedelta(days=6)))
    assert queries.retention(later)[1][0].state == "REPORTED", "the grace is not over"
    services.run_retention(replace(later, now=later.now + timedelta(days=7)))
    _, runs = queries.retention(later)
    assert [(row.state, row.found, row.done) for row in runs] == [("EXECUTED", 2, 1)]
    with act_in(later):
        gone = {row.pk: row.erased_at is not None for row in Person.objects.all()}
    assert gone == {old: True, used_again: False, at_home: False, somchai.id: False}


def test_a_report_can_be_held_and_carried_out_by_hand(dpo: Context, register: Callable[..., UUID]) -> None:
    services.set_retention_rule(dpo, subject="people.person", months=72, action="ANONYMISE", legal_basis="ประกาศเทศบาล")
    register(first_name="เก่า")
    later = replace(dpo, now=make.NOW + timedelta(days=365 * 7))
    (run,) = services.report_retention(later)
    services.hold_retention(later, run_id=run.pk)
    services.run_retention(replace(later, now=later.now + timedelta(days=30)))
    held = next(row for row in queries.retention(later)[1] if row.id == run.pk)
    assert held.state == "HELD"
    assert services.execute_retention(later, run_id=run.pk).done == 1
    with pytest.raises(WrongStep):
        services.execute_retention(later, run_id=run.pk)


def test_retention_refusals(dpo: Context, city: Organisation) -> None:
    for wrong in ({"subject": "people.cat"}, {"months": 0}, {"action": "ARCHIVE"}, {"legal_basis": ""}):
        good = {"subject": "people.person", "months": 12, "action": "ANONYMISE", "legal_basis": "x", **wrong}
        with pytest.raises(Invalid):
            services.set_retention_rule(dpo, **good)  # type: ignore[arg-type]
    for role in ("admin", "registrar", "auditor"):
        with pytest.raises(Forbidden):
            services.run_retention(make.ctx(city, role))


def test_it_runs_every_night() -> None:
    assert "people.retention" in {schedule.name for schedule in schedules()}
