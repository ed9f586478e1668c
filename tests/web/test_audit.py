"""The page of the audit trail: read, filtered in the Buddhist era, verified, taken out as CSV; and words for every act."""

from __future__ import annotations

import ast
import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import nakhon
from nakhon.kernel.audit import record
from nakhon.kernel.outbox import Fact
from nakhon.people import services
from nakhon.people.models import Organisation
from nakhon.web.trail_words import act_words, fact_words
from nakhon.web.views import audit as view
from tests import make
from tests.kernel.test_audit import _as_owner
from tests.web.signing import trail, work_off
from tests.web.staff import at_the_console, console, nobody_else_gets_in, text_of

pytestmark = pytest.mark.django_db
__all__ = ["console"]


def _rows(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff"), "Excel needs the mark to read Thai"
    return list(csv.reader(io.StringIO(text[1:])))


def _acts(page: str) -> list[str]:
    """The acts on a page, newest first."""
    return re.findall(r"<dt>Act</dt><dd><code>([^<]+)</code>", page)


def test_who_did_what_when_to_what_and_why(console: Client, samui: Organisation) -> None:
    officer = make.ctx(samui, "officer", actor_id="o-1", purpose="ตรวจสอบสิทธิเบี้ยยังชีพ")
    record(officer, "people.unit.created", "u-77", detail={"code": "works", "list": ["a", "b"], "ok": True})
    record(officer, "test.thing.unheard_of")
    page = text_of(console.get("/samui/staff/audit/"))
    assert (
        "Unit created" in page and "officer (Staff)" in page and "15:30" in page and "10 April 2026 (B.E. 2569)" in page
    )
    assert "ตรวจสอบสิทธิเบี้ยยังชีพ" in page and "u-77" in page and "a, b" in page and ">yes<" in page
    assert "<code>test.thing.unheard_of</code>" in page, "an act without words shows its code"


def test_days_are_read_in_the_buddhist_era_and_meant_whole(console: Client, samui: Organisation) -> None:
    record(make.ctx(samui, "officer"), "people.unit.created", "in")
    path = "/samui/staff/audit/?since=10/4/2569&until=10+เม.ย.+2569"
    assert _acts(text_of(console.get(path))) == ["people.unit.created"]
    assert "Nothing matches" in text_of(console.get("/samui/staff/audit/?since=11/4/2569&until=12/4/2569"))
    assert "Nothing matches" in text_of(console.get("/samui/staff/audit/?until=9/4/2569"))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("since=31/2/2569", "31/2/2569"),
        ("since=เมื่อวาน", "เมื่อวาน"),
        ("since=เมษายน+2569", "Enter day, month and year"),
        ("since=12/4/2569&until=10/4/2569", "must not come before"),
    ],
)
def test_a_day_that_cannot_be_is_told_and_kept(console: Client, query: str, told: str) -> None:
    answer = console.get(f"/samui/staff/audit/?{query}")
    assert answer.status_code == 422 and told in text_of(answer) and "error-summary" in text_of(answer)


def test_filters_by_act_actor_and_thing(console: Client, samui: Organisation) -> None:
    for number in range(3):
        record(make.ctx(samui, "supervisor", actor_id=f"s-{number}"), "people.unit.moved", f"u-{number}")
    record(make.ctx(samui, "officer"), "people.household.read", "u-1")
    got = lambda query: _acts(text_of(console.get(f"/samui/staff/audit/?{query}")))  # noqa: E731
    assert got("action=people.unit") == ["people.unit.moved"] * 3
    assert got("object=u-1") == ["people.household.read", "people.unit.moved"]
    assert got("actor=supervisor") == ["people.unit.moved"] * 3
    assert got("action=people.unit.moved&object=u-2") == ["people.unit.moved"]
    assert "selected>" in text_of(console.get("/samui/staff/audit/?action=people.unit"))


