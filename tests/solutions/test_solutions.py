"""Solutions are installed whole, updated, changed by their city, exported, removed with care and restored."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from nakhon.kernel.definitions.errors import DefinitionHoldsData, PlanChanged
from nakhon.kernel.definitions.faults import FaultyDefinitions
from nakhon.kernel.definitions.queries import definition_history, list_definitions
from nakhon.kernel.errors import Forbidden, SignInRequired
from nakhon.kernel.models import AuditEntry, Event
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Membership, MembershipUnit, Organisation, Unit, User
from nakhon.solutions.errors import (
    DraftNotFound,
    ParametersMissing,
    SolutionMissing,
    SolutionNeeded,
    SolutionNotFound,
    SolutionNotInstalled,
)
from nakhon.solutions.models import Draft, Release
from nakhon.solutions.packs import check_pack
from nakhon.solutions.queries import export_solution, list_solutions, plan_removal, plan_solution, solution_pack, upload
from nakhon.solutions.services import apply_solution, drop_upload, keep_upload, remove_solution
from nakhon.solutions.tasks import forget_drafts
from nakhon.solutions.types import State
from tests import make
from tests.solutions.stage import City, pack

HEAD = """\
id: {id}
name: {{th: ทดสอบ, en: Test}}
summary: {{th: ชุดทดสอบ, en: A test}}
version: {version}
first_built_by: เทศบาลนครทดสอบ
domains: [GOV]
licence: Apache-2.0
"""
UNITS = """\
kind: unit
items:
  - {id: works, level: DIVISION, name: {th: กองช่าง, en: Works}}
  - {id: lights, level: SECTION, parent: works, name: {th: งานไฟฟ้า, en: Lights}}
