"""``nakhon audit verify``: says whether the chain holds, which entry does not, and ends with 1 when one does not."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from nakhon.config.cli import main
from nakhon.kernel.audit import record
from nakhon.people.models import Organisation
from tests import make
from tests.kernel.test_audit import _as_owner
from tests.web.signing import trail

pytestmark = pytest.mark.django_db


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, ["audit", "verify", *words])


def _fill(*cities: Organisation) -> None:
    for city in cities:
        for number in range(3):
            record(make.ctx(city, "officer"), "people.unit.moved", f"{city.tenant.slug}-{number}")


def test_a_chain_that_holds_ends_with_nought_and_leaves_its_entry(samui: Organisation) -> None:
    _fill(samui)
    done = _run("--city", "samui", "--language", "en")
    assert (done.exit_code, done.output) == (0, "samui: holds, entries: 3\n")
    action, detail = trail(samui)[-1]
    assert (action, detail["entries"], detail["faults"]) == ("kernel.audit.verified", 3, 0)
    assert "ถูกต้องครบถ้วน 4 รายการ" in _run("--city", "samui").output


def test_a_fault_ends_with_one_and_names_the_entry(samui: Organisation, yala: Organisation) -> None:
    _fill(samui, yala)
    _as_owner("UPDATE kernel_auditentry SET object_id = 'x' WHERE object_id = 'yala-1'")
    one = _run("--city", "yala", "--language", "en")
    assert one.exit_code == 1 and "no. 2: Altered" in one.output and "Remedy:" in one.output
    assert _run("--city", "samui").exit_code == 0
    every = _run("--all", "--json")
    assert every.exit_code == 1
    rows = {row["city"]: row for row in json.loads(every.output)}
    assert (rows["samui"]["holds"], rows["yala"]["holds"]) == (True, False)
    assert [(fault["seq"], fault["kind"]) for fault in rows["yala"]["first"]] == [(2, "altered")]


def test_a_chain_without_its_head_is_told_too(samui: Organisation) -> None:
    _fill(samui)
    _as_owner("DELETE FROM kernel_audithead")
    done = _run("--city", "samui", "--language", "en")
    assert done.exit_code == 1 and "Cut" in done.output and "could not be recorded" in done.output


@pytest.mark.parametrize("words", [(), ("--all", "--city", "samui")])
def test_one_city_or_all_and_not_both(samui: Organisation, words: tuple[str, ...]) -> None:
    done = _run(*words)
    assert done.exit_code == 2 and "--city" in done.output and "Give either" in done.output


def test_a_city_that_is_not_there(samui: Organisation) -> None:
    done = _run("--city", "samu", "--language", "en")
    assert done.exit_code == 2 and "did you mean samui" in done.output