def test_older_pages_follow_by_key(console: Client, samui: Organisation) -> None:
    for number in range(60):
        record(make.ctx(samui, "officer"), "people.unit.moved", f"u-{number:02}")
    first = text_of(console.get("/samui/staff/audit/?action=people.unit"))
    link = re.search(r'rel="next" href="(\?[^"]+)"', first)
    assert link is not None and len(_acts(first)) == 50
    second = text_of(console.get(f"/samui/staff/audit/{link[1]}"))
    assert len(_acts(second)) == 10 and "u-00" in second and "u-59" not in second and 'rel="next"' not in second
    assert console.get("/samui/staff/audit/?after=DROP").status_code == 200


def test_the_page_asks_the_trail_once(console: Client, samui: Organisation, django_assert_max_num_queries: Any) -> None:
    for number in range(40):
        record(make.ctx(samui, "officer"), "people.unit.moved", f"u-{number:02}")
    with django_assert_max_num_queries(12):
        console.get("/samui/staff/audit/")


def test_the_chain_is_verified_and_the_outcome_stays(console: Client, samui: Organisation) -> None:
    assert "has not been verified yet" in text_of(console.get("/samui/staff/audit/verify/"))
    answer = console.post("/samui/staff/audit/verify/")
    assert answer.status_code == 302 and answer["Location"] == "/samui/staff/audit/verify/"
    page = text_of(console.get(answer["Location"]))
    assert "The chain holds" in page and "Nothing is wrong" in page
    assert trail(samui)[-1][0] == "kernel.audit.verified"


def test_a_fault_is_named(console: Client, samui: Organisation) -> None:
    record(make.ctx(samui, "officer"), "people.unit.moved", "u")
    last = len(trail(samui))
    _as_owner(f"UPDATE kernel_auditentry SET object_id = 'other' WHERE seq = {last}")
    console.post("/samui/staff/audit/verify/")
    page = text_of(console.get("/samui/staff/audit/verify/"))
    assert "The chain does not hold" in page and f"No. {last}: Altered" in page and "Faults: 1" in page


def test_a_chain_that_lost_its_head_is_told_at_once(console: Client, samui: Organisation) -> None:
    _as_owner("DELETE FROM kernel_audithead")
    answer = console.post("/samui/staff/audit/verify/")
    page = text_of(answer)
    assert answer.status_code == 200 and "could not be recorded" in page and "Cut" in page


def test_a_long_chain_is_verified_in_the_background(
    console: Client, samui: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "AT_ONCE", 1)
    path = "/samui/staff/audit/verify/"
    assert console.post(path).status_code == 302
    page = text_of(console.get(path))
    assert "Verifying has begun" in page and "is being verified" in page and "Verify the whole chain now" not in page
    console.post(path)
    assert "is being verified already" in text_of(console.get(path))
    work_off(samui)
    page = text_of(console.get(path))
    assert "The chain holds" in page and "Verify the whole chain now" in page


def test_the_export_holds_what_the_filter_names_and_is_recorded(
    console: Client, samui: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "EXPORTED_AT_ONCE", 7)
    for number in range(20):
        record(make.ctx(samui, "officer"), "people.unit.moved", f"u-{number:02}", detail={"code": "กอง"})
    record(make.ctx(samui, "officer", purpose="=HYPERLINK(1)"), "people.household.read", "h")
    answer = console.post("/samui/staff/audit/export/", {"action": "people.unit", "since": "10/4/2569"})
    assert answer["Content-Type"].startswith("text/csv") and "audit-samui-" in answer["Content-Disposition"]
    head, *rows = _rows(answer)
    assert head[0] == "number" and [row[8] for row in rows] == [f"u-{number:02}" for number in range(19, -1, -1)]
    assert rows[0][1] == "2026-04-10T15:30:00+07:00" and rows[0][6] == "Unit moved" and "กอง" in rows[0][10]
    action, detail = trail(samui)[-1]
    assert (action, detail["entries"], detail["action"]) == ("kernel.audit.exported", 20, "people.unit")
    (dangerous,) = _rows(console.post("/samui/staff/audit/export/", {"action": "people.household"}))[1:]
    assert dangerous[9] == "'=HYPERLINK(1)", "a spreadsheet must not run it"