"""


def files(solution: str = "trial", version: str = "1.0.0", units: str = UNITS, more: str = "") -> dict[str, str]:
    return {"solution.yaml": HEAD.format(id=solution, version=version) + more, "units/units.yaml": units}


@pytest.fixture
def city(samui: Organisation) -> City:
    return City(samui)


def _state(city: City, solution: str) -> State:
    return next(line.state for line in list_solutions(city.ctx("admin")) if line.id == solution)


def test_the_catalogue_and_its_states(city: City) -> None:
    assert _state(city, "municipal-office") is State.AVAILABLE
    city.install("municipal-office")
    line = next(line for line in list_solutions(city.ctx("auditor")) if line.id == "municipal-office")
    assert (line.state, line.installed_version, line.installed_by, line.installed_at) == (
        State.INSTALLED,
        "1.0.0",
        "admin",
        make.NOW,
    )
    city.remove("municipal-office")
    assert _state(city, "municipal-office") is State.REMOVED


def test_install_update_and_what_is_left_out_goes(city: City) -> None:
    city.install_pack(pack(files()))
    newer = files(
        version="1.1.0", units="kind: unit\nid: works\nlevel: DIVISION\nname: {th: กองช่าง, en: Public works}\n"
    )
    plan = city.install_pack(pack(newer))
    assert [(e.action, e.key) for e in plan.entries] == [("changed", "works"), ("removed", "lights")]
    with act_in(city.ctx()):
        assert list(Release.objects.order_by("version").values_list("version", flat=True)) == ["1.0.0", "1.1.0"]
        assert Event.objects.filter(name="solutions.SolutionInstalled").count() == 2
        assert AuditEntry.objects.filter(action="solutions.solution.installed").count() == 2
    assert {line.solution for line in list_definitions(city.ctx("admin"))} == {"trial"}


def test_a_city_changes_it_and_is_warned_before_that_is_replaced(city: City) -> None:
    city.install_pack(pack(files()))
    city.define("kind: unit\nid: works\nlevel: DIVISION\nname: {th: กองช่างใหญ่, en: Great works}\n")
    (changed,) = [e for e in plan_solution(city.ctx("admin"), pack=pack(files())).plan.entries if e.key == "works"]
    assert changed.action == "changed" and changed.warning is not None and "หน่วยงานแก้" in changed.warning.th
    exported = export_solution(city.ctx("admin"), solution="trial")
    assert "กองช่างใหญ่" in exported["units/units.yaml"]


def test_what_the_city_wrote_first_is_adopted_with_a_warning(city: City) -> None:
    city.define("kind: unit\nid: works\nlevel: DIVISION\nname: {th: กองช่างเดิม, en: Old works}\n")
    plan = city.install_pack(pack(files()))
    assert plan.entries[0].warning is not None and "เขียนรายการนี้ไว้เอง" in plan.entries[0].warning.th
    assert {line.solution for line in list_definitions(city.ctx("admin"))} == {"trial"}


def test_two_solutions_cannot_own_one_definition(city: City) -> None:
    city.install_pack(pack(files()))
    with pytest.raises(FaultyDefinitions) as refused:
        plan_solution(city.ctx("admin"), pack=pack(files("other")))
    fault = refused.value.faults[0]
    assert (fault.code, fault.file, fault.line) == (
        "definition.owned",
        "units/units.yaml",
        3,
    ) and "trial" in fault.message.th


def test_export_lints_clean_and_applies_back(city: City, yala: Organisation) -> None:
    city.install("city-profile", vision_th="น่าอยู่: 1", vision_en="no", population=5)
    exported = export_solution(city.ctx("admin"), solution="city-profile")
    found, faults = check_pack({name: text.encode() for name, text in exported.items()}, folder="city-profile")
    assert faults == [] and found is not None
    assert plan_solution(city.ctx("admin"), pack=found).plan.is_empty
    other = City(yala)
    other.install_pack(found)
    assert export_solution(other.ctx("admin"), solution="city-profile") == exported
    with pytest.raises(SolutionNotInstalled):
        export_solution(city.ctx("admin"), solution="municipal-office")


def test_what_must_be_filled_in_is_named(city: City) -> None:
    wanted = solution_pack(city.ctx("admin"), solution="city-profile")
    with pytest.raises(ParametersMissing) as refused:
        plan_solution(city.ctx("admin"), pack=wanted, values={"population": "มาก", "visoin": "x"})
    assert set(refused.value.fields) == {"vision_th", "vision_en", "population", "visoin"}
    assert "กรอกวิสัยทัศน์" in refused.value.fields["vision_th"].th


def test_the_directory_fills_in_what_it_knows(city: City) -> None:
    Organisation.objects.filter(pk=city.organisation.pk).update(population=777, vision_th="ก", vision_en="a")
    plan = plan_solution(city.ctx("admin"), pack=solution_pack(city.ctx("admin"), solution="city-profile"))
    assert plan.values["population"] == 777
    assert plan.plan.entries[0].document is not None and plan.plan.entries[0].document.body["population"] == 777
    assert plan.plan.entries[0].document.body["contact"] is None


def test_an_unknown_place_to_fill_in_is_told_with_its_line() -> None:
    more = "parameters:\n  - {id: phone, name: {th: โทร, en: Phone}, example: '1'}\n"
    wrong = files(more=more, units=UNITS.replace("en: Lights}", "en: '${phnoe}'}"))
    found, faults = check_pack({name: text.encode() for name, text in wrong.items()})
    assert found is None
    assert [(f.code, f.file, f.line) for f in faults] == [("solution.unknown_parameter", "units/units.yaml", 4)]
    assert "${phone}" in faults[0].remedy.th


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        ({"solution.yaml": None}, "solution.no_manifest", 0),
        ({"solution.yaml": HEAD.format(id="trial", version="v1")}, "definition.string_pattern_mismatch", 4),
        (
            {"solution.yaml": HEAD.format(id="trial", version="1.0.0").replace("GOV", "GOVERN")},
            "definition.literal_error",
            6,
        ),
        (
            {"solution.yaml": HEAD.format(id="trial", version="1.0.0") + "needs: {kinds: [service]}\n"},
            "definition.unknown_kind",
            8,
        ),
        ({"solution.yaml": HEAD.format(id="other", version="1.0.0")}, "solution.folder", 1),
        ({"solution.yaml": "- a\n"}, "solution.manifest", 1),
        ({"units/units.yaml": None}, "solution.empty", 0),
        ({"units/units.yaml": "kind: service\nid: complaint\n"}, "definition.unknown_kind", 1),
    ],
)
def test_a_wrong_solution_tells_file_and_line(change: dict[str, str | None], code: str, line: int) -> None:
    wanted = {**files(), **change}
    found, faults = check_pack({n: t.encode() for n, t in wanted.items() if t is not None}, folder="trial")
    assert found is None and (code, line) in [(fault.code, fault.line) for fault in faults]


def test_what_it_needs_comes_first_and_goes_last(city: City) -> None:
    child = files(
        "child",
        units="kind: unit\nid: child\nlevel: OFFICE\nname: {th: ก, en: C}\n",
        more="needs: {solutions: [trial]}\n",
    )
    with pytest.raises(SolutionMissing) as missing:
        plan_solution(city.ctx("admin"), pack=pack(child))
    assert "trial" in missing.value.message.th and "nakhon solution apply trial" in missing.value.remedy.en
    city.install_pack(pack(files()))
    city.install_pack(pack(child))
    with pytest.raises(SolutionNeeded, match="child"):
        plan_removal(city.ctx("admin"), solution="trial")
    city.remove("child")
    city.remove("trial")


def _staff(city: City, unit: str) -> None:
    with act_in(city.ctx()):
        user = User.objects.create_user(email="a@b.example")
        member = Membership.objects.create(user=user, roles=["officer"], started_at=make.NOW)
        MembershipUnit.objects.create(membership=member, unit=Unit.objects.get(code=unit))


def test_removal_is_refused_while_people_work_there_unless_kept(city: City) -> None:
    city.install_pack(pack(files()))
    _staff(city, "lights")
    with pytest.raises(DefinitionHoldsData) as refused:
        plan_removal(city.ctx("admin"), solution="trial")
    assert "lights" in refused.value.message.th and "--keep-data" in refused.value.remedy.th
    plan = city.remove("trial", keep_data=True)
    assert {(e.action, e.key) for e in plan.entries} == {("released", "works"), ("released", "lights")}
    with act_in(city.ctx()):
        assert Unit.objects.filter(closed_at=None).count() == 2
    assert {(line.key, line.solution) for line in list_definitions(city.ctx("admin"))} == {
        ("works", ""),
        ("lights", ""),
    }
    city.install_pack(pack(files()))
    assert {line.solution for line in list_definitions(city.ctx("admin"))} == {"trial"}


def test_removal_keeps_history_and_the_last_release_can_come_back(city: City) -> None:
    city.install_pack(pack(files()))
    plan = city.remove("trial")
    assert [(e.action, e.key) for e in plan.entries] == [("removed", "lights"), ("removed", "works")]
    assert _state(city, "trial") is State.REMOVED
    with pytest.raises(SolutionNotInstalled):
        plan_removal(city.ctx("admin"), solution="trial")
    plan = city.install("trial")
    assert plan.count("restored") == 2
    assert [v.act for v in definition_history(city.ctx("admin"), kind="unit", key="lights")] == [
        "restored",
        "removed",
        "created",
    ]


def test_plans_are_confirmed_as_shown(city: City) -> None:
    wanted = pack(files())
    shown = plan_solution(city.ctx("admin"), pack=wanted)
    city.define("kind: unit\nid: works\nlevel: DIVISION\nname: {th: อื่น, en: Other}\n")
    with pytest.raises(PlanChanged):
        apply_solution(city.ctx("admin"), pack=wanted, plan_hash=shown.hash)
    city.install_pack(wanted)
    with pytest.raises(PlanChanged):
        remove_solution(city.ctx("admin"), solution="trial", plan_hash=shown.hash)


@pytest.mark.parametrize("roles", [["officer"], ["auditor"], ["citizen"], []])
def test_only_the_administrator_installs(city: City, roles: list[str]) -> None:
    wanted = pack(files())
    shown = plan_solution(city.ctx("admin"), pack=wanted)
    ctx = city.ctx(*roles)
    calls: list[Any] = [
        lambda: apply_solution(ctx, pack=wanted, plan_hash=shown.hash),
        lambda: remove_solution(ctx, solution="trial", plan_hash="x"),
        lambda: keep_upload(ctx, name="x", files={}),
    ]
    for call in calls:
        with pytest.raises(SignInRequired if not roles else Forbidden):
            call()
    if "auditor" not in roles:
        with pytest.raises(Forbidden):
            list_solutions(ctx)


def test_another_city_has_its_own(city: City, yala: Organisation) -> None:
    city.install_pack(pack(files()))
    assert all(line.id != "trial" for line in list_solutions(make.ctx(yala, "admin")))
    with pytest.raises(SolutionNotFound):
        solution_pack(make.ctx(yala, "admin"), solution="trial")


def test_uploads_wait_a_day_for_a_yes(city: City, yala: Organisation) -> None:
    draft = keep_upload(city.ctx("admin"), name="trial.zip", files=files())
    assert upload(city.ctx("admin"), draft_id=draft).is_solution
    with pytest.raises(DraftNotFound):
        upload(make.ctx(yala, "admin"), draft_id=draft)
    late = make.ctx(city.organisation, "admin", now=make.NOW + timedelta(days=1, seconds=1))
    with pytest.raises(DraftNotFound):
        upload(late, draft_id=draft)
    with act_in(late):
        forget_drafts(late)
        assert not Draft.objects.exists()
    other = keep_upload(city.ctx("admin"), name="x", files={})
    drop_upload(city.ctx("admin"), draft_id=other)
    with pytest.raises(DraftNotFound):
        drop_upload(city.ctx("admin"), draft_id=other)


def test_an_unknown_solution_is_told_with_a_near_one(city: City) -> None:
    with pytest.raises(SolutionNotFound, match="municipal-office"):
        solution_pack(city.ctx("admin"), solution="municipal-ofice")
