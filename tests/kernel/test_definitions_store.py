"""Definitions of an organisation: planned as a diff, applied whole or not at all, versioned for good, exported unchanged."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from nakhon.kernel.audit import verify
from nakhon.kernel.definitions.checking import check
from nakhon.kernel.definitions.errors import DefinitionHoldsData, DefinitionInUse, DefinitionNotFound, PlanChanged
from nakhon.kernel.definitions.faults import FaultyDefinitions
from nakhon.kernel.definitions.models import Definition, DefinitionVersion
from nakhon.kernel.definitions.queries import (
    definition_history,
    definition_version,
    export_definitions,
    list_definitions,
    plan_definitions,
)
from nakhon.kernel.definitions.reader import Source
from nakhon.kernel.definitions.rendering import render_plan
from nakhon.kernel.definitions.services import apply_definitions
from nakhon.kernel.errors import Forbidden, SignInRequired
from nakhon.kernel.models import AuditEntry, Event
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Membership, MembershipUnit, Organisation, Unit, User
from tests import make
from tests.solutions.stage import City, documents

TREE = """
kind: unit
items:
  - {id: works, level: DIVISION, name: {th: กองช่าง, en: Works}}
  - {id: works-lights, level: SECTION, parent: works, name: {th: งานไฟฟ้า, en: Lights}}