def test_an_export_of_nothing_or_of_a_bad_day_is_refused(console: Client, samui: Organisation) -> None:
    before = len(trail(samui))
    nothing = console.post("/samui/staff/audit/export/", {"action": "people.breach"})
    assert nothing.status_code == 422 and "There is nothing to export" in text_of(nothing)
    bad = console.post("/samui/staff/audit/export/", {"since": "32/1/2569"})
    assert bad.status_code == 422 and 'value="32/1/2569"' in text_of(bad)
    assert console.get("/samui/staff/audit/export/").status_code == 405
    assert len(trail(samui)) == before


@pytest.mark.parametrize("role", ["dpo", "auditor"])
def test_others_who_may_read_it(samui: Organisation, role: str) -> None:
    client, _ = at_the_console(samui, role)
    assert client.get("/samui/staff/audit/").status_code == 200


def test_nobody_else_gets_in(samui: Organisation, yala: Organisation) -> None:
    nobody_else_gets_in(samui, yala, "/samui/staff/audit/")
    nobody_else_gets_in(samui, yala, "/samui/staff/audit/verify/", without="supervisor")
    nobody_else_gets_in(samui, yala, "/samui/staff/audit/verify/", method="post", without="registrar")
    nobody_else_gets_in(samui, yala, "/samui/staff/audit/export/", method="post", without="executive")


def test_another_citys_entries_are_not_there(console: Client, yala: Organisation) -> None:
    record(make.ctx(yala, "officer"), "people.unit.moved", "theirs-1")
    assert "theirs-1" not in text_of(console.get("/samui/staff/audit/"))
    assert console.post("/samui/staff/audit/export/", {"object": "theirs-1"}).status_code == 422


def _recorded_acts() -> set[str]:
    """The acts that the code records by name."""
    found: set[str] = set()
    for path in Path(nakhon.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "")
            if isinstance(node, ast.Call) and name == "record" and len(node.args) > 1:
                found |= {
                    part.value
                    for part in ast.walk(node.args[1])
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.count(".") == 2
                    and not part.value.endswith(".") and not part.value.startswith(".")
                }  # fmt: skip
    return found


def test_every_act_that_the_code_records_has_words() -> None:
    acts = _recorded_acts()
    assert len(acts) > 60
    assert sorted(act for act in acts if act_words(act) is None) == [], "add them to nakhon/web/trail_words.py"


def test_every_fact_that_the_rooms_announce_has_words() -> None:
    names = {fact.name for fact in Fact.__subclasses__() if fact.__module__.startswith("nakhon.")}
    assert len(names) > 20
    assert sorted(name for name in names if fact_words(name) is None) == [], "add them to nakhon/web/trail_words.py"


def test_words_are_put_together_and_unknown_codes_have_none() -> None:
    words = act_words("people.unit.reopened")
    assert words is not None and (words.th, words.en) == ("เปิดหน่วยงานย่อยอีกครั้ง", "Unit opened again")
    assert (
        act_words("people.unit.juggled") is None and act_words("unheard.of.created") is None and act_words("") is None
    )
    assert fact_words("people.UnitJuggled") is None and fact_words("nonsense") is None


def test_a_purpose_is_told_by_its_name(samui: Organisation, console: Client) -> None:
    services.adopt_typical_purposes(make.ctx(samui, "dpo"))
    record(make.ctx(samui, "officer", purpose="registry"), "people.person.revealed", "p")
    record(make.ctx(samui, "officer", purpose="ad hoc"), "people.person.revealed", "p")
    page = text_of(console.get("/samui/staff/audit/?action=people.person.revealed"))
    assert "for Register of residents and appointments" in page
    assert "for ad hoc" in page, "what is not in the register stays as it was written"