"""
ONE = "kind: unit\nid: works\nlevel: DIVISION\nname: {th: กองช่าง, en: Works}\n"


@pytest.fixture
def city(samui: Organisation) -> City:
    return City(samui)


def _units(city: City) -> list[tuple[str, str | None, bool]]:
    with act_in(city.ctx()):
        return [
            (u.code, u.parent.code if u.parent else None, u.closed_at is None) for u in Unit.objects.order_by("code")
        ]


def test_the_plan_says_what_will_be_and_changes_nothing(city: City) -> None:
    plan = plan_definitions(city.ctx("admin"), documents=documents(TREE))
    assert [(e.action, e.name, e.line) for e in plan.entries] == [
        ("created", "unit/works", 4),
        ("created", "unit/works-lights", 5),
    ]
    assert _units(city) == []
    shown = render_plan(plan, language="en")
    assert "+ create  unit/works  (own.yaml:4)" in shown and "2 to create, 0 to change" in shown
    assert "เพิ่ม" in render_plan(plan) and "\x1b[32m" in render_plan(plan, colour=True)


def test_what_is_referred_to_comes_first_whatever_the_order(city: City) -> None:
    lines = TREE.splitlines()
    city.define("\n".join([*lines[:3], lines[4], lines[3]]))
    assert _units(city) == [("works", None, True), ("works-lights", "works", True)]


def test_applying_again_changes_nothing(city: City) -> None:
    city.define(TREE)
    plan = city.define(TREE)
    assert plan.is_empty
    with act_in(city.ctx()):
        assert DefinitionVersion.objects.count() == 2
        assert Event.objects.filter(name="definitions.DefinitionsApplied").count() == 1


def test_a_change_is_shown_path_by_path_and_versioned(city: City) -> None:
    city.define(ONE)
    changed = ONE.replace("Works", "Public Works") + 'phone: "077-1"\n'
    plan = plan_definitions(city.ctx("admin"), documents=documents(changed))
    assert [(c.path, c.mark, c.old, c.new) for c in plan.entries[0].changes] == [
        ("name.en", "changed", "Works", "Public Works"), ("phone", "changed", None, "077-1"),
    ]  # fmt: skip
    assert "~ name.en: Works → Public Works" in render_plan(plan, language="en")
    city.define(changed)
    newest, first = definition_history(city.ctx("admin"), kind="unit", key="works")
    assert (newest.number, newest.act, newest.changes[0].new, newest.applied_by) == (
        2,
        "changed",
        "Public Works",
        "admin",
    )
    assert first.source == ONE and first.file == "own.yaml"
    assert definition_version(city.ctx("admin"), kind="unit", key="works", number=1).body["name"]["en"] == "Works"
    with act_in(city.ctx()):
        assert Unit.objects.get().name_en == "Public Works"


def test_the_plan_that_was_shown_is_the_one_applied(city: City) -> None:
    found = documents(ONE)
    shown = plan_definitions(city.ctx("admin"), documents=found)
    city.define(ONE.replace("Works", "Other"))
    with pytest.raises(PlanChanged) as refused:
        apply_definitions(city.ctx("admin"), documents=found, plan_hash=shown.hash)
    assert "แผน" in refused.value.message.th
    with pytest.raises(PlanChanged):
        apply_definitions(city.ctx("admin"), documents=documents(TREE), plan_hash=shown.hash)
    with act_in(city.ctx()):
        assert Unit.objects.get().name_en == "Other"


def test_a_plan_of_one_city_is_no_plan_of_another(city: City, yala: Organisation) -> None:
    found = documents(ONE)
    plan = plan_definitions(city.ctx("admin"), documents=found)
    with pytest.raises(PlanChanged):
        apply_definitions(make.ctx(yala, "admin"), documents=found, plan_hash=plan.hash)


def test_all_or_nothing(city: City) -> None:
    """The second unit is refused by the room (its parent was closed by hand), so the first is not there either."""
    city.define("kind: unit\nid: old\nlevel: OFFICE\nname: {th: เก่า, en: Old}\n")
    with act_in(city.ctx()):
        Unit.objects.update(closed_at=make.NOW)
    text = TREE + "  - {id: below, level: SECTION, parent: old, name: {th: ใต้, en: Below}}\n"
    found = documents(text)
    plan = plan_definitions(city.ctx("admin"), documents=found)
    with act_in(city.ctx()):
        entries = AuditEntry.objects.count()
    with pytest.raises(Exception, match="closed"):
        apply_definitions(city.ctx("admin"), documents=found, plan_hash=plan.hash)
    assert _units(city) == [("old", None, False)]
    with act_in(city.ctx()):
        assert AuditEntry.objects.count() == entries
        assert list(Definition.objects.values_list("key", flat=True)) == ["old"]


def test_a_reference_to_nothing_is_refused_at_its_line(city: City) -> None:
    city.define(ONE)
    wrong = "kind: unit\nid: lights\nlevel: SECTION\nname: {th: ไฟ, en: L}\nparent: wroks\n"
    with pytest.raises(FaultyDefinitions) as refused:
        plan_definitions(city.ctx("admin"), documents=documents(wrong))
    (fault,) = refused.value.faults
    assert (fault.line, fault.code) == (5, "definition.dangling") and "“works”" in fault.remedy.en


def test_removing_is_refused_while_something_refers_to_it(city: City) -> None:
    city.define(TREE)
    with pytest.raises(DefinitionInUse) as refused:
        plan_definitions(city.ctx("admin"), documents=[], remove=[("unit", "works")])
    assert "unit/works-lights" in refused.value.message.th
    plan = city.define(ONE, remove=[("unit", "works-lights")])
    assert [(e.action, e.key) for e in plan.entries] == [("unchanged", "works"), ("removed", "works-lights")]
    assert _units(city) == [("works", None, True), ("works-lights", "works", False)]
    with pytest.raises(DefinitionNotFound):
        plan_definitions(city.ctx("admin"), documents=[], remove=[("unit", "works-lights")])


def test_what_holds_data_is_not_removed_unless_kept(city: City) -> None:
    city.define(TREE)
    with act_in(city.ctx()):
        member = Membership.objects.create(
            user=User.objects.create_user(email="a@b.example"), roles=["officer"], started_at=make.NOW
        )
        MembershipUnit.objects.create(membership=member, unit=Unit.objects.get(code="works-lights"))
    both = [("unit", "works"), ("unit", "works-lights")]
    with pytest.raises(DefinitionHoldsData) as refused:
        plan_definitions(city.ctx("admin"), documents=[], remove=both)
    assert "1 คน" in refused.value.message.th and "works-lights" in refused.value.message.en
    plan = plan_definitions(city.ctx("admin"), documents=[], remove=both, keep_data=True)
    assert {(e.action, e.key) for e in plan.entries} == {("released", "works"), ("released", "works-lights")}


def test_removing_is_a_version_and_applying_again_restores(city: City) -> None:
    city.define(ONE)
    plan = plan_definitions(city.ctx("admin"), documents=[], remove=[("unit", "works")])
    apply_definitions(city.ctx("admin"), documents=[], plan_hash=plan.hash, remove=[("unit", "works")])
    assert list_definitions(city.ctx("admin")) == []
    (line,) = list_definitions(city.ctx("admin"), removed=True)
    assert not line.in_force
    plan = city.define(ONE)
    assert plan.entries[0].action == "restored"
    assert [v.act for v in definition_history(city.ctx("admin"), kind="unit", key="works")] == [
        "restored",
        "removed",
        "created",
    ]
    assert _units(city) == [("works", None, True)]


def test_prune_takes_out_the_citys_own_of_the_same_kinds(city: City) -> None:
    city.define(TREE)
    city.define(
        "kind: legal-figure\nid: a.b\nname: {th: ก, en: a}\nvalue: 1\nunit: x\neffective_from: 2026-01-01\nlegal_basis: x\nsource: y\n"
    )
    plan = city.define(ONE, prune=True)
    assert [(e.action, e.name) for e in plan.entries] == [("unchanged", "unit/works"), ("removed", "unit/works-lights")]


def test_rows_that_would_hold_at_once_are_refused_with_what_is_in_force(city: City) -> None:
    figure = "kind: legal-figure\nid: a.b\nname: {th: ก, en: a}\nvalue: 1\nunit: x\neffective_from: 2026-01-01\nlegal_basis: x\nsource: y\n"
    city.define(figure)
    later = figure.replace("id: a.b", "id: a.b-2027\nfigure: a.b").replace("2026-01-01", "2027-01-01")
    with pytest.raises(FaultyDefinitions) as refused:
        plan_definitions(city.ctx("admin"), documents=documents(later))
    (fault,) = refused.value.faults
    assert fault.code == "definition.together" and "a.b" in fault.message.th
    city.define(figure + "effective_to: 2027-01-01\n---\n" + later)


def test_who_may(city: City) -> None:
    found = documents(ONE)
    plan = plan_definitions(city.ctx("auditor"), documents=found)
    with pytest.raises(Forbidden):
        apply_definitions(city.ctx("auditor"), documents=found, plan_hash=plan.hash)
    for roles in (["officer"], ["citizen"]):
        with pytest.raises(Forbidden):
            plan_definitions(city.ctx(*roles), documents=found)
    with pytest.raises(SignInRequired):
        plan_definitions(city.ctx(), documents=found)


def test_another_citys_definitions_are_not_seen(city: City, yala: Organisation) -> None:
    city.define(TREE)
    assert list_definitions(make.ctx(yala, "admin")) == []
    assert export_definitions(make.ctx(yala, "admin")) == {}
    with pytest.raises(DefinitionNotFound):
        definition_history(make.ctx(yala, "admin"), kind="unit", key="works")


def test_it_is_audited_and_announced(city: City) -> None:
    city.define(TREE)
    with act_in(city.ctx()):
        entry = AuditEntry.objects.get(action="definitions.set.applied")
        event = Event.objects.get(name="definitions.DefinitionsApplied")
    assert entry.detail["created"] == ["unit/works", "unit/works-lights"] and entry.actor_label == "admin"
    assert event.payload["created"] == ["unit/works", "unit/works-lights"] and event.payload["removed"] == []
    assert list(verify(city.ctx())) == []


def test_a_version_cannot_be_changed(city: City) -> None:
    city.define(ONE)
    with act_in(city.ctx()):
        with pytest.raises(DatabaseError, match=r"permission denied|only grows"), transaction.atomic():
            DefinitionVersion.objects.update(source="forged")
        with (
            pytest.raises(DatabaseError, match=r"permission denied|only grows"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("DELETE FROM definitions_definitionversion")


def test_export_lints_clean_and_applies_back_to_no_change(city: City) -> None:
    city.define(TREE)
    city.define(
        "kind: organisation-profile\npopulation: 10\nvision: {th: \"no\\nyes: 1\", en: '012'}\ncontact: {phones: ['077', 12:30, \"1e5\"]}\n"
    )
    files = export_definitions(city.ctx("admin"))
    assert sorted(files) == ["profile/profile.yaml", "units/units.yaml"]
    checked = check([Source(name, text.encode()) for name, text in files.items()])
    assert checked.faults == []
    assert plan_definitions(city.ctx("admin"), documents=checked.documents, prune=True).is_empty
    assert list(export_definitions(city.ctx("admin"), kinds=["unit"])) == ["units/units.yaml"]
    later = make.ctx(city.organisation, "admin", now=make.NOW + timedelta(days=400))
    assert plan_definitions(later, documents=checked.documents).is_empty


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once(transactional_db: None) -> None:
    """Both were shown a plan for the same city; one is applied, the other is told to look again."""
    city = City(make.city("samui", "เทศบาลนครเกาะสมุย", "Koh Samui City Municipality"))
    found = [documents(ONE), documents(ONE.replace("Works", "Other"))]
    plans = [plan_definitions(city.ctx("admin"), documents=docs) for docs in found]
    results: list[str] = []
    start = threading.Barrier(2)

    def attempt(index: int) -> None:
        try:
            start.wait()
            apply_definitions(city.ctx("admin"), documents=found[index], plan_hash=plans[index].hash)
            results.append("applied")
        except PlanChanged:
            results.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(index,)) for index in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results) == ["applied", "told"]
    with act_in(city.ctx()):
        assert DefinitionVersion.objects.count() == 1
